#include "run/engine_settings.h"
#include "run/run_executor.h"
#include "support/debian_disk.h"
#include "support/e2e_plan.h"
#include "support/e2e_program.h"
#include "sysbench/catalogue.h"
#include "target/qemu/qemu_target.h"

#include <QCoro/QCoroTask>

using namespace Qt::StringLiterals;
using namespace bv;
using namespace bv::e2e;

/// A guest of the user's from a disk, under EFI: this machine's distribution, as it is installed.
class TestDiskGuest : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void cleanup();
    void isMeasuredByItsAgent();
    void isMeasuredBySsh();
    void saysThatThereIsNoSysbench();
    void refusesADiskInUse();
    void isCancelledWhileItBoots();

private:
    QJsonObject diskTarget(const QString& path, const QJsonObject& more = {}, const QString& name = u"disk"_s) const
    {
        const QJsonObject target{{u"guest"_s, u"disk"_s},
                                 {u"disk"_s, QJsonObject{{u"path"_s, path}, {u"format"_s, u"qcow2"_s}}},
                                 {u"machine"_s, u"q35,hpet=off"_s},
                                 {u"firmware"_s, u"uefi"_s}};
        return qemuTarget(merged(target, more), name);
    }
    void openBySsh();
    void measures();
    void isHeldToItsTime();
    void refusesOthers();
    QString refusal(SshAccess access) const;

    World m_world;
    EngineSettings m_settings;
    std::unique_ptr<DebianDisk> m_disk;
    std::unique_ptr<QemuTarget> m_target;
};

void TestDiskGuest::initTestCase()
{
    const QString problem = m_world.prepare();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    m_disk = std::make_unique<DebianDisk>(m_world);
    const QString made = m_disk->make();
    QVERIFY2(made.isEmpty(), qPrintable(made));
    for (const QString& name : {u"XDG_DATA_HOME"_s, u"XDG_CONFIG_HOME"_s, u"XDG_CACHE_HOME"_s, u"XDG_RUNTIME_DIR"_s})
        qputenv(name.toLatin1().constData(), m_world.environment().value(name).toLocal8Bit());
    const auto settings = loadEngineSettings(Paths::fromEnvironment());
    QVERIFY(settings && makeFolders(*settings));
    m_settings = *settings;
}

void TestDiskGuest::cleanup()
{
    if (m_target)
        QCoro::waitFor(m_target->close());
    m_target.reset();
    for (const QString& parent : {m_settings.folders.runtimeDir, m_settings.folders.workDir})
        QDir().rmdir(parent + u"/s"_s);
    BV_NOTHING_LEFT(m_world);
}

/// In a session, with sysbench installed by the guest's own package manager; the disk stays as it was.
void TestDiskGuest::isMeasuredByItsAgent()
{
    const QDateTime before = QFileInfo(m_disk->path()).lastModified();
    const QString plan = planFile(m_world, {diskTarget(m_disk->path(), {{u"install_sysbench"_s, true}})},
                                  {cpuSuite(3), fileSuite(u"rndwr"_s, u"16M"_s, 1)});
    Program program(m_world, {u"run"_s, u"--plan"_s, plan});
    BV_SAID(program.finish(400'000), program);
    BV_SAID(program.status() == 0, program);
    const QJsonObject session = m_world.session(program.sessionId());
    QCOMPARE(okRunsOf(session).size(), 2);
    const QJsonObject provenance = provenanceOf(session, u"disk"_s);
    QCOMPARE(provenance["channel"_L1].toString(), u"agent"_s);
    QVERIFY(!provenance["agent"_L1].toString().isEmpty());
    QVERIFY(provenance["sysbench_installed"_L1].toBool());
    QCOMPARE(provenance["sysbench"_L1]["path"_L1].toString(), u"/usr/bin/sysbench"_s);
    QCOMPARE(provenance["disk_overlay_of"_L1].toString(), m_disk->path());
    QCOMPARE(provenance["inside"_L1]["nproc"_L1].toInt(), 2);
    const QStringList notes = textsOf(runsOf(session, {}, u"fileio"_s).first()["notes"_L1]);
    QVERIFY(!notes.filter(u"goes to an overlay (qcow2) on the disk"_s).isEmpty());
    QVERIFY2(notes.filter(u"was not dropped"_s).isEmpty(), qPrintable(notes.join(u'\n')));
    const QList<QJsonObject> seen = objectsOf(runsOf(session, {}, u"cpu"_s).first()["utilization"_L1]);
    const bool told = std::any_of(seen.begin(), seen.end(),
                                  [](const QJsonObject& sample) { return sample.contains(u"guest_user_pct"_s); });
    QVERIFY(told); // also by a shell without `read -t`
    QCOMPARE(QFileInfo(m_disk->path()).lastModified(), before);
}

/// All that ssh is to do, on one start of the guest.
void TestDiskGuest::isMeasuredBySsh()
{
    openBySsh();
    if (!QTest::currentTestFailed())
        measures();
    if (!QTest::currentTestFailed())
        isHeldToItsTime();
    if (!QTest::currentTestFailed())
        refusesOthers();
}

void TestDiskGuest::openBySsh()
{
    TargetContext context;
    context.sessionId = u"20261123-054210-7f3a"_s;
    context.socketDir = m_settings.folders.runtimeDir + u"/s/0"_s;
    context.workDir = m_settings.folders.workDir + u"/s/0"_s;
    context.vmDir = m_settings.dataDir + u"/vm/disk"_s;
    context.tools = m_settings.tools;
    TargetSettings settings;
    settings.id = u"disk"_s;
    settings.kind = TargetKind::Qemu;
    settings.qemu.guest = u"disk"_s;
    settings.qemu.disk.path = m_disk->path();
    settings.qemu.disk.format = u"qcow2"_s;
    settings.qemu.machine = u"q35,hpet=off"_s;
    settings.qemu.firmware = u"uefi"_s;
    settings.qemu.accel = u"tcg"_s;
    settings.qemu.memoryMib = 512;
    settings.qemu.network = u"user"_s;
    settings.qemu.channel = u"ssh"_s;
    settings.qemu.ssh.user = u"root"_s;
    settings.qemu.ssh.key = m_disk->key();
    settings.qemu.installSysbench = true;
    m_target = std::make_unique<QemuTarget>(settings, context);
    const auto opened = QCoro::waitFor(m_target->open({}));
    QVERIFY2(opened, opened ? "" : qPrintable(opened.error().message + u'\n' + opened.error().detail));
    QCOMPARE(m_target->provenance()["channel"_L1].toString(), u"ssh"_s);
    QVERIFY(m_target->provenance()["ssh_server"_L1].toString().startsWith(u"SSH-2.0-OpenSSH"_s));
    QVERIFY(QFile::exists(context.vmDir + u"/known_hosts"_s));
}

void TestDiskGuest::measures()
{
    QVERIFY(QCoro::waitFor(m_target->pause({})) && QCoro::waitFor(m_target->resume({})));
    RunExecutor executor(*m_target, true, std::chrono::seconds(60));
    int intervals = 0;
    RunObserver observer;
    observer.interval = [&intervals](const sysbench::Interval&) { ++intervals; };
    PlannedRun run;
    run.targetId = u"disk"_s;
    run.params = {{u"cpu_max_prime"_s, 10000}, {u"threads"_s, 1}, {u"time_s"_s, 3}};
    const RunRecord cpu = QCoro::waitFor(executor.execute(run, {}, observer));
    QVERIFY2(cpu.status == RunStatus::Ok, qPrintable(cpu.error + cpu.output));
    QVERIFY(cpu.metrics.value(sysbench::Metric::EventsPerSec).value_or(0) > 0);
    QVERIFY(intervals >= 2); // as they come, not at the end
    run.test = sysbench::Test::Fileio;
    run.params = {{u"file_test_mode"_s, u"rndwr"_s},
                  {u"file_total_size"_s, u"16M"_s},
                  {u"file_num"_s, 4},
                  {u"threads"_s, 1},
                  {u"time_s"_s, 1}};
    const RunRecord files = QCoro::waitFor(executor.execute(run, {}, {}));
    QVERIFY2(files.status == RunStatus::Ok, qPrintable(files.error + files.output));
    const auto folder = QCoro::waitFor(m_target->prepareFileFolder({}));
    QVERIFY2(folder && folder->startsWith(u"/var/tmp/benchvisor."_s), folder ? qPrintable(*folder) : "");
}

void TestDiskGuest::isHeldToItsTime()
{
    ExecSpec late({u"sh"_s, u"-c"_s, u"echo begun; sleep 902 & sleep 903"_s}, u"/tmp"_s);
    late.timeout = std::chrono::seconds(5);
    const ExecOutcome outcome = QCoro::waitFor(m_target->exec(late, {}, {}));
    QVERIFY(outcome.kind == ExecOutcome::Kind::TimedOut);
    QCOMPARE(outcome.output, "begun\n");
    const ExecSpec look({u"sh"_s, u"-c"_s, u"cat /proc/[0-9]*/cmdline | tr '\\0' ' '"_s}, u"/tmp"_s);
    const ExecOutcome left = QCoro::waitFor(m_target->exec(look, {}, {}));
    QVERIFY(left.ok() && !left.output.contains("sleep 902") && !left.output.contains("sleep 903"));
}

/// Logins to the guest that is up.
void TestDiskGuest::refusesOthers()
{
    const QString argv = textsOf(m_target->provenance()["argv"_L1]).join(u' ');
    SshAccess access;
    access.port = QRegularExpression(u"hostfwd=tcp:127.0.0.1:(\\d+)-:22"_s).match(argv).captured(1).toInt();
    QVERIFY2(access.port > 0, qPrintable(argv));
    access.user = u"root"_s;
    access.name = u"disk"_s;
    access.patience = std::chrono::milliseconds(100);
    // a key that the guest does not know
    const auto own = QCoro::waitFor(prepareSshAccess(access, m_world.file(u"vm"_s), {}));
    QVERIFY2(own, own ? "" : qPrintable(own.error().message));
    const QString stranger = refusal(*own);
    QVERIFY2(stranger.startsWith(u"The guest does not let \"root\" in by Benchvisor's key for this VM."_s) &&
                 stranger.endsWith(own->publicKey),
             qPrintable(stranger));
    // a guest that was another one before
    access = *own;
    access.key = m_disk->key();
    access.publicKey.clear();
    QFile known(access.knownHosts);
    QVERIFY(known.open(QIODevice::WriteOnly | QIODevice::Truncate));
    known.write("disk " + own->publicKey.toUtf8() + '\n');
    known.close();
    const QString changed = refusal(access);
    QVERIFY2(changed.startsWith(u"The guest has another ssh host key than when it was met first"_s) &&
                 changed.contains(access.knownHosts),
             qPrintable(changed));
}

QString TestDiskGuest::refusal(SshAccess access) const
{
    SshChannel channel(access);
    (void)QCoro::waitFor(channel.connectTo(m_world.file(u"vm"_s), std::chrono::seconds(1), {}));
    const auto up = QCoro::waitFor(channel.awaitReady(std::chrono::seconds(120), {}));
    const QString message = up ? QString() : up.error().message;
    channel.close();
    return message;
}

void TestDiskGuest::saysThatThereIsNoSysbench()
{
    const QString plan = planFile(m_world, {diskTarget(m_disk->path())}, {cpuSuite(1)});
    Program program(m_world, {u"run"_s, u"--plan"_s, plan});
    BV_SAID(program.finish(400'000), program);
    BV_SAID(program.status() == 2, program);
    BV_SAID(program.said(u"There is no sysbench in the guest. Install it there, or set install_sysbench to true"_s),
            program);
}

void TestDiskGuest::refusesADiskInUse()
{
    const QString disk = m_world.file(u"used.qcow2"_s);
    QCOMPARE(QProcess::execute(u"qemu-img"_s, {u"create"_s, u"-q"_s, u"-f"_s, u"qcow2"_s, disk, u"64M"_s}), 0);
    QProcess other;
    other.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
    other.start(u"qemu-system-x86_64"_s, {u"-display"_s, u"none"_s, u"-S"_s, u"-monitor"_s, u"stdio"_s, u"-drive"_s,
                                          u"file=%1,format=qcow2"_s.arg(disk)});
    while (!other.readAllStandardOutput().contains("(qemu)"))
        QVERIFY2(other.waitForReadyRead(30'000), other.readAllStandardError());
    const QString plan = planFile(m_world, {diskTarget(disk)}, {cpuSuite(1)});
    const Said said = m_world.benchvisor({u"run"_s, u"--plan"_s, plan});
    other.kill();
    other.waitForFinished();
    QCOMPARE(said.status, 2);
    QVERIFY2(said.errors.contains("is in use by a running VM or another program"), said.errors);
}

void TestDiskGuest::isCancelledWhileItBoots()
{
    const QJsonObject ssh{{u"channel"_s, u"ssh"_s},
                          {u"network"_s, u"user"_s},
                          {u"ssh"_s, QJsonObject{{u"user"_s, u"root"_s}, {u"key"_s, m_disk->key()}}}};
    const QString plan = planFile(m_world, {diskTarget(m_disk->path(), ssh)}, {cpuSuite(1)});
    Program program(m_world, {u"run"_s, u"--plan"_s, plan});
    BV_SAID(program.waitFor(u"Booting"_s), program);
    QTRY_VERIFY_WITH_TIMEOUT(!m_world.machines().isEmpty(), 30'000);
    program.signal(SIGINT);
    BV_SAID(program.finish(60'000), program);
    BV_SAID(program.status() == 130, program);
}

QTEST_GUILESS_MAIN(TestDiskGuest)
#include "tst_disk_guest.moc"
