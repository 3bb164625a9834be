#pragma once

#include "models/chart_data.h"
#include "services.h"

#include <QElapsedTimer>
#include <QSet>
#include <QTimer>
#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;
class QProgressBar;
class QScrollArea;
class QSplitter;
class QStackedWidget;
class QVBoxLayout;

namespace bv {

class Caption;
class ChartFrame;
class ChartSet;
class LiveStart;
class LiveValues;
class PlanStrip;
class ReplayBar;
class SessionReplay;
class TimeChart;

/// What is being measured, as it arrives: a chart per test, current and mean values and the comparison beside it, the
/// use of CPU and disk on demand, the plan with the state of every run, and in words what goes on right now. Charts are
/// redrawn when data has arrived, at most four times a second, and only while the page is seen.
class LivePage : public QWidget
{
    Q_OBJECT
    /// Whether the use of CPU and disk is shown; for the settings.
    Q_PROPERTY(bool useShown READ isUseShown WRITE setUseShown NOTIFY useShownChanged)
public:
    explicit LivePage(const Services& services, QWidget* parent = nullptr);
    ~LivePage() override;

    /// Controls of the replay stand above everything while one is on. It must live longer; once.
    void setReplay(SessionReplay& replay);
    bool isUseShown() const;
    void setUseShown(bool shown);
    /// The words at the top.
    QString status() const;
    /// "12 of 24 · 1:02 left".
    QString planStatus() const;
    /// The charts, top to bottom.
    QList<ChartFrame*> frames() const;

signals:
    /// The user wants to see this run of the session.
    void runActivated(qsizetype number);
    void useShownChanged(bool shown);
    /// The user wants to see the environment check.
    void environmentWanted();
    /// A chart was written to a file, or could not be.
    void exported(const QString& path);
    void exportFailed(const QString& sentence);

protected:
    void showEvent(QShowEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    struct Row
    {
        ChartFrame* frame;
        TimeChart* chart;
        LiveValues* values;
        ChartKind kind; ///< of the use row: CpuUse
    };
    void makeContent();
    QWidget* makeHeader();
    void makeUseChoices(ChartFrame* frame);
    void follow();
    void makeRows();
    Row makeRow(ChartKind kind);
    void alignRows();
    void redraw();
    void redrawRow(const Row& row);
    void chartChanged(int chart);
    int placeOf(const Row& row) const;
    void say(const QString& words, double fraction = -1);
    void sayEnd();
    void end();
    void refreshPlanStatus();
    void refreshState();

    Services m_services;
    ChartSet* m_charts;
    QStackedWidget* m_stack;
    QVBoxLayout* m_header = nullptr;
    ReplayBar* m_replay = nullptr;
    LiveStart* m_start;
    QLabel* m_status;
    QProgressBar* m_progress;
    QComboBox* m_time;
    QCheckBox* m_use;
    QComboBox* m_useQuantity = nullptr;
    QComboBox* m_useView = nullptr;
    QSplitter* m_splitter;
    QScrollArea* m_scroll;
    QVBoxLayout* m_rowLayout;
    Caption* m_noCharts;
    QLabel* m_planStatus;
    PlanStrip* m_strip;
    QList<Row> m_rows;
    QSet<int> m_dirty; ///< charts to redraw
    QTimer m_redraw;
    QElapsedTimer m_sinceRedraw;
    bool m_preparing = false; ///< the engine works, and no run is known yet
};

} // namespace bv
