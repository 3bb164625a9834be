#pragma once

#include "export/report_document.h"

namespace bv {

/// The report as one HTML file that needs nothing else: UTF-8, charts as SVG in it, no scripts. Well-formed as XML, too
/// (XHTML5, https://www.w3.org/TR/html-polyglot/). Texts cannot become markup; characters that XML does not allow
/// become U+FFFD. Light or dark as the reader's system asks for; on paper light, no row of a table split. Pure; any
/// thread.
QByteArray reportHtml(const ReportDocument& document);

} // namespace bv
