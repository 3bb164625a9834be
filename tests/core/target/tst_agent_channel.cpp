#include "target/qemu/agent_channel.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QLocalServer>
#include <QLocalSocket>
#include <QTemporaryDir>
#include <QtTest>

#include <QCoro/QCoroTask>

using namespace Qt::StringLiterals;
using namespace bv;

/// The agent of a guest that is not known beforehand.
class TestAgentChannel : public QObject
{
    Q_OBJECT
private slots:
    void init();
    void ready();
    void refuses_data();
    void refuses();
    void asksAgain();
    void silent();

private:
    void answer(QLocalSocket* peer, const QJsonObject& request);
    static void send(QLocalSocket* peer, const QJsonObject& message)
    {
        peer->write(QJsonDocument(message).toJson(QJsonDocument::Compact) + '\n');
    }
    Result<> awaitReady(int seconds = 30);

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<QLocalServer> m_agent;
    std::unique_ptr<QLocalServer> m_stream;
    std::unique_ptr<QLocalServer> m_stats;
    std::unique_ptr<AgentChannel> m_channel;
    bool m_isAllowed = true;
    bool m_hasShell = true;
    bool m_isSilent = false;
    int m_status = 0;
    int m_statusCalls = 0;
};

void TestAgentChannel::init()
{
    m_channel.reset();
    m_folder = std::make_unique<QTemporaryDir>(u"/tmp/bva"_s);
    m_isAllowed = m_hasShell = true;
    m_isSilent = false;
    m_status = m_statusCalls = 0;
    for (auto [server, name] :
         {std::pair(&m_agent, u"qga"_s), std::pair(&m_stream, u"out0"_s), std::pair(&m_stats, u"st0"_s)}) {
        *server = std::make_unique<QLocalServer>();
        QVERIFY((*server)->listen(m_folder->filePath(name)));
    }
    connect(m_agent.get(), &QLocalServer::newConnection, this, [this] {
        QLocalSocket* const peer = m_agent->nextPendingConnection();
        connect(peer, &QLocalSocket::readyRead, this, [this, peer] {
            while (peer->canReadLine())
                answer(peer, QJsonDocument::fromJson(peer->readLine().replace('\xff', "")).object());
        });
    });
}

void TestAgentChannel::answer(QLocalSocket* peer, const QJsonObject& request)
{
    const QString command = request["execute"_L1].toString();
    if (m_isSilent)
        return;
    if (command == u"guest-sync-delimited"_s) {
        peer->write("\xff");
        send(peer, {{u"return"_s, request["arguments"_L1]["id"_L1]}});
    } else if (command == u"guest-info"_s) {
        const auto known = [](const QString& name, bool enabled) {
            return QJsonObject{{u"name"_s, name}, {u"enabled"_s, enabled}};
        };
        send(peer,
             {{u"return"_s, QJsonObject{{u"version"_s, u"7.2.0"_s},
                                        {u"supported_commands"_s, QJsonArray{known(u"guest-exec"_s, m_isAllowed),
                                                                             known(u"guest-exec-status"_s, true)}}}}});
    } else if (command == u"guest-exec"_s && m_hasShell) {
        send(peer, {{u"return"_s, QJsonObject{{u"pid"_s, 12}}}});
    } else if (command == u"guest-exec-status"_s) {
        const bool exited = ++m_statusCalls > 1;
        QJsonObject status{{u"exited"_s, exited}};
        if (exited) {
            status.insert(u"exitcode"_s, m_status);
            status.insert(u"out-data"_s, u"b3V0"_s);
        }
        send(peer, {{u"return"_s, status}});
    } else {
        send(peer, {{u"error"_s, QJsonObject{{u"desc"_s, u"Failed to execute child process"_s}}}});
    }
}

Result<> TestAgentChannel::awaitReady(int seconds)
{
    m_channel = std::make_unique<AgentChannel>(AgentChannel::Guest::Foreign);
    const auto connected = QCoro::waitFor(m_channel->connectTo(m_folder->path(), std::chrono::seconds(20), {}));
    if (!connected)
        return connected;
    return QCoro::waitFor(m_channel->awaitReady(std::chrono::seconds(seconds), {}));
}

void TestAgentChannel::ready()
{
    const auto up = awaitReady();
    QVERIFY2(up, up ? "" : qPrintable(up.error().message));
    QCOMPARE(m_channel->facts(), (QJsonObject{{u"channel"_s, u"agent"_s}, {u"agent"_s, u"7.2.0"_s}}));
    QCOMPARE(m_statusCalls, 2);
}

void TestAgentChannel::refuses_data()
{
    QTest::addColumn<bool>("allowed");
    QTest::addColumn<bool>("shell");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("disabled") << false << true << 0 << u"The guest's agent (7.2.0) may not run commands, as Fedora"_s;
    QTest::newRow("no shell") << true << false << 0 << u"The guest's agent cannot run a shell: only Linux guests"_s;
    QTest::newRow("no port") << true << true << 3
                             << u"The guest's agent answers, but the guest has no /dev/virtio-ports/stream.0"_s;
}

void TestAgentChannel::refuses()
{
    QFETCH(QString, sentence);
    m_isAllowed = *static_cast<bool*>(QTest::qData("allowed", qMetaTypeId<bool>()));
    m_hasShell = *static_cast<bool*>(QTest::qData("shell", qMetaTypeId<bool>()));
    m_status = *static_cast<int*>(QTest::qData("status", qMetaTypeId<int>()));
    const auto up = awaitReady();
    QVERIFY(!up && up.error().code == Error::Code::NotReady);
    QVERIFY2(up.error().message.startsWith(sentence), qPrintable(up.error().message));
}

/// What was asked first was swallowed by somebody else.
void TestAgentChannel::asksAgain()
{
    m_isSilent = true;
    QTimer::singleShot(1000, this, [this] { m_isSilent = false; });
    QVERIFY(awaitReady(60));
}

void TestAgentChannel::silent()
{
    m_isSilent = true;
    const auto up = awaitReady(1);
    QVERIFY(!up && up.error().code == Error::Code::TimedOut);
    std::stop_source stop;
    stop.request_stop();
    const auto cancelled = QCoro::waitFor(m_channel->awaitReady(std::chrono::seconds(60), stop.get_token()));
    QVERIFY(!cancelled && cancelled.error().code == Error::Code::Cancelled);
}

QTEST_GUILESS_MAIN(TestAgentChannel)
#include "tst_agent_channel.moc"
