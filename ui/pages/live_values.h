#pragma once

#include <QList>
#include <QScrollArea>

class QGridLayout;
class QLabel;

namespace bv {

class ChartSet;
class ChartView;
class LegendButton;
class TimeChart;
struct LegendEntry;
struct TargetFigures;

/// Beside a chart: of each target its line (pressing it hides it), while it is measured the value of now, and the mean
/// of the finished runs, all of the test and parameters that were measured last; and the sentence that compares the
/// targets.
class LiveValues : public QScrollArea
{
    Q_OBJECT
public:
    /// Both must live longer.
    LiveValues(const ChartSet& charts, TimeChart& chart, QWidget* parent = nullptr);

    void refresh();
    /// The width that it takes with the figures beside the names.
    int widthSideBySide() const;
    /// The figures below the names, which takes less width.
    void setStacked(bool stacked);
    QString sentence() const;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void changeEvent(QEvent* event) override;

private:
    struct Row
    {
        LegendButton* button;
        QLabel* now;
        QLabel* mean;
    };
    void setRowCount(qsizetype count);
    void placeRows();
    void refreshRows();
    void refreshFigures(const Row& row, const LegendEntry& entry, int group, const QList<TargetFigures>& figures);
    void refreshSentences();
    void recolour();

    const ChartSet& m_charts;
    TimeChart& m_chart;
    QWidget* m_content;
    QGridLayout* m_grid;
    QLabel* m_group;
    QLabel* m_title;
    QLabel* m_nowTitle;
    QLabel* m_meanTitle;
    QLabel* m_sentence;
    QList<Row> m_rows;
    bool m_stacked = false;
};

} // namespace bv
