#include "export/bundle_parts.h"

#include "plan/expand.h"
#include "plan/parameters.h"
#include "sysbench/catalogue.h"
#include "sysbench/command_line.h"

#include <QFile>
#include <QJsonArray>
#include <QMap>
#include <QRegularExpression>
#include <QSet>
#include <algorithm>

using namespace Qt::StringLiterals;

// Outside the namespace, as Qt demands; needed because bv_core is a static library.
static void registerBundleTemplates()
{
    Q_INIT_RESOURCE(bundle);
}

namespace bv::bundle {

using sysbench::Test;

QByteArray filled(const QString& name, const QHash<QString, QString>& words)
{
    registerBundleTemplates();
    QFile file(u":/bundle/"_s + name);
    const QString text = file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
    static const QRegularExpression placeholder(u"@([a-z_]+)@"_s);
    QString result;
    qsizetype end = 0;
    auto matches = placeholder.globalMatch(text);
    while (matches.hasNext()) {
        const auto match = matches.next();
        result += text.mid(end, match.capturedStart() - end);
        result += words.value(match.captured(1));
        end = match.capturedEnd();
    }
    return (result + text.mid(end)).toUtf8();
}

QString oneLine(QString text)
{
    std::replace_if(
        text.begin(), text.end(),
        [](QChar c) { return c.category() == QChar::Other_Control || c == QChar::LineSeparator || c == QChar(0x2029); },
        u' ');
    return text;
}

QString safeName(const QString& text)
{
    QString name = text;
    for (QChar& c : name) {
        const bool plain = (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z') || (c >= u'0' && c <= u'9');
        if (!plain && c != u'.' && c != u'-')
            c = u'_';
    }
    constexpr qsizetype longest = 64;
    if (name.isEmpty() || u"._-"_s.contains(name.front()))
        name.prepend(u'x');
    return name.left(longest);
}

QString sessionTitle(const Session& session)
{
    return oneLine(session.name.isEmpty() ? session.id : session.id + u", "_s + session.name);
}

QJsonObject provenanceOf(const Session& session, const QString& targetId)
{
    for (const QJsonValue& target : session.targets) {
        if (target["id"_L1].toString() == targetId)
            return target["provenance"_L1].toObject();
    }
    return {};
}

QString measuredAccel(const Session& session, const TargetSettings& target)
{
    return provenanceOf(session, target.id)["accel"_L1].toString(target.qemu.accel);
}

QString sysbenchVersion(const Session& session)
{
    QSet<QString> versions;
    for (const QJsonValue& target : session.targets) {
        const QString version = target["provenance"_L1]["sysbench"_L1]["version"_L1].toString();
        if (!version.isEmpty())
            versions << oneLine(version);
    }
    return versions.size() == 1 ? *versions.cbegin() : QString();
}

Distribution distributionOf(const Session& session)
{
    struct Known
    {
        QLatin1StringView name;
        Distribution distribution;
    };
    // https://portal.cloud.hashicorp.com/vagrant/discover: those with provider libvirt
    static const QList<Known> known{{"Debian GNU/Linux 12"_L1, {u"debian:12"_s, u"debian/bookworm64"_s}},
                                    {"Ubuntu 20.04"_L1, {u"ubuntu:20.04"_s, u"generic/ubuntu2004"_s}},
                                    {"Ubuntu 22.04"_L1, {u"ubuntu:22.04"_s, u"generic/ubuntu2204"_s}}};
    const QList<TargetSettings>& targets = session.plan.targets;
    const bool other = std::any_of(targets.cbegin(), targets.cend(), [](const TargetSettings& target) {
        return target.kind == TargetKind::Qemu && target.qemu.arch != "x86_64"_L1;
    });
    const QString host = session.host["os"_L1].toString();
    for (const Known& one : known) {
        if (!other && host.startsWith(one.name))
            return one.distribution;
    }
    return {u"ubuntu:24.04"_s, u"cloud-image/ubuntu-24.04"_s};
}

namespace {

/// As planned; where there is no plan that could be run, as recorded.
QList<PlannedRun> plannedRuns(const Session& session)
{
    const auto planned = expandPlan(session.plan, {});
    if (planned)
        return *planned;
    QList<PlannedRun> runs;
    for (const RunRecord& record : session.runs) {
        PlannedRun run;
        run.targetId = record.target;
        run.test = record.test;
        run.params = record.params;
        run.repeat = record.repeat;
        run.discarded = record.discarded;
        runs << run;
    }
    return runs;
}

/// How often each cell was measured well on the target where that was most often: what adaptive repeats came to.
QHash<QString, int> measuredRepeats(const Session& session)
{
    QHash<QString, int> perTarget;
    QHash<QString, int> most;
    for (const RunRecord& run : session.runs) {
        if (run.discarded || run.status != RunStatus::Ok)
            continue;
        int& repeats = most[comparisonKey(run.test, run.params)];
        repeats = std::max(repeats, ++perTarget[cellKey(run.test, run.params, run.target)]);
    }
    return most;
}

/// The cells of all targets in the order in which they come first, with the most warm-ups and repeats of any target.
QList<Cell> countedCells(const Session& session, Test test)
{
    QHash<QString, qsizetype> places;
    QHash<QString, int> counts;
    QList<Cell> cells;
    const QList<PlannedRun> runs = plannedRuns(session);
    for (const PlannedRun& run : runs) {
        if (run.test != test)
            continue;
        const QString key = comparisonKey(run);
        if (!places.contains(key)) {
            places.insert(key, cells.size());
            Cell cell;
            cell.test = test;
            cell.params = run.params;
            cell.repeats = 0;
            cells << cell;
        }
        Cell& cell = cells[places.value(key)];
        const int count = ++counts[cellKey(run) + (run.discarded ? u'w' : u'r')];
        int& most = run.discarded ? cell.warmups : cell.repeats;
        most = std::max(most, count);
    }
    if (session.plan.adaptive) {
        const QHash<QString, int> measured = measuredRepeats(session);
        for (Cell& cell : cells)
            cell.repeats = measured.value(comparisonKey(test, cell.params), session.plan.adaptive->minRepeats);
    }
    return cells;
}

void groupByFiles(QList<Cell>& cells)
{
    QMap<QString, qsizetype> sets;
    for (const Cell& cell : std::as_const(cells)) {
        const QString key = sysbench::fileSetKey(cell.params);
        if (!sets.contains(key))
            sets.insert(key, sets.size());
    }
    std::stable_sort(cells.begin(), cells.end(), [&sets](const Cell& a, const Cell& b) {
        return sets[sysbench::fileSetKey(a.params)] < sets[sysbench::fileSetKey(b.params)];
    });
}

} // namespace

QList<Cell> cellsOf(const Session& session, Test test)
{
    QList<Cell> cells = countedCells(session, test);
    QList<QJsonObject> all;
    for (const Cell& cell : std::as_const(cells))
        all << cell.params;
    const QStringList varying = varyingParameters(test, all);
    for (Cell& cell : cells) {
        cell.title = oneLine(describeParams(test, cell.params, varying));
        cell.problem = oneLine(sysbench::validateParameters(test, cell.params).error().message);
    }
    if (test == Test::Fileio)
        groupByFiles(cells);
    return cells;
}

QList<Test> testsOf(const Session& session)
{
    QList<Test> tests;
    for (const Test test : {Test::Cpu, Test::Fileio, Test::Memory, Test::Threads, Test::Mutex}) {
        const auto isIt = [test](const auto& one) { return one.test == test; };
        if (std::any_of(session.plan.suites.cbegin(), session.plan.suites.cend(), isIt) ||
            std::any_of(session.runs.cbegin(), session.runs.cend(), isIt))
            tests << test;
    }
    return tests;
}

QString benchmarkName(Test test)
{
    return u"benchmark%1.sh"_s.arg(sysbench::testName(test));
}

QString containerName(Test test)
{
    return u"%1Test_Docker.sh"_s.arg(sysbench::testName(test));
}

} // namespace bv::bundle
