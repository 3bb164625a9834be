#pragma once

#include "base/result.h"
#include "target/docker/images.h"

#include <QObject>
#include <stop_token>

namespace bv {

class Engine;

/// Container images for the window: asked for at any time, done on the engine's thread, answered by signals on the
/// caller's. The engine must live longer.
class ImageService : public QObject
{
    Q_OBJECT
public:
    explicit ImageService(Engine& engine, QObject* parent = nullptr);
    /// Cancels what is being fetched.
    ~ImageService() override;

    /// Asks for the local images; listed() or listFailed() will come.
    void list();
    /// As of the last listed().
    const QList<ContainerImage>& images() const { return m_images; }
    /// Begins to fetch an image; pullEnded() will come. Nothing happens while another one is fetched, nor while the
    /// engine measures, which a download would disturb.
    void pull(const QString& reference);
    void cancelPull() { m_pullStop.request_stop(); }
    bool isPulling() const { return m_pulling; }
    bool isMeasuring() const;

signals:
    void listed();
    void measuringChanged();
    void listFailed(const bv::Error& error);
    void pullSaid(const QString& line);
    /// `error` is Unset when the image is here, Cancelled when cancelPull() was called.
    void pullEnded(const QString& reference, const bv::Error& error);

private:
    Engine& m_engine;
    QList<ContainerImage> m_images;
    std::stop_source m_pullStop;
    bool m_pulling = false;
};

} // namespace bv
