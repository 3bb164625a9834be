#include "session/owner.h"

#include <QStringList>
#include <QTest>
#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

using namespace bv;
using namespace Qt::StringLiterals;

class TestOwner : public QObject
{
    Q_OBJECT

private slots:
    void isAliveItself()
    {
        QVERIFY(isOwnerAlive(ownerToken()));
        QCOMPARE(ownerToken(), ownerToken());
    }

    void knowsDeadTokens_data()
    {
        QTest::addColumn<QString>("token");
        const QStringList own = ownerToken().split(u':');
        QTest::newRow("empty") << QString();
        QTest::newRow("nonsense") << u"nonsense"_s;
        QTest::newRow("no number") << u"x:%1:%2"_s.arg(own[1], own[2]);
        QTest::newRow("negative") << u"-1:%1:%2"_s.arg(own[1], own[2]);
        QTest::newRow("number used again") << u"%1:%2:%3"_s.arg(own[0], own[1] + u'1', own[2]);
        QTest::newRow("before the last boot") << u"%1:%2:0000"_s.arg(own[0], own[1]);
        QTest::newRow("no such process") << u"4194305:%1:%2"_s.arg(own[1], own[2]);
        QTest::newRow("too long") << own.join(u':') + u":1"_s;
        QTest::newRow("path") << u"1/../self:%1:%2"_s.arg(own[1], own[2]);
    }

    void knowsDeadTokens()
    {
        QFETCH(QString, token);
        QVERIFY(!isOwnerAlive(token));
    }

    void seesAProcessEnd()
    {
        int tokenPipe[2] = {};
        QVERIFY(::pipe(tokenPipe) == 0);
        const pid_t child = ::fork();
        QVERIFY(child >= 0);
        if (child == 0) {
            const QByteArray token = ownerToken().toLatin1();
            [[maybe_unused]] const auto written = ::write(tokenPipe[1], token.constData(), size_t(token.size()));
            ::pause();
            ::_exit(0);
        }
        QByteArray buffer(200, '\0');
        const auto size = ::read(tokenPipe[0], buffer.data(), size_t(buffer.size()));
        const QString token = QString::fromLatin1(buffer.left(size));
        QVERIFY(token != ownerToken());
        QVERIFY(isOwnerAlive(token));
        ::kill(child, SIGKILL);
        siginfo_t info = {};
        QCOMPARE(::waitid(P_PID, id_t(child), &info, WEXITED | WNOWAIT), 0); // a zombie now
        QVERIFY(!isOwnerAlive(token));
        QCOMPARE(::waitpid(child, nullptr, 0), child);
        QVERIFY(!isOwnerAlive(token));
        ::close(tokenPipe[0]);
        ::close(tokenPipe[1]);
    }
};

QTEST_GUILESS_MAIN(TestOwner)
#include "tst_owner.moc"
