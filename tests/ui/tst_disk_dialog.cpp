#include "dialogs/disk_dialog.h"
#include "support/fake_services.h"
#include "support/strict_messages.h"
#include "widgets/message_bar.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace bv;

namespace {

/// The dialog in a window of its own, on fakes except for the real qemu-img where `real`.
class Window
{
public:
    explicit Window(const QString& name = u"disk.qcow2"_s)
        : path(fakes.machine.path(name))
        , dialog(fakes.disks, path)
    {
    }
    bool show()
    {
        dialog.show();
        return QTest::qWaitForWindowActive(&dialog);
    }
    template<class T = QWidget>
    T* child(const char* name) const
    {
        return dialog.findChild<T*>(QString::fromLatin1(name));
    }
    QString state() const { return child<QLabel>("diskState")->text(); }
    QString message() const { return dialog.findChild<MessageBar*>()->text(); }

    FakeServices fakes;
    QString path;
    DiskDialog dialog;
};

} // namespace

/// Disk images by mouse and keys. What qemu-img does with them for real is tested in e2e.
class TestDiskDialog : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { StrictMessages::install(); }
    void cleanup() { QCOMPARE(StrictMessages::faults(), QStringList()); }
    void makesADisk();
    void saysWhyNot();
    void asksBeforeItDeletes();
    void followsTheName();
};

void TestDiskDialog::makesADisk()
{
    Window window;
    QVERIFY(window.show());
    QTRY_VERIFY_WITH_TIMEOUT(window.child("diskCreate")->isVisible(), 30000);
    QVERIFY(!window.child("diskCheck")->isVisible());
    QSignalSpy made(&window.dialog, &DiskDialog::diskMade);
    QTest::mouseClick(window.child<QPushButton>("diskCreate"), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(made.size(), 1, 30000);
    QCOMPARE(made.first(), (QVariantList{window.path, u"qcow2"_s, QString()}));
    QVERIFY(QFile::exists(window.path));
    QTRY_VERIFY_WITH_TIMEOUT(window.child("diskCheck")->isVisible(), 30000);
    QVERIFY2(window.state().contains("qcow2"_L1), qPrintable(window.state()));
    QVERIFY(!window.child("diskCreate")->isVisible());
    QTest::mouseClick(window.child<QPushButton>("diskCheck"), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(window.child<QPushButton>("diskCheck")->isEnabled(), 30000);
    QVERIFY(!window.message().isEmpty());
}

void TestDiskDialog::saysWhyNot()
{
    Window window;
    QVERIFY(window.show());
    QTRY_VERIFY_WITH_TIMEOUT(window.child("diskCreate")->isVisible(), 30000);
    QVERIFY(!window.child("diskKey")->isVisible());
    QTest::mouseClick(window.child<QCheckBox>("diskEncrypted"), Qt::LeftButton, {}, {8, 8});
    QVERIFY(window.child("diskKey")->isVisible());
    QTest::mouseClick(window.child<QPushButton>("diskCreate"), Qt::LeftButton);
    QVERIFY(window.message().contains("needs a key file"_L1));
    QVERIFY(window.child("diskKey")->hasFocus());
    QTest::keyClicks(window.child<QLineEdit>("diskKey"), u"/nonexistent/key"_s);
    QTest::mouseClick(window.child<QPushButton>("diskCreate"), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(window.message().contains("/nonexistent/key"_L1), 30000);
    QVERIFY(!QFile::exists(window.path));
    QTRY_VERIFY_WITH_TIMEOUT(window.child("diskCreate")->isEnabled(), 30000); // it can be mended and tried again
}

void TestDiskDialog::asksBeforeItDeletes()
{
    Window window;
    QVERIFY(window.show());
    QTRY_VERIFY_WITH_TIMEOUT(window.child("diskCreate")->isVisible(), 30000);
    QTest::mouseClick(window.child<QPushButton>("diskCreate"), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(window.child("diskDelete")->isVisible(), 30000);
    QFile disk(window.path); // the fake's is empty, and so no disk
    QVERIFY(disk.open(QIODevice::WriteOnly) && disk.write(QByteArray(510, '\0') + "\x55\xaa") == 512);
    disk.close();
    QTest::mouseClick(window.child<QPushButton>("diskDelete"), Qt::LeftButton);
    QVERIFY(QFile::exists(window.path));
    QVERIFY(window.message().contains("for good"_L1));
    auto* action = window.dialog.findChild<MessageBar*>()->findChild<QAbstractButton*>(u"messageAction"_s);
    QVERIFY(action);
    QTest::mouseClick(action, Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(!QFile::exists(window.path), 30000);
    QTRY_VERIFY_WITH_TIMEOUT(window.child("diskCreate")->isVisible(), 30000);
}

void TestDiskDialog::followsTheName()
{
    Window window;
    QVERIFY(window.show());
    auto* line = window.child<QLineEdit>("diskFile");
    line->clear();
    QTRY_VERIFY(window.state().startsWith("Name a file"_L1));
    QVERIFY(!window.child("diskCreate")->isVisible());
    QTest::keyClicks(line, window.fakes.machine.path()); // a folder
    QTRY_VERIFY_WITH_TIMEOUT(!window.state().startsWith("Name a file"_L1), 30000);
}

QTEST_MAIN(TestDiskDialog)
#include "tst_disk_dialog.moc"
