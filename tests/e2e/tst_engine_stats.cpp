#include "guest/guest.h"
#include "run/readiness.h"
#include "target/docker/docker_target.h"
#include "target/docker/engine_stats.h"

#include <QCoro/QCoroTask>
#include <QDir>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace bv;

/// The engine's own interface tells the CPU time of a container, as the control groups do where they can be seen.
class TestEngineStats : public QObject
{
    Q_OBJECT
private slots:
    void agreesWithTheControlGroup();
};

void TestEngineStats::agreesWithTheControlGroup()
{
    const auto settings = loadEngineSettings(Paths::fromEnvironment());
    QVERIFY(bool(settings));
    GuestProgress silent = [](const QString&, double) {};
    const GuestBuildOptions options = guestOptions(*settings);
    const auto guest = QCoro::waitFor(buildGuest(options, silent, std::stop_token()));
    QVERIFY2(bool(guest), qPrintable(guest.error().message));
    const QTemporaryDir dir;
    TargetContext context;
    context.sessionId = u"bench-%1"_s.arg(QCoreApplication::applicationPid());
    context.owner = u"test"_s;
    context.tools = settings->tools;
    context.guest = *guest;
    TargetSettings target;
    target.id = u"stats"_s;
    target.kind = TargetKind::Docker;
    target.docker.cpus = 1;
    target.docker.memoryMib = 256;
    DockerTarget container(target, context);
    const auto opened = QCoro::waitFor(container.open(std::stop_token()));
    QVERIFY2(bool(opened), qPrintable(opened.error().message));
    EngineStats stats(context.tools.docker, DockerTarget::containerName(context.sessionId, target.id));
    stats.start();
    QTRY_VERIFY_WITH_TIMEOUT(stats.cpu().has_value(), 10000);
    const double firstAt = stats.atS();
    const CpuTimes first = *stats.cpu();
    const auto before = container.usage().cpu;
    ExecSpec work({u"sysbench"_s, u"cpu"_s, u"--time=2"_s, u"run"_s}, u"/tmp"_s);
    OutputHandler none;
    const ExecOutcome done = QCoro::waitFor(container.exec(work, std::stop_token(), none));
    QVERIFY(done.ok());
    const double lastSeen = stats.atS();
    QTRY_VERIFY_WITH_TIMEOUT(stats.atS() > lastSeen + 1.8, 8000);
    const double byEngine = stats.cpu()->userS + stats.cpu()->systemS - first.userS - first.systemS;
    const auto after = container.usage().cpu;
    stats.stop();
    QCoro::waitFor(container.close());
    QVERIFY(stats.atS() > firstAt);
    // On a machine that others use it gets less than the whole core.
    QVERIFY2(byEngine > 0.3 && byEngine < 3.5, qPrintable(QString::number(byEngine)));
    if (before && after) {
        const double byGroup = after->userS + after->systemS - before->userS - before->systemS;
        QVERIFY2(std::abs(byEngine - byGroup) < 0.6, qPrintable(u"%1 %2"_s.arg(byEngine).arg(byGroup)));
    }
}

QTEST_GUILESS_MAIN(TestEngineStats)
#include "tst_engine_stats.moc"
