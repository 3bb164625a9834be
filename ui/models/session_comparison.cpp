#include "models/session_comparison.h"

#include "analysis/result_rows.h"
#include "base/figures.h"
#include "models/paired_targets.h"
#include "models/text.h"
#include "models/value_list.h"
#include "plan/parameters.h"

#include <QCoreApplication>
#include <QHash>
#include <algorithm>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::SessionComparison)
};

using analysis::ResultRow;

GridModel::Cell meanCell(const ResultRow* row)
{
    if (!row || !row->summary)
        return {absentText(), {}};
    QString text = figureText(row->summary->mean);
    if (row->summary->ciHalfWidth)
        text += u" ± "_s + figureText(*row->summary->ciHalfWidth);
    return {text, row->summary->mean};
}

GridModel::Cell countCell(const ResultRow* row)
{
    if (!row)
        return {absentText(), {}};
    const int n = row->summary ? row->summary->n : 0;
    GridModel::Cell cell{QString::number(n), n};
    if (row->failed > 0) {
        cell.text += u" !"_s;
        cell.toolTip = row->failed == 1 ? Text::tr("1 run failed and does not count")
                                        : Text::tr("%1 runs failed and do not count").arg(row->failed);
    }
    return cell;
}

GridModel::Cell ratioCell(const ResultRow* row, const ResultRow* first)
{
    const auto ratio = row && first ? analysis::ratioOfMeans(row->values, first->values) : std::nullopt;
    if (!ratio)
        return {absentText(), {}};
    GridModel::Cell cell{ratioText(ratio->ratio), ratio->ratio};
    if (ratio->low && ratio->high) {
        cell.text += u" (%1–%2)"_s.arg(ratioText(*ratio->low), ratioText(*ratio->high));
        cell.strong = *ratio->low > 1 || *ratio->high < 1;
        cell.toolTip = cell.strong
                           ? Text::tr("The 95 % confidence interval of the ratio does not contain 1.")
                           : Text::tr("The 95 % confidence interval of the ratio contains 1: no difference shown.");
    }
    return cell;
}

QString machineName()
{
    return Text::tr("Machine");
}

QString planName()
{
    return Text::tr("Plan");
}

QString presenceName()
{
    return Text::tr("In the plan");
}

struct Fact
{
    QString where;
    QString name;
    QStringList values; ///< by session; empty where it is not known
};

/// Facts in the order in which they were first met.
class Facts
{
public:
    explicit Facts(qsizetype sessions)
        : m_sessions(sessions)
    {
    }
    void add(qsizetype session, const QString& where, const QString& name, const QJsonValue& value)
    {
        const QString text = textOf(value);
        if (text.isEmpty())
            return;
        const QString key = where + u'\n' + name;
        if (!m_places.contains(key)) {
            m_places.insert(key, facts.size());
            facts << Fact{where, name, QStringList(m_sessions)};
        }
        facts[m_places.value(key)].values[session] = text;
    }
    QList<Fact> facts;

private:
    static QString textOf(const QJsonValue& value)
    {
        if (value.isBool())
            return value.toBool() ? Text::tr("yes") : Text::tr("no");
        if (value.isDouble())
            return QString::number(value.toDouble(), 'g', 12);
        return value.toString();
    }
    qsizetype m_sessions;
    QHash<QString, qsizetype> m_places;
};

/// Sessions that do not have the target cannot differ in it, but in having it.
bool differsAmong(const Fact& fact, qsizetype sessions, const PairedTargets& paired)
{
    QStringList values;
    for (qsizetype i = 0; i < sessions; ++i) {
        if (fact.where == machineName() || fact.where == planName() || fact.name == presenceName() ||
            paired.has(i, fact.where))
            values << fact.values.at(i);
    }
    return values.count(values.value(0)) != values.size();
}

QString originText(const Session& session)
{
    switch (sessionOrigin(session)) {
    case SessionOrigin::Imported:
        return Text::tr("imported");
    case SessionOrigin::Published:
        return Text::tr("published, measured elsewhere");
    case SessionOrigin::Measured:
        break;
    }
    return Text::tr("measured with Benchvisor");
}

void addMachine(Facts& facts, qsizetype place, const Session& session)
{
    const QString here = machineName();
    const std::pair<QString, QLatin1StringView> names[] = {{Text::tr("Host"), "hostname"_L1},
                                                           {Text::tr("Operating system"), "os"_L1},
                                                           {Text::tr("Kernel"), "kernel"_L1},
                                                           {Text::tr("Architecture"), "machine"_L1},
                                                           {Text::tr("CPU"), "cpu_model"_L1},
                                                           {Text::tr("CPUs"), "cpus"_L1},
                                                           {Text::tr("Memory (MiB)"), "memory_mib"_L1},
                                                           {Text::tr("Governor"), "governor"_L1},
                                                           {Text::tr("Is itself a VM"), "hypervisor"_L1},
                                                           {Text::tr("Product"), "product"_L1}};
    for (const auto& [name, key] : names)
        facts.add(place, here, name, session.host[key]);
    facts.add(place, here, Text::tr("Benchvisor"), session.app["version"_L1]);
    facts.add(place, here, Text::tr("Figures"), originText(session));
}

QString repeatsText(const Plan& plan)
{
    if (!plan.adaptive)
        return QString::number(plan.repeats);
    return Text::tr("%1 to %2, until ± %3 %")
        .arg(plan.adaptive->minRepeats)
        .arg(plan.adaptive->maxRepeats)
        .arg(plan.adaptive->halfWidthPct);
}

/// What was asked for. Parameters that a plan leaves out have their defaults, so that they can be compared.
void addPlan(Facts& facts, qsizetype place, const Session& session)
{
    const QString here = planName();
    const Plan& plan = session.plan;
    facts.add(place, here, Text::tr("Repeats"), repeatsText(plan));
    facts.add(place, here, Text::tr("Warm-up runs"), plan.warmup);
    facts.add(place, here, Text::tr("Order"),
              plan.order == RunOrder::Interleaved ? Text::tr("interleaved") : Text::tr("blocked"));
    facts.add(place, here, Text::tr("Rest between runs (s)"), plan.cooldownS);
    facts.add(place, here, Text::tr("Page cache dropped"), plan.dropPageCache);
    QHash<QString, int> numbers;
    for (const Suite& suite : plan.suites) {
        const QString test = sysbench::testName(suite.test);
        const int number = ++numbers[test];
        const QString name = number > 1 ? u"%1 (%2)"_s.arg(test).arg(number) : test;
        QJsonObject parameters;
        for (const SuiteParameter& parameter : suite.parameters)
            parameters.insert(parameter.name, parameter.values);
        parameters = withEssentialDefaults(suite.test, parameters);
        for (auto one = parameters.constBegin(); one != parameters.constEnd(); ++one) {
            const QJsonArray values = one->isArray() ? one->toArray() : QJsonArray{*one};
            facts.add(place, here, name + u' ' + one.key(), valuesText(values));
        }
        if (parameters.isEmpty())
            facts.add(place, here, name, true);
    }
}

/// "cpu 20000, 4 s" by comparison key: rows of different sessions that are not the same test say what differs.
QHash<QString, QString> testTexts(const Sessions& sessions)
{
    QHash<QString, const RunRecord*> samples;
    QHash<sysbench::Test, QList<QJsonObject>> parameters;
    for (const auto& session : sessions) {
        for (const RunRecord& run : session->runs) {
            const QString key = comparisonKey(run.test, run.params);
            if (run.discarded || samples.contains(key))
                continue;
            samples.insert(key, &run);
            parameters[run.test] << run.params;
        }
    }
    QHash<QString, QString> texts;
    for (auto sample = samples.cbegin(); sample != samples.cend(); ++sample) {
        const RunRecord& run = **sample;
        texts.insert(sample.key(),
                     describeParams(run.test, run.params, varyingParameters(run.test, parameters.value(run.test))));
    }
    return texts;
}

void addTarget(Facts& facts, qsizetype place, const Session& session, const TargetSettings& target,
               const QString& where)
{
    QJsonObject found;
    for (const QJsonValue& one : session.targets) {
        if (one["id"_L1].toString() == target.id)
            found = one["provenance"_L1].toObject();
    }
    facts.add(place, where, presenceName(), true);
    facts.add(place, where, Text::tr("Arrangement"), targetLabel(target));
    const QJsonObject inside = found["inside"_L1].toObject();
    facts.add(place, where, Text::tr("CPU limit"), targetCpus(target).value_or(0));
    facts.add(place, where, Text::tr("Memory limit (MiB)"), targetMemoryMib(target).value_or(0));
    facts.add(place, where, Text::tr("QEMU"), found["qemu"_L1]);
    facts.add(place, where, Text::tr("Accelerator"), found["accel"_L1]);
    facts.add(place, where, Text::tr("Disk format"), found["disk_format"_L1]);
    facts.add(place, where, Text::tr("Disk cache"), found["disk_cache"_L1]);
    const QJsonObject engine = found["engine"_L1].toObject();
    facts.add(place, where, Text::tr("Container engine"),
              QString(engine["product"_L1].toString() + u' ' + engine["server"_L1].toString()).trimmed());
    facts.add(place, where, Text::tr("Storage"), found["storage"_L1]);
    facts.add(place, where, Text::tr("Image"), found["image"_L1]["id"_L1]);
    facts.add(place, where, Text::tr("Built-in guest"), found["guest_digest"_L1]);
    facts.add(place, where, Text::tr("sysbench"), found["sysbench"_L1]["version"_L1]);
    facts.add(place, where, Text::tr("sysbench SHA-256"), found["sysbench"_L1]["sha256"_L1]);
    facts.add(place, where, Text::tr("Kernel inside"), inside["kernel"_L1]);
    facts.add(place, where, Text::tr("CPUs seen inside"), inside["nproc"_L1]);
    facts.add(place, where, Text::tr("Memory seen inside (MiB)"), inside["memory_mib"_L1]);
}

/// The target's name; where sessions call it differently, all names.
QString targetText(const QList<const ResultRow*>& rows, const QString& ids)
{
    QStringList names;
    for (const ResultRow* row : rows) {
        if (row && !names.contains(row->target))
            names << row->target;
    }
    return names.size() > 1 ? names.join(u" / "_s) : names.value(0, ids);
}

} // namespace

QString comparisonLetter(qsizetype session)
{
    constexpr qsizetype letters = 26;
    return session < letters ? QString(QChar(static_cast<char16_t>(u'A' + session))) : QString::number(session + 1);
}

GridTable compareResults(const Sessions& sessions)
{
    struct Line
    {
        const ResultRow* sample;
        QString target;
        QList<const ResultRow*> bySession;
    };
    QList<QList<ResultRow>> results;
    for (const auto& session : sessions)
        results << analysis::resultRows(*session);
    const PairedTargets paired(sessions);
    QList<Line> lines;
    QHash<QString, qsizetype> places;
    for (qsizetype i = 0; i < results.size(); ++i) {
        for (const ResultRow& row : results.at(i)) {
            const QString target = paired.keyOf(i, row.targetId);
            const QString key = target + u'\n' + row.comparisonKey;
            if (!places.contains(key)) {
                places.insert(key, lines.size());
                lines << Line{&row, target, QList<const ResultRow*>(sessions.size(), nullptr)};
            }
            lines[places.value(key)].bySession[i] = &row;
        }
    }
    const QHash<QString, QString> tests = testTexts(sessions);
    GridTable table;
    table.header = {Text::tr("Test"), Text::tr("Target"), Text::tr("Unit")};
    for (qsizetype i = 0; i < sessions.size(); ++i) {
        const QString letter = comparisonLetter(i);
        const int first = static_cast<int>(table.header.size());
        table.header << Text::tr("%1: mean ± 95 % CI").arg(letter) << Text::tr("%1: n").arg(letter);
        table.figures << first << first + 1;
        if (i > 0) {
            table.header << Text::tr("%1 to %2 (95 % CI)").arg(letter, comparisonLetter(0));
            table.figures << first + 2;
        }
    }
    for (const Line& line : std::as_const(lines)) {
        QList<GridModel::Cell> cells{{tests.value(line.sample->comparisonKey, line.sample->test), {}},
                                     {targetText(line.bySession, paired.nameOf(line.target)), {}},
                                     {sysbench::metricUnit(line.sample->metric), {}}};
        for (qsizetype i = 0; i < sessions.size(); ++i) {
            cells << meanCell(line.bySession.at(i)) << countCell(line.bySession.at(i));
            if (i > 0)
                cells << ratioCell(line.bySession.at(i), line.bySession.first());
        }
        table.rows << cells;
    }
    return table;
}

GridTable compareProvenance(const Sessions& sessions, bool onlyDifferences)
{
    const PairedTargets paired(sessions);
    Facts facts(sessions.size());
    for (qsizetype i = 0; i < sessions.size(); ++i)
        addPlan(facts, i, *sessions.at(i));
    for (qsizetype i = 0; i < sessions.size(); ++i)
        addMachine(facts, i, *sessions.at(i));
    for (qsizetype i = 0; i < sessions.size(); ++i) {
        for (const TargetSettings& target : sessions.at(i)->plan.targets)
            addTarget(facts, i, *sessions.at(i), target, paired.keyOf(i, target.id));
    }
    GridTable table;
    table.header = {Text::tr("Of"), Text::tr("Fact")};
    for (qsizetype i = 0; i < sessions.size(); ++i)
        table.header << comparisonLetter(i);
    for (const Fact& fact : std::as_const(facts.facts)) {
        const bool differs = differsAmong(fact, sessions.size(), paired);
        if (onlyDifferences && !differs)
            continue;
        QList<GridModel::Cell> cells{{paired.nameOf(fact.where), {}}, {fact.name, {}}};
        for (const QString& value : fact.values)
            cells << GridModel::Cell{value.isEmpty() ? absentText() : value, {}, {}, differs};
        table.rows << cells;
    }
    return table;
}

} // namespace bv
