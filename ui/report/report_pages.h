#pragma once

#include "export/report_document.h"

#include <QByteArray>
#include <QColor>
#include <QFont>
#include <QList>
#include <QRectF>
#include <QSizeF>

class QPainter;

namespace bv {

enum class ReportPaper : quint8 { A4, Letter };
/// What people have in their printers where this one lives.
ReportPaper usualPaper();

/// Something that stands on a page: text of one line, a rectangle, or a chart.
struct PageItem
{
    enum class Kind : quint8 { Text, Fill, Chart };
    Kind kind = Kind::Text;
    QRectF rect; ///< of a text its line
    QString text;
    int font = 0; ///< number in ReportPages::fonts()
    QColor color;
    Qt::Alignment alignment = Qt::AlignLeft;
    QByteArray svg;
};

/// A report laid out on paper: title page with contents, no row of a table split, headings of tables repeated, page
/// numbers. A value; made and painted on any thread that has a QGuiApplication. Distances in 1/20 of a point.
class ReportPages
{
public:
    ReportPages() = default;
    static ReportPages of(const ReportDocument& document, ReportPaper paper);

    ReportPaper paper() const { return m_paper; }
    qsizetype count() const { return m_pages.size(); }
    /// Of every page, in points.
    QSizeF size() const;
    /// One page; the painter's unit is a point.
    void paint(qsizetype page, QPainter& painter) const;
    /// The words of a page, for those who do not see it.
    QString text(qsizetype page) const;

    static constexpr double unit = 20; ///< of a point

private:
    friend class PageLayout;
    ReportPaper m_paper = ReportPaper::A4;
    QList<QFont> m_fonts;
    QList<QList<PageItem>> m_pages;
};

/// As PDF, with selectable text and charts as drawings. Any thread that has a QGuiApplication.
QByteArray reportPdf(const ReportPages& pages, const QString& title);

} // namespace bv
