#include "charts/chart_drag.h"

#include "base/when_done.h"
#include "charts/chart_export.h"

#include <QApplication>
#include <QDir>
#include <QDrag>
#include <QMimeData>
#include <QPixmap>
#include <QPointer>
#include <QTemporaryDir>
#include <QUrl>
#include <QWidget>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

constexpr QSize previewSize(240, 240);

/// Until the program ends: others may read a file long after it was dropped.
QString pathFor(const QString& name)
{
    static const QTemporaryDir folder(QDir::tempPath() + u"/benchvisor-chart"_s);
    return folder.filePath(name);
}

} // namespace

ChartDrag::ChartDrag(QWidget* source, std::function<QImage()> image, std::function<QString()> fileName)
    : QObject(source)
    , m_source(source)
    , m_image(std::move(image))
    , m_fileName(std::move(fileName))
    , m_carrier([this](std::unique_ptr<QMimeData> data, const QPixmap& preview) { carry(std::move(data), preview); })
{
}

void ChartDrag::press(const QPoint& at)
{
    m_pressed = at;
    m_far = false;
}

bool ChartDrag::move(const QPoint& to)
{
    if (!m_pressed)
        return false;
    if (!m_far && (to - *m_pressed).manhattanLength() >= QApplication::startDragDistance()) {
        m_far = true;
        prepare();
    }
    return m_far;
}

bool ChartDrag::release()
{
    m_pressed.reset();
    ++m_attempt;
    return std::exchange(m_far, false);
}

void ChartDrag::prepare()
{
    const QImage image = m_image();
    const QString path = pathFor(m_fileName());
    whenDone(writePng(path, image), this, [this, image, path, attempt = ++m_attempt](const Result<>& written) {
        if (attempt == m_attempt && m_pressed)
            start(image, written ? path : QString());
    });
}

void ChartDrag::start(const QImage& image, const QString& file)
{
    m_pressed.reset(); // whoever takes the data takes the button's release as well
    m_far = false;
    auto data = std::make_unique<QMimeData>();
    data->setImageData(image);
    if (!file.isEmpty())
        data->setUrls({QUrl::fromLocalFile(file)});
    const QPixmap preview =
        QPixmap::fromImage(image.scaled(previewSize, Qt::KeepAspectRatio, Qt::SmoothTransformation));
    const QPointer<ChartDrag> self(this);
    m_carrier(std::move(data), preview); // other events are handled meanwhile: the chart may go
    if (self)
        emit ended();
}

void ChartDrag::carry(std::unique_ptr<QMimeData> data, const QPixmap& preview)
{
    auto* drag = new QDrag(m_source); // deletes itself when it has ended
    drag->setMimeData(data.release());
    drag->setPixmap(preview);
    drag->exec(Qt::CopyAction);
}

} // namespace bv
