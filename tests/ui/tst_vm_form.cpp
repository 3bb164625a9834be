#include "support/setup_window.h"
#include "support/strict_messages.h"
#include "widgets/file_chooser.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace bv;

/// What the form of a virtual machine shows, and what belongs together in it.
class TestVmForm : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { StrictMessages::install(); }
    void cleanup() { QCOMPARE(StrictMessages::faults(), QStringList()); }
    void showsWhatConcernsTheGuest();
    void changesTheArchitecture();
    void namesTheFirmware();
    void choosesADisk();
};

void TestVmForm::showsWhatConcernsTheGuest()
{
    SetupWindow window;
    QVERIFY(window.show());
    window.select(1);
    QVERIFY(!window.child(u"vm.iso"_s)->isVisible());
    QVERIFY(!window.child(u"vm.wayIn"_s)->isVisible());
    auto* guest = window.child<QComboBox>(u"vm.guest"_s);
    guest->setCurrentIndex(guest->findData(u"iso"_s));
    QCOMPARE(window.plan().target(1).qemu.guest, u"iso"_s);
    QVERIFY(window.child(u"vm.iso"_s)->isVisible());
    QVERIFY(window.messages(u"vm.iso"_s).contains("ISO"_L1)); // none is named
    FileChooser::setNextFileName(u"/data/debian.iso"_s);
    QTest::mouseClick(window.child(u"vm.iso.browse"_s), Qt::LeftButton);
    QCOMPARE(window.plan().target(1).qemu.iso, u"/data/debian.iso"_s);
    auto* install = window.child<QCheckBox>(u"vm.install_sysbench"_s);
    install->click();
    QVERIFY(window.plan().target(1).qemu.installSysbench);
    // A part that becomes wrong opens; closed by hand it stays closed.
    auto* wayIn = window.child<Section>(u"vm.wayIn"_s);
    QVERIFY(wayIn->isVisible() && !wayIn->isExpanded());
    TargetSettings vm = window.plan().target(1);
    vm.qemu.channel = u"ssh"_s;
    window.plan().setTarget(1, vm);
    QVERIFY(wayIn->isExpanded());
    QVERIFY(window.messages(u"vm.ssh.user"_s).contains("Who logs in"_L1));
    wayIn->setExpanded(false);
    window.type(u"vm.memory_mib"_s, u"512"_s);
    QVERIFY(!wayIn->isExpanded());
    QVERIFY(wayIn->header()->note().startsWith("Errors"_L1));
}

void TestVmForm::changesTheArchitecture()
{
    SetupWindow window;
    QVERIFY(window.show());
    window.select(1);
    auto* arch = window.child<QComboBox>(u"vm.arch"_s);
    arch->setCurrentIndex(arch->findData(u"aarch64"_s));
    QCOMPARE(window.plan().target(1).qemu.machine, u"virt"_s);
    QCOMPARE(window.plan().target(1).qemu.cpu, u"cortex-a57"_s);
    window.type(u"vm.cpu"_s, u"cortex-a72"_s);
    arch->setCurrentIndex(arch->findData(u"x86_64"_s));
    QCOMPARE(window.plan().target(1).qemu.machine, u"q35"_s);
    QCOMPARE(window.plan().target(1).qemu.cpu, u"cortex-a72"_s); // chosen by hand
    QVERIFY(window.messages(u"vm.cpu"_s).contains("aarch64"_L1));
}

void TestVmForm::namesTheFirmware()
{
    SetupWindow window;
    QVERIFY(window.show());
    window.select(1);
    auto* firmware = window.child<QComboBox>(u"vm.firmware"_s);
    const auto value = [&window] { return window.plan().target(1).qemu.firmware; };
    firmware->setCurrentIndex(1);
    QCOMPARE(value(), u"uefi"_s);
    firmware->setCurrentIndex(2);
    QCOMPARE(value(), u"bios"_s);
    FileChooser::setNextFileName(u"/data/nothing-here.fd"_s);
    QTest::mouseClick(window.child(u"vm.firmware.browse"_s), Qt::LeftButton);
    QCOMPARE(value(), u"/data/nothing-here.fd"_s);
    QTRY_VERIFY(window.note(u"vm.firmware"_s).contains("/data/nothing-here.fd"_L1)); // that it is not there
    firmware->setCurrentIndex(0);
    QCOMPARE(value(), QString());
    QTRY_VERIFY(window.note(u"vm.firmware"_s).startsWith("QEMU's own"_L1));
}

void TestVmForm::choosesADisk()
{
    SetupWindow window;
    QVERIFY(window.show());
    window.select(1);
    FileChooser::setNextFileName(u"/data/new.qcow2"_s); // need not be there
    QTest::mouseClick(window.child(u"vm.disk.path.browse"_s), Qt::LeftButton);
    QCOMPARE(window.plan().target(1).qemu.disk.path, u"/data/new.qcow2"_s);
    const QString there = window.fakes.machine.path(u"disk.raw"_s);
    TargetSettings vm = window.plan().target(1);
    vm.qemu.disk.path = there;
    window.plan().setTarget(1, vm);
    QTest::mouseClick(window.child(u"vm.disk.path.browse"_s), Qt::LeftButton);
    auto* dialog = window.child<QFileDialog>(u"fileDialog"_s);
    QVERIFY(dialog);
    QCOMPARE(dialog->acceptMode(), QFileDialog::AcceptOpen); // replaces nothing, so it asks nothing
    QCOMPARE(dialog->directory().absolutePath(), QFileInfo(there).absolutePath());
    dialog->close();
}

QTEST_MAIN(TestVmForm)
#include "tst_vm_form.moc"
