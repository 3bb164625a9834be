#include "charts/chart_frame.h"

#include "base/when_done.h"
#include "charts/chart_drag.h"
#include "charts/chart_view.h"
#include "charts/drag_handle.h"
#include "charts/image_dialog.h"
#include "charts/legend.h"
#include "charts/numbers_dialog.h"
#include "charts/time_chart.h"
#include "models/session_model.h"
#include "style/icons.h"
#include "style/metrics.h"
#include "widgets/file_chooser.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QMenu>
#include <QToolButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace bv {

ChartFrame::ChartFrame(ChartView* view, const SessionModel& session, QWidget* parent)
    : Card({}, parent)
    , m_view(view)
    , m_session(session)
    , m_menu(new QMenu(this))
    , m_content(new QHBoxLayout)
{
    m_content->setSpacing(gapLarge);
    m_content->addWidget(view, 1);
    body()->addLayout(m_content, 1);
    m_menu->setObjectName(u"chartMenu"_s);
    makeActions();
    makeButtons();
    connect(view, &ChartView::menuWanted, this, [this](const QPoint& position) { m_menu->popup(position); });
    connect(view, &ChartView::plotChanged, this, &ChartFrame::refreshActions);
    const auto mark = [this] { m_view->setMark(recordedMark(m_session)); };
    connect(&session, &SessionModel::recordedChanged, this, mark);
    mark();
    refreshTitle();
    refreshActions();
}

void ChartFrame::refreshTitle()
{
    setTitle(m_view->plot().title());
    setAccessibleName(tr("%1, %2").arg(m_view->plot().title(), m_view->plot().unit()));
}

void ChartFrame::addLegend()
{
    body()->insertWidget(0, new Legend(*m_view, this));
}

void ChartFrame::setCompanion(QWidget* companion)
{
    m_content->addWidget(companion);
}

TimeChart* ChartFrame::timeChart() const
{
    return qobject_cast<TimeChart*>(m_view);
}

QAction* ChartFrame::addAction(const QString& name, const QString& text, const QString& iconName,
                               const QKeySequence& keys)
{
    QAction* action = m_menu->addAction(icon(iconName), text);
    action->setObjectName(name);
    action->setShortcut(keys);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    QWidget::addAction(action);
    return action;
}

void ChartFrame::makeActions()
{
    if (TimeChart* chart = timeChart()) {
        // Their keys are the chart's own; here they are only named.
        QAction* in = m_menu->addAction(icon(u"zoom-in"_s), tr("Zoom &in\t+"));
        QAction* out = m_menu->addAction(icon(u"zoom-out"_s), tr("Zoom &out\t-"));
        m_fit = m_menu->addAction(icon(u"zoom-fit"_s), tr("Show &all\tCtrl+0"));
        in->setObjectName(u"chartZoomIn"_s);
        out->setObjectName(u"chartZoomOut"_s);
        m_fit->setObjectName(u"chartFit"_s);
        connect(in, &QAction::triggered, chart, &TimeChart::zoomIn);
        connect(out, &QAction::triggered, chart, &TimeChart::zoomOut);
        connect(m_fit, &QAction::triggered, chart, &TimeChart::showAll);
        m_menu->addSeparator();
    }
    connect(addAction(u"chartCopy"_s, tr("&Copy chart"), u"copy"_s, QKeySequence::Copy), &QAction::triggered, this,
            &ChartFrame::copyChart);
    connect(addAction(u"chartPng"_s, tr("Save as &PNG…"), u"save"_s, QKeySequence(u"Ctrl+Shift+P"_s)),
            &QAction::triggered, this, &ChartFrame::askForPng);
    connect(addAction(u"chartSvg"_s, tr("Save as S&VG…"), u"save"_s, QKeySequence(u"Ctrl+Shift+G"_s)),
            &QAction::triggered, this, &ChartFrame::askForSvg);
    m_menu->addSeparator();
    connect(addAction(u"chartNumbers"_s, tr("Show &numbers…"), u"table"_s, QKeySequence(u"Ctrl+Shift+N"_s)),
            &QAction::triggered, this, &ChartFrame::showNumbers);
}

void ChartFrame::makeButtons()
{
    const auto makeButton = [this](const QString& name, const QString& iconName, const QString& text) {
        auto* button = new QToolButton(this);
        button->setObjectName(name);
        button->setIcon(icon(iconName));
        button->setIconSize(QSize(iconSize, iconSize));
        button->setAutoRaise(true);
        button->setToolTip(text);
        button->setAccessibleName(text);
        header()->addWidget(button);
        return button;
    };
    if (TimeChart* chart = timeChart()) {
        m_fitButton = makeButton(u"chartFitButton"_s, u"zoom-fit"_s, tr("Show all"));
        connect(m_fitButton, &QToolButton::clicked, chart, &TimeChart::showAll);
    }
    const auto image = [this] { return chartImage(m_view->plot(), stamped(m_options)); };
    const auto fileName = [this] { return exportFileName(m_session.session(), m_view->plot().stem(), u"png"_s); };
    auto* handle = new DragHandle(this);
    handle->setDrag(new ChartDrag(handle, image, fileName));
    m_view->setDrag(new ChartDrag(m_view, image, fileName));
    connect(handle, &QToolButton::clicked, this, &ChartFrame::copyChart);
    header()->addWidget(handle);
    QToolButton* more = makeButton(u"chartMenuButton"_s, u"more"_s, tr("Save, copy, show numbers"));
    connect(more, &QToolButton::clicked, this,
            [this, more] { m_menu->popup(more->mapToGlobal(QPoint(0, more->height()))); });
}

void ChartFrame::refreshActions()
{
    const TimeChart* chart = timeChart();
    if (!chart)
        return;
    m_fit->setEnabled(chart->timePlot().isZoomed());
    m_fitButton->setEnabled(chart->timePlot().isZoomed());
}

void ChartFrame::copyChart()
{
    QGuiApplication::clipboard()->setImage(chartImage(m_view->plot(), stamped(m_options)));
    emit copied();
}

void ChartFrame::askForPng()
{
    auto* dialog = new ImageDialog(m_view->plot(), m_options, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] {
        m_options = dialog->options();
        askForFile(u"png"_s, tr("PNG images (*.png)"), [this](const QString& path) { savePng(path, m_options); });
    });
    dialog->open();
}

void ChartFrame::askForSvg()
{
    askForFile(u"svg"_s, tr("SVG drawings (*.svg)"), [this](const QString& path) { saveSvg(path, m_options); });
}

void ChartFrame::askForFile(const QString& suffix, const QString& filter,
                            const std::function<void(const QString&)>& save)
{
    FileChooser::Question question;
    question.kind = FileChooser::Kind::Save;
    question.title = tr("Save the chart");
    question.name = exportFileName(m_session.session(), m_view->plot().stem(), suffix);
    question.filter = filter;
    question.suffix = suffix;
    FileChooser::ask(this, question, save);
}

/// With where the chart comes from, as of now.
ExportOptions ChartFrame::stamped(ExportOptions options) const
{
    options.stamp = chartStamp(m_session.session());
    return options;
}

void ChartFrame::savePng(const QString& path, const ExportOptions& options)
{
    report(writePng(path, chartImage(m_view->plot(), stamped(options))), path);
}

void ChartFrame::saveSvg(const QString& path, const ExportOptions& options)
{
    report(writeBytes(path, chartSvg(m_view->plot(), stamped(options))), path);
}

void ChartFrame::report(const QFuture<Result<>>& written, const QString& path)
{
    whenDone(written, this, [this, path](const Result<>& done) {
        if (done)
            emit exported(path);
        else
            emit exportFailed(done.error().message);
    });
}

void ChartFrame::showNumbers()
{
    auto* dialog = new NumbersDialog(m_view->plot(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

} // namespace bv
