#include "dialogs/environment_dialog.h"
#include "models/log_filter.h"
#include "pages/log_page.h"
#include "support/fake_services.h"
#include "support/strict_messages.h"
#include "widgets/card.h"
#include "widgets/environment_bar.h"
#include "widgets/file_chooser.h"
#include "widgets/message_bar.h"

#include <QAbstractItemModelTester>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>
#include <QToolButton>

using namespace Qt::StringLiterals;
using namespace bv;

class TestLogAndEnvironment : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { StrictMessages::install(); }
    void init() { m_fakes = std::make_unique<FakeServices>(); }
    void cleanup();
    void followsTheEnd();
    void findsLines();
    void filtersBySource();
    void filtersByRun();
    void copiesAndSaves();
    void twentyThousandLines();
    void dialogChecksAndTells();
    void worksWithNothingThere();
    void barTellsPrerequisites();
    void checksNothingBesideAMeasurement();
    void findsCommands_data();
    void findsCommands();

private:
    std::unique_ptr<LogPage> makePage();
    void addLines(int count);
    std::unique_ptr<FakeServices> m_fakes;
};

void TestLogAndEnvironment::cleanup()
{
    m_fakes.reset();
    QCOMPARE(StrictMessages::faults(), QStringList());
}

std::unique_ptr<LogPage> TestLogAndEnvironment::makePage()
{
    auto page = std::make_unique<LogPage>(m_fakes->services);
    page->resize(800, 400);
    page->show();
    (void)QTest::qWaitForWindowActive(page.get());
    return page;
}

void TestLogAndEnvironment::addLines(int count)
{
    for (int i = 0; i < count; ++i)
        m_fakes->log.add(i % 2 ? u"docker"_s : QString(), u"line %1"_s.arg(i));
}

void TestLogAndEnvironment::followsTheEnd()
{
    const auto page = makePage();
    auto* table = page->findChild<QTableView*>(u"logTable"_s);
    QVERIFY(!table->isVisible()); // it says what will be here instead
    addLines(200);
    QTRY_VERIFY(table->isVisible());
    QScrollBar* scrolled = table->verticalScrollBar();
    QTRY_VERIFY(scrolled->maximum() > 0);
    QTRY_COMPARE(scrolled->value(), scrolled->maximum());
    page->resize(800, 300); // a lower page still shows the end
    QTRY_COMPARE(scrolled->value(), scrolled->maximum());
    m_fakes->log.add({}, QString(500, u'x')); // and so does one with a horizontal scroll bar
    QTRY_VERIFY(table->horizontalScrollBar()->maximum() > 0);
    QTRY_COMPARE(scrolled->value(), scrolled->maximum());
    auto* follow = page->findChild<QCheckBox*>(u"followLog"_s);
    scrolled->setValue(20); // the user looks at something
    QVERIFY(!follow->isChecked());
    addLines(100);
    QTRY_VERIFY(scrolled->maximum() > 250);
    QTest::qWait(200);
    QCOMPARE(scrolled->value(), 20);
    follow->click();
    QCOMPARE(scrolled->value(), scrolled->maximum());
}

void TestLogAndEnvironment::findsLines()
{
    addLines(50);
    const auto page = makePage();
    auto* table = page->findChild<QTableView*>(u"logTable"_s);
    table->setFocus();
    QTest::keyClick(table, Qt::Key_F, Qt::ControlModifier);
    auto* line = page->findChild<QLineEdit*>(u"logSearch"_s);
    QTRY_VERIFY(line->hasFocus());
    QTest::keyClicks(line, u"LINE 4"_s);
    QTest::keyClick(line, Qt::Key_Return);
    QCOMPARE(table->currentIndex().row(), 4);
    QTest::keyClick(line, Qt::Key_F3);
    QCOMPARE(table->currentIndex().row(), 40);
    QTest::keyClick(line, Qt::Key_F3, Qt::ShiftModifier);
    QCOMPARE(table->currentIndex().row(), 4);
    QTest::mouseClick(page->findChild<QToolButton*>(u"findPrevious"_s), Qt::LeftButton);
    QCOMPARE(table->currentIndex().row(), 49);
    QCOMPARE(page->findChild<QLabel*>(u"logFound"_s)->text(), u"Went on from the other end"_s);
    line->setText(u"nowhere"_s);
    QTest::keyClick(line, Qt::Key_Return);
    QCOMPARE(page->findChild<QLabel*>(u"logFound"_s)->text(), u"Not found"_s);
}

void TestLogAndEnvironment::filtersBySource()
{
    addLines(10);
    const auto page = makePage();
    auto* table = page->findChild<QTableView*>(u"logTable"_s);
    const QAbstractItemModelTester tester(table->model());
    auto* source = page->findChild<QComboBox*>(u"logSource"_s);
    QCOMPARE(source->count(), 3);
    source->setFocus();
    QTest::keyClick(source, Qt::Key_End);
    QCOMPARE(source->currentText(), u"docker"_s);
    QCOMPARE(table->model()->rowCount(), 5);
    m_fakes->log.add(u"<b>qemu</b>"_s, u"one\ntwo"_s);
    QTRY_COMPARE(source->count(), 4);
    QCOMPARE(table->model()->rowCount(), 5);
    source->setCurrentIndex(3);
    QCOMPARE(table->model()->rowCount(), 2);
}

void TestLogAndEnvironment::filtersByRun()
{
    m_fakes->log.follow(m_fakes->engine);
    QVERIFY(m_fakes->machine.makeGuest());
    const auto page = makePage();
    auto* table = page->findChild<QTableView*>(u"logTable"_s);
    auto* run = page->findChild<QComboBox*>(u"logRun"_s);
    QCOMPARE(run->count(), 1);
    QVERIFY(m_fakes->measure());
    QTRY_COMPARE(run->count(), 1 + 4);
    const int all = table->model()->rowCount();
    run->setFocus();
    QTest::keyClick(run, Qt::Key_End);
    QVERIFY2(run->currentText().contains("cpu"_L1) && run->currentText().contains("repeat 2"_L1),
             qPrintable(run->currentText()));
    const int ofRun = table->model()->rowCount();
    QVERIFY(ofRun > 2 && ofRun < all / 2);
    QVERIFY(table->model()->index(0, LogModel::Text).data().toString().contains("begins"_L1));
    // Of a target, its own runs only; the run that is chosen stays where it is one of them.
    const QString target = run->currentText().section(u':', 0, 0);
    auto* source = page->findChild<QComboBox*>(u"logSource"_s);
    source->setCurrentText(target);
    QCOMPARE(run->count(), 1 + 2);
    QVERIFY(run->currentText().startsWith(target));
    QVERIFY(table->model()->rowCount() > 0 && table->model()->rowCount() <= ofRun);
    source->setCurrentText(target == "docker"_L1 ? u"qemu"_s : u"docker"_s);
    QCOMPARE(run->currentIndex(), 0);
    source->setCurrentIndex(0);
    QCOMPARE(run->count(), 1 + 4);
    QCOMPARE(table->model()->rowCount(), m_fakes->log.rowCount());
    // What is left of the log offers no run any more.
    run->setCurrentIndex(1);
    m_fakes->log.add({}, QString(LogModel::limit - 1, u'\n'));
    QTRY_COMPARE(run->count(), 1);
    QCOMPARE(table->model()->rowCount(), LogModel::limit);
}

void TestLogAndEnvironment::copiesAndSaves()
{
    addLines(5);
    const auto page = makePage();
    auto* table = page->findChild<QTableView*>(u"logTable"_s);
    table->setFocus();
    table->selectRow(1);
    QTest::keyClick(table, Qt::Key_C, Qt::ControlModifier);
    QVERIFY(QGuiApplication::clipboard()->text().endsWith("\tdocker\tline 1\n"_L1));
    const QString file = m_fakes->machine.path(u"log.txt"_s);
    FileChooser::setNextFileName(file);
    QTest::mouseClick(page->findChild<QToolButton*>(u"saveLog"_s), Qt::LeftButton);
    auto* message = page->findChild<MessageBar*>();
    QTRY_VERIFY(message->text().contains(file));
    QFile saved(file);
    QVERIFY(saved.open(QIODevice::ReadOnly));
    QCOMPARE(saved.readAll().count('\n'), 5);
    FileChooser::setNextFileName(m_fakes->machine.path(u"no/such/log.txt"_s));
    QTest::mouseClick(page->findChild<QToolButton*>(u"saveLog"_s), Qt::LeftButton);
    QTRY_VERIFY(message->text().contains("does not exist"_L1));
}

void TestLogAndEnvironment::twentyThousandLines()
{
    const auto page = makePage();
    addLines(LogModel::limit + 1000);
    auto* table = page->findChild<QTableView*>(u"logTable"_s);
    QTRY_COMPARE(table->model()->rowCount(), LogModel::limit);
    QTRY_COMPARE(table->verticalScrollBar()->value(), table->verticalScrollBar()->maximum());
    page->findChild<QLineEdit*>(u"logSearch"_s)->setText(u"line 20999"_s);
    QTest::keyClick(page->findChild<QLineEdit*>(u"logSearch"_s), Qt::Key_Return);
    QCOMPARE(table->currentIndex().row(), LogModel::limit - 1);
}

void TestLogAndEnvironment::dialogChecksAndTells()
{
    EnvironmentDialog dialog(m_fakes->services);
    dialog.show();
    auto* again = dialog.findChild<QPushButton*>(u"checkAgain"_s);
    auto* summary = dialog.findChild<QLabel*>(u"environmentSummary"_s);
    QVERIFY(m_fakes->environment.isChecking()); // nothing was known
    QVERIFY(!again->isEnabled());
    QVERIFY(summary->text().contains("Looking"_L1));
    QTRY_VERIFY_WITH_TIMEOUT(!m_fakes->environment.isChecking(), 20000);
    QVERIFY(again->isEnabled());
    auto* qemu = dialog.findChild<Card*>(u"environment-qemu"_s);
    QVERIFY(qemu && qemu->isVisible());
    QVERIFY(summary->text().startsWith("Ready"_L1));
    auto* guest = dialog.findChild<Card*>(u"environment-guest"_s);
    guest->findChild<QPushButton*>(u"copyCommand"_s)->click();
    QCOMPARE(QGuiApplication::clipboard()->text(), u"benchvisor guest build"_s);
    // Repaired meanwhile.
    QVERIFY(m_fakes->machine.makeGuest());
    QTest::mouseClick(again, Qt::LeftButton);
    QVERIFY(m_fakes->environment.isChecking());
    QVERIFY(summary->text().contains("Looking"_L1));
    QTRY_VERIFY_WITH_TIMEOUT(!m_fakes->environment.isChecking(), 20000);
    QTRY_VERIFY(summary->text().startsWith("Ready"_L1));
    guest = dialog.findChild<Card*>(u"environment-guest"_s);
    QVERIFY(!guest->findChild<QPushButton*>(u"copyCommand"_s));
    const auto labels = dialog.findChildren<QLabel*>();
    for (const QLabel* label : labels)
        QVERIFY(!label->text().contains(u'<') || label->textFormat() == Qt::PlainText);
}

void TestLogAndEnvironment::worksWithNothingThere()
{
    EngineSettings bare = m_fakes->machine.settings;
    bare.tools.docker = bare.tools.qemuX86 = bare.tools.qemuImg = bare.tools.sysbench = u"/no/such/program"_s;
    Engine engine(bare);
    EnvironmentMonitor environment(engine);
    const Services services{engine,           m_fakes->library, environment,        m_fakes->images,
                            m_fakes->qemu,    m_fakes->disks,   m_fakes->vms,       m_fakes->plan,
                            m_fakes->session, m_fakes->log,     m_fakes->appearance};
    EnvironmentBar bar(services);
    EnvironmentDialog dialog(services);
    dialog.show();
    QTRY_VERIFY_WITH_TIMEOUT(!environment.isChecking(), 20000);
    QVERIFY(dialog.findChild<QLabel*>(u"environmentSummary"_s)->text().contains("missing"_L1));
    QVERIFY2(bar.accessibleName().contains("QEMU missing"_L1), qPrintable(bar.accessibleName()));
    QVERIFY(bar.toolTip().contains("sudo apt install"_L1));
}

void TestLogAndEnvironment::barTellsPrerequisites()
{
    EnvironmentBar bar(m_fakes->services);
    bar.resize(900, bar.heightForWidth(900));
    bar.show();
    QVERIFY(bar.accessibleName().contains("Not checked yet"_L1));
    m_fakes->environment.check();
    QVERIFY(bar.accessibleName().contains("Checking"_L1));
    QTRY_VERIFY_WITH_TIMEOUT(!m_fakes->environment.isChecking(), 20000);
    for (const auto& part : {"QEMU 7.2.22"_L1, "Docker 20.10.24"_L1, "sysbench 1.0.20"_L1, "KVM not usable"_L1})
        QVERIFY2(bar.accessibleName().contains(part), qPrintable(bar.accessibleName()));
    QVERIFY(bar.heightForWidth(200) > bar.heightForWidth(2000)); // it breaks, nothing is cut
    const QSignalSpy activated(&bar, &EnvironmentBar::activated);
    QTest::mouseClick(&bar, Qt::LeftButton);
    QTest::keyClick(&bar, Qt::Key_Return);
    QTest::keyClick(&bar, Qt::Key_Space);
    QCOMPARE(activated.count(), 3);
}

/// A check may boot a guest, which would be measured as well.
void TestLogAndEnvironment::checksNothingBesideAMeasurement()
{
    m_fakes->environment.check();
    QTRY_VERIFY_WITH_TIMEOUT(!m_fakes->environment.isChecking(), 20000);
    EnvironmentDialog dialog(m_fakes->services);
    auto* again = dialog.findChild<QPushButton*>(u"checkAgain"_s);
    auto* fresh = dialog.findChild<QPushButton*>(u"tryKvmAgain"_s);
    QVERIFY(again->isEnabled() && fresh->isEnabled());
    bool refused = false;
    connect(&m_fakes->engine, &Engine::runningChanged, &dialog, [&](bool running) {
        if (!running)
            return;
        m_fakes->environment.check(true);
        m_fakes->images.pull(u"ubuntu:22.04"_s);
        refused = !m_fakes->environment.isChecking() && !m_fakes->images.isPulling() && !again->isEnabled() &&
                  !fresh->isEnabled() && fresh->toolTip().contains("measured"_L1);
    });
    QVERIFY(m_fakes->measure());
    QVERIFY(refused);
    QVERIFY(m_fakes->environment.isChecking()); // the session may have built the guest
    QTRY_VERIFY_WITH_TIMEOUT(again->isEnabled() && fresh->isEnabled(), 20000);
    QVERIFY(!fresh->toolTip().contains("measured"_L1));
}

void TestLogAndEnvironment::findsCommands_data()
{
    QTest::addColumn<QString>("mend");
    QTest::addColumn<QStringList>("commands");
    QTest::newRow("install") << u"qemu-img is not installed. Install it: sudo apt install qemu-utils"_s
                             << QStringList{u"sudo apt install qemu-utils"_s};
    QTest::newRow("quoted") << u"Move it away; `sqlite3 FILE .recover` may save it."_s
                            << QStringList{u"sqlite3 FILE .recover"_s};
    QTest::newRow("sentence behind it") << u"You may not. Mend: sudo usermod -aG docker $USER, then log in again."_s
                                        << QStringList{u"sudo usermod -aG docker $USER"_s};
    QTest::newRow("brackets") << u"Install it: sudo apt install docker.io (or podman)."_s
                              << QStringList{u"sudo apt install docker.io"_s};
    QTest::newRow("in brackets") << u"Install the packages (Debian and Ubuntu: sudo apt-get install mke2fs dd)."_s
                                 << QStringList{u"sudo apt-get install mke2fs dd"_s};
    QTest::newRow("full stop") << u"Start it: sudo systemctl start docker."_s
                               << QStringList{u"sudo systemctl start docker"_s};
    QTest::newRow("none") << u"VMs run under TCG: much slower."_s << QStringList();
}

void TestLogAndEnvironment::findsCommands()
{
    QFETCH(QString, mend);
    QTEST(commandsIn(mend), "commands");
}

QTEST_MAIN(TestLogAndEnvironment)
#include "tst_log_and_environment.moc"
