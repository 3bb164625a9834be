#include "support/e2e_plan.h"
#include "support/e2e_program.h"

using namespace Qt::StringLiterals;
using namespace bv::e2e;

namespace {

/// The planned indexes of the ok runs, sorted: a run that was done twice is there twice.
QList<int> okIndexes(const QJsonObject& session)
{
    QList<int> indexes;
    const QList<QJsonObject> runs = okRunsOf(session);
    for (const QJsonObject& run : runs)
        indexes << run["planned_index"_L1].toInt(-1);
    std::sort(indexes.begin(), indexes.end());
    return indexes;
}

} // namespace

/// Ctrl-C, a service manager and a closed terminal: each stops the session at once, keeps what was measured, and leaves
/// nothing.
class TestSignals : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void stops_data();
    void stops();
    void resumeOfAFinishedSessionRunsNothing();
    void stopsBeforeThereIsASession();

private:
    World m_world;
    QString m_plan;
    QString m_finished;
};

void TestSignals::initTestCase()
{
    const QString problem = m_world.prepare();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    // cpu: runs 0 and 1; fileio: 2 and 3.
    m_plan = planFile(m_world, {dockerTarget(), qemuTarget()}, {cpuSuite(1), fileSuite(u"rndrd"_s, u"256M"_s, 1)});
}

void TestSignals::stops_data()
{
    QTest::addColumn<int>("number");
    QTest::addColumn<QString>("moment"); // this line, and then so long
    QTest::addColumn<int>("later");
    QTest::addColumn<int>("finished"); // runs that have ended by then, at least; 0: none has begun
    QTest::addColumn<bool>("resume");
    const QList<std::pair<const char*, int>> signalNumbers{{"INT", SIGINT}, {"TERM", SIGTERM}, {"HUP", SIGHUP}};
    for (const auto& [name, number] : signalNumbers) {
        QTest::addRow("SIG%s, VM boots", name) << number << u"Booting qemu"_s << 700 << 0 << false;
        QTest::addRow("SIG%s, files are prepared", name)
            << number << u"of files in qemu"_s << 250 << 3 << (number == SIGTERM);
        QTest::addRow("SIG%s, VM measures", name) << number << u"#1 in docker"_s << 500 << 1 << (number != SIGTERM);
    }
    QTest::newRow("SIGTERM, container starts") << SIGTERM << u"Starting docker"_s << 100 << 0 << false;
}

void TestSignals::stops()
{
    QFETCH(int, number);
    QFETCH(QString, moment);
    QFETCH(int, later);
    QFETCH(int, finished);
    QFETCH(bool, resume);
    Program run(m_world, {u"run"_s, u"--plan"_s, m_plan});
    BV_SAID(run.waitFor(moment), run);
    run.listen(later);
    BV_SAID(run.isRunning(), run);
    QElapsedTimer clock;
    clock.start();
    run.signal(number);
    BV_SAID(run.finish(10'000), run);
    const double seconds = static_cast<double>(clock.elapsed()) / 1000;
    BV_NOTHING_LEFT(m_world);
    qInfo("stopped in %.2f s", seconds);
    BV_SAID(run.status() == 130, run);
    BV_SAID(seconds < 5, run); // 2 s are promised; the machine is shared
    const QString id = run.sessionId();
    const QJsonObject stored = m_world.session(id);
    if (finished == 0) { // nothing to go on with: it is not kept, nor offered
        BV_SAID(!id.isEmpty() && stored.isEmpty() && !run.said(u"--resume"_s), run);
        return;
    }
    QCOMPARE(stored["state"_L1].toString(), u"cancelled"_s);
    BV_SAID(okRunsOf(stored).size() >= finished && okRunsOf(stored).size() < 4, run);
    const QList<QJsonObject> records = runsOf(stored);
    for (const QJsonObject& record : records) {
        const QString status = record["status"_L1].toString();
        BV_SAID(status == "ok"_L1 || status == "cancelled"_L1, run);
    }
    BV_SAID(run.said(u"--resume "_s + id), run);
    if (!resume)
        return;
    Program rest(m_world, {u"run"_s, u"--resume"_s, id});
    BV_SAID(rest.finish(), rest);
    BV_SAID(rest.status() == 0, rest);
    const QJsonObject whole = m_world.session(id);
    QCOMPARE(whole["state"_L1].toString(), u"finished"_s);
    QCOMPARE(okIndexes(whole), QList<int>({0, 1, 2, 3}));
    for (const QJsonObject& record : records) // what had been measured stands as it was
        QVERIFY(runsOf(whole).contains(record));
    BV_NOTHING_LEFT(m_world);
    m_finished = id;
}

void TestSignals::resumeOfAFinishedSessionRunsNothing()
{
    const QJsonObject before = m_world.session(m_finished);
    Program run(m_world, {u"run"_s, u"--resume"_s, m_finished});
    BV_SAID(run.finish(), run);
    BV_SAID(run.status() == 0, run);
    QCOMPARE(m_world.session(m_finished), before);
    BV_NOTHING_LEFT(m_world);
}

void TestSignals::stopsBeforeThereIsASession()
{
    Program run(m_world, {u"run"_s, u"--plan"_s, m_plan});
    BV_SAID(run.waitFor(u"Looking for leftovers"_s), run);
    run.signal(SIGINT);
    BV_SAID(run.finish(10'000), run);
    BV_SAID(run.status() == 130, run);
    // On a busy machine the session may have got its name before the signal is
    // looked at; nothing of it may be kept then, nor offered.
    const QString id = run.sessionId();
    BV_SAID(id.isEmpty() || m_world.session(id).isEmpty(), run);
    BV_SAID(!run.said(u"--resume"_s), run);
    BV_NOTHING_LEFT(m_world);
}

QTEST_GUILESS_MAIN(TestSignals)
#include "tst_signals.moc"
