#include "export/commands.h"

#include "plan/expand.h"
#include "plan/presets.h"
#include "process/process.h"

#include <QCoro/QCoroTask>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace bv;

class TestCommands : public QObject
{
    Q_OBJECT
private slots:
    void areShell_data();
    void areShell();
    void quoteWhatTheUserNamed();
    void prepareAndCleanEachFileSet();
    void prepareAgainAfterSeqwr();
    void areWhatIsRecorded();
    void nameEveryRunOnce();
    void removeWhatTheyMake();
    void knowTheVersion_data();
    void knowTheVersion();
    void eachArchitectureHasItsOwn();
    void leaveTheUsersDiskAlone();
    void userGuestStarts();
    void userGuestBySsh();
    void hostCommandsRun_data();
    void hostCommandsRun();
};

namespace {

const MachineLimits limits = [] {
    MachineLimits made;
    made.logicalCpus = 4;
    made.memoryMib = 16384;
    return made;
}();

CommandPlaces places(const QString& folder = u"/tmp/bv"_s)
{
    CommandPlaces made;
    made.folder = folder;
    made.guest.kernel = u"/cache/it's/kernel"_s;
    made.guest.initrd = u"/cache/it's/initrd"_s;
    made.guest.imageTar = u"/cache/it's/image.tar"_s;
    made.guest.digest = QString(64, u'b');
    return made;
}

QStringList linesOf(const Plan& plan, const CommandPlaces& where)
{
    const auto runs = expandPlan(plan, limits);
    return runs ? planCommands(plan, *runs, where) : QStringList();
}

ProcessOutcome shell(const QStringList& arguments, const QString& input, const QString& program = u"sh"_s)
{
    const QTemporaryDir dir;
    QFile script(dir.filePath(u"script"_s));
    if (!script.open(QIODevice::WriteOnly))
        return {};
    script.write(input.toUtf8());
    script.close();
    const ProcessSpec spec(program, arguments + QStringList{script.fileName()});
    return QCoro::waitFor(runProcess(spec, std::stop_token()));
}

} // namespace

void TestCommands::areShell_data()
{
    QTest::addColumn<Plan>("plan");
    const QStringList names = presetNames();
    for (const QString& name : names) {
        Plan plan = *preset(name, limits);
        for (TargetSettings& target : plan.targets) {
            if (target.qemu.accel == "auto"_L1)
                target.qemu.accel = u"tcg"_s;
        }
        QTest::newRow(qPrintable(name)) << plan;
        QTest::newRow(qPrintable(name + u" on the host"_s)) << withTargets(plan, {TargetKind::Host}, limits);
    }
    Plan odd = *preset(u"quick"_s, limits);
    odd.name = u"it's \"$(reboot)\" `x`\nrm -rf /\\"_s;
    odd.targets[0].label = u"a\nb; 'c'"_s;
    odd.targets[0].docker.image = u"we'ird image;$x"_s;
    odd.targets[0].docker.storage = u"tmpfs"_s;
    odd.targets[1].qemu.accel = u"kvm"_s;
    odd.targets[1].qemu.disk.path = u"/home/x/my disk's.qcow2"_s;
    odd.targets[1].qemu.extraArgs = {u"-rtc"_s, u"base=utc;x"_s, u"$(x)"_s};
    QTest::newRow("odd words") << odd;
    odd.targets[1].qemu.guest = u"disk"_s;
    odd.targets[1].qemu.channel = u"ssh"_s;
    odd.targets[1].qemu.network = u"user"_s;
    odd.targets[1].qemu.ssh = {u"me"_s, u"/home/x/my key's"_s};
    QTest::newRow("guest from a disk, by ssh") << odd;
}

void TestCommands::areShell()
{
    QFETCH(Plan, plan);
    const QStringList lines = linesOf(plan, places());
    QVERIFY(!lines.isEmpty());
    const auto outcome = shell({u"-n"_s}, lines.join(u'\n') + u'\n');
    QVERIFY2(outcome.ok(), outcome.errorOutput.constData());
    // every entry is one line: what stands in a comment stays there
    for (const QString& line : lines)
        QVERIFY2(!line.contains(u'\n'), qPrintable(line));
}

void TestCommands::quoteWhatTheUserNamed()
{
    Plan plan = *preset(u"quick"_s, limits);
    plan.targets[0].docker.image = u"a b;c"_s;
    const QString text = linesOf(plan, places()).join(u'\n');
    QVERIFY2(text.contains(u"--entrypoint sh 'a b;c' -c"_s), qPrintable(text));
    QVERIFY(text.contains(u"-kernel '/cache/it'\\''s/kernel'"_s));
}

void TestCommands::prepareAndCleanEachFileSet()
{
    Plan plan = withTargets(*preset(u"quick"_s, limits), {TargetKind::Host}, limits);
    plan.suites = {{sysbench::Test::Fileio,
                    {{u"file_total_size"_s, {u"16M"_s, u"32M"_s}}, {u"file_test_mode"_s, {u"rndwr"_s, u"seqrd"_s}}}},
                   {sysbench::Test::Cpu, {}}};
    const auto verbs = [&plan] {
        QStringList found;
        const QStringList lines = linesOf(plan, places());
        for (const QString& line : lines) {
            const QStringList words = line.split(u' ');
            if (line.contains(u"; sysbench "_s))
                found << words.value(1) + u' ' + words.value(3) + u' ' + words.last();
            else if (line.startsWith(u"for f in "_s))
                found << words.value(3) + u" drop"_s;
        }
        return found;
    };
    QStringList expected;
    for (const QString& folder : {u"\"$d\"/set-1"_s, u"\"$d\"/set-2"_s}) {
        const QString drop = folder + u"/test_file.*; drop"_s;
        const QString run = folder + u"; fileio run"_s;
        expected << folder + u"; fileio prepare"_s << drop << run << drop << run << folder + u"; fileio cleanup"_s;
    }
    expected << u"/tmp; cpu run"_s;
    QCOMPARE(verbs(), expected);
    plan.dropPageCache = false;
    expected.removeIf([](const QString& line) { return line.endsWith(u" drop"_s); });
    QCOMPARE(verbs(), expected);
}

/// It leaves files that are too short for every other mode.
void TestCommands::prepareAgainAfterSeqwr()
{
    const QTemporaryDir dir;
    Plan plan = withTargets(*preset(u"quick"_s, limits), {TargetKind::Host}, limits);
    plan.suites = {{sysbench::Test::Fileio,
                    {{u"file_total_size"_s, {u"16M"_s}},
                     {u"file_test_mode"_s, {u"seqwr"_s, u"rndrd"_s, u"seqrd"_s}},
                     {u"time_s"_s, {1}}}}};
    CommandPlaces where = places(dir.filePath(u"d"_s));
    where.tools.sysbench = QStringLiteral(BV_FAKES_DIR) + u"/fake-sysbench"_s;
    const QStringList lines = linesOf(plan, where);
    QStringList verbs;
    for (const QString& line : lines) {
        if (line.contains(u"/set-1; "_s))
            verbs << line.section(u' ', -1);
    }
    QCOMPARE(verbs.join(u' '), u"prepare run cleanup prepare run run cleanup"_s);
    const auto outcome = shell({u"-eu"_s}, lines.join(u'\n'));
    QVERIFY2(outcome.ok(), (outcome.errorOutput + outcome.output).constData());
}

void TestCommands::areWhatIsRecorded()
{
    const Plan plan = *preset(u"quick"_s, limits);
    const QStringList lines = linesOf(plan, places());
    // in the folder, and after the page cache was dropped, as a session does it
    const qsizetype prepare = lines.indexOf(QRegularExpression(u"docker exec --workdir /bench/set-1 .* prepare"_s));
    QVERIFY(prepare > 0);
    QVERIFY(lines[prepare - 1].contains(u"docker exec --workdir /bench \"$n\" mkdir -p /bench/set-1"_s));
    const qsizetype run = lines.indexOf(QRegularExpression(u"docker exec --workdir /bench/set-1 .* run"_s));
    QVERIFY(run > prepare && lines[run - 1].contains(u"oflag=nocache"_s));
    const qsizetype inGuest = lines.indexOf(QRegularExpression(u"g /bench/set-1 sysbench fileio .* run"_s));
    QVERIFY(inGuest > run);
    QVERIFY(lines[inGuest - 1].startsWith(u"dd if=\"$d\"/disk.raw iflag=nocache count=0"_s));
    QVERIFY(lines[inGuest - 2].contains(u"drop_caches"_s));
}

void TestCommands::nameEveryRunOnce()
{
    Plan plan = *preset(u"report"_s, limits);
    plan.repeats = 5;
    const QStringList lines = linesOf(plan, places());
    const auto runs = std::count_if(lines.cbegin(), lines.cend(), [](const QString& line) {
        return line.contains(u"sysbench "_s) && line.endsWith(u" run"_s) && !line.startsWith(u'#');
    });
    QCOMPARE(runs, 12); // 6 tests on two targets
    QCOMPARE(lines.filter(u"5 time"_s).size(), 12);
}

void TestCommands::removeWhatTheyMake()
{
    Plan plan = *preset(u"quick"_s, limits);
    const QString text = linesOf(plan, places()).join(u'\n');
    QVERIFY2(text.contains(u"n=benchvisor-manual-$$-"_s + plan.targets[0].id), qPrintable(text));
    QVERIFY(text.contains(u"docker volume create \"$n\""_s));
    QVERIFY(text.contains(u"end() { docker rm --force \"$n\" >/dev/null 2>&1 || :; docker volume rm \"$n\""_s));
    // Made once, under the label by which the program removes it when it is outdated.
    QVERIFY(text.contains(u"docker image inspect benchvisor-builtin:bbbbbbbbbbbb >/dev/null 2>&1 || docker import "_s));
    QVERIFY(text.contains(u"'LABEL org.benchvisor.builtin=1'"_s));
    QVERIFY(text.contains(u"'/cache/it'\\''s/image.tar' benchvisor-builtin:bbbbbbbbbbbb"_s));
    QVERIFY(text.contains(u"qemu-img create -q -f raw \"$d\"/disk.raw "_s));
    // No name that somebody else could have taken.
    const QString make = u"d=$(mkdir -p /tmp/bv && mktemp -d /tmp/bv/benchvisor-manual-%1)"_s.arg(QString(6, u'X'));
    QCOMPARE(text.count(make), 2);
    QVERIFY(!text.contains(QChar(0xe000)) && !text.contains(QChar(0xe001)));
    // A user's disk is kept, and only formatted where it was not there.
    plan.targets[1].qemu.disk.path = u"/home/x/my disk.qcow2"_s;
    const QString own = linesOf(plan, places()).join(u'\n');
    QVERIFY2(own.contains(u"[ -z \"$new\" ] || g /tmp /sbin/mke2fs "_s) && own.contains(u"g /tmp umount /bench"_s),
             qPrintable(own));
    QVERIFY(!text.contains(u"[ -z \"$new\" ]"_s) && !text.contains(u"umount"_s));
    // Also where nothing needs it yet: later it is somebody's data.
    plan.suites = {{sysbench::Test::Cpu, {}}};
    const QString unused = linesOf(plan, places()).join(u'\n');
    QVERIFY2(unused.contains(u"[ -z \"$new\" ] || g /tmp /sbin/mke2fs "_s) && !unused.contains(u"mount"_s),
             qPrintable(unused));
}

void TestCommands::knowTheVersion_data()
{
    QTest::addColumn<QString>("version");
    QTest::addColumn<bool>("written");
    QTest::newRow("1.0") << u"1.0.20"_s << false;
    QTest::newRow("1.1") << u"1.1.0-df89d34"_s << true;
    QTest::newRow("not known") << QString() << true; // sysbench itself says what it does not know
}

/// An option that is left out silently would give the figures of another plan.
void TestCommands::knowTheVersion()
{
    QFETCH(QString, version);
    QFETCH(bool, written);
    Plan plan = *preset(u"quick"_s, limits);
    plan.suites = {{sysbench::Test::Cpu, {{u"warmup_time"_s, {3}}}}};
    CommandPlaces where = places();
    where.guest.sysbenchVersion = version;
    for (const TargetKind kind : {TargetKind::Host, TargetKind::Docker, TargetKind::Qemu}) {
        const QStringList lines = linesOf(withTargets(plan, {kind}, limits), where);
        const QStringList found = lines.filter(u"--warmup-time"_s);
        QCOMPARE(found.size(), 1);
        QVERIFY2(written ? found[0].contains(u" --warmup-time=3 "_s) : found[0].startsWith(u"# refused"_s),
                 qPrintable(found[0]));
    }
}

void TestCommands::eachArchitectureHasItsOwn()
{
    const QString foreign = nativeArchitecture() == "aarch64"_L1 ? u"x86_64"_s : u"aarch64"_s;
    Plan plan = withTargets(*preset(u"quick"_s, limits), {TargetKind::Qemu}, limits);
    plan.targets << plan.targets[0];
    plan.targets[0].qemu.arch = nativeArchitecture();
    plan.targets[1].qemu.arch = foreign;
    plan.targets[1].id = u"foreign"_s;
    CommandPlaces where = places();
    where.guest.kernel = u"/cache/native"_s;
    where.foreignGuests[foreign].kernel = u"/cache/foreign"_s;
    where.firmware[u"foreign"_s].code = u"/firmware/code"_s;
    where.firmware[u"foreign"_s].vars = u"/firmware/its vars"_s;
    const QStringList started = linesOf(plan, where).filter(u" -kernel "_s);
    QCOMPARE(started.size(), 2);
    QVERIFY2(started[0].startsWith(where.tools.qemuFor(nativeArchitecture()) + u' '), qPrintable(started[0]));
    QVERIFY(started[0].contains(u" /cache/native "_s) && !started[0].contains(u"pflash"_s));
    QVERIFY2(started[1].startsWith(where.tools.qemuFor(foreign) + u' '), qPrintable(started[1]));
    QVERIFY(started[1].contains(u" /cache/foreign "_s) && started[1].contains(u"file=/firmware/code"_s));
    // Its variables are a copy, which goes with the folder.
    QVERIFY2(started[1].contains(u"file=\"$d\"/firmware-variables"_s), qPrintable(started[1]));
    QVERIFY(linesOf(plan, where).contains(u"cp '/firmware/its vars' \"$d\"/firmware-variables"_s));
}

/// What a guest of the user's writes goes to an overlay.
void TestCommands::leaveTheUsersDiskAlone()
{
    Plan plan = *preset(u"quick"_s, limits);
    QemuSettings& vm = plan.targets[1].qemu;
    vm.accel = u"tcg"_s;
    vm.guest = u"disk"_s;
    vm.disk.path = u"/d/user.qcow2"_s;
    vm.disk.format = u"qcow2"_s;
    const QString disk = linesOf(plan, places()).join(u'\n');
    QVERIFY2(disk.contains(u"qemu-img create -q -f qcow2 -b /d/user.qcow2 -F qcow2 \"$d\"/disk.qcow2\n"_s),
             qPrintable(disk));
    QVERIFY(!disk.contains(u"file=/d/user.qcow2"_s) && !disk.contains(u"/sbin/mke2fs"_s));
    vm.guest = u"iso"_s;
    vm.iso = u"/d/live.iso"_s;
    vm.disk = {};
    const QString iso = linesOf(plan, places()).join(u'\n');
    QVERIFY(iso.contains(u"qemu-img create -q -f raw \"$d\"/disk.raw "_s) && iso.contains(u"g /tmp /sbin/mke2fs"_s));
    QVERIFY(iso.contains(u"ide-cd,drive=cd0,bootindex=0"_s));
}

/// Each cell of a sweep, whatever the target is called, and cold where it is.
void TestCommands::userGuestStarts()
{
    Plan plan = withTargets(*preset(u"quick"_s, limits), {TargetKind::Qemu}, limits);
    plan.targets[0].label = u"mine"_s;
    QemuSettings& vm = plan.targets[0].qemu;
    vm.accel = u"tcg"_s;
    vm.guest = u"disk"_s;
    vm.disk.path = u"/d/user.qcow2"_s;
    vm.disk.format = u"qcow2"_s;
    plan.repeats = 3;
    plan.suites = {{sysbench::Test::Boot, {{u"smp"_s, {1, 2}}, {u"cache"_s, {u"warm"_s, u"cold"_s}}}}};
    const QStringList lines = linesOf(plan, places());
    QCOMPARE(lines.filter(QRegularExpression(u"^# .*3 time"_s)).size(), 4);
    QCOMPARE(lines.filter(QRegularExpression(u"^qemu-system.* -smp .*1"_s)).size() > 0, true);
    QCOMPARE(lines.filter(QRegularExpression(u"^qemu-system"_s)).size(), 4);
    QCOMPARE(lines.filter(u"dd if=/d/user.qcow2 iflag=nocache"_s).size(), 2);
    QVERIFY(shell({u"-n"_s}, lines.join(u'\n')).ok());
}

/// As a user who is not root: what needs root goes by sudo, and where that is refused, the rest is measured all the
/// same.
void TestCommands::userGuestBySsh()
{
    const QTemporaryDir dir;
    const auto program = [&dir](const QString& name, const QByteArray& script) {
        QFile file(dir.filePath(name));
        if (!file.open(QIODevice::WriteOnly))
            return QString();
        file.write("#!/bin/sh\nhere='" + dir.path().toUtf8() + "'\n" + script);
        file.close();
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        return file.fileName();
    };
    Plan plan = withTargets(*preset(u"quick"_s, limits), {TargetKind::Qemu}, limits);
    plan.suites = {{sysbench::Test::Fileio, {{u"file_total_size"_s, {u"16M"_s}}, {u"time_s"_s, {1}}}}};
    QemuSettings& vm = plan.targets[0].qemu;
    vm.arch = u"x86_64"_s;
    vm.accel = u"tcg"_s;
    vm.guest = u"disk"_s;
    vm.disk.path = u"/d/user.qcow2"_s;
    vm.disk.format = u"qcow2"_s;
    vm.channel = u"ssh"_s;
    vm.network = u"user"_s;
    vm.ssh = {u"me"_s, u"/k"_s};
    CommandPlaces where = places(dir.filePath(u"d"_s));
    where.tools.qemuX86 = program(u"qemu"_s, "exec sleep 600\n");
    where.tools.qemuImg = program(u"img"_s, "for file; do :; done; : >\"$file\"\n");
    // The guest is this machine, with a user who is not root and folders of its own.
    where.tools.ssh = program(u"ssh"_s, "for c; do :; done\n"
                                        "c=$(printf %s \"$c\" | sed \"s#/var/tmp#$here/guest#g\")\n"
                                        "PATH=$here:$PATH exec sh -c \"$c\" </dev/null\n");
    program(u"id"_s, "echo 1000\n");
    program(u"sysbench"_s, "exec '" + QByteArray(BV_FAKES_DIR) + "/fake-sysbench' \"$@\"\n");
    for (const bool may : {true, false}) {
        program(u"sudo"_s, may ? "echo \"$*\" >>\"$here/log\"\n" : "exit 1\n");
        const auto outcome = shell({}, linesOf(plan, where).join(u'\n'));
        QVERIFY2(outcome.ok(), (outcome.errorOutput + outcome.output).constData());
        QVERIFY(outcome.output.contains("General statistics:"));
        QCOMPARE(outcome.errorOutput.contains("page cache was not dropped"), !may);
    }
    // Who is never let in is told why, when the VM has ended at the latest.
    const CommandPlaces before = where;
    where.tools.qemuX86 = program(u"ended"_s, "exit 1\n");
    where.tools.ssh = program(u"denied"_s, "echo \"$*\" >\"$here/asked\"; echo Permission denied >&2; exit 255\n");
    const auto denied = shell({}, linesOf(plan, where).join(u'\n'));
    QVERIFY(!denied.ok() && denied.errorOutput.contains("Permission denied"));
    QFile asked(dir.filePath(u"asked"_s));
    QVERIFY(asked.open(QIODevice::ReadOnly) && asked.readAll().startsWith("-F none -o BatchMode=yes "));
    where = before;
    QFile log(dir.filePath(u"log"_s));
    QVERIFY(log.open(QIODevice::ReadOnly));
    QCOMPARE(log.readAll(), QByteArray("-n true\n-n tee /proc/sys/vm/drop_caches\n"));
    vm.guest = u"iso"_s;
    vm.iso = u"/d/live.iso"_s;
    vm.disk = {};
    const QString iso = linesOf(plan, where).join(u'\n');
    QVERIFY2(iso.contains(u"sudo -n"_s) && !iso.contains(u"/dev/vda"_s), qPrintable(iso));
    const auto parsed = shell({u"-n"_s}, iso);
    QVERIFY2(parsed.ok(), parsed.errorOutput.constData());
    // and what the guest's shell gets
    const QString mount = linesOf(plan, where).filter(u"mke2fs"_s).value(0).section(u" || { echo "_s, 0, -2);
    const QString inGuest = uR"sh(set -- %1; for c; do :; done; sh() { command sh -n -c "$2"; }; eval "$c")sh"_s;
    const auto inner = shell({u"-c"_s, inGuest.arg(mount)}, {});
    QVERIFY2(inner.ok(), inner.errorOutput.constData());
}

void TestCommands::hostCommandsRun_data()
{
    QTest::addColumn<QString>("program");
    QTest::newRow("dash") << u"dash"_s;
    QTest::newRow("bash") << u"bash"_s;
}

void TestCommands::hostCommandsRun()
{
    QFETCH(QString, program);
    const QTemporaryDir dir;
    Plan plan = withTargets(*preset(u"quick"_s, limits), {TargetKind::Host}, limits);
    CommandPlaces where = places(dir.filePath(u"a folder"_s));
    where.tools.sysbench = QStringLiteral(BV_FAKES_DIR) + u"/fake-sysbench"_s;
    auto outcome = shell({u"-eu"_s}, linesOf(plan, where).join(u'\n'), program);
    QVERIFY2(outcome.ok(), (outcome.errorOutput + outcome.output).constData());
    QCOMPARE(outcome.output.count("General statistics:"), 4);
    QVERIFY(QDir(where.folder).isEmpty()); // cleaned up
    // also when something goes wrong
    qputenv("BV_FAKE_SYSBENCH", "full");
    outcome = shell({u"-eu"_s}, linesOf(plan, where).join(u'\n'), program);
    qunsetenv("BV_FAKE_SYSBENCH");
    QVERIFY(!outcome.ok() && outcome.output.contains("No space left"));
    QCOMPARE(outcome.output.count("General statistics:"), 1);
    QVERIFY(QDir(where.folder).isEmpty());
}

QTEST_GUILESS_MAIN(TestCommands)
#include "tst_commands.moc"
