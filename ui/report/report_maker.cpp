#include "report/report_maker.h"

#include "base/when_done.h"
#include "export/command_sheet.h"
#include "report/report_charts.h"

#include <QtConcurrent/QtConcurrentRun>
#include <QTimer>

namespace bv {

namespace {

std::shared_ptr<const MadeReport> madeOf(const std::shared_ptr<const Session>& session,
                                         const QList<ReportChart>& charts, const EngineSettings& settings,
                                         const MachineLimits& limits, ReportPaper paper)
{
    auto report = std::make_shared<MadeReport>();
    report->session = session;
    const ReportExtras extras{charts, sessionCommandSheet(*session, settings, limits).lines};
    report->document = reportDocument(*session, extras);
    report->pages = ReportPages::of(report->document, paper);
    return report;
}

} // namespace

ReportMaker::ReportMaker(QObject* parent)
    : QObject(parent)
{
}

ReportMaker::~ReportMaker() = default;

void ReportMaker::make(std::shared_ptr<const Session> session, const EngineSettings& settings,
                       const MachineLimits& limits, ReportPaper paper)
{
    cancel();
    m_session = std::move(session);
    m_settings = settings;
    m_limits = limits;
    m_paper = paper;
    m_making = true;
    QTimer::singleShot(0, this, [this, attempt = m_attempt] {
        if (attempt != m_attempt)
            return;
        m_charts = std::make_unique<SessionCharts>(m_session);
        step();
    });
}

void ReportMaker::cancel()
{
    ++m_attempt;
    m_making = false;
    m_charts.reset();
    m_drawn.clear();
}

void ReportMaker::step()
{
    const auto all = static_cast<int>(m_charts->count()) + 1;
    emit progressed(static_cast<int>(m_drawn.size()), all);
    if (m_drawn.size() == m_charts->count()) {
        finish();
        return;
    }
    m_drawn << m_charts->forReport(m_drawn.size());
    QTimer::singleShot(0, this, [this, attempt = m_attempt] {
        if (attempt == m_attempt)
            step();
    });
}

void ReportMaker::finish()
{
    m_charts.reset();
    whenDone(QtConcurrent::run(madeOf, m_session, m_drawn, m_settings, m_limits, m_paper), this,
             [this, attempt = m_attempt](const std::shared_ptr<const MadeReport>& report) {
                 if (attempt != m_attempt)
                     return;
                 cancel();
                 emit made(report);
             });
}

} // namespace bv
