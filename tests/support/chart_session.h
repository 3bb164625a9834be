#pragma once

#include "models/session_model.h"
#include "plan/expand.h"
#include "session/session.h"

#include <QRandomGenerator>
#include <cmath>

/// Sessions with intervals and utilisation, as measured ones have them.
namespace bv::sample {

using namespace Qt::StringLiterals;

inline TargetSettings chartTarget(const QString& id)
{
    TargetSettings target;
    target.id = id;
    target.kind = id.startsWith(u"host"_s)     ? TargetKind::Host
                  : id.startsWith(u"docker"_s) ? TargetKind::Docker
                                               : TargetKind::Qemu;
    target.qemu.accel = id.contains(u"kvm"_s) ? u"kvm"_s : u"tcg"_s;
    if (id.endsWith(u"-1c"_s)) {
        target.docker.cpus = 1;
        target.qemu.smp = 1;
    }
    return target;
}

inline Plan chartPlan(const QStringList& targets, int repeats = 5, int seconds = 10)
{
    Plan plan;
    plan.name = u"report"_s;
    for (const QString& id : targets)
        plan.targets << chartTarget(id);
    plan.suites = {{sysbench::Test::Cpu, {{u"cpu_max_prime"_s, {20000, 50000, 90000}}, {u"time_s"_s, {seconds}}}},
                   {sysbench::Test::Fileio,
                    {{u"file_test_mode"_s, {u"rndwr"_s, u"seqrd"_s, u"seqrewr"_s}}, {u"time_s"_s, {seconds}}}}};
    plan.repeats = repeats;
    return plan;
}

/// What a run of this kind reports, `points` times in `seconds`.
inline void measure(RunRecord* run, TargetKind kind, int points, double seconds, QRandomGenerator* random)
{
    using sysbench::Metric;
    const double speed = kind == TargetKind::Qemu ? 0.26 : kind == TargetKind::Host ? 1.03 : 1;
    const bool isCpu = run->test == sysbench::Test::Cpu;
    const double prime = run->params.value(u"cpu_max_prime"_s).toDouble(20000);
    const double base = isCpu ? 1290 * std::pow(20000 / prime, 1.45) : 210;
    double sum = 0;
    run->intervals.reserve(points);
    run->utilization.reserve(points);
    for (int i = 1; i <= points; ++i) {
        sysbench::Interval interval;
        interval.timeS = seconds * i / points;
        interval.threads = 1;
        const double value = base * speed * (1 + 0.03 * (random->generateDouble() - 0.5));
        if (isCpu) {
            interval.eventsPerSec = value;
        } else {
            interval.readMibPerSec = run->params.value(u"file_test_mode"_s).toString() == "seqrd"_L1 ? value * 4 : 0;
            interval.writtenMibPerSec = value - (*interval.readMibPerSec > 0 ? value : 0);
        }
        interval.latP95Ms = 1000 / value;
        sum += isCpu ? value : *interval.readMibPerSec + *interval.writtenMibPerSec;
        run->intervals << interval;
        UtilizationSample sample;
        sample.timeS = interval.timeS;
        sample.userPct = 95 + 8 * random->generateDouble() - (isCpu ? 0 : 60);
        sample.systemPct = 3 + 4 * random->generateDouble() + (isCpu ? 0 : 30);
        sample.diskUtilPct = isCpu ? 1.5 * random->generateDouble() : 70 + 25 * random->generateDouble();
        if (kind == TargetKind::Qemu) {
            sample.guestUserPct = *sample.userPct * 0.95;
            sample.guestSystemPct = *sample.systemPct * 0.7;
            sample.guestDiskUtilPct = *sample.diskUtilPct;
        }
        run->utilization << sample;
    }
    run->metrics.set(isCpu ? Metric::EventsPerSec : Metric::TransferMibPerSec, sum / std::max(1, points));
}

/// The first `done` runs of the plan; all of them for -1.
inline Session chartSession(const Plan& plan, int points = 10, double seconds = 10, qsizetype done = -1)
{
    Session session;
    session.id = u"20261124-080500-7f3a"_s;
    session.created = QDateTime::fromString(u"2026-11-24T08:05:00.000Z"_s, Qt::ISODateWithMs);
    session.state = done < 0 ? SessionState::Finished : SessionState::Cancelled;
    session.host = {{u"hostname"_s, u"lab-7"_s}, {u"cpus"_s, 8}, {u"memory_mib"_s, 65536}};
    session.plan = plan;
    QHash<QString, TargetKind> kinds;
    for (const TargetSettings& target : plan.targets) {
        kinds.insert(target.id, target.kind);
        session.targets << QJsonObject{{u"id"_s, target.id}};
    }
    QRandomGenerator random(7);
    QDateTime clock = session.created.addSecs(8);
    const QList<PlannedRun> runs = expandPlan(plan, {8, 65536}).valueOr({});
    for (const PlannedRun& planned : runs) {
        if (done >= 0 && session.runs.size() >= done)
            break;
        RunRecord run;
        run.id = QString::number(planned.index);
        run.plannedIndex = planned.index;
        run.target = planned.targetId;
        run.test = planned.test;
        run.params = planned.params;
        run.repeat = planned.repeat;
        run.discarded = planned.discarded;
        run.status = RunStatus::Ok;
        run.started = clock;
        run.durationS = seconds + 0.4;
        run.exitCode = 0;
        measure(&run, kinds[run.target], points, seconds, &random);
        clock = clock.addMSecs(qint64((seconds + 1.2) * 1000));
        session.runs << run;
    }
    return session;
}

} // namespace bv::sample
