#include "support/e2e_plan.h"
#include "support/e2e_program.h"

using namespace Qt::StringLiterals;
using namespace bv::e2e;

/// The files of fileio, and the disks that hold them, over runs and sessions.
class TestFileSets : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void everyModeFindsItsFiles();
    void ownDiskIsFormattedWhenItIsMade();

private:
    World m_world;
};

void TestFileSets::initTestCase()
{
    const QString problem = m_world.prepare();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
}

/// seqwr makes the files anew, and in its time does not get to their end.
void TestFileSets::everyModeFindsItsFiles()
{
    QJsonObject suite = fileSuite(u"seqwr"_s, u"64M"_s, 1, {{u"events"_s, 200}});
    const QStringList modes{u"seqwr"_s, u"rndrd"_s, u"seqrewr"_s};
    suite.insert(u"file_test_mode"_s, QJsonArray::fromStringList(modes));
    const QString plan = planFile(m_world, {dockerTarget(), qemuTarget()}, {suite}, {{u"repeats"_s, 2}});
    Program run(m_world, {u"run"_s, u"--plan"_s, plan});
    BV_SAID(run.finish(), run);
    BV_NOTHING_LEFT(m_world);
    BV_SAID(run.status() == 0, run);
    QCOMPARE(okRunsOf(m_world.session(run.sessionId())).size(), 2 * 2 * modes.size());
}

/// The session that makes it does not use it; the next one must find a file system.
void TestFileSets::ownDiskIsFormattedWhenItIsMade()
{
    const QString path = m_world.file(u"own.raw"_s);
    const QJsonObject target =
        qemuTarget({{u"disk"_s, QJsonObject{{u"path"_s, path}, {u"size_gib"_s, 0.125}}}, {u"smp"_s, 1}});
    const QString first = planFile(m_world, {target}, {cpuSuite(1)});
    const QString second = planFile(m_world, {target}, {fileSuite(u"rndwr"_s, u"16M"_s, 1)});
    for (const QString& plan : {first, second}) {
        const Said said = m_world.benchvisor({u"run"_s, u"--plan"_s, plan});
        QVERIFY2(said.status == 0, said.errors);
    }
    // What somebody else put there, nothing, too, is never formatted.
    QFile disk(path);
    const qint64 size = disk.size();
    QVERIFY(size > 0 && disk.resize(0) && disk.resize(size));
    const Said said = m_world.benchvisor({u"run"_s, u"--plan"_s, second});
    QVERIFY2(said.status == 3, said.errors);
    QVERIFY2(said.errors.contains(path.toUtf8() + " holds no ext4 file system. Delete the file"), said.errors);
    QVERIFY(disk.exists());
    BV_NOTHING_LEFT(m_world);
}

QTEST_GUILESS_MAIN(TestFileSets)
#include "tst_file_sets.moc"
