#include "dialogs/paste_dialog.h"
#include "support/setup_window.h"
#include "support/strict_messages.h"

#include <QClipboard>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace bv;

/// A command line becomes a target by keys alone, and what became of each piece is said.
class TestPasteDialog : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { StrictMessages::install(); }
    void cleanup() { QCOMPARE(StrictMessages::faults(), QStringList()); }
    void takesTheClipboard();
    void proposesNoOtherText();
    void saysWhatIsWrong();
    void followsTheKeys();
};

namespace {

PasteDialog* openDialog(SetupWindow& window)
{
    window.list()->setFocus();
    QTest::keySequence(window.list(), QKeySequence::Paste);
    return window.child<PasteDialog>(u"pasteDialog"_s);
}

QString wordsOf(const PasteDialog& dialog)
{
    QStringList words;
    const auto labels = dialog.findChild<QWidget*>(u"pasteParts"_s)->findChildren<QLabel*>();
    for (const QLabel* label : labels)
        words << label->text().remove(QChar(0x200B));
    return words.join(u'\n');
}

} // namespace

void TestPasteDialog::takesTheClipboard()
{
    SetupWindow window;
    QVERIFY(window.show({700, 900}));
    QGuiApplication::clipboard()->setText(
        u"$ sudo qemu-system-aarch64 -M virt,highmem=off -cpu cortex-a57 -smp 2 -m 1536 -bios QEMU_EFI.fd \\\n"
        "    -nographic -device virtio-rng-pci\n"_s);
    PasteDialog* dialog = openDialog(window);
    QVERIFY(dialog);
    QTRY_VERIFY(dialog->isVisible());
    const QString words = wordsOf(*dialog);
    QVERIFY2(words.contains("-smp 2"_L1) && words.contains("virtio-rng-pci"_L1), qPrintable(words));
    QVERIFY2(words.contains(pastedKindName(PastedPart::Kind::Kept)), qPrintable(words));
    const int before = window.plan().targetCount();
    QTest::keyClick(dialog->findChild<QPushButton*>(u"pasteAdd"_s), Qt::Key_Return);
    QTRY_COMPARE(window.plan().targetCount(), before + 1);
    const TargetSettings& added = window.plan().target(before);
    QCOMPARE(added.qemu.arch, u"aarch64"_s);
    QCOMPARE(added.qemu.machine, u"virt,highmem=off"_s);
    QCOMPARE(added.qemu.memoryMib, 1536);
    QVERIFY(!added.id.isEmpty());
    QCOMPARE(window.list()->currentIndex().row(), before); // it is the one that is shown
}

void TestPasteDialog::proposesNoOtherText()
{
    SetupWindow window;
    QVERIFY(window.show());
    QGuiApplication::clipboard()->setText(u"a secret that is no command"_s);
    PasteDialog* dialog = openDialog(window);
    QVERIFY(dialog);
    QCOMPARE(dialog->findChild<QPlainTextEdit*>(u"pasteText"_s)->toPlainText(), QString());
    QVERIFY(!dialog->findChild<QPushButton*>(u"pasteAdd"_s)->isEnabled());
    const int before = window.plan().targetCount();
    QTest::keyClick(dialog, Qt::Key_Escape);
    QTRY_VERIFY(!window.child(u"pasteDialog"_s));
    QCOMPARE(window.plan().targetCount(), before);
}

void TestPasteDialog::saysWhatIsWrong()
{
    PasteDialog dialog({4, 8192}, u"docker run --memory 99999m ubuntu:22.04 sysbench cpu run"_s);
    dialog.show();
    QVERIFY(QTest::qWaitForWindowExposed(&dialog));
    const auto* problems = dialog.findChild<ProblemList*>(u"pasteProblems"_s);
    QVERIFY2(problems->text().contains("8192"_L1), qPrintable(problems->text()));
    QVERIFY(dialog.findChild<QPushButton*>(u"pasteAdd"_s)->isEnabled()); // it can be mended in the form
}

void TestPasteDialog::followsTheKeys()
{
    PasteDialog dialog({4, 8192}, {});
    dialog.show();
    QVERIFY(QTest::qWaitForWindowActive(&dialog));
    auto* text = dialog.findChild<QPlainTextEdit*>(u"pasteText"_s);
    text->setFocus();
    QTest::keyClicks(text, u"docker run --cpus 1 ubuntu:22.04"_s);
    auto* add = dialog.findChild<QPushButton*>(u"pasteAdd"_s);
    QTRY_VERIFY(add->isEnabled());
    QCOMPARE(dialog.target().docker.image, u"ubuntu:22.04"_s);
    QCOMPARE(dialog.target().docker.cpus, 1.0);
    text->selectAll();
    QTest::keyClicks(text, u"ls -l"_s);
    QTRY_VERIFY(!add->isEnabled());
    QVERIFY(dialog.findChild<QWidget*>(u"pasteError"_s)->isVisible());
    QTest::keyClick(text, Qt::Key_Tab); // does not write a tab
    QCOMPARE(text->toPlainText(), u"ls -l"_s);
}

QTEST_MAIN(TestPasteDialog)
#include "tst_paste_dialog.moc"
