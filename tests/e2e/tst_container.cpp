#include "guest/builder.h"
#include "run/engine_settings.h"
#include "run/readiness.h"
#include "support/e2e_world.h"
#include "target/docker/docker_target.h"

#include <QCoro/QCoroTask>

using namespace Qt::StringLiterals;
using namespace bv;

/// A real container with a command that hangs.
class TestContainer : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void cleanupTestCase();
    void killsAllOfACommand();

private:
    ExecOutcome exec(const QString& script, int timeoutS = 60);

    e2e::World m_world;
    std::unique_ptr<DockerTarget> m_target;
};

void TestContainer::initTestCase()
{
    const QString problem = m_world.prepare();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    for (const QString& name : {u"XDG_DATA_HOME"_s, u"XDG_CONFIG_HOME"_s, u"XDG_CACHE_HOME"_s, u"XDG_RUNTIME_DIR"_s})
        qputenv(name.toLatin1().constData(), m_world.environment().value(name).toLocal8Bit());
    const auto settings = loadEngineSettings(Paths::fromEnvironment());
    QVERIFY(settings);
    const auto guest = QCoro::waitFor(buildGuest(guestOptions(*settings), {}, {}));
    QVERIFY2(guest, guest ? "" : qPrintable(guest.error().message));
    TargetContext context;
    context.sessionId = u"20261123-054210-7f3a"_s;
    context.owner = u"0123456789abcdef"_s;
    context.tools = settings->tools;
    context.guest = *guest;
    TargetSettings target;
    target.id = m_world.targetId(u"docker"_s);
    target.kind = TargetKind::Docker;
    target.docker.cpus = 1;
    target.docker.memoryMib = 256;
    m_target = std::make_unique<DockerTarget>(target, context);
    const auto opened = QCoro::waitFor(m_target->open({}));
    QVERIFY2(opened, opened ? "" : qPrintable(opened.error().message));
}

void TestContainer::cleanupTestCase()
{
    if (m_target)
        QCoro::waitFor(m_target->close());
    m_target.reset();
    BV_NOTHING_LEFT(m_world);
}

ExecOutcome TestContainer::exec(const QString& script, int timeoutS)
{
    ExecSpec spec({u"sh"_s, u"-c"_s, script}, u"/tmp"_s);
    spec.timeout = std::chrono::seconds(timeoutS);
    return QCoro::waitFor(m_target->exec(spec, {}, {}));
}

/// Of a shell script too, where every process has another name than the command.
void TestContainer::killsAllOfACommand()
{
    const ExecOutcome late = exec(u"echo begun; sleep 902 & sleep 903"_s, 2);
    QVERIFY(late.kind == ExecOutcome::Kind::TimedOut);
    QCOMPARE(late.output, "begun\n");
    const ExecOutcome left = exec(u"for p in /proc/[0-9]*; do tr '\\0' ' ' <$p/cmdline; echo; done"_s);
    QVERIFY2(left.ok(), qPrintable(left.message));
    QVERIFY2(!left.output.contains("sleep 902") && !left.output.contains("sleep 903"), left.output);
    QVERIFY(m_target->isOpen());
}

QTEST_GUILESS_MAIN(TestContainer)
#include "tst_container.moc"
