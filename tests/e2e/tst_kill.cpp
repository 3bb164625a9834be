#include "support/e2e_plan.h"
#include "support/e2e_program.h"

#include <QDateTime>
#include <QDirIterator>
#include <QRandomGenerator>
#include <QSet>

using namespace Qt::StringLiterals;
using namespace bv::e2e;

namespace {

constexpr int kills = 20;
constexpr int latestMs = 12000;
constexpr int repeats = 5;
constexpr int plannedRuns = 2 * 2 * repeats;

/// "docker cpu #1" for each run that the program has reported as measured.
QStringList reportedRuns(const Program& program)
{
    static const QRegularExpression report(u"^(cpu|fileio)[^#]* #(\\d+) in (\\S+): \\d"_s);
    QStringList runs;
    const QStringList lines = program.lines();
    for (const QString& line : lines) {
        const auto match = report.match(line);
        if (match.hasMatch())
            runs << u"%1 %2 #%3"_s.arg(match.captured(3), match.captured(1), match.captured(2));
    }
    return runs;
}

QStringList storedRuns(const QJsonObject& session)
{
    QStringList names;
    const QList<QJsonObject> runs = okRunsOf(session);
    for (const QJsonObject& run : runs)
        names << u"%1 %2 #%3"_s.arg(targetOf(run), run["test"_L1].toString()).arg(run["repeat"_L1].toInt());
    return names;
}

QString withBirth(const QFileInfo& file)
{
    return file.filePath() + u' ' + file.birthTime().toString(Qt::ISODateWithMs);
}

/// What belongs to a program that was killed, told from what its successor makes, which has the same session and the
/// same names: containers by their ids, processes by their numbers, files by when they were made.
QSet<QString> estateOf(const World& world)
{
    QSet<QString> estate;
    const QStringList containers = world.containers();
    for (const QString& id : containers)
        estate << u"container "_s + id;
    const QStringList volumes = world.volumes();
    for (const QString& name : volumes) {
        const Said where = world.docker({u"volume"_s, u"inspect"_s, u"--format"_s, u"{{.Mountpoint}}"_s, name});
        estate << u"volume %1 at "_s.arg(name) + withBirth(QFileInfo(QString::fromUtf8(where.output).trimmed()));
    }
    const QList<qint64> machines = world.machines();
    for (const qint64 pid : machines)
        estate << u"process %1"_s.arg(pid);
    for (const QString& folder : {world.runtimeDir(), world.workDir()}) {
        const auto filter = QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot;
        QDirIterator files(folder, filter, QDirIterator::Subdirectories);
        while (files.hasNext()) {
            const QFileInfo file(files.next());
            if (file.fileName() != "owner"_L1)
                estate << u"file "_s + withBirth(file);
        }
    }
    return estate;
}

QString inWords(const QSet<QString>& estate)
{
    return estate.values().join(u'\n');
}

} // namespace

/// The program is killed at any moment: the next start finds what it left and removes it, what was measured is there,
/// and the rest is measured.
class TestKill : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void survives();

private:
    void killOnce(int number, int moment);
    World m_world;
    QString m_plan;
    QString m_refused; ///< a plan that ends after the sweep
    QString m_id;
    QStringList m_reported;
    QSet<QString> m_estate;
};

void TestKill::initTestCase()
{
    const QString problem = m_world.prepare();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    m_plan = planFile(m_world, {dockerTarget(), qemuTarget()}, {cpuSuite(1), fileSuite(u"rndrw"_s, u"64M"_s, 1)},
                      {{u"repeats"_s, repeats}});
    m_refused = planFile(m_world, {dockerTarget({{u"image"_s, u"benchvisor-no-such-image:1"_s}})}, {cpuSuite(1)});
}

void TestKill::killOnce(int number, int moment)
{
    QStringList arguments{u"run"_s, u"--plan"_s, m_plan};
    if (!m_id.isEmpty())
        arguments = QStringList{u"run"_s, u"--resume"_s, m_id};
    Program program(m_world, arguments);
    QElapsedTimer life;
    life.start();
    bool swept = false;
    while (program.isRunning() && life.elapsed() < moment) {
        program.listen(50);
        if (swept || !program.said(u"Checking what is there"_s))
            continue;
        swept = true; // it says so after the sweep: nothing of its predecessor may be there now
        const QSet<QString> left = estateOf(m_world) & m_estate;
        QVERIFY2(left.isEmpty(), qPrintable(inWords(left)));
    }
    program.signal(SIGKILL);
    QVERIFY(program.finish(5000));
    if (m_id.isEmpty())
        m_id = program.sessionId();
    const QStringList reported = reportedRuns(program);
    m_reported += reported;
    // Children die with the program; none is left to the next start.
    QTRY_VERIFY2_WITH_TIMEOUT(m_world.machines().isEmpty(), "a VM outlived its program", 2000);
    m_estate = estateOf(m_world);
    const QStringList stored = storedRuns(m_world.session(m_id));
    qInfo("kill %2d after %4d ms: %2d things left, %d runs reported, %2d of %d stored; last words: %s", number, moment,
          int(m_estate.size()), int(reported.size()), int(stored.size()), plannedRuns,
          qPrintable(program.lines().isEmpty() ? QString() : program.lines().last()));
    for (const QString& run : std::as_const(m_reported))
        QVERIFY2(stored.contains(run), qPrintable(run + u" was reported and is not in the store"_s));
}

void TestKill::survives()
{
    bool isGiven = false;
    quint32 seed = qEnvironmentVariable("BV_SEED").toUInt(&isGiven);
    if (!isGiven)
        seed = QRandomGenerator::global()->generate();
    qInfo("BV_SEED=%u", seed);
    QRandomGenerator random(seed);
    QElapsedTimer clock;
    clock.start();
    int inherited = 0;
    qsizetype reported = 0;
    for (int number = 1; number <= kills; ++number) {
        if (storedRuns(m_world.session(m_id)).size() == plannedRuns) { // it was quicker than we: begin anew
            m_id.clear();
            m_reported.clear();
        }
        const qsizetype before = m_reported.size();
        killOnce(number, random.bounded(latestMs));
        if (QTest::currentTestFailed())
            return;
        reported += m_reported.size() - before;
        inherited += m_estate.isEmpty() ? 0 : 1;
        if (number % 4 != 0)
            continue;
        Program sweeper(m_world, {u"run"_s, u"--plan"_s, m_refused}); // the next start may be of another session
        BV_SAID(sweeper.finish(30'000), sweeper);
        BV_SAID(sweeper.status() == 2, sweeper);
        BV_NOTHING_LEFT(m_world);
        m_estate.clear();
    }
    qInfo("%d of %d kills left something for the next start; %d runs were reported", inherited, kills, int(reported));
    QVERIFY(inherited > kills / 3);
    QVERIFY(reported > 0);
    QVERIFY(!m_id.isEmpty());
    Program rest(m_world, {u"run"_s, u"--resume"_s, m_id});
    BV_SAID(rest.finish(), rest);
    BV_SAID(rest.status() == 0, rest);
    const QStringList stored = storedRuns(m_world.session(m_id));
    QCOMPARE(stored.size(), plannedRuns);
    QCOMPARE(QSet<QString>(stored.begin(), stored.end()).size(), plannedRuns);
    QCOMPARE(m_world.session(m_id)["state"_L1].toString(), u"finished"_s);
    BV_NOTHING_LEFT(m_world);
    qInfo("%d kills and the rest in %.0f s", kills, static_cast<double>(clock.elapsed()) / 1000);
}

QTEST_GUILESS_MAIN(TestKill)
#include "tst_kill.moc"
