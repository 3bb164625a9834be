#include "report/report_pages.h"

#include "report/page_layout.h"

#include <QBuffer>
#include <QLocale>
#include <QPageLayout>
#include <QPageSize>
#include <QPainter>
#include <QPdfWriter>
#include <QSvgRenderer>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

constexpr int dotsPerInch = 1200;

QPageSize pageSizeOf(ReportPaper paper)
{
    return QPageSize(paper == ReportPaper::A4 ? QPageSize::A4 : QPageSize::Letter);
}

} // namespace

ReportPaper usualPaper()
{
    return QLocale().measurementSystem() == QLocale::ImperialUSSystem ? ReportPaper::Letter : ReportPaper::A4;
}

ReportPages ReportPages::of(const ReportDocument& document, ReportPaper paper)
{
    return PageLayout(document, paper).take();
}

QSizeF ReportPages::size() const
{
    return pageSizeOf(m_paper).size(QPageSize::Point);
}

void ReportPages::paint(qsizetype page, QPainter& painter) const
{
    painter.save();
    painter.scale(1 / unit, 1 / unit);
    painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
    for (const PageItem& item : m_pages.at(page)) {
        switch (item.kind) {
        case PageItem::Kind::Fill:
            painter.fillRect(item.rect, item.color);
            break;
        case PageItem::Kind::Text:
            painter.setFont(m_fonts.at(item.font));
            painter.setPen(item.color);
            painter.drawText(
                item.rect, static_cast<int>(item.alignment | Qt::AlignVCenter) | Qt::TextSingleLine | Qt::TextDontClip,
                item.text);
            break;
        case PageItem::Kind::Chart:
            QSvgRenderer(item.svg).render(&painter, item.rect);
            break;
        }
    }
    painter.restore();
}

QString ReportPages::text(qsizetype page) const
{
    QStringList words;
    for (const PageItem& item : m_pages.at(page)) {
        if (!item.text.isEmpty())
            words << item.text;
    }
    return words.join(u'\n');
}

QByteArray reportPdf(const ReportPages& pages, const QString& title)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter writer(&buffer);
    writer.setResolution(dotsPerInch);
    writer.setPageSize(pageSizeOf(pages.paper()));
    writer.setPageMargins({}, QPageLayout::Point);
    writer.setTitle(title.simplified());
    writer.setCreator(u"Benchvisor"_s);
    QPainter painter(&writer);
    painter.scale(dotsPerInch / 72.0, dotsPerInch / 72.0);
    for (qsizetype i = 0; i < pages.count(); ++i) {
        if (i > 0)
            writer.newPage();
        pages.paint(i, painter);
    }
    painter.end();
    return bytes;
}

} // namespace bv
