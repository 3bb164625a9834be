#include "base/shell_line.h"
#include "process/process.h"

#include <QCoro/QCoroTask>
#include <QTest>
#include <csignal>

using namespace Qt::StringLiterals;
using namespace bv;
using Kind = ProcessOutcome::Kind;

class TestProcess : public QObject
{
    Q_OBJECT
private slots:
    void tellsHowAProcessEnded_data();
    void tellsHowAProcessEnded();
    void deliversOutputAsItArrives();
    void stopEndsAProcessThatIgnoresSigterm();
    void stopReachesGrandchildren();
    void stopsByItsChildren();
    void keepsOnlyTheEndOfLongOutput();
    void quotesForTheShell();
};

void TestProcess::tellsHowAProcessEnded_data()
{
    QTest::addColumn<QString>("program");
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("timeoutMs");
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("exitCode");
    const auto sh = [](const QString& script) { return QStringList{u"-c"_s, script}; };
    QTest::newRow("exit 0") << u"/bin/sh"_s << sh(u"exit 0"_s) << 0 << int(Kind::Exited) << 0;
    QTest::newRow("exit 3") << u"/bin/sh"_s << sh(u"exit 3"_s) << 0 << int(Kind::Exited) << 3;
    QTest::newRow("missing") << u"/nonexistent/program"_s << QStringList() << 0 << int(Kind::FailedToStart) << -1;
    QTest::newRow("killed") << u"/bin/sh"_s << sh(u"kill -9 $$"_s) << 0 << int(Kind::Crashed) << SIGKILL;
    QTest::newRow("hangs") << u"/bin/sh"_s << sh(u"sleep 60"_s) << 100 << int(Kind::TimedOut) << SIGKILL;
}

void TestProcess::tellsHowAProcessEnded()
{
    QFETCH(QString, program);
    QFETCH(QStringList, arguments);
    QFETCH(int, timeoutMs);
    ProcessSpec spec(program, arguments);
    spec.timeout = std::chrono::milliseconds(timeoutMs);
    const ProcessOutcome outcome = QCoro::waitFor(runProcess(spec, std::stop_token()));
    QTEST(int(outcome.kind), "kind");
    QTEST(outcome.exitCode, "exitCode");
    if (!outcome.ok())
        QVERIFY(outcome.toError(u"it"_s).message.startsWith(u"it: "_s));
}

void TestProcess::deliversOutputAsItArrives()
{
    QList<QByteArray> chunks;
    ProcessSpec spec(u"/bin/sh"_s, {u"-c"_s, u"printf a; sleep 0.2; printf 'b\\n'; printf e >&2"_s});
    const auto outcome =
        QCoro::waitFor(runProcess(spec, std::stop_token(), [&chunks](const QByteArray& c) { chunks << c; }));
    QCOMPARE(chunks, (QList<QByteArray>{"a", "b\n"}));
    QCOMPARE(outcome.output, "ab\n");
    QCOMPARE(outcome.errorOutput, "e");
}

void TestProcess::stopEndsAProcessThatIgnoresSigterm()
{
    std::stop_source stop;
    ProcessSpec spec(u"/bin/sh"_s, {u"-c"_s, u"trap '' TERM; echo up; while :; do sleep 0.05; done"_s});
    spec.killGrace = std::chrono::milliseconds(100);
    const auto outcome =
        QCoro::waitFor(runProcess(spec, stop.get_token(), [&stop](const QByteArray&) { stop.request_stop(); }));
    QCOMPARE(outcome.kind, Kind::Cancelled);
}

void TestProcess::stopReachesGrandchildren()
{
    std::stop_source stop;
    QByteArray said;
    ProcessSpec spec(u"/bin/sh"_s, {u"-c"_s, u"sleep 60 & echo $!; wait"_s});
    const auto outcome = QCoro::waitFor(runProcess(spec, stop.get_token(), [&](const QByteArray& chunk) {
        said += chunk;
        stop.request_stop();
    }));
    QCOMPARE(outcome.kind, Kind::Cancelled);
    const int grandchild = said.trimmed().toInt();
    QVERIFY(grandchild > 1);
    // gone, or a zombie that its new parent has not reaped yet
    QTRY_VERIFY(::kill(grandchild, 0) != 0 || [grandchild] {
        QFile stat(u"/proc/%1/stat"_s.arg(grandchild));
        return !stat.open(QIODevice::ReadOnly) || stat.readAll().contains(") Z ");
    }());
}

/// A builder that sweeps when what it runs was stopped, and not when it is stopped itself.
void TestProcess::stopsByItsChildren()
{
    ProcessSpec spec(u"/bin/sh"_s, {u"-c"_s, u"trap 'echo lost; exit 1' INT; sleep 60 & echo begun; wait $!; "
                                             "echo swept $?"_s});
    spec.stopChildren = true;
    spec.killGrace = std::chrono::seconds(60);
    std::stop_source stop;
    const auto onOutput = [&stop](const QByteArray&) { stop.request_stop(); };
    const auto outcome = QCoro::waitFor(runProcess(spec, stop.get_token(), onOutput));
    QCOMPARE(int(outcome.kind), int(Kind::Cancelled));
    QCOMPARE(outcome.output, "begun\nswept 143\n");
}

void TestProcess::keepsOnlyTheEndOfLongOutput()
{
    ProcessSpec spec(u"/bin/sh"_s, {u"-c"_s, u"head -c 300000 /dev/zero; printf end"_s});
    spec.captureLimit = 1000;
    const auto outcome = QCoro::waitFor(runProcess(spec, std::stop_token()));
    QCOMPARE(outcome.output.size(), 1000);
    QVERIFY(outcome.output.endsWith("end"));
}

void TestProcess::quotesForTheShell()
{
    const QStringList argv{u"a"_s, u"b c"_s, u"it's"_s, u""_s, u"$x;`y`"_s, u"--k=v,w"_s};
    QCOMPARE(shellLine(argv), u"a 'b c' 'it'\\''s' '' '$x;`y`' --k=v,w"_s);
    ProcessSpec spec(u"/bin/sh"_s, {u"-c"_s, u"printf '%s\\n' "_s + shellLine(argv)});
    const auto outcome = QCoro::waitFor(runProcess(spec, std::stop_token()));
    QCOMPARE(QString::fromUtf8(outcome.output), argv.join(u'\n') + u'\n');
}

QTEST_GUILESS_MAIN(TestProcess)
#include "base/shell_line.h"
#include "tst_process.moc"
