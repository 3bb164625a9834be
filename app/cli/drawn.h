#pragma once

#include "base/result.h"
#include "export/report_document.h"

/// What of a session is drawn; needs a QApplication. Without a window these are not built.
namespace bv::cli {

/// The session's charts for its report.
QList<ReportChart> reportCharts(const Session& session);

/// Each chart of the session into the folder, which is made where it is not there: "cpu-events.png" or ".svg", as large
/// as the window's dialog proposes. NotFound where the session has nothing to draw yet; the errors of saveFile().
Result<> writePngCharts(const QString& folder, const Session& session);
Result<> writeSvgCharts(const QString& folder, const Session& session);

/// "a4" or "letter".
QByteArray pdfOf(const ReportDocument& document, const QString& paper);

} // namespace bv::cli
