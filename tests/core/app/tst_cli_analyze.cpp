#include "session/session_json.h"
#include "support/analysis_session.h"
#include "support/program.h"

#include <sys/stat.h>

using namespace Qt::StringLiterals;
using namespace bv;

/// `benchvisor analyze`, of the published report and of a session file.
class TestCliAnalyze : public QObject
{
    Q_OBJECT
private slots:
    void init();
    void tellsPeople();
    void tellsPrograms();
    void comparisonsInNumbers();
    void readsFiles();
    void tellsScalingApart();
    void keepsTerminalsWhole();
    void doesNotWaitForPipes();

private:
    ProgramResult run(const QStringList& arguments) const { return Program(*m_machine).run(arguments); }
    std::unique_ptr<FakeMachine> m_machine;
};

void TestCliAnalyze::init()
{
    m_machine = std::make_unique<FakeMachine>();
    QVERIFY(m_machine->writeIni());
}

void TestCliAnalyze::tellsPeople()
{
    const ProgramResult result = run({u"analyze"_s, u"reference"_s});
    QVERIFY2(result.status == 0 && result.err.isEmpty(), result.story());
    const QString text = QString::fromUtf8(result.out);
    for (const QString& words : {u"CPU events/s is higher in containers than in virtual machines. Yes."_s,
                                 u"Questions"_s, u"Comparisons"_s, u"What makes figures doubtful"_s, u"Welch t"_s,
                                 u"Perhaps: "_s, u"To test: "_s, u"Mend: Use a container engine"_s, u"cpu 90000"_s})
        QVERIFY2(text.contains(words), result.story());
    QVERIFY2(text.startsWith(u"Session published-report-2023, Published report (2023), 2023, measured elsewhere, "_s),
             result.story());
    const QStringList lines = text.split(u'\n');
    for (const QString& line : lines)
        QVERIFY2(line.size() <= 100, qPrintable(line));
}

void TestCliAnalyze::tellsPrograms()
{
    const ProgramResult result = run({u"analyze"_s, u"reference"_s, u"--json"_s});
    QVERIFY2(result.status == 0, result.story());
    const QJsonObject json = result.json().object();
    QCOMPARE(json["schema"_L1].toString(), u"benchvisor-analysis/1"_s);
    QCOMPARE(json["created"_L1].toString(), u"2023-01-01T00:00:00.000Z"_s);
    QCOMPARE(json["app"_L1]["origin"_L1]["kind"_L1].toString(), u"published"_s);
    const QJsonArray rows = json["summary"_L1].toArray();
    QCOMPARE(rows.size(), 12);
    QCOMPARE(rows.first()["n"_L1].toInt(), 5);
    QCOMPARE(rows.first()["unit"_L1].toString(), u"events/s"_s);
    QCOMPARE(rows.first()["ci_method"_L1].toString(), u"Student t"_s);
    QVERIFY(rows.first()["ci_low"_L1].toDouble() < rows.first()["mean"_L1].toDouble());
    const QJsonArray findings = json["findings"_L1].toArray();
    QCOMPARE(findings.at(1)["kind"_L1].toString(), u"cpu_rate"_s);
    QCOMPARE(findings.at(1)["answer"_L1].toString(), u"yes"_s);
    QCOMPARE(findings.at(1)["runs"_L1].toArray().size(), 30);
}

/// What is computed of two targets is there as numbers, those that suit each other.
void TestCliAnalyze::comparisonsInNumbers()
{
    const ProgramResult result = run({u"analyze"_s, u"reference"_s, u"--json"_s});
    QVERIFY2(result.status == 0, result.story());
    const QJsonObject json = result.json().object();
    QVERIFY(!json["summary"_L1].toArray().first().toObject().contains("ratio_ci_low"_L1)); // to itself
    const QJsonArray all = json["comparisons"_L1].toArray();
    QCOMPARE(all.size(), 6);
    for (const QJsonValue& one : all) {
        const QJsonObject numbers = one.toObject();
        for (const QString& key :
             {u"test"_s,       u"params"_s,   u"metric"_s,       u"unit"_s,    u"first"_s,        u"second"_s,
              u"first_mean"_s, u"first_n"_s,  u"second_n"_s,     u"ratio"_s,   u"ratio_ci_low"_s, u"ratio_ci_high"_s,
              u"ratio_df"_s,   u"welch_t"_s,  u"df"_s,           u"p"_s,       u"p_holm"_s,       u"u"_s,
              u"p_u"_s,        u"hedges_g"_s, u"cliffs_delta"_s, u"verdict"_s, u"second_mean"_s})
            QVERIFY2(numbers.contains(key), qPrintable(key));
        QCOMPARE(numbers["ci_method"_L1].toString(), u"log-ratio, Welch–Satterthwaite"_s);
        const double ratio = numbers["ratio"_L1].toDouble();
        QCOMPARE(ratio, numbers["first_mean"_L1].toDouble() / numbers["second_mean"_L1].toDouble());
        QVERIFY(numbers["ratio_ci_low"_L1].toDouble() < ratio && ratio < numbers["ratio_ci_high"_L1].toDouble());
        QVERIFY(numbers["p"_L1].toDouble() <= numbers["p_holm"_L1].toDouble());
        QCOMPARE(numbers["welch_t"_L1].toDouble() > 0, ratio > 1);
        QCOMPARE(numbers["hedges_g"_L1].toDouble() > 0, ratio > 1);
    }
    const QJsonObject first = all.first().toObject();
    QCOMPARE(first["verdict"_L1].toString(), u"higher"_s);
    QCOMPARE(first["cliffs_delta"_L1].toDouble(), 1.0);
    QCOMPARE(first["u"_L1].toDouble(), 25.0);
    QCOMPARE(first["first_n"_L1].toInt(), 5);
}

void TestCliAnalyze::readsFiles()
{
    const ProgramResult result = run({u"analyze"_s, QStringLiteral(BV_TEST_DATA "/session/quick.json")});
    QVERIFY2(result.status == 0 && result.out.contains("3.68 times as fast"), result.story());
    QVERIFY2(result.out.startsWith("Session ") && result.out.contains(" UTC, measured by Benchvisor 0."),
             result.story());
    const ProgramResult none = run({u"analyze"_s, u"nosuch"_s});
    QVERIFY2(none.status == 1 && none.err.contains("No session is stored yet"), none.story());
}

/// Its tests are a family of their own, so that it does not stand below the heading of comparisons.
void TestCliAnalyze::tellsScalingApart()
{
    Session session = figures_only::emptySession();
    session.plan.suites = {{sysbench::Test::Cpu, {}}};
    for (const int threads : {1, 2, 4}) {
        const double rate = 1000.0 * threads;
        for (const QString& target : {u"docker"_s, u"qemu"_s})
            figures_only::addCell(session, target, sysbench::Test::Cpu, {{u"threads"_s, threads}},
                                  {rate, rate * 1.01, rate * 0.99});
    }
    const QString path = m_machine->path(u"scaling.json"_s);
    QVERIFY(writeSessionFile(path, session));
    const ProgramResult result = run({u"analyze"_s, path});
    const qsizetype heading = result.out.indexOf("\nScaling\n");
    QVERIFY2(result.status == 0 && heading > result.out.indexOf("\nComparisons "), result.story());
    QVERIFY2(result.out.indexOf("instead of", heading) > 0, result.story());
}

/// Names in a file of somebody else's can hold what a terminal takes for a command, or for a change of direction.
void TestCliAnalyze::keepsTerminalsWhole()
{
    QFile quick(QStringLiteral(BV_TEST_DATA "/session/quick.json"));
    QVERIFY(quick.open(QIODevice::ReadOnly));
    QByteArray text = quick.readAll();
    text.replace("\"label\": \"Docker", "\"label\": \"\\u001b[31mred\\u202e\\r\\nDocker");
    QFile file(m_machine->path(u"foreign.json"_s));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text) == text.size());
    file.close();
    const ProgramResult result = run({u"analyze"_s, file.fileName()});
    QVERIFY2(result.status == 0 && result.out.contains("?[31mred???Docker"), result.story());
    const QString shown = QString::fromUtf8(result.out);
    for (const QChar c : shown)
        QVERIFY2(c == u'\n' || c.isPrint() || c.isSurrogate(), result.story());
}

void TestCliAnalyze::doesNotWaitForPipes()
{
    const QString path = m_machine->path(u"pipe"_s);
    QCOMPARE(::mkfifo(path.toLocal8Bit().constData(), 0600), 0);
    for (const QStringList& words : {QStringList{u"analyze"_s, path}, {u"sessions"_s, u"show"_s, path}}) {
        const ProgramResult result = run(words);
        QVERIFY2(result.status == 1 && result.err.contains("is a device or a pipe"), result.story());
    }
}

QTEST_GUILESS_MAIN(TestCliAnalyze)
#include "tst_cli_analyze.moc"
