#include "models/session_list_model.h"
#include "support/rich_session.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace bv;

/// The one line that a session comes to.
class TestSessionHeadline : public QObject
{
    Q_OBJECT
private slots:
    void ofTwoTargets();
    void ofSeveralTargets();
    void ofMoreThanFitInALine();
    void ofOneTargetThereIsNone();
};

void TestSessionHeadline::ofTwoTargets()
{
    QCOMPARE(sessionHeadline(rich::session()), u"Docker 3.83× as fast as QEMU, cpu 20000"_s);
}

void TestSessionHeadline::ofSeveralTargets()
{
    Session session = rich::session(u"four"_s, 4);
    for (RunRecord& run : session.runs) { // as fast as the first
        if (run.target == "docker-2c"_L1)
            run.metrics.set(sysbench::Metric::EventsPerSec, 1294 + 50 * (run.repeat - 3));
    }
    QCOMPARE(sessionHeadline(session),
             u"cpu 20000 against Docker 1 CPU 1 GiB: QEMU tcg 1 CPU 1 GiB 0.26×, Docker 2 CPU 1 GiB no difference "
             "shown, QEMU tcg 2 CPU 1 GiB 0.26×"_s);
    // The reference is the first that has figures.
    for (RunRecord& run : session.runs) {
        if (run.target == "docker-1c"_L1)
            run.status = RunStatus::Failed;
    }
    QVERIFY2(sessionHeadline(session).startsWith("cpu 20000 against QEMU tcg 1 CPU 1 GiB: Docker 2 CPU 1 GiB 3.8"_L1),
             qPrintable(sessionHeadline(session)));
}

void TestSessionHeadline::ofMoreThanFitInALine()
{
    const QString headline = sessionHeadline(rich::session(u"ten"_s, 10));
    QVERIFY2(headline.endsWith(", 4 more"_L1), qPrintable(headline));
    QCOMPARE(headline.count(u"CPU 1 GiB"_s), 1 + 5);
}

void TestSessionHeadline::ofOneTargetThereIsNone()
{
    QVERIFY(sessionHeadline(rich::session(u"one"_s, 1)).isEmpty());
    QVERIFY(sessionHeadline(Session()).isEmpty());
}

QTEST_GUILESS_MAIN(TestSessionHeadline)
#include "tst_session_headline.moc"
