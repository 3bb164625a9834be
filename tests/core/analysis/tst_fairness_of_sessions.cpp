#include "fair_plan.h"
#include "import/reference_session.h"
#include "session/session_json.h"

#include <QTest>
#include <functional>

using namespace bv;
using namespace bv::analysis;
using namespace bv::fair;
using namespace Qt::StringLiterals;

using Fault = std::function<void(Session&)>;
Q_DECLARE_METATYPE(Fault)

/// After a run.
class TestFairnessOfSessions : public QObject
{
    Q_OBJECT

private slots:
    void sessions_data();
    void sessions();
    void namesRunsAndTargets();
    void likeThePublishedReport();
    void unknownGivesNoNote();
    void foreignMethodsAreNotKnown();
    void publishedReport();
    void realSessions_data();
    void realSessions();
};

void TestFairnessOfSessions::sessions_data()
{
    QTest::addColumn<Fault>("fault");
    QTest::addColumn<QStringList>("kinds");
    const auto row = [](const char* name, const Fault& fault, const QStringList& kinds = {}) {
        QTest::newRow(name) << fault << kinds;
    };
    const QString provenance = u"provenance"_s;
    const QString inside = u"inside"_s;
    const QString sysbench = u"sysbench"_s;
    const auto build = [=](Session& s, const QString& hash) {
        for (RunRecord& run : s.runs)
            run.sysbenchSha256 = run.target == "qemu"_L1 ? hash : QString(64, u'a');
    };
    row("fair", [](Session&) {});
    row("emulated",
        [=](Session& s) {
            setSeen(s, 1, {provenance, u"accel"_s}, u"tcg"_s);
        },
        {u"accelerator:distorts"_s});
    row("auto became tcg",
        [=](Session& s) {
            s.plan.targets[1].qemu.accel = u"auto"_s;
            setSeen(s, 1, {u"accel"_s}, u"tcg"_s);
            setSeen(s, 1, {provenance}, QJsonValue());
        },
        {u"accelerator:distorts"_s});
    row("more CPUs inside",
        [=](Session& s) {
            setSeen(s, 0, {provenance, inside, u"nproc"_s}, 4);
        },
        {u"cpus:breaks"_s});
    row("a quota inside",
        [=](Session& s) {
            setSeen(s, 0, {provenance, inside, u"limit_cpus"_s}, 1.0);
        },
        {u"cpus:breaks"_s});
    row("no memory limit inside",
        [=](Session& s) {
            setSeen(s, 0, {provenance, inside, u"limit_memory_mib"_s}, QJsonValue());
        },
        {u"memory:breaks"_s, u"cached_files:breaks"_s});
    row("a VM that sees more",
        [=](Session& s) {
            setSeen(s, 1, {provenance, inside, u"memory_mib"_s}, 3900);
        },
        {u"memory:breaks"_s, u"cached_files:breaks"_s});
    row("other version",
        [=](Session& s) {
            setSeen(s, 1, {provenance, sysbench, u"version"_s}, u"1.0.18"_s);
        },
        {u"sysbench:breaks"_s});
    row("version not told", [=](Session& s) { setSeen(s, 1, {provenance, sysbench}, QJsonValue()); });
    row("other build",
        [=](Session& s) {
            setSeen(s, 1, {provenance, sysbench, u"sha256"_s}, QString(64, u'b'));
        },
        {u"sysbench_build:distorts"_s});
    row("other build in the runs", [=](Session& s) { build(s, QString(64, u'c')); }, {u"sysbench_build:distorts"_s});
    row("the same build in the runs", [=](Session& s) { build(s, QString(64, u'a')); });
    row("replaced meanwhile",
        [=](Session& s) {
            s.runs[0].sysbenchSha256 = QString(64, u'd');
            s.runs[1].sysbenchSha256 = QString(64, u'e');
        },
        {u"sysbench_build:breaks"_s});
    row("other system, same program", [=](Session& s) {
        setSeen(s, 0, {provenance, inside, u"os"_s}, u"Ubuntu 22.04"_s);
    });
    row("other system, other program",
        [=](Session& s) {
            setSeen(s, 0, {provenance, inside, u"os"_s}, u"Ubuntu 22.04"_s);
            setSeen(s, 0, {provenance, sysbench, u"sha256"_s}, QString(64, u'b'));
        },
        {u"sysbench_build:distorts"_s, u"system:remark"_s});
    row("other architecture",
        [=](Session& s) {
            setSeen(s, 1, {provenance, inside, u"machine"_s}, u"aarch64"_s);
            setSeen(s, 1, {provenance, u"accel"_s}, u"tcg"_s);
            setSeen(s, 1, {provenance, sysbench, u"sha256"_s}, QString(64, u'b'));
        },
        {u"architecture:breaks"_s});
    row("Docker Desktop",
        [=](Session& s) {
            setSeen(s, 0, {provenance, u"engine"_s}, QJsonObject{{u"product"_s, u"Docker Desktop"_s}});
        },
        {u"engine:breaks"_s});
    row("Docker Desktop by its system",
        [=](Session& s) {
            setSeen(s, 0, {provenance, u"engine"_s},
                    QJsonObject{{u"product"_s, u"Docker"_s}, {u"os"_s, u"Docker Desktop"_s}});
        },
        {u"engine:breaks"_s});
    row("another kernel",
        [=](Session& s) {
            setSeen(s, 0, {provenance, inside, u"kernel"_s}, u"6.6.12-linuxkit"_s);
        },
        {u"engine:breaks"_s});
    row("a VM's kernel", [=](Session& s) { setSeen(s, 1, {provenance, inside, u"kernel"_s}, u"6.6.12"_s); });
    row("other disk",
        [=](Session& s) {
            setSeen(s, 1, {provenance, u"host_disk"_s}, u"nvme0n1"_s);
        },
        {u"host_disk:distorts"_s});
    row("cache not dropped",
        [](Session& s) { s.runs[1].notes = {u"The guest's page cache was not dropped: no root"_s}; },
        {u"page_cache:distorts"_s});
    row("cache dropped in part",
        [](Session& s) {
            s.runs[1].notes = {u"Not all of the image was dropped from the page cache: 1 of 54 files were not"_s};
        },
        {u"page_cache:remark"_s});
    row("other notes",
        [](Session& s) { s.runs[1].notes = {u"The files are in memory (tmpfs): there is no page cache to drop."_s}; });
    row("a failed run said so", [](Session& s) {
        s.runs[1].notes = {u"The guest's page cache was not dropped: no root"_s};
        s.runs << s.runs[1];
        s.runs.last().id = u"1.2"_s;
        s.runs.last().notes.clear();
    });
    row("fewer repeats than planned",
        [](Session& s) {
            s.runs.removeLast();
            s.runs.last().status = RunStatus::Failed;
            s.runs.removeLast();
        },
        {u"repeats:remark"_s});
    row("repeats until the interval was narrow", [](Session& s) { s.plan.adaptive = AdaptiveRepeats(); },
        {u"repeats:remark"_s});
    row("one target failed", [=](Session& s) {
        setSeen(s, 1, {provenance, sysbench, u"version"_s}, u"1.0.18"_s);
        s.runs.removeIf([](const RunRecord& run) { return run.target == "qemu"_L1; });
    });
}

void TestFairnessOfSessions::sessions()
{
    QFETCH(Fault, fault);
    QFETCH(QStringList, kinds);
    Session session = measured(fairPlanOfTwo(), quietHost());
    fault(session);
    const QList<FairnessNote> notes = fairnessOf(session);
    QVERIFY2(kindsOf(notes) == kinds, qPrintable(kindsOf(notes).join(u' ') + u'\n' + storyOf(notes)));
    const QList<Finding> findings = fairnessFindings(session);
    QCOMPARE(findings.size(), notes.size());
    for (qsizetype i = 0; i < notes.size(); ++i) {
        QCOMPARE(findings[i].kind, FindingKind::Unfair);
        QVERIFY(findings[i].sentence.startsWith(notes[i].sentence));
        QCOMPARE(findings[i].runs, notes[i].runs);
        QCOMPARE(findings[i].targets, notes[i].targets);
    }
}

void TestFairnessOfSessions::namesRunsAndTargets()
{
    Session session = measured(fairPlanOfTwo(), quietHost());
    for (RunRecord& run : session.runs) {
        if (run.target == "qemu"_L1 && run.test == Test::Fileio && run.repeat < 3)
            run.notes = {u"The guest's page cache was not dropped: no root"_s};
    }
    const QList<FairnessNote> notes = fairnessOf(session);
    QCOMPARE(notes.size(), 1);
    QCOMPARE(notes[0].sentence, u"2 of 10 runs began with a page cache that could not be dropped as a whole."_s);
    QCOMPARE(notes[0].runs.size(), 2);
    QCOMPARE(notes[0].targets, QStringList{u"qemu"_s});
    QVERIFY(notes[0].concerns(u"qemu"_s, Test::Fileio) && !notes[0].concerns(u"docker"_s, Test::Fileio) &&
            !notes[0].concerns(u"qemu"_s, Test::Cpu));
    const QJsonObject json = fairnessToJson(notes[0]);
    QCOMPARE(json["kind"_L1].toString(), u"page_cache"_s);
    QCOMPARE(json["severity"_L1].toString(), u"distorts"_s);
    QCOMPARE(json["tests"_L1].toArray(), QJsonArray{u"fileio"_s});
    QVERIFY(!json.contains(u"change"_s));
}

/// One like the published report's: Docker Desktop against an emulated VM, and nothing known of their sizes.
void TestFairnessOfSessions::likeThePublishedReport()
{
    Session session = measured(fairPlanOfTwo(), {});
    const QJsonObject desktop{{u"product"_s, u"Docker Desktop"_s}};
    session.plan.targets[0].docker.cpus = 7;
    session.plan.targets[1].qemu.accel = u"tcg"_s;
    session.targets = {QJsonObject{{u"id"_s, u"docker"_s}, {u"provenance"_s, QJsonObject{{u"engine"_s, desktop}}}},
                       QJsonObject{{u"id"_s, u"qemu"_s}, {u"accel"_s, u"tcg"_s}}};
    const QList<FairnessNote> notes = fairnessOf(session);
    QCOMPARE(kindsOf(notes), (QStringList{u"engine:breaks"_s, u"accelerator:distorts"_s}));
    QCOMPARE(notes[0].targets, QStringList{u"docker"_s});
    QVERIFY2(notes[0].sentence.contains(u"which runs containers in a VM of its own"_s), qPrintable(notes[0].sentence));
}

/// A session that was made elsewhere: what it does not say is not assumed, whatever the plan's defaults are.
void TestFairnessOfSessions::unknownGivesNoNote()
{
    Session session = measured(fairPlanOfTwo(), {});
    session.plan.targets[0].docker.cpus = 7;
    session.plan.targets[1].qemu.accel = u"auto"_s;
    session.plan.targets[1].qemu.disk.cache = u"writethrough"_s;
    session.targets = {QJsonObject{{u"id"_s, u"docker"_s}}, QJsonObject{{u"id"_s, u"qemu"_s}}};
    QVERIFY2(fairnessOf(session).isEmpty(), qPrintable(storyOf(fairnessOf(session))));
    QVERIFY(fairnessOf(Session()).isEmpty());
    QVERIFY(fairnessOf(Plan(), {}).isEmpty());
}

/// Files that somebody brings tell nothing of order and page cache; the plan made of them is no evidence.
void TestFairnessOfSessions::foreignMethodsAreNotKnown()
{
    Session session = measured(fairPlanOfTwo(), {});
    session.plan.order = RunOrder::Blocked;
    session.plan.dropPageCache = false;
    const QStringList known = kindsOf(fairnessOf(session));
    QVERIFY(known.contains(u"order:distorts"_s) && known.contains(u"page_cache:distorts"_s));
    setSessionOrigin(session, SessionOrigin::Imported, u"Imported."_s);
    const QList<FairnessNote> notes = fairnessOf(session);
    QVERIFY2(kindsOf(notes) == (QStringList{u"page_cache:remark"_s, u"order:remark"_s}), qPrintable(storyOf(notes)));
    for (const FairnessNote& note : notes) {
        QVERIFY2(note.sentence.endsWith(u"is not known."_s), qPrintable(note.sentence));
        QVERIFY(!note.isKnown && !note.canMend);
        QCOMPARE(fairnessToJson(note)["known"_L1], QJsonValue(false));
    }
    QCOMPARE(notes[0].tests, QList<Test>{Test::Fileio});
    QVERIFY(notes[1].tests.isEmpty());
    session.plan.targets.removeLast();
    session.runs.removeIf([](const RunRecord& run) { return run.target == "qemu"_L1 || run.test == Test::Fileio; });
    QVERIFY(fairnessOf(session).isEmpty());
}

/// What it tells of files and disk is noted, what it does not tell is not.
void TestFairnessOfSessions::publishedReport()
{
    const QList<FairnessNote> notes = fairnessOf(referenceSession());
    const QStringList kinds{u"engine:breaks"_s,         u"accelerator:distorts"_s, u"host_disk_cache:distorts"_s,
                            u"cached_files:distorts"_s, u"storage:remark"_s,       u"page_cache:remark"_s,
                            u"order:remark"_s};
    QVERIFY2(kindsOf(notes) == kinds, qPrintable(kindsOf(notes).join(u' ') + u'\n' + storyOf(notes)));
    for (const FairnessNote& note : notes)
        QCOMPARE(note.isKnown, note.kind != FairnessKind::PageCache && note.kind != FairnessKind::Order);
    QVERIFY2(notes[2].sentence.endsWith(u"how much of the 1G of files it holds is not known."_s),
             qPrintable(notes[2].sentence));
    QVERIFY2(notes[3].effect.endsWith(u"Of the others the memory is not known."_s), qPrintable(notes[3].effect));
    QCOMPARE(notes[4].targets, QStringList{u"docker"_s});
}

void TestFairnessOfSessions::realSessions_data()
{
    QTest::addColumn<QStringList>("kinds");
    QTest::newRow("quick") << QStringList{u"accelerator:distorts"_s,  u"host_disk_cache:distorts"_s,
                                          u"cached_files:distorts"_s, u"host_is_vm:remark"_s,
                                          u"load:remark"_s,           u"repeats:remark"_s};
    QTest::newRow("startup") << QStringList{u"accelerator:distorts"_s, u"load:distorts"_s, u"page_cache:remark"_s,
                                            u"host_is_vm:remark"_s, u"repeats:remark"_s};
}

void TestFairnessOfSessions::realSessions()
{
    QFETCH(QStringList, kinds);
    const QString path =
        QStringLiteral(BV_TEST_DATA "/session/%1.json").arg(QLatin1StringView(QTest::currentDataTag()));
    const auto session = readSessionFile(path);
    QVERIFY(session);
    const QList<FairnessNote> notes = fairnessOf(*session);
    QVERIFY2(kindsOf(notes) == kinds, qPrintable(kindsOf(notes).join(u' ') + u'\n' + storyOf(notes)));
}

QTEST_APPLESS_MAIN(TestFairnessOfSessions)
#include "tst_fairness_of_sessions.moc"
