#include "dialogs/new_vm_dialog.h"
#include "install/seed.h"
#include "support/setup_window.h"
#include "support/strict_messages.h"
#include "widgets/message_bar.h"

#include <QAction>
#include <QDir>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QLayout>
#include <QMenu>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QSignalSpy>

using namespace Qt::StringLiterals;
using namespace bv;

namespace {

constexpr int patient = 30000;

/// The dialog in a window of its own, on fakes.
class Window
{
public:
    Window()
        : dialog(fakes.vms, false)
    {
    }
    bool show()
    {
        dialog.show();
        return QTest::qWaitForWindowActive(&dialog);
    }
    template<class T = QWidget>
    T* child(const QString& name) const
    {
        return dialog.findChild<T*>(name);
    }
    QString message() const { return dialog.findChild<MessageBar*>()->text(); }
    Field* fieldOf(const QString& name) const
    {
        QWidget* widget = child(name);
        while (widget && !qobject_cast<Field*>(widget))
            widget = widget->parentWidget();
        return static_cast<Field*>(widget);
    }
    /// Over all that stands in it.
    void type(const QString& name, const QString& text) const
    {
        QWidget* widget = child(name);
        widget->setFocus();
        if (auto* spin = qobject_cast<QAbstractSpinBox*>(widget))
            spin->selectAll();
        else
            static_cast<QLineEdit*>(widget)->selectAll();
        QTest::keyClick(widget, Qt::Key_Backspace);
        QTest::keyClicks(widget, text);
    }
    void press(const QString& name) const { QTest::mouseClick(child(name), Qt::LeftButton); }
    bool canMake() const { return child(u"newVmMake"_s)->isEnabled(); }

    /// A file that looks like a disk image to be copied.
    QString cloudImage() const
    {
        QFile file(fakes.machine.path(u"jammy-server-cloudimg-amd64.qcow2"_s));
        return file.open(QIODevice::WriteOnly) && file.write("QFI\xfb\0\0\0\3", 8) == 8 ? file.fileName() : QString();
    }
    /// `info` as of the installer's ISO.
    QString iso(const QString& name, const QByteArray& info) const
    {
        const QString path = fakes.machine.path(name);
        const SeedFiles files{
            {u".disk/info"_s, info}, {u"install.amd/vmlinuz"_s, "kernel"}, {u"install.amd/initrd.gz"_s, "initrd"}};
        return writeSeedIso(path, u"DISC"_s, files) ? path : QString();
    }
    QString debianIso() const
    {
        return iso(u"debian-12.5.0-amd64-netinst.iso"_s,
                   "Debian GNU/Linux 12.5.0 \"Bookworm\" - Official amd64 NETINST");
    }
    /// Types the file, and waits until it was looked at.
    bool choose(const QString& path) const
    {
        type(u"newVmSource"_s, path);
        return QTest::qWaitFor([this] { return !fieldOf(u"newVmSource"_s)->note().isEmpty(); }, patient);
    }
    QStringList storedFiles() const
    {
        return QDir(fakes.machine.settings.dataDir + u"/vms"_s).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    }

    FakeServices fakes;
    NewVmDialog dialog;
};

} // namespace

/// VMs with a system of their own by mouse and keys. Real installations are
/// tested in e2e.
class TestNewVmDialog : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { StrictMessages::install(); }
    void cleanup() { QCOMPARE(StrictMessages::faults(), QStringList()); }
    void saysWhatTheFileIs();
    void refusesWrongValues();
    void makesOneOfACloudImage();
    void cancels();
    void saysWhatTheInstallerAsks();
    void isInstalledByHand();
    void saysWhyItFailed();
    void deletesOneThatIsThere();
    void waitsForTheMeasurement();
    void offersStoredOnes();
    void addsTheTarget();
};

void TestNewVmDialog::saysWhatTheFileIs()
{
    Window window;
    QVERIFY(window.show());
    QVERIFY(!window.canMake());
    QVERIFY(!window.child(u"newVmHow"_s)->isVisible());
    QVERIFY(window.choose(window.debianIso()));
    const Field* source = window.fieldOf(u"newVmSource"_s);
    QVERIFY2(source->note().startsWith("Debian GNU/Linux 12.5.0"_L1), qPrintable(source->note()));
    QVERIFY(source->note().contains("needs nobody's help"_L1));
    QCOMPARE(window.child<QLineEdit>(u"newVmName"_s)->text(), u"debian-12"_s);
    auto* how = window.child<QComboBox>(u"newVmHow"_s);
    QVERIFY(how->isVisible() && how->isEnabled());
    QCOMPARE(how->currentIndex(), 0);
    QVERIFY(!window.child(u"newVmArch"_s)->isVisible());
    QVERIFY(window.canMake());
    QVERIFY(window.choose(window.iso(u"other.iso"_s, "Something else")));
    QVERIFY2(source->note().contains("by hand"_L1), qPrintable(source->note()));
    QCOMPARE(how->currentIndex(), 1);
    QVERIFY(!how->isEnabled());
    const QLayout* layout = window.dialog.layout();
    QTRY_VERIFY(window.dialog.height() >= layout->totalHeightForWidth(window.dialog.width())); // nothing is squashed
    QVERIFY(!window.child(u"newVmUser"_s)->isEnabled());
    QCOMPARE(window.child<QLineEdit>(u"newVmName"_s)->text(),
             u"debian-12"_s); // it has one
    QVERIFY(window.choose(window.cloudImage()));
    QVERIFY2(source->note().contains("qcow2"_L1), qPrintable(source->note()));
    QVERIFY(!how->isVisible());
    QVERIFY(window.child(u"newVmArch"_s)->isVisible());
    QCOMPARE(window.child<QDoubleSpinBox>(u"newVmSize"_s)->value(), 0.0);
    QVERIFY(window.canMake());
    window.type(u"newVmSource"_s, window.fakes.machine.path(u"none.iso"_s));
    QVERIFY(!window.canMake());
    QTRY_VERIFY_WITH_TIMEOUT(source->messages().contains("There is no file"_L1), patient);
    QVERIFY(!window.canMake());
}

void TestNewVmDialog::refusesWrongValues()
{
    Window window;
    QVERIFY(window.show());
    QVERIFY(window.choose(window.debianIso()));
    const auto wrong = [&](const QString& name, const QString& bad, const QString& good) {
        window.type(name, bad);
        QVERIFY2(window.fieldOf(name)->messages().startsWith("Error:"_L1), qPrintable(name));
        QVERIFY2(!window.canMake(), qPrintable(name));
        window.type(name, good);
        QCOMPARE(window.fieldOf(name)->messages(), QString());
        QVERIFY2(window.canMake(), qPrintable(name));
    };
    wrong(u"newVmName"_s, u"My VM"_s, u"my-vm"_s);
    wrong(u"newVmUser"_s, u"root"_s, u"me"_s);
    wrong(u"newVmSize"_s, u"3"_s, u"8"_s);
    wrong(u"newVmCpus"_s, u"0"_s, u"1"_s);
    wrong(u"newVmMemory"_s, u"100"_s, u"512"_s);
    wrong(u"newVmPatience"_s, u"0"_s, u"1"_s);
}

void TestNewVmDialog::makesOneOfACloudImage()
{
    Window window;
    qputenv("BV_FAKE_QEMU", "installs");
    QVERIFY(window.show());
    QVERIFY(window.choose(window.cloudImage()));
    window.type(u"newVmName"_s, u"jammy"_s);
    window.type(u"newVmCpus"_s, u"1"_s);
    window.type(u"newVmMemory"_s, u"512"_s);
    QSignalSpy made(&window.dialog, &NewVmDialog::made);
    QSignalSpy steps(&window.fakes.vms, &VmService::progressed);
    QTest::keyClick(window.child(u"newVmMemory"_s), Qt::Key_Return);
    QVERIFY(window.child(u"newVmBar"_s)->isVisible());
    QVERIFY(!window.child(u"newVmName"_s)->isVisible());
    QCOMPARE(window.child<QPushButton>(u"newVmClose"_s)->text(), u"Cancel"_s);
    QTRY_COMPARE_WITH_TIMEOUT(made.size(), 1, patient);
    QVERIFY(!window.dialog.isVisible());
    QVERIFY(window.child<QPlainTextEdit>(u"newVmSaid"_s)->toPlainText().contains("sysbench (1.0.20)"_L1));
    const auto vm = made.first().first().value<StoredVm>();
    QCOMPARE(vm.state, StoredVm::State::Ready);
    QCOMPARE(vm.target.qemu.smp, 1);
    QCOMPARE(vm.target.qemu.memoryMib, 512);
    QCOMPARE(vm.target.qemu.ssh.user, u"bench"_s);
    QCOMPARE(vm.target.qemu.iso, QString());
    bool known = false;
    for (const QList<QVariant>& step : steps)
        known =
            known || (step.at(0).toString().startsWith("Setting up the guest: "_L1) && step.at(1).toDouble() == 0.5);
    QVERIFY(known);
    QTRY_COMPARE_WITH_TIMEOUT(window.fakes.vms.stored(), QList{vm}, patient);
    QCOMPARE(window.fakes.machine.leftovers(), QStringList());
}

void TestNewVmDialog::cancels()
{
    Window window;
    qputenv("BV_FAKE_QEMU", "installs lingers");
    QVERIFY(window.show());
    QVERIFY(window.choose(window.debianIso()));
    window.press(u"newVmMake"_s);
    auto* said = window.child<QPlainTextEdit>(u"newVmSaid"_s);
    QTRY_VERIFY_WITH_TIMEOUT(said->toPlainText().contains("sysbench"_L1), patient);
    QCOMPARE(window.child<QLabel>(u"newVmStep"_s)->text(), u"Setting up the guest"_s);
    QCOMPARE(window.child<QProgressBar>(u"newVmBar"_s)->value(), 500);
    QVERIFY(!window.fakes.vms.make(VmWish(u"another"_s)));
    QTest::keyClick(&window.dialog, Qt::Key_Escape);
    QTRY_VERIFY_WITH_TIMEOUT(window.message().startsWith("Cancelled"_L1), patient);
    QVERIFY(window.dialog.isVisible());
    QVERIFY(window.child(u"newVmName"_s)->isVisible());
    QVERIFY(window.canMake());
    QCOMPARE(window.storedFiles(), QStringList());
    QCOMPARE(window.fakes.machine.leftovers(), QStringList());
    QTest::keyClick(&window.dialog, Qt::Key_Escape);
    QVERIFY(!window.dialog.isVisible());
}

void TestNewVmDialog::saysWhatTheInstallerAsks()
{
    Window window;
    qputenv("BV_FAKE_QEMU", "installs asks");
    QVERIFY(window.show());
    QVERIFY(window.choose(window.debianIso()));
    window.type(u"newVmPatience"_s, u"0.02"_s);
    window.press(u"newVmMake"_s);
    QTRY_VERIFY_WITH_TIMEOUT(window.message().contains("stopped with a question"_L1), patient);
    QVERIFY(window.message().contains("Downloading a file failed:"_L1));
    QVERIFY(window.child<QPlainTextEdit>(u"newVmSaid"_s)->toPlainText().contains("default=1>"_L1));
    QTRY_VERIFY(window.child(u"newVmSaid"_s)->isVisible());
    QCOMPARE(window.storedFiles(), QStringList());
    // and the way out of it
    QTest::mouseClick(window.dialog.findChild<QAbstractButton*>(u"messageAction"_s), Qt::LeftButton);
    QCOMPARE(window.child<QComboBox>(u"newVmHow"_s)->currentIndex(), 1);
    QTRY_VERIFY_WITH_TIMEOUT(window.child(u"screenWindow"_s), patient);
    QTest::mouseClick(window.child(u"newVmClose"_s), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(window.message().startsWith("Cancelled"_L1), patient);
}

void TestNewVmDialog::isInstalledByHand()
{
    Window window;
    qputenv("BV_FAKE_QEMU", "installs");
    QVERIFY(window.show());
    QVERIFY(window.choose(window.iso(u"other.iso"_s, "Something else")));
    window.type(u"newVmName"_s, u"other"_s);
    QSignalSpy made(&window.dialog, &NewVmDialog::made);
    window.press(u"newVmMake"_s);
    QTRY_VERIFY_WITH_TIMEOUT(window.child(u"screenWindow"_s), patient);
    auto* screen = window.child<QDialog>(u"screenWindow"_s);
    QTRY_VERIFY(screen->isVisible());
    QTRY_COMPARE_WITH_TIMEOUT(window.child<QLabel>(u"newVmStep"_s)->text(),
                              u"Install it on the screen of the VM, and shut it down"_s, patient);
    screen->close();
    window.press(u"newVmScreen"_s);
    QTRY_VERIFY(screen->isVisible());
    QFile off(window.fakes.machine.stateDir() + u"/poweroff"_s); // somebody shuts it down
    QVERIFY(off.open(QIODevice::WriteOnly));
    QTRY_COMPARE_WITH_TIMEOUT(made.size(), 1, patient);
    QVERIFY(!screen->isVisible());
    QCOMPARE(made.first().first().value<StoredVm>().target.qemu.channel, u"agent"_s);
}

void TestNewVmDialog::saysWhyItFailed()
{
    Window window;
    qputenv("BV_FAKE_QEMU", "exits");
    QVERIFY(window.show());
    QVERIFY(window.choose(window.cloudImage()));
    window.press(u"newVmMake"_s);
    QTRY_VERIFY_WITH_TIMEOUT(window.message().contains("did not start"_L1), patient);
    QVERIFY(window.canMake());
    QCOMPARE(window.storedFiles(), QStringList());
}

void TestNewVmDialog::deletesOneThatIsThere()
{
    Window window;
    StoredVm vm;
    vm.name = u"old"_s;
    vm.state = StoredVm::State::Ready;
    vm.target.kind = TargetKind::Qemu;
    vm.target.id = vm.name;
    QVERIFY(VmStore(window.fakes.machine.settings.dataDir).save(vm));
    window.fakes.vms.list();
    QTRY_COMPARE_WITH_TIMEOUT(window.fakes.vms.stored().size(), 1, patient);
    QVERIFY(window.show());
    QVERIFY(window.choose(window.debianIso()));
    window.type(u"newVmName"_s, u"old"_s);
    QVERIFY(window.fieldOf(u"newVmName"_s)->messages().contains("already"_L1));
    QVERIFY(!window.canMake());
    window.press(u"newVmDelete"_s);
    QVERIFY(window.message().contains("for good"_L1));
    QCOMPARE(window.storedFiles(), QStringList{u"old"_s});
    QTest::mouseClick(window.dialog.findChild<QAbstractButton*>(u"messageAction"_s), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(window.storedFiles(), QStringList(), patient);
    QTRY_VERIFY_WITH_TIMEOUT(window.canMake(), patient);
    QVERIFY(!window.child(u"newVmDelete"_s)->isVisible());
    // One that is installed goes on where it was left.
    vm.state = StoredVm::State::Installed;
    QVERIFY(VmStore(window.fakes.machine.settings.dataDir).save(vm));
    window.fakes.vms.list();
    QTRY_COMPARE_WITH_TIMEOUT(window.child<QPushButton>(u"newVmMake"_s)->text(), u"&Go on"_s, patient);
    QVERIFY(window.canMake());
    QVERIFY(!window.child(u"newVmSource"_s)->isEnabled());
    QSignalSpy made(&window.dialog, &NewVmDialog::made);
    window.press(u"newVmMake"_s); // without a key there is nobody to ask
    QTRY_COMPARE_WITH_TIMEOUT(made.size(), 1, patient);
}

void TestNewVmDialog::waitsForTheMeasurement()
{
    Window window;
    QVERIFY(window.show());
    QVERIFY(window.choose(window.cloudImage()));
    QVERIFY(window.canMake());
    window.fakes.plan.setPlan(fakePlan({u"host"_s}));
    window.fakes.engine.start(window.fakes.plan.enabledPlan());
    QTRY_VERIFY(!window.canMake());
    QVERIFY(!window.child(u"newVmMake"_s)->toolTip().isEmpty());
    QVERIFY(!window.fakes.vms.make(VmWish(u"another"_s)));
    window.fakes.engine.stop();
    QTRY_VERIFY_WITH_TIMEOUT(window.canMake(), patient);
}

void TestNewVmDialog::offersStoredOnes()
{
    SetupWindow window;
    QVERIFY(window.show());
    auto* stored = window.child<QMenu>(u"storedVms"_s);
    QVERIFY(!stored->menuAction()->isVisible());
    StoredVm vm;
    vm.target.kind = TargetKind::Qemu;
    vm.target.qemu.guest = u"disk"_s;
    vm.target.qemu.disk.path = window.fakes.machine.path(u"disk.qcow2"_s);
    const VmStore store(window.fakes.machine.settings.dataDir);
    for (const auto& [name, state] :
         {std::pair(u"ready"_s, StoredVm::State::Ready), std::pair(u"half"_s, StoredVm::State::Making),
          std::pair(u"whole"_s, StoredVm::State::Installed)}) {
        vm.name = vm.target.id = name;
        vm.state = state;
        QVERIFY(store.save(vm));
    }
    QTest::mouseClick(window.child(u"addTarget"_s),
                      Qt::LeftButton); // looks for what there is
    QTRY_VERIFY_WITH_TIMEOUT(stored->menuAction()->isVisible(), patient);
    QCOMPARE(stored->actions().size(), 2);
    window.child<QMenu>(u"addTargetMenu"_s)->close();
    window.child<QAction>(u"storedVm.ready"_s)->trigger();
    QCOMPARE(window.plan().targetCount(), 3);
    QCOMPARE(window.plan().target(2).id, u"ready"_s);
    QCOMPARE(window.plan().target(2).qemu.guest, u"disk"_s);
    QCOMPARE(window.list()->currentIndex().row(), 2);
    window.child<QAction>(u"storedVm.whole"_s)->trigger();
    auto* dialog = window.child<NewVmDialog>(u"newVmDialog"_s);
    QVERIFY(dialog);
    QCOMPARE(dialog->findChild<QLineEdit*>(u"newVmName"_s)->text(), u"whole"_s);
    QVERIFY(dialog->findChild<QWidget*>(u"newVmMake"_s)->isEnabled());
    dialog->reject();
}

void TestNewVmDialog::addsTheTarget()
{
    SetupWindow window;
    QVERIFY(window.show());
    window.list()->setFocus();
    QTest::keyClick(window.list(), Qt::Key_Insert);
    auto* menu = window.child<QMenu>(u"addTargetMenu"_s);
    QTRY_VERIFY(menu->isVisible());
    QTest::keyClick(menu, Qt::Key_I);
    auto* dialog = window.child<NewVmDialog>(u"newVmDialog"_s);
    QTRY_VERIFY(dialog && dialog->isVisible());
    StoredVm vm;
    vm.name = vm.target.id = u"debian-12"_s;
    vm.target.kind = TargetKind::Qemu;
    vm.target.qemu.guest = u"disk"_s;
    emit dialog->made(vm);
    dialog->accept();
    QCOMPARE(window.plan().targetCount(), 3);
    QCOMPARE(window.plan().target(2), vm.target);
    QCOMPARE(window.list()->currentIndex().row(), 2);
    QVERIFY(window.panel.findChild<MessageBar*>()->text().contains("debian-12"_L1));
}

QTEST_MAIN(TestNewVmDialog)
#include "tst_new_vm_dialog.moc"
