#include "plan/plan_json.h"

#include "plan/json_keys.h"
#include "plan/json_reader.h"
#include "plan/parameters.h"
#include "plan/target_id.h"
#include "plan/target_json.h"

#include <QCoreApplication>
#include <QHash>
#include <QJsonDocument>
#include <algorithm>

namespace bv {

namespace {

using namespace Qt::StringLiterals;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(PlanJson)
};

const QStringList testNames{u"cpu"_s, u"fileio"_s, u"memory"_s, u"threads"_s, u"mutex"_s, u"boot"_s};
const QStringList orderNames{u"interleaved"_s, u"blocked"_s};
const QStringList pageCacheNames{u"drop"_s, u"keep"_s};

const QStringList planKeys{u"schema"_s,   u"name"_s,   u"targets"_s, u"suites"_s,     u"repeats"_s,
                           u"adaptive"_s, u"warmup"_s, u"order"_s,   u"cooldown_s"_s, u"page_cache"_s};
const QStringList adaptiveKeys{u"half_width_pct"_s, u"min_repeats"_s, u"max_repeats"_s};

/// The sentence for a parameter that another test has; empty if none has it.
QString explainForeignParameter(const QString& name, sysbench::Test test)
{
    for (const QString& other : testNames) {
        const sysbench::Test otherTest = sysbench::testFromName(other);
        if (otherTest != test && parameterNames(otherTest).contains(name)) {
            return Text::tr("\"%1\" is a setting of the %2 test, not of the %3 test.")
                .arg(name, other, sysbench::testName(test));
        }
    }
    return {};
}

QJsonArray readValues(const QString& name, const QJsonValue& value, JsonReader& reader)
{
    const QJsonArray values = value.isArray() ? value.toArray() : QJsonArray{value};
    if (values.isEmpty())
        reader.complain(name, Text::tr("the list is empty. Give at least one value."));
    for (qsizetype i = 0; i < values.size(); ++i) {
        const QJsonValue one = values.at(i);
        if (one.isString() || one.isDouble() || one.isBool())
            continue;
        const QString place = value.isArray() ? u"%1[%2]"_s.arg(name).arg(i) : name;
        reader.complain(place, Text::tr("expected a value or a list of values, found %1.").arg(describeJson(one)));
    }
    return values;
}

Suite readSuite(const QJsonObject& json, const QString& where, QStringList& complaints)
{
    JsonReader reader(json, where, complaints);
    Suite suite;
    if (!reader.has(u"test"_s)) {
        reader.complain({}, Text::tr("\"test\" is missing. Write %1.").arg(anyOf(testNames)));
        return suite;
    }
    const qsizetype test = reader.choice(u"test"_s, testNames, -1);
    if (test < 0)
        return suite;
    suite.test = sysbench::testFromName(testNames.at(test));
    const QStringList names = parameterNames(suite.test);
    reader.refuseOtherKeys(QStringList{u"test"_s} + names,
                           [&suite](const QString& key) { return explainForeignParameter(key, suite.test); });
    for (auto it = json.constBegin(); it != json.constEnd(); ++it) {
        if (names.contains(it.key()))
            suite.parameters << SuiteParameter{it.key(), readValues(it.key(), it.value(), reader)};
    }
    return suite;
}

/// Calls `read(object, place)` for every object of the list `key`; complains where the list is missing or empty or
/// holds something else.
template<class Read>
void readEach(JsonReader& reader, const QString& key, const QString& ifEmpty, Read read)
{
    if (!reader.has(key)) {
        reader.complain({}, Text::tr("\"%1\" is missing. %2").arg(key, ifEmpty));
        return;
    }
    const auto list = reader.list(key);
    if (list && list->isEmpty())
        reader.complain(key, Text::tr("the list is empty. %1").arg(ifEmpty));
    for (qsizetype i = 0; list && i < list->size() && !reader.isFull(); ++i) {
        const QString place = u"%1[%2]"_s.arg(key).arg(i);
        if (list->at(i).isObject())
            read(list->at(i).toObject(), place);
        else
            reader.complain(place, Text::tr("expected an object {…}, found %1.").arg(describeJson(list->at(i))));
    }
}

/// Gives an id to every target that has none, and complains of ids used twice.
void settleIds(QList<TargetSettings>& targets, JsonReader& reader)
{
    QHash<QString, qsizetype> owner;
    for (qsizetype i = 0; i < targets.size(); ++i) {
        const QString& id = targets.at(i).id;
        if (id.isEmpty())
            continue;
        if (owner.contains(id)) {
            reader.complain(u"targets[%1]"_s.arg(i),
                            Text::tr("the id \"%1\" is that of targets[%2] already. Give each target an id of its own.")
                                .arg(id)
                                .arg(owner.value(id)));
        } else {
            owner.insert(id, i);
        }
    }
    QStringList taken = owner.keys();
    for (TargetSettings& target : targets) {
        if (!target.id.isEmpty())
            continue;
        target.id = makeTargetId(target, taken);
        taken << target.id;
    }
}

std::optional<AdaptiveRepeats> readAdaptive(JsonReader& plan, QStringList& complaints)
{
    const auto json = plan.object(u"adaptive"_s);
    if (!json)
        return std::nullopt;
    JsonReader reader(*json, u"adaptive"_s, complaints);
    AdaptiveRepeats adaptive;
    adaptive.halfWidthPct = reader.number(u"half_width_pct"_s, adaptive.halfWidthPct);
    adaptive.minRepeats = reader.integer(u"min_repeats"_s, adaptive.minRepeats);
    adaptive.maxRepeats = reader.integer(u"max_repeats"_s, adaptive.maxRepeats);
    reader.refuseOtherKeys(adaptiveKeys);
    return adaptive;
}

/// An unset Error where the schema is the one read here.
Error schemaError(const QJsonObject& json)
{
    constexpr QLatin1StringView family{"benchvisor-plan/"};
    const QJsonValue value = json.value(u"schema"_s);
    if (value.isUndefined()) {
        return {Error::Code::BadInput,
                Text::tr("\"schema\" is missing. A plan begins with \"schema\": \"%1\".").arg(planSchema)};
    }
    const QString schema = value.toString();
    if (schema == planSchema)
        return {};
    if (schema.startsWith(family) && QStringView(schema).sliced(family.size()).toUInt() > 1) {
        return {Error::Code::TooNew,
                Text::tr("This plan was written for a newer version of Benchvisor (%1; this version reads %2). Update "
                         "Benchvisor.")
                    .arg(schema, planSchema)};
    }
    if (schema.startsWith("benchvisor-session/"_L1)) {
        return {
            Error::Code::BadInput,
            Text::tr(
                "This is a session, not a plan. Give a file that Save plan wrote, or the session's \"plan\" alone.")};
    }
    return {Error::Code::BadInput, Text::tr("schema: expected \"%1\", found %2.").arg(planSchema, describeJson(value))};
}

/// The place of a byte, for people: lines and columns count from 1, columns in characters.
QString lineAndColumn(const QByteArray& text, qsizetype index)
{
    const QByteArray before = text.first(std::clamp<qsizetype>(index, 0, text.size()));
    const qsizetype lineStart = before.lastIndexOf('\n') + 1;
    return Text::tr("line %1, column %2")
        .arg(before.count('\n') + 1)
        .arg(QString::fromUtf8(before.sliced(lineStart)).size() + 1);
}

/// Where the parser stopped. Qt gives the place behind the offending byte, but for garbage at the end that of the byte
/// itself.
QString lineAndColumn(const QByteArray& text, const QJsonParseError& problem)
{
    return lineAndColumn(text, problem.error == QJsonParseError::GarbageAtEnd ? problem.offset : problem.offset - 1);
}

} // namespace

Result<Plan> planFromJson(const QByteArray& text)
{
    if (text.size() > planSizeLimit) {
        return Error(Error::Code::BadInput,
                     Text::tr("The plan is too large (%1 MiB; at most 1 MiB is read). Is it a plan?")
                         .arg(static_cast<double>(text.size()) / (1024 * 1024), 0, 'f', 1));
    }
    if (text.trimmed().isEmpty())
        return Error(Error::Code::BadInput, Text::tr("The plan is empty."));
    QJsonParseError problem;
    const QJsonDocument document = QJsonDocument::fromJson(text, &problem);
    if (problem.error != QJsonParseError::NoError) {
        return Error(
            Error::Code::BadInput,
            Text::tr("The plan is not valid JSON: %1: %2.").arg(lineAndColumn(text, problem), problem.errorString()));
    }
    if (!document.isObject())
        return Error(Error::Code::BadInput, Text::tr("A plan is a JSON object {…}, but this is a list."));
    if (const auto repeated = repeatedKey(text))
        return Error(Error::Code::BadInput, Text::tr("%1: the key \"%2\" stands a second time. Remove one of them.")
                                                .arg(lineAndColumn(text, repeated->offset), repeated->key.left(40)));
    return planFromJson(document.object());
}

Result<Plan> planFromJson(const QJsonObject& json)
{
    if (const Error error = schemaError(json); error.code != Error::Code::Unset)
        return error;
    QStringList complaints;
    JsonReader reader(json, {}, complaints);
    reader.refuseOtherKeys(planKeys);
    Plan plan;
    plan.name = reader.text(u"name"_s);
    readEach(reader, u"targets"_s, Text::tr("Give at least one target, such as {\"kind\": \"docker\"}."),
             [&](const QJsonObject& target, const QString& place) {
                 plan.targets << targetFromJson(target, place, complaints);
             });
    settleIds(plan.targets, reader);
    readEach(
        reader, u"suites"_s, Text::tr("Give at least one suite, such as {\"test\": \"cpu\"}."),
        [&](const QJsonObject& suite, const QString& place) { plan.suites << readSuite(suite, place, complaints); });
    plan.repeats = reader.integer(u"repeats"_s, plan.repeats);
    plan.adaptive = readAdaptive(reader, complaints);
    plan.warmup = reader.integer(u"warmup"_s, plan.warmup);
    plan.order = static_cast<RunOrder>(reader.choice(u"order"_s, orderNames, 0));
    plan.cooldownS = reader.number(u"cooldown_s"_s, plan.cooldownS);
    plan.dropPageCache = reader.choice(u"page_cache"_s, pageCacheNames, 0) == 0;
    if (!complaints.isEmpty()) {
        const QString first = complaints.takeFirst();
        return Error(Error::Code::BadInput, first, complaints.join(u'\n'));
    }
    return normalized(plan);
}

QJsonObject planToJson(const Plan& plan, PlanDetail detail)
{
    QJsonArray targets;
    for (const TargetSettings& target : plan.targets)
        targets << targetToJson(target, detail);
    QJsonArray suites;
    for (const Suite& suite : plan.suites) {
        QJsonObject json{{u"test"_s, sysbench::testName(suite.test)}};
        for (const SuiteParameter& parameter : suite.parameters)
            json.insert(parameter.name, parameter.values.size() == 1 ? parameter.values.first() : parameter.values);
        suites << json;
    }
    QJsonValue adaptive(QJsonValue::Null);
    if (plan.adaptive) {
        adaptive = QJsonObject{{u"half_width_pct"_s, plan.adaptive->halfWidthPct},
                               {u"min_repeats"_s, plan.adaptive->minRepeats},
                               {u"max_repeats"_s, plan.adaptive->maxRepeats}};
    }
    return {{u"schema"_s, planSchema},         {u"name"_s, plan.name},
            {u"targets"_s, targets},           {u"suites"_s, suites},
            {u"repeats"_s, plan.repeats},      {u"adaptive"_s, adaptive},
            {u"warmup"_s, plan.warmup},        {u"order"_s, orderNames.at(static_cast<int>(plan.order))},
            {u"cooldown_s"_s, plan.cooldownS}, {u"page_cache"_s, pageCacheNames.at(plan.dropPageCache ? 0 : 1)}};
}

} // namespace bv
