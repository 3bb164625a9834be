#include "target/qemu/accelerator_probe.h"
#include "target/qemu/virtual_machine.h"

#include "support/fake_machine.h"
#include "support/strict_messages.h"

#include <QCoro/QCoroTask>

using namespace Qt::StringLiterals;
using namespace bv;

using Code = Error::Code;

/// QMP, guest agent and guest channel against a QEMU that is a fake.
class TestQemuTalk : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { StrictMessages::install(); }
    void init();
    void cleanup();
    void talksQmp();
    void runsCommands();
    void commandThatTakesTooLong();
    void stopWhileACommandStarts();
    void tellsHowTheGuestEnded_data();
    void tellsHowTheGuestEnded();
    void bootFails_data();
    void bootFails();
    void probesKvm_data();
    void probesKvm();
    void doubtsOneTimeout();
    void knowsWithoutProbing();

private:
    Result<> boot(const QString& accel = u"tcg"_s, int deadlineMs = 20000);

    std::unique_ptr<FakeMachine> m_machine;
    std::unique_ptr<VirtualMachine> m_vm;
};

void TestQemuTalk::init()
{
    m_machine = std::make_unique<FakeMachine>();
    m_vm = std::make_unique<VirtualMachine>();
}

void TestQemuTalk::cleanup()
{
    QCoro::waitFor(m_vm->close());
    m_vm.reset();
    QTRY_COMPARE(m_machine->processes(), QStringList());
    m_machine.reset();
    QCOMPARE(StrictMessages::faults(), QStringList());
}

Result<> TestQemuTalk::boot(const QString& accel, int deadlineMs)
{
    QemuRuntime runtime;
    runtime.program = m_machine->settings.tools.qemuX86;
    runtime.accel = accel;
    runtime.socketDir = m_machine->path(u"s"_s);
    QDir().mkpath(runtime.socketDir);
    return QCoro::waitFor(
        m_vm->boot(qemuArgv({}, runtime), runtime.socketDir, std::chrono::milliseconds(deadlineMs), {}));
}

void TestQemuTalk::talksQmp()
{
    qputenv("BV_FAKE_QEMU", "pieces");
    QVERIFY(boot());
    QVERIFY(m_vm->isUp());
    QVERIFY(m_vm->pid() > 0);
    QVERIFY(m_vm->bootMilliseconds() >= 0);
    QCOMPARE(m_vm->qmp().version()["major"_L1].toInt(), 7);
    QStringList events;
    connect(&m_vm->qmp(), &Qmp::eventArrived, this, [&events](const QString& name) { events << name; });
    const std::chrono::milliseconds timeout(10000);
    const auto kvm = QCoro::waitFor(m_vm->qmp().execute(u"query-kvm"_s, timeout));
    QVERIFY(kvm);
    QCOMPARE((*kvm)["enabled"_L1].toBool(true), false);
    QVERIFY(QCoro::waitFor(m_vm->qmp().execute(u"stop"_s, timeout)));
    QTRY_COMPARE(events, QStringList(u"STOP"_s));
    const auto refused = QCoro::waitFor(m_vm->qmp().execute(u"bad-command"_s, timeout));
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, Code::Protocol);
    QCOMPARE(refused.error().detail, u"The command bad-command has not been found"_s);
    QCoro::waitFor(m_vm->close());
    QVERIFY(!m_vm->isUp());
    const auto late = QCoro::waitFor(m_vm->qmp().execute(u"stop"_s, timeout));
    QVERIFY(!late);
    QCOMPARE(late.error().code, Code::Crashed);
}

void TestQemuTalk::runsCommands()
{
    QVERIFY(boot());
    QByteArray live;
    ExecSpec spec({u"sh"_s, u"-c"_s, u"echo one; echo two >&2; sleep 0.3; exit 3"_s}, u"/tmp"_s);
    spec.sample = true;
    const ExecOutcome outcome =
        QCoro::waitFor(m_vm->channel().exec(spec, {}, [&live](const QByteArray& chunk) { live += chunk; }));
    QCOMPARE(outcome.kind, ExecOutcome::Kind::Exited);
    QCOMPARE(outcome.exitCode, 3);
    QCOMPARE(outcome.output, "one\ntwo\n");
    QCOMPARE(live, outcome.output);
    // ticks of 10 ms in one second of the guest, and its disk's busy milliseconds
    QCOMPARE(m_vm->channel().guestUsage().guestUserPct.value_or(-1), 50.0);
    QCOMPARE(m_vm->channel().guestUsage().guestSystemPct.value_or(-1), 25.0);
    QCOMPARE(m_vm->channel().guestUsage().guestDiskPct.value_or(-1), 50.0);
    const ExecSpec next({u"sh"_s, u"-c"_s, u"printf '\\036 no end mark\\n'"_s}, u"/tmp"_s);
    const ExecOutcome odd = QCoro::waitFor(m_vm->channel().exec(next, {}, {}));
    QVERIFY(odd.ok());
    QVERIFY(odd.output.contains("no end mark"));
}

void TestQemuTalk::commandThatTakesTooLong()
{
    QVERIFY(boot());
    ExecSpec spec({u"sh"_s, u"-c"_s, u"echo begun; sleep 60 & sleep 61"_s}, u"/tmp"_s);
    spec.timeout = std::chrono::milliseconds(300);
    const ExecOutcome late = QCoro::waitFor(m_vm->channel().exec(spec, {}, {}));
    QCOMPARE(late.kind, ExecOutcome::Kind::TimedOut);
    QCOMPARE(late.output, "begun\n");
    // all of it is gone, not only asked to go; a killed process may need a moment to be gone
    QTRY_VERIFY2(m_machine->processes().filter(u"sleep"_s).isEmpty(), qPrintable(m_machine->processes().join(u'\n')));
    // what is left of it does not get into the next one
    const ExecSpec next({u"sh"_s, u"-c"_s, u"echo next"_s}, u"/tmp"_s);
    const ExecOutcome outcome = QCoro::waitFor(m_vm->channel().exec(next, {}, {}));
    QVERIFY(outcome.ok());
    QCOMPARE(outcome.output, "next\n");
}

/// The guest has the command already when the wait for its answer is stopped. What it then says must reach nobody: who
/// asked for it is gone.
void TestQemuTalk::stopWhileACommandStarts()
{
    QVERIFY(boot());
    std::stop_source stop;
    stop.request_stop();
    const QString mark = m_machine->path(u"said"_s);
    QByteArray heard;
    const ExecSpec spec({u"sh"_s, u"-c"_s, u"echo unheard; touch \"$0\""_s, mark}, u"/tmp"_s);
    const ExecOutcome outcome = QCoro::waitFor(
        m_vm->channel().exec(spec, stop.get_token(), [&heard](const QByteArray& chunk) { heard += chunk; }));
    QCOMPARE(outcome.kind, ExecOutcome::Kind::Cancelled);
    QTRY_VERIFY(QFile::exists(mark));
    const ExecSpec next({u"sh"_s, u"-c"_s, u"echo next"_s}, u"/tmp"_s);
    const ExecOutcome after = QCoro::waitFor(m_vm->channel().exec(next, {}, {}));
    QVERIFY(after.ok());
    QCOMPARE(after.output, "next\n");
    QCOMPARE(heard, "");
}

void TestQemuTalk::tellsHowTheGuestEnded_data()
{
    QTest::addColumn<QByteArray>("how");
    QTest::addColumn<QString>("says");
    QTest::newRow("panic") << QByteArray("panics")
                           << u"The guest's kernel panicked: Attempted to kill init! exitcode=0x00000100"_s;
    QTest::newRow("panic, seen by QEMU") << QByteArray("pvpanics") << u"The guest's kernel panicked."_s;
    QTest::newRow("restart") << QByteArray("restarts") << u"The guest restarted itself."_s;
    QTest::newRow("QEMU killed") << QByteArray("dies") << u"QEMU was ended by signal 9."_s;
}

void TestQemuTalk::tellsHowTheGuestEnded()
{
    QFETCH(QByteArray, how);
    QFETCH(QString, says);
    qputenv("BV_FAKE_QEMU", how);
    QVERIFY(boot());
    ExecSpec spec({u"sysbench"_s, u"cpu"_s, u"run"_s}, u"/tmp"_s);
    spec.timeout = std::chrono::seconds(60);
    const ExecOutcome outcome = QCoro::waitFor(m_vm->channel().exec(spec, {}, {}));
    QCOMPARE(outcome.kind, ExecOutcome::Kind::TargetGone);
    QCOMPARE(QCoro::waitFor(m_vm->awaitGoneReason()), says);
    QVERIFY(!m_vm->isUp());
}

void TestQemuTalk::bootFails_data()
{
    QTest::addColumn<QByteArray>("how");
    QTest::addColumn<QString>("accel");
    QTest::addColumn<int>("deadlineMs");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("says");
    QTest::newRow("exits") << QByteArray("exits") << u"tcg"_s << 20000 << int(Code::NonZeroExit)
                           << u"unable to find CPU model"_s;
    QTest::newRow("exits late") << QByteArray("exitslate") << u"tcg"_s << 20000 << int(Code::NonZeroExit)
                                << u"unable to find CPU model"_s;
    QTest::newRow("silent") << QByteArray("silent") << u"tcg"_s << 200 << int(Code::TimedOut) << u"within 0.2 s"_s;
    // One deadline for all of it: these wait for QEMU itself.
    QTest::newRow("no socket") << QByteArray("nosocket") << u"tcg"_s << 300 << int(Code::TimedOut)
                               << u"QEMU did not answer within 0.3 s"_s;
    QTest::newRow("no greeting") << QByteArray("mute") << u"tcg"_s << 300 << int(Code::TimedOut)
                                 << u"QEMU did not answer within 0.3 s"_s;
    QTest::newRow("KVM error") << QByteArray("kvmerror") << u"kvm"_s << 20000 << int(Code::Crashed)
                               << u"KVM internal error"_s;
    QTest::newRow("garbage") << QByteArray("garbage") << u"tcg"_s << 20000 << int(Code::Protocol)
                             << u"does not speak QMP"_s;
}

void TestQemuTalk::bootFails()
{
    QFETCH(QByteArray, how);
    QFETCH(QString, accel);
    QFETCH(int, deadlineMs);
    QFETCH(QString, says);
    qputenv("BV_FAKE_QEMU", how);
    const auto booted = boot(accel, deadlineMs);
    QVERIFY(!booted);
    QTEST(int(booted.error().code), "code");
    QVERIFY2(booted.error().message.contains(says), qPrintable(booted.error().message));
    QVERIFY(!m_vm->isUp());
}

void TestQemuTalk::probesKvm_data()
{
    QTest::addColumn<QByteArray>("how");
    QTest::addColumn<bool>("usable");
    QTest::addColumn<QString>("says");
    QTest::newRow("works") << QByteArray() << true << u"A guest booted under KVM"_s;
    QTest::newRow("internal error") << QByteArray("kvmerror") << false << u"KVM internal error"_s;
    QTest::newRow("QEMU refuses") << QByteArray("exits") << false << u"is there but does not work"_s;
}

void TestQemuTalk::probesKvm()
{
    QFETCH(QByteArray, how);
    QFETCH(bool, usable);
    QFETCH(QString, says);
    KvmProbe probe;
    probe.tools = m_machine->settings.tools;
    probe.guest.kernel = u"/fake/kernel"_s;
    probe.guest.digest = u"d"_s;
    probe.socketDir = m_machine->path(u"probe"_s);
    probe.cacheFile = m_machine->path(u"kept/accelerator.json"_s);
    probe.device = u"/dev/null"_s; // can be opened
    QVERIFY(!knownKvmAnswer(probe));
    qputenv("BV_FAKE_QEMU", how);
    const auto answer = QCoro::waitFor(probeKvm(probe, {}));
    QVERIFY(answer);
    QCOMPARE(answer->usable, usable);
    QVERIFY2(answer->reason.contains(says), qPrintable(answer->reason));
    QVERIFY(!answer->cached);
    QVERIFY(!QFile::exists(probe.socketDir));
    // kept for this boot of the machine, this QEMU and this guest
    const auto kept = knownKvmAnswer(probe);
    if (how == "exits") {
        QVERIFY(!kept); // perhaps mended by the next time
        return;
    }
    QVERIFY(kept && kept->cached && kept->usable == usable);
    QCOMPARE(kept->reason, answer->reason);
    probe.guest.digest = u"e"_s;
    QVERIFY(!knownKvmAnswer(probe));
    probe.guest.digest = u"d"_s;
    probe.fresh = true;
    QVERIFY(!knownKvmAnswer(probe));
}

/// The machine may have been busy: only a guest that hangs twice is taken for one that always will.
void TestQemuTalk::doubtsOneTimeout()
{
    KvmProbe probe;
    probe.tools = m_machine->settings.tools;
    probe.guest.kernel = u"/fake/kernel"_s;
    probe.socketDir = m_machine->path(u"probe"_s);
    probe.cacheFile = m_machine->path(u"kept/accelerator.json"_s);
    probe.device = u"/dev/null"_s; // can be opened
    probe.deadline = std::chrono::milliseconds(200);
    qputenv("BV_FAKE_QEMU", "silent");
    const auto first = QCoro::waitFor(probeKvm(probe, {}));
    QVERIFY2(first && !first->usable && first->reason.contains(u"within 0.2 s"_s), qPrintable(first->reason));
    QVERIFY(knownKvmAnswer(probe)); // not asked again at once
    probe.doubtfulFor = std::chrono::seconds(0);
    QVERIFY(!knownKvmAnswer(probe));
    const auto second = QCoro::waitFor(probeKvm(probe, {}));
    QVERIFY(second && !second->usable && !second->cached);
    QVERIFY(knownKvmAnswer(probe)); // now it stays
    // and a boot that was slow once is forgotten
    qunsetenv("BV_FAKE_QEMU");
    probe.deadline = std::chrono::milliseconds(20000);
    probe.fresh = true;
    const auto third = QCoro::waitFor(probeKvm(probe, {}));
    QVERIFY(third && third->usable);
    probe.fresh = false;
    QVERIFY(knownKvmAnswer(probe) && knownKvmAnswer(probe)->usable);
}

void TestQemuTalk::knowsWithoutProbing()
{
    KvmProbe probe;
    probe.tools = m_machine->settings.tools;
    probe.device = u"/nonexistent/kvm"_s;
    const auto answer = QCoro::waitFor(probeKvm(probe, {}));
    QVERIFY(answer && !answer->usable);
    QVERIFY(answer->reason.startsWith(u"There is no /nonexistent/kvm"_s));
    probe.device = u"/dev/null"_s; // nothing to boot yet
    const auto later = QCoro::waitFor(probeKvm(probe, {}));
    QVERIFY2(later && !later->usable && later->reason.contains(u"at the first run"_s),
             later ? qPrintable(later->reason) : "");
}

QTEST_GUILESS_MAIN(TestQemuTalk)
#include "tst_qemu_talk.moc"
