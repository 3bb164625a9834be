#pragma once

#include "charts/plot.h"
#include "export/report_document.h"

#include <memory>
#include <vector>

namespace bv {

class SessionModel;

/// A session with its charts, apart from the one that is shown. GUI thread; needs a QApplication on any platform.
class SessionCharts
{
public:
    explicit SessionCharts(std::shared_ptr<const Session> session);
    ~SessionCharts();

    const Session& session() const;
    qsizetype count() const { return static_cast<qsizetype>(m_plots.size()); }
    const Plot& plot(qsizetype place) const { return *m_plots.at(static_cast<std::size_t>(place)); }
    /// "cpu-events": of letters, digits and '-', unique among these and the same every time.
    QString name(qsizetype place) const { return m_names.at(place); }
    /// As it stands in a report: some 20 ms.
    ReportChart forReport(qsizetype place) const;

private:
    std::unique_ptr<SessionModel> m_model;
    std::vector<std::unique_ptr<Plot>> m_plots;
    QStringList m_names;
};

} // namespace bv
