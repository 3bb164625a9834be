#include "report/report_charts.h"

#include "charts/chart_export.h"
#include "models/session_model.h"

using namespace Qt::StringLiterals;

namespace bv {

namespace {

constexpr QSize sizeInReport(720, 400); // so large that its smallest type can be read on paper

/// The stem, and a number where another chart has the same.
QString uniqueName(const QString& stem, const QStringList& taken)
{
    QString name = stem;
    for (int i = 2; taken.contains(name); ++i)
        name = u"%1-%2"_s.arg(stem).arg(i);
    return name;
}

} // namespace

SessionCharts::SessionCharts(std::shared_ptr<const Session> session)
    : m_model(std::make_unique<SessionModel>())
{
    m_model->show(std::move(session));
    m_plots = allPlots(*m_model);
    for (const auto& plot : m_plots)
        m_names << uniqueName(plot->stem(), m_names);
}

SessionCharts::~SessionCharts() = default;

const Session& SessionCharts::session() const
{
    return m_model->session();
}

ReportChart SessionCharts::forReport(qsizetype place) const
{
    ExportOptions options;
    options.size = sizeInReport;
    options.withTitle = false; // the report has it as caption
    const Plot& one = plot(place);
    QByteArray svg = chartSvg(one, options);
    // Lines get thinner and thicker with the chart; on paper they would be hairs otherwise.
    svg.replace(" vector-effect=\"non-scaling-stroke\"", "");
    return {u"%1, %2"_s.arg(one.title(), one.unit()), one.summary(), svg};
}

} // namespace bv
