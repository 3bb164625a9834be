#include "system/environment_monitor.h"

#include "run/engine.h"
#include "run/engine_worker.h"
#include "run/relay.h"

namespace bv {

namespace {

using Answer = std::function<void(const QList<EnvironmentItem>&)>;

Task<> checkAndAnswer(EngineSettings settings, bool fresh, Answer answer, std::stop_token stop)
{
    const QList<EnvironmentItem> items = co_await checkEnvironment(settings, fresh, stop);
    if (!stop.stop_requested())
        answer(items);
}

} // namespace

EnvironmentMonitor::EnvironmentMonitor(Engine& engine, QObject* parent)
    : QObject(parent)
    , m_engine(engine)
{
    connect(&engine, &Engine::runningChanged, this, &EnvironmentMonitor::canCheckChanged);
    connect(&engine, &Engine::finished, this, [this] { check(); });
    connect(this, &EnvironmentMonitor::checkingChanged, this, &EnvironmentMonitor::canCheckChanged);
}

bool EnvironmentMonitor::canCheck() const
{
    return !m_checking && !m_engine.isRunning();
}

void EnvironmentMonitor::check(bool fresh)
{
    if (!canCheck())
        return;
    m_checking = true;
    emit checkingChanged(true);
    const Answer answer = relay(m_engine, this, [](EnvironmentMonitor& self, const QList<EnvironmentItem>& items) {
        self.m_items = items;
        self.m_checking = false;
        emit self.checkingChanged(false);
        emit self.checked();
    });
    m_engine.worker().post([settings = m_engine.settings(), fresh, answer](std::stop_token stop) {
        return checkAndAnswer(settings, fresh, answer, std::move(stop));
    });
}

} // namespace bv
