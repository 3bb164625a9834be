#pragma once

#include "session/run_record.h"
#include "target/target.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

namespace bv {

/// Samples a target's utilisation once a second while a run is on. Engine thread; a sample costs a few small reads.
class UtilizationSampler : public QObject
{
    Q_OBJECT
public:
    explicit UtilizationSampler(Target& target, QObject* parent = nullptr);

    void start();
    /// Takes a last sample (of a piece of at least 0.3 s) and gives all.
    QList<UtilizationSample> stop();

signals:
    void sampled(const bv::UtilizationSample& sample);

private:
    void take(double minimumS);

    Target& m_target;
    QTimer m_timer;
    QElapsedTimer m_clock;
    UsageCounters m_last;
    double m_lastS = 0;
    QList<UtilizationSample> m_samples;
};

/// The rates between two readings `elapsedS` seconds apart; pure. Absent where a counter is absent or went backwards
/// (the process was replaced).
UtilizationSample utilizationBetween(const UsageCounters& before, const UsageCounters& now, double elapsedS);

} // namespace bv
