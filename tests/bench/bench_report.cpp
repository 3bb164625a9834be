#include "bench_support.h"
#include "export/report_html.h"
#include "report/report_charts.h"
#include "report/report_pages.h"
#include "support/rich_session.h"

#include <QApplication>
#include <QElapsedTimer>

using namespace Qt::StringLiterals;
using namespace bv;

namespace {

double seconds(const QElapsedTimer& timer)
{
    return static_cast<double>(timer.nsecsElapsed()) / 1e9;
}

/// Of the report of a session with `repeats` of 4 tests on 2 targets and a warm-up each.
void measure(int repeats)
{
    const auto session = std::make_shared<Session>(rich::session(u"bench"_s, 2, repeats));
    std::printf("%d runs\n", static_cast<int>(session->runs.size()));
    QList<double> html;
    QList<double> pdf;
    qsizetype pages = 0;
    for (int i = 0; i < 5; ++i) {
        QElapsedTimer timer;
        timer.start();
        const SessionCharts charts(session);
        ReportExtras extras;
        for (qsizetype chart = 0; chart < charts.count(); ++chart)
            extras.charts << charts.forReport(chart);
        const ReportDocument document = reportDocument(*session, extras);
        const double made = seconds(timer);
        (void)reportHtml(document);
        html << seconds(timer);
        timer.start();
        const ReportPages laid = ReportPages::of(document, ReportPaper::A4);
        (void)reportPdf(laid, document.title);
        pdf << made + seconds(timer);
        pages = laid.count();
    }
    bench::print("report to HTML, with its charts", html, "s");
    bench::print("report to PDF, with its charts", pdf, "s");
    std::printf("%d pages\n", static_cast<int>(pages));
}

} // namespace

int main(int argc, char** argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    const QApplication application(argc, argv);
    measure(7); // 64 runs
    measure(74);
    return 0;
}
