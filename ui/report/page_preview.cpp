#include "report/page_preview.h"

#include "base/when_done.h"
#include "style/appearance.h"
#include "style/metrics.h"

#include <QKeyEvent>
#include <QPainter>
#include <QPaintEvent>
#include <QScrollBar>
#include <QtConcurrent/QtConcurrentRun>
#include <algorithm>

namespace bv {

namespace {

constexpr int widestPage = 860;
constexpr qsizetype keptImages = 8;

QImage drawn(const ReportPages& pages, qsizetype page, const QSize& size, qreal ratio)
{
    QImage image(size * ratio, QImage::Format_RGB32);
    image.fill(Qt::white); // paper, in the dark too
    QPainter painter(&image);
    const double scale = image.width() / pages.size().width();
    painter.scale(scale, scale);
    pages.paint(page, painter);
    painter.end();
    image.setDevicePixelRatio(ratio);
    return image;
}

} // namespace

PagePreview::PagePreview(QWidget* parent)
    : QAbstractScrollArea(parent)
{
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setAccessibleName(tr("Pages of the report"));
}

void PagePreview::setPages(const ReportPages& pages)
{
    m_pages = pages;
    m_images.clear();
    m_wanted.clear();
    ++m_look;
    m_told = -1;
    verticalScrollBar()->setValue(0);
    updateBar();
    tell();
    viewport()->update();
}

QSize PagePreview::pagePixels() const
{
    const int width = std::clamp(viewport()->width() - 2 * gapLarge, 50, widestPage);
    const QSizeF size = m_pages.size();
    return {width, qRound(width * size.height() / size.width())};
}

int PagePreview::pageTop(qsizetype page) const
{
    return gapLarge + static_cast<int>(page) * (pagePixels().height() + gapLarge);
}

qsizetype PagePreview::currentPage() const
{
    if (m_pages.count() == 0)
        return -1;
    // The one that most of the view's upper half shows.
    const int at = verticalScrollBar()->value() + viewport()->height() / 3;
    return std::clamp<qsizetype>((at - gapLarge) / (pagePixels().height() + gapLarge), 0, m_pages.count() - 1);
}

void PagePreview::updateBar()
{
    const int height = pageTop(m_pages.count());
    verticalScrollBar()->setRange(0, std::max(0, height - viewport()->height()));
    verticalScrollBar()->setPageStep(std::max(viewport()->height() - 2 * gapLarge, 1));
    verticalScrollBar()->setSingleStep(fontMetrics().lineSpacing() * 3);
}

/// What is at the top, for the page's caption and for those who do not see it.
void PagePreview::tell()
{
    const qsizetype page = currentPage();
    if (page == m_told)
        return;
    m_told = page;
    setAccessibleDescription(page < 0 ? QString() : m_pages.text(page));
    emit currentPageChanged(page);
}

void PagePreview::want(qsizetype page)
{
    if (m_wanted.contains(page))
        return;
    m_wanted << page;
    whenDone(QtConcurrent::run(drawn, m_pages, page, pagePixels(), devicePixelRatioF()), this,
             [this, page, look = m_look](const QImage& image) {
                 if (look != m_look)
                     return;
                 m_wanted.removeOne(page);
                 if (m_images.size() >= keptImages)
                     m_images.removeIf([this](const auto& it) { return std::abs(it.key() - currentPage()) > 2; });
                 m_images.insert(page, image);
                 viewport()->update();
             });
}

void PagePreview::paintEvent(QPaintEvent* event)
{
    QPainter painter(viewport());
    const Theme theme = Appearance::themeFor(palette());
    painter.fillRect(event->rect(), palette().window());
    const QSize size = pagePixels();
    const int left = (viewport()->width() - size.width()) / 2;
    for (qsizetype page = 0; page < m_pages.count(); ++page) {
        const QRect rect(QPoint(left, pageTop(page) - verticalScrollBar()->value()), size);
        if (!rect.intersects(viewport()->rect()))
            continue;
        const auto image = m_images.constFind(page);
        if (image == m_images.cend()) {
            painter.fillRect(rect, Qt::white);
            want(page);
        } else {
            painter.drawImage(rect, *image);
        }
        painter.setPen(theme.border);
        painter.drawRect(rect.adjusted(-1, -1, 0, 0));
    }
    if (hasFocus()) {
        painter.setPen(QPen(theme.accent, 2));
        painter.drawRect(viewport()->rect().adjusted(1, 1, -1, -1));
    }
}

void PagePreview::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    m_images.clear();
    m_wanted.clear();
    ++m_look;
    updateBar();
    tell();
}

void PagePreview::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Home)
        verticalScrollBar()->setValue(0);
    else if (event->key() == Qt::Key_End)
        verticalScrollBar()->setValue(verticalScrollBar()->maximum());
    else
        QAbstractScrollArea::keyPressEvent(event);
}

void PagePreview::scrollContentsBy(int, int)
{
    viewport()->update();
    tell();
}

} // namespace bv
