#include "import/import_preview.h"

#include "plan/expand.h"
#include "plan/parameters.h"
#include "plan/target_id.h"

#include <QCoreApplication>
#include <QHash>
#include <QMap>
#include <QSet>
#include <algorithm>

namespace bv {

namespace {

using namespace Qt::StringLiterals;
using sysbench::Test;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::ImportPreview)
};

Error badInput(const QString& message)
{
    return {Error::Code::BadInput, message};
}

/// Takes over what the other knows; false where they contradict each other.
bool merge(Arrangement& known, const Arrangement& other)
{
    bool agree = true;
    const auto mergeField = [&agree](auto& field, const auto& value, const auto& none) {
        if (value == none)
            return;
        agree = agree && (field == none || field == value);
        field = value;
    };
    mergeField(known.kind, other.kind, std::optional<TargetKind>());
    mergeField(known.cpus, other.cpus, std::optional<double>());
    mergeField(known.memoryMib, other.memoryMib, std::optional<int>());
    mergeField(known.accel, other.accel, QString());
    mergeField(known.diskFormat, other.diskFormat, QString());
    return agree;
}

/// What the rows say of a target together.
struct TargetOfRows
{
    Arrangement arrangement;
    QStringList versions;
};

QJsonObject evidenceOf(const TargetSettings& target, const TargetOfRows& rows)
{
    QJsonObject provenance;
    if (!rows.arrangement.accel.isEmpty())
        provenance.insert(u"accel"_s, rows.arrangement.accel);
    if (rows.versions.size() == 1)
        provenance.insert(u"sysbench"_s, QJsonObject{{u"version"_s, rows.versions.first()}});
    return {{u"id"_s, target.id},
            {u"kind"_s, targetKindName(target.kind)},
            {u"label"_s, targetLabel(target)},
            {u"provenance"_s, provenance}};
}

/// The targets, in the order of the rows.
Result<> addTargets(Session& session, const QList<const ImportRow*>& rows)
{
    QStringList ids;
    QHash<QString, TargetOfRows> targets;
    for (const ImportRow* row : rows) {
        const QString& id = row->run.targetName;
        if (!targets.contains(id))
            ids << id;
        TargetOfRows& target = targets[id];
        if (!merge(target.arrangement, row->run.arrangement))
            return badInput(Text::tr("The target \"%1\" is said to be two arrangements, the second in %2. Give one of "
                                     "them another name.")
                                .arg(id, row->file));
        if (!row->run.version.isEmpty() && !target.versions.contains(row->run.version))
            target.versions << row->run.version;
    }
    for (const QString& id : std::as_const(ids)) {
        const TargetSettings target = settingsOf(targets[id].arrangement, id);
        session.plan.targets << target;
        session.targets << evidenceOf(target, targets[id]);
    }
    return Unit();
}

/// Repeats that the file numbers keep their numbers; where two have the same, all are counted in their order.
void numberRepeats(QList<RunRecord>& runs, const QList<const ImportRow*>& rows)
{
    QHash<QString, QList<qsizetype>> cells;
    for (qsizetype i = 0; i < runs.size(); ++i) {
        const QString kind = runs[i].discarded ? u" warm-up"_s : QString();
        cells[cellKey(runs[i].test, runs[i].params, runs[i].target) + kind] << i;
    }
    for (const QList<qsizetype>& cell : std::as_const(cells)) {
        QSet<int> told;
        for (const qsizetype i : cell) {
            if (rows[i]->run.repeat)
                told.insert(*rows[i]->run.repeat);
        }
        const bool isTold = told.size() == cell.size();
        int number = 0;
        for (const qsizetype i : cell)
            runs[i].repeat = isTold ? *rows[i]->run.repeat : ++number;
    }
}

/// The combinations of parameters as suites: one per set of all others, with a sweep of what the test is about.
QList<Suite> suitesOf(const QList<RunRecord>& runs)
{
    QList<Suite> suites;
    QHash<QString, qsizetype> indexes;
    QSet<QString> seen;
    for (const RunRecord& run : runs) {
        const QString whole = comparisonKey(run.test, run.params);
        if (seen.contains(whole))
            continue;
        seen.insert(whole);
        const QString swept = mainParameter(run.test);
        QJsonObject others = run.params;
        const QJsonValue value = others.take(swept);
        const QString key = comparisonKey(run.test, others) + (value.isUndefined() ? u"-"_s : u"+"_s);
        const auto index = indexes.constFind(key);
        if (index != indexes.constEnd()) {
            for (SuiteParameter& parameter : suites[*index].parameters) {
                if (parameter.name == swept)
                    parameter.values << value;
            }
            continue;
        }
        Suite suite{run.test, {}};
        for (auto it = run.params.begin(); it != run.params.end(); ++it)
            suite.parameters << SuiteParameter{it.key(), {it.value()}};
        indexes.insert(key, suites.size());
        suites << suite;
    }
    return suites;
}

QString slotKey(const QString& target, Test test, const QJsonObject& params, int repeat, bool discarded)
{
    return cellKey(test, params, target) + u" %1 %2"_s.arg(repeat).arg(discarded ? 1 : 0);
}

/// Gives every run its place in the plan. A planned run has defaults where the run tells nothing, so only the
/// parameters that a run has are compared.
void assignPlaces(Session& session)
{
    QHash<QString, qsizetype> waiting;
    QHash<Test, QList<QStringList>> parameterSets;
    for (qsizetype i = 0; i < session.runs.size(); ++i) {
        const RunRecord& run = session.runs[i];
        waiting.insert(slotKey(run.target, run.test, run.params, run.repeat, run.discarded), i);
        const QStringList names = run.params.keys();
        if (!parameterSets[run.test].contains(names))
            parameterSets[run.test] << names;
    }
    const QList<PlannedRun> planned = expandPlan(session.plan, {}).valueOr({});
    for (const PlannedRun& place : planned) {
        for (const QStringList& names : std::as_const(parameterSets[place.test])) {
            QJsonObject params;
            for (const QString& name : names)
                params.insert(name, place.params.value(name));
            const auto found =
                waiting.constFind(slotKey(place.targetId, place.test, params, place.repeat, place.discarded));
            if (found == waiting.constEnd())
                continue;
            session.runs[*found].plannedIndex = place.index;
            waiting.erase(found);
            break;
        }
    }
    int others = 0;
    for (RunRecord& run : session.runs)
        run.id = run.plannedIndex >= 0 ? QString::number(run.plannedIndex) : u"import-%1"_s.arg(++others);
}

RunRecord recordOf(const ImportRow& row, bool hasSeveralVersions)
{
    RunRecord record = row.run.record;
    record.target = row.run.targetName;
    for (auto it = record.params.begin(); it != record.params.end(); ++it)
        *it = normalizedValue(record.test, it.key(), *it);
    record.notes.prepend(Text::tr("Imported from %1, run %2.").arg(row.file).arg(row.number));
    if (hasSeveralVersions && !row.run.version.isEmpty())
        record.notes << Text::tr("sysbench %1.").arg(row.run.version);
    return record;
}

} // namespace

QString missingOf(const ImportRow& row)
{
    const ImportedRun& run = row.run;
    if (!row.isIncluded)
        return {};
    if (!run.arrangement.kind)
        return run.targetName.isEmpty()
                   ? Text::tr("Nothing tells where this was measured: on the host, in a container or in a VM.")
                   : Text::tr("Nothing tells whether \"%1\" is the host, a container or a VM.").arg(run.targetName);
    if (!isValidTargetId(run.targetName))
        return Text::tr("The name of the target can have letters, digits, '.', '_' and '-'.");
    if (run.record.test == Test::Unknown)
        return Text::tr("Nothing tells which test this is.");
    for (auto it = run.record.params.begin(); it != run.record.params.end(); ++it) {
        if (!parameterNames(run.record.test).contains(it.key()))
            return Text::tr("\"%1\" is no parameter of the %2 test.")
                .arg(it.key(), sysbench::testName(run.record.test));
    }
    return {};
}

QStringList apartNotes(const ImportPreview& preview)
{
    QMap<int, QMap<QString, int>> tellers; // by test and parameter
    QMap<int, int> runs;
    for (const ImportRow& row : preview.rows) {
        const RunRecord& record = row.run.record;
        if (!row.isIncluded || record.test == Test::Unknown || record.status != RunStatus::Ok)
            continue;
        ++runs[static_cast<int>(record.test)];
        for (auto it = record.params.begin(); it != record.params.end(); ++it)
            ++tellers[static_cast<int>(record.test)][it.key()];
    }
    QStringList notes;
    for (auto test = tellers.cbegin(); test != tellers.cend(); ++test) {
        const int all = runs.value(test.key());
        for (auto name = test->cbegin(); name != test->cend(); ++name) {
            if (*name < all)
                notes << Text::tr("%1: %2 of %3 runs do not tell %4; they are not compared with those that do.")
                             .arg(sysbench::testName(static_cast<Test>(test.key())))
                             .arg(all - *name)
                             .arg(all)
                             .arg(name.key());
        }
    }
    return notes;
}

Result<Session> sessionOf(const ImportPreview& preview, const QString& name, const QDateTime& now)
{
    QList<const ImportRow*> rows;
    QSet<QString> files;
    QHash<QString, QSet<QString>> versions;
    for (const ImportRow& row : preview.rows) {
        if (!row.isIncluded)
            continue;
        if (const QString missing = missingOf(row); !missing.isEmpty())
            return badInput(Text::tr("%1, run %2: %3").arg(row.file).arg(row.number).arg(missing));
        rows << &row;
        files.insert(row.file);
        versions[row.run.targetName].insert(row.run.version);
    }
    if (rows.isEmpty())
        return badInput(Text::tr("There is no run to import."));
    if (rows.size() > importedRunLimit)
        return badInput(Text::tr("There are more than %1 runs. Import them in parts.").arg(importedRunLimit));
    Session session;
    session.id = makeSessionId(now);
    session.created = now.toUTC();
    session.name = name;
    session.state = SessionState::Finished;
    setSessionOrigin(session, SessionOrigin::Imported,
                     Text::tr("Imported from %1 of %2. What the files do not tell is not known.")
                         .arg(rows.size() == 1 ? Text::tr("1 run") : Text::tr("%1 runs").arg(rows.size()),
                              files.size() == 1 ? *files.cbegin() : Text::tr("%1 files").arg(files.size())));
    session.plan.name = name;
    // Nothing tells in which order was measured and what became of the cache; these claim the least.
    session.plan.order = RunOrder::Blocked;
    session.plan.dropPageCache = false;
    if (const auto added = addTargets(session, rows); !added)
        return added.error();
    for (const ImportRow* row : std::as_const(rows))
        session.runs << recordOf(*row, versions[row->run.targetName].size() > 1);
    numberRepeats(session.runs, rows);
    session.plan.suites = suitesOf(session.runs);
    session.plan = normalized(session.plan);
    session.plan.repeats = 0;
    for (const RunRecord& run : std::as_const(session.runs)) {
        int& most = run.discarded ? session.plan.warmup : session.plan.repeats;
        most = std::max(most, run.repeat);
    }
    session.plan.repeats = std::max(1, session.plan.repeats);
    assignPlaces(session);
    return session;
}

} // namespace bv
