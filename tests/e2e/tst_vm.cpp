#include "guest/builder.h"
#include "run/engine_settings.h"
#include "run/readiness.h"
#include "support/e2e_world.h"
#include "target/qemu/qemu_target.h"

#include <QCoro/QCoroTask>

using namespace Qt::StringLiterals;
using namespace bv;

/// A real guest that ends or hangs while it is used.
class TestVm : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void init();
    void cleanup();
    void tellsOfAPanic();
    void killsTheCommandAndNothingElse();
    void waitsForTheStream();

private:
    ExecOutcome exec(const QString& script, int timeoutS = 60);

    e2e::World m_world;
    EngineSettings m_settings;
    GuestFiles m_guest;
    std::unique_ptr<QemuTarget> m_target;
    QStringList m_said;
};

void TestVm::initTestCase()
{
    const QString problem = m_world.prepare();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    for (const QString& name : {u"XDG_DATA_HOME"_s, u"XDG_CONFIG_HOME"_s, u"XDG_CACHE_HOME"_s, u"XDG_RUNTIME_DIR"_s})
        qputenv(name.toLatin1().constData(), m_world.environment().value(name).toLocal8Bit());
    const auto settings = loadEngineSettings(Paths::fromEnvironment());
    QVERIFY(settings && makeFolders(*settings));
    m_settings = *settings;
    const auto guest = QCoro::waitFor(buildGuest(guestOptions(m_settings), {}, {}));
    QVERIFY2(guest, guest ? "" : qPrintable(guest.error().message));
    m_guest = *guest;
}

void TestVm::init()
{
    TargetContext context;
    context.sessionId = u"20261123-054210-7f3a"_s;
    context.socketDir = m_settings.folders.runtimeDir + u"/s/0"_s;
    context.workDir = m_settings.folders.workDir + u"/s/0"_s;
    context.tools = m_settings.tools;
    context.guest = m_guest;
    TargetSettings settings;
    settings.id = u"qemu"_s;
    settings.kind = TargetKind::Qemu;
    settings.qemu.accel = u"tcg"_s;
    settings.qemu.smp = 1;
    settings.qemu.memoryMib = 256;
    settings.qemu.disk.sizeGib = 0.1;
    m_said.clear();
    m_target = std::make_unique<QemuTarget>(settings, context);
    connect(m_target.get(), &Target::said, this, [this](const QString& line) { m_said << line; });
    const auto opened = QCoro::waitFor(m_target->open({}));
    QVERIFY2(opened, opened ? "" : qPrintable(opened.error().message));
}

void TestVm::cleanup()
{
    if (m_target)
        QCoro::waitFor(m_target->close());
    m_target.reset();
    for (const QString& folder : {m_settings.folders.runtimeDir, m_settings.folders.workDir})
        QDir().rmdir(folder + u"/s"_s);
    BV_NOTHING_LEFT(m_world);
}

ExecOutcome TestVm::exec(const QString& script, int timeoutS)
{
    ExecSpec spec({u"sh"_s, u"-c"_s, script}, u"/tmp"_s);
    spec.timeout = std::chrono::seconds(timeoutS);
    return QCoro::waitFor(m_target->exec(spec, {}, {}));
}

void TestVm::tellsOfAPanic()
{
    const ExecOutcome outcome = exec(u"echo before; echo c >/proc/sysrq-trigger; sleep 50"_s);
    QVERIFY2(outcome.kind == ExecOutcome::Kind::TargetGone, outcome.output);
    QVERIFY2(outcome.message.startsWith(u"The guest's kernel panicked: "_s), qPrintable(outcome.message));
    QVERIFY2(outcome.message.contains(u"sysrq"_s), qPrintable(outcome.message));
    QVERIFY(!m_target->isOpen());
    QVERIFY2(!m_said.filter(u"Kernel panic"_s).isEmpty(), qPrintable(m_said.join(u'\n')));
    // and it can be started again, as a session does
    QCoro::waitFor(m_target->close());
    const auto opened = QCoro::waitFor(m_target->open({}));
    QVERIFY2(opened, opened ? "" : qPrintable(opened.error().message));
    QVERIFY(exec(u"true"_s).ok());
}

void TestVm::killsTheCommandAndNothingElse()
{
    // what has the same name and is not the command's
    QVERIFY(exec(u"setsid sleep 901 </dev/null >/dev/null 2>&1 & sleep 0.2"_s).ok());
    const ExecOutcome late = exec(u"echo begun; sleep 902 & sleep 903"_s, 1);
    QVERIFY(late.kind == ExecOutcome::Kind::TimedOut);
    QCOMPARE(late.output, "begun\n");
    // At once, since its end was awaited.
    const ExecOutcome left = exec(u"for p in /proc/[0-9]*; do tr '\\0' ' ' <$p/cmdline; echo; done"_s);
    QVERIFY(left.ok());
    QVERIFY2(left.output.contains("sleep 901"), left.output);
    QVERIFY2(!left.output.contains("sleep 902") && !left.output.contains("sleep 903"), left.output);
    const ExecOutcome missing = exec(u"exec /nonexistent"_s);
    QVERIFY(missing.kind == ExecOutcome::Kind::Exited && missing.exitCode == 127);
}

/// The guest's kernel lets one process at a time open the port that carries the output.
void TestVm::waitsForTheStream()
{
    QVERIFY(exec(u"sleep 1 & echo first"_s).ok()); // which holds it for another second
    const ExecOutcome next = exec(u"echo next"_s, 20);
    QVERIFY2(next.ok(), qPrintable(next.message));
    QCOMPARE(next.output, "next\n");
}

QTEST_GUILESS_MAIN(TestVm)
#include "tst_vm.moc"
