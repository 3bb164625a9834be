#include "models/findings_model.h"
#include "models/session_model.h"
#include "support/rich_session.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace bv;

using Kind = FindingsModel::Kind;

class TestFindingsModel : public QObject
{
    Q_OBJECT
private slots:
    void groupsWhatWasFound();
    void makesNothingWhileNobodyLooks();
    void forgetsTheSessionBefore();
    void findsWords();
    void knowsItsRuns();
    void copiesAsText();
    void everyAnswerHasAWord();

private:
    /// Waits for the findings of what is shown.
    static bool wait(FindingsModel& model)
    {
        return QTest::qWaitFor([&model] { return !model.isBehind(); }, 20'000);
    }
    static Kind kindOf(const QModelIndex& index)
    {
        return static_cast<Kind>(index.data(FindingsModel::KindRole).toInt());
    }
    static QModelIndex groupOf(const FindingsModel& model, FindingsModel::Group group)
    {
        const QString key = u"group %1"_s.arg(static_cast<int>(group));
        for (int row = 0; row < model.rowCount(); ++row) {
            if (model.index(row, 0).data(FindingsModel::KeyRole) == key)
                return model.index(row, 0);
        }
        return {};
    }
};

void TestFindingsModel::groupsWhatWasFound()
{
    SessionModel session;
    FindingsModel model(session);
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setWanted(true);
    QVERIFY(wait(model));
    QCOMPARE(model.rowCount(), 0);
    session.show(std::make_shared<Session>(rich::session()));
    QVERIFY(model.isBehind());
    QVERIFY(wait(model));
    const QModelIndex comparisons = groupOf(model, FindingsModel::Group::Comparisons);
    QVERIFY(comparisons.isValid());
    QCOMPARE(kindOf(comparisons), Kind::Group);
    QCOMPARE(model.rowCount(comparisons), 4); // two limits and two modes
    QCOMPARE(comparisons.data(FindingsModel::CountRole).toInt(), 4);
    const QModelIndex first = model.index(0, 0, comparisons);
    QCOMPARE(kindOf(first), Kind::Finding);
    QCOMPARE(first.data(FindingsModel::WordRole).toString(), u"Different"_s);
    QVERIFY(first.data(FindingsModel::SentenceRole).toString().contains("times as fast"_L1));
    QVERIFY(first.data().toString().startsWith("Different: "_L1));
    QCOMPARE(model.parent(first), comparisons);
    const QModelIndex last = model.index(model.rowCount(first) - 1, 0, first);
    QCOMPARE(kindOf(last), Kind::Evidence);
    QCOMPARE(model.parent(last), first);
    QCOMPARE(model.findingAt(last), model.findingAt(first));
    // A group in which nothing was found says so.
    const QModelIndex doubts = groupOf(model, FindingsModel::Group::Doubts);
    QVERIFY(doubts.isValid());
    QVERIFY(model.rowCount(doubts) > 0);
}

void TestFindingsModel::makesNothingWhileNobodyLooks()
{
    SessionModel session;
    FindingsModel model(session);
    session.show(std::make_shared<Session>(rich::session()));
    QTest::qWait(0);
    QVERIFY(model.isBehind());
    QVERIFY(model.isEmpty());
    model.setWanted(true);
    QVERIFY(wait(model));
    QVERIFY(!model.isEmpty());
}

void TestFindingsModel::forgetsTheSessionBefore()
{
    SessionModel session;
    FindingsModel model(session);
    model.setWanted(true);
    session.show(std::make_shared<Session>(rich::session()));
    QTest::qWait(0); // they are being made
    session.clear();
    QCOMPARE(model.rowCount(), 0);
    QVERIFY(QTest::qWaitFor([&model] { return !model.isBehind(); }, 20'000));
    QVERIFY(model.isEmpty());
}

void TestFindingsModel::findsWords()
{
    SessionModel session;
    FindingsModel model(session);
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setWanted(true);
    session.show(std::make_shared<Session>(rich::session()));
    QVERIFY(wait(model));
    model.setSearch(u"SEQRD  times"_s);
    QVERIFY(model.isSearching());
    const QModelIndex comparisons = groupOf(model, FindingsModel::Group::Comparisons);
    QCOMPARE(model.rowCount(comparisons), 1);
    QVERIFY(model.index(0, 0, comparisons).data().toString().contains("seqrd"_L1));
    model.setSearch(u"nothing like that"_s);
    QCOMPARE(model.rowCount(), 0);
    QVERIFY(!model.isEmpty());
    model.setSearch({});
    QCOMPARE(model.rowCount(groupOf(model, FindingsModel::Group::Comparisons)), 4);
}

void TestFindingsModel::knowsItsRuns()
{
    SessionModel session;
    FindingsModel model(session);
    model.setWanted(true);
    session.show(std::make_shared<Session>(rich::session()));
    QVERIFY(wait(model));
    const analysis::Finding* finding =
        model.findingAt(model.index(0, 0, groupOf(model, FindingsModel::Group::Comparisons)));
    QVERIFY(finding);
    const QList<qsizetype> numbers = model.runsOf(*finding);
    QCOMPARE(numbers.size(), 10); // five repeats each, no warm-ups
    for (const qsizetype number : numbers) {
        QVERIFY(session.record(number));
        QVERIFY(finding->runs.contains(session.record(number)->id));
        QVERIFY(!session.run(number).discarded);
    }
}

void TestFindingsModel::copiesAsText()
{
    SessionModel session;
    FindingsModel model(session);
    model.setWanted(true);
    session.show(std::make_shared<Session>(rich::session()));
    QVERIFY(wait(model));
    const QModelIndex comparisons = groupOf(model, FindingsModel::Group::Comparisons);
    const QModelIndex first = model.index(0, 0, comparisons);
    // A row and what stands below it are one finding.
    const QString one = model.textOf({first, model.index(0, 0, first)});
    QCOMPARE(one.count(u"- Different: "_s), 1);
    QVERIFY(one.startsWith("Comparisons\n- Different: "_L1));
    QVERIFY(one.contains(model.findingAt(first)->sentence));
    QVERIFY(!one.contains("Show the"_L1));
    QVERIFY(model.textOf({}).count(u"- Different: "_s) >= 4);
}

void TestFindingsModel::everyAnswerHasAWord()
{
    const QStringList words = FindingsModel::words();
    for (const QString& word : {u"Yes"_s, u"No"_s, u"Not shown"_s, u"Not measured"_s, u"No difference shown"_s})
        QVERIFY2(words.contains(word), qPrintable(word));
    QVERIFY(!words.contains(QString()));
}

QTEST_GUILESS_MAIN(TestFindingsModel)
#include "tst_findings_model.moc"
