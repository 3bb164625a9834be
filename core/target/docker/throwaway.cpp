#include "target/docker/throwaway.h"

#include "async/sleep.h"

#include <QDeadlineTimer>
#include <QRandomGenerator>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

constexpr std::chrono::milliseconds removeTimeout{10'000};
constexpr std::chrono::milliseconds makingTimeout{1500};
constexpr std::chrono::milliseconds goneTimeout{15'000};
constexpr std::chrono::milliseconds pause{100};

} // namespace

QString throwawayName(const QString& purpose)
{
    return u"benchvisor-%1-%2"_s.arg(purpose).arg(QRandomGenerator::system()->generate(), 8, 16, QChar(u'0'));
}

Task<> removeContainer(ContainerEngine engine, QString name, bool awaited)
{
    const std::stop_token never;
    const QStringList inspect{u"container"_s, u"inspect"_s, u"--format"_s, u"{{.Id}}"_s, name};
    const QStringList remove{u"rm"_s, u"--force"_s, u"--volumes"_s, name};
    const QDeadlineTimer making(makingTimeout);
    const QDeadlineTimer patience(goneTimeout);
    bool seen = false;
    while (!patience.hasExpired()) {
        const auto there = co_await engine.call(inspect, removeTimeout, never);
        if (!there && (there.error().code == Error::Code::NotReady || there.error().code == Error::Code::TimedOut))
            co_return; // no engine
        if (!there && (seen || !awaited || making.hasExpired()))
            co_return;
        seen = seen || there;
        if (there)
            (void)co_await engine.call(remove, removeTimeout, never);
        (void)co_await sleepFor(pause, never);
    }
}

} // namespace bv
