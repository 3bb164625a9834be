#include "sample_session.h"
#include "session/session_json.h"
#include "session/session_store.h"

#include <QFile>
#include <QProcess>
#include <QtConcurrent>
#include <QTemporaryDir>
#include <QTest>
#include <atomic>
#include <csignal>
#include <cstdio>

using namespace bv;
using namespace Qt::StringLiterals;

namespace {

const QString sessionId = u"20261123-054210-7f3a"_s;

/// Child: what another program that looks at the store sees; prints the number of runs and goes.
int countRuns(const QString& path)
{
    const auto store = SessionStore::open(path);
    const auto session = store ? (*store)->load(sessionId) : Result<Session>(store.error());
    std::printf("%lld\n", session ? static_cast<long long>(session->runs.size()) : -1);
    return session ? 0 : 1;
}

/// Child: as a session that is resumed, with a second connection that comes and goes; tells each run that was stored.
int addRunsBesideAnother(const QString& path)
{
    const auto store = SessionStore::open(path);
    if (!store)
        return 1;
    for (int i = 0;; ++i) {
        RunRecord run = sample::run(i);
        run.output = QString(20000, u'x');
        if (!SessionStore::open(path) || !(*store)->addRun(sessionId, run))
            return 1;
        std::printf("%d\n", i);
        std::fflush(stdout);
    }
}

} // namespace

/// One store, several connections in this process, and other programs that come and go.
class TestStoreSharing : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_path;

    std::unique_ptr<SessionStore> opened() const
    {
        auto store = SessionStore::open(m_path);
        return store ? *std::move(store) : nullptr;
    }
    int countedElsewhere() const
    {
        QProcess child;
        child.start(QCoreApplication::applicationFilePath(), {u"--count"_s, m_path});
        return child.waitForFinished() ? child.readAllStandardOutput().trimmed().toInt() : -2;
    }

private slots:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_path = m_folder->filePath(u"data/sessions.sqlite"_s);
        QVERIFY(opened()->createSession(sample::session(sessionId)));
    }

    void cleanup() { QVERIFY(QSqlDatabase::connectionNames().isEmpty()); }

    void anotherConnectionTakesNoLocks_data()
    {
        QTest::addColumn<bool>("stays");
        QTest::newRow("it goes") << false;
        QTest::newRow("it stays") << true;
    }

    /// The next program to close the file must not believe that it is the last one, and remove the log.
    void anotherConnectionTakesNoLocks()
    {
        QFETCH(bool, stays);
        const auto store = opened();
        auto other = opened();
        if (!stays)
            other.reset();
        for (int i = 0; i < 4; ++i) {
            QVERIFY(store->addRun(sessionId, sample::run(i)));
            QCOMPARE(countedElsewhere(), i + 1);
        }
        if (other)
            QCOMPARE(other->load(sessionId)->runs.size(), 4);
    }

    /// A user may take the store for a session file.
    void isNotReadAsAFile()
    {
        const auto store = opened();
        const auto read = readSessionFile(m_path);
        QVERIFY(!read);
        QVERIFY2(read.error().message.contains(m_path), qPrintable(read.error().message));
        QVERIFY(store->addRun(sessionId, sample::run(0)));
        QCOMPARE(countedElsewhere(), 1);
        QVERIFY(store->addRun(sessionId, sample::run(1)));
        QCOMPARE(countedElsewhere(), 2);
    }

    void threadsAndProgramsTogether()
    {
        constexpr int threads = 2;
        constexpr int runs = 30;
        const QString path = m_path;
        std::atomic<int> working = threads;
        QList<QFuture<int>> futures;
        for (int t = 0; t < threads; ++t) {
            futures << QtConcurrent::run([path, t, &working] {
                int stored = 0;
                {
                    const auto store = SessionStore::open(path);
                    for (int i = 0; store && i < runs; ++i) {
                        const auto passing = SessionStore::open(path);
                        stored += passing && (*store)->addRun(sessionId, sample::run(t * runs + i)) ? 1 : 0;
                    }
                }
                --working;
                return stored;
            });
        }
        bool readable = true;
        while (working > 0)
            readable = readable && countedElsewhere() >= 0;
        for (auto& future : futures)
            QCOMPARE(future.result(), runs);
        QVERIFY(readable);
        QCOMPARE(countedElsewhere(), threads * runs);
    }

    void keepsWhatAKilledProgramHadStored()
    {
        QProcess program;
        program.start(QCoreApplication::applicationFilePath(), {u"--add-runs"_s, m_path});
        int told = 0;
        while (told < 30) {
            QVERIFY(program.waitForReadyRead(20000));
            told += static_cast<int>(program.readAllStandardOutput().count('\n'));
            QVERIFY(countedElsewhere() >= told);
        }
        program.kill();
        QVERIFY(program.waitForFinished());
        told += static_cast<int>(program.readAllStandardOutput().count('\n'));
        QVERIFY2(countedElsewhere() >= told, QByteArray::number(countedElsewhere()));
    }
};

int main(int argc, char** argv)
{
    QCoreApplication app(argc, argv);
    constexpr int childArguments = 3;
    if (argc == childArguments && app.arguments().at(1) == "--count"_L1)
        return countRuns(app.arguments().at(2));
    if (argc == childArguments && app.arguments().at(1) == "--add-runs"_L1)
        return addRunsBesideAnother(app.arguments().at(2));
    TestStoreSharing test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_store_sharing.moc"
