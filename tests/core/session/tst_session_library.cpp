#include "sample_session.h"
#include "session/session_library.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace bv;
using namespace Qt::StringLiterals;

/// A session that ships with the program, beside those of the store.
class TestSessionLibrary : public QObject
{
    Q_OBJECT
private slots:
    void listsWhatShipsAfterTheOthers();
    void loadsWhatShips();
    void nothingChangesWhatShips();
    void withoutOneThereIsNone();
};

namespace {

Session shipped()
{
    Session session = sample::session(u"shipped-1"_s);
    session.created = QDateTime(QDate(2099, 1, 1), QTime(0, 0), Qt::UTC); // the newest, and last all the same
    session.runs = {sample::run(0), sample::run(1)};
    setSessionOrigin(session, SessionOrigin::Published, u"Measured elsewhere."_s);
    return session;
}

SessionLibrary::SessionPtr own()
{
    return std::make_shared<Session>(sample::session(u"own-1"_s));
}

} // namespace

void TestSessionLibrary::listsWhatShipsAfterTheOthers()
{
    const QTemporaryDir folder;
    SessionLibrary library(folder.filePath(u"sessions.sqlite"_s));
    library.setShipped(u"shipped-1"_s, shipped);
    QVERIFY(library.add(own()).result());
    const auto listed = library.list().result();
    QVERIFY(listed);
    QCOMPARE(listed->size(), 2);
    QCOMPARE(listed->at(0).id, u"own-1"_s);
    QCOMPARE(listed->at(0).origin, SessionOrigin::Measured);
    QVERIFY(!listed->at(0).isReadOnly);
    QCOMPARE(listed->at(1).id, u"shipped-1"_s);
    QCOMPARE(listed->at(1).origin, SessionOrigin::Published);
    QVERIFY(listed->at(1).isReadOnly);
    QCOMPARE(listed->at(1).count(RunStatus::Ok), 2);
}

void TestSessionLibrary::loadsWhatShips()
{
    const QTemporaryDir folder;
    SessionLibrary library(folder.filePath(u"sessions.sqlite"_s));
    library.setShipped(u"shipped-1"_s, shipped);
    const auto loaded = library.load(u"shipped-1"_s).result();
    QVERIFY(loaded);
    QCOMPARE((*loaded)->runs, shipped().runs);
    QVERIFY(!library.load(u"shipped-2"_s).result());
}

void TestSessionLibrary::nothingChangesWhatShips()
{
    const QTemporaryDir folder;
    SessionLibrary library(folder.filePath(u"sessions.sqlite"_s));
    library.setShipped(u"shipped-1"_s, shipped);
    QSignalSpy changed(&library, &SessionLibrary::changed);
    QFuture<Result<>> futures[]{library.rename(u"shipped-1"_s, u"x"_s), library.setNote(u"shipped-1"_s, u"x"_s),
                                library.remove(u"shipped-1"_s), library.add(std::make_shared<Session>(shipped()))};
    for (QFuture<Result<>>& future : futures) {
        const Result<> done = future.result();
        QVERIFY(!done && done.error().code == Error::Code::BadInput);
        QVERIFY2(done.error().message.contains("ships with Benchvisor"_L1), qPrintable(done.error().message));
    }
    QCOMPARE((*library.load(u"shipped-1"_s).result())->name, shipped().name);
    QCoreApplication::processEvents();
    QCOMPARE(changed.size(), 0);
}

void TestSessionLibrary::withoutOneThereIsNone()
{
    const QTemporaryDir folder;
    SessionLibrary library(folder.filePath(u"sessions.sqlite"_s));
    QVERIFY(library.list().result()->isEmpty());
    QVERIFY(!library.load({}).result());
}

QTEST_GUILESS_MAIN(TestSessionLibrary)
#include "tst_session_library.moc"
