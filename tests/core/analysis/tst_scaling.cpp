#include "analysis/scaling.h"
#include "support/analysis_session.h"

#include <QTest>
#include <algorithm>
#include <random>

using namespace Qt::StringLiterals;
using namespace bv;
using namespace bv::analysis;
using namespace bv::figures_only;

class TestScaling : public QObject
{
    Q_OBJECT
private slots:
    void equalTargetsSeldomDiffer();
    void tellsPAndFamily();
    void boundByThreadsAndCpus_data();
    void boundByThreadsAndCpus();
    void mutexThreadsDoTheWholeWork();
    void laddersAreToldApart();
    void stepsBetween_data();
    void stepsBetween();
    void oneRepeat();
};

namespace {

#define BV_HOLDS(text, words) QVERIFY2((text).contains(QString::fromUtf8(words)), qPrintable(text))
#define BV_LACKS(text, words) QVERIFY2(!(text).contains(QString::fromUtf8(words)), qPrintable(text))

/// Containers that differ in CPUs, or in memory, only: "docker-1", "docker-2", …
Session laddered(const QList<int>& cpus, const QList<int>& memoryMib)
{
    Session session = emptySession({});
    for (qsizetype i = 0; i < cpus.size(); ++i) {
        TargetSettings target;
        target.id = u"docker-%1"_s.arg(i + 1);
        target.kind = TargetKind::Docker;
        target.docker.cpus = cpus[i];
        target.docker.memoryMib = memoryMib[i];
        session.plan.targets << target;
    }
    return session;
}

QList<double> around(double mean)
{
    return {mean * 0.988, mean * 0.995, mean * 1.001, mean * 1.004, mean * 1.012};
}

QJsonObject threads(int count)
{
    return {{u"cpu_max_prime"_s, 20000}, {u"threads"_s, count}};
}

QList<Finding> findingsOf(const Session& session)
{
    return scalingFindings(session, cellsOf(session));
}

} // namespace

/// Of 200 sessions with six factors and nothing that differs at most 5 % may have an answer, and chance adds little
/// (fixed seed: the outcome does not vary).
void TestScaling::equalTargetsSeldomDiffer()
{
    std::mt19937_64 random(20260101);
    int falsely = 0;
    for (int i = 0; i < 200; ++i) {
        Session session = laddered({1, 4, 2, 2}, {1024, 1024, 512, 2048});
        for (const TargetSettings& target : std::as_const(session.plan.targets)) {
            for (const int count : {1, 2})
                addCell(session, target.id, sysbench::Test::Cpu, threads(count), normalFigures(random, 10, 1000, 0.02));
        }
        const QList<Finding> all = findingsOf(session);
        QCOMPARE(all.size(), 8);
        falsely += std::any_of(all.cbegin(), all.cend(),
                               [](const Finding& one) { return one.answer != FindingAnswer::NotShown; });
    }
    QVERIFY2(falsely > 1 && falsely < 18, qPrintable(QString::number(falsely)));
}

void TestScaling::tellsPAndFamily()
{
    Session session = laddered({1, 4}, {1024, 1024});
    addCell(session, u"docker-1"_s, sysbench::Test::Cpu, threads(4), around(1000));
    addCell(session, u"docker-2"_s, sysbench::Test::Cpu, threads(4), around(3600));
    addCell(session, u"docker-1"_s, sysbench::Test::Mutex, {{u"threads"_s, 4}}, around(2));
    addCell(session, u"docker-2"_s, sysbench::Test::Mutex, {{u"threads"_s, 4}}, around(3));
    const QList<Finding> all = findingsOf(session);
    QCOMPARE(all.size(), 2);
    QCOMPARE(all[0].answer, FindingAnswer::Yes);
    BV_HOLDS(all[0].sentence, "with 4 instead of 1 CPU it is 3.60 times as fast (events/s: 1000 with 1, 3600 with 4; "
                              "95 % CI of the ratio 3.5");
    BV_HOLDS(all[0].sentence, ", Welch t, p < 0.001 after Holm over 2). That is 90 % of "
                              "what 4 times as many could give.");
    QCOMPARE(all[1].answer, FindingAnswer::No);
    BV_HOLDS(all[1].sentence, "it is 0.67 times as fast");
}

void TestScaling::boundByThreadsAndCpus_data()
{
    QTest::addColumn<int>("cpus");
    QTest::addColumn<QList<int>>("threads");
    QTest::addColumn<QList<double>>("rates");
    QTest::addColumn<QString>("words");
    const auto row = [](const char* name, int cpus, const QList<int>& counts, const QList<double>& rates,
                        const QString& words) { QTest::newRow(name) << cpus << counts << rates << words; };
    row("enough CPUs", 8, {1, 8}, {100, 720}, u"That is 90 % of what 8 times as many could give."_s);
    row("fewer CPUs", 4, {1, 8}, {100, 380}, u"That is 95 % of the 4 times that its 4 CPU could give."_s);
    row("one CPU", 1, {1, 8}, {100, 99}, u"It may use 1 CPU: more threads cannot compute at the same time."_s);
    row("all beyond", 2, {4, 8}, {100, 100}, u"It may use 2 CPU: more threads cannot compute at the same time."_s);
    row("no limit", 0, {1, 8}, {100, 300}, {});
}

void TestScaling::boundByThreadsAndCpus()
{
    QFETCH(int, cpus);
    QFETCH(QList<int>, threads);
    QFETCH(QList<double>, rates);
    QFETCH(QString, words);
    Session session = laddered({cpus}, {1024});
    for (qsizetype i = 0; i < threads.size(); ++i)
        addCell(session, u"docker-1"_s, sysbench::Test::Cpu, ::threads(threads[i]), around(rates[i]));
    const Finding finding = findingsOf(session).first();
    QVERIFY2(words.isEmpty() ? finding.sentence.endsWith(u")."_s) : finding.sentence.endsWith(words),
             qPrintable(finding.sentence));
    // What waits for a disk may gain by more threads than CPUs.
    for (RunRecord& run : session.runs) {
        run.test = sysbench::Test::Fileio;
        run.metrics.set(sysbench::Metric::TransferMibPerSec, *run.metrics.value(sysbench::Metric::EventsPerSec));
    }
    const Finding disk = findingsOf(session).first();
    QVERIFY2(disk.sentence.endsWith(u")."_s), qPrintable(disk.sentence));
}

void TestScaling::mutexThreadsDoTheWholeWork()
{
    Session session = laddered({8}, {1024});
    addCell(session, u"docker-1"_s, sysbench::Test::Mutex, {{u"threads"_s, 1}}, around(2));
    addCell(session, u"docker-1"_s, sysbench::Test::Mutex, {{u"threads"_s, 8}}, around(2.04));
    const Finding finding = findingsOf(session).first();
    QCOMPARE(finding.answer, FindingAnswer::Yes);
    BV_HOLDS(finding.sentence, "with 8 threads instead of 1 it does 7.84 times as much per second (s: 2.000 with 1, "
                               "2.040 with 8; 95 % CI of the ratio 7.7");
    BV_HOLDS(finding.sentence, "Each thread does the whole work. That is 98 % of what 8 times as many could give.");
}

void TestScaling::laddersAreToldApart()
{
    Session session = laddered({4}, {1024});
    for (const QString& size : {u"256M"_s, u"1G"_s}) {
        for (const int count : {1, 4}) {
            const QJsonObject params{
                {u"file_test_mode"_s, u"rndwr"_s}, {u"file_total_size"_s, size}, {u"threads"_s, count}};
            addCell(session, u"docker-1"_s, sysbench::Test::Fileio, params, around(100));
        }
    }
    const QList<Finding> all = findingsOf(session);
    QCOMPARE(all.size(), 2);
    QVERIFY2(all[0].statement != all[1].statement, qPrintable(all[0].statement));
    BV_HOLDS(all[0].sentence, "256M");
    BV_HOLDS(all[1].sentence, "1G");
    BV_LACKS(all[0].statement, "1 thread");
}

void TestScaling::stepsBetween_data()
{
    QTest::addColumn<QList<double>>("rates"); // with 512, 1024, 2048 MiB
    QTest::addColumn<FindingAnswer>("answer");
    QTest::addColumn<bool>("contrary");
    QTest::newRow("up and down") << QList<double>{99, 301, 90} << FindingAnswer::NotShown << true;
    QTest::newRow("down, and further up") << QList<double>{100, 50, 200} << FindingAnswer::NotShown << true;
    QTest::newRow("up and back") << QList<double>{100, 200, 100} << FindingAnswer::NotShown << true;
    QTest::newRow("up, then level") << QList<double>{100, 200, 199.9} << FindingAnswer::Yes << false;
    QTest::newRow("down") << QList<double>{100, 90, 80} << FindingAnswer::No << false;
    QTest::newRow("level") << QList<double>{100, 100, 100} << FindingAnswer::NotShown << false;
}

void TestScaling::stepsBetween()
{
    QFETCH(QList<double>, rates);
    QFETCH(FindingAnswer, answer);
    QFETCH(bool, contrary);
    Session session = laddered({2, 2, 2}, {512, 1024, 2048});
    for (qsizetype i = 0; i < rates.size(); ++i)
        addCell(session, u"docker-%1"_s.arg(i + 1), sysbench::Test::Memory, {{u"threads"_s, 1}}, around(rates[i]));
    const Finding finding = findingsOf(session).first();
    QVERIFY2(finding.answer == answer, qPrintable(finding.sentence));
    QCOMPARE(finding.sentence.contains(u"Not every step between goes the same way."_s), contrary);
    BV_HOLDS(finding.sentence, "(MiB/s: ");
    BV_HOLDS(finding.sentence, " with 2048; 95 % CI of the ratio ");
    QCOMPARE(finding.runs.size(), 15);
}

void TestScaling::oneRepeat()
{
    Session session = laddered({1, 4}, {1024, 1024});
    addCell(session, u"docker-1"_s, sysbench::Test::Cpu, threads(4), {1000});
    addCell(session, u"docker-2"_s, sysbench::Test::Cpu, threads(4), {3600, 3610});
    const Finding finding = findingsOf(session).first();
    QCOMPARE(finding.answer, FindingAnswer::NotMeasured);
    BV_HOLDS(finding.sentence, "it is 3.60 times as fast (events/s: 1000 with 1, 3605 with 4)");
    BV_HOLDS(finding.sentence, "For an interval each must be measured at least twice.");
}

QTEST_APPLESS_MAIN(TestScaling)
#include "tst_scaling.moc"
