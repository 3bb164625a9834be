#include "run/engine_settings.h"
#include "run/readiness.h"
#include "support/e2e_plan.h"
#include "support/e2e_program.h"
#include "target/qemu/firmware.h"
#include "target/qemu/qemu_target.h"

#include <QCoro/QCoroTask>
#include <QTemporaryDir>

using namespace Qt::StringLiterals;
using namespace bv;
using namespace bv::e2e;

namespace {

/// The path of QEMU_EFI.fd, as whoever writes the report's command would give it.
QString efiImage()
{
    QemuSettings settings;
    settings.arch = u"aarch64"_s;
    settings.machine = u"virt"_s;
    settings.firmware = u"uefi"_s;
    settings.firmwareAttach = u"bios"_s;
    const auto found = resolveFirmware(settings, FirmwarePlaces::ofThisMachine());
    return found ? found->bios : QString();
}

/// The report's machine.
QJsonObject reportTarget(const QJsonObject& more = {}, const QString& name = u"report"_s)
{
    return qemuTarget(merged({{u"arch"_s, u"aarch64"_s},
                              {u"machine"_s, u"virt,highmem=off"_s},
                              {u"cpu"_s, u"cortex-a57"_s},
                              {u"smp"_s, 4},
                              {u"memory_mib"_s, 2048},
                              {u"firmware"_s, efiImage()}},
                             more),
                      name);
}

QStringList folderNames(const QString& folder)
{
    QStringList names = QDir(folder).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot);
    names.removeAll(u".lock"_s);
    return names;
}

} // namespace

/// The guest for aarch64, made from this machine's package sources, and the report's machine that runs it, emulated.
class TestAarch64 : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void cleanupTestCase();
    void saysWhenItCannotBeBuilt_data();
    void saysWhenItCannotBeBuilt();
    void isBuiltFromThePackageSources();
    void measuresTheReportsMachine();
    void bootsUnderEfi_data();
    void bootsUnderEfi();
    void pastedCommandsMeasure();
    void refusesWhatCannotRun_data();
    void refusesWhatCannotRun();

private:
    Said guest(const QStringList& arguments) const
    {
        return m_world.benchvisor(QStringList{u"guest"_s} + arguments + QStringList{u"--arch"_s, u"aarch64"_s});
    }
    World m_world;
    QTemporaryDir m_files;
};

void TestAarch64::initTestCase()
{
    const QString problem = m_world.prepare();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    QVERIFY2(!efiImage().isEmpty(), "no EFI image for aarch64 is installed (Debian: qemu-efi-aarch64)");
}

void TestAarch64::cleanupTestCase()
{
    BV_NOTHING_LEFT(m_world);
}

/// apt's own configuration, changed by APT_CONFIG, which it reads before all else.
void TestAarch64::saysWhenItCannotBeBuilt_data()
{
    QTest::addColumn<QByteArray>("sources");
    QTest::addColumn<QByteArray>("configuration");
    QTest::addColumn<QByteArray>("words");
    QTest::newRow("no sources") << QByteArray() << QByteArray() << QByteArray("no package sources");
    QTest::newRow("sources of another architecture")
        << QByteArray("deb [arch=amd64 trusted=yes] http://127.0.0.1:9/debian stable main\n") << QByteArray()
        << QByteArray("with \"Architectures: arm64\"");
    QTest::newRow("no network") << QByteArray("deb [trusted=yes] http://127.0.0.1:9/debian stable main\n")
                                << QByteArray("Acquire::http::Proxy \"DIRECT\";\n") << QByteArray("Check the network");
}

void TestAarch64::saysWhenItCannotBeBuilt()
{
    QFETCH(QByteArray, sources);
    QFETCH(QByteArray, configuration);
    QFETCH(QByteArray, words);
    const QTemporaryDir cache;
    const QTemporaryDir apt;
    QVERIFY(QDir(apt.path()).mkdir(u"parts"_s));
    QFile list(apt.filePath(u"sources.list"_s));
    QVERIFY(list.open(QIODevice::WriteOnly) && list.write(sources) == sources.size());
    QFile conf(apt.filePath(u"apt.conf"_s));
    const QByteArray text = "Dir::Etc::sourcelist \"" + list.fileName().toUtf8() + "\";\nDir::Etc::sourceparts \"" +
                            apt.filePath(u"parts"_s).toUtf8() + "\";\n" + configuration;
    QVERIFY(conf.open(QIODevice::WriteOnly) && conf.write(text) == text.size());
    list.close();
    conf.close();
    World other;
    other.setVariable(u"XDG_CACHE_HOME"_s, cache.path());
    other.setVariable(u"APT_CONFIG"_s, conf.fileName());
    const Said said = other.benchvisor({u"guest"_s, u"build"_s, u"--arch"_s, u"aarch64"_s});
    QCOMPARE(said.status, 2);
    QVERIFY2(said.errors.contains(words), said.errors.constData());
    QCOMPARE(folderNames(cache.filePath(u"benchvisor/guest"_s)), QStringList());
}

void TestAarch64::isBuiltFromThePackageSources()
{
    const auto before = m_world.say(u"dpkg-query"_s, {u"--show"_s}).output +
                        m_world.say(u"dpkg"_s, {u"--print-foreign-architectures"_s}).output;
    QCOMPARE(guest({u"remove"_s}).status, 0);
    const Said none = guest({u"info"_s});
    QCOMPARE(none.status, 2);
    QVERIFY2(none.errors.contains("guest build --arch aarch64"), none.errors.constData());
    QElapsedTimer clock;
    clock.start();
    const Said built = guest({u"build"_s, u"--json"_s});
    QVERIFY2(built.status == 0, (built.errors + built.output).constData());
    qInfo("built in %.1f s", double(clock.elapsed()) / 1000);
    QVERIFY2(built.errors.contains("arm64"), built.errors.constData());
    const QJsonObject made = QJsonDocument::fromJson(built.output).object();
    QCOMPARE(made["arch"_L1].toString(), u"aarch64"_s);
    QVERIFY(made["up_to_date"_L1].toBool());
    QVERIFY2(made["kernel_package"_L1].toString().startsWith("linux-image-"_L1), built.output.constData());
    QVERIFY(!folderNames(made["folder"_L1].toString() + u"/.."_s).contains(u".build"_s));
    // from what is kept, without the sources: the same bytes
    QVERIFY(QFile::remove(made["folder"_L1].toString() + u"/manifest.json"_s));
    m_world.setVariable(u"APT_CONFIG"_s, u"/nonexistent/apt.conf"_s);
    const Said again = guest({u"build"_s, u"--json"_s});
    m_world.setVariable(u"APT_CONFIG"_s, {});
    QVERIFY2(again.status == 0, again.errors.constData());
    QCOMPARE(QJsonDocument::fromJson(again.output)["digest"_L1].toString(), made["digest"_L1].toString());
    // The machine itself is as it was.
    QCOMPARE(m_world.say(u"dpkg-query"_s, {u"--show"_s}).output +
                 m_world.say(u"dpkg"_s, {u"--print-foreign-architectures"_s}).output,
             before);
}

void TestAarch64::measuresTheReportsMachine()
{
    const QString plan =
        planFile(m_world, {dockerTarget(), reportTarget()},
                 {cpuSuite(2), fileSuite(u"rndwr"_s, u"16M"_s, 1), QJsonObject{{u"test"_s, u"boot"_s}}});
    Program run(m_world, {u"run"_s, u"--plan"_s, plan});
    BV_SAID(run.finish(240'000), run);
    BV_SAID(run.status() == 0, run);
    const QJsonObject session = m_world.session(run.sessionId());
    QCOMPARE(okRunsOf(session, u"docker"_s).size(), 3);
    QList<QJsonObject> runs = okRunsOf(session, u"report"_s);
    QCOMPARE(runs.size(), 3);
    const auto isStart = [](const QJsonObject& done) { return done["test"_L1].toString() == "boot"_L1; };
    const auto start = std::find_if(runs.cbegin(), runs.cend(), isStart);
    QVERIFY(start != runs.cend());
    for (const QString& phase :
         {u"boot_qemu_ms"_s, u"boot_firmware_ms"_s, u"boot_kernel_ms"_s, u"boot_userland_ms"_s, u"boot_ms"_s})
        QVERIFY2((*start)["metrics"_L1][phase].toDouble() > 0, QJsonDocument(*start).toJson());
    runs.removeIf(isStart);
    for (const QJsonObject& done : std::as_const(runs)) {
        const bool isCpu = done["test"_L1].toString() == "cpu"_L1;
        const QString metric = isCpu ? u"events_per_sec"_s : u"transfer_mib_per_sec"_s;
        QVERIFY2(done["metrics"_L1][metric].toDouble() > 0, run.words());
        QVERIFY(!isCpu || !done["intervals"_L1].toArray().isEmpty()); // fileio ends before its first second
        qInfo("%s: %.2f", qPrintable(metric), done["metrics"_L1][metric].toDouble());
    }
    const QJsonObject provenance = provenanceOf(session, u"report"_s);
    const QString argv = textsOf(provenance["argv"_L1]).join(u' ');
    for (const QString& words : {u"qemu-system-aarch64 -M virt,highmem=off -accel tcg"_s,
                                 u"-cpu cortex-a57 -smp 4 -m 2048 "_s, u"-bios "_s + efiImage(), u"console=ttyAMA0"_s})
        QVERIFY2(argv.contains(words), qPrintable(argv));
    QCOMPARE(provenance["arch"_L1].toString(), u"aarch64"_s);
    QCOMPARE(provenance["accel"_L1].toString(), u"tcg"_s);
    QCOMPARE(provenance["inside"_L1]["machine"_L1].toString(), u"aarch64"_s);
    QCOMPARE(provenance["inside"_L1]["nproc"_L1].toInt(), 4);
    qInfo("ready after %lld ms", static_cast<long long>(provenance["boot_ms"_L1].toInteger()));
    // Another architecture, another build: recorded, and said.
    const QJsonObject docker = provenanceOf(session, u"docker"_s);
    QVERIFY(provenance["sysbench"_L1]["sha256"_L1].toString() != docker["sysbench"_L1]["sha256"_L1].toString());
    QVERIFY(provenance["sysbench_differs_from"_L1].toString().startsWith("docker"_L1));
    BV_SAID(run.said(u"another build of sysbench"_s), run);
    BV_SAID(run.said(u"QEMU emulates aarch64"_s), run);
    QVERIFY(provenance["sysbench"_L1]["sha256"_L1].toString() == runs.first()["sysbench_sha256"_L1].toString());
    BV_NOTHING_LEFT(m_world);
}

void TestAarch64::bootsUnderEfi_data()
{
    QTest::addColumn<QString>("firmware");
    QTest::addColumn<QString>("attach");
    QTest::addColumn<QString>("cpu");
    QTest::addColumn<QString>("part"); // of /proc/cpuinfo; empty: not looked at
    QTest::newRow("-bios") << efiImage() << QString() << u"cortex-a57"_s << u"0xd07"_s;
    QTest::newRow("flash with variables") << u"uefi"_s << u"pflash"_s << u"cortex-a53"_s << u"0xd03"_s;
    QTest::newRow("none, CPU max") << QString() << QString() << u"max,pauth-impdef=on"_s << QString();
}

void TestAarch64::bootsUnderEfi()
{
    QFETCH(QString, firmware);
    QFETCH(QString, attach);
    QFETCH(QString, cpu);
    QFETCH(QString, part);
    for (const QString& name : {u"XDG_DATA_HOME"_s, u"XDG_CONFIG_HOME"_s, u"XDG_CACHE_HOME"_s, u"XDG_RUNTIME_DIR"_s})
        qputenv(name.toLatin1().constData(), m_world.environment().value(name).toLocal8Bit());
    const auto settings = loadEngineSettings(Paths::fromEnvironment());
    QVERIFY(settings && makeFolders(*settings));
    const auto guest = builtGuest(guestOptions(*settings, u"aarch64"_s));
    QVERIFY2(guest, guest ? "" : qPrintable(guest.error().message));
    TargetContext context;
    context.sessionId = u"20261123-054210-7f3a"_s;
    context.socketDir = settings->folders.runtimeDir + u"/s/0"_s;
    context.workDir = settings->folders.workDir + u"/s/0"_s;
    context.tools = settings->tools;
    context.guest = *guest;
    TargetSettings target;
    target.id = u"qemu"_s;
    target.kind = TargetKind::Qemu;
    target.qemu.arch = u"aarch64"_s;
    target.qemu.machine = u"virt,highmem=off"_s;
    target.qemu.accel = u"tcg"_s;
    target.qemu.cpu = cpu;
    target.qemu.firmware = firmware;
    target.qemu.firmwareAttach = attach;
    target.qemu.disk.sizeGib = 0.1;
    QemuTarget vm(target, context);
    const auto opened = QCoro::waitFor(vm.open({}));
    QVERIFY2(opened, opened ? "" : qPrintable(opened.error().message));
    const auto exec = [&vm](const QString& script) {
        ExecSpec spec({u"sh"_s, u"-c"_s, script}, u"/tmp"_s);
        spec.timeout = std::chrono::seconds(60);
        return QCoro::waitFor(vm.exec(spec, {}, {}));
    };
    QCOMPARE(exec(u"test -d /sys/firmware/efi"_s).exitCode, firmware.isEmpty() ? 1 : 0);
    const ExecOutcome facts = exec(u"uname -m; cat /proc/cpuinfo"_s);
    QVERIFY2(facts.output.startsWith("aarch64\n"), facts.output.constData());
    QVERIFY2(part.isEmpty() || facts.output.contains("CPU part\t: " + part.toLatin1()), facts.output.constData());
    const QString variables = context.workDir + u"/firmware-variables"_s;
    QCOMPARE(QFileInfo::exists(variables), attach == "pflash"_L1);
    const auto folder = QCoro::waitFor(vm.prepareFileFolder({}));
    QVERIFY2(folder, folder ? "" : qPrintable(folder.error().message));
    const ExecOutcome panic = exec(u"echo c >/proc/sysrq-trigger; sleep 50"_s);
    QVERIFY2(panic.kind == ExecOutcome::Kind::TargetGone, panic.output.constData());
    QVERIFY2(panic.message.startsWith("The guest's kernel panicked: "_L1), qPrintable(panic.message));
    QCoro::waitFor(vm.close());
    for (const QString& place : {settings->folders.runtimeDir, settings->folders.workDir})
        QDir().rmdir(place + u"/s"_s);
    BV_NOTHING_LEFT(m_world);
}

void TestAarch64::pastedCommandsMeasure()
{
    const QString plan =
        planFile(m_world, {reportTarget({{u"smp"_s, 2}, {u"memory_mib"_s, 512}, {u"firmware"_s, u"uefi"_s}})},
                 {cpuSuite(1), fileSuite(u"rndwr"_s, u"16M"_s, 1)});
    const Said told = m_world.benchvisor({u"commands"_s, u"--plan"_s, plan});
    QVERIFY2(told.status == 0, told.errors.constData());
    QVERIFY2(told.output.contains("qemu-system-aarch64 -M virt,highmem=off"), told.output.constData());
    QFile script(m_world.file(u"script"_s));
    QVERIFY(script.open(QIODevice::WriteOnly) && script.write(told.output) == told.output.size());
    script.close();
    const Said ran = m_world.say(u"sh"_s, {script.fileName()});
    QVERIFY2(ran.status == 0, (ran.errors + ran.output).constData());
    QCOMPARE(ran.output.count("General statistics:"), 2);
    BV_NOTHING_LEFT(m_world);
}

void TestAarch64::refusesWhatCannotRun_data()
{
    QTest::addColumn<QJsonObject>("change");
    QTest::addColumn<QString>("words");
    QTest::newRow("kvm") << QJsonObject{{u"accel"_s, u"kvm"_s}}
                         << u"accel kvm runs only guests of this machine's own"_s;
    QTest::newRow("machine of a PC") << QJsonObject{{u"machine"_s, u"q35"_s}} << u"is a machine of x86_64"_s;
    QTest::newRow("no such machine") << QJsonObject{{u"machine"_s, u"virtual"_s}} << u"unsupported machine type"_s;
    QTest::newRow("no such CPU") << QJsonObject{{u"cpu"_s, u"cortex-b57"_s}} << u"cortex-b57"_s;
    QTest::newRow("firmware of a PC") << QJsonObject{{u"firmware"_s, u"/usr/share/OVMF/OVMF_CODE_4M.fd"_s}}
                                      << u"x86_64"_s;
}

void TestAarch64::refusesWhatCannotRun()
{
    if (nativeArchitecture() == "aarch64"_L1 && QLatin1StringView(QTest::currentDataTag()) == "kvm"_L1)
        return; // there it is a matter of the machine
    QFETCH(QJsonObject, change);
    QFETCH(QString, words);
    const QString plan = planFile(m_world, {reportTarget(change)}, {cpuSuite(1)});
    Program run(m_world, {u"run"_s, u"--plan"_s, plan});
    BV_SAID(run.finish(), run);
    BV_SAID(run.status() == 1 || run.status() == 2, run);
    BV_SAID(run.said(words), run);
    qInfo("%s", run.words().constData());
    BV_NOTHING_LEFT(m_world);
}

QTEST_GUILESS_MAIN(TestAarch64)
#include "tst_aarch64.moc"
