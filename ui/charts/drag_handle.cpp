#include "charts/drag_handle.h"

#include "base/when_done.h"
#include "charts/chart_export.h"
#include "style/icons.h"
#include "style/metrics.h"

#include <QApplication>
#include <QDir>
#include <QDrag>
#include <QMimeData>
#include <QMouseEvent>
#include <QPointer>
#include <QUrl>

using namespace Qt::StringLiterals;

namespace bv {

DragHandle::DragHandle(std::function<QImage()> image, std::function<QString()> fileName, QWidget* parent)
    : QToolButton(parent)
    , m_image(std::move(image))
    , m_fileName(std::move(fileName))
{
    setObjectName(u"chartDrag"_s);
    setIcon(bv::icon(u"drag"_s));
    setIconSize(QSize(bv::iconSize, bv::iconSize));
    setAutoRaise(true);
    setCursor(Qt::OpenHandCursor);
    setToolTip(tr("Drag the chart into another program, or press to copy it"));
    setAccessibleName(tr("Copy chart"));
    setAccessibleDescription(tr("Can also be dragged into another program, as a PNG image."));
}

void DragHandle::mousePressEvent(QMouseEvent* event)
{
    QToolButton::mousePressEvent(event);
    if (event->button() != Qt::LeftButton)
        return;
    m_pressed = event->pos();
    m_wanted = false;
    prepare();
}

/// The file is written while the hand begins to move.
void DragHandle::prepare()
{
    m_file.clear();
    m_prepared = m_image();
    if (!m_folder)
        m_folder = std::make_unique<QTemporaryDir>(QDir::tempPath() + u"/benchvisor-chart"_s);
    const QString path = m_folder->filePath(m_fileName());
    whenDone(writePng(path, m_prepared), this, [this, path](const Result<>& written) {
        m_file = written ? path : QString();
        if (m_wanted && !m_file.isEmpty())
            startDrag();
    });
}

void DragHandle::mouseMoveEvent(QMouseEvent* event)
{
    const bool far = (event->pos() - m_pressed).manhattanLength() >= QApplication::startDragDistance();
    if (!(event->buttons() & Qt::LeftButton) || !far) {
        QToolButton::mouseMoveEvent(event);
        return;
    }
    m_wanted = true;
    setDown(false); // no click follows
    if (!m_file.isEmpty())
        startDrag();
}

void DragHandle::mouseReleaseEvent(QMouseEvent* event)
{
    const bool dragged = std::exchange(m_wanted, false);
    if (dragged)
        event->accept();
    else
        QToolButton::mouseReleaseEvent(event);
}

QMimeData* DragHandle::mimeData(const QImage& image, const QString& file) const
{
    auto* mime = new QMimeData;
    mime->setImageData(image);
    mime->setUrls({QUrl::fromLocalFile(file)});
    return mime;
}

void DragHandle::startDrag()
{
    m_wanted = false;
    auto* drag = new QDrag(this); // deletes itself when it has ended
    drag->setMimeData(mimeData(m_prepared, m_file));
    const QSize preview(240, 240);
    drag->setPixmap(QPixmap::fromImage(m_prepared.scaled(preview, Qt::KeepAspectRatio, Qt::SmoothTransformation)));
    const QPointer<DragHandle> self(this);
    drag->exec(Qt::CopyAction); // other events are handled meanwhile: the chart may go
    if (self)
        setDown(false);
}

} // namespace bv
