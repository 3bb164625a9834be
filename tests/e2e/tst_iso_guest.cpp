#include "run/engine_settings.h"
#include "run/readiness.h"
#include "support/bootable_iso.h"
#include "support/e2e_plan.h"
#include "support/e2e_program.h"
#include "target/qemu/qemu_target.h"

#include <QCoro/QCoroTask>
#include <QTcpServer>

using namespace Qt::StringLiterals;
using namespace bv;
using namespace bv::e2e;

/// A guest of the user's from an ISO, under SeaBIOS and under EFI. The ISO is made here, of the built-in guest's kernel
/// and initramfs, so that it is small and its agent is the real one.
class TestIsoGuest : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void cleanup();
    void isMeasured();
    void usesTheDiskBesideTheIso();
    void refusesFiles_data();
    void refusesFiles();
    void saysWhyItDoesNotBoot_data();
    void saysWhyItDoesNotBoot();
    void isCancelledWhileItBoots();
    void portIsTaken();

private:
    QJsonObject isoTarget(const QString& iso, const QJsonObject& more = {}, const QString& name = u"iso"_s) const
    {
        const QJsonObject target{{u"guest"_s, u"iso"_s},
                                 {u"iso"_s, iso},
                                 {u"machine"_s, u"q35,hpet=off"_s},
                                 {u"smp"_s, 1},
                                 {u"memory_mib"_s, 384}};
        return qemuTarget(merged(target, more), name);
    }
    QString iso(const QString& name) const { return m_world.file(name + u".iso"_s); }
    void bootsWithin(int seconds);

    World m_world;
    EngineSettings m_settings;
    GuestFiles m_guest;
    std::unique_ptr<QemuTarget> m_target;
};

void TestIsoGuest::initTestCase()
{
    const QString problem = m_world.prepare();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    for (const QString& name : {u"XDG_DATA_HOME"_s, u"XDG_CONFIG_HOME"_s, u"XDG_CACHE_HOME"_s, u"XDG_RUNTIME_DIR"_s})
        qputenv(name.toLatin1().constData(), m_world.environment().value(name).toLocal8Bit());
    const auto settings = loadEngineSettings(Paths::fromEnvironment());
    QVERIFY(settings && makeFolders(*settings));
    m_settings = *settings;
    const auto guest = builtGuest(guestOptions(m_settings));
    QVERIFY2(guest, guest ? "" : qPrintable(guest.error().message));
    m_guest = *guest;
    const QString made = makeIso(m_guest, iso(u"guest"_s));
    QVERIFY2(made.isEmpty(), qPrintable(made));
}

void TestIsoGuest::cleanup()
{
    if (m_target)
        QCoro::waitFor(m_target->close());
    m_target.reset();
    for (const QString& parent : {m_settings.folders.runtimeDir, m_settings.folders.workDir})
        QDir().rmdir(parent + u"/s"_s);
    QFile::remove(m_world.configDir() + "/benchvisor.ini"_L1);
    BV_NOTHING_LEFT(m_world);
}

/// For what never comes up.
void TestIsoGuest::bootsWithin(int seconds)
{
    QDir().mkpath(m_world.configDir());
    QFile ini(m_world.configDir() + "/benchvisor.ini"_L1);
    QVERIFY(ini.open(QIODevice::WriteOnly));
    ini.write("[run]\nboot_s=" + QByteArray::number(seconds) + '\n');
}

void TestIsoGuest::isMeasured()
{
    const QJsonArray targets{isoTarget(iso(u"guest"_s), {}, u"bios"_s),
                             isoTarget(iso(u"guest"_s), {{u"firmware"_s, u"uefi"_s}}, u"efi"_s)};
    const QString plan = planFile(m_world, targets, {cpuSuite(3), fileSuite(u"rndwr"_s, u"16M"_s, 1)});
    Program program(m_world, {u"run"_s, u"--plan"_s, plan});
    BV_SAID(program.finish(300'000), program);
    BV_SAID(program.status() == 0, program);
    const QJsonObject session = m_world.session(program.sessionId());
    for (const QString& name : {u"bios"_s, u"efi"_s}) {
        QCOMPARE(okRunsOf(session, name).size(), 2);
        const QJsonObject provenance = provenanceOf(session, name);
        QCOMPARE(provenance["channel"_L1].toString(), u"agent"_s);
        QVERIFY(!provenance["agent"_L1].toString().isEmpty());
        QVERIFY(!provenance.contains(u"guest_digest"_s)); // nobody knows what is on an ISO
        QCOMPARE(provenance["inside"_L1]["nproc"_L1].toInt(), 1);
        QCOMPARE(provenance["sysbench"_L1]["sha256"_L1].toString(), m_guest.sysbenchSha256);
        const QString argv = textsOf(provenance["argv"_L1]).join(u' ');
        QVERIFY2(argv.contains(u"ide-cd,drive=cd0,bootindex=0"_s), qPrintable(argv));
        QVERIFY(!argv.contains(u"-kernel"_s));
        QCOMPARE(argv.contains(u"if=pflash"_s), name == u"efi"_s);
        const QList<QJsonObject> seen = objectsOf(runsOf(session, name, u"cpu"_s).first()["utilization"_L1]);
        const bool told = std::any_of(seen.begin(), seen.end(), [](const QJsonObject& sample) {
            return sample["guest_user_pct"_L1].toDouble() > 20; // of one CPU, on a machine that may be busy
        });
        QVERIFY(told);
    }
}

/// The file sets are on the disk that was made for the session, not in the memory that an ISO lives in.
void TestIsoGuest::usesTheDiskBesideTheIso()
{
    TargetContext context;
    context.sessionId = u"20261123-054210-7f3a"_s;
    context.socketDir = m_settings.folders.runtimeDir + u"/s/0"_s;
    context.workDir = m_settings.folders.workDir + u"/s/0"_s;
    context.tools = m_settings.tools;
    TargetSettings settings;
    settings.id = u"iso"_s;
    settings.kind = TargetKind::Qemu;
    settings.qemu.guest = u"iso"_s;
    settings.qemu.iso = iso(u"guest"_s);
    settings.qemu.accel = u"tcg"_s;
    settings.qemu.machine = u"q35,hpet=off"_s;
    settings.qemu.smp = 1;
    settings.qemu.memoryMib = 384;
    settings.qemu.disk.sizeGib = 0.1;
    m_target = std::make_unique<QemuTarget>(settings, context);
    QemuTarget& target = *m_target;
    QStringList said;
    connect(&target, &Target::said, this, [&said](const QString& line) { said << line; });
    const auto opened = QCoro::waitFor(target.open({}));
    QVERIFY2(opened, opened ? "" : qPrintable(opened.error().message));
    const auto folder = QCoro::waitFor(target.prepareFileFolder({}));
    QVERIFY2(folder, folder ? "" : qPrintable(folder.error().message));
    QVERIFY2(*folder == u"/bench"_s, qPrintable(said.mid(1).join(u'|')));
    QVERIFY(QCoro::waitFor(target.pause({})) && QCoro::waitFor(target.resume({})));
    const ExecSpec ask({u"sh"_s, u"-c"_s, u"touch x; grep ' /bench ' /proc/mounts"_s}, *folder);
    const ExecOutcome mounts = QCoro::waitFor(target.exec(ask, {}, {}));
    QVERIFY2(mounts.ok() && mounts.output.startsWith("/dev/vda /bench ext4 "), mounts.output);
    const QStringList notes = QCoro::waitFor(target.dropPageCache(*folder, {}));
    QVERIFY2(notes.isEmpty(), qPrintable(notes.join(u'\n')));
}

void TestIsoGuest::refusesFiles_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("missing") << u"/nonexistent.iso"_s
                             << u"There is no file /nonexistent.iso. Give the path of the ISO."_s;
    QTest::newRow("folder") << u"/usr"_s << u"/usr is a folder."_s;
    QTest::newRow("program") << World::program() << u" is no ISO: it holds no ISO 9660 file system."_s;
}

void TestIsoGuest::refusesFiles()
{
    QFETCH(QString, file);
    QFETCH(QString, sentence);
    const Said said = m_world.benchvisor({u"run"_s, u"--plan"_s, planFile(m_world, {isoTarget(file)}, {cpuSuite(1)})});
    QVERIFY(said.status != 0);
    QVERIFY2(QString::fromUtf8(said.errors).contains(sentence), said.errors);
}

void TestIsoGuest::saysWhyItDoesNotBoot_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QString>("firmware");
    QTest::addColumn<int>("seconds");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("nothing to boot, BIOS")
        << u"data"_s << u"bios"_s << 0 << u"The firmware found nothing to boot from."_s;
    QTest::newRow("nothing to boot, EFI") << u"data"_s << u"uefi"_s << 0 << u"firmware found nothing to boot from"_s;
    QTest::newRow("panic") << u"panic"_s << u"bios"_s << 0
                           << u"The guest's kernel panicked: VFS: Unable to mount root"_s;
    QTest::newRow("no agent") << u"mute"_s << u"bios"_s << 12 << u"Its agent was not heard: install qemu-guest-agent"_s;
}

void TestIsoGuest::saysWhyItDoesNotBoot()
{
    QFETCH(QString, kind);
    QFETCH(QString, firmware);
    QFETCH(QString, sentence);
    QFETCH(int, seconds);
    if (kind == u"data"_s)
        QVERIFY(makeDataIso(iso(kind), m_world.home()));
    else
        QCOMPARE(
            makeIso(m_guest, iso(kind), kind == u"mute"_s ? u"rdinit=/usr/bin/cat"_s : u"panic=0"_s, kind == u"mute"_s),
            QString());
    if (seconds > 0)
        bootsWithin(seconds);
    const QString plan = planFile(m_world, {isoTarget(iso(kind), {{u"firmware"_s, firmware}})}, {cpuSuite(1)});
    const Said said = m_world.benchvisor({u"run"_s, u"--plan"_s, plan});
    QCOMPARE(said.status, 2);
    QVERIFY2(QString::fromUtf8(said.errors).contains(sentence), said.errors);
    QFile::remove(iso(kind));
}

void TestIsoGuest::isCancelledWhileItBoots()
{
    const QString plan = planFile(m_world, {isoTarget(iso(u"guest"_s), {{u"firmware"_s, u"uefi"_s}})}, {cpuSuite(1)});
    Program program(m_world, {u"run"_s, u"--plan"_s, plan});
    BV_SAID(program.waitFor(u"Booting"_s), program);
    QTRY_VERIFY_WITH_TIMEOUT(!m_world.machines().isEmpty(), 30'000);
    program.signal(SIGINT);
    BV_SAID(program.finish(60'000), program);
    BV_SAID(program.status() == 130, program);
}

/// What QEMU says then is what a new port is chosen by.
void TestIsoGuest::portIsTaken()
{
    QTcpServer other;
    QVERIFY(other.listen(QHostAddress::LocalHost));
    QProcess qemu;
    qemu.start(u"qemu-system-x86_64"_s, {u"-display"_s, u"none"_s, u"-S"_s, u"-netdev"_s,
                                         u"user,id=n,hostfwd=tcp:127.0.0.1:%1-:22"_s.arg(other.serverPort())});
    QVERIFY(qemu.waitForFinished());
    const QByteArray said = qemu.readAllStandardError();
    QVERIFY2(said.contains("Could not set up host forwarding rule"), said);
}

QTEST_GUILESS_MAIN(TestIsoGuest)
#include "tst_iso_guest.moc"
