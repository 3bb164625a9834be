#include "analysis/plausibility.h"

#include "analysis/run_checks.h"
#include "analysis/transfer_checks.h"
#include "session/session_json.h"
#include "support/analysis_session.h"
#include "sysbench/parser.h"

#include <QDir>
#include <QTest>
#include <cmath>
#include <limits>

using namespace bv;
using namespace bv::analysis;
using namespace bv::figures_only;
using sysbench::Metric;
using sysbench::Test;

using Values = QList<std::pair<Metric, double>>;
Q_DECLARE_METATYPE(Values)

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

QStringList sentencesOf(const QList<Finding>& findings)
{
    QStringList sentences;
    for (const Finding& finding : findings)
        sentences << finding.sentence;
    return sentences;
}

RunRecord& addRunWith(Session& session, Test test, const QJsonObject& params, const Values& values)
{
    RunRecord& run = addRun(session, u"docker"_s, test, params, static_cast<int>(session.runs.size()) + 1);
    for (const auto& [metric, value] : values)
        run.metrics.set(metric, value);
    return run;
}

QStringList sentencesAbout(Test test, const QJsonObject& params, const Values& values, double durationS = 0)
{
    Session session = emptySession();
    addRunWith(session, test, params, values).durationS = durationS;
    return sentencesOf(plausibilityFindings(session));
}

QJsonObject fileio(const char* mode, QJsonObject more = {})
{
    more.insert(u"file_test_mode"_s, QString::fromLatin1(mode));
    return more;
}

const QJsonObject cpu{{u"cpu_max_prime"_s, 20000}, {u"threads"_s, 2}, {u"time_s"_s, 10}};

} // namespace

class TestPlausibility : public QObject
{
    Q_OBJECT

private slots:
    void theReferenceSession()
    {
        const QList<Finding> findings = plausibilityFindings(referenceSession());
        QCOMPARE(
            sentencesOf(findings),
            (QStringList{
                u"Repeat 4 of fileio rndwr on QEMU: 3567 requests/s of 16 KiB are 55.73 MiB/s, not the 48.84 MiB/s "
                u"beside it."_s,
                u"Repeat 3 of fileio seqrd on Docker: 76437 requests/s of 16 KiB are 1194 MiB/s, not the 989.0 MiB/s "
                u"beside it."_s,
                u"Repeat 5 of fileio seqrewr on QEMU: 2358 requests/s of 16 KiB are 36.84 MiB/s, not the 45.30 MiB/s "
                u"beside it."_s,
                u"MiB/s and requests/s of 12 run(s) differ by 2 to 10 %, although sysbench counts both at the same "
                u"requests. Repeat 3 of fileio rndwr on QEMU: 3245 requests/s of 16 KiB are 50.70 MiB/s, not the "
                u"46.66 MiB/s beside it."_s,
            }));
        QCOMPARE(findings[0].runs, QStringList(u"48"_s));
        QVERIFY(findings[0].cause.contains(u"Repeat 1 has the same 48.84 MiB/s"_s));
        QCOMPARE(findings[1].runs, QStringList(u"37"_s));
        QVERIFY(findings[1].cause.contains(u"Repeat 1 has the same 76437 requests/s"_s));
        QCOMPARE(findings[1].targets, QStringList(u"docker"_s));
        QCOMPARE(findings[2].runs, QStringList(u"59"_s));
        QVERIFY(!findings[2].cause.contains(u"has the same"_s));
        // rndwr of Docker 1 3 4 and QEMU 3; seqrd of Docker 1 2 4 and QEMU 2 3 5; seqrewr of QEMU 3 4.
        QCOMPARE(findings[3].runs, (QStringList{u"30"_s, u"32"_s, u"33"_s, u"47"_s, u"35"_s, u"36"_s, u"38"_s, u"51"_s,
                                                u"52"_s, u"54"_s, u"57"_s, u"58"_s}));
        for (const Finding& finding : findings) {
            QCOMPARE(finding.kind, FindingKind::Implausible);
            QVERIFY(!finding.cause.isEmpty() && !finding.check.isEmpty());
        }
    }

    void whatSysbenchPrintsPasses_data()
    {
        QTest::addColumn<QString>("file");
        for (const QString& name : QDir(QStringLiteral(BV_TEST_DATA "/sysbench")).entryList({u"*.txt"_s}))
            QTest::newRow(qPrintable(name)) << name;
    }

    void whatSysbenchPrintsPasses()
    {
        QFETCH(QString, file);
        // Its report has the events since the last checkpoint and the time since the start: found, and rightly so.
        const bool hasCheckpoints = file == "1.0.20-checkpoints.txt"_L1;
        QFile text(QStringLiteral(BV_TEST_DATA "/sysbench/") + file);
        QVERIFY(text.open(QIODevice::ReadOnly));
        for (const sysbench::ParsedRun& parsed : sysbench::parseOutput(text.readAll())) {
            if (!parsed.complete)
                continue;
            Session session = emptySession();
            QJsonObject params = parsed.parameters;
            if (parsed.threads)
                params.insert(u"threads"_s, *parsed.threads);
            if (!parsed.mode.isEmpty())
                params.insert(u"file_test_mode"_s, parsed.mode);
            RunRecord& run = addRun(session, u"docker"_s, parsed.test, params, 1);
            run.metrics = parsed.metrics;
            run.intervals = parsed.intervals;
            QVERIFY(!transferCheck(run));
            QStringList sentences = sentencesOf(plausibilityFindings(session));
            // Some were recorded with a file set of 16 MiB.
            sentences.removeIf([](const QString& sentence) { return sentence.contains(u"fits into the 1024 MiB"_s); });
            QVERIFY2(sentences.isEmpty() != hasCheckpoints, qPrintable(sentences.join(u'\n')));
        }
    }

    void aMeasuredSession()
    {
        const auto session = readSessionFile(QStringLiteral(BV_TEST_DATA "/session/quick.json"));
        QVERIFY(session);
        const QStringList sentences = sentencesOf(plausibilityFindings(*session));
        QCOMPARE(sentences.size(), 2);
        QVERIFY2(sentences[0].contains(u"while the disk was busy"_s), qPrintable(sentences[0]));
        QVERIFY2(sentences[1].contains(u"while the disk was busy"_s), qPrintable(sentences[1]));
    }

    void oneRun_data()
    {
        QTest::addColumn<int>("test");
        QTest::addColumn<QJsonObject>("params");
        QTest::addColumn<Values>("values");
        QTest::addColumn<QString>("expected"); ///< after the name; empty: nothing
        const auto row = [](const char* name, Test test, const QJsonObject& params, const Values& values,
                            const QString& expected) {
            QTest::newRow(name) << static_cast<int>(test) << params << values << expected;
        };
        const Values honest{{Metric::EventsPerSec, 2487.53}, {Metric::TotalEvents, 24880},
                            {Metric::TotalTimeS, 10.0012},   {Metric::LatMinMs, 0.73},
                            {Metric::LatAvgMs, 0.80},        {Metric::LatMaxMs, 10.02},
                            {Metric::LatP95Ms, 0.86}};
        const auto with = [&honest](Metric metric, double value) {
            Values values = honest;
            for (auto& [name, figure] : values)
                figure = name == metric ? value : figure;
            return values;
        };
        row("honest", Test::Cpu, cpu, honest, {});
        row("negative", Test::Cpu, cpu, with(Metric::LatMinMs, -1), u"lat_min_ms is -1.000, which cannot be."_s);
        row("nothing", Test::Cpu, cpu, {{Metric::EventsPerSec, 0}},
            u"nothing was done, 0 events/s, in a run that ended well."_s);
        row("minimum above average", Test::Cpu, cpu, with(Metric::LatMinMs, 0.9),
            u"the minimum latency, 0.9000 ms, is above the average, 0.8000 ms."_s);
        row("average above maximum", Test::Cpu, cpu, with(Metric::LatMaxMs, 0.7),
            u"the average latency, 0.8000 ms, is above the maximum, 0.7000 ms."_s);
        row("percentile above maximum", Test::Cpu, cpu, with(Metric::LatP95Ms, 11),
            u"the 95th percentile of the latency, 11.00 ms, is above the maximum, 10.02 ms."_s);
        row("percentile above maximum by its class", Test::Cpu, cpu, with(Metric::LatP95Ms, 10.2), {});
        row("average above percentile", Test::Cpu, {}, with(Metric::LatP95Ms, 0.75), {});
        row("more threads busy than there are", Test::Cpu, cpu, with(Metric::LatAvgMs, 1.21),
            u"2488 events/s of 1.210 ms keep 3.010 threads busy, but the run had only 2 thread(s)."_s);
        row("fewer threads busy", Test::Cpu, cpu, {{Metric::EventsPerSec, 2487.53}, {Metric::LatAvgMs, 0.43}},
            u"2488 events/s of 0.4300 ms keep 1.070 threads busy of 2 thread(s), which have nothing else to do."_s);
        row("fewer threads busy by a given rate", Test::Cpu,
            {{u"cpu_max_prime"_s, 20000}, {u"threads"_s, 8}, {u"rate"_s, 2500}}, honest, {});
        row("fewer threads busy, rounded", Test::Memory, {{u"threads"_s, 2}},
            {{Metric::EventsPerSec, 4806289}, {Metric::LatAvgMs, 0}, {Metric::MibPerSec, 4693}}, {});
        row("events", Test::Cpu, cpu, with(Metric::TotalEvents, 20000),
            u"2488 events/s in 10.00 s are 24878 events, not the 20000 beside it."_s);
        row("too long", Test::Cpu, cpu, {{Metric::EventsPerSec, 1000}, {Metric::TotalTimeS, 14.2}},
            u"it took 14.20 s, although the time given was 10.00 s."_s);
        row("too long by one event", Test::Cpu, cpu,
            {{Metric::EventsPerSec, 1}, {Metric::TotalTimeS, 14.2}, {Metric::LatMaxMs, 9000}}, {});
        row("too short", Test::Cpu, cpu, {{Metric::EventsPerSec, 1000}, {Metric::TotalTimeS, 3.2}},
            u"it took 3.200 s, although the time given was 10.00 s."_s);
        row("short of memory to move", Test::Memory, {{u"memory_total_size"_s, u"100G"_s}, {u"time_s"_s, 10}},
            {{Metric::MibPerSec, 9000}, {Metric::TotalTimeS, 3.2}}, {});
        row("short by events", Test::Cpu, {{u"events"_s, 100}, {u"time_s"_s, 10}},
            {{Metric::EventsPerSec, 1000}, {Metric::TotalTimeS, 0.1}}, {});
        row("no CPU is that fast", Test::Cpu, cpu, {{Metric::EventsPerSec, 13.7e6}},
            u"13700000 events/s at a prime limit of 20000 would be 2.61e+12 divisions a second."_s);
        row("fsyncs are no requests", Test::Fileio, fileio("rndwr"),
            {{Metric::ReadsPerSec, 0},
             {Metric::WritesPerSec, 3125.93},
             {Metric::FsyncsPerSec, 4001},
             {Metric::RequestsPerSec, 7126.93},
             {Metric::TransferMibPerSec, 48.84}},
            {});
        row("larger blocks", Test::Fileio, fileio("rndwr", {{u"file_block_size"_s, u"64K"_s}}),
            {{Metric::RequestsPerSec, 3125.93}, {Metric::TransferMibPerSec, 195.37}}, {});
        row("larger blocks, not as stated", Test::Fileio, fileio("rndwr", {{u"file_block_size"_s, 4096}}),
            {{Metric::RequestsPerSec, 3125.93}, {Metric::TransferMibPerSec, 195.37}},
            u"3126 requests/s of 4 KiB are 12.21 MiB/s, not the 195.4 MiB/s beside it."_s);
        row("few digits", Test::Fileio, fileio("rndwr"),
            {{Metric::RequestsPerSec, 3}, {Metric::TransferMibPerSec, 0.05}}, {});
        row("merged requests", Test::Fileio, fileio("seqrd", {{u"file_merged_requests"_s, 8}}),
            {{Metric::RequestsPerSec, 1000}, {Metric::TransferMibPerSec, 125}}, {});
    }

    void oneRun()
    {
        QFETCH(int, test);
        QFETCH(QJsonObject, params);
        QFETCH(Values, values);
        QFETCH(QString, expected);
        const QStringList sentences = sentencesAbout(static_cast<Test>(test), params, values);
        if (expected.isEmpty()) {
            QCOMPARE(sentences, QStringList());
            return;
        }
        QCOMPARE(sentences.size(), 1);
        QVERIFY2(sentences.first().endsWith(u" on Docker: "_s + expected), qPrintable(sentences.first()));
        QVERIFY(sentences.first().startsWith(u"Repeat 1 of "_s));
    }

    void aClockThatRunsFast()
    {
        const Values values{{Metric::EventsPerSec, 1000}, {Metric::TotalTimeS, 10}};
        QCOMPARE(sentencesAbout(Test::Cpu, cpu, values, 10.04), QStringList());
        QCOMPARE(sentencesAbout(Test::Cpu, cpu, values, 8).value(0),
                 u"Repeat 1 of cpu 20000 on Docker: sysbench measured 10.00 s, but its command took 8.000 s in all."_s);
    }

    void figuresThatAreNotFiniteBreakNothing()
    {
        for (const double value : {infinity, -infinity, std::numeric_limits<double>::quiet_NaN(), 1e308, -1e308}) {
            for (std::size_t i = 0; i < sysbench::metricCount; ++i) {
                Session session = emptySession();
                RunRecord& run = addRunWith(session, Test::Fileio, fileio("seqrd"), {{Metric::TransferMibPerSec, 10}});
                run.metrics.set(static_cast<Metric>(i), value);
                plausibilityFindings(session);
            }
        }
        QVERIFY(!sentencesAbout(Test::Cpu, cpu, {{Metric::EventsPerSec, infinity}}).isEmpty());
    }

    void theWorstIsToldAndTheOthersAreNamed()
    {
        Session session = emptySession();
        for (const double maximum : {5.0, 0.1, 0.5, 0.05})
            addRunWith(session, Test::Cpu, cpu,
                       {{Metric::EventsPerSec, 2000}, {Metric::LatAvgMs, 1}, {Metric::LatMaxMs, maximum}});
        const QList<Finding> findings = plausibilityFindings(session);
        QCOMPARE(sentencesOf(findings),
                 QStringList(u"Repeat 4 of cpu 20000 on Docker: the average latency, 1.000 ms, is above the maximum, "
                             u"0.0500 ms. The same goes for repeats 2 and 3."_s));
        QCOMPARE(findings.first().runs, (QStringList{u"1"_s, u"2"_s, u"3"_s}));
    }

    void aRateThatDoesNotDependOnTheLoad()
    {
        Session session = emptySession();
        const auto add = [&session](const QString& target, int limit, const QList<double>& figures) {
            addCell(session, target, Test::Cpu, {{u"cpu_max_prime"_s, limit}, {u"threads"_s, 1}}, figures);
        };
        add(u"docker"_s, 20000, {3500, 3520});
        add(u"docker"_s, 50000, {3510, 3530});
        add(u"docker"_s, 90000, {3490, 3500});
        add(u"qemu"_s, 20000, {350, 352});
        add(u"qemu"_s, 50000, {110, 111});
        add(u"qemu"_s, 60000, {108, 109}); // too near to tell
        const QList<Finding> findings = plausibilityFindings(session);
        QCOMPARE(sentencesOf(findings),
                 QStringList(u"cpu on Docker is as fast with more to do: 3510 events/s at a prime limit of 20000, 3495 "
                             u"events/s at 90000, although an event then is 8.29 times the work."_s));
        QCOMPARE(findings.first().runs.size(), 4);
        QCOMPARE(findings.first().targets, QStringList(u"docker"_s));
    }

    void divisionsAreThoseOfSysbench()
    {
        // Counted as sb_cpu.c does it, primes only.
        for (const int limit : {1000, 20000, 90000}) {
            double divisions = 0;
            for (int number = 3; number < limit; ++number) {
                const int root = static_cast<int>(std::sqrt(number));
                int divisor = 2;
                while (divisor <= root && number % divisor != 0)
                    ++divisor;
                if (divisor > root)
                    divisions += root - 1;
            }
            const double estimate = divisionsPerEvent(limit);
            QVERIFY2(estimate < 1.15 * divisions && estimate > 0.75 * divisions,
                     qPrintable(u"%1 %2 %3"_s.arg(limit).arg(estimate).arg(divisions)));
        }
        QCOMPARE(divisionsPerEvent(2), 0.0);
    }

    void readsFromMemory_data()
    {
        QTest::addColumn<QString>("mode");
        QTest::addColumn<double>("rate");
        QTest::addColumn<QString>("size");
        QTest::addColumn<double>("diskBusy"); ///< -1: not sampled
        QTest::addColumn<QString>("expected");
        QTest::newRow("disk at work") << u"rndrd"_s << 500.0 << u"1G"_s << 93.0 << QString();
        QTest::newRow("idle disk")
            << u"rndrd"_s << 354.0 << u"2G"_s << 1.2
            << u"fileio rndrd on Docker read 354.0 MiB/s (median of 2 run(s)) while the disk was "
               u"busy 1.2 % of the time: most of it came from memory."_s;
        QTest::newRow("small set at random")
            << u"rndrd"_s << 5200.0 << u"1G"_s << -1.0
            << u"fileio rndrd on Docker read 5200 MiB/s (median of 2 run(s)) of a file "
               u"set of 1G, which fits into the 1024 MiB that can cache it: probably "
               u"much of it came from memory."_s;
        QTest::newRow("small set in order") << u"seqrd"_s << 1200.0 << u"1G"_s << -1.0 << QString();
        QTest::newRow("large set") << u"seqrd"_s << 5200.0 << u"8G"_s << -1.0 << QString();
        QTest::newRow("unknown set") << u"seqrd"_s << 5200.0 << QString() << -1.0 << QString();
        QTest::newRow("unknown set, no disk") << u"seqrd"_s << 18493.53 << QString() << -1.0
                                              << u"fileio seqrd on Docker read 18494 MiB/s (median of 2 run(s)), more "
                                                 u"than disks give to requests like these."_s;
        QTest::newRow("writes") << u"rndwr"_s << 5200.0 << u"1G"_s << 1.0 << QString();
    }

    void readsFromMemory()
    {
        QFETCH(QString, mode);
        QFETCH(double, rate);
        QFETCH(QString, size);
        QFETCH(double, diskBusy);
        QFETCH(QString, expected);
        Session session = emptySession();
        for (int repeat = 1; repeat <= 2; ++repeat) {
            QJsonObject params{{u"file_test_mode"_s, mode}};
            if (!size.isEmpty())
                params.insert(u"file_total_size"_s, size);
            RunRecord& run = addRun(session, u"docker"_s, Test::Fileio, params, repeat);
            run.metrics.set(Metric::TransferMibPerSec, rate);
            for (int second = 1; second <= 5 && diskBusy >= 0; ++second) {
                UtilizationSample sample;
                sample.timeS = second;
                sample.diskUtilPct = second == 1 ? 40 : diskBusy;
                run.utilization << sample;
            }
        }
        QCOMPARE(sentencesOf(plausibilityFindings(session)),
                 expected.isEmpty() ? QStringList() : QStringList(expected));
        session.plan.targets[0].docker.storage = u"tmpfs"_s;
        QCOMPARE(sentencesOf(plausibilityFindings(session)), QStringList());
    }
};

QTEST_APPLESS_MAIN(TestPlausibility)
#include "tst_plausibility.moc"
