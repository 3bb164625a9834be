#include "analysis/stability.h"

#include "support/analysis_session.h"

#include <QTest>
#include <algorithm>

using namespace bv;
using namespace bv::analysis;
using namespace bv::figures_only;
using sysbench::Metric;
using sysbench::Test;

namespace {

const QJsonObject primes{{u"cpu_max_prime"_s, 20000}};
const QJsonObject writes{{u"file_test_mode"_s, u"rndwr"_s}};

QStringList sentencesOf(const QList<Finding>& findings)
{
    QStringList sentences;
    for (const Finding& finding : findings)
        sentences << findingKindName(finding.kind) + u": "_s + finding.sentence;
    return sentences;
}

Session sessionWith(const QList<double>& figures)
{
    Session session = emptySession();
    addCell(session, u"docker"_s, Test::Cpu, primes, figures);
    return session;
}

void setCpuUse(RunRecord& run, double percent)
{
    for (int second = 1; second <= 10; ++second) {
        UtilizationSample sample;
        sample.timeS = second;
        sample.cpuPct = second == 1 ? 20 : percent; // while sysbench starts
        run.utilization << sample;
    }
}

void setIntervals(RunRecord& run, const QList<double>& rates)
{
    int second = 0;
    for (const double rate : rates) {
        sysbench::Interval interval;
        interval.timeS = ++second;
        if (run.test == Test::Fileio)
            interval.writtenMibPerSec = rate;
        else
            interval.eventsPerSec = rate;
        run.intervals << interval;
    }
}

} // namespace

class TestStability : public QObject
{
    Q_OBJECT

private slots:
    void theReferenceSession()
    {
        const Session session = referenceSession();
        QCOMPARE(session.runs.size(), 60);
        const QList<Finding> findings = stabilityFindings(session);
        QCOMPARE(sentencesOf(findings),
                 (QStringList{
                     u"unstable: cpu 90000 on QEMU has two levels, one after the other: 13.26 events/s in repeats 1 "
                     u"and 2, 3.151 "
                     u"events/s in repeats 3, 4 and 5, 0.24 times as much (t test of the clearest step, corrected, p = "
                     u"0.001). It "
                     u"may have begun in repeat 2, whose slowest event took 388.2 ms against 78.63 ms on average."_s,
                     u"unstable: fileio rndwr on Docker varies by 24 % (standard deviation over mean, 5 repeats, "
                     u"40.83–73.15 "
                     u"MiB/s)."_s,
                     u"unstable: fileio seqrewr on Docker varies by 13 % (standard deviation over mean, 5 repeats, "
                     u"151.0–215.0 "
                     u"MiB/s); farthest from the median is repeat 3."_s,
                     u"unstable: fileio seqrewr on QEMU varies by 10 % (standard deviation over mean, 5 repeats, "
                     u"35.50–45.30 "
                     u"MiB/s); farthest from the median is repeat 5."_s,
                 }));
        QCOMPARE(findings[0].runs, (QStringList{u"25"_s, u"26"_s, u"27"_s, u"28"_s, u"29"_s}));
        QCOMPARE(findings[0].targets, QStringList(u"qemu"_s));
        QVERIFY(!findings[0].comparisonKey.isEmpty());
        QVERIFY(!findings[0].cause.isEmpty() && !findings[0].check.isEmpty());
    }

    void oneCell_data()
    {
        QTest::addColumn<QList<double>>("figures");
        QTest::addColumn<QStringList>("expected");
        QTest::newRow("equal") << QList<double>{500, 500, 500, 500, 500} << QStringList{};
        QTest::newRow("1 per cent apart") << QList<double>{500, 505, 500, 505, 500} << QStringList{};
        QTest::newRow("nothing measured") << QList<double>{} << QStringList{};
        QTest::newRow("once") << QList<double>{500}
                              << QStringList{u"unstable: cpu 20000 on Docker has one repeat only."_s};
        QTest::newRow("outlier") << QList<double>{267, 266, 267, 455, 268}
                                 << QStringList{
                                        u"unstable: Repeat 4 of cpu 20000 on Docker is far from the others: 455.0 "
                                        u"events/s, where the median of 5 is 267.0 (Grubbs' test, p < 0.0001)."_s};
        QTest::newRow("outliers") << QList<double>{100, 200, 101, 99, 50, 101, 100, 99, 102, 100}
                                  << QStringList{
                                         u"unstable: Repeats 2 and 5 of cpu 20000 on Docker are far from the "
                                         u"others: 200.0, 50.00 events/s, where the median of 10 is 100.0 (up to "
                                         u"67 robust standard deviations; told from 10 on)."_s};
        QTest::newRow("steady") << QList<double>{442, 411, 378, 341, 308}
                                << QStringList{
                                       u"unstable: cpu 20000 on Docker falls from repeat to repeat: 442.0 events/s in "
                                       u"the first, 308.0 events/s in the last (5 repeats, 308.0–442.0; straight line, "
                                       u"corrected, p = 0.0005)."_s};
        QTest::newRow("to and fro") << QList<double>{100, 203, 201, 99, 202, 100, 198, 102}
                                    << QStringList{
                                           u"unstable: cpu 20000 on Docker goes to and fro between two levels: 100.2 "
                                           u"events/s in repeats 1, 4, 6 and 8, 201.0 events/s in repeats 2, 3, 5 and "
                                           u"7, with little between (8 repeats)."_s};
        QTest::newRow("two: both are as far")
            << QList<double>{267.1, 401.3}
            << QStringList{u"unstable: cpu 20000 on Docker varies by 28 % (standard deviation over mean, 2 repeats, "
                           u"267.1–401.3 events/s)."_s};
        QTest::newRow("three, one far") << QList<double>{267, 300, 401}
                                        << QStringList{
                                               u"unstable: cpu 20000 on Docker varies by 22 % (standard deviation over "
                                               u"mean, 3 repeats, 267.0–401.0 events/s); farthest from the median is "
                                               u"repeat 3."_s};
        QTest::newRow("three, two about as far")
            << QList<double>{200, 300, 401}
            << QStringList{u"unstable: cpu 20000 on Docker varies by 33 % (standard deviation over mean, 3 repeats, "
                           u"200.0–401.0 events/s)."_s};
        QTest::newRow("zeros") << QList<double>{0, 0, 0, 0, 0} << QStringList{};
    }

    void oneCell()
    {
        QFETCH(QList<double>, figures);
        QFETCH(QStringList, expected);
        QCOMPARE(sentencesOf(stabilityFindings(sessionWith(figures))), expected);
    }

    void theOrderIsThatOfTime()
    {
        // Interleaved differently than planned: the level changed once, in the order in which they ran.
        Session session = sessionWith({14.2, 3.1, 14.1, 3.0, 3.2});
        const QList<int> place{0, 3, 1, 2, 4};
        for (qsizetype i = 0; i < place.size(); ++i)
            session.runs[i].started = session.created.addSecs(60LL * place[i]);
        const QList<Finding> findings = stabilityFindings(session);
        QCOMPARE(findings.size(), 1);
        QVERIFY2(findings.first().sentence.contains(u"in repeats 1 and 3, 3.099 events/s in repeats 2, 4 and 5"_s),
                 qPrintable(findings.first().sentence));
    }

    void aSlowFirstRunAsksForAWarmUp()
    {
        const QList<Finding> findings = stabilityFindings(sessionWith({160, 266, 267, 268, 267}));
        QCOMPARE(findings.size(), 1);
        QVERIFY(findings.first().check.contains(u"warm-up"_s));
        QCOMPARE(findings.first().runs, QStringList(u"0"_s));
    }

    void cpuTimeTellsWhatSlowedThemDown_data()
    {
        QTest::addColumn<double>("slow");
        QTest::addColumn<QString>("expected");
        QTest::newRow("less") << 25.0
                              << u"throttling: The slow repeats of cpu 20000 on Docker (3, 4 and 5) had less CPU time: "
                                 u"25 % of a core on average, the others 99 %."_s;
        QTest::newRow("as much")
            << 98.0
            << u"throttling: The slow repeats of cpu 20000 on Docker (3, 4 and 5) had as much CPU "
               u"time as the others (98 % of a core on average, the others 99 %), but came to 0.24 "
               u"times their events/s."_s;
        QTest::newRow("between") << 92.0 << QString();
    }

    void cpuTimeTellsWhatSlowedThemDown()
    {
        QFETCH(double, slow);
        QFETCH(QString, expected);
        Session session = sessionWith({14.19, 12.40, 3.04, 2.95, 3.49});
        for (RunRecord& run : session.runs)
            setCpuUse(run, run.repeat < 3 ? 99 : slow);
        const QStringList sentences = sentencesOf(stabilityFindings(session));
        QCOMPARE(sentences.size(), expected.isEmpty() ? 1 : 2);
        QCOMPARE(sentences.value(1), expected);
    }

    void stealIsToldOnce()
    {
        Session session = sessionWith({100, 101, 99, 100, 101});
        for (RunRecord& run : session.runs) {
            UtilizationSample sample;
            sample.timeS = 1;
            sample.stealPct = run.repeat == 2 ? 43 : run.repeat == 3 ? 6 : 0.3;
            run.utilization << sample;
        }
        const QList<Finding> findings = stabilityFindings(session);
        QCOMPARE(sentencesOf(findings),
                 QStringList(u"throttling: The host of this machine took CPU time from it (steal) in 2 of 5 runs, at "
                             u"least 5 % of a core on average. Repeat 2 of cpu 20000 on Docker lost most: 43 % of a "
                             u"core."_s));
        QCOMPARE(findings.first().runs, (QStringList{u"1"_s, u"2"_s}));
    }

    void aTrendOfAllRuns()
    {
        Session session = emptySession();
        addCell(session, u"docker"_s, Test::Fileio, writes, {90, 91, 90});
        for (RunRecord& run : session.runs)
            setIntervals(run, {20, 120, 118, 119, 90, 92, 88, 61.0 + run.repeat, 60, 62});
        const QList<Finding> findings = stabilityFindings(session);
        QCOMPARE(sentencesOf(findings),
                 QStringList(
                     u"trend: The runs of fileio rndwr on Docker slow down while they last: from 119.0 MiB/s in "
                     u"the first third of their seconds to 61.67 MiB/s in the last, 48 % less (means of 3 repeats, t "
                     u"test, p < 0.0001)."_s));
        QCOMPARE(findings.first().runs.size(), 3);
    }

    void aChangeWithinOneRun()
    {
        Session session = sessionWith({100, 80, 100});
        setIntervals(session.runs[0], {90, 100, 101, 100, 99, 100, 101, 99, 100, 100});
        setIntervals(session.runs[1], {90, 100, 101, 100, 99, 60, 61, 59, 60, 60});
        setIntervals(session.runs[2], {90, 100, 101, 100, 99, 100, 101, 99, 100, 100});
        const QStringList sentences = sentencesOf(stabilityFindings(session));
        QCOMPARE(sentences.size(), 2); // and the spread
        QCOMPARE(sentences[1], u"trend: Repeat 2 of cpu 20000 on Docker changed while it was on: 100.3 events/s in the "
                               u"first third of its seconds, 59.67 events/s in the last (t test of the clearest step, "
                               u"corrected, p < 0.0001)."_s);
    }

    void theFirstSecondIsNoTrend()
    {
        Session session = sessionWith({100, 100, 100});
        for (RunRecord& run : session.runs)
            setIntervals(run, {5, 100, 101, 100, 99, 100, 101, 99, 100, 100});
        QCOMPARE(sentencesOf(stabilityFindings(session)), QStringList());
    }

    void aDriftOfTheTarget()
    {
        Session session = emptySession();
        for (int cell = 0; cell < 4; ++cell) {
            const double level = 1000.0 / (cell + 1);
            addCell(session, u"docker"_s, Test::Cpu, {{u"cpu_max_prime"_s, 10000 * (cell + 1)}},
                    {level, level * 0.985, level * 0.97, level * (0.955 + 0.001 * cell), level * 0.94});
            addCell(session, u"qemu"_s, Test::Cpu, {{u"cpu_max_prime"_s, 10000 * (cell + 1)}},
                    {level, level * 0.99, level * 1.01, level * 0.98, level * 1.005});
        }
        const QList<Finding> findings = stabilityFindings(session);
        const auto drift = std::find_if(findings.cbegin(), findings.cend(),
                                        [](const Finding& finding) { return finding.comparisonKey.isEmpty(); });
        QVERIFY(drift != findings.cend());
        QCOMPARE(drift->sentence,
                 u"Docker became slower while the session went on: by 6.0 % from the first repeat to "
                 u"the last (20 runs of 4 cells; Kendall's tau -1.00 within the cells, p < 0.0001)."_s);
        QCOMPARE(drift->targets, QStringList(u"docker"_s));
        QCOMPARE(drift->runs.size(), 20);
        QVERIFY(std::none_of(findings.cbegin(), findings.cend(),
                             [](const Finding& finding) { return finding.targets.contains(u"qemu"_s); }));
    }

    void singleRepeatsAreToldOnce()
    {
        Session session = emptySession();
        for (const int limit : {10000, 20000, 30000}) {
            addCell(session, u"docker"_s, Test::Cpu, {{u"cpu_max_prime"_s, limit}}, {1e7 / limit});
            addCell(session, u"qemu"_s, Test::Cpu, {{u"cpu_max_prime"_s, limit}}, {1e6 / limit, 1.01e6 / limit});
        }
        const QList<Finding> findings = stabilityFindings(session);
        QCOMPARE(sentencesOf(findings),
                 QStringList(u"unstable: 3 of 6 combinations of test and target have one repeat only."_s));
        QCOMPARE(findings.first().runs.size(), 3);
        QCOMPARE(findings.first().targets, QStringList(u"docker"_s));
    }

    void namesAreTakenAsTheyAre()
    {
        Session session = sessionWith({267, 266, 267, 455, 268});
        session.plan.targets[0].label = u"%1 %3 <b>\"=1+1"_s;
        const QStringList sentences = sentencesOf(stabilityFindings(session));
        QVERIFY(sentences.first().startsWith(
            u"unstable: Repeat 4 of cpu 20000 on %1 %3 <b>\"=1+1 is far from the others: 455.0 events/s"_s));
    }

    void noiseIsSeldomToldOf_data()
    {
        QTest::addColumn<int>("repeats");
        QTest::newRow("3") << 3;
        QTest::newRow("5") << 5;
        QTest::newRow("10") << 10;
    }

    void noiseIsSeldomToldOf()
    {
        QFETCH(int, repeats);
        constexpr int sessions = 300;
        constexpr int cells = 10;
        std::mt19937_64 random(5);
        int aboutCells = 0;
        int drifts = 0;
        for (int i = 0; i < sessions; ++i) {
            Session session = emptySession({u"docker"_s});
            for (int cell = 1; cell <= cells; ++cell)
                addCell(session, u"docker"_s, Test::Cpu, {{u"cpu_max_prime"_s, 1000 * cell}},
                        normalFigures(random, repeats, 1e6 / cell, 0.04));
            const QList<Finding> findings = stabilityFindings(session);
            for (const Finding& finding : findings)
                ++(finding.comparisonKey.isEmpty() ? drifts : aboutCells);
        }
        QVERIFY2(aboutCells <= sessions * cells * 0.015, qPrintable(QString::number(aboutCells)));
        QVERIFY2(drifts <= sessions * 0.02, qPrintable(QString::number(drifts)));
    }
};

QTEST_APPLESS_MAIN(TestStability)
#include "tst_stability.moc"
