#include "analysis/comparison.h"

#include <QTest>
#include <algorithm>
#include <cmath>
#include <random>

using namespace Qt::StringLiterals;
using namespace bv;
using namespace bv::analysis;
using Values = QList<double>;
using Verdict = Comparison::Verdict;

namespace {

TargetSettings targetOf(const QString& id)
{
    TargetSettings target;
    target.id = id.toLower();
    target.kind = TargetKind::Docker;
    target.label = id;
    return target;
}

Session sessionOf(const QStringList& targets)
{
    Session session;
    for (const QString& id : targets)
        session.plan.targets << targetOf(id);
    return session;
}

void add(Session& session, const QString& target, const Values& values, int primeLimit = 20000)
{
    for (const double value : values) {
        RunRecord run;
        run.plannedIndex = static_cast<int>(session.runs.size());
        run.id = QString::number(run.plannedIndex);
        run.target = target;
        run.test = sysbench::Test::Cpu;
        run.params = {{u"cpu_max_prime"_s, primeLimit}, {u"threads"_s, 1}};
        run.status = RunStatus::Ok;
        run.metrics.set(sysbench::Metric::EventsPerSec, value);
        session.runs << run;
    }
}

/// The same figures as times of the test that is judged by its time.
void makeTimes(Session& session)
{
    for (RunRecord& run : session.runs) {
        run.test = sysbench::Test::Mutex;
        run.metrics.set(sysbench::Metric::TotalTimeS, *run.metrics.value(sysbench::Metric::EventsPerSec));
    }
}

const Values fast{1370, 1374, 1378, 1372, 1376};
const Values slow{373, 374, 375, 373.5, 374.5};

} // namespace

class TestComparison : public QObject
{
    Q_OBJECT
private slots:
    void tellsADifference();
    void tellsTimes();
    void tellsFewPerCent();
    void tellsLessThanOnePerCent();
    void tellsThatNoneIsShown();
    void tellsWhyThereIsNoInterval();
    void tellsThatAnIntervalIsAlone();
    void verdicts_data();
    void verdicts();
    void adjustsOverTheSession();
    void pairs_data();
    void pairs();
    void manyTargetsOfTwoKinds();
    void hundredsOfEqualTargets();
    void unequalLimits();
    void firstTargetWithoutFigures();
    void swappingInverts();
    void orderAndUnitMeanNothing();
    void equalTargetsSeldomDiffer();
    void overall();
    void overallRefused();
    void findings();
};

void TestComparison::tellsADifference()
{
    Session session = sessionOf({u"Docker"_s, u"QEMU"_s});
    add(session, u"docker"_s, fast);
    add(session, u"qemu"_s, slow);
    const QList<Comparison> all = comparisons(session);
    QCOMPARE(all.size(), 1);
    const Comparison& one = all.first();
    QCOMPARE(one.verdict, Verdict::Higher);
    QCOMPARE(one.firstMean, 1374.0);
    QCOMPARE(one.secondMean, 374.0);
    QCOMPARE(*one.ratio, *ratioOfMeans(fast, slow));
    QCOMPARE(*one.welch, *welchTest(fast, slow));
    QCOMPARE(*one.adjustedP, one.welch->p);
    QCOMPARE(*one.cliffsDelta, 1.0);
    QVERIFY(*one.hedgesG > 100);
    QCOMPARE(sentenceFor(one), u"Docker is 3.67 times as fast as QEMU in cpu 20000: 1374 against 374.0 events/s (95 % "
                               "CI of the ratio 3.66–3.69, Welch t, p < 0.001 after Holm, n = 5 and 5)."_s);
}

void TestComparison::tellsTimes()
{
    Session session = sessionOf({u"Docker"_s, u"QEMU"_s});
    add(session, u"docker"_s, slow);
    add(session, u"qemu"_s, fast.first(3));
    makeTimes(session);
    const Comparison one = comparisons(session).first();
    QCOMPARE(one.verdict, Verdict::Lower);
    const QString sentence = sentenceFor(one);
    QVERIFY2(sentence.startsWith(u"QEMU takes 3.67 times as long as Docker in mutex: 1374 against 374.0 s (95 % CI"_s),
             qPrintable(sentence));
    QVERIFY2(sentence.endsWith(u"n = 3 and 5)."_s), qPrintable(sentence));
}

void TestComparison::tellsFewPerCent()
{
    Session session = sessionOf({u"Docker"_s, u"QEMU"_s});
    add(session, u"docker"_s, {100, 100.1, 99.9, 100, 100});
    add(session, u"qemu"_s, {104, 104.1, 103.9, 104, 104});
    QCOMPARE(sentenceFor(comparisons(session).first()),
             u"QEMU is 4.0 % faster than Docker in cpu 20000: 104.0 against 100.0 events/s (95 % CI of the ratio "
             "1.039–1.041, Welch t, p < 0.001 after Holm, n = 5 and 5)."_s);
    makeTimes(session);
    QVERIFY(sentenceFor(comparisons(session).first()).startsWith(u"QEMU takes 4.0 % longer than Docker in mutex"_s));
}

void TestComparison::tellsLessThanOnePerCent()
{
    Session session = sessionOf({u"Docker"_s, u"QEMU"_s});
    add(session, u"docker"_s, {1004, 1004.1, 1003.9, 1004, 1004});
    add(session, u"qemu"_s, {1000, 1000.1, 999.9, 1000, 1000});
    QCOMPARE(sentenceFor(comparisons(session).first()),
             u"Docker is 0.40 % faster than QEMU in cpu 20000: 1004 against 1000 events/s (95 % CI of the ratio "
             "1.0039–1.0041, Welch t, p < 0.001 after Holm, n = 5 and 5)."_s);
}

void TestComparison::tellsThatNoneIsShown()
{
    Session session = sessionOf({u"Docker"_s, u"QEMU"_s});
    add(session, u"docker"_s, {100, 110, 90});
    add(session, u"qemu"_s, {101, 93, 109});
    const Comparison one = comparisons(session).first();
    QCOMPARE(one.verdict, Verdict::NoDifferenceShown);
    const QString sentence = sentenceFor(one);
    QVERIFY2(sentence.startsWith(u"No difference shown between QEMU and Docker in cpu 20000: 101.0 against 100.0 "
                                 "events/s (95 % CI of the ratio 0."_s),
             qPrintable(sentence));
    QVERIFY2(sentence.endsWith(u", Welch t, p = 0.90 after Holm, n = 3 and 3)."_s), qPrintable(sentence));
}

void TestComparison::tellsWhyThereIsNoInterval()
{
    Session session = sessionOf({u"Docker"_s, u"QEMU"_s});
    add(session, u"docker"_s, {5, 5, 5, 5});
    add(session, u"qemu"_s, {6, 6.1, 5.9, 6});
    QCOMPARE(sentenceFor(comparisons(session).first()),
             u"QEMU is 1.20 times as fast as Docker in cpu 20000: 6.000 against 5.000 events/s (no interval, one side "
             "has no spread, Welch t, p < 0.001 after Holm, n = 4 and 4)."_s);
}

/// The ratio's own interval excludes 1, the test with the means of two repeats shows nothing.
void TestComparison::tellsThatAnIntervalIsAlone()
{
    Session session = sessionOf({u"Docker"_s, u"QEMU"_s});
    add(session, u"docker"_s, {410, 422});
    add(session, u"qemu"_s, {5000, 7000});
    const Comparison one = comparisons(session).first();
    QCOMPARE(one.verdict, Verdict::NoDifferenceShown);
    QVERIFY(*one.ratio->high < 1);
    const QString sentence = sentenceFor(one);
    QVERIFY2(sentence.contains(u", interval for this comparison alone, Welch t, p = "_s), qPrintable(sentence));
}

void TestComparison::verdicts_data()
{
    QTest::addColumn<Values>("first");
    QTest::addColumn<Values>("second");
    QTest::addColumn<Verdict>("verdict");
    QTest::newRow("higher") << fast << slow << Verdict::Higher;
    QTest::newRow("lower") << slow << fast << Verdict::Lower;
    QTest::newRow("one repeat") << Values{1} << Values{2, 3} << Verdict::TooFew;
    QTest::newRow("one each") << Values{1} << Values{2} << Verdict::TooFew;
    QTest::newRow("noise") << Values{1, 2, 3} << Values{1.5, 2.5, 3.5} << Verdict::NoDifferenceShown;
    QTest::newRow("all alike") << Values{5, 5, 5} << Values{5, 5, 5} << Verdict::NoDifferenceShown;
    // Without spread the ranks decide: 1 of 3 arrangements is as far apart with 2 and 2, 1 of 126 with 5 and 5.
    QTest::newRow("no spread, few") << Values{5, 5} << Values{6, 6} << Verdict::NoDifferenceShown;
    QTest::newRow("no spread, more") << Values{5, 5, 5, 5, 5} << Values{6, 6, 6, 6, 6} << Verdict::Lower;
    QTest::newRow("spread of one side") << Values{5, 5, 5, 5} << Values{6, 6.1, 5.9, 6} << Verdict::Lower;
    // A mean of 0 has no ratio.
    QTest::newRow("nothing against something") << Values{0, 0, 0, 0, 0} << fast << Verdict::Lower;
}

void TestComparison::verdicts()
{
    QFETCH(Values, first);
    QFETCH(Values, second);
    QFETCH(Verdict, verdict);
    Session session = sessionOf({u"A"_s, u"B"_s});
    add(session, u"a"_s, first);
    add(session, u"b"_s, second);
    const QList<Comparison> all = comparisons(session);
    QCOMPARE(all.size(), 1);
    QCOMPARE(all.first().verdict, verdict);
    QCOMPARE(all.first().adjustedP.has_value(), verdict != Verdict::TooFew);
    const QString sentence = sentenceFor(all.first());
    QVERIFY2(sentence.endsWith(u'.') && !sentence.contains(u'%' + QString::number(1)), qPrintable(sentence));
    QCOMPARE(sentence.contains(u"must be measured at least twice"_s), verdict == Verdict::TooFew);
    QCOMPARE(sentence.startsWith(u"No difference shown"_s), verdict == Verdict::NoDifferenceShown);
}

// Two tests and three targets are a family of six.
void TestComparison::adjustsOverTheSession()
{
    Session session = sessionOf({u"A"_s, u"B"_s, u"C"_s});
    for (const int limit : {20000, 50000}) {
        add(session, u"a"_s, {100, 101, 102, 103.0 + limit / 1e5}, limit);
        add(session, u"b"_s, {103, 104, 105, 106.5}, limit);
        add(session, u"c"_s, {104, 105, 107, 109}, limit);
    }
    const QList<Comparison> all = comparisons(session);
    QCOMPARE(all.size(), 6);
    Values p;
    for (const Comparison& one : all)
        p << one.welch->p;
    const Values adjusted = holmAdjusted(p);
    for (qsizetype i = 0; i < all.size(); ++i)
        QCOMPARE(*all[i].adjustedP, adjusted[i]);
    // Shown by itself, but not as one of six.
    QVERIFY(all[0].welch->p < 0.05 && *all[0].ratio->high < 1);
    QCOMPARE(all[0].verdict, Verdict::NoDifferenceShown);
}

void TestComparison::pairs_data()
{
    QTest::addColumn<int>("targets");
    QTest::addColumn<int>("pairs");
    QTest::newRow("1") << 1 << 0;
    QTest::newRow("2") << 2 << 1;
    QTest::newRow("3") << 3 << 3;
    QTest::newRow("4: all pairs") << 4 << 6;
    QTest::newRow("5: against the first of the kind") << 5 << 4;
    QTest::newRow("12") << 12 << 11;
}

void TestComparison::pairs()
{
    QFETCH(int, targets);
    QFETCH(int, pairs);
    QStringList names;
    for (int i = 0; i < targets; ++i)
        names << u"T%1"_s.arg(i);
    Session session = sessionOf(names);
    for (const QString& name : std::as_const(names))
        add(session, name.toLower(), {1, 2, 3});
    const QList<Comparison> all = comparisons(session);
    QCOMPARE(all.size(), pairs);
    for (const Comparison& one : all) {
        QVERIFY(names.indexOf(one.first.target) < names.indexOf(one.second.target));
        QVERIFY(targets <= 4 || one.first.target == names.first());
    }
}

void TestComparison::manyTargetsOfTwoKinds()
{
    Session session;
    for (const TargetKind kind : {TargetKind::Docker, TargetKind::Qemu}) {
        for (const int cpus : {1, 2, 4}) {
            TargetSettings target = targetOf((kind == TargetKind::Docker ? u"D%1"_s : u"Q%1"_s).arg(cpus));
            target.kind = kind;
            target.docker.cpus = cpus;
            target.docker.memoryMib = 1024;
            target.qemu.smp = cpus;
            target.qemu.memoryMib = 1024;
            session.plan.targets << target;
            add(session, target.id, {1, 2, 3});
        }
    }
    TargetSettings host = targetOf(u"Host"_s);
    host.kind = TargetKind::Host;
    session.plan.targets << host;
    add(session, host.id, {1, 2, 3});
    QStringList pairs;
    for (const Comparison& one : comparisons(session)) {
        pairs << one.first.target + one.second.target;
        QVERIFY(one.unequalLimits.isEmpty());
    }
    QCOMPARE(pairs, (QStringList{u"D1D2"_s, u"D1D4"_s, u"D1Q1"_s, u"D2Q2"_s, u"D4Q4"_s, u"Q1Q2"_s, u"Q1Q4"_s}));
}

/// The number of comparisons grows as that of targets does.
void TestComparison::hundredsOfEqualTargets()
{
    Session session;
    for (int i = 0; i < 200; ++i) {
        TargetSettings target = targetOf(u"T%1"_s.arg(i));
        target.kind = i % 2 == 0 ? TargetKind::Docker : TargetKind::Qemu;
        target.docker.cpus = target.qemu.smp = 1;
        target.docker.memoryMib = target.qemu.memoryMib = 1024;
        session.plan.targets << target;
        add(session, target.id, {1, 2, 3});
    }
    QCOMPARE(comparisons(session).size(), 99 + 99 + 3 * 100);
}

void TestComparison::unequalLimits()
{
    Session session = sessionOf({u"A"_s, u"B"_s});
    session.plan.targets[0].docker.cpus = 1;
    session.plan.targets[0].docker.memoryMib = 1024;
    session.plan.targets[1].kind = TargetKind::Qemu;
    session.plan.targets[1].qemu.smp = 4;
    session.plan.targets[1].qemu.memoryMib = 1024;
    add(session, u"a"_s, slow);
    add(session, u"b"_s, fast);
    const QString sentence = sentenceFor(comparisons(session).first());
    QVERIFY2(sentence.endsWith(u"). The plan gave A and B unlike limits: 1 against 4 CPU."_s), qPrintable(sentence));
    session.plan.targets[0].docker.cpus = 0; // not limited: nothing is known
    QVERIFY(comparisons(session).first().unequalLimits.isEmpty());
}

void TestComparison::firstTargetWithoutFigures()
{
    Session session = sessionOf({u"A"_s, u"B"_s, u"C"_s});
    session.targets = {QJsonObject{{u"id"_s, u"a"_s}, {u"error"_s, u"It did not start."_s}}};
    add(session, u"b"_s, fast);
    add(session, u"c"_s, slow);
    add(session, u"b"_s, {5}, 50000); // one target only: nothing to compare
    const QList<Comparison> all = comparisons(session);
    QCOMPARE(all.size(), 1);
    QCOMPARE(all.first().first.targetId, u"b"_s);
    QVERIFY(comparisons(Session()).isEmpty());
}

void TestComparison::swappingInverts()
{
    Session forward = sessionOf({u"A"_s, u"B"_s});
    Session backward = sessionOf({u"B"_s, u"A"_s});
    for (Session* session : {&forward, &backward}) {
        add(*session, u"a"_s, {100, 103, 101, 99});
        add(*session, u"b"_s, {104, 105, 103.5});
    }
    const Comparison one = comparisons(forward).first();
    const Comparison other = comparisons(backward).first();
    QVERIFY(std::abs(one.ratio->ratio * other.ratio->ratio - 1) < 1e-12);
    QVERIFY(std::abs(*one.ratio->low * *other.ratio->high - 1) < 1e-12);
    QCOMPARE(*one.adjustedP, *other.adjustedP);
    QCOMPARE(one.verdict == Verdict::Lower, other.verdict == Verdict::Higher);
    QCOMPARE(sentenceFor(one), sentenceFor(other));
}

void TestComparison::orderAndUnitMeanNothing()
{
    Session session = sessionOf({u"A"_s, u"B"_s});
    Session changed = session;
    add(session, u"a"_s, {100, 103, 101, 99});
    add(session, u"b"_s, {104, 105, 103.5, 102});
    add(changed, u"a"_s, {99 * 8, 101 * 8, 100 * 8, 103 * 8});
    add(changed, u"b"_s, {105 * 8, 102 * 8, 103.5 * 8, 104 * 8});
    const Comparison one = comparisons(session).first();
    const Comparison other = comparisons(changed).first();
    QVERIFY(std::abs(one.ratio->ratio - other.ratio->ratio) < 1e-12);
    QVERIFY(std::abs(*one.ratio->low - *other.ratio->low) < 1e-12);
    QVERIFY(std::abs(*one.adjustedP - *other.adjustedP) < 1e-12);
    QCOMPARE(one.mannWhitney->p, other.mannWhitney->p);
    QCOMPARE(one.verdict, other.verdict);
}

// Of 400 sessions with 3 tests and equal targets at most 5 % may have a difference, and chance adds little (fixed seed:
// the outcome does not vary). tests/bench/bench_calibration.cpp has more.
void TestComparison::equalTargetsSeldomDiffer()
{
    std::mt19937_64 random(20260101);
    std::normal_distribution<double> normal(1000, 20);
    int falsely = 0;
    for (int i = 0; i < 400; ++i) {
        Session session = sessionOf({u"A"_s, u"B"_s});
        for (const int limit : {20000, 50000, 90000}) {
            for (const QString& target : {u"a"_s, u"b"_s}) {
                Values values;
                for (int repeat = 0; repeat < 10; ++repeat)
                    values << normal(random);
                add(session, target, values, limit);
            }
        }
        const QList<Comparison> all = comparisons(session);
        falsely += std::any_of(all.cbegin(), all.cend(),
                               [](const Comparison& one) { return one.verdict != Verdict::NoDifferenceShown; });
    }
    QVERIFY2(falsely > 4 && falsely < 32, qPrintable(QString::number(falsely)));
}

// Twice as fast by rate, and 8 times by time: 4 times altogether.
void TestComparison::overall()
{
    Session rates = sessionOf({u"A"_s, u"B"_s});
    add(rates, u"a"_s, {200, 202, 198});
    add(rates, u"b"_s, {100, 101, 99});
    Session times = sessionOf({u"A"_s, u"B"_s});
    add(times, u"a"_s, {1, 1.01, 0.99});
    add(times, u"b"_s, {8, 8.08, 7.92});
    makeTimes(times);
    const QList<Comparison> all = comparisons(rates) + comparisons(times);
    const auto speed = overallSpeed(all);
    QVERIFY(speed);
    QVERIFY(std::abs(speed->ratio - 4) < 1e-12);
    QVERIFY(*speed->low < 4 && *speed->high > 4 && *speed->high < 4.1);
    QCOMPARE(*speed, *ratioOfStrata({{{200, 202, 198}, {100, 101, 99}}, {{8, 8.08, 7.92}, {1, 1.01, 0.99}}}));
    QCOMPARE(overallSpeed(comparisons(rates))->ratio, 2.0);
}

void TestComparison::overallRefused()
{
    QVERIFY(!overallSpeed({}));
    Session session = sessionOf({u"A"_s, u"B"_s});
    add(session, u"a"_s, {0, 0});
    add(session, u"b"_s, {1, 2});
    QVERIFY(!overallSpeed(comparisons(session)));
}

void TestComparison::findings()
{
    Session session = sessionOf({u"A"_s, u"B"_s});
    add(session, u"a"_s, fast);
    add(session, u"b"_s, slow);
    add(session, u"a"_s, {1, 2, 3}, 50000);
    add(session, u"b"_s, {1.5, 2, 3}, 50000);
    add(session, u"a"_s, {1}, 90000);
    add(session, u"b"_s, {1}, 90000);
    const QList<Comparison> all = comparisons(session);
    QCOMPARE(all.size(), 3);
    const Finding finding = findingFor(all[0]);
    QCOMPARE(finding.kind, FindingKind::Comparison);
    QCOMPARE(finding.answer, FindingAnswer::Yes);
    QCOMPARE(finding.statement, u"A and B differ in cpu 20000."_s);
    QCOMPARE(finding.sentence, sentenceFor(all[0]));
    QCOMPARE(finding.runs,
             (QStringList{u"0"_s, u"1"_s, u"2"_s, u"3"_s, u"4"_s, u"5"_s, u"6"_s, u"7"_s, u"8"_s, u"9"_s}));
    QCOMPARE(finding.targets, (QStringList{u"a"_s, u"b"_s}));
    QCOMPARE(finding.comparisonKey, all[0].first.comparisonKey);
    QCOMPARE(findingFor(all[1]).answer, FindingAnswer::NotShown);
    QCOMPARE(findingFor(all[2]).answer, FindingAnswer::NotMeasured);
}

QTEST_APPLESS_MAIN(TestComparison)
#include "tst_comparison.moc"
