#include "cli/drawn.h"

#include "charts/chart_export.h"
#include "export/save_file.h"
#include "report/report_charts.h"
#include "report/report_pages.h"

#include <QCoreApplication>
#include <QDir>
#include <functional>

using namespace Qt::StringLiterals;

namespace bv::cli {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::cli::Drawn)
};

using Draw = std::function<Result<QByteArray>(const Plot& plot, const ExportOptions& options)>;

Result<> writeCharts(const QString& folder, const Session& session, const QString& suffix, const Draw& draw)
{
    const SessionCharts charts(std::make_shared<Session>(session));
    if (charts.count() == 0)
        return Error(Error::Code::NotFound,
                     Text::tr("Session %1 has no result yet, so that there is no chart of it.").arg(session.id));
    if (!QDir().mkpath(folder))
        return Error(Error::Code::Io, Text::tr("Folder %1 cannot be made. Choose another one.").arg(folder));
    ExportOptions options;
    options.size = usualExportSize;
    options.stamp = chartStamp(session);
    for (qsizetype i = 0; i < charts.count(); ++i) {
        const Result<QByteArray> content = draw(charts.plot(i), options);
        if (!content)
            return content.error();
        if (const auto saved = saveFile(u"%1/%2.%3"_s.arg(folder, charts.name(i), suffix), *content); !saved)
            return saved.error();
    }
    return Unit();
}

} // namespace

QList<ReportChart> reportCharts(const Session& session)
{
    const SessionCharts charts(std::make_shared<Session>(session));
    QList<ReportChart> drawn;
    for (qsizetype i = 0; i < charts.count(); ++i)
        drawn << charts.forReport(i);
    return drawn;
}

Result<> writePngCharts(const QString& folder, const Session& session)
{
    return writeCharts(folder, session, u"png"_s, [](const Plot& plot, const ExportOptions& options) {
        return pngBytes(chartImage(plot, options));
    });
}

Result<> writeSvgCharts(const QString& folder, const Session& session)
{
    return writeCharts(folder, session, u"svg"_s, [](const Plot& plot, const ExportOptions& options) {
        return Result<QByteArray>(chartSvg(plot, options));
    });
}

QByteArray pdfOf(const ReportDocument& document, const QString& paper)
{
    const ReportPaper size = paper == "letter"_L1 ? ReportPaper::Letter : ReportPaper::A4;
    return reportPdf(ReportPages::of(document, size), document.title);
}

} // namespace bv::cli
