#include "plan/parameters.h"
#include "plan/plan_json.h"
#include "sample_session.h"
#include "session/session_json.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <limits>
#include <sys/stat.h>

using namespace bv;
using namespace Qt::StringLiterals;
using Code = Error::Code;

namespace {

QByteArray textOf(const QJsonObject& json)
{
    return QJsonDocument(json).toJson();
}

QJsonObject sampleJson()
{
    Session session = sample::session();
    session.runs = {sample::run(0), sample::run(1), sample::run(2)};
    return sessionToJson(session);
}

/// The object with one key of one run replaced.
QByteArray withRunKey(int index, const QString& key, const QJsonValue& value)
{
    QJsonObject json = sampleJson();
    QJsonArray runs = json["runs"_L1].toArray();
    QJsonObject run = runs[index].toObject();
    run.insert(key, value);
    runs[index] = run;
    json.insert("runs"_L1, runs);
    return textOf(json);
}

QByteArray withKey(const QString& key, const QJsonValue& value)
{
    QJsonObject json = sampleJson();
    json.insert(key, value);
    return textOf(json);
}

} // namespace

class TestSessionJson : public QObject
{
    Q_OBJECT

private slots:
    void readsWhatItWrites()
    {
        for (quint32 seed = 0; seed < 200; ++seed) {
            Session session = sample::randomSession(seed);
            const QByteArray text = textOf(sessionToJson(session));
            const auto read = sessionFromJson(text);
            QVERIFY2(read, qPrintable(read ? QString() : read.error().message));
            QVERIFY(read->runs == session.runs);
            QCOMPARE(read->name, session.name);
            QCOMPARE(read->state, session.state);
            QCOMPARE(read->host, session.host);
            QVERIFY(read->plan == normalized(session.plan));
            QCOMPARE(textOf(sessionToJson(*read)), text);
        }
    }

    void namesTheOffendingElement_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("place");
        QTest::newRow("metrics") << withRunKey(2, u"metrics"_s, 3) << u"runs[2].metrics: expected an object"_s;
        QTest::newRow("no metrics") << withRunKey(2, u"metrics"_s, QJsonValue::Undefined)
                                    << u"runs[2].metrics: is missing"_s;
        QTest::newRow("metric") << withRunKey(1, u"metrics"_s, QJsonObject{{u"total_events"_s, u"x"_s}})
                                << u"runs[1].metrics.total_events: expected a number, found a text (\"x\")"_s;
        QTest::newRow("target") << withRunKey(1, u"target"_s, u"nobody"_s)
                                << u"runs[1].target: \"nobody\" is no target of the plan"_s;
        QTest::newRow("status") << withRunKey(0, u"status"_s, u"good"_s) << u"runs[0].status: expected ok"_s;
        QTest::newRow("test") << withRunKey(0, u"test"_s, u"oltp"_s) << u"runs[0].test: expected cpu"_s;
        QTest::newRow("repeat") << withRunKey(0, u"repeat"_s, 1.5) << u"runs[0].repeat: expected a whole number"_s;
        QTest::newRow("huge repeat") << withRunKey(0, u"repeat"_s, 1e300) << u"runs[0].repeat"_s;
        QTest::newRow("started") << withRunKey(0, u"started"_s, u"yesterday"_s) << u"runs[0].started"_s;
        QTest::newRow("command") << withRunKey(0, u"command"_s, QJsonArray{u"a"_s, 1}) << u"runs[0].command[1]"_s;
        QTest::newRow("intervals") << withRunKey(0, u"intervals"_s, QJsonArray{1}) << u"runs[0].intervals[0]"_s;
        QTest::newRow("used twice") << withRunKey(1, u"id"_s, u"0"_s) << u"runs[1].id: \"0\" is used twice"_s;
        QTest::newRow("runs") << withKey(u"runs"_s, QJsonObject()) << u"runs: expected a list"_s;
        QTest::newRow("run") << withKey(u"runs"_s, QJsonArray{u"x"_s}) << u"runs[0]: expected an object"_s;
        QTest::newRow("id") << withKey(u"id"_s, u"../../x"_s) << u"id: expected letters"_s;
        QTest::newRow("created") << withKey(u"created"_s, u"now"_s) << u"created: expected a time"_s;
        QTest::newRow("state") << withKey(u"state"_s, u"asleep"_s) << u"state: expected running"_s;
        QTest::newRow("host") << withKey(u"host"_s, 1) << u"host: expected an object"_s;
        QTest::newRow("plan") << withKey(u"plan"_s, QJsonObject{{u"targets"_s, 1}}) << u"plan."_s;
    }

    void namesTheOffendingElement()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, place);
        const auto read = sessionFromJson(text);
        QVERIFY(!read);
        QCOMPARE(read.error().code, Code::BadInput);
        QVERIFY2(read.error().message.startsWith(place), qPrintable(read.error().message));
    }

    void refusesOtherFiles_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("says");
        QTest::newRow("empty") << QByteArray() << int(Code::BadInput) << u"empty"_s;
        QTest::newRow("no JSON") << QByteArray("events per second: 3") << int(Code::BadInput) << u"line 1, column"_s;
        QTest::newRow("cut off") << QByteArray("{\n \"id\": \"x") << int(Code::BadInput) << u"line 2"_s;
        QTest::newRow("list") << QByteArray("[]") << int(Code::BadInput) << u"no session"_s;
        QTest::newRow("no schema") << QByteArray("{}") << int(Code::BadInput) << u"schema: is missing"_s;
        QTest::newRow("other schema") << QByteArray(R"({"schema":"foo/1"})") << int(Code::BadInput) << u"foo/1"_s;
        QTest::newRow("plan") << QByteArray(R"({"schema":"benchvisor-plan/1"})") << int(Code::BadInput)
                              << u"benchvisor run --plan"_s;
        QTest::newRow("newer") << QByteArray(R"({"schema":"benchvisor-session/2"})") << int(Code::TooNew)
                               << u"update"_s;
        QTest::newRow("infinite") << QByteArray(R"({"schema":"benchvisor-session/1","id":1e999})")
                                  << int(Code::BadInput) << QString();
        QTest::newRow("deep") << QByteArray(100'000, '[') << int(Code::BadInput) << QString();
    }

    void refusesOtherFiles()
    {
        QFETCH(QByteArray, text);
        QFETCH(int, code);
        QFETCH(QString, says);
        const auto read = sessionFromJson(text);
        QVERIFY(!read);
        QCOMPARE(int(read.error().code), code);
        QVERIFY2(read.error().message.contains(says), qPrintable(read.error().message));
    }

    void ignoresWhatANewerMinorVersionAdds()
    {
        QJsonObject json = sampleJson();
        QJsonObject plan = json["plan"_L1].toObject();
        QJsonArray targets = plan["targets"_L1].toArray();
        QJsonObject target = targets[0].toObject();
        target.insert("colour"_L1, u"red"_s);
        targets[0] = target;
        plan.insert("targets"_L1, targets);
        plan.insert("mood"_L1, 1);
        json.insert("plan"_L1, plan);
        json.insert("weather"_L1, QJsonObject());
        const auto read = sessionFromJson(textOf(json));
        QVERIFY2(read, qPrintable(read ? QString() : read.error().message));
        QVERIFY(read->plan == normalized(sample::plan()));
    }

    void acceptsASessionWithoutPlan()
    {
        const auto read = sessionFromJson(withKey(u"plan"_s, QJsonObject{{u"name"_s, u"by hand"_s}}));
        QVERIFY(read);
        QCOMPARE(read->plan.name, u"by hand"_s);
        QVERIFY(read->plan.targets.isEmpty());
        Session session = *read;
        QVERIFY(sessionFromJson(textOf(sessionToJson(session))));
    }

    void cannotGoOnFromAFile()
    {
        const auto read = sessionFromJson(withKey(u"state"_s, u"running"_s));
        QVERIFY(read);
        QCOMPARE(read->state, SessionState::Interrupted);
    }

    void neverWritesWhatIsNoNumber()
    {
        constexpr double infinite = std::numeric_limits<double>::infinity();
        Session session = sample::session();
        RunRecord run = sample::run(0);
        run.metrics.set(sysbench::Metric::LatMaxMs, infinite);
        run.metrics.set(sysbench::Metric::LatMinMs, std::nan(""));
        run.durationS = infinite;
        run.params.insert(u"bad"_s, -infinite);
        sysbench::Interval interval;
        interval.eventsPerSec = infinite;
        run.intervals = {interval};
        UtilizationSample sample;
        sample.userPct = std::nan("");
        run.utilization = {sample};
        session.runs = {run};
        session.host.insert(u"load"_s, QJsonArray{infinite});
        session.targets = {QJsonObject{{u"x"_s, infinite}}};
        const auto read = sessionFromJson(textOf(sessionToJson(session)));
        QVERIFY(read);
        const RunRecord& back = read->runs.first();
        QVERIFY(!back.metrics.value(sysbench::Metric::LatMaxMs) && !back.metrics.value(sysbench::Metric::LatMinMs));
        QVERIFY(!back.params.contains(u"bad"_s));
        QVERIFY(!back.intervals.first().eventsPerSec && !back.utilization.first().userPct);
        QVERIFY(!read->targets.first().toObject().contains(u"x"_s));
    }

    void survivesDamage()
    {
        const QByteArray whole = textOf(sessionToJson(sample::randomSession(5)));
        for (qsizetype size = 0; size < whole.size() - 2; size += 7)
            QVERIFY(!sessionFromJson(whole.left(size)));
        QRandomGenerator random(7);
        for (int i = 0; i < 3000; ++i) {
            QByteArray text = whole;
            for (int change = random.bounded(1, 5); change > 0; --change) {
                const auto at = random.bounded(int(text.size()));
                if (random.bounded(2) == 0)
                    text[at] = char(random.bounded(256));
                else
                    text.remove(at, random.bounded(30));
            }
            const auto read = sessionFromJson(text);
            if (!read)
                QVERIFY(!read.error().message.isEmpty());
            else
                QVERIFY(sessionFromJson(textOf(sessionToJson(*read))));
        }
    }

    void readsAndWritesFiles()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath(u"session.json"_s);
        const Session session = sample::randomSession(9);
        QVERIFY(writeSessionFile(path, session));
        const auto read = readSessionFile(path);
        QVERIFY(read);
        QVERIFY(read->runs == session.runs);
        QCOMPARE(QDir(folder.path()).entryList(QDir::Files).size(), 1);
        QCOMPARE(readSessionFile(folder.filePath(u"no"_s)).error().code, Code::NotFound);
        QVERIFY(!readSessionFile(folder.path()));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        QVERIFY(file.resize(sessionSizeLimit + 1)); // sparse
        const auto large = readSessionFile(path);
        QCOMPARE(large.error().code, Code::BadInput);
        QVERIFY(large.error().message.contains(path) && large.error().message.contains(u"256 MiB"_s));
    }

    /// One that nobody writes into is never at its end.
    void doesNotWaitForPipes()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath(u"pipe"_s);
        QCOMPARE(::mkfifo(path.toLocal8Bit().constData(), 0600), 0);
        for (const QString& none : {path, u"/dev/zero"_s}) {
            const auto read = readSessionFile(none);
            QCOMPARE(read.error().code, Code::BadInput);
            QVERIFY(read.error().message.contains(u"is a device or a pipe"_s));
        }
    }

    /// What is wrong with a plan is a whole sentence already.
    void endsErrorsWithOneFullStop()
    {
        const QTemporaryDir folder;
        QJsonObject json = sessionToJson(sample::randomSession(9));
        QJsonObject plan = json["plan"_L1].toObject();
        plan["suites"_L1] = QJsonArray();
        json["plan"_L1] = plan;
        QFile file(folder.filePath(u"session.json"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(textOf(json));
        file.close();
        const QString message = readSessionFile(file.fileName()).error().message;
        QVERIFY2(message.endsWith(u"{\"test\": \"cpu\"}."_s), qPrintable(message));
    }

    void limitsOutput()
    {
        QCOMPARE(limitedOutput(u"short"_s), u"short"_s);
        const QString text = QString(500, u'a') + QString(500, u'b');
        const QString limited = limitedOutput(text, 300);
        QVERIFY(limited.size() <= 300);
        QVERIFY(limited.startsWith(u'a') && limited.endsWith(u'b') && limited.contains(u"left out"_s));
        const QString pairs = limitedOutput(u"😀"_s.repeated(500), 301);
        QVERIFY(pairs.isValidUtf16());
        RunRecord run = sample::run(0);
        run.output = QString(RunRecord::outputLimit + 1, u'x');
        QVERIFY(run.toJson()["output"_L1].toString().size() <= RunRecord::outputLimit);
    }

    void makesIds()
    {
        QSet<QString> ids;
        const QDateTime now = QDateTime::fromString(u"2026-11-23T05:42:10Z"_s, Qt::ISODate);
        for (int i = 0; i < 20; ++i) {
            const QString id = makeSessionId(now);
            QVERIFY(id.startsWith(u"20261123-054210-"_s) && isSessionId(id));
            QCOMPARE(id.size(), 20);
            ids.insert(id);
        }
        QVERIFY(ids.size() > 10);
        for (const QString& bad : {QString(), u".."_s, u"-x"_s, u"a/b"_s, u"a b"_s, u"ä"_s, QString(65, u'a')})
            QVERIFY(!isSessionId(bad));
    }
};

QTEST_GUILESS_MAIN(TestSessionJson)
#include "tst_session_json.moc"
