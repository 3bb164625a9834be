#include "session/session_store.h"
#include "support/fake_machine.h"
#include "support/strict_messages.h"

using namespace Qt::StringLiterals;
using namespace bv;

/// What the record of a run says of how it was measured.
class TestRunRecords : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { StrictMessages::install(); }
    void init();
    void cleanup();
    void newerOptionsAreWritten();
    void newerOptionsAreRefused();
    void secondCacheIsNoted_data();
    void secondCacheIsNoted();
    void seqwrSpoilsTheFiles_data();
    void seqwrSpoilsTheFiles();
    void shortWorkIsNoted_data();
    void shortWorkIsNoted();
    void bothArchitecturesAtOnce();

private:
    std::unique_ptr<FakeMachine> m_machine;
};

void TestRunRecords::init()
{
    m_machine = std::make_unique<FakeMachine>();
    QVERIFY(m_machine->makeGuest());
}

void TestRunRecords::cleanup()
{
    QCOMPARE(StrictMessages::faults(), QStringList());
    QTRY_COMPARE(m_machine->leftovers(), QStringList());
}

void TestRunRecords::newerOptionsAreWritten()
{
    qputenv("BV_FAKE_SYSBENCH", "v1.1");
    Plan plan = fakePlan({u"host"_s, u"docker"_s}, 1);
    plan.suites[0].parameters << SuiteParameter{u"warmup_time"_s, {1}};
    SessionWatch watch(m_machine->settings);
    QVERIFY2(watch.run(plan), watch.story());
    QVERIFY2(watch.outcome.state == SessionState::Finished, watch.story());
    QCOMPARE(watch.records.size(), 2);
    for (const RunRecord& run : std::as_const(watch.records))
        QVERIFY2(run.command.contains(u"--warmup-time=1"_s), qPrintable(run.command.join(u' ')));
}

/// Left out in silence, the record would claim what was not measured.
void TestRunRecords::newerOptionsAreRefused()
{
    qputenv("BV_FAKE_SYSBENCH", "docker:v1.1");
    Plan plan = fakePlan({u"host"_s, u"docker"_s}, 1);
    plan.suites[0].parameters << SuiteParameter{u"warmup_time"_s, {1}};
    SessionWatch watch(m_machine->settings);
    QVERIFY2(watch.run(plan), watch.story());
    QVERIFY2(watch.count(u"docker"_s, RunStatus::Ok) == 1, watch.story());
    const QList<RunRecord> refused = watch.recordsOf(u"host"_s);
    QVERIFY2(refused.size() == 1 && refused[0].status == RunStatus::Failed, watch.story());
    QVERIFY2(refused[0].error.contains(u"(1.0.20) does not know --warmup-time"_s), watch.story());
    QVERIFY(refused[0].command.isEmpty() && refused[0].metrics.isEmpty());
    QVERIFY(m_machine->log(u"sysbench.log"_s).filter(u"host cpu"_s).isEmpty()); // nothing was measured
}

void TestRunRecords::secondCacheIsNoted_data()
{
    QTest::addColumn<QString>("target");
    QTest::addColumn<QString>("cache");
    QTest::addColumn<QString>("mode");
    QTest::addColumn<QString>("flags");
    QTest::addColumn<bool>("noted");
    QTest::newRow("as by default") << u"qemu"_s << u"writethrough"_s << u"seqrd"_s << QString() << true;
    QTest::newRow("direct in the guest") << u"qemu"_s << u"writeback"_s << u"seqrd"_s << u"direct"_s << true;
    QTest::newRow("none") << u"qemu"_s << u"none"_s << u"seqrd"_s << QString() << false;
    QTest::newRow("directsync") << u"qemu"_s << u"directsync"_s << u"seqrd"_s << u"direct"_s << false;
    QTest::newRow("nothing read") << u"qemu"_s << u"writethrough"_s << u"rndwr"_s << QString() << false;
    QTest::newRow("container") << u"docker"_s << u"writethrough"_s << u"seqrd"_s << QString() << false;
}

/// What a VM reads may come from this machine's memory, even where its own memory is too small.
void TestRunRecords::secondCacheIsNoted()
{
    QFETCH(QString, target);
    QFETCH(QString, cache);
    QFETCH(QString, mode);
    QFETCH(QString, flags);
    QFETCH(bool, noted);
    Plan plan = fakePlan({target}, 1);
    plan.targets[0].qemu.disk.cache = cache;
    Suite suite = fileioSuite();
    suite.parameters.removeIf([](const SuiteParameter& parameter) { return parameter.name == "file_test_mode"_L1; });
    suite.parameters << SuiteParameter{u"file_test_mode"_s, {mode}};
    if (!flags.isEmpty())
        suite.parameters << SuiteParameter{u"file_extra_flags"_s, {flags}};
    plan.suites = {suite};
    SessionWatch watch(m_machine->settings);
    QVERIFY2(watch.run(plan), watch.story());
    QVERIFY2(watch.count(target, RunStatus::Ok) == 1, watch.story());
    const QStringList notes = watch.records.first().notes;
    QVERIFY2(!notes.filter(u"a second cache of the VM's disk"_s).isEmpty() == noted, qPrintable(notes.join(u'\n')));
}

void TestRunRecords::seqwrSpoilsTheFiles_data()
{
    QTest::addColumn<QByteArray>("how");
    QTest::addColumn<RunStatus>("ended");
    QTest::newRow("it ends well") << QByteArray() << RunStatus::Ok;
    QTest::newRow("it fails") << QByteArray("crashseqwr") << RunStatus::Failed;
}

/// It makes the files anew, and shorter: other modes find a set that was prepared again, however it ended.
void TestRunRecords::seqwrSpoilsTheFiles()
{
    QFETCH(QByteArray, how);
    QFETCH(RunStatus, ended);
    qputenv("BV_FAKE_SYSBENCH", how);
    Plan plan = fakePlan({u"docker"_s}, 2);
    Suite suite = fileioSuite();
    suite.parameters.removeIf([](const SuiteParameter& parameter) { return parameter.name == "file_test_mode"_L1; });
    suite.parameters << SuiteParameter{u"file_test_mode"_s, {u"seqwr"_s, u"rndrd"_s}};
    plan.suites = {suite};
    SessionWatch watch(m_machine->settings);
    QVERIFY2(watch.run(plan), watch.story());
    QCOMPARE(watch.records.size(), 4);
    for (const RunRecord& run : std::as_const(watch.records)) {
        const bool seqwr = run.params["file_test_mode"_L1].toString() == "seqwr"_L1;
        QVERIFY2(run.status == (seqwr ? ended : RunStatus::Ok), watch.story());
    }
    QStringList verbs;
    const QStringList called = m_machine->log(u"sysbench.log"_s);
    for (const QString& line : called)
        verbs << line.section(u' ', -1);
    QCOMPARE(verbs.join(u' '), u"prepare run run cleanup prepare run run"_s);
}

void TestRunRecords::shortWorkIsNoted_data()
{
    QTest::addColumn<QByteArray>("seconds");
    QTest::addColumn<bool>("noted");
    QTest::newRow("short") << QByteArray("0.0005") << true;
    QTest::newRow("long enough") << QByteArray("0.1388") << false;
}

/// The record of mutex, whose work decides: its time is what counts, and no time is claimed that it was given.
void TestRunRecords::shortWorkIsNoted()
{
    QFETCH(QByteArray, seconds);
    QFETCH(bool, noted);
    qputenv("BV_FAKE_SYSBENCH", "took=" + seconds);
    Plan plan = fakePlan({u"host"_s}, 1);
    plan.suites = {{sysbench::Test::Mutex, {}}};
    SessionWatch watch(m_machine->settings);
    QVERIFY2(watch.run(plan), watch.story());
    QVERIFY2(watch.count(u"host"_s, RunStatus::Ok) == 1, watch.story());
    const RunRecord& run = watch.records.first();
    QVERIFY(!run.params.contains("time_s"_L1));
    QVERIFY(run.command.filter(u"--time="_s).isEmpty());
    const auto headline = run.metrics.value(sysbench::headlineMetric(run.test));
    QVERIFY(headline && *headline == seconds.toDouble() && !run.metrics.isDerived(sysbench::headlineMetric(run.test)));
    QCOMPARE(!run.notes.filter(u"in steps of 0.1 ms"_s).isEmpty(), noted);
}

/// Each VM is started by the QEMU of its architecture, with the guest that was built for it.
void TestRunRecords::bothArchitecturesAtOnce()
{
    const QString qemuArm = m_machine->path(u"qemu-system-aarch64"_s);
    QVERIFY(QFile::link(m_machine->settings.tools.qemuAarch64, qemuArm));
    m_machine->settings.tools.qemuAarch64 = qemuArm;
    for (const QString& arch : guestArchitectureNames())
        QVERIFY(m_machine->makeGuest(arch));
    Plan plan = fakePlan({u"qemu"_s, u"qemu-arm"_s}, 1);
    QemuSettings& arm = plan.targets[1].qemu;
    arm.arch = u"aarch64"_s;
    arm.machine = u"virt,highmem=off"_s;
    arm.cpu = u"max"_s;
    SessionWatch watch(m_machine->settings);
    QVERIFY2(watch.run(plan), watch.story());
    QVERIFY2(watch.outcome.state == SessionState::Finished, watch.story());
    const auto store = SessionStore::open(m_machine->settings.storeFile());
    QVERIFY(store);
    const auto session = (*store)->load(watch.outcome.sessionId, SessionStore::Detail::WithoutOutput);
    QVERIFY(session);
    QCOMPARE(session->targets.size(), 2);
    for (const QJsonValue& target : session->targets) {
        const QJsonValue provenance = target["provenance"_L1];
        QStringList argv;
        for (const QJsonValue& word : provenance["argv"_L1].toArray())
            argv << word.toString();
        const bool isArm = target["id"_L1].toString() == "qemu-arm"_L1;
        const QString arch = isArm ? u"aarch64"_s : u"x86_64"_s;
        QCOMPARE(provenance["arch"_L1].toString(), arch);
        QCOMPARE(argv.first(), m_machine->settings.tools.qemuFor(arch));
        const QString folder = guestFolder(guestOptions(m_machine->settings, arch));
        QVERIFY2(argv.contains(folder + u"/vmlinuz"_s), qPrintable(argv.join(u' ')));
        QCOMPARE(argv.contains(u"max,pauth-impdef=on"_s), isArm);
        QCOMPARE(argv.contains(u"virt,highmem=off"_s), isArm);
    }
    QVERIFY2(!watch.notes.filter(u"pauth-impdef"_s).isEmpty(), watch.story());
    QVERIFY2(watch.notes.filter(u"another build of sysbench"_s).isEmpty(), watch.story()); // the fake is one
}

QTEST_GUILESS_MAIN(TestRunRecords)
#include "tst_run_records.moc"
