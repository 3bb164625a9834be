#pragma once

#include <QFrame>

class QHBoxLayout;
class QLabel;
class QVBoxLayout;

namespace bv {

/// A titled surface with a hairline border on the theme's card colour: charts, tables, groups of settings.
class Card : public QFrame
{
    Q_OBJECT
public:
    explicit Card(const QString& title = {}, QWidget* parent = nullptr);

    void setTitle(const QString& title);
    /// Where the content goes.
    QVBoxLayout* body() const { return m_body; }
    /// The line of the title, to its right: small buttons.
    QHBoxLayout* header() const { return m_header; }

protected:
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    QLabel* m_title;
    QHBoxLayout* m_header;
    QVBoxLayout* m_body;
};

/// A label in the muted colour of the theme, a step below the body text; follows the theme.
class Caption : public QWidget
{
    Q_OBJECT
public:
    explicit Caption(const QString& text = {}, QWidget* parent = nullptr);
    void setText(const QString& text);
    QString text() const;
    QLabel* label() const { return m_label; }

protected:
    void changeEvent(QEvent* event) override;

private:
    void recolour();
    QLabel* m_label;
};

} // namespace bv
