#include "pages/live_page.h"

#include "base/figures.h"
#include "charts/chart_frame.h"
#include "charts/time_chart.h"
#include "models/chart_set.h"
#include "models/session_model.h"
#include "models/session_replay.h"
#include "pages/live_start.h"
#include "pages/live_values.h"
#include "run/engine.h"
#include "style/metrics.h"
#include "widgets/card.h"
#include "widgets/plan_strip.h"
#include "widgets/replay_bar.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFocusEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QProgressBar>
#include <QScrollArea>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

constexpr int redrawMs = 250;      // four times a second
constexpr int leastPlot = 110;     // pixels: less shows no course
constexpr double mostBeside = 0.4; // of a chart's width, for the values beside it

bool isUse(ChartKind kind)
{
    return kind == ChartKind::CpuUse || kind == ChartKind::DiskUse;
}

/// "1:02", "1:05:00".
QString clockText(double seconds)
{
    const auto whole = static_cast<qint64>(std::ceil(std::max(0.0, seconds)));
    const QString rest =
        u"%1:%2"_s.arg(whole / 60 % 60, whole >= 3600 ? 2 : 1, 10, QChar(u'0')).arg(whole % 60, 2, 10, QChar(u'0'));
    return whole >= 3600 ? u"%1:%2"_s.arg(whole / 3600).arg(rest) : rest;
}

} // namespace

LivePage::LivePage(const Services& services, QWidget* parent)
    : QWidget(parent)
    , m_services(services)
    , m_charts(new ChartSet(services.session, this))
    , m_stack(new QStackedWidget(this))
    , m_start(new LiveStart(services, m_stack))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(gap, gap, gap, gap);
    layout->setSpacing(gap);
    layout->addWidget(m_stack, 1);
    m_stack->addWidget(m_start);
    connect(m_start, &LiveStart::environmentWanted, this, &LivePage::environmentWanted);
    makeContent();
    m_redraw.setSingleShot(true);
    connect(&m_redraw, &QTimer::timeout, this, &LivePage::redraw);
    follow();
    makeRows();
    refreshPlanStatus();
    sayEnd();
    refreshState();
}

LivePage::~LivePage() = default;

QWidget* LivePage::makeHeader()
{
    auto* header = new QWidget(this);
    m_status = new QLabel(header);
    m_status->setObjectName(u"liveStatus"_s);
    m_status->setAccessibleName(tr("What is going on"));
    m_status->setWordWrap(true);
    m_status->setFont(fontAt(TextStep::Strong, font()));
    m_progress = new QProgressBar(header);
    m_progress->setObjectName(u"liveProgress"_s);
    m_progress->setAccessibleName(tr("Progress of this step"));
    m_progress->setRange(0, 100);
    m_progress->setFixedWidth(140);
    m_progress->hide();
    m_use = new QCheckBox(tr("CPU and dis&k use"), header);
    m_use->setObjectName(u"liveUse"_s);
    m_use->setToolTip(tr("Shows how busy CPU and disk were during the runs"));
    m_time = new QComboBox(header);
    m_time->setObjectName(u"liveTime"_s);
    m_time->setAccessibleName(tr("Time axis"));
    m_time->setToolTip(tr("Measured time puts the runs of all targets side by side; clock time shows when they ran"));
    m_time->addItem(tr("Measured time"));
    m_time->addItem(tr("Clock time"));
    auto* layout = new QHBoxLayout(header);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gapLarge);
    layout->addWidget(m_status, 1);
    layout->addWidget(m_progress);
    layout->addWidget(m_use);
    layout->addWidget(m_time);
    connect(m_use, &QCheckBox::toggled, this, [this](bool on) {
        m_charts->setUse(on);
        emit useShownChanged(on);
    });
    connect(m_time, &QComboBox::currentIndexChanged, this,
            [this](int index) { m_charts->setTime(index == 0 ? ChartTime::Measured : ChartTime::Clock); });
    return header;
}

void LivePage::makeContent()
{
    auto* page = new QWidget(m_stack);
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap);
    m_header = new QVBoxLayout;
    m_header->setSpacing(gap);
    m_header->addWidget(makeHeader());
    layout->addLayout(m_header);

    m_splitter = new QSplitter(Qt::Vertical, page);
    m_splitter->setObjectName(u"liveSplitter"_s);
    m_splitter->setChildrenCollapsible(false);
    m_scroll = new QScrollArea(m_splitter);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    auto* rows = new QWidget(m_scroll);
    m_rowLayout = new QVBoxLayout(rows);
    m_rowLayout->setContentsMargins(0, 0, 0, 0);
    m_rowLayout->setSpacing(gap);
    m_noCharts = new Caption(tr("The tests of this plan report no values while they run. Their results appear under "
                                "Results as each run ends."),
                             rows);
    m_rowLayout->addWidget(m_noCharts);
    m_scroll->setWidget(rows);
    m_scroll->viewport()->installEventFilter(this);
    m_splitter->addWidget(m_scroll);

    auto* card = new Card(tr("Plan"), m_splitter);
    m_planStatus = new QLabel(card);
    m_planStatus->setObjectName(u"livePlanStatus"_s);
    m_planStatus->setAccessibleName(tr("Progress of the plan"));
    card->header()->addWidget(m_planStatus);
    m_strip = new PlanStrip(m_services.session, card);
    card->body()->addWidget(m_strip, 1);
    m_splitter->addWidget(card);
    m_splitter->setStretchFactor(0, 1);
    m_splitter->setStretchFactor(1, 0);
    connect(m_strip, &PlanStrip::runActivated, this, &LivePage::runActivated);
    layout->addWidget(m_splitter, 1);
    m_stack->addWidget(page);
}

void LivePage::setReplay(SessionReplay& replay)
{
    m_replay = new ReplayBar(replay, this);
    m_header->insertWidget(0, m_replay);
    connect(&replay, &SessionReplay::changed, this, &LivePage::sayEnd);
    connect(&replay, &SessionReplay::activeChanged, this, &LivePage::sayEnd);
}

/// What the widget with the focus has no use for.
void LivePage::keyPressEvent(QKeyEvent* event)
{
    if (!m_replay || !m_replay->handleKey(*event))
        QWidget::keyPressEvent(event);
}

void LivePage::follow()
{
    const SessionModel& session = m_services.session;
    connect(m_charts, &ChartSet::rebuilt, this, &LivePage::makeRows);
    connect(m_charts, &ChartSet::changed, this, &LivePage::chartChanged);
    connect(&session, &SessionModel::reset, this, [this] {
        m_preparing = m_services.engine.isRunning() && m_services.session.isEmpty();
        refreshPlanStatus();
        sayEnd();
        refreshState();
    });
    connect(&session, &SessionModel::progressChanged, this, &LivePage::refreshPlanStatus);
    connect(&session, &SessionModel::liveChanged, this, [this] {
        refreshPlanStatus();
        sayEnd();
    });
    connect(&session, &SessionModel::runChanged, this, [this](qsizetype number) {
        if (m_services.session.runState(number) != RunState::Running)
            return;
        say(runningText(m_services.session, m_charts->groups(), number));
        m_strip->reveal(number);
    });
    Engine& engine = m_services.engine;
    connect(&engine, &Engine::phaseChanged, this, [this](const QString& words, double fraction) {
        m_preparing = m_services.session.isEmpty();
        say(words, fraction);
        refreshState();
    });
    connect(&engine, &Engine::finished, this, &LivePage::end);
}

bool LivePage::isUseShown() const
{
    return m_use->isChecked();
}

void LivePage::setUseShown(bool shown)
{
    m_use->setChecked(shown);
}

QString LivePage::status() const
{
    return m_preparing ? m_start->text() : m_status->text();
}

QString LivePage::planStatus() const
{
    return m_planStatus->text();
}

QList<ChartFrame*> LivePage::frames() const
{
    QList<ChartFrame*> frames;
    for (const Row& row : m_rows)
        frames << row.frame;
    return frames;
}

LivePage::Row LivePage::makeRow(ChartKind kind)
{
    const SessionModel& session = m_services.session;
    auto* chart =
        new TimeChart([&session](const QString& id, const Theme& theme) { return targetLook(session, id, theme); });
    auto* frame = new ChartFrame(chart, session, m_scroll->widget());
    auto* values = new LiveValues(*m_charts, *chart, frame);
    frame->setCompanion(values);
    chart->setMinimumHeight(leastPlot + 3 * fontMetrics().height() + 2 * (gap + gapSmall));
    frame->setObjectName(isUse(kind) ? u"chart-use"_s : u"chart-"_s + chartStem(kind));
    connect(frame, &ChartFrame::exported, this, &LivePage::exported);
    connect(frame, &ChartFrame::exportFailed, this, &LivePage::exportFailed);
    if (isUse(kind))
        makeUseChoices(frame);
    return {frame, chart, values, kind};
}

void LivePage::makeUseChoices(ChartFrame* frame)
{
    const auto makeBox = [frame](const QString& name, const QString& accessibleName, const QStringList& items) {
        auto* box = new QComboBox(frame);
        box->setObjectName(name);
        box->setAccessibleName(accessibleName);
        box->addItems(items);
        frame->header()->insertWidget(1, box);
        return box;
    };
    m_useView = makeBox(u"liveUseView"_s, tr("Seen from"), {tr("Seen from the host"), tr("Seen inside the VM")});
    m_useQuantity = makeBox(u"liveUseQuantity"_s, tr("What is shown"), {tr("CPU"), tr("Disk")});
    connect(m_useView, &QComboBox::currentIndexChanged, this,
            [this](int index) { m_charts->setUseView(index == 0 ? UseView::Host : UseView::Guest); });
    connect(m_useQuantity, &QComboBox::currentIndexChanged, this, [this] {
        for (const Row& row : std::as_const(m_rows))
            redrawRow(row);
        alignRows();
    });
}

int LivePage::placeOf(const Row& row) const
{
    if (!isUse(row.kind))
        return m_charts->placeOf(row.kind);
    return m_charts->placeOf(m_useQuantity->currentIndex() == 0 ? ChartKind::CpuUse : ChartKind::DiskUse);
}

/// A row for each chart; those that stay keep their widgets, and with them zoom and hidden lines.
void LivePage::makeRows()
{
    QList<ChartKind> wanted;
    for (int i = 0; i < m_charts->count(); ++i) {
        const ChartKind kind = m_charts->chart(i).kind;
        if (kind != ChartKind::DiskUse) // shares the row of CpuUse
            wanted << kind;
    }
    QList<Row> rows;
    for (const ChartKind kind : std::as_const(wanted)) {
        const auto known =
            std::find_if(m_rows.begin(), m_rows.end(), [kind](const Row& row) { return row.kind == kind; });
        rows << (known == m_rows.end() ? makeRow(kind) : *known);
    }
    for (const Row& old : std::as_const(m_rows)) {
        if (!wanted.contains(old.kind)) {
            if (isUse(old.kind))
                m_useView = m_useQuantity = nullptr;
            old.frame->hide();
            old.frame->deleteLater();
        }
    }
    m_rows = rows;
    for (const Row& row : std::as_const(m_rows)) {
        m_rowLayout->removeWidget(row.frame);
        m_rowLayout->addWidget(row.frame, 1);
        row.frame->show();
        redrawRow(row);
    }
    if (m_useView) {
        const QList<TargetSettings>& targets = m_services.session.targets();
        m_useView->setVisible(std::any_of(targets.cbegin(), targets.cend(), [](const TargetSettings& target) {
            return target.kind == TargetKind::Qemu; // only they have an inside of their own
        }));
    }
    m_noCharts->setVisible(m_rows.isEmpty());
    m_dirty.clear();
    alignRows();
}

/// The same width beside all charts, so that they end at one line; the charts keep the larger part.
/// How much room there is for values is known when the page has been laid out.
bool LivePage::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_scroll->viewport() && event->type() == QEvent::Resize)
        alignRows();
    return QWidget::eventFilter(watched, event);
}

void LivePage::alignRows()
{
    const auto widest = [this](auto widthOf) {
        int width = 0;
        for (const Row& row : std::as_const(m_rows))
            width = std::max(width, widthOf(*row.values));
        return width;
    };
    const int most = static_cast<int>(m_scroll->viewport()->width() * mostBeside);
    const bool stacked = widest([](const LiveValues& values) { return values.widthSideBySide(); }) > most;
    for (const Row& row : std::as_const(m_rows))
        row.values->setStacked(stacked);
    const int width = std::min(widest([](const LiveValues& values) { return values.sizeHint().width(); }), most);
    for (const Row& row : std::as_const(m_rows)) {
        if (row.values->width() != width)
            row.values->setFixedWidth(width);
    }
}

void LivePage::chartChanged(int chart)
{
    m_dirty << chart;
    if (m_redraw.isActive() || !isVisible())
        return;
    const qint64 since = m_sinceRedraw.isValid() ? m_sinceRedraw.elapsed() : redrawMs;
    m_redraw.start(static_cast<int>(std::clamp<qint64>(redrawMs - since, 0, redrawMs)));
}

void LivePage::redraw()
{
    if (!isVisible())
        return;
    m_sinceRedraw.start();
    const QSet<int> dirty = std::exchange(m_dirty, {});
    for (const Row& row : std::as_const(m_rows)) {
        if (dirty.contains(placeOf(row)))
            redrawRow(row);
    }
    alignRows();
}

void LivePage::redrawRow(const Row& row)
{
    const int place = placeOf(row);
    if (place < 0)
        return;
    row.chart->setData(m_charts->chart(place));
    row.frame->refreshTitle();
    row.values->refresh();
}

void LivePage::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    alignRows();
}

void LivePage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (!m_dirty.isEmpty())
        redraw();
}

/// Where the keys of a page go that was chosen by key.
void LivePage::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    if (m_replay && m_replay->isVisible())
        m_replay->takeFocus();
    else if (!m_rows.isEmpty() && m_rows.first().chart->isVisible())
        m_rows.first().chart->setFocus(event->reason());
}

void LivePage::say(const QString& words, double fraction)
{
    m_status->setText(words);
    m_progress->setVisible(fraction >= 0); // without a known end there is no bar: nothing moves for its own sake
    m_progress->setValue(static_cast<int>(std::clamp(fraction, 0.0, 1.0) * 100));
    m_start->say(words, fraction);
}

/// The words for a session of which nothing is running.
void LivePage::sayEnd()
{
    const SessionModel& session = m_services.session;
    if (session.isEmpty() || session.isLive())
        return;
    if (session.isRecorded()) {
        const SessionProgress& progress = session.progress();
        if (session.runningNumber() < 0)
            say(progress.done < progress.total ? tr("The next run is about to begin") : tr("The replay has ended"));
        return;
    }
    const QString name = session.session().name.isEmpty() ? session.session().plan.name : session.session().name;
    const QString title =
        name.isEmpty()
            ? session.sessionId()
            : tr("%1, %2").arg(name, QLocale().toString(session.session().created.toLocalTime(), QLocale::ShortFormat));
    switch (session.session().state) {
    case SessionState::Finished:
        say(tr("Finished: %1").arg(title));
        break;
    case SessionState::Cancelled:
        say(tr("Stopped: %1. The finished runs are kept.").arg(title));
        break;
    case SessionState::Failed:
        say(tr("Failed: %1. The finished runs are kept.").arg(title));
        break;
    case SessionState::Interrupted:
        say(tr("Interrupted: %1. It can be resumed from Sessions.").arg(title));
        break;
    case SessionState::Running:
        say(title);
        break;
    }
}

/// What became of it is said by the window, on every page.
void LivePage::end()
{
    m_preparing = false;
    sayEnd();
    refreshPlanStatus();
    refreshState();
}

void LivePage::refreshPlanStatus()
{
    const SessionModel& session = m_services.session;
    if (session.isLive() && session.progress().total > 0) {
        const SessionProgress& progress = session.progress();
        const bool open = progress.remaining.minS < progress.remaining.maxS;
        const QString left = clockText(progress.remaining.maxS);
        m_planStatus->setText((open ? tr("%1 of %2 · at most %3 left") : tr("%1 of %2 · %3 left"))
                                  .arg(progress.done)
                                  .arg(progress.total)
                                  .arg(left));
        return;
    }
    int done = 0;
    int failed = 0;
    for (qsizetype run = 0; run < session.runCount(); ++run) {
        const RunState state = session.runState(run);
        done += state == RunState::Ok || state == RunState::Skipped ? 1 : 0;
        failed += state == RunState::Failed ? 1 : 0;
    }
    const QString counts = tr("%1 of %2").arg(done).arg(session.runCount());
    m_planStatus->setText(failed > 0 ? tr("%1 · %n failed", nullptr, failed).arg(counts) : counts);
}

void LivePage::refreshState()
{
    if (!m_services.session.isEmpty()) {
        m_preparing = false;
        m_stack->setCurrentIndex(1);
        return;
    }
    m_start->setPreparing(m_preparing);
    m_stack->setCurrentIndex(0);
}

} // namespace bv
