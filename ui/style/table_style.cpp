#include "style/table_style.h"

#include "style/metrics.h"

#include <QApplication>
#include <QHeaderView>
#include <QPointer>
#include <QProxyStyle>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

class TableStyle : public QProxyStyle
{
public:
    TableStyle()
        : QProxyStyle(u"fusion"_s)
    {
        setParent(qApp);
    }
    int pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const override
    {
        if (metric == PM_FocusFrameHMargin)
            return gap - 2;
        if (metric == PM_HeaderMargin)
            return gap - 1;
        return QProxyStyle::pixelMetric(metric, option, widget);
    }
};

} // namespace

void useTableStyle(QAbstractItemView* view, QHeaderView* header)
{
    static const QPointer<QStyle> style = new TableStyle; // goes with the application
    if (!style)
        return;
    view->setStyle(style);
    header->setStyle(style);
}

int tableRowHeight(const QAbstractItemView* view)
{
    return view->fontMetrics().height() + gap;
}

} // namespace bv
