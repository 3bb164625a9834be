#include "support/fake_machine.h"
#include "support/strict_messages.h"
#include "target/docker/container_engine.h"

#include <QCoro/QCoroTask>

using namespace Qt::StringLiterals;
using namespace bv;

using Code = Error::Code;

/// What is said to the engine's client, and what is made of its answers.
class TestDockerTalk : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { StrictMessages::install(); }
    void init() { m_machine = std::make_unique<FakeMachine>(); }
    void cleanup();
    void namesTheContextThatDoesNotAnswer_data();
    void namesTheContextThatDoesNotAnswer();

private:
    QString script(const QByteArray& text) const;
    std::unique_ptr<FakeMachine> m_machine;
};

void TestDockerTalk::cleanup()
{
    QCOMPARE(StrictMessages::faults(), QStringList());
    QTRY_COMPARE(m_machine->leftovers(), QStringList());
}

QString TestDockerTalk::script(const QByteArray& text) const
{
    QFile file(m_machine->path(u"docker"_s));
    if (!file.open(QIODevice::WriteOnly) || file.write("#!/bin/sh\n" + text) < 0)
        return {};
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    return file.fileName();
}

void TestDockerTalk::namesTheContextThatDoesNotAnswer_data()
{
    QTest::addColumn<QByteArray>("client");
    const QByteArray info = R"({"Containers":0,"ServerErrors":["Cannot connect to the Docker daemon at tcp://x."],)"
                            R"("ClientInfo":{"Version":"1","Context":"far"}})";
    QTest::newRow("28") << QByteArray("echo '" + info +
                                      "'; echo 'Cannot connect to the Docker daemon at tcp://x.' >&2; exit 1");
    QTest::newRow("20.10") << QByteArray("echo '" + info + "'");
}

void TestDockerTalk::namesTheContextThatDoesNotAnswer()
{
    QFETCH(QByteArray, client);
    const ContainerEngine engine(script(client));
    const auto info = QCoro::waitFor(engine.info(std::stop_token()));
    QVERIFY(!info);
    QCOMPARE(info.error().code, Code::NotReady);
    QVERIFY2(info.error().message.contains(u"in the context far"_s), qPrintable(info.error().message));
    QCOMPARE(info.error().detail, u"Cannot connect to the Docker daemon at tcp://x."_s);
}

QTEST_GUILESS_MAIN(TestDockerTalk)
#include "tst_docker_talk.moc"
