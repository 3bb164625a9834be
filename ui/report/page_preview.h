#pragma once

#include "report/report_pages.h"

#include <QAbstractScrollArea>
#include <QHash>
#include <QImage>

namespace bv {

/// Pages one below the other, as they will be printed, as wide as there is room. Those in sight are drawn on the pool.
/// Page keys, arrows, Home and End scroll.
class PagePreview : public QAbstractScrollArea
{
    Q_OBJECT
public:
    explicit PagePreview(QWidget* parent = nullptr);

    void setPages(const ReportPages& pages);
    /// Of the page that is at the top, from 0.
    qsizetype currentPage() const;

signals:
    void currentPageChanged(qsizetype page);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;

private:
    QSize pagePixels() const; ///< device-independent
    int pageTop(qsizetype page) const;
    void updateBar();
    void tell();
    void want(qsizetype page);

    ReportPages m_pages;
    QHash<qsizetype, QImage> m_images; ///< of the size that is shown
    QList<qsizetype> m_wanted;
    int m_look = 0; ///< drawings for an earlier look are dropped
    qsizetype m_told = -1;
};

} // namespace bv
