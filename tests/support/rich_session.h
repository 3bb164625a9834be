#pragma once

#include "plan/expand.h"
#include "session/session.h"

#include <cmath>

/// A finished session as it comes from a real machine: containers and VMs, cpu and fileio, intervals, utilisation.
namespace bv::rich {

using namespace Qt::StringLiterals;

inline Plan plan(int targets = 2, int repeats = 5)
{
    Plan plan;
    plan.name = u"Report"_s;
    for (int i = 0; i < targets; ++i) {
        TargetSettings target;
        target.kind = i % 2 == 0 ? TargetKind::Docker : TargetKind::Qemu;
        target.id = (i % 2 == 0 ? u"docker-%1c"_s : u"qemu-%1c"_s).arg(1 + i / 2);
        target.docker.cpus = 1 + i / 2;
        target.qemu.smp = 1 + i / 2;
        target.qemu.accel = u"tcg"_s;
        plan.targets << target;
    }
    plan.suites = {
        {sysbench::Test::Cpu, {{u"cpu_max_prime"_s, {20000, 50000}}, {u"time_s"_s, {10}}}},
        {sysbench::Test::Fileio,
         {{u"file_test_mode"_s, {u"rndwr"_s, u"seqrd"_s}}, {u"file_total_size"_s, {u"1G"_s}}, {u"time_s"_s, {10}}}},
    };
    plan.repeats = repeats;
    plan.warmup = 1;
    return plan;
}

inline void addFigures(RunRecord& run, double speed)
{
    using sysbench::Metric;
    // A fixed pattern of deviations, so that figures look measured and tests know them.
    const double figure = speed * (1 + 0.004 * std::sin(run.plannedIndex * 1.7));
    if (run.test == sysbench::Test::Cpu) {
        run.metrics.set(Metric::EventsPerSec, figure);
    } else {
        const bool reads = run.params["file_test_mode"_L1] == "seqrd"_L1;
        run.metrics.set(Metric::TransferMibPerSec, figure);
        run.metrics.set(reads ? Metric::ReadsPerSec : Metric::WritesPerSec, figure * 64);
        run.metrics.set(Metric::RequestsPerSec, figure * 64.2);
        if (!reads)
            run.metrics.set(Metric::FsyncsPerSec, figure * 0.2);
    }
    run.metrics.set(Metric::TotalTimeS, 10.0002);
    run.metrics.set(Metric::TotalEvents, std::round(figure * 10));
    run.metrics.set(Metric::LatMinMs, 900 / figure);
    run.metrics.set(Metric::LatAvgMs, 1000 / figure);
    run.metrics.set(Metric::LatMaxMs, 2600 / figure);
    run.metrics.set(Metric::LatP95Ms, 1080 / figure);
    run.metrics.set(Metric::ThreadEventsStddev, 0);
    for (int t = 1; t <= 10; ++t) {
        sysbench::Interval interval;
        interval.timeS = t;
        interval.threads = 1;
        if (run.test == sysbench::Test::Cpu)
            interval.eventsPerSec = figure * (1 + 0.01 * std::sin(t));
        else
            interval.writtenMibPerSec = figure * (1 + 0.05 * std::sin(t));
        interval.latP95Ms = 1080 / figure;
        run.intervals << interval;
        UtilizationSample sample;
        sample.timeS = t;
        sample.userPct = 97.2;
        sample.systemPct = 1.4;
        sample.diskUtilPct = run.test == sysbench::Test::Cpu ? 0.1 : 71.5;
        run.utilization << sample;
    }
}

inline RunRecord record(const PlannedRun& planned, const QDateTime& begin)
{
    RunRecord run;
    run.id = QString::number(planned.index);
    run.plannedIndex = planned.index;
    run.target = planned.targetId;
    run.test = planned.test;
    run.params = planned.params;
    run.repeat = planned.repeat;
    run.discarded = planned.discarded;
    run.status = RunStatus::Ok;
    run.started = begin.addSecs(12LL * planned.index);
    run.durationS = 10.041;
    run.exitCode = 0;
    run.command = {u"docker"_s, u"exec"_s, u"bv 1"_s, u"sysbench"_s, u"cpu"_s, u"--threads=1"_s, u"run"_s};
    run.sysbenchSha256 = QString(64, u'5');
    run.output = u"sysbench 1.0.20 (using system LuaJIT 2.1.0-beta3)\n\nNumber of threads: 1\nCPU speed:\n    events "
                 u"per second:  %1\n"_s.arg(planned.index);
    const bool vm = planned.targetId.startsWith(u"qemu"_s);
    const double cpu = planned.params["cpu_max_prime"_L1].toInt() == 50000 ? 380 : 1294;
    addFigures(run, planned.test == sysbench::Test::Cpu ? (vm ? cpu / 3.83 : cpu) : (vm ? 18.4 : 36.9));
    return run;
}

inline QJsonObject provenance(const TargetSettings& target, const QString& qemu = u"7.2.22"_s)
{
    QJsonObject found{{u"sysbench"_s, QJsonObject{{u"version"_s, u"1.0.20"_s}, {u"sha256"_s, QString(64, u'5')}}},
                      {u"inside"_s, QJsonObject{{u"nproc"_s, 2}, {u"memory_mib"_s, 1024}, {u"kernel"_s, u"6.1.0"_s}}}};
    if (target.kind == TargetKind::Qemu) {
        found.insert(u"qemu"_s, qemu);
        found.insert(u"accel"_s, u"tcg"_s);
    } else {
        found.insert(u"engine"_s, QJsonObject{{u"product"_s, u"Docker"_s}, {u"server"_s, u"20.10.24"_s}});
    }
    return found;
}

inline Session session(const QString& id = u"20261123-054210-7f3a"_s, int targets = 2, int repeats = 5)
{
    Session session;
    session.id = id;
    session.created = QDateTime::fromString(u"2026-11-23T05:42:10.000Z"_s, Qt::ISODateWithMs);
    session.name = u"Report of Monday"_s;
    session.state = SessionState::Finished;
    session.app = {{u"name"_s, u"Benchvisor"_s}, {u"version"_s, u"0.1.0"_s}};
    session.host = {{u"hostname"_s, u"lab-7"_s},
                    {u"os"_s, u"Debian GNU/Linux 12"_s},
                    {u"kernel"_s, u"6.1.0-26-amd64"_s},
                    {u"cpu_model"_s, u"AMD Ryzen 7 5800X"_s},
                    {u"cpus"_s, 8},
                    {u"memory_mib"_s, 16000}};
    session.plan = plan(targets, repeats);
    for (const TargetSettings& target : std::as_const(session.plan.targets))
        session.targets << QJsonObject{{u"id"_s, target.id}, {u"provenance"_s, provenance(target)}};
    const QList<PlannedRun> planned = expandPlan(session.plan, {8, 16000}).valueOr({});
    for (const PlannedRun& run : planned)
        session.runs << record(run, session.created);
    return session;
}

} // namespace bv::rich
