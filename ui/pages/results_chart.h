#pragma once

#include "models/bar_data.h"
#include "services.h"

#include <QTimer>
#include <QWidget>

class QComboBox;
class QLabel;
class QScrollArea;

namespace bv {

class BarChart;
class Caption;
class Card;
class ChartFrame;

/// The results of one test as bars, above the table of runs; which test, the user chooses. Follows the session that is
/// shown, at most four times a second.
class ResultsChart : public QWidget
{
    Q_OBJECT
public:
    explicit ResultsChart(const Services& services, QWidget* parent = nullptr);

    ChartFrame* frame() const { return m_frame; }

protected:
    void showEvent(QShowEvent* event) override;

signals:
    /// What became of an export of the chart, in words.
    void exported(const QString& path);
    void exportFailed(const QString& sentence);

private:
    void begin();
    void refresh();
    void showTest(int index);

    Services m_services;
    QList<BarData> m_data;
    QLabel* m_label;
    QComboBox* m_tests;
    BarChart* m_chart;
    ChartFrame* m_frame;
    Card* m_empty;
    QScrollArea* m_findings; ///< sentences below the chart; hidden where there are none
    Caption* m_sentences;
    QTimer m_later;
    bool m_stale = true; ///< to be refreshed when it is seen
};

} // namespace bv
