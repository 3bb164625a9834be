#pragma once

#include "session/session.h"

#include <QRandomGenerator>

/// Sessions for tests.
namespace bv::sample {

using namespace Qt::StringLiterals;

inline Plan plan()
{
    Plan plan;
    plan.name = u"Sample"_s;
    TargetSettings docker;
    docker.id = u"docker"_s;
    docker.kind = TargetKind::Docker;
    TargetSettings qemu;
    qemu.id = u"qemu"_s;
    qemu.kind = TargetKind::Qemu;
    qemu.qemu.accel = u"tcg"_s;
    plan.targets = {docker, qemu};
    plan.suites = {{sysbench::Test::Cpu, {{u"cpu_max_prime"_s, {20000}}}}};
    plan.repeats = 3;
    return plan;
}

inline RunRecord run(int index, const QString& target = u"docker"_s)
{
    RunRecord run;
    run.id = QString::number(index);
    run.plannedIndex = index;
    run.target = target;
    run.test = sysbench::Test::Cpu;
    run.params = {{u"cpu_max_prime"_s, 20000}, {u"threads"_s, 1}};
    run.status = RunStatus::Ok;
    run.started = QDateTime::fromString(u"2026-11-23T05:42:10.125Z"_s, Qt::ISODateWithMs);
    run.durationS = 10.25;
    run.exitCode = 0;
    run.command = {u"sysbench"_s, u"cpu"_s, u"run"_s};
    run.metrics.set(sysbench::Metric::EventsPerSec, 1000.5 + index);
    run.output = u"events per second: %1\n"_s.arg(1000.5 + index);
    return run;
}

inline Session session(const QString& id = u"20261123-054210-7f3a"_s)
{
    Session session;
    session.id = id;
    session.created = QDateTime::fromString(u"2026-11-23T05:42:10.000Z"_s, Qt::ISODateWithMs);
    session.name = u"Möbius & Söhne"_s;
    session.state = SessionState::Finished;
    session.app = {{u"name"_s, u"Benchvisor"_s}, {u"version"_s, u"0.1.0"_s}};
    session.host = {{u"hostname"_s, u"lab-7"_s}};
    session.plan = plan();
    session.targets = {QJsonObject{{u"id"_s, u"docker"_s}}, QJsonObject{{u"id"_s, u"qemu"_s}}};
    return session;
}

/// Any text: quotes, line ends, control characters, letters beyond the BMP.
inline QString randomText(QRandomGenerator& random)
{
    static const QStringList pieces{u"a"_s, u"\""_s, u"\\"_s, u"\n"_s,           u"\r\n"_s, u"\t"_s, u","_s,
                                    u"ß"_s, u"漢"_s, u"😀"_s,  QString(QChar(1)), u"=1+1"_s, u" "_s,  u"'"_s};
    QString text;
    for (int i = random.bounded(20); i > 0; --i)
        text += pieces[random.bounded(int(pieces.size()))];
    return text;
}

inline Session randomSession(quint32 seed)
{
    QRandomGenerator random(seed);
    Session session = sample::session();
    session.name = randomText(random);
    session.note = randomText(random);
    session.state = static_cast<SessionState>(1 + random.bounded(4));
    session.host.insert(randomText(random), random.generateDouble());
    for (int i = random.bounded(12); i > 0; --i) {
        RunRecord run = sample::run(i);
        run.test = static_cast<sysbench::Test>(random.bounded(7));
        run.repeat = random.bounded(1, 20);
        run.discarded = random.bounded(2) == 0;
        run.status = static_cast<RunStatus>(random.bounded(4));
        run.started = random.bounded(5) == 0 ? QDateTime() : run.started.addMSecs(random.bounded(100'000'000));
        run.durationS = random.generateDouble() * 1e3;
        run.exitCode = random.bounded(3) == 0 ? std::nullopt : std::optional<int>(random.bounded(256));
        run.command = {randomText(random), randomText(random)};
        run.notes = {randomText(random)};
        run.output = randomText(random);
        run.error = randomText(random);
        for (std::size_t m = 0; m < sysbench::metricCount; ++m) {
            if (random.bounded(2) == 0)
                run.metrics.set(static_cast<sysbench::Metric>(m), (random.generateDouble() - 0.5) * 1e9);
        }
        run.metrics.setDerived(sysbench::Metric::EventsPerSec, random.generateDouble() / 3);
        for (int t = random.bounded(4); t > 0; --t) {
            sysbench::Interval interval;
            interval.timeS = t;
            interval.threads = t;
            interval.eventsPerSec = random.generateDouble() * 1e4;
            run.intervals.append(interval);
            UtilizationSample sample;
            sample.timeS = t;
            sample.userPct = random.generateDouble() * 200;
            sample.guestDiskUtilPct = random.generateDouble();
            sample.stealPct = random.generateDouble();
            run.utilization.append(sample);
        }
        session.runs.append(run);
    }
    return session;
}

} // namespace bv::sample
