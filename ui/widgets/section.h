#pragma once

#include <QToolButton>
#include <QWidget>

class QVBoxLayout;

namespace bv {

/// The line that opens and closes a section: a button over the whole width, with an arrow. Tells assistive tools
/// whether it is expanded.
class SectionHeader : public QToolButton
{
    Q_OBJECT
public:
    SectionHeader(const QString& title, QWidget* parent);

    bool isExpanded() const { return m_expanded; }
    void setExpanded(bool expanded);
    /// Said at the right end, in small type: "2 tests". `severity` as icon before it: "error", "warning" or none.
    void setNote(const QString& note, const QString& iconName = {});
    QString note() const { return m_note; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {0, sizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    bool noteFits() const;
    QFont noteFont() const;

    QString m_note;
    QString m_iconName;
    bool m_expanded = true;
};

/// A part of the column that can be closed. What is in it is hidden then, not destroyed.
class Section : public QWidget
{
    Q_OBJECT
public:
    /// `title` may have a mnemonic. `objectName` is that of the section, its header's is the same with "Header".
    Section(const QString& title, const QString& objectName, QWidget* parent = nullptr);

    SectionHeader* header() const { return m_header; }
    QVBoxLayout* body() const { return m_body; }
    bool isExpanded() const { return m_header->isExpanded(); }
    void setExpanded(bool expanded);

signals:
    void expandedChanged(bool expanded);

private:
    SectionHeader* m_header;
    QWidget* m_content;
    QVBoxLayout* m_body;
};

} // namespace bv
