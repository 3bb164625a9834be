#include "support/program.h"

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
    void readsFiles();

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
    for (const QString& words :
         {u"CPU events/s is higher in containers than in virtual machines. Yes."_s, u"Questions"_s, u"Comparisons"_s,
          u"What makes figures doubtful"_s, u"Welch t"_s, u"Perhaps: "_s, u"To test: "_s, u"cpu 90000"_s})
        QVERIFY2(text.contains(words), result.story());
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

void TestCliAnalyze::readsFiles()
{
    const ProgramResult result = run({u"analyze"_s, QStringLiteral(BV_TEST_DATA "/session/quick.json")});
    QVERIFY2(result.status == 0 && result.out.contains("3.68 times as fast"), result.story());
    const ProgramResult none = run({u"analyze"_s, u"nosuch"_s});
    QVERIFY2(none.status == 1 && none.err.contains("No session is stored yet"), none.story());
}

QTEST_GUILESS_MAIN(TestCliAnalyze)
#include "tst_cli_analyze.moc"
