#include "models/findings_model.h"
#include "pages/findings_page.h"
#include "pages/results_page.h"
#include "support/fake_services.h"
#include "support/rich_session.h"
#include "support/strict_messages.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>
#include <QTreeView>

using namespace Qt::StringLiterals;
using namespace bv;

using Kind = FindingsModel::Kind;

class TestFindingsPage : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { StrictMessages::install(); }
    void init();
    void cleanup();
    void saysWhatToDoWhenEmpty();
    void opensByKeys();
    void showsRuns();
    void searchesByKeys();
    void copies();
    void keepsWhatIsOpen();
    void wrapsAtEveryWidth();
    void hostileTextStaysText();
    void resultsSelectRuns();

private:
    void show(const Session& session)
    {
        m_fakes->session.show(std::make_shared<Session>(session));
        QTRY_VERIFY_WITH_TIMEOUT(!m_page->findings().isBehind(), 20'000);
    }
    QTreeView* tree() const { return m_page->findChild<QTreeView*>(u"findingTree"_s); }
    QAbstractItemModel* model() const { return tree()->model(); }
    QModelIndex firstComparison() const
    {
        for (int row = 0; row < model()->rowCount(); ++row) {
            const QModelIndex group = model()->index(row, 0);
            if (group.data() == u"Comparisons"_s)
                return model()->index(0, 0, group);
        }
        return {};
    }

    std::unique_ptr<FakeServices> m_fakes;
    std::unique_ptr<FindingsPage> m_page;
};

void TestFindingsPage::init()
{
    m_fakes = std::make_unique<FakeServices>();
    m_page = std::make_unique<FindingsPage>(m_fakes->services);
    m_page->resize(700, 600);
    m_page->show();
    m_page->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
}

void TestFindingsPage::cleanup()
{
    m_page.reset();
    m_fakes.reset();
    QCOMPARE(StrictMessages::faults(), QStringList());
}

void TestFindingsPage::saysWhatToDoWhenEmpty()
{
    auto* text = m_page->findChild<QLabel*>(u"findingsEmpty"_s);
    QVERIFY(text->isVisible());
    QVERIFY(text->text().contains("Press Run"_L1));
    QVERIFY(!m_page->findChild<QAction*>(u"copyFindings"_s)->isEnabled());
    show(rich::session());
    QVERIFY(!text->isVisible());
    QVERIFY(tree()->isVisible());
    QVERIFY(tree()->isExpanded(model()->index(0, 0)));
}

void TestFindingsPage::opensByKeys()
{
    show(rich::session());
    const QModelIndex finding = firstComparison();
    tree()->setFocus();
    tree()->setCurrentIndex(finding);
    QVERIFY(!tree()->isExpanded(finding));
    QTest::keyClick(tree(), Qt::Key_Right);
    QVERIFY(tree()->isExpanded(finding));
    QTest::keyClick(tree(), Qt::Key_Left);
    QVERIFY(!tree()->isExpanded(finding));
    QTest::keyClick(tree(), Qt::Key_Return);
    QVERIFY(tree()->isExpanded(finding));
    m_page->findChild<QAction*>(u"closeFindings"_s)->trigger();
    QVERIFY(!tree()->isExpanded(firstComparison()));
    QTest::mouseClick(tree()->viewport(), Qt::LeftButton, {}, tree()->visualRect(firstComparison()).center());
    QVERIFY(!tree()->isExpanded(firstComparison()));
    QTest::mouseDClick(tree()->viewport(), Qt::LeftButton, {}, tree()->visualRect(firstComparison()).center());
    QVERIFY(tree()->isExpanded(firstComparison()));
}

void TestFindingsPage::showsRuns()
{
    show(rich::session());
    QSignalSpy wanted(m_page.get(), &FindingsPage::runsWanted);
    auto* action = m_page->findChild<QAction*>(u"showRuns"_s);
    QVERIFY(!action->isEnabled());
    const QModelIndex finding = firstComparison();
    tree()->setCurrentIndex(finding);
    QVERIFY(action->isEnabled());
    action->trigger();
    QCOMPARE(wanted.size(), 1);
    QCOMPARE(wanted.takeFirst().first().value<QList<qsizetype>>().size(), 10);
    tree()->expand(finding);
    const QModelIndex evidence = model()->index(model()->rowCount(finding) - 1, 0, finding);
    tree()->setFocus();
    tree()->setCurrentIndex(evidence);
    QTest::keyClick(tree(), Qt::Key_Return);
    QCOMPARE(wanted.size(), 1);
    wanted.clear();
    QTest::mouseClick(tree()->viewport(), Qt::LeftButton, {}, tree()->visualRect(evidence).center());
    QCOMPARE(wanted.size(), 1);
}

void TestFindingsPage::searchesByKeys()
{
    show(rich::session());
    tree()->setFocus();
    QTest::keyClick(tree(), Qt::Key_F, Qt::ControlModifier);
    auto* line = m_page->findChild<QLineEdit*>(u"findingFilter"_s);
    QTRY_VERIFY(line->hasFocus());
    QTest::keyClicks(line, u"seqrd"_s);
    QVERIFY(firstComparison().data().toString().contains("seqrd"_L1));
    QTest::keyClicks(line, u" nothing like that"_s);
    QVERIFY(m_page->findChild<QLabel*>(u"findingsEmpty"_s)->isVisible());
    QTest::mouseClick(m_page->findChild<QToolButton*>(u"clearFindingFilter"_s), Qt::LeftButton);
    QVERIFY(tree()->isVisible());
    QTest::keyClick(line, Qt::Key_Down);
    QTRY_VERIFY(tree()->hasFocus());
}

void TestFindingsPage::copies()
{
    show(rich::session());
    tree()->setFocus();
    tree()->setCurrentIndex(firstComparison());
    QTest::keyClick(tree(), Qt::Key_C, Qt::ControlModifier);
    const QString text = QGuiApplication::clipboard()->text();
    QCOMPARE(text.count(u"\n- "_s), 1);
    QVERIFY(text.contains("times as fast"_L1));
}

void TestFindingsPage::keepsWhatIsOpen()
{
    show(rich::session());
    tree()->expand(firstComparison());
    tree()->setCurrentIndex(firstComparison());
    auto* line = m_page->findChild<QLineEdit*>(u"findingFilter"_s);
    line->setText(u"times"_s); // the rows are made anew
    QVERIFY(tree()->isExpanded(firstComparison()));
    QCOMPARE(tree()->currentIndex(), firstComparison());
    line->clear();
    QVERIFY(tree()->isExpanded(firstComparison()));
}

void TestFindingsPage::wrapsAtEveryWidth()
{
    show(rich::session());
    const auto height = [this] {
        QTest::qWait(0);
        QCoreApplication::processEvents();
        return tree()->visualRect(firstComparison()).height();
    };
    const int wide = height();
    m_page->resize(330, 600);
    QTRY_VERIFY(height() > wide);
    QCOMPARE(tree()->horizontalScrollBar()->maximum(), 0);
    m_page->resize(700, 600);
    QTRY_COMPARE(height(), wide);
    QFont large = m_page->font();
    large.setPointSizeF(large.pointSizeF() * 2);
    m_page->setFont(large);
    QTRY_VERIFY(height() > wide);
}

void TestFindingsPage::hostileTextStaysText()
{
    Session session = rich::session();
    for (TargetSettings& target : session.plan.targets)
        target.label = u"<b>x</b>&amp;\n"_s + QString(3000, u'w');
    show(session);
    QVERIFY(firstComparison().data().toString().contains("<b>x</b>"_L1));
    tree()->grab();
    QCOMPARE(tree()->horizontalScrollBar()->maximum(), 0);
}

void TestFindingsPage::resultsSelectRuns()
{
    show(rich::session());
    ResultsPage results(m_fakes->services);
    results.resize(900, 600);
    results.show();
    results.findChild<QLineEdit*>(u"runFilter"_s)->setText(u"nothing like that"_s);
    const QList<qsizetype> numbers = m_page->findings().runsOf(*m_page->findings().findingAt(firstComparison()));
    results.showRuns(numbers);
    const auto* table = results.findChild<QTreeView*>(u"runTable"_s);
    QCOMPARE(table->selectionModel()->selectedRows().size(), numbers.size());
    QVERIFY(table->isVisible());
}

QTEST_MAIN(TestFindingsPage)
#include "tst_findings_page.moc"
