#include "plan/plan_json.h"
#include "support/setup_window.h"
#include "support/strict_messages.h"
#include "sysbench/catalogue.h"

#include <QCheckBox>
#include <QLabel>
#include <QSignalSpy>

using namespace Qt::StringLiterals;
using namespace bv;

namespace {

/// "disk.cache" of the target in `row`, as a plan file has it.
QJsonValue settingOf(const PlanDocument& plan, int row, const QString& path)
{
    QJsonValue value = targetToJson(plan.target(row));
    const QStringList keys = path.split(u'.');
    for (const QString& key : keys)
        value = value.toObject().value(key);
    return value;
}

QJsonArray valuesOf(const Suite& suite, const QString& name)
{
    for (const SuiteParameter& parameter : suite.parameters) {
        if (parameter.name == name)
            return parameter.values;
    }
    return {};
}

Plan withSuites(const QList<Suite>& suites)
{
    Plan plan = fakePlan({u"docker"_s, u"qemu"_s});
    plan.suites = suites;
    return plan;
}

} // namespace

class TestSetupPanel : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { StrictMessages::install(); }
    void cleanup() { QCOMPARE(StrictMessages::faults(), QStringList()); }
    void fieldsWriteTheirSettings_data();
    void fieldsWriteTheirSettings();
    void choicesWriteTheirSettings_data();
    void choicesWriteTheirSettings();
    void wrongInputIsSaidBesideTheField_data();
    void wrongInputIsSaidBesideTheField();
    void tellsErrorsFromWarnings();
    void checksTargetsThatAreOff();
    void showsWhatPlanFilesHold();
    void leavesTheFieldBeingTypedIn();
    void saysWhatTheProbeFound();
    void namesThePlan();
    void switchesSuites();
    void setsTheStartUpTest();
    void sweepsParameters();
    void choosesAccess();
    void keepsSeveralSuitesOfATest();
    void offersAllOptions();
    void followsPresets();
    void setsRepeats();
    void repeatsUntilPrecise();
    void saysThatASessionRuns();
};

void TestSetupPanel::fieldsWriteTheirSettings_data()
{
    QTest::addColumn<int>("row");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QJsonValue>("value");
    QTest::newRow("smp") << 1 << u"vm.smp"_s << u"3"_s << u"smp"_s << QJsonValue(3);
    QTest::newRow("memory") << 1 << u"vm.memory_mib"_s << u"2048"_s << u"memory_mib"_s << QJsonValue(2048);
    QTest::newRow("cpu") << 1 << u"vm.cpu"_s << u"Nehalem"_s << u"cpu"_s << QJsonValue(u"Nehalem"_s);
    QTest::newRow("machine") << 1 << u"vm.machine"_s << u"pc"_s << u"machine"_s << QJsonValue(u"pc"_s);
    QTest::newRow("disk") << 1 << u"vm.disk.path"_s << u"/data/a b.raw"_s << u"disk.path"_s
                          << QJsonValue(u"/data/a b.raw"_s);
    QTest::newRow("size") << 1 << u"vm.disk.size_gib"_s << u"0,5"_s << u"disk.size_gib"_s << QJsonValue(0.5);
    QTest::newRow("base") << 1 << u"vm.disk.base"_s << u"/data/base.qcow2"_s << u"disk.base"_s
                          << QJsonValue(u"/data/base.qcow2"_s);
    QTest::newRow("sockets") << 1 << u"vm.smp.sockets"_s << u"2"_s << u"smp.sockets"_s << QJsonValue(2);
    QTest::newRow("accelerator options") << 1 << u"vm.accel_options"_s << u"thread=single"_s << u"accel_options"_s
                                         << QJsonValue(u"thread=single"_s);
    QTest::newRow("boot") << 1 << u"vm.boot"_s << u"order=d"_s << u"boot"_s << QJsonValue(u"order=d"_s);
    QTest::newRow("graphics card") << 1 << u"vm.gpu"_s << u"virtio-vga"_s << u"gpu"_s << QJsonValue(u"virtio-vga"_s);
    QTest::newRow("network card") << 1 << u"vm.nic"_s << u"e1000"_s << u"nic"_s << QJsonValue(u"e1000"_s);
    QTest::newRow("extra") << 1 << u"vm.extra_args"_s << u"-device \"virtio rng\" "_s << u"extra_args"_s
                           << QJsonValue(QJsonArray{u"-device"_s, u"virtio rng"_s});
    QTest::newRow("image") << 0 << u"container.image"_s << u"ubuntu:22.04"_s << u"image"_s
                           << QJsonValue(u"ubuntu:22.04"_s);
    QTest::newRow("cpus") << 0 << u"container.cpus"_s << u"1.5"_s << u"cpus"_s << QJsonValue(1.5);
    QTest::newRow("container memory") << 0 << u"container.memory_mib"_s << u"512"_s << u"memory_mib"_s
                                      << QJsonValue(512);
}

void TestSetupPanel::fieldsWriteTheirSettings()
{
    QFETCH(int, row);
    QFETCH(QString, name);
    QFETCH(QString, text);
    QFETCH(QString, path);
    SetupWindow window;
    QVERIFY(window.show());
    window.select(row);
    QSignalSpy changed(&window.plan(), &PlanDocument::changed);
    window.type(name, text);
    QTEST(settingOf(window.plan(), row, path), "value");
    QVERIFY(changed.size() > 0);
    // Another target's settings stay as they are, and the field shows them.
    const QJsonObject other = targetToJson(window.plan().target(1 - row));
    window.select(1 - row);
    QCOMPARE(targetToJson(window.plan().target(1 - row)), other);
    QTEST(settingOf(window.plan(), row, path), "value");
}

void TestSetupPanel::choicesWriteTheirSettings_data()
{
    QTest::addColumn<int>("row");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QStringList>("values"); // by pressing Down
    QTest::newRow("accelerator") << 1 << u"vm.accel"_s << u"accel"_s << QStringList{u"tcg"_s, u"kvm"_s, u"auto"_s};
    QTest::newRow("format") << 1 << u"vm.disk.format"_s << u"disk.format"_s
                            << QStringList{u"raw"_s, u"qcow2"_s, u"luks"_s};
    QTest::newRow("cache") << 1 << u"vm.disk.cache"_s << u"disk.cache"_s
                           << QStringList{u"writethrough"_s, u"writeback"_s, u"none"_s, u"directsync"_s, u"unsafe"_s};
    QTest::newRow("aio") << 1 << u"vm.disk.aio"_s << u"disk.aio"_s
                         << QStringList{u"threads"_s, u"native"_s, u"io_uring"_s};
    QTest::newRow("storage") << 0 << u"container.storage"_s << u"storage"_s
                             << QStringList{u"volume"_s, u"layer"_s, u"tmpfs"_s};
}

void TestSetupPanel::choicesWriteTheirSettings()
{
    QFETCH(int, row);
    QFETCH(QString, name);
    QFETCH(QString, path);
    QFETCH(QStringList, values);
    SetupWindow window;
    QVERIFY(window.show());
    window.select(row);
    auto* combo = window.child<QComboBox>(name);
    combo->setFocus();
    QCOMPARE(settingOf(window.plan(), row, path).toString(), values.first());
    const auto key = values.first() == "tcg"_L1 ? Qt::Key_Up : Qt::Key_Down; // the last of its list
    for (const QString& value : values) {
        QCOMPARE(settingOf(window.plan(), row, path).toString(), value);
        QTest::keyClick(combo, key);
    }
}

void TestSetupPanel::wrongInputIsSaidBesideTheField_data()
{
    QTest::addColumn<int>("row");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("wrong");
    QTest::addColumn<QString>("right");
    QTest::newRow("smp") << 1 << u"vm.smp"_s << u"0"_s << u"2"_s;
    QTest::newRow("many CPUs") << 1 << u"vm.smp"_s << u"300"_s << u"2"_s;
    QTest::newRow("memory") << 1 << u"vm.memory_mib"_s << u"99999"_s << u"512"_s; // the machine has 8192
    QTest::newRow("no CPU model") << 1 << u"vm.cpu"_s << QString() << u"max"_s;
    QTest::newRow("no machine") << 1 << u"vm.machine"_s << QString() << u"q35"_s;
    QTest::newRow("size") << 1 << u"vm.disk.size_gib"_s << u"0"_s << u"1"_s;
    QTest::newRow("extra") << 1 << u"vm.extra_args"_s << u"-daemonize"_s << u"-snapshot"_s;
    QTest::newRow("no image") << 0 << u"container.image"_s << QString() << u"alpine"_s;
    QTest::newRow("image") << 0 << u"container.image"_s << u"-rm"_s << u"alpine"_s;
    QTest::newRow("cpus") << 0 << u"container.cpus"_s << u"5"_s << u"4"_s; // the machine has 4
    QTest::newRow("container memory") << 0 << u"container.memory_mib"_s << u"1"_s << u"64"_s;
    QTest::newRow("primes") << 0 << u"cpu.cpu_max_prime"_s << u"20000, x"_s << u"20000, 50000"_s;
    QTest::newRow("no prime") << 0 << u"cpu.cpu_max_prime"_s << u"1"_s << u"3"_s;
    QTest::newRow("threads") << 0 << u"cpu.threads"_s << u"0"_s << u"1"_s;
    QTest::newRow("seconds") << 0 << u"cpu.time_s"_s << u"0.5"_s << u"1"_s;
    QTest::newRow("repeats") << 0 << u"repeats.repeats"_s << u"0"_s << u"3"_s;
    QTest::newRow("rest") << 0 << u"repeats.cooldown_s"_s << u"4000"_s << u"0.5"_s;
    QTest::newRow("warm-up") << 0 << u"repeats.warmup"_s << u"20000"_s << u"1"_s;
}

void TestSetupPanel::wrongInputIsSaidBesideTheField()
{
    QFETCH(int, row);
    QFETCH(QString, name);
    QFETCH(QString, wrong);
    QFETCH(QString, right);
    SetupWindow window;
    QVERIFY(window.show());
    window.expandAll();
    window.select(row);
    QVERIFY(window.plan().canRun());
    window.type(name, wrong);
    QVERIFY(!window.plan().canRun());
    const QString said = window.messages(name);
    QVERIFY2(said.startsWith("Error: "_L1), qPrintable(said));
    QVERIFY(window.child(name)->accessibleDescription().contains(said));
    QVERIFY2(window.child(name)->hasFocus(), "the field must keep the focus");
    window.type(name, right);
    QVERIFY2(window.plan().canRun(), qPrintable(window.messages(name)));
    QVERIFY2(!window.messages(name).contains("Error"_L1), qPrintable(window.messages(name)));
}

void TestSetupPanel::tellsErrorsFromWarnings()
{
    SetupWindow window;
    QVERIFY(window.show());
    window.select(0);
    window.type(u"container.cpus"_s, u"0.5"_s);
    QVERIFY(window.messages(u"container.cpus"_s).startsWith("Warning: "_L1));
    QVERIFY(window.plan().canRun());
    window.type(u"container.cpus"_s, u"9"_s);
    QVERIFY(window.messages(u"container.cpus"_s).startsWith("Error: "_L1));
}

void TestSetupPanel::checksTargetsThatAreOff()
{
    SetupWindow window;
    QVERIFY(window.show());
    window.select(1);
    window.plan().setEnabled(1, false);
    window.type(u"vm.smp"_s, u"0"_s);
    QVERIFY(window.messages(u"vm.smp"_s).startsWith("Error: "_L1));
    QVERIFY(window.plan().canRun()); // it is left out
}

void TestSetupPanel::showsWhatPlanFilesHold()
{
    SetupWindow window;
    QVERIFY(window.show());
    TargetSettings vm = window.plan().target(1);
    vm.qemu.disk.cache = u"writebak"_s;
    vm.qemu.smp = 100'000;
    vm.qemu.disk.sizeGib = 0.0625;
    vm.qemu.extraArgs = {u"-append"_s, u"a \"b\" c\\"_s, QString()};
    window.plan().setTarget(1, vm);
    window.select(1);
    QCOMPARE(window.child<QComboBox>(u"vm.disk.cache"_s)->currentText(), u"writebak"_s);
    QVERIFY(window.messages(u"vm.disk.cache"_s).contains("writeback"_L1)); // the right name is proposed
    QCOMPARE(window.child<QAbstractSpinBox>(u"vm.smp"_s)->text(), u"100000"_s);
    QCOMPARE(window.child<QAbstractSpinBox>(u"vm.disk.size_gib"_s)->text(), u"0.0625 GiB"_s);
    // Typing in one field changes no other.
    window.type(u"vm.memory_mib"_s, u"512"_s);
    vm.qemu.memoryMib = 512;
    QCOMPARE(window.plan().target(1).qemu, vm.qemu);
    window.type(u"vm.extra_args"_s, window.child<QLineEdit>(u"vm.extra_args"_s)->text());
    QCOMPARE(window.plan().target(1).qemu, vm.qemu);
}

void TestSetupPanel::leavesTheFieldBeingTypedIn()
{
    SetupWindow window;
    QVERIFY(window.show());
    window.select(1);
    auto* line = window.child<QLineEdit>(u"cpu.threads"_s);
    line->setFocus();
    line->selectAll();
    QTest::keyClicks(line, u"1, 2, "_s);
    QCOMPARE(line->text(), u"1, 2, "_s);
    line->setCursorPosition(1);
    window.plan().setEnabled(0, false); // the plan changes elsewhere
    window.plan().duplicateTarget(1);
    QCOMPARE(line->text(), u"1, 2, "_s);
    QCOMPARE(line->cursorPosition(), 1);
    QVERIFY(line->hasFocus());
    auto* extra = window.child<QLineEdit>(u"vm.extra_args"_s);
    window.type(u"vm.extra_args"_s, u"-device  "_s);
    window.plan().setKvmUsable(true);
    QCOMPARE(extra->text(), u"-device  "_s);
    // What another hand changes is shown.
    TargetSettings vm = window.plan().target(1);
    vm.qemu.extraArgs = {u"-snapshot"_s};
    window.plan().setTarget(1, vm);
    QCOMPARE(extra->text(), u"-snapshot"_s);
    QVERIFY(extra->hasFocus());
}

void TestSetupPanel::saysWhatTheProbeFound()
{
    SetupWindow window;
    QVERIFY(window.show());
    window.select(1);
    QVERIFY(window.note(u"vm.accel"_s).contains("not tried"_L1));
    QTest::mouseClick(window.child(u"vm.tryKvm"_s), Qt::LeftButton);
    QVERIFY(window.note(u"vm.accel"_s).contains("Trying"_L1));
    QVERIFY(!window.child(u"vm.tryKvm"_s)->isEnabled());
    QTRY_VERIFY_WITH_TIMEOUT(window.note(u"vm.accel"_s).startsWith("KVM cannot be used here"_L1), 30000);
    QVERIFY(!window.plan().kvmUsable());
    QVERIFY(window.child(u"vm.tryKvm"_s)->isEnabled());
}

void TestSetupPanel::namesThePlan()
{
    SetupWindow window;
    QVERIFY(window.plan().loadPreset(u"quick"_s));
    QVERIFY(window.show());
    const auto* line = window.child<QLineEdit>(u"planName"_s);
    QCOMPARE(line->text(), QString());
    QCOMPARE(line->placeholderText(), u"quick"_s);
    window.plan().setEnabled(0, false);
    QCOMPARE(line->placeholderText(), u"quick, changed"_s);
    window.type(u"planName"_s, u"My  laptop "_s);
    QCOMPARE(window.plan().plan().name, u"My  laptop"_s);
    QCOMPARE(line->text(), u"My  laptop "_s); // typing goes on
    window.type(u"planName"_s, QString());
    QCOMPARE(window.plan().plan().name, u"quick, changed"_s);
    QCOMPARE(line->text(), QString());
    Plan plan = fakePlan({u"host"_s});
    plan.name = u"night run"_s;
    window.plan().setPlan(plan);
    QCOMPARE(line->text(), u"night run"_s);
    plan.name.clear();
    window.plan().setPlan(plan);
    QCOMPARE(line->text(), QString());
    QCOMPARE(line->placeholderText(), u"untitled"_s);
}

void TestSetupPanel::switchesSuites()
{
    SetupWindow window;
    QVERIFY(window.show());
    auto* memory = window.child<QCheckBox>(u"suite.memory"_s);
    QVERIFY(!memory->isChecked());
    memory->setFocus();
    QTest::keyClick(memory, Qt::Key_Space);
    QCOMPARE(window.plan().suites().size(), 2);
    QCOMPARE(window.plan().suites().at(1).test, sysbench::Test::Memory);
    QVERIFY(window.child(u"memory.memory_block_size"_s)->isVisible());
    window.type(u"memory.memory_block_size"_s, u"4K"_s);
    QTest::keyClick(memory, Qt::Key_Space);
    QCOMPARE(window.plan().suites().size(), 1);
    QVERIFY(!window.child(u"memory.memory_block_size"_s)->isVisible());
    QTest::keyClick(memory, Qt::Key_Space); // as it was
    QCOMPARE(valuesOf(window.plan().suites().at(1), u"memory_block_size"_s), QJsonArray{u"4K"_s});
    QTest::keyClick(window.child(u"suite.cpu"_s), Qt::Key_Space);
    QCOMPARE(window.plan().suites().size(), 1);
    QTest::keyClick(window.child(u"suite.cpu"_s), Qt::Key_Space); // before memory again
    QCOMPARE(window.plan().suites().at(0).test, sysbench::Test::Cpu);
    for (const QString& name : {u"fileio"_s, u"threads"_s, u"mutex"_s})
        QTest::keyClick(window.child(u"suite."_s + name), Qt::Key_Space);
    QCOMPARE(window.plan().suites().size(), 5);
    QCOMPARE(window.plan().suites().at(1).test, sysbench::Test::Fileio);
    QVERIFY2(window.plan().canRun(), qPrintable(window.plan().summary()));
}

void TestSetupPanel::setsTheStartUpTest()
{
    SetupWindow window;
    QVERIFY(window.show());
    QTest::keyClick(window.child(u"suite.boot"_s), Qt::Key_Space);
    QCOMPARE(window.plan().suites().last().test, sysbench::Test::Boot);
    QVERIFY(window.plan().canRun());
    window.type(u"boot.smp"_s, u"1, 2"_s);
    window.type(u"boot.memory_mib"_s, u"512"_s);
    QTest::keyClick(window.child(u"boot.cache.cold"_s), Qt::Key_Space);
    const Suite suite = window.plan().suites().last();
    QCOMPARE(valuesOf(suite, u"smp"_s), (QJsonArray{1, 2}));
    QCOMPARE(valuesOf(suite, u"memory_mib"_s), QJsonArray{512});
    QCOMPARE(valuesOf(suite, u"cache"_s), QJsonArray{u"cold"_s});
    window.type(u"boot.memory_mib"_s, u"16"_s); // too little for a VM
    QVERIFY(!window.plan().canRun());
    window.type(u"boot.memory_mib"_s, QString()); // that of each target
    QVERIFY(window.plan().canRun());
    QVERIFY(valuesOf(window.plan().suites().last(), u"memory_mib"_s).isEmpty());
}

void TestSetupPanel::sweepsParameters()
{
    SetupWindow window;
    QVERIFY(window.show());
    window.type(u"cpu.cpu_max_prime"_s, u"20000, 50000, 90000"_s);
    const Suite& suite = window.plan().suites().first();
    QCOMPARE(valuesOf(suite, u"cpu_max_prime"_s), (QJsonArray{20000, 50000, 90000}));
    QCOMPARE(window.plan().runCount(), 12);
    window.type(u"cpu.cpu_max_prime"_s, QString());
    QCOMPARE(valuesOf(window.plan().suites().first(), u"cpu_max_prime"_s), QJsonArray());
    QCOMPARE(window.child<QLineEdit>(u"cpu.cpu_max_prime"_s)->placeholderText(), u"10000"_s); // the default
    QVERIFY(window.plan().canRun());
}

void TestSetupPanel::choosesAccess()
{
    SetupWindow window;
    window.plan().setPlan(withSuites({fileioSuite()}));
    QVERIFY(window.show());
    auto* rndwr = window.child<QCheckBox>(u"fileio.file_test_mode.rndwr"_s);
    QVERIFY(rndwr->isChecked());
    QTest::keyClick(window.child(u"fileio.file_test_mode.seqrd"_s), Qt::Key_Space);
    QCOMPARE(valuesOf(window.plan().suites().first(), u"file_test_mode"_s), (QJsonArray{u"seqrd"_s, u"rndwr"_s}));
    QTest::keyClick(rndwr, Qt::Key_Space);
    QTest::keyClick(window.child(u"fileio.file_test_mode.seqrd"_s), Qt::Key_Space);
    QVERIFY(!window.plan().canRun()); // fileio needs one
    QCOMPARE(window.child<SectionHeader>(u"suitesHeader"_s)->note(), u"Errors: 1"_s);
    QTest::keyClick(rndwr, Qt::Key_Space);
    QVERIFY(window.plan().canRun());
    window.type(u"fileio.file_total_size"_s, u"64M, 1.5G"_s);
    QVERIFY(window.messages(u"fileio.file_total_size"_s).contains("is not a size"_L1));
}

void TestSetupPanel::keepsSeveralSuitesOfATest()
{
    SetupWindow window;
    const Suite small{sysbench::Test::Cpu, {{u"cpu_max_prime"_s, {1000}}}};
    const Suite large{sysbench::Test::Cpu, {{u"cpu_max_prime"_s, {90000}}}};
    window.plan().setPlan(withSuites({small, fileioSuite(), large}));
    QVERIFY(window.show());
    QVERIFY(window.child(u"suite.cpu2"_s)->isVisible());
    window.type(u"cpu2.cpu_max_prime"_s, u"80000"_s);
    QCOMPARE(window.plan().suites().size(), 3);
    QCOMPARE(window.plan().suites().at(0), small);
    QCOMPARE(valuesOf(window.plan().suites().at(2), u"cpu_max_prime"_s), QJsonArray{80000});
    QTest::keyClick(window.child(u"suite.cpu"_s), Qt::Key_Space);
    QCOMPARE(window.plan().suites().size(), 2);
    QVERIFY(window.child<QCheckBox>(u"suite.cpu2"_s)->isChecked());
    QCOMPARE(window.child<QLineEdit>(u"cpu2.cpu_max_prime"_s)->text(), u"80000"_s);
    QTest::keyClick(window.child(u"suite.cpu"_s), Qt::Key_Space);
    QCOMPARE(window.plan().suites().at(0), small);
    QCOMPARE(window.plan().suites().size(), 3);
    QVERIFY(window.plan().loadPreset(u"quick"_s)); // has one of each
    QVERIFY(!window.child(u"suite.cpu2"_s)->isVisible());
}

void TestSetupPanel::offersAllOptions()
{
    SetupWindow window;
    window.plan().setPlan(withSuites({fileioSuite()}));
    QVERIFY(window.show());
    QTest::mouseClick(window.child(u"fileio.options"_s), Qt::LeftButton);
    QVERIFY(window.child(u"optionsDialog"_s));
    for (const QString& name : sysbench::optionNames(sysbench::Test::Fileio)) {
        QVERIFY2(window.child(u"fileioAll."_s + name), qPrintable(name));
        QVERIFY2(!window.note(u"fileioAll."_s + name).isEmpty(), qPrintable(name));
    }
    window.type(u"fileioAll.file_num"_s, u"8, 16"_s);
    QCOMPARE(valuesOf(window.plan().suites().first(), u"file_num"_s), (QJsonArray{8, 16}));
    QTest::keyClick(window.child(u"fileioAll.file_extra_flags.direct"_s), Qt::Key_Space);
    QTest::keyClick(window.child(u"fileioAll.file_fsync_all.on"_s), Qt::Key_Space);
    QCOMPARE(valuesOf(window.plan().suites().first(), u"file_extra_flags"_s), QJsonArray{u"direct"_s});
    QCOMPARE(valuesOf(window.plan().suites().first(), u"file_fsync_all"_s), QJsonArray{true});
    QVERIFY(window.plan().canRun());
    window.type(u"fileioAll.file_num"_s, u"0"_s);
    QVERIFY(window.messages(u"fileioAll.file_num"_s).startsWith("Error"_L1));
    window.type(u"fileioAll.threads"_s, u"7"_s); // a usual one, too
    QCOMPARE(window.child<QLineEdit>(u"fileio.threads"_s)->text(), u"7"_s);
    QTest::keyClick(window.child(u"fileioAll.threads"_s), Qt::Key_Escape);
    bool said = false; // what was set beyond the usual must be seen in the column
    const QList<QLabel*> labels = window.panel.findChildren<QLabel*>();
    for (const QLabel* label : labels)
        said = said || (label->isVisible() && label->text().contains("file_extra_flags direct"_L1));
    QVERIFY(said);
}

void TestSetupPanel::followsPresets()
{
    SetupWindow window;
    QVERIFY(window.show());
    QVERIFY(window.plan().loadPreset(u"report"_s));
    QCOMPARE(window.child<QLineEdit>(u"cpu.cpu_max_prime"_s)->text(), u"20000, 50000, 90000"_s);
    QVERIFY(window.child<QCheckBox>(u"suite.fileio"_s)->isChecked());
    QCOMPARE(window.plan().preset(), u"report"_s); // showing it changes nothing
    QVERIFY(window.plan().loadPreset(u"grid"_s));
    QVERIFY(window.child<QCheckBox>(u"suite.memory"_s)->isChecked());
    QCOMPARE(window.plan().preset(), u"grid"_s);
}

void TestSetupPanel::setsRepeats()
{
    SetupWindow window;
    QVERIFY(window.show());
    window.expandAll();
    window.type(u"repeats.repeats"_s, u"7"_s);
    window.type(u"repeats.warmup"_s, u"1"_s);
    window.type(u"repeats.cooldown_s"_s, u"2.5"_s);
    QTest::keyClick(window.child(u"repeats.order"_s), Qt::Key_Down);
    QTest::keyClick(window.child(u"repeats.page_cache"_s), Qt::Key_Down);
    const Plan& plan = window.plan().plan();
    QCOMPARE(plan.repeats, 7);
    QCOMPARE(plan.warmup, 1);
    QCOMPARE(plan.cooldownS, 2.5);
    QCOMPARE(plan.order, RunOrder::Blocked);
    QVERIFY(!plan.dropPageCache);
    window.type(u"repeats.repeats"_s, u"1"_s);
    QVERIFY(window.messages(u"repeats.repeats"_s).startsWith("Warning"_L1));
}

void TestSetupPanel::repeatsUntilPrecise()
{
    SetupWindow window;
    QVERIFY(window.show());
    window.expandAll();
    QVERIFY(!window.child(u"repeats.half_width_pct"_s)->isVisible());
    QTest::keyClick(window.child(u"repeats.mode"_s), Qt::Key_Down);
    QVERIFY(window.plan().plan().adaptive);
    QVERIFY(!window.child(u"repeats.repeats"_s)->isVisible());
    window.type(u"repeats.half_width_pct"_s, u"1.5"_s);
    window.type(u"repeats.min_repeats"_s, u"4"_s);
    window.type(u"repeats.max_repeats"_s, u"12"_s);
    const AdaptiveRepeats wanted{1.5, 4, 12};
    QCOMPARE(*window.plan().plan().adaptive, wanted);
    window.type(u"repeats.max_repeats"_s, u"3"_s);
    QVERIFY(window.messages(u"repeats.max_repeats"_s).startsWith("Error"_L1));
    window.type(u"repeats.max_repeats"_s, u"12"_s);
    QTest::keyClick(window.child(u"repeats.mode"_s), Qt::Key_Up);
    QVERIFY(!window.plan().plan().adaptive);
    QTest::keyClick(window.child(u"repeats.mode"_s), Qt::Key_Down); // as it was
    QCOMPARE(*window.plan().plan().adaptive, wanted);
}

void TestSetupPanel::saysThatASessionRuns()
{
    SetupWindow window;
    QVERIFY(window.fakes.machine.makeGuest());
    QVERIFY(window.show());
    auto* caption = window.child<QLabel>(u"setup.running"_s);
    QVERIFY(!caption->isVisible());
    QSignalSpy finished(&window.fakes.engine, &Engine::finished);
    window.fakes.session.follow(window.fakes.engine, window.plan().enabledPlan());
    window.fakes.engine.start(window.plan().enabledPlan());
    QTRY_VERIFY_WITH_TIMEOUT(caption->isVisible(), 30000);
    window.select(1);
    window.type(u"vm.smp"_s, u"2"_s); // for the next one
    QCOMPARE(window.plan().target(1).qemu.smp, 2);
    window.fakes.engine.stop();
    QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, 60000);
    QTRY_VERIFY(!caption->isVisible());
}

QTEST_MAIN(TestSetupPanel)
#include "tst_setup_panel.moc"
