#include "analysis/start_dependence.h"

#include <QTest>
#include <cmath>

using namespace Qt::StringLiterals;
using namespace bv;
using namespace bv::analysis;
using Answer = StartDependence::Answer;

namespace {

struct Cell
{
    int cpus = 1;
    int memoryMib = 512;
    QList<double> ms;
    bool cold = false;
};

Session sessionOf(const QList<Cell>& cells)
{
    Session session;
    TargetSettings vm;
    vm.id = u"vm"_s;
    vm.kind = TargetKind::Qemu;
    vm.label = u"VM"_s;
    session.plan.targets = {vm};
    for (const Cell& cell : cells) {
        for (const double ms : cell.ms) {
            RunRecord run;
            run.plannedIndex = static_cast<int>(session.runs.size());
            run.id = QString::number(run.plannedIndex);
            run.target = vm.id;
            run.test = sysbench::Test::Boot;
            run.params = {{u"smp"_s, cell.cpus},
                          {u"memory_mib"_s, cell.memoryMib},
                          {u"cache"_s, cell.cold ? u"cold"_s : u"warm"_s}};
            run.repeat = run.plannedIndex + 1;
            run.status = RunStatus::Ok;
            run.metrics.set(sysbench::Metric::BootMs, ms);
            session.runs << run;
        }
    }
    return session;
}

} // namespace

class TestStartDependence : public QObject
{
    Q_OBJECT
private slots:
    void answers_data();
    void answers();
    void holdsTheOtherFactorFixed();
    void stepsBetween();
    void whatDoesNotCount();
    void saysItInOneSentence();
    void namesTellTargetsApart();
};

void TestStartDependence::answers_data()
{
    QTest::addColumn<QList<double>>("few");
    QTest::addColumn<QList<double>>("many");
    QTest::addColumn<int>("answer");
    const auto row = [](const char* name, const QList<double>& few, const QList<double>& many, Answer answer) {
        QTest::newRow(name) << few << many << static_cast<int>(answer);
    };
    row("shorter", {2000, 2010, 1990}, {1500, 1510, 1490}, Answer::Shorter);
    row("longer", {2000, 2010, 1990}, {2500, 2510, 2490}, Answer::Longer);
    row("none", {2000, 2010, 1990}, {2005, 2000, 1995}, Answer::None);
    row("too much spread", {2000, 3000, 1000}, {2500, 1500, 3500}, Answer::NotShown);
    row("no spread", {2000, 2000}, {1000, 1010}, Answer::NotShown);
    row("one repeat", {2000}, {1000}, Answer::NotShown);
}

void TestStartDependence::answers()
{
    QFETCH(QList<double>, few);
    QFETCH(QList<double>, many);
    QFETCH(int, answer);
    const auto found = startDependences(sessionOf({{1, 512, few}, {4, 512, many}}));
    QCOMPARE(found.size(), 1);
    const StartDependence& dependence = found.first();
    QCOMPARE(dependence.factor, StartFactor::Cpus);
    QCOMPARE(dependence.least, 1.0);
    QCOMPARE(dependence.most, 4.0);
    QCOMPARE(dependence.figures, few.size() + many.size());
    QCOMPARE(dependence.fewest, few.size());
    QCOMPARE(static_cast<int>(dependence.answer), answer);
    QVERIFY(!dependence.monotone);
}

/// Where memory doubles the time, CPUs that change nothing are not blamed for it, not even where cells are missing.
void TestStartDependence::holdsTheOtherFactorFixed()
{
    const auto found = startDependences(sessionOf({{1, 512, {1000, 1001, 999}},
                                                   {2, 512, {1000, 1002, 998}},
                                                   {1, 2048, {2000, 2003, 1997}},
                                                   {2, 2048, {2000, 2001, 1999}},
                                                   {2, 4096, {9000, 9001, 9002}}}));
    QCOMPARE(found.size(), 2);
    QCOMPARE(static_cast<int>(found[0].answer), static_cast<int>(Answer::None));
    QCOMPARE(found[0].pairs, 2);
    QCOMPARE(found[0].figures, 12);
    QCOMPARE(found[1].factor, StartFactor::Memory);
    QCOMPARE(static_cast<int>(found[1].answer), static_cast<int>(Answer::Longer));
    QCOMPARE(found[1].most, 4096.0);
    QCOMPARE(found[1].pairs, 1); // with one CPU there is no 4096
    QCOMPARE(found[1].monotone, std::optional<bool>(true));
}

void TestStartDependence::stepsBetween()
{
    const auto found =
        startDependences(sessionOf({{1, 512, {1000, 1001}}, {2, 512, {900, 901}}, {4, 512, {1200, 1201}}}));
    QCOMPARE(found.size(), 1);
    QCOMPARE(static_cast<int>(found[0].answer), static_cast<int>(Answer::Longer));
    QCOMPARE(found[0].monotone, std::optional<bool>(false));
}

void TestStartDependence::whatDoesNotCount()
{
    Session session = sessionOf({{1, 512, {1000, 1001}}, {2, 512, {900, 901}}, {1, 512, {5, 6}, true}});
    QCOMPARE(startDependences(session).size(), 1); // of cold starts there is one size only
    session.runs[2].status = RunStatus::Failed;
    session.runs[3].discarded = true;
    QVERIFY(startDependences(session).isEmpty());
    QVERIFY(startDependences({}).isEmpty());
}

void TestStartDependence::saysItInOneSentence()
{
    const auto found = startDependences(sessionOf(
        {{1, 512, {2000, 2010, 1990}, true}, {2, 512, {2200, 2210, 2190}, true}, {4, 512, {2500, 2510, 2490}, true}}));
    QCOMPARE(found.size(), 1);
    QCOMPARE(sentenceFor(found.first()),
             u"VM, cold: more CPUs make the start longer: with 4 instead of 1 it takes 1.25 times as long (95 % CI "
             "1.24–1.26, 6 runs); every step between goes the same way."_s);
}

void TestStartDependence::namesTellTargetsApart()
{
    Session session = sessionOf({{1, 0, {2000, 2010}}, {2, 0, {1500, 1510}}});
    TargetSettings& small = session.plan.targets.first();
    small.label.clear();
    small.kind = TargetKind::Docker;
    small.docker.memoryMib = 128;
    TargetSettings large = small;
    large.id = u"large"_s;
    large.docker.memoryMib = 256;
    session.plan.targets << large;
    const QList<RunRecord> runs = session.runs;
    for (RunRecord run : runs) {
        run.target = large.id;
        run.plannedIndex += 4;
        run.id = QString::number(run.plannedIndex);
        session.runs << run;
    }
    for (RunRecord& run : session.runs)
        run.params.remove(u"memory_mib"_s);
    const QList<StartDependence> both = startDependences(session);
    QCOMPARE(both.size(), 2);
    QCOMPARE(both.first().target, u"Docker 128 MiB"_s);
    QCOMPARE(both.last().target, u"Docker 256 MiB"_s);
}

QTEST_APPLESS_MAIN(TestStartDependence)
#include "tst_start_dependence.moc"
