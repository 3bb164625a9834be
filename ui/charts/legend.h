#pragma once

#include "charts/plot.h"

#include <QCheckBox>

namespace bv {

class ChartView;

/// One entry of a legend: the target's line with its marker and its name. Checked: its line is shown.
class LegendButton : public QCheckBox
{
    Q_OBJECT
public:
    explicit LegendButton(QWidget* parent = nullptr);

    void setEntry(const LegendEntry& entry);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;
    bool hitButton(const QPoint& position) const override { return rect().contains(position); }

private:
    LegendEntry m_entry;
};

/// The legend of a chart, above it. Pressing an entry hides or shows its line.
class Legend : public QWidget
{
    Q_OBJECT
public:
    explicit Legend(ChartView& view, QWidget* parent = nullptr);

private:
    void refresh();

    ChartView& m_view;
    QList<LegendButton*> m_buttons;
};

} // namespace bv
