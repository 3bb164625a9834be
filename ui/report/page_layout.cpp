#include "report/page_layout.h"

#include <QCoreApplication>
#include <QPageSize>
#include <QSvgRenderer>
#include <QTextLayout>
#include <algorithm>
#include <numeric>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::ReportPages)
};

constexpr double point = ReportPages::unit;
constexpr double sideMargin = 50 * point;
constexpr double topMargin = 48 * point;
constexpr double bottomMargin = 60 * point;
constexpr double cellPadding = 3 * point;
constexpr double leastTextColumn = 42 * point;

const QColor ink(0x1d, 0x21, 0x26);
const QColor muted(0x56, 0x5e, 0x67);
const QColor line(0xd5, 0xd9, 0xde);
const QColor shade(0xf3, 0xf5, 0xf7);

QFont makeFont(double points, bool strong = false, bool mono = false)
{
    QFont font;
    if (mono) {
        font.setFamilies({u"DejaVu Sans Mono"_s, u"Liberation Mono"_s, u"Monospace"_s});
        font.setStyleHint(QFont::Monospace);
    } else {
        font.setFamilies({u"DejaVu Sans"_s, u"Noto Sans"_s, u"Liberation Sans"_s, u"Sans Serif"_s});
        font.setStyleHint(QFont::SansSerif);
    }
    font.setHintingPreference(QFont::PreferNoHinting); // widths are those of the paper, not of a screen
    font.setPixelSize(qRound(points * point));
    font.setWeight(strong ? QFont::Bold : QFont::Normal);
    return font;
}

/// Without what a line of text has no place for.
QString printable(QString text)
{
    text.replace(u'\t', u"    "_s);
    for (QChar& c : text) {
        if (c != u'\n' && !c.isPrint() && !c.isSurrogate() && c != QChar(0x200d))
            c = c.isSpace() ? QChar(u' ') : QChar(QChar::ReplacementCharacter);
    }
    return text;
}

} // namespace

PageLayout::PageLayout(const ReportDocument& document, ReportPaper paper)
{
    m_result.m_paper = paper;
    m_result.m_fonts = {makeFont(9.5),      makeFont(8),        makeFont(9.5, true), makeFont(7, false, true),
                        makeFont(24, true), makeFont(15, true), makeFont(11, true),  makeFont(8),
                        makeFont(8, true),  makeFont(7),        makeFont(7, true),   makeFont(6),
                        makeFont(6, true)};
    for (const QFont& font : std::as_const(m_result.m_fonts))
        m_metrics << QFontMetricsF(font);
    const QSizeF page = m_result.size() * point;
    m_area = QRectF(sideMargin, topMargin, page.width() - 2 * sideMargin, page.height() - topMargin - bottomMargin);
    titlePage(document);
    newPage();
    for (const ReportBlock& block : document.blocks)
        std::visit(std::ref(*this), block);
    contents();
    footers(document.footer);
}

ReportPages PageLayout::take()
{
    return std::move(m_result);
}

double PageLayout::lineHeight(int font) const
{
    return m_metrics[font].height() * 1.12;
}

void PageLayout::newPage()
{
    m_result.m_pages.append(QList<PageItem>());
    m_y = m_area.top();
}

void PageLayout::need(double height)
{
    if (m_y > m_area.top() && m_y + height > m_area.bottom())
        newPage();
}

void PageLayout::space(double height)
{
    if (m_y > m_area.top())
        m_y += height;
}

QStringList PageLayout::lines(const QString& text, int font, double width) const
{
    QStringList result;
    const QStringList paragraphs = printable(text).split(u'\n');
    for (const QString& paragraph : paragraphs) {
        if (m_metrics[font].horizontalAdvance(paragraph) <= width) {
            result << paragraph;
            continue;
        }
        QTextLayout layout(paragraph, m_result.m_fonts[font]);
        QTextOption option;
        option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
        layout.setTextOption(option);
        layout.beginLayout();
        for (QTextLine one = layout.createLine(); one.isValid(); one = layout.createLine()) {
            one.setLineWidth(width);
            result << paragraph.mid(one.textStart(), std::max(one.textLength(), 1));
        }
        layout.endLayout();
    }
    return result;
}

void PageLayout::put(const QString& text, int font, const QColor& color, const QRectF& rect, Qt::Alignment alignment)
{
    if (!text.isEmpty())
        m_result.m_pages.last() << PageItem{PageItem::Kind::Text, rect, text, font, color, alignment, {}};
}

void PageLayout::fill(const QRectF& rect, const QColor& color)
{
    m_result.m_pages.last() << PageItem{PageItem::Kind::Fill, rect, {}, 0, color, {}, {}};
}

void PageLayout::flow(const QString& text, int font, const QColor& color, double indent)
{
    const double height = lineHeight(font);
    const QStringList broken = lines(text, font, m_area.width() - indent);
    for (const QString& one : broken) {
        need(height);
        put(one, font, color, QRectF(m_area.left() + indent, m_y, m_area.width() - indent, height));
        m_y += height;
    }
}

void PageLayout::titlePage(const ReportDocument& document)
{
    newPage();
    m_y = m_area.top() + 90 * point;
    flow(document.title, Title, ink);
    m_y += 14 * point;
    for (const auto& [name, value] : document.facts) {
        put(name, Body, muted, QRectF(m_area.left(), m_y, 90 * point, lineHeight(Body)));
        flow(value, Body, ink, 90 * point);
        m_y += 2 * point;
    }
    m_y += 34 * point;
    m_result.m_pages = {m_result.m_pages.first()}; // a title that does not fit on its page is cut there
}

/// On the title page, once the pages are known.
void PageLayout::contents()
{
    const double height = lineHeight(Body) * 1.25;
    double y = m_area.bottom() - height * static_cast<double>(m_sections.size() + 2);
    const auto put = [this](const QString& text, int font, const QRectF& rect, Qt::Alignment alignment) {
        m_result.m_pages.first() << PageItem{PageItem::Kind::Text, rect, text, font, ink, alignment, {}};
    };
    put(Text::tr("Contents"), Strong, QRectF(m_area.left(), y, m_area.width(), height), Qt::AlignLeft);
    y += height * 1.2;
    for (const Entry& entry : std::as_const(m_sections)) {
        const QRectF room(m_area.left(), y, m_area.width(), height);
        put(entry.text, Body, room, Qt::AlignLeft);
        put(QString::number(entry.page), Body, room, Qt::AlignRight);
        m_result.m_pages.first() << PageItem{
            PageItem::Kind::Fill, QRectF(room.left(), room.bottom(), room.width(), 0.4 * point), {}, 0, line, {}, {}};
        y += height;
    }
}

void PageLayout::footers(const QString& stamp)
{
    const double height = lineHeight(Small);
    const QRectF room(m_area.left(), m_area.bottom() + 18 * point, m_area.width(), height);
    const double numberWidth = 80 * point;
    const QString shown = m_metrics[Small].elidedText(printable(stamp), Qt::ElideRight, room.width() - numberWidth);
    for (qsizetype i = 0; i < m_result.m_pages.size(); ++i) {
        QList<PageItem>& page = m_result.m_pages[i];
        page << PageItem{PageItem::Kind::Fill,
                         QRectF(room.left(), room.top() - 5 * point, room.width(), 0.4 * point),
                         {},
                         0,
                         line,
                         {},
                         {}};
        page << PageItem{PageItem::Kind::Text, room, shown, Small, muted, Qt::AlignLeft, {}};
        page << PageItem{
            PageItem::Kind::Text, room, Text::tr("Page %1 of %2").arg(i + 1).arg(m_result.m_pages.size()), Small, muted,
            Qt::AlignRight,       {}};
    }
}

void PageLayout::operator()(const ReportHeading& heading)
{
    const int font = heading.level <= 1 ? Section : heading.level == 2 ? Part : Strong;
    space((heading.level <= 1 ? 22 : 14) * point);
    need(lineHeight(font) + 70 * point); // never alone at the foot of a page
    if (heading.level <= 1) {
        const QString text = u"%1. %2"_s.arg(m_sections.size() + 1).arg(heading.text);
        m_sections << Entry{printable(text), m_result.m_pages.size()};
        flow(text, font, ink);
        fill(QRectF(m_area.left(), m_y + 2 * point, m_area.width(), 0.6 * point), line);
        m_y += 8 * point;
        return;
    }
    flow(heading.text, font, ink);
    m_y += 4 * point;
}

void PageLayout::operator()(const ReportParagraph& paragraph)
{
    space(3 * point);
    flow(paragraph.text, paragraph.muted ? Small : Body, paragraph.muted ? muted : ink);
    m_y += 4 * point;
}

void PageLayout::operator()(const ReportListing& listing)
{
    space(4 * point);
    const double height = lineHeight(Mono);
    need(lineHeight(Small) + 4 * height);
    if (!listing.caption.isEmpty()) {
        flow(listing.caption, Small, muted);
        m_y += 2 * point;
    }
    const double padding = 5 * point;
    const QStringList broken = lines(listing.text, Mono, m_area.width() - 2 * padding);
    for (const QString& one : broken) {
        need(height);
        fill(QRectF(m_area.left(), m_y, m_area.width(), height + 1), shade);
        put(one, Mono, ink, QRectF(m_area.left() + padding, m_y, m_area.width() - 2 * padding, height));
        m_y += height;
    }
    m_y += 8 * point;
}

void PageLayout::operator()(const ReportChart& chart)
{
    space(6 * point);
    const QSvgRenderer renderer(chart.svg);
    const QSizeF own = renderer.isValid() ? renderer.viewBoxF().size() : QSizeF();
    if (own.isEmpty()) {
        (*this)(ReportParagraph{Text::tr("Chart %1 could not be drawn.").arg(chart.title), true});
        return;
    }
    const double height = m_area.width() * own.height() / own.width();
    need(lineHeight(Small) + 2 * point + height);
    flow(chart.title, Small, muted);
    m_y += 2 * point;
    m_result.m_pages.last() << PageItem{
        PageItem::Kind::Chart, QRectF(m_area.left(), m_y, m_area.width(), height), chart.title, 0, {}, {}, chart.svg};
    m_y += height + 10 * point;
}

void PageLayout::operator()(const ReportFinding& finding)
{
    constexpr double indent = 10 * point;
    space(4 * point);
    QString head = finding.statement;
    if (!finding.answer.isEmpty())
        head = head.isEmpty() ? finding.answer : u"%1: %2"_s.arg(finding.answer, head);
    const double width = m_area.width() - indent;
    double height = 0;
    for (const auto& [text, font] : {std::pair{head, Strong}, std::pair{finding.sentence, Body},
                                     std::pair{finding.cause, Small}, std::pair{finding.check, Small}}) {
        if (!text.isEmpty())
            height += lineHeight(font) * static_cast<double>(lines(text, font, width).size());
    }
    const bool fits = height < m_area.height();
    if (fits)
        need(height);
    const double begin = m_y;
    if (!head.isEmpty())
        flow(head, Strong, ink, indent);
    flow(finding.sentence, Body, ink, indent);
    if (!finding.cause.isEmpty())
        flow(finding.cause, Small, muted, indent);
    if (!finding.check.isEmpty())
        flow(finding.check, Small, muted, indent);
    if (fits)
        fill(QRectF(m_area.left(), begin, 2 * point, m_y - begin), line);
    m_y += 6 * point;
}

double PageLayout::naturalWidth(const ReportTable& table, qsizetype column, int font) const
{
    double width = 0;
    const bool isText = column < table.textColumns;
    if (isText) {
        width = m_metrics[font + 1].horizontalAdvance(printable(table.columns[column]));
    } else { // its heading may wrap
        const QStringList words = printable(table.columns[column]).split(u' ');
        for (const QString& word : words)
            width = std::max(width, m_metrics[font + 1].horizontalAdvance(word));
    }
    for (const QStringList& row : table.rows)
        width = std::max(width, m_metrics[font].horizontalAdvance(printable(row.value(column).left(400))));
    return width + 2 * cellPadding + point;
}

/// Figures get what they need, in smaller type where there are many; texts share what is left, and wrap.
PageLayout::Columns PageLayout::columnsOf(const ReportTable& table) const
{
    Columns columns;
    const qsizetype count = table.columns.size();
    const qsizetype texts = std::min<qsizetype>(table.textColumns, count);
    for (const int font : {Cell8, Cell7, Cell6}) {
        columns.font = font;
        columns.widths.clear();
        for (qsizetype i = 0; i < count; ++i)
            columns.widths << naturalWidth(table, i, font);
        const double figures = std::accumulate(columns.widths.cbegin() + texts, columns.widths.cend(), 0.0);
        if (figures + leastTextColumn * 1.6 * static_cast<double>(texts) <= m_area.width())
            break;
    }
    const double natural = std::accumulate(columns.widths.cbegin(), columns.widths.cend(), 0.0);
    double extra = m_area.width() - natural;
    if (extra >= 0) {
        for (double& width : columns.widths)
            width += extra * width / natural;
        return columns;
    }
    const double figures = std::accumulate(columns.widths.cbegin() + texts, columns.widths.cend(), 0.0);
    const double left = std::max(m_area.width() - figures, leastTextColumn * static_cast<double>(texts));
    // Narrow texts keep their width; wide ones share the rest.
    QList<bool> kept(texts, false);
    double room = left;
    qsizetype sharing = texts;
    for (bool again = true; again;) {
        again = false;
        for (qsizetype i = 0; i < texts; ++i) {
            if (!kept[i] && columns.widths[i] <= room / static_cast<double>(sharing)) {
                kept[i] = again = true;
                room -= columns.widths[i];
                --sharing;
            }
        }
    }
    double wanted = 0;
    for (qsizetype i = 0; i < texts; ++i)
        wanted += kept[i] ? 0 : columns.widths[i];
    for (qsizetype i = 0; i < texts; ++i) {
        if (!kept[i]) // half equally, half as much as they hold
            columns.widths[i] = room / 2 / static_cast<double>(sharing) + room / 2 * columns.widths[i] / wanted;
    }
    const double all = std::accumulate(columns.widths.cbegin(), columns.widths.cend(), 0.0);
    if (all > m_area.width()) {
        for (double& width : columns.widths)
            width *= m_area.width() / all;
    }
    return columns;
}

double PageLayout::rowHeight(const QStringList& cells, const Columns& columns, bool isHeading) const
{
    const int font = columns.font + (isHeading ? 1 : 0);
    qsizetype most = 1;
    for (qsizetype i = 0; i < columns.widths.size(); ++i)
        most = std::max(most, lines(cells.value(i), font, columns.widths[i] - 2 * cellPadding).size());
    return static_cast<double>(most) * lineHeight(font) + 2 * cellPadding;
}

void PageLayout::row(const QStringList& cells, const ReportTable& table, const Columns& columns, bool isHeading)
{
    const int font = columns.font + (isHeading ? 1 : 0);
    const double height = std::min(rowHeight(cells, columns, isHeading), m_area.bottom() - m_y);
    const double step = lineHeight(font);
    if (isHeading)
        fill(QRectF(m_area.left(), m_y, m_area.width(), height), shade);
    double x = m_area.left();
    for (qsizetype i = 0; i < columns.widths.size(); ++i) {
        const QRectF room(x + cellPadding, m_y + cellPadding, columns.widths[i] - 2 * cellPadding, step);
        const QString cell = cells.value(i);
        QStringList broken = lines(cell.isEmpty() && !isHeading ? u"–"_s : cell, font, room.width());
        const auto fitting = static_cast<qsizetype>((height - 2 * cellPadding) / step + 0.01);
        if (broken.size() > fitting && fitting > 0) { // higher than a page: the row is cut, not split
            broken = broken.first(fitting);
            broken.last() = u"…"_s;
        }
        for (qsizetype l = 0; l < broken.size(); ++l)
            put(broken[l].trimmed(), font, ink, room.translated(0, step * static_cast<double>(l)),
                i < table.textColumns ? Qt::AlignLeft : Qt::AlignRight);
        x += columns.widths[i];
    }
    m_y += height;
    fill(QRectF(m_area.left(), m_y - 0.4 * point, m_area.width(), 0.4 * point), line);
}

void PageLayout::operator()(const ReportTable& table)
{
    if (table.columns.isEmpty() || table.rows.isEmpty())
        return;
    space(4 * point);
    const Columns columns = columnsOf(table);
    const double heading = rowHeight(table.columns, columns, true);
    const double caption = table.caption.isEmpty() ? 0 : lineHeight(Small) + 2 * point;
    need(caption + heading + std::min(rowHeight(table.rows.first(), columns, false), m_area.height() / 2));
    if (!table.caption.isEmpty()) {
        flow(table.caption, Small, muted);
        m_y += 2 * point;
    }
    row(table.columns, table, columns, true);
    for (const QStringList& cells : table.rows) {
        if (m_y + rowHeight(cells, columns, false) > m_area.bottom() && m_y > m_area.top() + heading + 1) {
            newPage();
            row(table.columns, table, columns, true);
        }
        row(cells, table, columns, false);
    }
    m_y += 8 * point;
}

} // namespace bv
