#include "session/sample_columns.h"

#include <QRandomGenerator>
#include <QTest>
#include <limits>

using namespace bv;

class TestSampleColumns : public QObject
{
    Q_OBJECT

    /// Each figure is there or not at random.
    static RunRecord randomRun(quint32 seed)
    {
        QRandomGenerator random(seed);
        const auto maybe = [&random]() -> std::optional<double> {
            return random.bounded(3) == 0 ? std::nullopt : std::optional<double>((random.generateDouble() - 0.5) * 1e9);
        };
        RunRecord run;
        for (int i = random.bounded(40); i > 0; --i) {
            sysbench::Interval interval{double(i), {}, maybe(), maybe(), maybe(), maybe(), maybe(), maybe(), {}};
            if (random.bounded(2) == 0)
                interval.threads = random.bounded(200);
            run.intervals << interval;
        }
        for (int i = random.bounded(40); i > 0; --i)
            run.utilization << UtilizationSample{double(i), maybe(), maybe(), maybe(), maybe(),
                                                 maybe(),   maybe(), {},      maybe()};
        return run;
    }

private slots:
    void keepsEveryFigure_data()
    {
        QTest::addColumn<quint32>("seed");
        for (quint32 seed = 0; seed < 50; ++seed)
            QTest::addRow("%u", seed) << seed;
    }

    void keepsEveryFigure()
    {
        QFETCH(quint32, seed);
        const RunRecord run = randomRun(seed);
        RunRecord read;
        QVERIFY(unpackSamples(packSamples(run.intervals, run.utilization), &read));
        QVERIFY(read.intervals == run.intervals);
        QVERIFY(read.utilization == run.utilization);
    }

    void leavesOutWhatIsNotFinite()
    {
        sysbench::Interval interval;
        interval.timeS = 2;
        interval.eventsPerSec = std::numeric_limits<double>::infinity();
        interval.latP95Ms = 7;
        RunRecord read;
        QVERIFY(unpackSamples(packSamples({interval}, {}), &read));
        QVERIFY(!read.intervals.first().eventsPerSec);
        QCOMPARE(read.intervals.first().latP95Ms, std::optional<double>(7));
    }

    void survivesDamage()
    {
        const RunRecord run = randomRun(3);
        const QByteArray bytes = packSamples(run.intervals, run.utilization);
        for (qsizetype size = 0; size < bytes.size(); ++size) {
            RunRecord read;
            QVERIFY(!unpackSamples(bytes.left(size), &read));
            QVERIFY(read.intervals.isEmpty() && read.utilization.isEmpty());
        }
        QRandomGenerator random(1);
        for (int i = 0; i < 5000; ++i) {
            QByteArray broken = bytes;
            broken[random.bounded(int(broken.size()))] = static_cast<char>(random.bounded(256));
            RunRecord read;
            unpackSamples(broken, &read); // whatever it gives, it ends and stays in its bounds
        }
    }
};

QTEST_GUILESS_MAIN(TestSampleColumns)

#include "tst_sample_columns.moc"
