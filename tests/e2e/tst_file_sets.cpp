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

QTEST_GUILESS_MAIN(TestFileSets)
#include "tst_file_sets.moc"
