#include "analysis/fairness.h"

#include "plan/parameters.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace bv::analysis {

namespace {

using sysbench::Test;

void changeTarget(TargetSettings& target, const QJsonObject& change)
{
    DockerSettings& docker = target.docker;
    docker.cpus = change["cpus"_L1].toDouble(docker.cpus);
    docker.storage = change["storage"_L1].toString(docker.storage);
    docker.memoryMib = change["memory_mib"_L1].toInt(docker.memoryMib);
    QemuSettings& qemu = target.qemu;
    qemu.disk.cache = change["cache"_L1].toString(qemu.disk.cache);
    if (change.contains("accel"_L1)) {
        qemu.accel = change["accel"_L1].toString();
        qemu.accelOptions.clear(); // they are of the other one
    }
    if (change.contains("smp"_L1)) {
        qemu.smp = change["smp"_L1].toInt();
        qemu.topology = {};
    }
}

/// The values of a parameter of the suite; an empty list stands for the default.
QJsonArray& valuesOf(Suite& suite, const QString& name)
{
    for (SuiteParameter& parameter : suite.parameters) {
        if (parameter.name == name)
            return parameter.values;
    }
    suite.parameters << SuiteParameter{name, {}};
    return suite.parameters.last().values;
}

/// All sets that are smaller become of that size.
void enlargeFiles(Suite& suite, const QString& size)
{
    const qint64 wanted = sizeInBytes(size).value_or(0);
    QJsonArray& values = valuesOf(suite, u"file_total_size"_s);
    QJsonArray enlarged;
    for (const QJsonValue value : std::as_const(values)) {
        const QJsonValue fitting = sizeInBytes(value).value_or(0) < wanted ? QJsonValue(size) : value;
        if (!enlarged.contains(fitting))
            enlarged << fitting;
    }
    values = enlarged.isEmpty() ? QJsonArray{size} : enlarged;
}

void addThreads(Suite& suite, double threads)
{
    QJsonArray& values = valuesOf(suite, u"threads"_s);
    if (values.isEmpty())
        values << withEssentialDefaults(suite.test, {})["threads"_L1];
    if (!values.contains(threads))
        values << threads;
}

} // namespace

Plan mended(Plan plan, const FairnessNote& note)
{
    const QJsonObject& change = note.change;
    plan.repeats = change["repeats"_L1].toInt(plan.repeats);
    if (change["order"_L1].toString() == "interleaved"_L1)
        plan.order = RunOrder::Interleaved;
    if (change["page_cache"_L1].toString() == "drop"_L1)
        plan.dropPageCache = true;
    const QJsonObject targets = change["targets"_L1].toObject();
    const double sizeGib = change["size_gib"_L1].toDouble();
    for (TargetSettings& target : plan.targets) {
        changeTarget(target, targets[target.id].toObject());
        if (target.kind == TargetKind::Qemu)
            target.qemu.disk.sizeGib = std::max(target.qemu.disk.sizeGib, sizeGib);
    }
    const QString fileSet = change["file_total_size"_L1].toString();
    const QJsonObject threads = change["threads"_L1].toObject();
    for (Suite& suite : plan.suites) {
        const QJsonValue count = threads[QString(sysbench::testName(suite.test))];
        if (!fileSet.isEmpty() && suite.test == Test::Fileio)
            enlargeFiles(suite, fileSet);
        if (count.isDouble())
            addThreads(suite, count.toDouble());
        if ((!fileSet.isEmpty() && suite.test == Test::Fileio) || count.isDouble())
            suite = normalized(suite);
    }
    return plan;
}

Plan fairPlan(Plan plan, const QJsonObject& host, QList<FairnessNote>* applied)
{
    // In the order of kinds, each on what the ones before have left: whole CPUs before equal ones, files on a disk
    // before their size. No mend makes a note of another kind that could be mended before it.
    for (int kind = 0; kind <= static_cast<int>(FairnessKind::Order); ++kind) {
        const QList<FairnessNote> notes = fairnessOf(plan, host);
        for (const FairnessNote& note : notes) {
            if (static_cast<int>(note.kind) != kind || !note.canMend)
                continue;
            plan = mended(plan, note);
            if (applied)
                *applied << note;
        }
    }
    return plan;
}

} // namespace bv::analysis
