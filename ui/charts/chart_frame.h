#pragma once

#include "charts/chart_export.h"
#include "widgets/card.h"

class QAction;
class QMenu;
class QToolButton;

namespace bv {

class ChartView;
class SessionModel;
class TimeChart;

/// A chart in its card with everything that can be done with it: copy, save as PNG or SVG, drag out, show the numbers,
/// zoom. All of it is in the context menu (right click, Menu key, or the button at the top right) and on keys.
class ChartFrame : public Card
{
    Q_OBJECT
public:
    /// Takes the view over. `session` names exported files and must live longer.
    ChartFrame(ChartView* view, const SessionModel& session, QWidget* parent = nullptr);

    ChartView* view() const { return m_view; }
    /// A legend above the chart; not where something beside it does this.
    void addLegend();
    /// Something to the right of the chart.
    void setCompanion(QWidget* companion);
    /// Title and name as the plot now has them.
    void refreshTitle();
    QMenu* menu() const { return m_menu; }

    void copyChart();
    void askForPng();
    void askForSvg();
    void showNumbers();
    /// Writes the chart; exported() or exportFailed() follows.
    void savePng(const QString& path, const ExportOptions& options);
    void saveSvg(const QString& path, const ExportOptions& options);

signals:
    void exported(const QString& path);
    void exportFailed(const QString& sentence);
    void copied();

private:
    void makeActions();
    void makeButtons();
    QAction* addAction(const QString& name, const QString& text, const QString& iconName, const QKeySequence& keys);
    void askForFile(const QString& suffix, const QString& filter, const std::function<void(const QString&)>& save);
    void report(const QFuture<Result<>>& written, const QString& path);
    ExportOptions stamped(ExportOptions options) const;
    void refreshActions();
    TimeChart* timeChart() const;

    ChartView* m_view;
    const SessionModel& m_session;
    QMenu* m_menu;
    QHBoxLayout* m_content;
    QToolButton* m_fitButton = nullptr;
    QAction* m_fit = nullptr;
    ExportOptions m_options; ///< as last chosen
};

} // namespace bv
