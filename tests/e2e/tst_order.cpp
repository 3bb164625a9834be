#include "machine/host_facts.h"
#include "support/e2e_plan.h"
#include "support/e2e_program.h"

using namespace Qt::StringLiterals;
using namespace bv::e2e;

namespace {

constexpr double restS = 0.7;

/// With 99 %, four or five repeats are enough for whatever else happens on the machine.
QJsonObject adaptive(double halfWidthPct, int least, int most)
{
    return {{u"half_width_pct"_s, halfWidthPct}, {u"min_repeats"_s, least}, {u"max_repeats"_s, most}};
}

/// "a1 a2 b1 …", a warm-up as "aW1".
QString sequenceOf(const QJsonObject& session)
{
    QStringList words;
    const QList<QJsonObject> runs = runsOf(session);
    for (const QJsonObject& run : runs)
        words << targetOf(run) + (run["discarded"_L1].toBool() ? u"W"_s : QString()) +
                     QString::number(run["repeat"_L1].toInt());
    return words.join(u' ');
}

} // namespace

/// In which order runs are done, which are discarded, which are left out, and what is up meanwhile.
class TestOrder : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void groupsThatFitMemory();
    void blockedUntilTheCap();
    void convergedCellsNeedNoFiles();
    void warmsUpAgainWhenResumed();

private:
    /// Runs the plan, keeps count of what was up at once; gives the session.
    QJsonObject measure(Program& run);
    World m_world;
    qsizetype m_mostAtOnce = 0;
};

void TestOrder::initTestCase()
{
    const QString problem = m_world.prepare();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
}

QJsonObject TestOrder::measure(Program& run)
{
    m_mostAtOnce = 0;
    while (run.isRunning()) {
        run.listen(150);
        m_mostAtOnce = std::max(m_mostAtOnce, m_world.containers().size() + m_world.machines().size());
    }
    run.finish();
    return m_world.session(run.sessionId());
}

/// Two containers that together need more memory than the machine has, interleaved: so one after the other all the
/// same. With warm-ups, rests, and repeats that end when the mean is known, which here is soon.
void TestOrder::groupsThatFitMemory()
{
    const int memoryMib = static_cast<int>(bv::machineLimits().memoryMib * 6 / 10);
    const QJsonObject large{{u"memory_mib"_s, memoryMib}};
    const QString plan = planFile(m_world, {dockerTarget(large, u"a"_s), dockerTarget(large, u"b"_s)}, {cpuSuite(1)},
                                  {{u"warmup"_s, 1}, {u"cooldown_s"_s, restS}, {u"adaptive"_s, adaptive(99, 4, 6)}});
    Program run(m_world, {u"run"_s, u"--plan"_s, plan});
    const QJsonObject session = measure(run);
    BV_SAID(run.status() == 0, run);
    QCOMPARE(sequenceOf(session), u"aW1 a1 a2 a3 a4 bW1 b1 b2 b3 b4"_s);
    QCOMPARE(okRunsOf(session).size(), 10);
    BV_SAID(run.said(u"they run in 2 groups, one after the other (a; then b)"_s), run);
    QCOMPARE(m_mostAtOnce, 1);
    // What was left out is said, for each target.
    for (const QString& name : {u"a"_s, u"b"_s})
        BV_SAID(run.said(u"#5 in %1: not needed (left out: 2)"_s.arg(name)), run);
    // The warm-ups are evidence, but not in the table.
    const QString table = QString::fromUtf8(run.output());
    const QRegularExpression row(u"^(cpu 10000)? +[ab] +4 +"_s, QRegularExpression::MultilineOption);
    QVERIFY2(table.count(row) == 2, qPrintable(table));
    QVERIFY(run.said(u"warm-up 1 in a"_s));
    const QList<QJsonObject> runs = runsOf(session);
    for (qsizetype i = 1; i < runs.size(); ++i)
        QVERIFY2(startOf(runs[i]) >= endOf(runs[i - 1]) + qRound64(restS * 1000), qPrintable(QString::number(i)));
    BV_NOTHING_LEFT(m_world);
    const Said listed = m_world.benchvisor({u"sessions"_s, u"list"_s});
    QVERIFY2(listed.output.contains(" 10 ok "), listed.output); // not "10 of 14": nothing is missing
    const Said shown = m_world.benchvisor({u"sessions"_s, u"show"_s, run.sessionId()});
    QVERIFY2(shown.output.contains("4 to 6, until the mean is known to ±99 %"), shown.output);
    // All that is missing was not needed: nothing is started for it.
    const Said resumed = m_world.benchvisor({u"run"_s, u"--resume"_s, run.sessionId()});
    QVERIFY2(resumed.status == 0, resumed.errors);
    QVERIFY2(!resumed.errors.contains("Starting "), resumed.errors);
    QCOMPARE(runsOf(m_world.session(run.sessionId())).size(), 10);
}

void TestOrder::blockedUntilTheCap()
{
    // A precision that no measurement has.
    const QString plan = planFile(m_world, {dockerTarget(), qemuTarget()}, {cpuSuite(1)},
                                  {{u"order"_s, u"blocked"_s}, {u"adaptive"_s, adaptive(0.0001, 2, 3)}});
    Program run(m_world, {u"run"_s, u"--plan"_s, plan});
    const QJsonObject session = measure(run);
    BV_SAID(run.status() == 0, run);
    QCOMPARE(sequenceOf(session), u"docker1 docker2 docker3 qemu1 qemu2 qemu3"_s);
    QCOMPARE(okRunsOf(session).size(), 6);
    BV_SAID(!run.said(u"not needed"_s), run);
    QCOMPARE(m_mostAtOnce, 1); // the VM is booted when the container is gone
    BV_NOTHING_LEFT(m_world);
}

/// Two file sets that do not fit beside each other; the first one's last runs are left out.
void TestOrder::convergedCellsNeedNoFiles()
{
    const QJsonObject memory{{u"storage"_s, u"tmpfs"_s}, {u"memory_mib"_s, 300}};
    const QString plan = planFile(m_world, {dockerTarget(memory)},
                                  {fileSuite(u"rndrd"_s, u"140M"_s, 1), fileSuite(u"rndrd"_s, u"144M"_s, 1)},
                                  {{u"adaptive"_s, adaptive(99, 5, 6)}});
    Program run(m_world, {u"run"_s, u"--plan"_s, plan});
    const QJsonObject session = measure(run);
    BV_SAID(run.status() == 0, run);
    QCOMPARE(sequenceOf(session), u"docker1 docker2 docker3 docker4 docker5 docker1 docker2 docker3 docker4 docker5"_s);
    QCOMPARE(okRunsOf(session).size(), 10);
    BV_NOTHING_LEFT(m_world);
}

/// A container that was started anew is as cold as one that was started first.
void TestOrder::warmsUpAgainWhenResumed()
{
    const QString plan =
        planFile(m_world, {dockerTarget({}, u"a"_s)}, {cpuSuite(1)}, {{u"warmup"_s, 1}, {u"repeats"_s, 3}});
    Program run(m_world, {u"run"_s, u"--plan"_s, plan});
    BV_SAID(run.waitFor(u"#1 in a"_s), run);
    run.signal(SIGKILL);
    run.finish();
    const Said resumed = m_world.benchvisor({u"run"_s, u"--resume"_s, run.sessionId()});
    QVERIFY2(resumed.status == 0, resumed.errors);
    const QJsonObject session = m_world.session(run.sessionId());
    QCOMPARE(sequenceOf(session), u"aW1 a1 aW1 a2 a3"_s);
    QCOMPARE(okRunsOf(session).size(), 5);
    for (const QJsonObject& one : runsOf(session)) {
        const bool second = one["repeat"_L1].toInt() > 1 || one["id"_L1].toString() == "0.2"_L1;
        QCOMPARE(textsOf(one["notes"_L1]).contains(u"Measured on start 2 of the target."_s), second);
    }
    BV_NOTHING_LEFT(m_world);
    const Said listed = m_world.benchvisor({u"sessions"_s, u"list"_s});
    QVERIFY2(listed.output.contains(" 4 ok "), listed.output);
}

QTEST_GUILESS_MAIN(TestOrder)
#include "tst_order.moc"
