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

    /// How an image gets sysbench. A constructor on purpose (GCC 12, see async/task.h).
    struct Preparation
    {
        QString reference;        ///< the base
        QString dockerfile;       ///< path of one of the user's; empty: it is written
        bool commit = false;      ///< run, install and commit, instead of building a Dockerfile
        bool hostNetwork = false; ///< fetch the packages by this machine's network

        Preparation() = default;
        bool operator==(const Preparation&) const = default;
    };
    /// Asks what would be done; described() will come.
    void describe(const Preparation& preparation);
    /// Begins to prepare an image, fetching it first where it is missing; prepareEnded() will come. Nothing happens
    /// while another one is prepared, nor while the engine measures.
    void prepare(const Preparation& preparation);
    void cancelPrepare() { m_prepareStop.request_stop(); }
    bool isPreparing() const { return m_preparing; }

signals:
    void listed();
    void measuringChanged();
    void listFailed(const bv::Error& error);
    void pullSaid(const QString& line);
    /// `error` is Unset when the image is here, Cancelled when cancelPull() was called.
    void pullEnded(const QString& reference, const bv::Error& error);
    /// The Dockerfile or the commands. NotFound: the image is not on this machine yet.
    void described(const bv::ImageService::Preparation& preparation, const QString& text, const bv::Error& error);
    /// `fraction`: 0 to 1; negative: not known.
    void prepareSaid(const QString& line, double fraction);
    /// `prepared`: the name of the image that has sysbench now; empty with an error.
    void prepareEnded(const QString& prepared, const bv::Error& error);

private:
    Engine& m_engine;
    QList<ContainerImage> m_images;
    std::stop_source m_pullStop;
    std::stop_source m_prepareStop;
    bool m_pulling = false;
    bool m_preparing = false;
};

} // namespace bv
