#include "base/shell_line.h"
#include "machine/page_cache.h"
#include "target/docker/docker_target.h"

#include <QCoreApplication>
#include <QCoroFuture>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QJsonDocument>
#include <QtConcurrentRun>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

using sysbench::Metric;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::DockerTarget)
};

constexpr std::chrono::milliseconds inspectTimeout{20000};
constexpr std::chrono::milliseconds createTimeout{60000};

double millisecondsOf(const QElapsedTimer& clock)
{
    constexpr double nsPerMs = 1e6;
    return static_cast<double>(clock.nsecsElapsed()) / nsPerMs;
}

} // namespace

Async<> DockerTarget::start(bool cold, std::stop_token stop)
{
    m_startReport = {};
    const auto assembled = co_await assemble(stop);
    if (!assembled)
        co_return assembled.error();
    ContainerRuntime runtime = *assembled;
    if (cold) {
        const QString left = co_await dropImage(runtime.image, stop);
        if (!left.isEmpty())
            m_startReport.notes << left;
    }
    QElapsedTimer clock;
    clock.start();
    auto created = co_await createContainer(runtime, stop);
    if (!created && created.error().detail.contains("cpuset"_L1) && !runtime.cpuset.isEmpty()) {
        m_startReport.notes << Text::tr("The engine may not pin the container to CPUs; a quota limits it instead.");
        runtime.cpuset.clear();
        clock.restart();
        created = co_await createContainer(runtime, stop);
    }
    const double createdMs = millisecondsOf(clock);
    auto started = created;
    if (created) {
        const QStringList argv = containerStartArgv(runtime);
        m_startReport.output = u"$ "_s + shellLine(argv) + u'\n';
        emit said(shellLine(argv));
        started = co_await startContainer(argv, stop);
    }
    if (!started) {
        co_await close();
        co_return started.error();
    }
    m_startReport.times.set(Metric::BootMs, millisecondsOf(clock));
    m_startReport.times.set(Metric::BootCreateMs, createdMs);
    m_startReport.times.set(Metric::BootStartMs, *m_startReport.times.value(Metric::BootMs) - createdMs);
    co_return Unit();
}

Async<> DockerTarget::createContainer(ContainerRuntime runtime, std::stop_token stop)
{
    const QStringList argv = containerCreateArgv(m_settings.docker, runtime);
    m_startReport.command = argv;
    emit said(shellLine(argv));
    m_creating = true; // also when nobody waits for it any more
    const QStringList arguments = argv.mid(1);
    const auto made = co_await m_engine.call(arguments, createTimeout, stop);
    m_created = m_created || bool(made);
    const bool mayCome =
        !made && (made.error().code == Error::Code::Cancelled || made.error().code == Error::Code::TimedOut);
    m_creating = mayCome;
    co_return made ? Result<>(Unit()) : Result<>(made.error());
}

/// Drops the image's files from the page cache, where they are on this machine and this user may read them. Otherwise a
/// sentence for the record.
Task<QString> DockerTarget::dropImage(QString image, std::stop_token stop)
{
    const QStringList inspect{u"image"_s, u"inspect"_s, u"--format"_s, u"{{json .GraphDriver.Data}}"_s, image};
    const auto told = co_await m_engine.call(inspect, inspectTimeout, stop);
    const QJsonObject data = told ? QJsonDocument::fromJson(told->toUtf8()).object() : QJsonObject();
    QStringList folders = data["LowerDir"_L1].toString().split(u':', Qt::SkipEmptyParts);
    const QString upper = data["UpperDir"_L1].toString();
    if (!upper.isEmpty())
        folders << upper;
    const bool readable = std::all_of(folders.cbegin(), folders.cend(),
                                      [](const QString& folder) { return QFileInfo(folder).isReadable(); });
    if (folders.isEmpty() || !readable)
        co_return Text::tr(
            "The image was not dropped from the page cache: its files are elsewhere, or only root may read "
            "them. The start was as warm as the ones before.");
    const QFuture<QString> future = QtConcurrent::run(dropFilesFromPageCache, folders);
    const QString left = co_await future;
    co_return left.isEmpty() ? QString()
                             : Text::tr("Not all of the image was dropped from the page cache: %1").arg(left);
}

} // namespace bv
