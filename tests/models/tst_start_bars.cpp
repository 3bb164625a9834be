#include "models/bar_data.h"
#include "models/session_model.h"

#include "session/session_json.h"

#include <QTest>
#include <cmath>

using namespace Qt::StringLiterals;
using namespace bv;

/// The bars of a real session of the start-up test.
class TestStartBars : public QObject
{
    Q_OBJECT
private slots:
    void init();
    void everyCellHasItsPhases();
    void phasesThatARunLacksAreNotShown();
    void namesDoNotTellTheSizeOfTheSettings();

private:
    Session m_session;
};

void TestStartBars::init()
{
    const auto session = readSessionFile(QStringLiteral(BV_TEST_DATA) + u"/session/startup.json"_s);
    QVERIFY2(session, session ? "" : qPrintable(session.error().message));
    m_session = *session;
}

void TestStartBars::everyCellHasItsPhases()
{
    SessionModel model;
    model.show(std::make_shared<const Session>(m_session));
    const QList<BarData> charts = barData(model);
    QCOMPARE(charts.size(), 1);
    const BarData& chart = charts.first();
    QCOMPARE(chart.title, u"Start-up time"_s);
    QCOMPARE(chart.unit, u"ms"_s);
    QVERIFY(chart.hasParts());
    QVERIFY(chart.findings.size() >= 4);
    QVERIFY2(chart.findings.first().contains("CPUs"_L1), qPrintable(chart.findings.first()));
    QCOMPARE(chart.groups.size(), 8);
    QCOMPARE(chart.groups.first().label, u"boot warm, 256 MiB, 1 CPU"_s);
    for (const BarGroup& group : chart.groups) {
        QCOMPARE(group.bars.size(), 2);
        for (const Bar& bar : group.bars) {
            QCOMPARE(bar.values.size(), 2);
            QStringList names;
            double sum = 0;
            for (const BarPart& part : bar.parts) {
                names << part.name;
                sum += part.mean;
            }
            const bool vm = bar.targetId == "qemu"_L1;
            QCOMPARE(names.join(u' '), vm ? u"QEMU firmware kernel userland"_s : u"create start"_s);
            QVERIFY(std::abs(sum - bar.mean) < 0.01);
        }
    }
}

/// What was started has the size that stands in the group's label, whatever the target's settings say.
void TestStartBars::namesDoNotTellTheSizeOfTheSettings()
{
    SessionModel model;
    model.show(std::make_shared<const Session>(m_session));
    const QList<BarData> charts = barData(model);
    for (const BarGroup& group : charts.first().groups) {
        QCOMPARE(group.bars.at(0).name, u"Docker"_s);
        QCOMPARE(group.bars.at(1).name, u"QEMU tcg"_s);
    }
    QCOMPARE(model.targetName(model.run(0)), model.run(0).targetId == "docker"_L1 ? u"Docker"_s : u"QEMU tcg"_s);
    QCOMPARE(model.targetName(u"docker"_s), u"Docker 1 CPU 256 MiB"_s);
}

void TestStartBars::phasesThatARunLacksAreNotShown()
{
    for (RunRecord& run : m_session.runs) {
        sysbench::Metrics less;
        if (run.repeat == 1 && run.target == "qemu"_L1) {
            less.set(sysbench::Metric::BootMs, *run.metrics.value(sysbench::Metric::BootMs));
            run.metrics = less;
        }
    }
    SessionModel model;
    model.show(std::make_shared<const Session>(m_session));
    const QList<BarData> charts = barData(model);
    for (const BarGroup& group : charts.first().groups) {
        for (const Bar& bar : group.bars)
            QCOMPARE(bar.parts.isEmpty(), bar.targetId == "qemu"_L1);
    }
}

QTEST_GUILESS_MAIN(TestStartBars)
#include "tst_start_bars.moc"
