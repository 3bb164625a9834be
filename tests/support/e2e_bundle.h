#pragma once

#include "support/e2e_plan.h"

namespace bv::e2e {

/// Bundles of sessions, and what their scripts print.

inline QByteArray readAll(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

inline bool writeAll(const QString& path, const QByteArray& text)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(text) == text.size();
}

/// Measures a plan and gives the path of the session as a file in which more suites were planned, and other repeats, as
/// if it had been stopped in the middle. Empty when it was not measured.
inline QString measuredFile(const World& world, const QString& plan, const QJsonArray& moreSuites, int repeats)
{
    const QString path = world.file(u"session.json"_s);
    if (world.benchvisor({u"run"_s, u"--plan"_s, plan, u"--output"_s, path, u"-q"_s}).status != 0)
        return {};
    QJsonObject session = QJsonDocument::fromJson(readAll(path)).object();
    QJsonObject planned = session["plan"_L1].toObject();
    QJsonArray suites = planned["suites"_L1].toArray();
    for (const QJsonValue& suite : moreSuites)
        suites << suite;
    planned.insert(u"suites"_s, suites);
    planned.insert(u"repeats"_s, repeats);
    session.insert(u"plan"_s, planned);
    return writeAll(path, QJsonDocument(session).toJson()) ? path : QString();
}

/// The runs that `benchvisor parse` finds in what a script printed, as "cpu", "fileio rndwr", each complete and without
/// error; others are told with what is wrong.
inline QStringList parsedRuns(const World& world, const QByteArray& output)
{
    const QString file = world.file(u"printed.txt"_s);
    if (!writeAll(file, output))
        return {u"cannot be written: "_s + file};
    const Said parsed = world.benchvisor({u"parse"_s, u"--json"_s, file});
    QStringList runs;
    const QList<QJsonObject> found = objectsOf(QJsonDocument::fromJson(parsed.output).array());
    for (const QJsonObject& run : found) {
        const bool good = run["complete"_L1].toBool() && run["error"_L1].toString().isEmpty() &&
                          run["metrics"_L1]["total_time_s"_L1].toDouble() > 0;
        QString name = run["test"_L1].toString() + u' ' + run["mode"_L1].toString();
        name = name.trimmed();
        runs << (good ? name : QString::fromUtf8(QJsonDocument(run).toJson()));
    }
    return runs;
}

inline QStringList times(const QStringList& list, int count)
{
    QStringList result;
    for (int i = 0; i < count; ++i)
        result << list;
    return result;
}

} // namespace bv::e2e
