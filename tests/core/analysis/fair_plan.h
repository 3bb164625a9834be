#pragma once

#include "../session/sample_session.h"
#include "analysis/fairness.h"
#include "plan/plan_json.h"

#include <functional>

/// A plan and a session that nothing makes unequal, for tests of what does.
namespace bv::fair {

using namespace Qt::StringLiterals;
using analysis::FairnessNote;
using sysbench::Test;

inline TargetSettings container(const QString& id = u"docker"_s)
{
    TargetSettings target;
    target.id = id;
    target.kind = TargetKind::Docker;
    return target;
}

inline TargetSettings vm(const QString& id = u"qemu"_s)
{
    TargetSettings target;
    target.id = id;
    target.kind = TargetKind::Qemu;
    target.qemu.accel = u"kvm"_s;
    target.qemu.disk.cache = u"none"_s;
    return target;
}

inline TargetSettings hostTarget()
{
    TargetSettings target;
    target.id = u"host"_s;
    target.kind = TargetKind::Host;
    return target;
}

/// Of a quiet machine, where KVM works.
inline QJsonObject quietHost()
{
    return {{u"machine"_s, u"x86_64"_s},
            {u"cpus"_s, 4},
            {u"memory_mib"_s, 16384},
            {u"hypervisor"_s, false},
            {u"load_1min"_s, 0.1},
            {u"kernel"_s, u"6.1.0"_s},
            {u"governor"_s, u"performance"_s},
            {u"turbo"_s, false},
            {u"on_battery"_s, false},
            {u"kvm"_s, true},
            {u"work_file_system"_s, u"ext4"_s},
            {u"work_free_mib"_s, 200'000}};
}

inline Suite cpuSuite(const QJsonArray& threads = {1})
{
    return {Test::Cpu, {{u"cpu_max_prime"_s, {20000}}, {u"threads"_s, threads}}};
}

inline Suite fileSuite(const QString& size = u"2G"_s, const QJsonArray& modes = {u"seqrd"_s, u"rndwr"_s})
{
    return {Test::Fileio, {{u"file_test_mode"_s, modes}, {u"file_total_size"_s, {size}}, {u"threads"_s, {16}}}};
}

inline Plan fairPlanOfTwo()
{
    Plan plan;
    plan.targets = {container(), vm()};
    plan.suites = {cpuSuite(), fileSuite()};
    return plan;
}

inline QStringList kindsOf(const QList<FairnessNote>& notes)
{
    QStringList kinds;
    for (const FairnessNote& note : notes)
        kinds << QString(analysis::fairnessKindName(note.kind)) + u':' + analysis::fairnessSeverityName(note.severity);
    return kinds;
}

inline QString storyOf(const QList<FairnessNote>& notes)
{
    QStringList lines;
    for (const FairnessNote& note : notes)
        lines << note.sentence + u' ' + note.effect + u" | "_s + note.mend;
    return lines.join(u'\n');
}

/// A session of that plan, each target seen inside as it was set, with a run of each suite per target and repeat.
inline Session measured(const Plan& plan, const QJsonObject& host)
{
    Session session = sample::session();
    session.plan = plan;
    session.host = host;
    session.targets = {};
    int index = 0;
    for (const TargetSettings& target : plan.targets) {
        QJsonObject json = targetToJson(target);
        QJsonObject inside{{u"kernel"_s, u"6.1.0"_s}, {u"machine"_s, u"x86_64"_s}, {u"os"_s, u"Debian 12"_s}};
        inside[u"nproc"_s] =
            target.kind == TargetKind::Host ? host["cpus"_L1].toDouble() : targetCpus(target).value_or(0);
        inside[u"memory_mib"_s] =
            target.kind == TargetKind::Qemu ? target.qemu.memoryMib * 0.9 : host["memory_mib"_L1].toDouble();
        if (target.kind == TargetKind::Docker)
            inside[u"limit_memory_mib"_s] = target.docker.memoryMib;
        QJsonObject provenance{
            {u"inside"_s, inside},
            {u"sysbench"_s, QJsonObject{{u"version"_s, u"1.0.20"_s}, {u"sha256"_s, QString(64, u'a')}}},
            {u"host_disk"_s, u"sda"_s}};
        if (target.kind == TargetKind::Qemu)
            provenance[u"accel"_s] = target.qemu.accel;
        json[u"provenance"_s] = provenance;
        session.targets << json;
        for (int repeat = 1; repeat <= plan.repeats; ++repeat) {
            for (const Suite& suite : plan.suites) {
                RunRecord run = sample::run(index++, target.id);
                run.test = suite.test;
                run.repeat = repeat;
                run.params = {};
                for (const SuiteParameter& parameter : suite.parameters)
                    run.params.insert(parameter.name, parameter.values.first());
                if (suite.test == Test::Fileio)
                    run.metrics.set(sysbench::headlineMetric(Test::Fileio), 100);
                session.runs << run;
            }
        }
    }
    return session;
}

/// Replaces what is below the path in a target of the session.
inline void setSeen(Session& session, qsizetype index, const QStringList& path, const QJsonValue& value)
{
    const std::function<QJsonObject(QJsonObject, qsizetype)> put = [&](QJsonObject object, qsizetype depth) {
        object[path[depth]] =
            depth + 1 == path.size() ? value : QJsonValue(put(object[path[depth]].toObject(), depth + 1));
        return object;
    };
    session.targets[index] = put(session.targets[index].toObject(), 0);
}

} // namespace bv::fair
