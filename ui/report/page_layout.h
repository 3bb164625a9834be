#pragma once

#include "report/report_pages.h"

#include <QFontMetricsF>

namespace bv {

/// Puts blocks on pages, one below the other. Distances in 1/20 of a point.
class PageLayout
{
public:
    PageLayout(const ReportDocument& document, ReportPaper paper);
    ReportPages take();

    void operator()(const ReportHeading& heading);
    void operator()(const ReportParagraph& paragraph);
    void operator()(const ReportTable& table);
    void operator()(const ReportChart& chart);
    void operator()(const ReportListing& listing);
    void operator()(const ReportFinding& finding);

private:
    /// Of cells there are three sizes, each followed by the one of headings.
    enum Font { Body, Small, Strong, Mono, Title, Section, Part, Cell8, Head8, Cell7, Head7, Cell6, Head6, FontCount };
    struct Columns
    {
        QList<double> widths;
        int font = Cell8;
    };
    void titlePage(const ReportDocument& document);
    void contents();
    void footers(const QString& stamp);
    void newPage();
    /// Goes to the next page where less than that is left; a page that is empty is kept.
    void need(double height);
    void space(double height);
    double lineHeight(int font) const;
    QStringList lines(const QString& text, int font, double width) const;
    void put(const QString& text, int font, const QColor& color, const QRectF& rect,
             Qt::Alignment alignment = Qt::AlignLeft);
    void fill(const QRectF& rect, const QColor& color);
    /// Line by line, over pages where it must.
    void flow(const QString& text, int font, const QColor& color, double indent = 0);
    void row(const QStringList& cells, const ReportTable& table, const Columns& columns, bool isHeading);
    double rowHeight(const QStringList& cells, const Columns& columns, bool isHeading) const;
    double naturalWidth(const ReportTable& table, qsizetype column, int font) const;
    Columns columnsOf(const ReportTable& table) const;

    ReportPages m_result;
    QList<QFontMetricsF> m_metrics;
    QRectF m_area; ///< of the page, without margins
    double m_y = 0;
    struct Entry
    {
        QString text;
        qsizetype page;
    };
    QList<Entry> m_sections;
};

} // namespace bv
