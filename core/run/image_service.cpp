#include "run/image_service.h"

#include "run/engine.h"
#include "run/engine_worker.h"

#include <QPointer>

namespace bv {

namespace {

using ListAnswer = std::function<void(const Result<QList<ContainerImage>>&)>;
using LineAnswer = std::function<void(const QString&)>;
using PullAnswer = std::function<void(const Error&)>;

Task<> listAndAnswer(QString program, ListAnswer answer, std::stop_token stop)
{
    const ContainerEngine engine(program);
    const auto images = co_await listImages(engine, stop);
    answer(images);
}

Task<> pullAndAnswer(QString program, QString reference, LineAnswer line, PullAnswer answer, std::stop_token stop)
{
    const ContainerEngine engine(program);
    const auto pulled = co_await pullImage(engine, reference, line, stop);
    answer(pulled ? Error() : pulled.error());
}

/// Ends with either: the service's own stop, or the engine's.
Task<> pullUntilStopped(QString program, QString reference, LineAnswer line, PullAnswer answer, std::stop_source own,
                        std::stop_token engineStops)
{
    const auto passOn = [own]() mutable { own.request_stop(); };
    const std::stop_callback onEngineStop(engineStops, passOn);
    co_await pullAndAnswer(program, reference, line, answer, own.get_token());
}

/// Calls `slot` on the service's thread while the service lives. Through the engine, which outlives every job.
template<class... Values>
auto relay(Engine& engine, ImageService* service, std::function<void(ImageService&, const Values&...)> slot)
{
    return [home = QPointer<QObject>(&engine), self = QPointer<ImageService>(service),
            slot = std::move(slot)](const Values&... values) {
        QMetaObject::invokeMethod(
            home,
            [self, slot, values...] {
                if (self)
                    slot(*self, values...);
            },
            Qt::QueuedConnection);
    };
}

} // namespace

ImageService::ImageService(Engine& engine, QObject* parent)
    : QObject(parent)
    , m_engine(engine)
{
    connect(&engine, &Engine::runningChanged, this, &ImageService::measuringChanged);
}

ImageService::~ImageService()
{
    m_pullStop.request_stop();
}

bool ImageService::isMeasuring() const
{
    return m_engine.isRunning();
}

void ImageService::list()
{
    const std::function<void(ImageService&, const Result<QList<ContainerImage>>&)> take =
        [](ImageService& self, const Result<QList<ContainerImage>>& images) {
            if (!images) {
                emit self.listFailed(images.error());
                return;
            }
            self.m_images = *images;
            emit self.listed();
        };
    const ListAnswer answer = relay(m_engine, this, take);
    m_engine.worker().post([program = m_engine.settings().tools.docker, answer](std::stop_token stop) {
        return listAndAnswer(program, answer, std::move(stop));
    });
}

void ImageService::pull(const QString& reference)
{
    if (m_pulling || isMeasuring())
        return;
    m_pulling = true;
    m_pullStop = std::stop_source();
    const std::function<void(ImageService&, const QString&)> say = [](ImageService& self, const QString& line) {
        emit self.pullSaid(line);
    };
    const std::function<void(ImageService&, const Error&)> end = [reference](ImageService& self, const Error& error) {
        self.m_pulling = false;
        emit self.pullEnded(reference, error);
    };
    const LineAnswer line = relay(m_engine, this, say);
    const PullAnswer answer = relay(m_engine, this, end);
    m_engine.worker().post(
        [program = m_engine.settings().tools.docker, reference, line, answer, own = m_pullStop](std::stop_token stop) {
            return pullUntilStopped(program, reference, line, answer, own, std::move(stop));
        });
}

} // namespace bv
