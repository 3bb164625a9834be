#pragma once

#include <QImage>
#include <QTemporaryDir>
#include <QToolButton>
#include <functional>
#include <memory>

class QMimeData;

namespace bv {

/// A small grip by which a chart is dragged into another program, as a PNG file and as an image. Pressed by key, it
/// does what `clicked()` is connected to.
class DragHandle : public QToolButton
{
    Q_OBJECT
public:
    /// `image` draws the chart, `fileName` names it ("cpu-events-20261124-0805.png").
    DragHandle(std::function<QImage()> image, std::function<QString()> fileName, QWidget* parent = nullptr);

    /// What is dragged: the image, and the path of a PNG file of it. For tests too.
    QMimeData* mimeData(const QImage& image, const QString& file) const;

protected:
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;

private:
    void prepare();
    void startDrag();

    std::function<QImage()> m_image;
    std::function<QString()> m_fileName;
    std::unique_ptr<QTemporaryDir> m_folder; ///< lives until the program ends: others may still read from it
    QImage m_prepared;
    QString m_file; ///< empty until it is written
    QPoint m_pressed;
    bool m_wanted = false;
};

} // namespace bv
