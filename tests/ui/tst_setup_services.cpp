#include "dialogs/prepare_image_dialog.h"
#include "support/setup_window.h"
#include "support/strict_messages.h"
#include "widgets/file_chooser.h"

#include <QClipboard>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPointer>
#include <QPushButton>
#include <QRadioButton>
#include <QSignalSpy>

using namespace Qt::StringLiterals;
using namespace bv;

/// What the setup column asks of the container engine, and the commands it shows.
class TestSetupServices : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { StrictMessages::install(); }
    void cleanup() { QCOMPARE(StrictMessages::faults(), QStringList()); }
    void offersLocalImages();
    void pullsAnImage();
    void pullFails();
    void pullIsCancelled();
    void preparesAnImage();
    void preparingIsCancelled();
    void saysThatThereIsNoEngine();
    void showsCommandsOfTheTarget();
    void showsCommandsOfThePlan();
    void commandsNeedTheGuest();
    void commandsNeedAPlanThatCanRun();
    void copiesCommands();
    void makesNoCommandsWhileClosed();
};

void TestSetupServices::offersLocalImages()
{
    SetupWindow window;
    QVERIFY(window.show());
    window.select(0);
    auto* image = window.child<QComboBox>(u"container.image"_s);
    QCOMPARE(image->currentText(), u"Built-in (same files as the guest)"_s);
    QVERIFY(!window.child(u"container.pull"_s)->isVisible());
    QTRY_COMPARE_WITH_TIMEOUT(image->count(), 2, 30000);
    QCOMPARE(image->itemText(1), u"present:1"_s);
    QCOMPARE(window.plan().target(0).docker.image, u"builtin"_s);
    image->setFocus();
    QTest::keyClick(image, Qt::Key_Down);
    QCOMPARE(window.plan().target(0).docker.image, u"present:1"_s);
    QVERIFY2(window.note(u"container.image"_s).contains("77.8MB"_L1), qPrintable(window.note(u"container.image"_s)));
    QTest::keyClick(image, Qt::Key_Up);
    QCOMPARE(window.plan().target(0).docker.image, u"builtin"_s);
}

void TestSetupServices::pullsAnImage()
{
    SetupWindow window;
    QVERIFY(window.show());
    window.select(0);
    QTRY_COMPARE_WITH_TIMEOUT(window.child<QComboBox>(u"container.image"_s)->count(), 2, 30000);
    window.type(u"container.image"_s, u"ubuntu:22.04"_s);
    QTRY_VERIFY(window.note(u"container.image"_s).startsWith("Not on this machine"_L1));
    QSignalSpy said(&window.fakes.images, &ImageService::pullSaid);
    auto* pull = window.child<QPushButton>(u"container.pull"_s);
    QTest::mouseClick(pull, Qt::LeftButton);
    QVERIFY(window.note(u"container.image"_s).startsWith("Pulling ubuntu:22.04"_L1));
    QTRY_VERIFY_WITH_TIMEOUT(window.note(u"container.image"_s).startsWith("On this machine"_L1), 30000);
    QVERIFY(said.size() >= 2);
    QVERIFY(!window.fakes.images.isPulling());
    QCOMPARE(window.messages(u"container.image"_s), QString());
    QVERIFY(window.fakes.machine.log(u"docker/log"_s).contains(u"pull ubuntu:22.04"_s));
}

void TestSetupServices::pullFails()
{
    SetupWindow window;
    QVERIFY(window.show());
    window.select(0);
    window.type(u"container.image"_s, u"nowhere:1"_s);
    qputenv("BV_FAKE_DOCKER", "denied");
    auto* pull = window.child<QPushButton>(u"container.pull"_s);
    pull->setFocus();
    QTest::keyClick(pull, Qt::Key_Space);
    QTRY_VERIFY_WITH_TIMEOUT(window.messages(u"container.image"_s).contains("nowhere:1"_L1), 30000);
    QVERIFY(window.messages(u"container.image"_s).startsWith("Error: "_L1));
    QVERIFY(pull->isEnabled());                        // again
    window.type(u"container.image"_s, u"present:1"_s); // the message was about another
    QCOMPARE(window.messages(u"container.image"_s), QString());
}

void TestSetupServices::pullIsCancelled()
{
    SetupWindow window;
    QVERIFY(window.show());
    window.select(0);
    window.type(u"container.image"_s, u"large:1"_s);
    qputenv("BV_FAKE_DOCKER", "slowpull");
    auto* pull = window.child<QPushButton>(u"container.pull"_s);
    QTest::mouseClick(pull, Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(window.note(u"container.image"_s).contains("Pulling from library/large"_L1), 30000);
    QCOMPARE(pull->text(), u"Cancel"_s);
    window.select(1); // looking elsewhere does not end it
    window.select(0);
    QCOMPARE(pull->text(), u"Cancel"_s);
    QTest::mouseClick(pull, Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(!window.fakes.images.isPulling(), 30000);
    QVERIFY2(window.note(u"container.image"_s).contains("cancelled"_L1), qPrintable(window.note(u"container.image"_s)));
    QCOMPARE(window.messages(u"container.image"_s), QString());
    QTRY_COMPARE_WITH_TIMEOUT(window.fakes.machine.processes(), QStringList(), 30000);
}

void TestSetupServices::preparesAnImage()
{
    SetupWindow window;
    qputenv("BV_FAKE_DOCKER", "bare");
    QVERIFY(window.show());
    window.select(0);
    auto* prepare = window.child<QPushButton>(u"container.prepare"_s);
    QVERIFY(!prepare->isVisible()); // the built-in image needs none
    window.type(u"container.image"_s, u"present:1"_s);
    QTRY_VERIFY(prepare->isVisible() && prepare->isEnabled());
    QTest::mouseClick(prepare, Qt::LeftButton);
    auto* dialog = window.child<PrepareImageDialog>(u"prepareImageDialog"_s);
    QVERIFY(dialog);
    auto* text = dialog->findChild<QPlainTextEdit*>(u"prepare.text"_s);
    QTRY_VERIFY_WITH_TIMEOUT(text->toPlainText().contains("FROM present@sha256:4567\n"_L1), 30000);
    QTest::keyClick(dialog->findChild<QRadioButton*>(u"prepare.commit"_s), Qt::Key_Space);
    QTRY_VERIFY_WITH_TIMEOUT(text->toPlainText().contains("fake-docker commit"_L1), 30000);
    QFile own(window.fakes.machine.path(u"Dockerfile"_s));
    QVERIFY(own.open(QIODevice::WriteOnly) && own.write("ARG BASE\nFROM ${BASE}\n") > 0);
    own.close();
    dialog->findChild<QRadioButton*>(u"prepare.own"_s)->click();
    QVERIFY(!dialog->findChild<QPushButton*>(u"prepare.start"_s)->isEnabled()); // none is named
    FileChooser::setNextFileName(own.fileName());
    QTest::mouseClick(dialog->findChild<QWidget*>(u"prepare.browse"_s), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(text->toPlainText(), u"ARG BASE\nFROM ${BASE}\n"_s, 30000);
    QTest::keyClick(dialog->findChild<QRadioButton*>(u"prepare.build"_s), Qt::Key_Space);
    QTRY_VERIFY_WITH_TIMEOUT(text->toPlainText().contains("FROM "_L1), 30000);
    auto* start = dialog->findChild<QPushButton*>(u"prepare.start"_s);
    QTRY_VERIFY(start->isEnabled());
    const QPointer<QDialog> shown = dialog; // it is deleted when it closes
    QTest::mouseClick(start, Qt::LeftButton);
    const QString name = u"benchvisor/prepared:present-1-sysbench"_s;
    QTRY_COMPARE_WITH_TIMEOUT(window.plan().target(0).docker.image, name, 30000);
    QVERIFY(!shown || !shown->isVisible());
    QVERIFY(window.fakes.machine.log(u"docker/log"_s).contains(u"tag sha256:0456 "_s + name));
}

void TestSetupServices::preparingIsCancelled()
{
    SetupWindow window;
    qputenv("BV_FAKE_DOCKER", "bare slowbuild");
    QVERIFY(window.show());
    window.select(0);
    window.type(u"container.image"_s, u"present:1"_s);
    QTest::mouseClick(window.child(u"container.prepare"_s), Qt::LeftButton);
    auto* dialog = window.child<PrepareImageDialog>(u"prepareImageDialog"_s);
    auto* start = dialog->findChild<QPushButton*>(u"prepare.start"_s);
    QTRY_VERIFY_WITH_TIMEOUT(start->isEnabled(), 30000);
    QTest::mouseClick(start, Qt::LeftButton);
    auto* line = dialog->findChild<QLabel*>(u"prepare.line"_s);
    QTRY_VERIFY_WITH_TIMEOUT(line->text().contains("Step 2/2"_L1), 30000);
    QVERIFY(!start->isEnabled());
    auto* close = dialog->findChild<QPushButton*>(u"prepare.close"_s);
    QCOMPARE(close->text(), u"&Cancel"_s);
    QTest::mouseClick(close, Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(!window.fakes.images.isPreparing(), 30000);
    QVERIFY(dialog->isVisible() && start->isEnabled()); // to try once more
    QTRY_COMPARE(window.fakes.machine.processes(), QStringList());
    QCOMPARE(window.plan().target(0).docker.image, u"present:1"_s);
    QTest::keyClick(dialog, Qt::Key_Escape);
    QVERIFY(!dialog->isVisible());
}

void TestSetupServices::saysThatThereIsNoEngine()
{
    SetupWindow window;
    qputenv("BV_FAKE_DOCKER", "down");
    QSignalSpy failed(&window.fakes.images, &ImageService::listFailed);
    QVERIFY(window.show());
    window.select(0);
    QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, 30000);
    window.type(u"container.image"_s, u"ubuntu:22.04"_s);
    QCOMPARE(window.note(u"container.image"_s), failed.at(0).at(0).value<Error>().message);
}

void TestSetupServices::showsCommandsOfTheTarget()
{
    SetupWindow window;
    QVERIFY(window.fakes.machine.makeGuest());
    QVERIFY(window.show());
    window.expandAll();
    window.select(0);
    auto* text = window.child<QPlainTextEdit>(u"commands.text"_s);
    QTRY_VERIFY_WITH_TIMEOUT(text->toPlainText().contains("fake-docker"_L1), 30000);
    QVERIFY(!text->toPlainText().contains("fake-qemu"_L1));
    QVERIFY(text->toPlainText().contains("sysbench cpu"_L1));
    window.select(1);
    QTRY_VERIFY_WITH_TIMEOUT(text->toPlainText().contains("fake-qemu"_L1), 30000);
    window.type(u"vm.smp"_s, u"3"_s);
    QTRY_VERIFY_WITH_TIMEOUT(text->toPlainText().contains("-smp 3"_L1), 30000);
    window.plan().setEnabled(1, false); // what is off can be tried by hand all the same
    window.plan().setKvmUsable(true);
    QTRY_VERIFY_WITH_TIMEOUT(text->toPlainText().contains("-smp 3"_L1), 30000);
    QVERIFY(text->isReadOnly());
    QCOMPARE(text->lineWrapMode(), QPlainTextEdit::NoWrap);
}

void TestSetupServices::showsCommandsOfThePlan()
{
    SetupWindow window;
    QVERIFY(window.fakes.machine.makeGuest());
    QVERIFY(window.show());
    window.expandAll();
    auto* text = window.child<QPlainTextEdit>(u"commands.text"_s);
    window.child<QRadioButton>(u"commands.all"_s)->click();
    QTRY_VERIFY_WITH_TIMEOUT(text->toPlainText().contains("fake-qemu"_L1), 30000);
    QVERIFY(text->toPlainText().contains("fake-docker"_L1));
    window.plan().setEnabled(1, false);
    QTRY_VERIFY_WITH_TIMEOUT(!text->toPlainText().contains("fake-qemu"_L1), 30000);
}

void TestSetupServices::commandsNeedTheGuest()
{
    SetupWindow window;
    QVERIFY(window.show());
    window.expandAll();
    auto* note = window.child<QLabel>(u"commands.note"_s);
    QTRY_VERIFY_WITH_TIMEOUT(note->text().contains("not built yet"_L1), 30000);
    QVERIFY(!window.child(u"commands.text"_s)->isVisible());
    QVERIFY(!window.child(u"commands.copy"_s)->isEnabled());
}

void TestSetupServices::commandsNeedAPlanThatCanRun()
{
    SetupWindow window;
    QVERIFY(window.fakes.machine.makeGuest());
    QVERIFY(window.show());
    window.expandAll();
    auto* text = window.child<QPlainTextEdit>(u"commands.text"_s);
    QTRY_VERIFY_WITH_TIMEOUT(!text->toPlainText().isEmpty(), 30000);
    window.type(u"cpu.threads"_s, u"0"_s);
    QTRY_VERIFY_WITH_TIMEOUT(text->toPlainText().isEmpty(), 30000);
    QVERIFY(window.child<QLabel>(u"commands.note"_s)->text().contains("mistake"_L1));
}

void TestSetupServices::copiesCommands()
{
    SetupWindow window;
    QVERIFY(window.fakes.machine.makeGuest());
    QVERIFY(window.show());
    window.expandAll();
    auto* text = window.child<QPlainTextEdit>(u"commands.text"_s);
    QTRY_VERIFY_WITH_TIMEOUT(!text->toPlainText().isEmpty(), 30000);
    QTest::mouseClick(window.child(u"commands.copy"_s), Qt::LeftButton);
    QCOMPARE(QApplication::clipboard()->text(), text->toPlainText() + u'\n');
    QTextCursor cursor(text->document());
    cursor.movePosition(QTextCursor::NextBlock, QTextCursor::KeepAnchor);
    cursor.movePosition(QTextCursor::EndOfBlock, QTextCursor::KeepAnchor);
    text->setTextCursor(cursor);
    QTest::mouseClick(window.child(u"commands.copy"_s), Qt::LeftButton);
    QCOMPARE(QApplication::clipboard()->text(), text->toPlainText().section(u'\n', 0, 1));
}

void TestSetupServices::makesNoCommandsWhileClosed()
{
    SetupWindow window;
    QVERIFY(window.fakes.machine.makeGuest());
    QVERIFY(window.show());
    auto* text = window.child<QPlainTextEdit>(u"commands.text"_s);
    window.plan().setEnabled(1, false);
    QTest::qWait(400); // longer than the view waits for more typing
    QVERIFY(text->toPlainText().isEmpty());
    window.expandAll();
    QTRY_VERIFY_WITH_TIMEOUT(text->toPlainText().contains("fake-docker"_L1), 30000);
}

QTEST_MAIN(TestSetupServices)
#include "tst_setup_services.moc"
