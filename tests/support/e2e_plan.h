#pragma once

#include "support/e2e_world.h"

#include <QDateTime>

namespace bv::e2e {

// Plans and the records they give, as JSON: what a user writes and reads. Targets have the short name ("docker") as
// label and World::targetId() of it as id; the functions that read take the short name.

inline QJsonObject merged(QJsonObject object, const QJsonObject& more)
{
    for (auto it = more.begin(); it != more.end(); ++it)
        object.insert(it.key(), it.value());
    return object;
}

inline QJsonObject hostTarget()
{
    return {{u"id"_s, u"host"_s}, {u"kind"_s, u"host"_s}, {u"label"_s, u"host"_s}};
}

inline QJsonObject dockerTarget(const QJsonObject& more = {}, const QString& name = u"docker"_s)
{
    return merged(
        {{u"id"_s, name}, {u"kind"_s, u"docker"_s}, {u"label"_s, name}, {u"cpus"_s, 2}, {u"memory_mib"_s, 512}}, more);
}

inline QJsonObject qemuTarget(const QJsonObject& more = {}, const QString& name = u"qemu"_s)
{
    const QJsonObject target{{u"id"_s, name},
                             {u"kind"_s, u"qemu"_s},
                             {u"label"_s, name},
                             {u"accel"_s, u"tcg"_s},
                             {u"smp"_s, 2},
                             {u"memory_mib"_s, 512},
                             {u"disk"_s, QJsonObject{{u"size_gib"_s, 0.5}}}};
    return merged(target, more);
}

inline QJsonObject cpuSuite(int seconds)
{
    return {{u"test"_s, u"cpu"_s}, {u"cpu_max_prime"_s, 10000}, {u"time_s"_s, seconds}};
}

inline QJsonObject fileSuite(const QString& mode, const QString& size, int seconds, const QJsonObject& more = {})
{
    const QJsonObject suite{{u"test"_s, u"fileio"_s},
                            {u"file_test_mode"_s, mode},
                            {u"file_total_size"_s, size},
                            {u"file_num"_s, 4},
                            {u"time_s"_s, seconds}};
    return merged(suite, more);
}

/// Writes a plan; gives its path.
inline QString planFile(const World& world, const QJsonArray& targets, const QJsonArray& suites,
                        const QJsonObject& more = {})
{
    QJsonArray named;
    for (const QJsonValue& target : targets)
        named << merged(target.toObject(), {{u"id"_s, world.targetId(target["id"_L1].toString())}});
    const QJsonObject plan{{u"schema"_s, u"benchvisor-plan/1"_s},
                           {u"name"_s, u"e2e"_s},
                           {u"targets"_s, named},
                           {u"suites"_s, suites},
                           {u"repeats"_s, 1}};
    static int count = 0;
    QFile file(world.file(u"plan-%1.json"_s.arg(++count)));
    if (file.open(QIODevice::WriteOnly))
        file.write(QJsonDocument(merged(plan, more)).toJson());
    return file.fileName();
}

inline QList<QJsonObject> objectsOf(const QJsonValue& array)
{
    QList<QJsonObject> objects;
    const QJsonArray values = array.toArray();
    for (const QJsonValue& value : values)
        objects << value.toObject();
    return objects;
}

/// The short name of a run's target.
inline QString targetOf(const QJsonObject& run)
{
    return run["target"_L1].toString().section(u'.', 0, 0);
}

/// The runs of a session in the order in which they were started; of one target and test where these are given.
inline QList<QJsonObject> runsOf(const QJsonObject& session, const QString& target = {}, const QString& test = {})
{
    QList<QJsonObject> runs = objectsOf(session["runs"_L1]);
    runs.removeIf([&](const QJsonObject& run) {
        return (!target.isEmpty() && targetOf(run) != target) || (!test.isEmpty() && run["test"_L1].toString() != test);
    });
    std::sort(runs.begin(), runs.end(), [](const QJsonObject& a, const QJsonObject& b) {
        return a["started"_L1].toString() < b["started"_L1].toString();
    });
    return runs;
}

inline QList<QJsonObject> okRunsOf(const QJsonObject& session, const QString& target = {})
{
    QList<QJsonObject> runs = runsOf(session, target);
    runs.removeIf([](const QJsonObject& run) { return run["status"_L1].toString() != "ok"_L1; });
    return runs;
}

/// The error of a run with that status; empty when there is none.
inline QString errorOf(const QJsonObject& session, const QString& target, int repeat, const QString& status)
{
    const QList<QJsonObject> runs = runsOf(session, target);
    for (const QJsonObject& run : runs) {
        if (run["repeat"_L1].toInt() == repeat && run["status"_L1].toString() == status)
            return run["error"_L1].toString();
    }
    return {};
}

inline QStringList textsOf(const QJsonValue& array)
{
    QStringList texts;
    const QJsonArray values = array.toArray();
    for (const QJsonValue& value : values)
        texts << value.toString();
    return texts;
}

inline QJsonObject provenanceOf(const QJsonObject& session, const QString& target)
{
    const QList<QJsonObject> targets = objectsOf(session["targets"_L1]);
    for (const QJsonObject& candidate : targets) {
        if (candidate["id"_L1].toString().section(u'.', 0, 0) == target)
            return candidate["provenance"_L1].toObject();
    }
    return {};
}

/// Milliseconds since 1970.
inline qint64 startOf(const QJsonObject& run)
{
    return QDateTime::fromString(run["started"_L1].toString(), Qt::ISODateWithMs).toMSecsSinceEpoch();
}
inline qint64 endOf(const QJsonObject& run)
{
    return startOf(run) + qRound64(run["duration_s"_L1].toDouble() * 1000);
}

} // namespace bv::e2e
