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
    void nameEveryRunOnce();
    void removeWhatTheyMake();
    void hostCommandsRun();
};

namespace {

const MachineLimits limits = [] {
    MachineLimits made;
    made.logicalCpus = 4;
    made.memoryMib = 16384;
    return made;
}();

CommandPlaces places(const QString& folder = u"/tmp/benchvisor-manual"_s)
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

ProcessOutcome shell(const QStringList& arguments, const QString& input)
{
    const QTemporaryDir dir;
    QFile script(dir.filePath(u"script"_s));
    if (!script.open(QIODevice::WriteOnly))
        return {};
    script.write(input.toUtf8());
    script.close();
    const ProcessSpec spec(u"sh"_s, arguments + QStringList{script.fileName()});
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
    QStringList verbs;
    const QStringList lines = linesOf(plan, places());
    for (const QString& line : lines) {
        if (line.startsWith(u"sysbench "_s))
            verbs << line.section(u' ', 1, 1) + u' ' + line.section(u' ', -1);
    }
    const QStringList set{u"fileio prepare"_s, u"fileio run"_s, u"fileio run"_s, u"fileio cleanup"_s};
    QCOMPARE(verbs, set + set + QStringList{u"cpu run"_s});
}

void TestCommands::nameEveryRunOnce()
{
    Plan plan = *preset(u"report"_s, limits);
    plan.repeats = 5;
    const QStringList lines = linesOf(plan, places());
    const auto runs = std::count_if(lines.cbegin(), lines.cend(), [](const QString& line) {
        return line.contains(u"sysbench "_s) && line.endsWith(u" run"_s);
    });
    QCOMPARE(runs, 12); // 6 tests on two targets
    QCOMPARE(lines.filter(u"5 time"_s).size(), 12);
}

void TestCommands::removeWhatTheyMake()
{
    const QString text = linesOf(*preset(u"quick"_s, limits), places()).join(u'\n');
    const QString id = preset(u"quick"_s, limits)->targets[0].id;
    const QString name = u"benchvisor-manual-"_s + id;
    QVERIFY2(text.contains(u"docker volume create "_s + name), qPrintable(text));
    QVERIFY(text.contains(u"docker volume rm "_s + name));
    QVERIFY(text.contains(u"docker rm --force "_s + name));
    // Made once, under the label by which the program removes it when it is outdated.
    QVERIFY(text.contains(u"docker image inspect benchvisor-builtin:bbbbbbbbbbbb >/dev/null 2>&1 || docker import "_s));
    QVERIFY(text.contains(u"'LABEL org.benchvisor.builtin=1'"_s));
    QVERIFY(text.contains(u"'/cache/it'\\''s/image.tar' benchvisor-builtin:bbbbbbbbbbbb"_s));
    const QString disk = u"/tmp/benchvisor-manual/%1.raw"_s.arg(preset(u"quick"_s, limits)->targets[1].id);
    QVERIFY(text.contains(u"qemu-img create -q -f raw "_s + disk));
    QVERIFY(text.contains(QRegularExpression(u"\nrm -f .* %1\nrmdir /tmp/benchvisor-manual"_s.arg(disk))));
}

void TestCommands::hostCommandsRun()
{
    const QTemporaryDir dir;
    Plan plan = withTargets(*preset(u"quick"_s, limits), {TargetKind::Host}, limits);
    CommandPlaces where = places(dir.filePath(u"a folder"_s));
    where.tools.sysbench = QStringLiteral(BV_FAKES_DIR) + u"/fake-sysbench"_s;
    const auto outcome = shell({u"-eu"_s}, linesOf(plan, where).join(u'\n'));
    QVERIFY2(outcome.ok(), (outcome.errorOutput + outcome.output).constData());
    QCOMPARE(outcome.output.count("General statistics:"), 4);
    QVERIFY(!QDir(where.folder).exists()); // cleaned up
}

QTEST_GUILESS_MAIN(TestCommands)
#include "tst_commands.moc"
