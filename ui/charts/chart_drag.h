#pragma once

#include <QImage>
#include <QObject>
#include <QPoint>
#include <functional>
#include <memory>
#include <optional>

class QMimeData;
class QPixmap;
class QWidget;

namespace bv {

/// A chart on its way into another program. When the hand has gone far enough with the button down, the chart is drawn
/// and written to a PNG file, beside the GUI's thread; then it is dragged, as that file and as an image.
class ChartDrag : public QObject
{
    Q_OBJECT
public:
    /// `source` owns it and tells it what the mouse does. `image` draws the chart, `fileName` names it
    /// ("cpu-events-20261124-0805.png").
    ChartDrag(QWidget* source, std::function<QImage()> image, std::function<QString()> fileName);

    void press(const QPoint& at);
    /// With the button down. True as soon as this is a drag, and no click.
    bool move(const QPoint& to);
    /// True when this was a drag.
    bool release();

    /// Carries the data until it is dropped; a test looks at it instead.
    using Carrier = std::function<void(std::unique_ptr<QMimeData> data, const QPixmap& preview)>;
    void setCarrier(Carrier carrier) { m_carrier = std::move(carrier); }

signals:
    /// It was dropped, or given up.
    void ended();

private:
    void prepare();
    void start(const QImage& image, const QString& file);
    void carry(std::unique_ptr<QMimeData> data, const QPixmap& preview);

    QWidget* m_source;
    std::function<QImage()> m_image;
    std::function<QString()> m_fileName;
    Carrier m_carrier;
    std::optional<QPoint> m_pressed; ///< where the button went down; nothing while it is up
    bool m_far = false;              ///< the hand has gone far enough since
    int m_attempt = 0;               ///< a file that is written too late belongs to an earlier one
};

} // namespace bv
