#include "dialogs/compare_dialog.h"
#include "dialogs/export_dialog.h"
#include "import/reference_session.h"
#include "models/session_filter.h"
#include "models/session_list_model.h"
#include "pages/sessions_page.h"
#include "support/fake_services.h"
#include "support/rich_session.h"
#include "support/strict_messages.h"
#include "widgets/file_chooser.h"
#include "widgets/message_bar.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTableView>
#include <QTest>
#include <QToolButton>
#include <QtSql/QSqlDatabase>
#include <QtSql/QSqlQuery>

using namespace Qt::StringLiterals;
using namespace bv;

class TestSessionsPage : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { StrictMessages::install(); }
    void init();
    void cleanup();
    void emptyStoreSaysWhatToDo();
    void listsTheNewestFirstWithHeadlines();
    void filtersAndSorts();
    void opensAndResumes();
    void renames();
    void keepsNotes();
    void deletesWithUndo();
    void deletesAtTheEndOfThePage();
    void runningSessionStays();
    void deletedElsewhere();
    void unreadableStore();
    void lockedStoreGivesTheRowBack();
    void comparesSideBySide();
    void exportsASession();
    void shippedSessionStays();
    void hostileTextStaysText();
    void tenThousandSessions();

private:
    void makePage();
    void store(const QString& id, SessionState state = SessionState::Finished, int daysAgo = 0);
    QStringList listed() const;
    QTableView* table() const { return m_page->findChild<QTableView*>(u"sessionTable"_s); }
    QAction* action(const char* name) const { return m_page->findChild<QAction*>(QLatin1String(name)); }
    QLabel* emptyText() const { return m_page->findChild<QLabel*>(u"sessionsEmpty"_s); }
    MessageBar* bar(const char* name) const { return m_page->findChild<MessageBar*>(QLatin1String(name)); }
    QString cell(int row, int column) const { return table()->model()->index(row, column).data().toString(); }

    std::unique_ptr<FakeServices> m_fakes;
    std::unique_ptr<SessionStore> m_store;
    std::unique_ptr<SessionsPage> m_page;
};

void TestSessionsPage::init()
{
    m_fakes = std::make_unique<FakeServices>();
    auto store = SessionStore::open(m_fakes->machine.settings.storeFile());
    QVERIFY(store);
    m_store = *std::move(store);
}

void TestSessionsPage::cleanup()
{
    m_page.reset();
    m_store.reset();
    m_fakes.reset();
    QCOMPARE(StrictMessages::faults(), QStringList());
}

void TestSessionsPage::makePage()
{
    m_page = std::make_unique<SessionsPage>(m_fakes->services);
    m_page->resize(1000, 640);
    m_page->show();
    QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
    QTRY_VERIFY(!emptyText()->text().contains("Reading"_L1));
}

void TestSessionsPage::store(const QString& id, SessionState state, int daysAgo)
{
    Session session = rich::session(id);
    session.name = u"Name of "_s + id;
    session.state = state;
    session.created = session.created.addDays(-daysAgo);
    if (state != SessionState::Finished)
        session.runs.resize(20);
    QVERIFY(m_store->createSession(session));
}

QStringList TestSessionsPage::listed() const
{
    QStringList ids;
    for (int row = 0; row < table()->model()->rowCount(); ++row)
        ids << table()->model()->index(row, 0).data(SessionListModel::IdRole).toString();
    return ids;
}

void TestSessionsPage::emptyStoreSaysWhatToDo()
{
    makePage();
    QVERIFY(emptyText()->isVisible());
    QVERIFY(emptyText()->text().contains("Press Run"_L1));
    QVERIFY(!action("openSession")->isEnabled());
    const QSignalSpy wanted(m_page.get(), &SessionsPage::openFileRequested);
    QTest::mouseClick(m_page->findChild<QToolButton*>(u"openSessionFileButton"_s), Qt::LeftButton);
    QCOMPARE(wanted.count(), 1);
    // A session that this program stores appears by itself.
    (void)m_fakes->library.add(std::make_shared<Session>(rich::session(u"new"_s)));
    QTRY_COMPARE(listed(), QStringList(u"new"_s));
}

void TestSessionsPage::listsTheNewestFirstWithHeadlines()
{
    store(u"old"_s, SessionState::Finished, 3);
    store(u"new"_s, SessionState::Cancelled);
    makePage();
    QTRY_COMPARE(listed(), (QStringList{u"new"_s, u"old"_s}));
    QCOMPARE(cell(0, SessionListModel::State), u"cancelled"_s);
    QCOMPARE(cell(1, SessionListModel::Runs), u"48 of 48"_s);
    QCOMPARE(cell(1, SessionListModel::Host), u"lab-7"_s);
    QTRY_COMPARE(cell(1, SessionListModel::Headline), u"Docker 3.83× as fast as QEMU, cpu 20000"_s);
}

void TestSessionsPage::filtersAndSorts()
{
    store(u"a"_s, SessionState::Finished, 1);
    store(u"b"_s, SessionState::Failed, 2);
    store(u"c"_s, SessionState::Finished, 3);
    makePage();
    QTRY_COMPARE(listed().size(), 3);
    const QAbstractItemModelTester tester(table()->model());
    QTest::keyClick(table(), Qt::Key_F, Qt::ControlModifier);
    auto* line = m_page->findChild<QLineEdit*>(u"sessionFilter"_s);
    QTRY_VERIFY(line->hasFocus());
    QTest::keyClicks(line, u"name failed"_s);
    QCOMPARE(listed(), QStringList(u"b"_s));
    QTest::keyClick(line, Qt::Key_Escape);
    QCOMPARE(listed().size(), 3);
    m_page->findChild<QComboBox*>(u"stateFilter"_s)->setCurrentIndex(1); // running
    QVERIFY(emptyText()->isVisible());
    QTest::mouseClick(m_page->findChild<QToolButton*>(u"sessionsAgain"_s), Qt::LeftButton);
    QCOMPARE(listed().size(), 3);
    table()->sortByColumn(SessionListModel::Name, Qt::DescendingOrder);
    QCOMPARE(listed(), (QStringList{u"c"_s, u"b"_s, u"a"_s}));
}

void TestSessionsPage::opensAndResumes()
{
    store(u"done"_s);
    store(u"half"_s, SessionState::Interrupted, 1);
    makePage();
    QTRY_COMPARE(listed().size(), 2);
    const QSignalSpy opened(m_page.get(), &SessionsPage::openRequested);
    const QSignalSpy resumed(m_page.get(), &SessionsPage::resumeRequested);
    table()->setFocus();
    m_page->select(u"done"_s);
    QVERIFY(!action("resumeSession")->isEnabled());
    QTest::keyClick(table(), Qt::Key_Return);
    QCOMPARE(opened.count(), 1);
    QCOMPARE(opened.at(0).at(0).toString(), u"done"_s);
    QTest::keyClick(table(), Qt::Key_Down);
    const QPoint at = table()->visualRect(table()->currentIndex()).center();
    QTest::mouseClick(table()->viewport(), Qt::LeftButton, {}, at);
    QTest::mouseDClick(table()->viewport(), Qt::LeftButton, {}, at);
    QCOMPARE(opened.count(), 2);
    QTest::mouseClick(m_page->findChild<QToolButton*>(u"resumeSessionButton"_s), Qt::LeftButton);
    QCOMPARE(resumed.count(), 1);
    QCOMPARE(resumed.at(0).at(0).toString(), u"half"_s);
}

void TestSessionsPage::renames()
{
    store(u"a"_s);
    makePage();
    QTRY_COMPARE(listed().size(), 1);
    table()->setFocus();
    QTest::keyClick(table(), Qt::Key_F2);
    auto* editor = table()->viewport()->findChild<QLineEdit*>();
    QVERIFY(editor);
    QCOMPARE(editor->text(), u"Name of a"_s);
    QTest::keyClicks(editor, u"Better"_s);
    QTest::keyClick(editor, Qt::Key_Return);
    QTRY_COMPARE(cell(0, SessionListModel::Name), u"Better"_s);
    const auto stored = m_store->load(u"a"_s);
    QVERIFY(stored && stored->name == "Better"_L1);
}

void TestSessionsPage::keepsNotes()
{
    store(u"a"_s);
    store(u"b"_s, SessionState::Finished, 1);
    makePage();
    QTRY_COMPARE(listed().size(), 2);
    m_page->select(u"a"_s);
    auto* note = m_page->findChild<QPlainTextEdit*>(u"sessionNote"_s);
    QTest::keyClicks(note, u"Window was open."_s);
    m_page->select(u"b"_s); // goes to another one: stored at once
    QVERIFY(note->toPlainText().isEmpty());
    QTRY_COMPARE(m_store->load(u"a"_s).valueOr({}).note, u"Window was open."_s);
    QTest::keyClicks(note, u"Second"_s);
    m_page.reset(); // the library ends what it was asked for
    QTRY_COMPARE(m_store->load(u"b"_s).valueOr({}).note, u"Second"_s);
}

void TestSessionsPage::deletesWithUndo()
{
    store(u"a"_s);
    store(u"b"_s, SessionState::Finished, 1);
    makePage();
    QTRY_COMPARE(listed().size(), 2);
    table()->setFocus();
    m_page->select(u"a"_s);
    QTest::keyClick(table(), Qt::Key_Delete);
    QCOMPARE(listed(), QStringList(u"b"_s));
    QVERIFY(bar("undoBar")->isVisible());
    QVERIFY(m_store->load(u"a"_s));
    QTest::mouseClick(bar("undoBar")->findChild<QToolButton*>(u"messageAction"_s), Qt::LeftButton);
    QCOMPARE(listed().size(), 2);
    QCOMPARE(m_page->selectedIds(), QStringList(u"a"_s));
    QTest::keyClick(table(), Qt::Key_Delete);
    QCOMPARE(listed(), QStringList(u"b"_s));
    QTest::keyClick(table(), Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(listed().size(), 2);
    QVERIFY(!bar("undoBar")->isVisible());
    QCOMPARE(m_page->selectedIds(), QStringList(u"a"_s));
    QTest::keyClick(table(), Qt::Key_Delete);
    QTest::mouseClick(bar("undoBar")->findChild<QToolButton*>(u"messageClose"_s), Qt::LeftButton);
    QTRY_VERIFY(!m_store->load(u"a"_s));
    QTRY_COMPARE(listed(), QStringList(u"b"_s));
    // The same id may come back from a file.
    (void)m_fakes->library.add(std::make_shared<Session>(rich::session(u"a"_s)));
    QTRY_COMPARE(listed().size(), 2);
}

void TestSessionsPage::deletesAtTheEndOfThePage()
{
    store(u"a"_s);
    makePage();
    QTRY_COMPARE(listed().size(), 1);
    action("deleteSession")->trigger();
    QVERIFY(emptyText()->isVisible());
    m_page.reset();
    QTRY_VERIFY(!m_store->load(u"a"_s));
}

void TestSessionsPage::runningSessionStays()
{
    store(u"live"_s, SessionState::Running); // this process is its owner
    makePage();
    QTRY_COMPARE(listed().size(), 1);
    QCOMPARE(cell(0, SessionListModel::State), u"running"_s);
    action("deleteSession")->trigger();
    QCOMPARE(listed().size(), 1);
    QVERIFY(bar("messageBar")->text().contains("running"_L1));
    QVERIFY(!bar("undoBar")->isVisible());
}

void TestSessionsPage::deletedElsewhere()
{
    store(u"a"_s);
    store(u"b"_s, SessionState::Finished, 1);
    makePage();
    QTRY_COMPARE(listed().size(), 2);
    m_page->select(u"a"_s);
    QVERIFY(m_store->remove(u"a"_s));
    action("exportSession")->trigger();
    QTRY_VERIFY(bar("messageBar")->text().contains("deleted by another program"_L1));
    QTRY_COMPARE(listed(), QStringList(u"b"_s));
    QVERIFY(m_store->remove(u"b"_s));
    action("deleteSession")->trigger();
    bar("undoBar")->dismiss(); // nothing to complain of: it is gone
    QTRY_VERIFY(emptyText()->isVisible());
}

void TestSessionsPage::unreadableStore()
{
    const QString file = m_fakes->machine.settings.storeFile();
    m_store.reset();
    QVERIFY(QFile::remove(file));
    QVERIFY(QDir().mkpath(file)); // a folder in its place
    makePage();
    QTRY_VERIFY(emptyText()->text().contains("cannot be read"_L1));
    auto* again = m_page->findChild<QToolButton*>(u"sessionsAgain"_s);
    QVERIFY(again->isVisible());
    QVERIFY(QDir().rmdir(file));
    auto opened = SessionStore::open(file);
    QVERIFY(opened);
    m_store = *std::move(opened);
    store(u"a"_s);
    QTest::mouseClick(again, Qt::LeftButton);
    QTRY_COMPARE(listed(), QStringList(u"a"_s));
    QVERIFY(table()->isVisible());
}

void TestSessionsPage::lockedStoreGivesTheRowBack()
{
    store(u"a"_s);
    makePage();
    QTRY_COMPARE(listed().size(), 1);
    {
        QSqlDatabase other = QSqlDatabase::addDatabase(u"QSQLITE"_s, u"other program"_s);
        other.setDatabaseName(m_fakes->machine.settings.storeFile());
        QVERIFY(other.open());
        QVERIFY(QSqlQuery(other).exec(u"BEGIN IMMEDIATE"_s));
        action("deleteSession")->trigger();
        bar("undoBar")->dismiss();
        QTRY_VERIFY_WITH_TIMEOUT(bar("messageBar")->text().contains("Another program"_L1), 20000);
        QCOMPARE(listed(), QStringList(u"a"_s));
        QVERIFY(QSqlQuery(other).exec(u"ROLLBACK"_s));
        other.close();
    }
    QSqlDatabase::removeDatabase(u"other program"_s);
}

void TestSessionsPage::comparesSideBySide()
{
    store(u"a"_s);
    Session other = rich::session(u"b"_s);
    other.host.insert(u"kernel"_s, u"6.6.0"_s);
    other.targets[1] =
        QJsonObject{{u"id"_s, u"qemu-1c"_s}, {u"provenance"_s, rich::provenance(other.plan.targets.at(1), u"8.0.0"_s)}};
    other.plan.dropPageCache = false;
    other.plan.suites[0].parameters[1].values = {4}; // time_s
    for (RunRecord& run : other.runs) {
        if (run.test == sysbench::Test::Cpu && run.params["cpu_max_prime"_L1] == 50000)
            run.params.insert(u"time_s"_s, 4);
    }
    QVERIFY(m_store->createSession(other));
    makePage();
    QTRY_COMPARE(listed().size(), 2);
    QVERIFY(!action("compareSessions")->isEnabled());
    table()->selectAll();
    action("compareSessions")->trigger();
    QTRY_VERIFY(m_page->findChild<CompareDialog*>());
    auto* dialog = m_page->findChild<CompareDialog*>();
    QVERIFY(!dialog->isModal());
    auto* results = dialog->findChild<QAbstractItemView*>(u"comparedResults"_s)->model();
    const QAbstractItemModelTester tester(results);
    QCOMPARE(results->rowCount(), 10); // two of "cpu 50000" have no counterpart, and say why
    QSet<QString> tests;
    for (int row = 0; row < results->rowCount(); ++row)
        tests << results->index(row, 0).data().toString() + results->index(row, 1).data().toString();
    QCOMPARE(tests.size(), 10);
    QCOMPARE(results->headerData(7, Qt::Horizontal).toString(), u"B to A (95 % CI)"_s);
    QVERIFY2(results->index(0, 7).data().toString().startsWith("1.00 ("_L1),
             qPrintable(results->index(0, 7).data().toString()));
    QCOMPARE(results->index(0, 4).data().toString(), u"5"_s);
    auto* facts = dialog->findChild<QAbstractItemView*>(u"comparedFacts"_s)->model();
    QCOMPARE(facts->rowCount(), 4); // page cache, time_s, kernel, QEMU
    QCOMPARE(facts->index(0, 1).data().toString(), u"Page cache dropped"_s);
    QCOMPARE(facts->index(1, 1).data().toString(), u"cpu time_s"_s);
    QCOMPARE(facts->index(2, 1).data().toString(), u"Kernel"_s);
    QTest::mouseClick(dialog->findChild<QCheckBox*>(u"onlyDifferences"_s), Qt::LeftButton, {}, QPoint(8, 8));
    QVERIFY(facts->rowCount() > 10);
    dialog->findChild<QPushButton*>(u"copyComparison"_s)->click();
    QCOMPARE(QGuiApplication::clipboard()->text().count(u'\n'), 11);
}

void TestSessionsPage::exportsASession()
{
    store(u"a"_s);
    makePage();
    QTRY_COMPARE(listed().size(), 1);
    FileChooser::setFolder(m_fakes->machine.path());
    action("exportSession")->trigger();
    QTRY_VERIFY(m_page->findChild<ExportDialog*>());
    auto* dialog = m_page->findChild<ExportDialog*>();
    const QSignalSpy exported(dialog, &ExportDialog::exported);
    QVERIFY(!dialog->findChild<QCheckBox*>(u"exportPng"_s)->isVisible()); // nobody draws charts here
    dialog->findChild<QCheckBox*>(u"exportJson"_s)->setChecked(true);
    const QString folder = m_fakes->machine.path(u"out"_s);
    QVERIFY(QDir().mkpath(folder));
    FileChooser::setNextFileName(folder);
    QTest::mouseClick(dialog->findChild<QPushButton*>(u"chooseFolder"_s), Qt::LeftButton);
    QTest::mouseClick(dialog->findChild<QPushButton*>(u"exportNow"_s), Qt::LeftButton);
    QTRY_COMPARE(exported.count(), 1);
    const QStringList files = QDir(folder).entryList(QDir::Files);
    const QString stem = u"Name-of-a-"_s + dialog->session()->created.toLocalTime().toString(u"yyyyMMdd-HHmm"_s);
    QCOMPARE(files, (QStringList{stem + u"-runs.csv"_s, stem + u"-session.json"_s, stem + u"-summary.csv"_s}));
    QCOMPARE(FileChooser::folder(), folder);
    QTRY_VERIFY(dialog->findChild<QLabel*>(u"exportRawFiles"_s)->text().contains("will be replaced"_L1));
    // A folder that is not there.
    dialog->findChild<QLineEdit*>(u"exportFolder"_s)->setText(folder + u"/no/such"_s);
    QTest::mouseClick(dialog->findChild<QPushButton*>(u"exportNow"_s), Qt::LeftButton);
    QTRY_COMPARE(exported.count(), 2);
    QVERIFY(dialog->findChild<MessageBar*>()->text().contains("does not exist"_L1));
    // Charts by whoever can draw them.
    QStringList asked;
    dialog->findChild<QLineEdit*>(u"exportFolder"_s)->setText(folder);
    dialog->setCharts(
        {{u"cpu"_s, u"CPU"_s}}, [&asked](const QString& id, ChartFormat format, const QSize& size, int scale) {
            asked << u"%1 %2 %3 %4"_s.arg(id).arg(format == ChartFormat::Png).arg(size.width()).arg(scale);
            QImage image(4, 4, QImage::Format_RGB32);
            image.fill(Qt::white);
            return Result<DrawnChart>(DrawnChart{image, "picture"});
        });
    dialog->findChild<QCheckBox*>(u"exportPng"_s)->setChecked(true);
    dialog->findChild<QCheckBox*>(u"exportSvg"_s)->setChecked(true);
    QTRY_VERIFY(dialog->findChild<QLabel*>(u"exportReplaced"_s)->text().contains("3"_L1)); // it is said before
    QTest::mouseClick(dialog->findChild<QPushButton*>(u"exportNow"_s), Qt::LeftButton);
    QTRY_COMPARE(exported.count(), 3);
    QCOMPARE(asked, (QStringList{u"cpu 1 960 2"_s, u"cpu 0 960 1"_s}));
    QVERIFY(QFile::exists(folder + u'/' + stem + u"-cpu.svg"_s));
    QCOMPARE(QImage(folder + u'/' + stem + u"-cpu.png"_s).size(), QSize(4, 4));
    dialog->findChild<QSpinBox*>(u"chartWidth"_s)->setValue(4000); // too many pixels for a PNG
    dialog->findChild<QSpinBox*>(u"chartHeight"_s)->setValue(4000);
    QVERIFY(!dialog->findChild<QPushButton*>(u"exportNow"_s)->isEnabled());
    QVERIFY(dialog->findChild<QLabel*>(u"chartPixels"_s)->text().contains("too many"_L1));
    dialog->findChild<QCheckBox*>(u"exportPng"_s)->setChecked(false);
    QVERIFY(dialog->findChild<QPushButton*>(u"exportNow"_s)->isEnabled());
}

void TestSessionsPage::shippedSessionStays()
{
    m_fakes->library.setShipped(referenceSessionId, referenceSession);
    store(u"20261123-054210-7f3a"_s);
    makePage();
    QTRY_COMPARE(listed().size(), 2);
    m_page->select(referenceSessionId);
    QCOMPARE(m_page->selectedIds(), QStringList{referenceSessionId});
    const int row = table()->currentIndex().row();
    QCOMPARE(cell(row, SessionListModel::State), u"published"_s);
    QCOMPARE(cell(row, SessionListModel::Created), u"2023"_s); // no day is known
    QVERIFY(action("openSession")->isEnabled());
    QVERIFY(action("exportSession")->isEnabled());
    for (const char* name : {"renameSession", "deleteSession"}) {
        QVERIFY(!action(name)->isEnabled());
        QVERIFY(action(name)->toolTip().contains("ships with Benchvisor"_L1));
    }
    const auto* note = m_page->findChild<QPlainTextEdit*>(u"sessionNote"_s);
    QVERIFY(note->isReadOnly());
    const QModelIndex name = table()->model()->index(row, SessionListModel::Name);
    QVERIFY(!name.flags().testFlag(Qt::ItemIsEditable));
    // Of several selected ones it stays.
    table()->selectAll();
    action("deleteSession")->trigger();
    QCOMPARE(listed(), QStringList{referenceSessionId});
    QVERIFY(bar("messageBar")->text().contains("ships with Benchvisor"_L1));
}

void TestSessionsPage::hostileTextStaysText()
{
    Session session = rich::session(u"evil"_s);
    session.name = u"<b>&a</b><img src=x>/../../etc"_s;
    QVERIFY(m_store->createSession(session));
    makePage();
    QTRY_COMPARE(listed().size(), 1);
    QCOMPARE(cell(0, SessionListModel::Name), session.name);
    action("deleteSession")->trigger();
    const auto labels = m_page->findChildren<QLabel*>();
    for (const QLabel* label : labels) {
        if (label->text().contains("<img"_L1))
            QCOMPARE(label->textFormat(), Qt::PlainText);
    }
    QCOMPARE(proposedFileName({session.name, u"runs"_s}, u"csv"_s), u"b-a-b-img-src-x-..-..-etc-runs.csv"_s);
}

void TestSessionsPage::tenThousandSessions()
{
    SessionListModel model;
    SessionFilter filter;
    filter.setSourceModel(&model);
    filter.sort(SessionListModel::Created, Qt::DescendingOrder);
    QList<SessionSummary> sessions;
    for (int i = 0; i < 10'000; ++i) {
        SessionSummary summary;
        summary.id = u"s%1"_s.arg(i);
        summary.created = QDateTime::fromSecsSinceEpoch(2'000'000'000 - i, Qt::UTC);
        sessions << summary;
    }
    model.setSessions(sessions);
    QCOMPARE(filter.rowCount(), 10'000);
    const QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
    const QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
    const QSignalSpy removed(&model, &QAbstractItemModel::rowsRemoved);
    const QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    sessions[500].name = u"New name"_s;
    sessions.removeAt(7000);
    sessions.remove(100, 50);
    SessionSummary newest = sessions.first();
    newest.id = u"newest"_s;
    newest.created = newest.created.addSecs(60);
    sessions.prepend(newest);
    model.setSessions(sessions);
    QCOMPARE(resets.count(), 0);
    QCOMPARE(inserted.count(), 1);
    QCOMPARE(removed.count(), 2);
    QCOMPARE(changed.count(), 1);
    for (int row = 0; row < model.rowCount(); ++row)
        QCOMPARE(model.index(row, 0).data(SessionListModel::IdRole).toString(), sessions.at(row).id);
}

QTEST_MAIN(TestSessionsPage)
#include "tst_sessions_page.moc"
