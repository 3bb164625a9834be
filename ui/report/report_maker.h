#pragma once

#include "export/report_document.h"
#include "plan/machine_limits.h"
#include "report/report_pages.h"
#include "run/engine_settings.h"

#include <QObject>
#include <memory>

namespace bv {

class SessionCharts;

/// A report that is ready: written as HTML or PDF, printed, or shown.
struct MadeReport
{
    std::shared_ptr<const Session> session;
    ReportDocument document;
    ReportPages pages;
};

/// Makes the report of a session a piece at a time: each chart in a turn of its own of the GUI's thread, everything
/// else on the pool. GUI thread.
class ReportMaker : public QObject
{
    Q_OBJECT
public:
    explicit ReportMaker(QObject* parent = nullptr);
    ~ReportMaker() override;

    /// An earlier making is given up. `settings` and `limits` are for the commands.
    void make(std::shared_ptr<const Session> session, const EngineSettings& settings, const MachineLimits& limits,
              ReportPaper paper);
    void cancel();
    bool isMaking() const { return m_making; }

signals:
    /// Pieces that are done of all.
    void progressed(int done, int all);
    void made(std::shared_ptr<const bv::MadeReport> report);

private:
    void step();
    void finish();

    std::shared_ptr<const Session> m_session;
    EngineSettings m_settings;
    MachineLimits m_limits;
    ReportPaper m_paper = ReportPaper::A4;
    std::unique_ptr<SessionCharts> m_charts;
    QList<ReportChart> m_drawn;
    int m_attempt = 0; ///< answers to an earlier one are dropped
    bool m_making = false;
};

} // namespace bv
