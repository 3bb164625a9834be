#include "analysis/findings.h"
#include "import/reference_session.h"
#include "session/session_json.h"
#include "support/analysis_session.h"

#include <QTest>
#include <algorithm>

using namespace Qt::StringLiterals;
using namespace bv;
using namespace bv::analysis;
using namespace bv::figures_only;

/// The questions, and what a whole session comes to.
class TestFindings : public QObject
{
    Q_OBJECT
private slots:
    void publishedReport();
    void equalTargets();
    void onePerCentApart();
    void ratioHolds();
    void ratioBreaks();
    void rateThatDoesNotFall();
    void oneRepeat();
    void startUp();
    void onlyContainers();
    void scalesWithCpus();
    void scalesWithThreads();
    void evidenceIsThere();
    void toJson();
};

namespace {

Finding findingOfKind(const Session& session, FindingKind kind)
{
    const QList<Finding> all = findingsOf(session);
    const auto found = std::find_if(all.begin(), all.end(), [kind](const Finding& one) { return one.kind == kind; });
    return found == all.end() ? Finding() : *found;
}

QStringList answersOf(const Session& session)
{
    QStringList answers;
    for (const Finding& finding : findingsOf(session)) {
        if (finding.kind <= FindingKind::Overall)
            answers << findingKindName(finding.kind) + u' ' + findingAnswerName(finding.answer);
    }
    return answers;
}

/// Figures around the mean with a coefficient of variation near `spread`.
QList<double> around(double mean, double spread)
{
    QList<double> figures;
    for (const double off : {-1.2, -0.5, 0.1, 0.4, 1.2})
        figures << mean * (1 + off * spread);
    return figures;
}

void addCpu(Session& session, const QString& target, int prime, const QList<double>& figures)
{
    addCell(session, target, sysbench::Test::Cpu, {{u"cpu_max_prime"_s, prime}, {u"threads"_s, 1}}, figures);
}

#define BV_HOLDS(text, words) QVERIFY2((text).contains(QString::fromUtf8(words)), qPrintable(text))

} // namespace

void TestFindings::publishedReport()
{
    const Session session = bv::referenceSession();
    const QStringList expected{u"start_up not_measured"_s, u"cpu_rate yes"_s,       u"prime_limit yes"_s,
                               u"ratio_holds not_shown"_s, u"transfer not_shown"_s, u"overall yes"_s};
    QCOMPARE(answersOf(session), expected);
    const QList<Finding> all = findingsOf(session);
    QVERIFY(std::is_sorted(all.begin(), all.end(), [](const Finding& a, const Finding& b) {
        return a.kind <= FindingKind::Overall && b.kind <= FindingKind::Overall && a.kind < b.kind;
    }));
    QStringList texts;
    for (const Finding& finding : all)
        texts << finding.sentence;
    const QString text = texts.join(u'\n');
    BV_HOLDS(text, "35.20 to 71.27 times as much");
    BV_HOLDS(text, "as the power -1.28 of the limit");
    BV_HOLDS(text, "no difference shown in fileio rndwr");
    BV_HOLDS(text, "45.71 (95 % CI 33.17–63.00) times");
    BV_HOLDS(text, "76437 requests/s of 16 KiB are 1194 MiB/s, not the 989.0 MiB/s beside it");
    BV_HOLDS(text, "has two levels");
    BV_HOLDS(text, "Docker Desktop");
    BV_HOLDS(text, "accelerator tcg");
}

void TestFindings::equalTargets()
{
    Session session = emptySession();
    for (const int prime : {20000, 50000, 90000}) {
        addCpu(session, u"docker"_s, prime, around(1e7 / prime, 0.01));
        addCpu(session, u"qemu"_s, prime, around(1e7 / prime, 0.012));
    }
    QCOMPARE(findingOfKind(session, FindingKind::CpuRate).answer, FindingAnswer::NotShown);
    QCOMPARE(findingOfKind(session, FindingKind::RatioHolds).answer, FindingAnswer::Yes);
    QCOMPARE(findingOfKind(session, FindingKind::PrimeLimit).answer, FindingAnswer::Yes);
    QCOMPARE(findingOfKind(session, FindingKind::Overall).answer, FindingAnswer::NotMeasured);
    for (const Finding& finding : findingsOf(session))
        QVERIFY2(finding.kind != FindingKind::Comparison || finding.answer == FindingAnswer::NotShown,
                 qPrintable(finding.sentence));
}

void TestFindings::onePerCentApart()
{
    Session session = emptySession();
    addCpu(session, u"docker"_s, 20000, around(1010, 0.0005));
    addCpu(session, u"qemu"_s, 20000, around(1000, 0.0005));
    const Finding rate = findingOfKind(session, FindingKind::CpuRate);
    QCOMPARE(rate.answer, FindingAnswer::Yes);
    BV_HOLDS(findingOfKind(session, FindingKind::Comparison).sentence, "1.0 % faster");
    Session turned = emptySession();
    addCpu(turned, u"docker"_s, 20000, around(1000, 0.0005));
    addCpu(turned, u"qemu"_s, 20000, around(1010, 0.0005));
    QCOMPARE(findingOfKind(turned, FindingKind::CpuRate).answer, FindingAnswer::No);
}

void TestFindings::ratioHolds()
{
    Session session = emptySession();
    for (const int prime : {20000, 50000, 90000}) {
        addCpu(session, u"docker"_s, prime, around(4e7 / prime, 0.005));
        addCpu(session, u"qemu"_s, prime, around(1e7 / prime, 0.005));
    }
    const Finding finding = findingOfKind(session, FindingKind::RatioHolds);
    QCOMPARE(finding.answer, FindingAnswer::Yes);
    BV_HOLDS(finding.sentence, "4.00 at 20000");
    QCOMPARE(finding.runs.size(), 30);
}

void TestFindings::ratioBreaks()
{
    Session session = emptySession();
    for (const int prime : {20000, 50000, 90000}) {
        addCpu(session, u"docker"_s, prime, around(4e7 / prime, 0.005));
        addCpu(session, u"qemu"_s, prime, around((prime == 90000 ? 0.5e7 : 1e7) / prime, 0.005));
    }
    QCOMPARE(findingOfKind(session, FindingKind::RatioHolds).answer, FindingAnswer::No);
}

/// As some builds of sysbench do, whose loop the compiler removed.
void TestFindings::rateThatDoesNotFall()
{
    Session session = emptySession();
    for (const int prime : {20000, 50000, 90000})
        addCpu(session, u"docker"_s, prime, around(13.7e6, 0.001));
    const Finding finding = findingOfKind(session, FindingKind::PrimeLimit);
    QCOMPARE(finding.answer, FindingAnswer::No);
    BV_HOLDS(finding.check, "build");
    QCOMPARE(findingOfKind(session, FindingKind::Implausible).kind, FindingKind::Implausible);
}

void TestFindings::oneRepeat()
{
    Session session = emptySession();
    addCpu(session, u"docker"_s, 20000, {1000});
    addCpu(session, u"qemu"_s, 20000, {300});
    const Finding rate = findingOfKind(session, FindingKind::CpuRate);
    QCOMPARE(rate.answer, FindingAnswer::NotMeasured);
    BV_HOLDS(rate.sentence, "measured once only: Docker in cpu 20000 and QEMU in cpu 20000");
}

void TestFindings::startUp()
{
    const auto session = readSessionFile(QStringLiteral(BV_TEST_DATA) + u"/session/startup.json"_s);
    QVERIFY(session);
    const Finding finding = findingOfKind(*session, FindingKind::StartUp);
    QCOMPARE(finding.answer, FindingAnswer::NotShown); // of four factors with two repeats none stands out
    BV_HOLDS(finding.sentence, "takes the 4 intervals together");
    QCOMPARE(finding.targets, QStringList(u"qemu"_s));
    QVERIFY(!finding.sentence.contains("Docker"_L1));
    QCOMPARE(finding.runs.size(), 16);
}

void TestFindings::onlyContainers()
{
    Session session = emptySession({u"docker"_s});
    addCpu(session, u"docker"_s, 20000, around(1000, 0.01));
    QCOMPARE(answersOf(session).filter(u"not_measured"_s).size(), 6);
    QCOMPARE(answersOf(Session()).filter(u"not_measured"_s).size(), 6);
}

void TestFindings::scalesWithCpus()
{
    Session session = emptySession({u"docker"_s, u"docker-4"_s});
    session.plan.targets[0].label = u"Docker 1 CPU 1 GiB"_s;
    session.plan.targets[1].label = u"Docker 4 CPU 1 GiB"_s;
    session.plan.targets[0].docker.cpus = 1;
    session.plan.targets[1].docker.cpus = 4;
    for (const QString& target : {u"docker"_s, u"docker-4"_s}) {
        const double speed = target == "docker"_L1 ? 1000 : 3600;
        addCell(session, target, sysbench::Test::Cpu, {{u"cpu_max_prime"_s, 20000}, {u"threads"_s, 4}},
                around(speed, 0.01));
        addCell(session, target, sysbench::Test::Mutex, {{u"threads"_s, 4}}, around(4000 / speed, 0.01));
    }
    QStringList sentences;
    for (const Finding& finding : findingsOf(session)) {
        if (finding.kind == FindingKind::Scaling) {
            QCOMPARE(finding.answer, FindingAnswer::Yes);
            sentences << finding.sentence;
        }
    }
    QCOMPARE(sentences.size(), 2);
    BV_HOLDS(sentences[0], "Docker 1 GiB, cpu 20000");
    BV_HOLDS(sentences[0], "with 4 instead of 1 CPU it is 3.60 times as fast");
    BV_HOLDS(sentences[0], "That is 90 % of what 4 times as many could give.");
    BV_HOLDS(sentences[1], "it is 3.60 times as fast"); // of a time the inverse
}

void TestFindings::scalesWithThreads()
{
    Session session = emptySession({u"docker"_s});
    for (const int threads : {1, 2, 4})
        addCell(session, u"docker"_s, sysbench::Test::Cpu, {{u"cpu_max_prime"_s, 20000}, {u"threads"_s, threads}},
                around(1000, 0.01));
    const Finding finding = findingOfKind(session, FindingKind::Scaling);
    QCOMPARE(finding.answer, FindingAnswer::NotShown);
    BV_HOLDS(finding.sentence, "with 4 threads instead of 1 it is 1.00 times as fast");
}

/// Every run and target that a finding names is one of the session, and each is named once.
void TestFindings::evidenceIsThere()
{
    for (const Session& session : {bv::referenceSession(), figures_only::referenceSession()}) {
        QSet<QString> runs;
        for (const RunRecord& run : session.runs)
            runs << run.id;
        for (const Finding& finding : findingsOf(session)) {
            QVERIFY(!finding.sentence.isEmpty() && !finding.sentence.contains(u"%1"_s));
            QCOMPARE(QSet<QString>(finding.runs.begin(), finding.runs.end()).size(), finding.runs.size());
            for (const QString& id : finding.runs)
                QVERIFY2(runs.contains(id), qPrintable(finding.sentence));
        }
    }
}

void TestFindings::toJson()
{
    Finding finding;
    finding.kind = FindingKind::Unstable;
    finding.sentence = u"x <b>y</b>"_s;
    finding.runs = QStringList{u"1"_s};
    const QJsonObject json = findingToJson(finding);
    QCOMPARE(json["kind"_L1].toString(), u"unstable"_s);
    QCOMPARE(json["answer"_L1].toString(), u"note"_s);
    QCOMPARE(json["sentence"_L1].toString(), finding.sentence);
    QVERIFY(!json.contains("cause"_L1) && !json.contains("targets"_L1));
}

QTEST_APPLESS_MAIN(TestFindings)
#include "tst_findings.moc"
