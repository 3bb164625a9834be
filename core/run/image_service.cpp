#include "run/image_service.h"

#include "run/engine.h"
#include "run/engine_worker.h"
#include "run/relay.h"

#include "target/docker/image_prepare.h"

#include <QCoreApplication>

namespace bv {

namespace {

using ListAnswer = std::function<void(const Result<QList<ContainerImage>>&)>;
using LineAnswer = std::function<void(const QString&)>;
using PullAnswer = std::function<void(const Error&)>;

using TextAnswer = std::function<void(const QString&, const Error&)>;
using ProgressAnswer = std::function<void(const QString&, const double&)>;

/// With what is known of them from earlier looks; nothing is run for a list.
Task<> listAndAnswer(QString program, QString memoryFile, ListAnswer answer, std::stop_token stop)
{
    const ContainerEngine engine(program);
    auto images = co_await listImages(engine, stop);
    const ImageMemory memory(memoryFile);
    QList<ContainerImage> known = images.valueOr({});
    for (ContainerImage& image : known) {
        const auto inside = memory.find(image.id);
        image.isKnown = inside.has_value();
        image.sysbench = inside ? inside->sysbenchVersion : QString();
    }
    if (images)
        images = known;
    answer(images);
}

PrepareRequest requestOf(const ImageService::Preparation& preparation)
{
    PrepareRequest request;
    request.reference = preparation.reference;
    request.dockerfile = preparation.dockerfile;
    request.commit = preparation.commit;
    request.network = preparation.hostNetwork ? QStringLiteral("host") : QString();
    request.version = QCoreApplication::applicationVersion();
    return request;
}

Task<> describeAndAnswer(QString program, PrepareRequest request, TextAnswer answer, std::stop_token stop)
{
    const ContainerEngine engine(program);
    const auto text = co_await describePreparation(engine, request, stop);
    answer(text.valueOr({}), text.error());
}

Task<> prepareAndAnswer(QString program, QString memoryFile, PrepareRequest request, ProgressAnswer progress,
                        TextAnswer answer, std::stop_token stop)
{
    const ContainerEngine engine(program);
    const PrepareProgress onProgress = [progress](const QString& line, double fraction) { progress(line, fraction); };
    const auto prepared = co_await prepareImage(engine, request, onProgress, stop);
    if (prepared) {
        ImageMemory memory(memoryFile);
        memory.keep(prepared->image.id, *prepared->image.inside);
    }
    answer(prepared ? prepared->reference : QString(), prepared.error());
}

Task<> prepareUntilStopped(QString program, QString memoryFile, PrepareRequest request, ProgressAnswer progress,
                           TextAnswer answer, std::stop_source own, std::stop_token engineStops)
{
    const auto passOn = [own]() mutable { own.request_stop(); };
    const std::stop_callback onEngineStop(engineStops, passOn);
    co_await prepareAndAnswer(program, memoryFile, request, progress, answer, own.get_token());
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
    m_prepareStop.request_stop();
}

bool ImageService::isMeasuring() const
{
    return m_engine.isRunning();
}

void ImageService::list()
{
    const auto take = [](ImageService& self, const Result<QList<ContainerImage>>& images) {
        if (!images) {
            emit self.listFailed(images.error());
            return;
        }
        self.m_images = *images;
        emit self.listed();
    };
    const ListAnswer answer = relay(m_engine, this, take);
    m_engine.worker().post(
        [program = m_engine.settings().tools.docker, file = m_engine.settings().imageMemoryFile(),
         answer](std::stop_token stop) { return listAndAnswer(program, file, answer, std::move(stop)); });
}

void ImageService::pull(const QString& reference)
{
    if (m_pulling || isMeasuring())
        return;
    m_pulling = true;
    m_pullStop = std::stop_source();
    const auto say = [](ImageService& self, const QString& line) { emit self.pullSaid(line); };
    const auto end = [reference](ImageService& self, const Error& error) {
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

void ImageService::describe(const Preparation& preparation)
{
    const auto end = [preparation](ImageService& self, const QString& text, const Error& error) {
        emit self.described(preparation, text, error);
    };
    const TextAnswer answer = relay(m_engine, this, end);
    m_engine.worker().post(
        [program = m_engine.settings().tools.docker, request = requestOf(preparation), answer](std::stop_token stop) {
            return describeAndAnswer(program, request, answer, std::move(stop));
        });
}

void ImageService::prepare(const Preparation& preparation)
{
    if (m_preparing || isMeasuring())
        return;
    m_preparing = true;
    m_prepareStop = std::stop_source();
    const auto say = [](ImageService& self, const QString& line, const double& fraction) {
        emit self.prepareSaid(line, fraction);
    };
    const auto end = [](ImageService& self, const QString& prepared, const Error& error) {
        self.m_preparing = false;
        emit self.prepareEnded(prepared, error);
    };
    const ProgressAnswer progress = relay(m_engine, this, say);
    const TextAnswer answer = relay(m_engine, this, end);
    m_engine.worker().post([program = m_engine.settings().tools.docker, file = m_engine.settings().imageMemoryFile(),
                            request = requestOf(preparation), progress, answer,
                            own = m_prepareStop](std::stop_token stop) {
        return prepareUntilStopped(program, file, request, progress, answer, own, std::move(stop));
    });
}

} // namespace bv
