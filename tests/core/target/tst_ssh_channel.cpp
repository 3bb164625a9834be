#include "target/qemu/ssh_channel.h"

#include <QFile>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QtTest>

#include <QCoro/QCoroTask>

using namespace Qt::StringLiterals;
using namespace bv;

/// ssh as the channel uses it, with a client that runs the commands on this machine and fails as it is told to.
class TestSshChannel : public QObject
{
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void runs();
    void killsWhatTakesTooLong();
    void isCancelled();
    void samples();
    void connectsAgain();
    void tellsOfALostConnection();
    void tellsOfAShellThatIsNone();
    void refusals_data();
    void refusals();
    void waitsForTheGuest();
    void isPatientWithAGuestThatStarts();
    void nobodyAnswers();
    void makesKeys();

private:
    void fake(const QByteArray& script) const;
    Result<> ready(int seconds = 60);
    ExecOutcome exec(const QString& script, int timeoutS = 60, std::stop_token stop = {}, bool sample = false);
    QString path(const QString& name) const { return m_folder->filePath(name); }
    QByteArray logged() const
    {
        QFile log(path(u"log"_s));
        return log.open(QIODevice::ReadOnly) ? log.readAll() : QByteArray();
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<QTcpServer> m_server;
    std::unique_ptr<SshChannel> m_channel;
    QByteArray m_greeting;
    SshAccess m_access;
};

namespace {

/// The beginning of a client: $master where the connection is to be made, $socket, and $command.
const QByteArray begin = R"sh(#!/bin/sh
here=$(dirname "$0"); socket=; master=
for word; do
  case $word in ControlPath=*) socket=${word#ControlPath=\"}; socket=${socket%\"} ;; ControlMaster=yes) master=1 ;; esac
  command=$word
done
echo "$*" >>"$here/log"
)sh";
const QByteArray connects = "if [ -n \"$master\" ]; then : >\"$socket\"; exec sleep 600; fi\n";
const QByteArray obeys = "sh -c \"$command\"\n";

} // namespace

void TestSshChannel::init()
{
    m_folder = std::make_unique<QTemporaryDir>(u"/tmp/bvs"_s);
    m_greeting = "SSH-2.0-Fake\r\n";
    m_server = std::make_unique<QTcpServer>();
    connect(m_server.get(), &QTcpServer::newConnection, this, [this] {
        QTcpSocket* const peer = m_server->nextPendingConnection();
        peer->write(m_greeting);
        if (m_greeting.isEmpty())
            peer->disconnectFromHost(); // as QEMU does where nobody listens in the guest
    });
    QVERIFY(m_server->listen(QHostAddress::LocalHost));
    m_access = {};
    m_access.program = path(u"client"_s);
    m_access.user = u"me"_s;
    m_access.key = path(u"a key"_s);
    m_access.knownHosts = path(u"known_hosts"_s);
    m_access.name = u"vm"_s;
    m_access.port = m_server->serverPort();
    m_access.patience = std::chrono::milliseconds(100);
    fake(begin + connects + obeys);
}

void TestSshChannel::cleanup()
{
    if (m_channel)
        m_channel->close();
    m_channel.reset();
    m_server.reset();
    m_folder.reset();
}

void TestSshChannel::fake(const QByteArray& script) const
{
    QFile file(path(u"client"_s));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(script) == script.size());
    file.close(); // or it could not be started
    QVERIFY(file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
}

Result<> TestSshChannel::ready(int seconds)
{
    m_channel = std::make_unique<SshChannel>(m_access);
    (void)QCoro::waitFor(m_channel->connectTo(m_folder->path(), std::chrono::seconds(1), {}));
    return QCoro::waitFor(m_channel->awaitReady(std::chrono::seconds(seconds), {}));
}

ExecOutcome TestSshChannel::exec(const QString& script, int timeoutS, std::stop_token stop, bool sample)
{
    ExecSpec spec({u"sh"_s, u"-c"_s, script}, u"/tmp"_s);
    spec.timeout = std::chrono::seconds(timeoutS);
    spec.sample = sample;
    return QCoro::waitFor(m_channel->exec(spec, stop, {}));
}

void TestSshChannel::runs()
{
    const auto up = ready();
    QVERIFY2(up, up ? "" : qPrintable(up.error().message + up.error().detail));
    const ExecOutcome outcome = exec(u"pwd; echo \"it's $0\"; echo err >&2; exit 3"_s);
    QVERIFY(outcome.kind == ExecOutcome::Kind::Exited);
    QCOMPARE(outcome.exitCode, 3);
    QCOMPARE(outcome.output, "/tmp\nit's sh\nerr\n");
    ExecSpec nowhere({u"true"_s}, u"/nonexistent"_s);
    QCOMPARE(QCoro::waitFor(m_channel->exec(nowhere, {}, {})).exitCode, 126);
    QCOMPARE(m_channel->facts()["ssh_server"_L1].toString(), u"SSH-2.0-Fake"_s);
    // what the client is told
    const QByteArray log = logged();
    QVERIFY(log.contains("BatchMode=yes") && log.contains("StrictHostKeyChecking=accept-new"));
    QVERIFY2(log.contains("UserKnownHostsFile=\"" + path(u"known_hosts"_s).toUtf8() + '"'), log);
    QVERIFY2(log.contains("IdentityFile=\"" + path(u"a key"_s).toUtf8() + '"'), log);
    QCOMPARE(log.count("ControlMaster=yes"), 1);
}

void TestSshChannel::killsWhatTakesTooLong()
{
    QVERIFY(ready());
    const ExecOutcome late = exec(u"echo begun; sleep 904 & sleep 905"_s, 1);
    QVERIFY(late.kind == ExecOutcome::Kind::TimedOut);
    QCOMPARE(late.output, "begun\n");
    QVERIFY(!exec(u"pgrep -x -f 'sleep 90[45]'"_s).ok());
}

void TestSshChannel::isCancelled()
{
    QVERIFY(ready());
    std::stop_source stop;
    QTimer::singleShot(100, this, [&stop] { stop.request_stop(); });
    QVERIFY(exec(u"sleep 906"_s, 60, stop.get_token()).kind == ExecOutcome::Kind::Cancelled);
    QVERIFY(exec(u"pkill -x -f 'sleep 906'; true"_s).ok()); // it would have ended with the VM
}

void TestSshChannel::samples()
{
    QVERIFY(ready());
    QVERIFY(exec(u"sleep 2.5"_s, 60, {}, true).ok());
    QVERIFY(m_channel->guestUsage().guestUserPct.has_value());
    QVERIFY(exec(u"true"_s).ok());
    QVERIFY(!m_channel->guestUsage().guestUserPct.has_value());
}

/// The connection that was kept has ended meanwhile.
void TestSshChannel::connectsAgain()
{
    fake(begin + "if [ -n \"$master\" ]; then : >\"$socket\"; sleep 0.3; exit 255; fi\n" + obeys);
    QVERIFY(ready());
    QTRY_COMPARE(logged().count("ControlMaster=yes"), 1);
    QTest::qWait(600);
    QVERIFY(exec(u"true"_s).ok());
    QCOMPARE(logged().count("ControlMaster=yes"), 2);
}

void TestSshChannel::tellsOfALostConnection()
{
    fake(begin + connects + "sh -c \"$command\" & pid=$!; sleep 1; kill $pid; echo 'mux_client: lost' >&2; exit 255\n");
    QVERIFY(ready());
    const ExecOutcome outcome = exec(u"echo begun; sleep 907"_s);
    QVERIFY(outcome.kind == ExecOutcome::Kind::TargetGone);
    QCOMPARE(outcome.message, u"The ssh connection to the guest was lost. mux_client: lost"_s);
    QProcess::execute(u"pkill"_s, {u"-x"_s, u"-f"_s, u"sleep 907"_s});
}

void TestSshChannel::tellsOfAShellThatIsNone()
{
    fake(begin + connects + "echo 'This account is currently not available.'; exit 1\n");
    QVERIFY(ready());
    const ExecOutcome outcome = exec(u"true"_s);
    QVERIFY(outcome.kind == ExecOutcome::Kind::NotRun);
    QVERIFY2(outcome.message.endsWith(u"for \"me\": This account is currently not available."_s),
             qPrintable(outcome.message));
}

void TestSshChannel::refusals_data()
{
    QTest::addColumn<QByteArray>("said");
    QTest::addColumn<QString>("publicKey");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("host key") << QByteArray("@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\n"
                                            "Host key verification failed.")
                              << QString() << u"The guest has another ssh host key than when it was met first"_s;
    QTest::newRow("user's key") << QByteArray("me@127.0.0.1: Permission denied (publickey).") << QString()
                                << u"The guest does not let \"me\" in by the key "_s;
    QTest::newRow("own key") << QByteArray("me@127.0.0.1: Permission denied (publickey).") << u"ssh-ed25519 AAAA"_s
                             << u"The guest does not let \"me\" in by Benchvisor's key for this VM. Add this line"_s;
    QTest::newRow("open key") << QByteArray("@ WARNING: UNPROTECTED PRIVATE KEY FILE! @\nPermission denied")
                              << QString() << u"Others can read the key "_s;
}

void TestSshChannel::refusals()
{
    QFETCH(QByteArray, said);
    QFETCH(QString, publicKey);
    QFETCH(QString, sentence);
    m_access.publicKey = publicKey;
    fake(begin + "cat >&2 <<'END'\n" + said + "\nEND\nexit 255\n");
    const auto up = ready();
    QVERIFY(!up);
    QVERIFY(up.error().code == Error::Code::NotReady);
    QVERIFY2(up.error().message.startsWith(sentence), qPrintable(up.error().message));
    QVERIFY(up.error().message.endsWith(publicKey));
    m_channel->close();
    m_access.program = path(u"none"_s);
    const auto missing = ready();
    QVERIFY2(missing.error().message.endsWith(u"Install it: sudo apt install openssh-client"_s),
             qPrintable(missing.error().message));
}

/// QEMU takes the connection and closes it while nobody listens in the guest.
void TestSshChannel::waitsForTheGuest()
{
    m_greeting.clear();
    QTimer::singleShot(1500, this, [this] { m_greeting = "SSH-2.0-Late\r\n"; });
    QVERIFY(ready());
    QCOMPARE(logged().count("ControlMaster=yes"), 1); // nobody tried to log in before
    QCOMPARE(m_channel->facts()["ssh_server"_L1].toString(), u"SSH-2.0-Late"_s);
}

/// Who is not let in while the guest starts may be a moment later.
void TestSshChannel::isPatientWithAGuestThatStarts()
{
    fake(
        begin +
        "if [ ! -e \"$here/refused\" ]; then : >\"$here/refused\"; echo 'Permission denied (publickey)' >&2; exit 255; "
        "fi\n" +
        connects + obeys);
    QVERIFY(ready());
    QVERIFY(exec(u"true"_s).ok());
}

void TestSshChannel::nobodyAnswers()
{
    m_greeting.clear();
    const auto up = ready(2);
    QVERIFY(!up && up.error().code == Error::Code::TimedOut);
    std::stop_source stop;
    stop.request_stop();
    const auto cancelled = QCoro::waitFor(m_channel->awaitReady(std::chrono::seconds(60), stop.get_token()));
    QVERIFY(!cancelled && cancelled.error().code == Error::Code::Cancelled);
}

/// With the real ssh-keygen.
void TestSshChannel::makesKeys()
{
    SshAccess wish;
    wish.name = u"vm"_s;
    const QString folder = path(u"vm"_s);
    const auto made = QCoro::waitFor(prepareSshAccess(wish, folder, {}));
    QVERIFY2(made, made ? "" : qPrintable(made.error().message));
    QVERIFY(made->publicKey.startsWith(u"ssh-ed25519 "_s) && made->publicKey.endsWith(u" benchvisor vm"_s));
    QCOMPARE(QFile::permissions(made->key) & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
    const auto again = QCoro::waitFor(prepareSshAccess(wish, folder, {}));
    QVERIFY(again && again->publicKey == made->publicKey);
    wish.key = path(u"mine"_s);
    QVERIFY(QCoro::waitFor(prepareSshAccess(wish, folder, {})).error().message.startsWith(u"There is no ssh key "_s));
    const int port = freeLocalPort();
    QVERIFY(port > 1023);
}

QTEST_GUILESS_MAIN(TestSshChannel)
#include "tst_ssh_channel.moc"
