#include "session/session_json.h"

#include "export/save_file.h"
#include "plan/parameters.h"
#include "plan/plan_json.h"
#include "session/json_fields.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QSet>
#include <algorithm>

namespace bv {

namespace {

using namespace Qt::StringLiterals;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(SessionJson)
};

Error badInput(const QString& message)
{
    return {Error::Code::BadInput, message};
}

/// `object` with those keys only that `pattern` has. An object below a key is treated the same way.
QJsonObject knownKeysOnly(const QJsonObject& object, const QJsonObject& pattern)
{
    QJsonObject known;
    for (auto it = object.begin(); it != object.end(); ++it) {
        const QJsonValue expected = pattern.value(it.key());
        if (expected.isObject() && it.value().isObject())
            known.insert(it.key(), knownKeysOnly(it.value().toObject(), expected.toObject()));
        else if (!expected.isUndefined())
            known.insert(it.key(), it.value());
    }
    return known;
}

QJsonObject knownTargetKeysOnly(const QJsonObject& target)
{
    const QString kind = target.value("kind"_L1).toString();
    TargetSettings pattern;
    pattern.label = u"label"_s; // an empty one is not written
    for (const TargetKind candidate : {TargetKind::Host, TargetKind::Docker, TargetKind::Qemu}) {
        if (kind == targetKindName(candidate))
            pattern.kind = candidate;
    }
    return knownKeysOnly(target, targetToJson(pattern, PlanDetail::Full));
}

QJsonObject knownSuiteKeysOnly(const QJsonObject& suite)
{
    QJsonObject pattern{{"test"_L1, QString()}};
    const QStringList names = parameterNames(sysbench::testFromName(suite.value("test"_L1).toString()));
    for (const QString& name : names)
        pattern.insert(name, QString());
    return knownKeysOnly(suite, pattern);
}

/// Applies `reduce` to the objects of the array below `key`.
void reduceEach(QJsonObject& object, QLatin1StringView key, QJsonObject (*reduce)(const QJsonObject&))
{
    const QJsonValue found = object.value(key);
    if (!found.isArray())
        return;
    QJsonArray reduced;
    const QJsonArray values = found.toArray();
    for (const QJsonValue& value : values)
        reduced.append(value.isObject() ? QJsonValue(reduce(value.toObject())) : value);
    object.insert(key, reduced);
}

bool isNoneOrEmpty(const QJsonObject& object, QLatin1StringView key)
{
    const QJsonValue value = object.value(key);
    return value.isUndefined() || (value.isArray() && value.toArray().isEmpty());
}

Result<> checkSchema(const QJsonObject& json)
{
    const QString schema = json.value("schema"_L1).toString();
    if (schema == sessionSchema)
        return Unit();
    if (schema == planSchema)
        return badInput(Text::tr("this is a plan, not a session; run it: benchvisor run --plan FILE"));
    const qsizetype slash = sessionSchema.indexOf(u'/') + 1;
    bool isNumber = false;
    const int version = QStringView(schema).mid(slash).toInt(&isNumber);
    if (schema.startsWith(sessionSchema.left(slash)) && isNumber && version > 1)
        return Error(Error::Code::TooNew,
                     Text::tr("it was written by a newer Benchvisor (schema \"%1\"); update Benchvisor").arg(schema));
    if (schema.isEmpty())
        return badInput(Text::tr("schema: is missing; expected \"%1\"").arg(sessionSchema));
    return badInput(Text::tr("schema: expected \"%1\", found \"%2\"").arg(sessionSchema, schema.left(80)));
}

Result<QList<RunRecord>> runsFromJson(const QList<QJsonObject>& objects)
{
    QList<RunRecord> runs;
    runs.reserve(objects.size());
    QSet<QString> ids;
    for (qsizetype i = 0; i < objects.size(); ++i) {
        auto run = RunRecord::fromJson(objects[i]);
        if (!run)
            return badInput(u"runs[%1].%2"_s.arg(i).arg(run.error().message));
        if (ids.contains(run->id))
            return badInput(Text::tr("runs[%1].id: \"%2\" is used twice").arg(i).arg(run->id));
        ids.insert(run->id);
        runs.append(*std::move(run));
    }
    return runs;
}

Result<Session> sessionFromObject(const QJsonObject& object)
{
    using Need = JsonFields::Need;
    if (const auto schema = checkSchema(object); !schema)
        return schema.error();
    JsonFields json(object);
    Session session;
    session.id = json.text(u"id"_s, Need::Required);
    if (!isSessionId(session.id))
        json.refuse(u"id"_s, Text::tr("letters, digits, '-', '_' and '.', at most 64"));
    session.created = QDateTime::fromString(json.text(u"created"_s, Need::Required), Qt::ISODateWithMs).toUTC();
    if (!session.created.isValid())
        json.refuse(u"created"_s, Text::tr("a time such as \"2026-11-23T05:42:10.000Z\""));
    session.name = json.text(u"name"_s);
    session.note = json.text(u"note"_s);
    const QString stateName = json.text(u"state"_s);
    const auto state = stateName.isEmpty() ? SessionState::Finished : sessionStateFromName(stateName);
    if (!state)
        json.refuse(u"state"_s, Text::tr("running, finished, cancelled, failed or interrupted"));
    session.state = state == SessionState::Running ? SessionState::Interrupted : state.value_or(SessionState::Failed);
    session.app = json.object(u"app"_s);
    session.host = json.object(u"host"_s);
    const QJsonObject plan = json.object(u"plan"_s, Need::Required);
    const QList<QJsonObject> targets = json.objects(u"targets"_s);
    for (const QJsonObject& target : targets)
        session.targets.append(target);
    json.array(u"runs"_s, Need::Required);
    const QList<QJsonObject> runs = json.objects(u"runs"_s);
    if (const auto read = json.result(); !read)
        return read.error();

    auto readPlan = planOfSession(plan);
    if (!readPlan)
        return Error(readPlan.error().code, u"plan."_s + readPlan.error().message, readPlan.error().detail);
    session.plan = *std::move(readPlan);
    auto readRuns = runsFromJson(runs);
    if (!readRuns)
        return readRuns.error();
    session.runs = *std::move(readRuns);
    for (qsizetype i = 0; i < session.runs.size(); ++i) {
        const QString target = session.runs.at(i).target;
        const auto isIt = [&target](const TargetSettings& known) { return known.id == target; };
        // Nothing would ever show it.
        if (!session.plan.targets.isEmpty() &&
            std::none_of(session.plan.targets.cbegin(), session.plan.targets.cend(), isIt))
            return badInput(Text::tr("runs[%1].target: \"%2\" is no target of the plan").arg(i).arg(target.left(80)));
    }
    return session;
}

/// "line 3, column 7" of the byte at `offset`.
QString placeInText(const QByteArray& text, qsizetype offset)
{
    const QByteArrayView before = QByteArrayView(text).first(qBound<qsizetype>(0, offset, text.size()));
    return Text::tr("line %1, column %2").arg(before.count('\n') + 1).arg(before.size() - before.lastIndexOf('\n'));
}

} // namespace

QJsonObject sessionToJson(const Session& session)
{
    QJsonArray runs;
    for (const RunRecord& run : session.runs)
        runs.append(run.toJson());
    return {
        {"schema"_L1, sessionSchema},
        {"id"_L1, session.id},
        {"created"_L1, session.created.toUTC().toString(Qt::ISODateWithMs)},
        {"name"_L1, session.name},
        {"note"_L1, session.note},
        {"state"_L1, sessionStateName(session.state)},
        {"app"_L1, finiteOnly(session.app)},
        {"host"_L1, finiteOnly(session.host)},
        {"plan"_L1, finiteOnly(planToJson(session.plan))},
        {"targets"_L1, finiteOnly(QJsonValue(session.targets))},
        {"runs"_L1, runs},
    };
}

Result<Session> sessionFromJson(const QByteArray& text)
{
    if (text.size() > sessionSizeLimit)
        return badInput(Text::tr("it is larger than %1 MiB").arg(sessionSizeLimit / (1024 * 1024)));
    if (text.trimmed().isEmpty())
        return badInput(Text::tr("it is empty"));
    QJsonParseError problem;
    const QJsonDocument document = QJsonDocument::fromJson(text, &problem);
    if (problem.error != QJsonParseError::NoError)
        return badInput(Text::tr("it is no JSON, or was cut off (%1: %2)")
                            .arg(placeInText(text, problem.offset), problem.errorString()));
    if (!document.isObject())
        return badInput(Text::tr("it is no session: expected a JSON object"));
    return sessionFromObject(document.object());
}

Result<Plan> planOfSession(const QJsonObject& json)
{
    auto strict = planFromJson(json);
    if (strict || strict.error().code == Error::Code::TooNew)
        return strict;
    Plan pattern;
    pattern.adaptive = AdaptiveRepeats();
    QJsonObject known = knownKeysOnly(json, planToJson(pattern));
    reduceEach(known, "targets"_L1, knownTargetKeysOnly);
    reduceEach(known, "suites"_L1, knownSuiteKeysOnly);
    if (isNoneOrEmpty(known, "targets"_L1) && isNoneOrEmpty(known, "suites"_L1)) {
        Plan plan;
        plan.name = known.value("name"_L1).toString();
        return plan;
    }
    return planFromJson(known);
}

Result<Session> readSessionFile(const QString& path)
{
    QFile file(path);
    if (!file.exists())
        return Error(Error::Code::NotFound, Text::tr("The file %1 does not exist. Check its name.").arg(path));
    // Not even opened: closing it would take the locks from this process's own connections to it (StoreUse).
    if (path.endsWith(".sqlite"_L1))
        return Error(Error::Code::BadInput, Text::tr("The file %1 is a session store, not a session that was exported. "
                                                     "Export one of its sessions: benchvisor export ID --json FILE")
                                                .arg(path));
    // Opening a pipe that nobody writes into would wait for ever.
    if (const QFileInfo info(path); !info.isFile() && !info.isDir())
        return Error(Error::Code::BadInput, Text::tr("%1 is a device or a pipe, not a file.").arg(path));
    if (!file.open(QIODevice::ReadOnly))
        return Error(Error::Code::Io, Text::tr("The file %1 cannot be read. Check its permissions.").arg(path),
                     file.errorString());
    const QByteArray text = file.read(sessionSizeLimit + 1);
    if (file.error() != QFileDevice::NoError)
        return Error(Error::Code::Io, Text::tr("The file %1 cannot be read.").arg(path), file.errorString());
    auto session = sessionFromJson(text);
    if (!session) {
        QString why = session.error().message; // of a plan a whole sentence, of other parts less
        while (why.endsWith(u'.'))
            why.chop(1);
        return Error(session.error().code,
                     Text::tr("The file %1 is not a session that can be read: %2.").arg(path, why),
                     session.error().detail);
    }
    return session;
}

Result<> writeSessionFile(const QString& path, const Session& session)
{
    return saveFile(path, QJsonDocument(sessionToJson(session)).toJson());
}

} // namespace bv
