#include "support/program.h"

#include <QRegularExpression>

using namespace Qt::StringLiterals;
using namespace bv;

/// What `benchvisor run` says on stderr where there is no terminal.
class TestCliProgress : public QObject
{
    Q_OBJECT
private slots:
    void init();
    void saysHowLongItTakes();
    void saysTheAccelerator();
    void namesTheSweptValue();

private:
    ProgramResult runPlan(const QByteArray& plan) const;
    std::unique_ptr<FakeMachine> m_machine;
};

void TestCliProgress::init()
{
    m_machine = std::make_unique<FakeMachine>();
    QVERIFY(m_machine->writeIni() && m_machine->makeGuest());
}

ProgramResult TestCliProgress::runPlan(const QByteArray& plan) const
{
    QFile file(m_machine->path(u"plan.json"_s));
    if (!file.open(QIODevice::WriteOnly) || file.write(plan) < 0)
        return {};
    file.close();
    return Program(*m_machine).run({u"run"_s, u"--plan"_s, file.fileName()});
}

void TestCliProgress::saysHowLongItTakes()
{
    const ProgramResult result =
        runPlan(R"({"schema": "benchvisor-plan/1", "repeats": 8, "targets": [{"id": "host", "kind": "host"}],
 "suites": [{"test": "cpu", "time_s": 10}]})");
    QVERIFY2(result.status == 0, result.story());
    const QString said = QString::fromUtf8(result.err);
    static const QRegularExpression first(u"^Session \\S+, 8 runs, about 1 min \\d+ s$"_s,
                                          QRegularExpression::MultilineOption);
    QVERIFY2(first.match(said).hasMatch(), result.story());
    // with each quarter of the runs, but not when nothing is left
    for (const QString& part : {u"2 of 8 runs, about "_s, u"4 of 8 runs, about "_s, u"6 of 8 runs, about "_s})
        QVERIFY2(said.contains(part), result.story());
    QCOMPARE(said.count(u" left\n"_s), 3);
}

/// "auto" is no name for a machine.
void TestCliProgress::saysTheAccelerator()
{
    const ProgramResult result = runPlan(
        R"({"schema": "benchvisor-plan/1", "repeats": 1, "targets": [{"id": "vm", "kind": "qemu", "smp": 1, "memory_mib": 256}],
 "suites": [{"test": "cpu", "time_s": 1}]})");
    QVERIFY2(result.status == 0, result.story());
    QVERIFY2(result.err.contains("cpu 10000 #1 in QEMU tcg 1 CPU 256 MiB: "), result.story());
}

void TestCliProgress::namesTheSweptValue()
{
    const ProgramResult result =
        runPlan(R"({"schema": "benchvisor-plan/1", "repeats": 1, "targets": [{"id": "host", "kind": "host"}],
 "suites": [{"test": "cpu", "time_s": 1, "threads": [1, 2]}]})");
    QVERIFY2(result.status == 0, result.story());
    QVERIFY2(result.err.contains("cpu 10000, 1 thread #1 in Host: ") &&
                 result.err.contains("cpu 10000, 2 threads #1 in Host: "),
             result.story());
}

QTEST_GUILESS_MAIN(TestCliProgress)
#include "tst_cli_progress.moc"
