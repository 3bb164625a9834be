#include "dialogs/run_details.h"
#include "models/figure_columns.h"
#include "models/grid_model.h"
#include "models/run_tree_model.h"
#include "models/series_model.h"
#include "pages/results_page.h"
#include "support/fake_services.h"
#include "support/rich_session.h"
#include "support/strict_messages.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QClipboard>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTest>
#include <QToolButton>
#include <QTreeView>

using namespace Qt::StringLiterals;
using namespace bv;

class TestResultsPage : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { StrictMessages::install(); }
    void init();
    void cleanup();
    void sayWhatToDoWhenEmpty();
    void filtersByKeys();
    void copiesTheSelection();
    void opensARun();
    void choosesColumns();
    void showsWhatMattersInASmallWindow();
    void keepsPlaceWhileLive();
    void keepsItsLayout();
    void takesAChart();
    void hostileTextStaysText();
    void detailsTellEverything();
    void detailsFindInTheOutput();
    void detailsFollowARunningRun();

private:
    void show(const Session& session);
    QTreeView* table() const { return m_page->findChild<QTreeView*>(u"runTable"_s); }
    QAbstractItemModel* model() const { return table()->model(); }
    template<class T>
    T* child(const char* name) const
    {
        return m_page->findChild<T*>(QLatin1String(name));
    }

    std::unique_ptr<FakeServices> m_fakes;
    std::unique_ptr<ResultsPage> m_page;
};

void TestResultsPage::init()
{
    m_fakes = std::make_unique<FakeServices>();
    m_page = std::make_unique<ResultsPage>(m_fakes->services);
    m_page->resize(1000, 640);
    m_page->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_page.get()));
}

void TestResultsPage::cleanup()
{
    m_page.reset();
    m_fakes.reset();
    QCOMPARE(StrictMessages::faults(), QStringList());
}

void TestResultsPage::show(const Session& session)
{
    m_fakes->session.show(std::make_shared<Session>(session));
}

void TestResultsPage::sayWhatToDoWhenEmpty()
{
    auto* text = child<QLabel>("resultsEmpty");
    QVERIFY(text->isVisible());
    QVERIFY(text->text().contains("Press Run"_L1));
    QVERIFY(!child<QToolButton>("clearFilter")->isVisible());
    show(rich::session());
    QVERIFY(!text->isVisible());
    QVERIFY(table()->isVisible());
    QVERIFY(table()->isExpanded(model()->index(0, 0, model()->index(0, 0))));
}

void TestResultsPage::filtersByKeys()
{
    show(rich::session());
    table()->setFocus();
    QTest::keyClick(table(), Qt::Key_F, Qt::ControlModifier);
    auto* line = child<QLineEdit>("runFilter");
    QTRY_VERIFY(line->hasFocus());
    QTest::keyClicks(line, u"qemu seqrd"_s);
    QCOMPARE(model()->rowCount(), 1);
    QCOMPARE(model()->rowCount(model()->index(0, 0)), 1);
    QTest::keyClick(line, Qt::Key_Escape);
    QCOMPARE(model()->rowCount(), 4);
    QTest::keyClicks(line, u"nothing like that"_s);
    QVERIFY(child<QLabel>("resultsEmpty")->isVisible());
    QTest::mouseClick(child<QToolButton>("clearFilter"), Qt::LeftButton);
    QCOMPARE(model()->rowCount(), 4);
    auto* target = child<QComboBox>("targetFilter");
    QCOMPARE(target->count(), 3);
    target->setFocus();
    QTest::keyClick(target, Qt::Key_Down);
    QCOMPARE(model()->rowCount(model()->index(0, 0)), 1);
    QTest::keyClick(line, Qt::Key_Down);
    QTRY_VERIFY(table()->hasFocus());
}

void TestResultsPage::copiesTheSelection()
{
    show(rich::session());
    const QModelIndex first = model()->index(1, 0, model()->index(0, 0, model()->index(0, 0)));
    table()->setFocus();
    table()->setCurrentIndex(first);
    QTest::keyClick(table(), Qt::Key_Down, Qt::ShiftModifier);
    QTest::keyClick(table(), Qt::Key_C, Qt::ControlModifier);
    QStringList lines = QGuiApplication::clipboard()->text().split(u'\n', Qt::SkipEmptyParts);
    QCOMPARE(lines.size(), 3);
    QVERIFY2(lines.at(0).startsWith("Test\tTarget\tRun\tStatus\tevents/s\tMiB/s"_L1), qPrintable(lines.at(0)));
    QVERIFY2(lines.at(2).startsWith("cpu 20000\tDocker 1 CPU 1 GiB\tRepeat 2\tdone\t"_L1), qPrintable(lines.at(2)));
    QTest::keyClick(table(), Qt::Key_A, Qt::ControlModifier);
    QTest::keyClick(table(), Qt::Key_C, Qt::ControlModifier);
    lines = QGuiApplication::clipboard()->text().split(u'\n', Qt::SkipEmptyParts);
    QCOMPARE(lines.size(), 1 + 4 * 2 * (1 + 6 + 3));
}

void TestResultsPage::opensARun()
{
    show(rich::session());
    const QSignalSpy activated(m_page.get(), &ResultsPage::runActivated);
    m_page->showRun(7);
    QCOMPARE(table()->currentIndex().data(RunTreeModel::RunRole).toInt(), 7);
    QTest::keyClick(table(), Qt::Key_Return);
    QCOMPARE(activated.count(), 1);
    QCOMPARE(activated.at(0).at(0).toInt(), 7);
    const QPoint at = table()->visualRect(table()->currentIndex()).center();
    QTest::mouseClick(table()->viewport(), Qt::LeftButton, {}, at);
    QTest::mouseDClick(table()->viewport(), Qt::LeftButton, {}, at);
    QCOMPARE(activated.count(), 2);
    table()->setCurrentIndex(model()->index(0, 0));
    QTest::keyClick(table(), Qt::Key_Return); // a test is no run
    QCOMPARE(activated.count(), 2);
}

void TestResultsPage::choosesColumns()
{
    show(rich::session());
    const auto columnNamed = [this](const QString& title) {
        for (int column = 0; column < model()->columnCount(); ++column) {
            if (model()->headerData(column, Qt::Horizontal).toString().replace(u'\n', u' ') == title)
                return column;
        }
        return -1;
    };
    QVERIFY(!table()->isColumnHidden(columnNamed(u"events/s"_s)));
    QVERIFY(table()->isColumnHidden(columnNamed(u"events"_s))); // there, but seldom wanted
    QVERIFY(table()->isColumnHidden(columnNamed(u"ops/s"_s)));  // nobody has it
    QVERIFY(table()->isColumnHidden(columnNamed(u"Remarks"_s)));
    auto* menu = child<QMenu>("columnMenu");
    QTest::mouseClick(child<QToolButton>("columns"), Qt::LeftButton); // opens it
    QTRY_VERIFY(menu->isVisible());
    QVERIFY(!menu->findChild<QAction*>(u"column-ops_per_sec"_s));
    menu->findChild<QAction*>(u"column-total_events"_s)->trigger();
    QVERIFY(!table()->isColumnHidden(columnNamed(u"events"_s)));
    menu->findChild<QAction*>(u"column-lat_min_ms"_s)->trigger();
    QVERIFY(table()->isColumnHidden(columnNamed(u"min (ms)"_s)));
    menu->findChild<QAction*>(u"usualColumns"_s)->trigger();
    QVERIFY(!table()->isColumnHidden(columnNamed(u"min (ms)"_s)));
    menu->close();
}

/// The page of a window of 1024 x 700: figures by which targets are compared need no scrolling, and none is cut.
void TestResultsPage::showsWhatMattersInASmallWindow()
{
    m_page->resize(690, 560);
    show(rich::session(u"narrow"_s, 4));
    const QStringList wanted{u"events/s"_s, u"MiB/s"_s, u"avg (ms)"_s, u"95th pct (ms)"_s};
    const auto lastEnd = [&] {
        int end = 0;
        for (int column = 0; column < model()->columnCount(); ++column) {
            const QString title = model()->headerData(column, Qt::Horizontal).toString().replace(u'\n', u' ');
            if (wanted.contains(title))
                end = std::max(end, table()->columnViewportPosition(column) + table()->columnWidth(column));
        }
        return end;
    };
    QTest::qWait(250); // the columns are fitted when changes have come together
    QVERIFY2(lastEnd() <= table()->viewport()->width(),
             qPrintable(u"%1 of %2"_s.arg(lastEnd()).arg(table()->viewport()->width())));
    QModelIndex row = model()->index(0, 0);
    for (; row.isValid(); row = table()->indexBelow(row)) {
        for (int column = 0; column < model()->columnCount(); ++column) {
            const QModelIndex cell = row.siblingAtColumn(column);
            if (!table()->isColumnHidden(column) && !cell.data().toString().isEmpty())
                QVERIFY2(table()->sizeHintForIndex(cell).width() <= table()->visualRect(cell).width(),
                         qPrintable(u"%1 needs %2, has %3"_s.arg(cell.data().toString())
                                        .arg(table()->sizeHintForIndex(cell).width())
                                        .arg(table()->visualRect(cell).width())));
        }
    }
}

void TestResultsPage::keepsPlaceWhileLive()
{
    const Session stored = rich::session(u"live"_s, 2, 60);
    const auto planned = expandPlan(stored.plan, {8, 16000}).valueOr({});
    m_fakes->session.follow(m_fakes->engine, stored.plan);
    emit m_fakes->engine.sessionStarted(u"live"_s, planned);
    child<QToolButton>("expandAll")->click();
    const int half = static_cast<int>(stored.runs.size()) / 2;
    for (int i = 0; i < half; ++i)
        emit m_fakes->engine.runFinished(stored.runs.at(i));
    m_page->showRun(40);
    table()->collapse(model()->index(1, 0, model()->index(0, 0)));
    QTRY_VERIFY(table()->verticalScrollBar()->maximum() > 0);
    const int scrolled = table()->verticalScrollBar()->value();
    for (int i = half; i < stored.runs.size(); ++i)
        emit m_fakes->engine.runFinished(stored.runs.at(i));
    QCOMPARE(table()->currentIndex().data(RunTreeModel::RunRole).toInt(), 40);
    QVERIFY(table()->selectionModel()->isSelected(table()->currentIndex()));
    QVERIFY(!table()->isExpanded(model()->index(1, 0, model()->index(0, 0))));
    QCoreApplication::processEvents();
    QCOMPARE(table()->verticalScrollBar()->value(), scrolled);
    QCOMPARE(model()->rowCount(), 4);
}

void TestResultsPage::keepsItsLayout()
{
    show(rich::session());
    auto* menu = child<QMenu>("columnMenu");
    emit menu->aboutToShow();
    menu->findChild<QAction*>(u"column-lat_avg_ms"_s)->trigger();
    const QByteArray state = m_page->saveState();
    ResultsPage other(m_fakes->services);
    QVERIFY(other.restoreState(state));
    QCOMPARE(other.saveState(), state);
    QVERIFY(!other.restoreState("nonsense"));
}

void TestResultsPage::takesAChart()
{
    QPointer<QWidget> chart = new QWidget;
    m_page->setChart(chart);
    QVERIFY(chart->isVisible());
    QVERIFY(m_page->isAncestorOf(chart));
    m_page->setChart(new QWidget);
    QVERIFY(!chart);
}

void TestResultsPage::hostileTextStaysText()
{
    Session session = rich::session();
    const QString evil = u"<b>&a</b><img src=x>"_s;
    session.plan.targets[0].label = evil;
    session.runs[2].status = RunStatus::Failed;
    session.runs[2].error = evil;
    show(session);
    auto* target = child<QComboBox>("targetFilter");
    QVERIFY(target->findText(evil) > 0);
    const QModelIndex run = model()->index(1, 0, model()->index(0, 0, model()->index(0, 0)));
    const QModelIndex remark = run.siblingAtColumn(RunTreeModel::remarkColumn());
    QCOMPARE(remark.data().toString(), evil);
    QVERIFY(!remark.data(Qt::ToolTipRole).toString().contains("<img"_L1));
    const RunDetails details(m_fakes->session, 2);
    const auto labels = details.findChildren<QLabel*>();
    for (const QLabel* label : labels) {
        if (label->text().contains("<img"_L1))
            QCOMPARE(label->textFormat(), Qt::PlainText);
    }
    QCOMPARE(details.findChild<QLabel*>(u"runError"_s)->text(), evil);
}

void TestResultsPage::detailsTellEverything()
{
    const Session session = rich::session();
    show(session);
    RunDetails details(m_fakes->session, 2);
    details.show();
    QVERIFY(QTest::qWaitForWindowActive(&details));
    QVERIFY(!details.isModal());
    QCOMPARE(details.findChild<QLabel*>(u"runTitle"_s)->text(), u"cpu 20000 · Docker 1 CPU 1 GiB · repeat 1"_s);
    QCOMPARE(details.findChild<QLabel*>(u"runSha"_s)->text(), QString(64, u'5'));
    QVERIFY(details.findChild<QLabel*>(u"runParameters"_s)->text().contains("cpu_max_prime = 20000"_L1));
    QVERIFY(!details.findChild<QLabel*>(u"runError"_s)->isVisible());
    QTest::mouseClick(details.findChild<QPushButton*>(u"copyCommand"_s), Qt::LeftButton);
    QCOMPARE(QGuiApplication::clipboard()->text(), u"docker exec 'bv 1' sysbench cpu --threads=1 run"_s);
    auto* figures = details.findChild<QAbstractItemView*>(u"runFigures"_s)->model();
    QCOMPARE(figures->index(0, 0).data().toString(), u"Events"_s);
    QCOMPARE(figures->index(0, 2).data().toString(), u"events/s"_s);
    auto* intervals = details.findChild<QAbstractItemView*>(u"runIntervals"_s)->model();
    const QAbstractItemModelTester tester(intervals);
    QCOMPARE(intervals->rowCount(), 10);
    QCOMPARE(intervals->columnCount(), 4); // time, events/s, 95th percentile, threads
    auto* samples = details.findChild<QAbstractItemView*>(u"runUtilisation"_s)->model();
    QCOMPARE(samples->headerData(1, Qt::Horizontal).toString(), u"CPU user (% of one core)"_s);
    QTest::keyClick(&details, Qt::Key_Right, Qt::AltModifier);
    QCOMPARE(details.number(), 3);
    QTest::mouseClick(details.findChild<QPushButton*>(u"previousRun"_s), Qt::LeftButton);
    QCOMPARE(details.number(), 2);
    details.showRun(0);
    QVERIFY(!details.findChild<QPushButton*>(u"previousRun"_s)->isEnabled());
    m_fakes->session.clear();
    QVERIFY(!details.isVisible());
}

void TestResultsPage::detailsFindInTheOutput()
{
    show(rich::session());
    RunDetails details(m_fakes->session, 2);
    details.show();
    QVERIFY(QTest::qWaitForWindowActive(&details));
    auto* output = details.findChild<QPlainTextEdit*>(u"runOutput"_s);
    QVERIFY(output->toPlainText().isEmpty()); // not before it is looked at
    QTest::keyClick(&details, Qt::Key_F, Qt::ControlModifier);
    QVERIFY(output->toPlainText().contains("events per second"_L1));
    auto* line = details.findChild<QLineEdit*>(u"outputSearch"_s);
    QTRY_VERIFY(line->hasFocus());
    QTest::keyClicks(line, u"number OF"_s);
    QTest::keyClick(line, Qt::Key_Return);
    QCOMPARE(output->textCursor().selectedText(), u"Number of"_s);
    QTest::keyClick(line, Qt::Key_F3);
    QCOMPARE(details.findChild<QLabel*>(u"outputFound"_s)->text(), u"Went on from the other end"_s);
    line->setText(u"no such text"_s);
    QTest::keyClick(line, Qt::Key_Return);
    QCOMPARE(details.findChild<QLabel*>(u"outputFound"_s)->text(), u"Not found"_s);
}

void TestResultsPage::detailsFollowARunningRun()
{
    const Session stored = rich::session();
    const auto planned = expandPlan(stored.plan, {8, 16000}).valueOr({});
    m_fakes->session.follow(m_fakes->engine, stored.plan);
    emit m_fakes->engine.sessionStarted(u"live"_s, planned);
    emit m_fakes->engine.runStarted(planned.at(0));
    RunDetails details(m_fakes->session, 0);
    details.show();
    QCOMPARE(details.findChild<QLabel*>(u"runStatus"_s)->text(), u"running"_s);
    auto* intervals = details.findChild<QAbstractItemView*>(u"runIntervals"_s)->model();
    QCOMPARE(intervals->rowCount(), 0);
    emit m_fakes->engine.intervalArrived(0, stored.runs.at(0).intervals.first());
    QTRY_COMPARE(intervals->rowCount(), 1);
    emit m_fakes->engine.runFinished(stored.runs.at(0));
    QCOMPARE(intervals->rowCount(), 10);
    QCOMPARE(details.findChild<QLabel*>(u"runStatus"_s)->text(), u"done, does not count"_s);
}

QTEST_MAIN(TestResultsPage)
#include "tst_results_page.moc"
