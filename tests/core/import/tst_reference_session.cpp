#include "import/reference_session.h"

#include "analysis/result_rows.h"
#include "plan/expand.h"
#include "session/session_json.h"

#include <QFile>
#include <QJsonDocument>
#include <QSet>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace bv;
using sysbench::Metric;
using sysbench::Test;

class TestReferenceSession : public QObject
{
    Q_OBJECT
private slots:
    void hasSixtyRunsInTwelveCells();
    void hasTheFiguresOfTheTables();
    void saysWhatTheReportSays();
    void roundTripsThroughJson();

private:
    const Session m_session = referenceSession();
};

void TestReferenceSession::hasSixtyRunsInTwelveCells()
{
    QCOMPARE(m_session.runs.size(), 60);
    const QList<analysis::Cell> cells = analysis::cellsOf(m_session);
    QCOMPARE(cells.size(), 12);
    QSet<QString> keys;
    for (const analysis::Cell& cell : cells) {
        QCOMPARE(cell.values.size(), 5);
        QCOMPARE(cell.failed, 0);
        keys.insert(cell.comparisonKey);
        for (int i = 0; i < 5; ++i)
            QCOMPARE(cell.runs[i]->repeat, i + 1);
    }
    QCOMPARE(keys.size(), 6); // each of them in both targets
    // The runs are those that the plan means, each at its place.
    const auto planned = expandPlan(m_session.plan, {});
    QVERIFY(planned && planned->size() == 60);
    for (const RunRecord& run : m_session.runs) {
        const PlannedRun& place = planned->at(run.plannedIndex);
        QCOMPARE(place.targetId, run.target);
        QCOMPARE(place.repeat, run.repeat);
        for (auto it = run.params.begin(); it != run.params.end(); ++it)
            QCOMPARE(place.params.value(it.key()), it.value());
    }
}

/// Field by field, read here in another way.
void TestReferenceSession::hasTheFiguresOfTheTables()
{
    int compared = 0;
    for (const QString& name : {u"cpu"_s, u"fileio"_s}) {
        QFile file(QStringLiteral(BV_SOURCE_DIR "/resources/reference/") + name + u".csv"_s);
        QVERIFY(file.open(QIODevice::ReadOnly | QIODevice::Text));
        QStringList titles = QString::fromLatin1(file.readLine()).trimmed().split(u',');
        titles.replaceInStrings(u"events_stddev"_s, u"thread_events_stddev"_s);
        while (!file.atEnd()) {
            const QStringList fields = QString::fromLatin1(file.readLine()).trimmed().split(u',');
            const RunRecord* found = nullptr;
            for (const RunRecord& run : m_session.runs) {
                const QJsonValue swept =
                    run.params[name == "cpu"_L1 ? QString(u"cpu_max_prime"_s) : u"file_test_mode"_s];
                if (sysbench::testName(run.test) == name && run.target == fields[0] &&
                    swept.toVariant().toString() == fields[1] && run.repeat == fields[2].toInt())
                    found = &run;
            }
            QVERIFY2(found, qPrintable(fields.join(u',')));
            int figures = 0;
            for (qsizetype i = 3; i < titles.size(); ++i) {
                const auto metric = sysbench::metricFromName(titles[i]);
                QVERIFY2(metric, qPrintable(titles[i]));
                const auto value = found->metrics.value(*metric);
                QCOMPARE(value.has_value(), !fields[i].isEmpty());
                if (value) {
                    QCOMPARE(*value, fields[i].toDouble());
                    ++figures;
                }
            }
            sysbench::Metrics copy = sysbench::Metrics::fromJson(found->metrics.toJson());
            QCOMPARE(copy.toJson().size(), figures); // and no others
            ++compared;
        }
    }
    QCOMPARE(compared, 60);
}

void TestReferenceSession::saysWhatTheReportSays()
{
    QCOMPARE(m_session.id, QString(referenceSessionId));
    QCOMPARE(m_session.name, u"Published report (2023)"_s);
    QCOMPARE(sessionOrigin(m_session), SessionOrigin::Published);
    QVERIFY(sessionOriginText(m_session).startsWith("Measured elsewhere"_L1));
    QCOMPARE(m_session.plan.targets.size(), 2);
    const TargetSettings& docker = m_session.plan.targets[0];
    QCOMPARE(docker.kind, TargetKind::Docker); // ratios are to the first
    QVERIFY(!targetCpus(docker) && !targetMemoryMib(docker));
    QCOMPARE(docker.docker.storage, u"layer"_s);
    const QemuSettings& vm = m_session.plan.targets[1].qemu;
    QCOMPARE(vm.smp, 4);
    QCOMPARE(vm.memoryMib, 2048);
    QCOMPARE(vm.accel, u"tcg"_s);
    QCOMPARE(vm.cpu, u"cortex-a57"_s);
    QCOMPARE(vm.disk.format, u"raw"_s);
    QCOMPARE(vm.disk.cache, u"writethrough"_s);
    QVERIFY(hasSecondCache(m_session.plan.targets[1]));
    QCOMPARE(m_session.targets[1]["provenance"_L1]["qemu"_L1].toString(), u"7.2"_s);
    for (const RunRecord& run : m_session.runs) {
        QVERIFY(!run.started.isValid() && run.output.isEmpty() && run.intervals.isEmpty());
        QCOMPARE(run.params["threads"_L1].toInt(), run.test == Test::Cpu ? 1 : 16);
        QCOMPARE(run.params["file_total_size"_L1].toString(), run.test == Test::Cpu ? QString() : u"1G"_s);
    }
}

void TestReferenceSession::roundTripsThroughJson()
{
    const auto again = sessionFromJson(QJsonDocument(sessionToJson(m_session)).toJson());
    QVERIFY2(again, qPrintable(again.error().message));
    QCOMPARE(again->id, m_session.id);
    QCOMPARE(again->plan, m_session.plan);
    QCOMPARE(again->targets, m_session.targets);
    QCOMPARE(again->runs, m_session.runs);
    QCOMPARE(sessionOrigin(*again), SessionOrigin::Published);
    QCOMPARE(sessionOriginText(*again), sessionOriginText(m_session));
}

QTEST_GUILESS_MAIN(TestReferenceSession)
#include "tst_reference_session.moc"
