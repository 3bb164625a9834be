#include "run/utilization_sampler.h"

#include <algorithm>

namespace bv {

namespace {

constexpr std::chrono::milliseconds period{1000};

std::optional<double> rate(const std::optional<double>& before, const std::optional<double>& now, double elapsedS)
{
    if (!before || !now || *now < *before || elapsedS <= 0)
        return std::nullopt;
    return 100 * (*now - *before) / elapsedS;
}

std::optional<double> userOf(const UsageCounters& counters)
{
    return counters.cpu ? std::optional(counters.cpu->userS) : std::nullopt;
}

std::optional<double> systemOf(const UsageCounters& counters)
{
    return counters.cpu ? std::optional(counters.cpu->systemS) : std::nullopt;
}

} // namespace

UtilizationSample utilizationBetween(const UsageCounters& before, const UsageCounters& now, double elapsedS)
{
    UtilizationSample sample;
    // A source with a clock of its own (a remote engine) is rated by that clock.
    const double cpuElapsed = before.atS && now.atS ? *now.atS - *before.atS : elapsedS;
    sample.userPct = rate(userOf(before), userOf(now), cpuElapsed);
    sample.systemPct = rate(systemOf(before), systemOf(now), cpuElapsed);
    if (sample.userPct && sample.systemPct)
        sample.cpuPct = *sample.userPct + *sample.systemPct;
    sample.diskUtilPct = rate(before.diskBusyS, now.diskBusyS, elapsedS);
    if (sample.diskUtilPct)
        sample.diskUtilPct = std::min(100.0, *sample.diskUtilPct);
    sample.stealPct = rate(before.stealS, now.stealS, elapsedS);
    sample.guestUserPct = now.guestUserPct;
    sample.guestSystemPct = now.guestSystemPct;
    sample.guestDiskUtilPct = now.guestDiskPct;
    return sample;
}

UtilizationSampler::UtilizationSampler(Target& target, QObject* parent)
    : QObject(parent)
    , m_target(target)
{
    m_timer.setInterval(period);
    connect(&m_timer, &QTimer::timeout, this, [this] { take(0.5); });
}

void UtilizationSampler::start()
{
    m_samples.clear();
    m_clock.start();
    m_lastS = 0;
    m_last = m_target.usage();
    m_last.stealS = machineStealSeconds();
    m_timer.start();
}

QList<UtilizationSample> UtilizationSampler::stop()
{
    if (m_timer.isActive()) {
        m_timer.stop();
        take(0.3);
    }
    return std::exchange(m_samples, {});
}

void UtilizationSampler::take(double minimumS)
{
    const double nowS = static_cast<double>(m_clock.nsecsElapsed()) * 1e-9;
    if (nowS - m_lastS < minimumS)
        return;
    UsageCounters now = m_target.usage();
    now.stealS = machineStealSeconds();
    UtilizationSample sample = utilizationBetween(m_last, now, nowS - m_lastS);
    sample.timeS = nowS;
    m_last = now;
    m_lastS = nowS;
    const bool anything = sample.cpuPct || sample.diskUtilPct || sample.guestUserPct;
    if (!anything)
        return;
    m_samples << sample;
    emit sampled(sample);
}

} // namespace bv
