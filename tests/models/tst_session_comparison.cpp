#include "models/paired_targets.h"
#include "models/session_comparison.h"
#include "support/rich_session.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace bv;

/// Sessions side by side: of another day, of another machine, of other arrangements.
class TestSessionComparison : public QObject
{
    Q_OBJECT
private slots:
    void sameIdsArePairs();
    void sameSettingsArePairs();
    void onlyOnesOfTheirKindArePairs();
    void whatIsDoubtfulStaysApart();
    void ratiosHaveIntervals();
    void differencesAreListed();

private:
    static TargetSettings docker(const QString& id, double cpus)
    {
        TargetSettings target;
        target.id = id;
        target.kind = TargetKind::Docker;
        target.docker.cpus = cpus;
        return target;
    }
    static std::shared_ptr<const Session> of(const QList<TargetSettings>& targets)
    {
        Session session;
        session.plan.targets = targets;
        return std::make_shared<const Session>(session);
    }
    /// The session with other ids, as on another machine.
    static Session renamed(Session session, const QString& suffix)
    {
        for (TargetSettings& target : session.plan.targets)
            target.id += suffix;
        for (RunRecord& run : session.runs)
            run.target += suffix;
        for (QJsonValueRef target : session.targets) {
            QJsonObject object = target.toObject();
            object.insert(u"id"_s, object["id"_L1].toString() + suffix);
            target = object;
        }
        return session;
    }
    static QStringList textsOf(const QList<GridModel::Cell>& row)
    {
        QStringList texts;
        for (const GridModel::Cell& cell : row)
            texts << cell.text;
        return texts;
    }
};

void TestSessionComparison::sameIdsArePairs()
{
    const PairedTargets paired({of({docker(u"a"_s, 1), docker(u"b"_s, 2)}), of({docker(u"b"_s, 4)})});
    QCOMPARE(paired.keyOf(1, u"b"_s), paired.keyOf(0, u"b"_s)); // though it is another size by now
    QVERIFY(!paired.has(1, paired.keyOf(0, u"a"_s)));
    QCOMPARE(paired.nameOf(paired.keyOf(0, u"b"_s)), u"b"_s);
}

void TestSessionComparison::sameSettingsArePairs()
{
    const PairedTargets paired(
        {of({docker(u"a"_s, 1), docker(u"b"_s, 2)}), of({docker(u"x"_s, 2), docker(u"y"_s, 1)})});
    QCOMPARE(paired.keyOf(1, u"x"_s), paired.keyOf(0, u"b"_s));
    QCOMPARE(paired.keyOf(1, u"y"_s), paired.keyOf(0, u"a"_s));
    QCOMPARE(paired.nameOf(paired.keyOf(0, u"a"_s)), u"a / y"_s);
}

void TestSessionComparison::onlyOnesOfTheirKindArePairs()
{
    TargetSettings machine;
    machine.id = u"qemu"_s;
    machine.kind = TargetKind::Qemu;
    const PairedTargets paired({of({docker(u"docker-2c-1g"_s, 2), machine}), of({docker(u"docker"_s, 0)})});
    QCOMPARE(paired.keyOf(1, u"docker"_s), paired.keyOf(0, u"docker-2c-1g"_s));
    QVERIFY(!paired.has(1, paired.keyOf(0, u"qemu"_s)));
}

void TestSessionComparison::whatIsDoubtfulStaysApart()
{
    const PairedTargets paired(
        {of({docker(u"a"_s, 1), docker(u"b"_s, 2)}), of({docker(u"x"_s, 4)}), of({docker(u"y"_s, 4)})});
    QVERIFY(paired.keyOf(1, u"x"_s) != paired.keyOf(0, u"a"_s));
    QVERIFY(paired.keyOf(1, u"x"_s) != paired.keyOf(0, u"b"_s));
    QCOMPARE(paired.keyOf(2, u"y"_s), paired.keyOf(1, u"x"_s));
}

void TestSessionComparison::ratiosHaveIntervals()
{
    Session faster = renamed(rich::session(u"b"_s), u"-there"_s);
    for (RunRecord& run : faster.runs) {
        const sysbench::Metric metric = sysbench::headlineMetric(run.test);
        if (const auto value = run.metrics.value(metric))
            run.metrics.set(metric, *value * 2);
    }
    const GridTable table = compareResults(
        {std::make_shared<const Session>(rich::session(u"a"_s)), std::make_shared<const Session>(faster)});
    QCOMPARE(table.rows.size(), 8); // four tests on two targets, each in one row
    QVERIFY(table.header.last().startsWith("B to A"_L1));
    for (const QList<GridModel::Cell>& row : table.rows) {
        const QString ratio = row.last().text;
        QVERIFY2(ratio.startsWith("2.0"_L1), qPrintable(ratio));
        QVERIFY2(ratio.contains(u"–"_s), qPrintable(ratio));
        QVERIFY(row.last().strong);
    }
}

void TestSessionComparison::differencesAreListed()
{
    Session other = renamed(rich::session(u"b"_s), u"-there"_s);
    other.host.insert(u"kernel"_s, u"6.6.0"_s);
    other.plan.repeats = 7;
    other.targets[1] = QJsonObject{{u"id"_s, u"qemu-1c-there"_s},
                                   {u"provenance"_s, rich::provenance(other.plan.targets.at(1), u"8.0.0"_s)}};
    setSessionOrigin(other, SessionOrigin::Imported, u"From elsewhere."_s);
    const GridTable table = compareProvenance(
        {std::make_shared<const Session>(rich::session(u"a"_s)), std::make_shared<const Session>(other)}, true);
    QStringList lines;
    for (const QList<GridModel::Cell>& row : table.rows)
        lines << textsOf(row).join(u'|');
    const QString all = lines.join(u'\n');
    QVERIFY2(lines.contains(u"Plan|Repeats|5|7"_s), qPrintable(all));
    QVERIFY2(all.contains("|6.6.0"_L1), qPrintable(all));
    QVERIFY2(lines.contains(u"qemu-1c / qemu-1c-there|QEMU|7.2.22|8.0.0"_s), qPrintable(all));
    QVERIFY2(all.contains("Machine|Figures|measured with Benchvisor|imported"_L1), qPrintable(all));
    QVERIFY2(!all.contains("In the plan"_L1), qPrintable(all)); // they are the same arrangements
}

QTEST_GUILESS_MAIN(TestSessionComparison)
#include "tst_session_comparison.moc"
