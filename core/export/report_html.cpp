#include "export/report_html.h"

#include <QCoreApplication>
#include <QXmlStreamReader>
#include <QXmlStreamWriter>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::ReportHtml)
};

const QString styleSheet = QStringLiteral(R"(
:root { --page: #fff; --text: #1d2126; --muted: #565e67; --line: #d5d9de; --shade: #f3f5f7; --accent: #0b62a8; }
@media screen and (prefers-color-scheme: dark) {
  :root { --page: #1b1e22; --text: #e8eaed; --muted: #a9b1ba; --line: #3b4148; --shade: #262a30; --accent: #7fbdf0; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 62rem; background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .75rem; }
h2 { font-size: 1.35rem; margin: 2.5rem 0 .75rem; padding-bottom: .25rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1.08rem; margin: 1.75rem 0 .5rem; }
h4 { font-size: 1rem; margin: 1.25rem 0 .5rem; }
p { margin: .6rem 0; }
a { color: var(--accent); }
.muted, caption, figcaption { color: var(--muted); font-size: .88rem; }
.wide { overflow-x: auto; margin: .75rem 0; }
table { border-collapse: collapse; font-size: .88rem; line-height: 1.35; width: 100%; overflow-wrap: normal; }
caption, figcaption { text-align: left; padding: 0 0 .3rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid var(--line); }
th { background: var(--shade); font-weight: 600; }
td { overflow-wrap: anywhere; min-width: 4ch; }
th.n, td.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
pre { background: var(--shade); border: 1px solid var(--line); border-radius: 4px; padding: .6rem .8rem; margin: .3rem 0;
  font: .8rem/1.4 ui-monospace, "DejaVu Sans Mono", monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
figure { margin: 1rem 0; }
figure svg { display: block; width: 100%; height: auto; background: #fff; border: 1px solid var(--line); border-radius: 4px; }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; margin: 0; }
.facts dt { color: var(--muted); } .facts dd { margin: 0; }
.finding { border-left: 3px solid var(--line); padding: .1rem 0 .1rem .9rem; margin: .9rem 0; }
.finding p { margin: .25rem 0; }
.answer { font-weight: 600; border: 1px solid var(--line); border-radius: 4px; padding: 0 .4rem; margin-right: .5rem;
  background: var(--shade); }
footer { margin-top: 3rem; padding-top: .6rem; border-top: 1px solid var(--line); color: var(--muted); font-size: .85rem; }
@page { margin: 18mm 15mm; }
@media print {
  body { padding: 0; max-width: none; font-size: 10pt; }
  h2, h3, h4, caption, figcaption { break-after: avoid; }
  tr, figure, .finding { break-inside: avoid; }
  thead { display: table-header-group; }
  .wide { overflow: visible; }
}
)");

/// Without what XML 1.0 has no place for (https://www.w3.org/TR/xml/#charsets).
QString allowed(QString text)
{
    for (qsizetype i = 0; i < text.size(); ++i) {
        const QChar c = text[i];
        const ushort code = c.unicode();
        if (c.isHighSurrogate() && i + 1 < text.size() && text[i + 1].isLowSurrogate()) {
            ++i;
            continue;
        }
        if ((code < 0x20 && code != '\t' && code != '\n') || c.isSurrogate() || code >= 0xfffe || code == 0x7f)
            text[i] = QChar::ReplacementCharacter;
    }
    return text;
}

QString escaped(const QString& text)
{
    return allowed(text).toHtmlEscaped();
}

QString element(const QString& name, const QString& text, const QString& cssClass = {})
{
    const QString attribute = cssClass.isEmpty() ? QString() : u" class=\"%1\""_s.arg(cssClass);
    return u'<' + name + attribute + u'>' + escaped(text) + u"</"_s + name + u'>';
}

/// The chart without what only a file of its own may have, and without anything that could act. Nothing where it is not
/// well-formed.
QString inlineSvg(const ReportChart& chart)
{
    QString markup;
    QXmlStreamReader reader(chart.svg);
    QXmlStreamWriter writer(&markup);
    while (!reader.atEnd()) {
        switch (reader.readNext()) {
        case QXmlStreamReader::StartElement: {
            if (reader.name() == "script"_L1 || reader.name() == "title"_L1 || reader.name() == "desc"_L1) {
                reader.skipCurrentElement();
                break;
            }
            const bool isRoot = reader.name() == "svg"_L1;
            writer.writeStartElement(reader.name().toString());
            if (isRoot) {
                writer.writeAttribute(u"xmlns"_s, u"http://www.w3.org/2000/svg"_s);
                writer.writeAttribute(u"xmlns:xlink"_s, u"http://www.w3.org/1999/xlink"_s);
                writer.writeAttribute(u"role"_s, u"img"_s);
                writer.writeAttribute(u"aria-label"_s, allowed(chart.summary.isEmpty() ? chart.title : chart.summary));
            }
            const QXmlStreamAttributes attributes = reader.attributes();
            for (const QXmlStreamAttribute& attribute : attributes) {
                const QStringView name = attribute.qualifiedName();
                const bool isSize = isRoot && (name == "width"_L1 || name == "height"_L1);
                // Widths come from the page, ids of two charts may be the same, and nothing here acts.
                if (!isSize && name != "id"_L1 && name != "xml:space"_L1 && !name.startsWith("on"_L1))
                    writer.writeAttribute(name.toString(), attribute.value().toString());
            }
            break;
        }
        case QXmlStreamReader::EndElement:
            writer.writeEndElement();
            break;
        case QXmlStreamReader::Characters:
            writer.writeCharacters(reader.text().toString());
            break;
        default:
            break;
        }
    }
    return reader.hasError() ? QString() : markup.trimmed();
}

/// Writes blocks as markup.
class Writer
{
public:
    QString html;

    void operator()(const ReportHeading& heading)
    {
        const QString name = u"h%1"_s.arg(std::clamp(heading.level, 1, 3) + 1); // h1 is the title
        if (heading.level > 1) {
            html += element(name, heading.text) + u'\n';
            return;
        }
        ++m_sections;
        html += u"<%1 id=\"s%2\">%3</%1>\n"_s.arg(name, QString::number(m_sections),
                                                  u"%1. %2"_s.arg(m_sections).arg(escaped(heading.text)));
    }
    void operator()(const ReportParagraph& paragraph)
    {
        html += element(u"p"_s, paragraph.text, paragraph.muted ? u"muted"_s : QString()) + u'\n';
    }
    void operator()(const ReportTable& table)
    {
        html += u"<div class=\"wide\"><table>\n"_s;
        if (!table.caption.isEmpty())
            html += element(u"caption"_s, table.caption) + u'\n';
        const auto cellClass = [&table](qsizetype column) { return column < table.textColumns ? QString() : u"n"_s; };
        html += u"<thead><tr>"_s;
        for (qsizetype i = 0; i < table.columns.size(); ++i)
            html += element(u"th"_s, table.columns[i], cellClass(i));
        html += u"</tr></thead>\n<tbody>\n"_s;
        for (const QStringList& row : table.rows) {
            html += u"<tr>"_s;
            for (qsizetype i = 0; i < row.size(); ++i)
                html += element(u"td"_s, row[i].isEmpty() ? u"–"_s : row[i], cellClass(i));
            html += u"</tr>\n"_s;
        }
        html += u"</tbody></table></div>\n"_s;
    }
    void operator()(const ReportChart& chart)
    {
        html += u"<figure>"_s + element(u"figcaption"_s, chart.title);
        const QString svg = inlineSvg(chart);
        html += (svg.isEmpty() ? element(u"p"_s, Text::tr("This chart could not be drawn.")) : svg) + u"</figure>\n"_s;
    }
    void operator()(const ReportListing& listing)
    {
        html += u"<figure>"_s;
        if (!listing.caption.isEmpty())
            html += element(u"figcaption"_s, listing.caption);
        html += element(u"pre"_s, listing.text) + u"</figure>\n"_s;
    }
    void operator()(const ReportFinding& finding)
    {
        html += u"<div class=\"finding\">"_s;
        if (!finding.statement.isEmpty() || !finding.answer.isEmpty())
            html += u"<p>"_s +
                    (finding.answer.isEmpty() ? QString() : element(u"span"_s, finding.answer, u"answer"_s)) +
                    element(u"strong"_s, finding.statement) + u"</p>"_s;
        html += element(u"p"_s, finding.sentence);
        if (!finding.cause.isEmpty())
            html += element(u"p"_s, finding.cause, u"muted"_s);
        if (!finding.check.isEmpty())
            html += element(u"p"_s, finding.check, u"muted"_s);
        html += u"</div>\n"_s;
    }

private:
    int m_sections = 0;
};

} // namespace

QByteArray reportHtml(const ReportDocument& document)
{
    Writer writer;
    QString& html = writer.html;
    html = u"<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\" xml:lang=\"en\">\n<head>\n"
           u"<meta charset=\"utf-8\"/>\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
           u"<meta name=\"color-scheme\" content=\"light dark\"/>\n"_s;
    html += element(u"title"_s, document.title.simplified()) + u"\n<style>"_s + styleSheet +
            u"</style>\n</head>\n<body>\n<header>\n"_s;
    html += element(u"h1"_s, document.title) + u"\n<dl class=\"facts\">"_s;
    for (const auto& [name, value] : document.facts)
        html += element(u"dt"_s, name) + element(u"dd"_s, value);
    html += u"</dl>\n</header>\n<main>\n"_s;
    for (const ReportBlock& block : document.blocks)
        std::visit(std::ref(writer), block);
    html += u"</main>\n"_s + element(u"footer"_s, document.footer) + u"\n</body>\n</html>\n"_s;
    return html.toUtf8();
}

} // namespace bv
