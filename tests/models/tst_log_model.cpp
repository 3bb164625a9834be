#include "models/log_filter.h"
#include "models/log_model.h"
#include "run/engine.h"
#include "support/rich_session.h"

#include <QAbstractItemModelTester>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace bv;

/// Which line belongs to which run.
class TestLogModel : public QObject
{
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void knowsTheRunOfALine();
    void filtersByRunAndSource();
    void forgetsRunsWithoutLines();
    void keepsTheRunThatIsOn();

private:
    void measure(int run);
    QStringList linesOf(qint64 run, const QString& source = {}) const;

    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<Engine> m_engine; ///< measures nothing: the test emits its signals
    std::unique_ptr<LogModel> m_log;
    Session m_session;
    QList<PlannedRun> m_planned;
};

void TestLogModel::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    EngineSettings settings;
    settings.folders.runtimeDir = m_dir->filePath(u"run"_s);
    settings.folders.workDir = m_dir->filePath(u"work"_s);
    settings.dataDir = m_dir->filePath(u"data"_s);
    settings.cacheDir = m_dir->filePath(u"cache"_s);
    m_engine = std::make_unique<Engine>(settings);
    m_log = std::make_unique<LogModel>();
    m_log->follow(*m_engine);
    m_session = rich::session();
    m_planned = expandPlan(m_session.plan, {8, 16000}).valueOr({});
}

void TestLogModel::cleanup()
{
    m_log.reset();
    m_engine.reset();
}

void TestLogModel::measure(int run)
{
    const QString target = m_planned.at(run).targetId;
    emit m_engine->runStarted(m_planned.at(run));
    emit m_engine->logged(target, u"said in run %1"_s.arg(run));
    emit m_engine->logged(u"another"_s, u"of no run"_s);
    emit m_engine->phaseChanged(u"Preparing files for run %1"_s.arg(run), -1);
    emit m_engine->runFinished(m_session.runs.at(run));
    emit m_engine->logged(target, u"between runs"_s);
}

QStringList TestLogModel::linesOf(qint64 run, const QString& source) const
{
    LogFilter filter;
    filter.setSourceModel(m_log.get());
    const QAbstractItemModelTester tester(&filter);
    filter.setRun(run);
    filter.setSource(source);
    QStringList lines;
    for (int row = 0; row < filter.rowCount(); ++row)
        lines << filter.index(row, LogModel::Text).data().toString();
    return lines;
}

void TestLogModel::knowsTheRunOfALine()
{
    const QAbstractItemModelTester tester(m_log.get());
    for (int run = 0; run < 4; ++run)
        measure(run);
    QCOMPARE(m_log->runs().size(), std::size_t(4));
    QVERIFY2(m_log->runs()[0].title.startsWith("docker-1c: cpu 20000"_L1), qPrintable(m_log->runs()[0].title));
    QVERIFY(m_log->runs()[0].title.contains("warm-up 1 ("_L1));
    QVERIFY(m_log->runs()[2].title.contains("repeat 1 ("_L1));
    for (int run = 0; run < 4; ++run) {
        const QStringList lines = linesOf(run);
        QVERIFY2(lines.first().endsWith(": begins"_L1), qPrintable(lines.first()));
        QVERIFY(lines.contains(u"said in run %1"_s.arg(run)));
        QVERIFY(lines.contains(u"Preparing files for run %1"_s.arg(run)));
        QVERIFY(lines.contains(u"Number of threads: 1"_s)); // of sysbench's output
        QVERIFY2(lines.last().endsWith(": ok"_L1), qPrintable(lines.last()));
        QVERIFY(!lines.contains(u"of no run"_s) && !lines.contains(u"between runs"_s));
    }
    QCOMPARE(linesOf(-1).size(), m_log->rowCount());
    // A second session in the same log has runs of its own.
    measure(0);
    QCOMPARE(m_log->runs().back().number, 4);
}

void TestLogModel::filtersByRunAndSource()
{
    measure(0);
    QCOMPARE(linesOf(0, u"Benchvisor"_s), QStringList{u"Preparing files for run 0"_s});
    QVERIFY(linesOf(0, u"docker-1c"_s).size() > 3);
    QVERIFY(linesOf(0, u"another"_s).isEmpty());
}

void TestLogModel::forgetsRunsWithoutLines()
{
    measure(0);
    measure(1);
    for (int i = 0; i < LogModel::limit - 3; ++i)
        m_log->add({}, u"line"_s);
    QCOMPARE(m_log->rowCount(), LogModel::limit);
    QVERIFY(m_log->runs().size() <= 1);
    m_log->add({}, u"more\nof\nthem"_s);
    QVERIFY(m_log->runs().empty());
}

void TestLogModel::keepsTheRunThatIsOn()
{
    emit m_engine->runStarted(m_planned.at(0));
    for (int i = 0; i < LogModel::limit + 10; ++i)
        m_log->add(u"another"_s, u"line"_s);
    QCOMPARE(m_log->runs().size(), std::size_t(1));
    emit m_engine->logged(m_planned.at(0).targetId, u"late"_s);
    QCOMPARE(linesOf(0), QStringList{u"late"_s});
    emit m_engine->finished({});
    QCOMPARE(m_log->data(m_log->index(m_log->rowCount() - 1, 0), LogModel::RunRole).toInt(), -1);
}

QTEST_GUILESS_MAIN(TestLogModel)
#include "tst_log_model.moc"
