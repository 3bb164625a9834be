#include "dialogs/import_dialog.h"
#include "main_window.h"
#include "models/import_model.h"
#include "support/fake_services.h"
#include "support/strict_messages.h"
#include "widgets/file_chooser.h"
#include "widgets/message_bar.h"
#include "window_settings.h"

#include <QComboBox>
#include <QDropEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QUrl>

using namespace Qt::StringLiterals;
using namespace bv;

class TestImportDialog : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { StrictMessages::install(); }
    void init();
    void cleanup();
    void storesWhatIsShown();
    void asksForWhatIsMissing();
    void editsAllSelectedRows();
    void saysWhyThereIsNothing();
    void cancels();
    void droppedFilesAreImported();
    void openTakesSeveralFiles();

private:
    QString write(const QString& name, const QByteArray& content) const;
    /// Shown, and read to the end.
    std::unique_ptr<ImportDialog> open(const QStringList& paths);
    template<class T>
    static T* child(const QWidget& parent, const char* name)
    {
        return parent.findChild<T*>(QLatin1String(name));
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<FakeServices> m_fakes;
};

namespace {

const QByteArray goodTable = "target,cpu_max_prime,repeat,events_per_sec\n"
                             "docker,20000,1,1300\ndocker,20000,2,1310\nqemu-tcg,20000,1,400\nqemu-tcg,20000,2,410\n";
const QByteArray halfKnown = "target,cpu_max_prime,repeat,events_per_sec\n"
                             "mystery,20000,1,1300\nmystery,20000,2,1310\nqemu-tcg,20000,1,400\n";

} // namespace

QString TestImportDialog::write(const QString& name, const QByteArray& content) const
{
    QFile file(m_folder->filePath(name));
    if (!file.open(QIODevice::WriteOnly))
        return {};
    file.write(content);
    return file.fileName();
}

void TestImportDialog::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_fakes = std::make_unique<FakeServices>();
}

void TestImportDialog::cleanup()
{
    m_fakes.reset();
    m_folder.reset();
    QCOMPARE(StrictMessages::faults(), QStringList());
}

std::unique_ptr<ImportDialog> TestImportDialog::open(const QStringList& paths)
{
    auto dialog = std::make_unique<ImportDialog>(m_fakes->library, paths);
    dialog->show();
    dialog->activateWindow();
    const bool shown = QTest::qWaitForWindowActive(dialog.get()) &&
                       QTest::qWaitFor([&dialog] { return !dialog->isReading(); }, 20'000);
    if (!shown)
        qWarning("the files were not read");
    return dialog;
}

void TestImportDialog::storesWhatIsShown()
{
    const auto dialog = open({write(u"lab 1.csv"_s, goodTable)});
    QCOMPARE(child<QTableView>(*dialog, "importTable")->model()->rowCount(), 4);
    QCOMPARE(child<QLineEdit>(*dialog, "importName")->text(), u"lab 1.csv"_s);
    child<QLineEdit>(*dialog, "importName")->setText(u"Lab of Monday"_s);
    auto* store = child<QPushButton>(*dialog, "importStore");
    QVERIFY(store->isEnabled());
    QSignalSpy imported(dialog.get(), &ImportDialog::imported);
    store->click();
    QTRY_COMPARE_WITH_TIMEOUT(imported.size(), 1, 20'000);
    QVERIFY(!dialog->isVisible());
    const auto loaded = m_fakes->library.load(imported.first().first().toString()).result();
    QVERIFY(loaded);
    QCOMPARE((*loaded)->name, u"Lab of Monday"_s);
    QCOMPARE((*loaded)->runs.size(), 4);
    QCOMPARE(sessionOrigin(**loaded), SessionOrigin::Imported);
}

void TestImportDialog::asksForWhatIsMissing()
{
    const auto dialog = open({write(u"half.csv"_s, halfKnown)});
    auto* store = child<QPushButton>(*dialog, "importStore");
    QVERIFY(!store->isEnabled());
    QVERIFY(child<QLabel>(*dialog, "importState")->text().contains("missing"_L1));
    auto* table = child<QTableView>(*dialog, "importTable");
    table->selectRow(0);
    table->selectionModel()->select(table->model()->index(1, 0),
                                    QItemSelectionModel::Select | QItemSelectionModel::Rows);
    table->setFocus();
    QTest::keyClick(table, Qt::Key_Space); // both are left out
    QVERIFY(store->isEnabled());
    QCOMPARE(dialog->runs().includedCount(), 1);
    QTest::keyClick(table, Qt::Key_Space);
    QVERIFY(!store->isEnabled());
    child<QWidget>(*dialog, "importNext")->setFocus();
    QTest::keyClick(child<QWidget>(*dialog, "importNext"), Qt::Key_Space);
    QCOMPARE(table->currentIndex(), table->model()->index(0, ImportModel::Target));
}

void TestImportDialog::editsAllSelectedRows()
{
    const auto dialog = open({write(u"half.csv"_s, halfKnown)});
    auto* table = child<QTableView>(*dialog, "importTable");
    table->setFocus();
    table->setCurrentIndex(table->model()->index(0, ImportModel::Target));
    table->selectionModel()->select(table->model()->index(1, 0),
                                    QItemSelectionModel::Select | QItemSelectionModel::Rows);
    QTest::keyClick(table, Qt::Key_F2);
    auto* box = table->findChild<QComboBox*>();
    QVERIFY(box);
    QCOMPARE(box->accessibleName(), u"Target"_s);
    QVERIFY(box->findText(u"qemu-kvm"_s) >= 0);
    QTest::keyClicks(box->lineEdit(), u"docker-2c-1g"_s);
    QTest::keyClick(box, Qt::Key_Return);
    QTRY_COMPARE(dialog->runs().missingCount(), 0);
    for (const int row : {0, 1})
        QCOMPARE(dialog->runs().preview().rows.at(row).run.targetName, u"docker-2c-1g"_s);
    QVERIFY(child<QPushButton>(*dialog, "importStore")->isEnabled());
    // What cannot be is said, and changes nothing.
    QTRY_VERIFY(!table->findChild<QComboBox*>());
    table->setCurrentIndex(table->model()->index(0, ImportModel::Kind));
    QTest::keyClick(table, Qt::Key_F2);
    box = table->findChild<QComboBox*>();
    QVERIFY(box);
    QTest::keyClicks(box->lineEdit(), u"nonsense"_s);
    QTest::keyClick(box, Qt::Key_Return);
    QTRY_VERIFY(child<MessageBar>(*dialog, "messageBar")->isVisible());
    QCOMPARE(dialog->runs().preview().rows.at(0).run.record.test, sysbench::Test::Cpu);
}

void TestImportDialog::saysWhyThereIsNothing()
{
    const auto dialog = open({write(u"poem.txt"_s, "Nothing was measured here.\n")});
    QVERIFY(!child<QPushButton>(*dialog, "importStore")->isEnabled());
    const QString said = child<QLabel>(*dialog, "importProgressText")->text() +
                         child<QPlainTextEdit>(*dialog, "importWarnings")->toPlainText();
    QVERIFY2(said.contains("poem.txt"_L1), qPrintable(said));
}

void TestImportDialog::cancels()
{
    ImportDialog dialog(m_fakes->library, {write(u"lab.csv"_s, goodTable)});
    dialog.show();
    QTest::keyClick(&dialog, Qt::Key_Escape); // while it may still read
    QVERIFY(!dialog.isVisible());
    QTRY_VERIFY_WITH_TIMEOUT(!dialog.isReading(), 20'000);
}

void TestImportDialog::droppedFilesAreImported()
{
    Paths paths;
    paths.state = m_fakes->machine.path(u"statehome"_s);
    WindowSettings settings(paths);
    MainWindow window(m_fakes->services, settings);
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    QMimeData files;
    files.setUrls({QUrl::fromLocalFile(write(u"lab.csv"_s, goodTable))});
    QDragEnterEvent enter({10, 10}, Qt::CopyAction, &files, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&window, &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent drop({10, 10}, Qt::CopyAction, &files, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&window, &drop);
    auto* dialog = window.findChild<ImportDialog*>();
    QVERIFY(dialog && dialog->isVisible());
    QTRY_VERIFY_WITH_TIMEOUT(!dialog->isReading(), 20'000);
    child<QPushButton>(*dialog, "importStore")->click();
    QTRY_COMPARE_WITH_TIMEOUT(m_fakes->session.runCount(), 4, 20'000); // it is shown
    QTRY_VERIFY(!window.findChild<ImportDialog*>());
    QMimeData text;
    text.setText(u"no file"_s);
    QDragEnterEvent other({10, 10}, Qt::CopyAction, &text, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&window, &other);
    QVERIFY(!other.isAccepted());
}

void TestImportDialog::openTakesSeveralFiles()
{
    Paths paths;
    paths.state = m_fakes->machine.path(u"statehome"_s);
    WindowSettings settings(paths);
    MainWindow window(m_fakes->services, settings);
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    window.openFiles({write(u"a.csv"_s, goodTable), write(u"b.csv"_s, goodTable)});
    auto* dialog = window.findChild<ImportDialog*>();
    QVERIFY(dialog);
    QTRY_VERIFY_WITH_TIMEOUT(!dialog->isReading(), 20'000);
    QCOMPARE(dialog->runs().rowCount(), 8);
    QCOMPARE(child<QLineEdit>(*dialog, "importName")->text(), u"a.csv and more"_s);
    dialog->close();
}

QTEST_MAIN(TestImportDialog)
#include "tst_import_dialog.moc"
