#pragma once

#include "services.h"

#include <QAbstractButton>

namespace bv {

struct EnvironmentItem;

/// The prerequisites in one line: an icon and a text each. Where the line is too narrow, versions go first, then it
/// breaks. Clicked, or by Enter or Space, it asks for the environment check.
class EnvironmentBar : public QAbstractButton
{
    Q_OBJECT
public:
    explicit EnvironmentBar(const Services& services, QWidget* parent = nullptr);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;

signals:
    void activated();

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    struct Part
    {
        QString icon;
        QColor color;
        QString text;
        QString brief;
    };
    struct Placed
    {
        QRect rect;
        QString text;
        qsizetype part;
    };
    void refresh();
    Part partOf(const EnvironmentItem& item) const;
    int partWidth(const QString& text) const;
    QList<Placed> place(int width, int* height) const;

    const EnvironmentMonitor& m_environment;
    QList<Part> m_parts;
};

} // namespace bv
