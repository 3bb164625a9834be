#include "support/program.h"

using namespace Qt::StringLiterals;
using namespace bv;

/// `benchvisor guest`, as far as it needs no building.
class TestCliGuest : public QObject
{
    Q_OBJECT
private slots:
    void init();
    void removesImages_data();
    void removesImages();

private:
    std::unique_ptr<FakeMachine> m_machine;
    ProgramResult run(const QStringList& arguments) const { return Program(*m_machine).run(arguments); }
};

void TestCliGuest::init()
{
    m_machine = std::make_unique<FakeMachine>();
    QVERIFY(m_machine->writeIni() && m_machine->makeGuest());
}

void TestCliGuest::removesImages_data()
{
    QTest::addColumn<QByteArray>("docker");
    QTest::addColumn<bool>("stays");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("there") << QByteArray() << false << QByteArray("Removed from the container engine: 1 image");
    QTest::newRow("in use") << QByteArray("inuse") << true << QByteArray("benchvisor-builtin:aaaaaaaaaaaa is in use");
    QTest::newRow("no engine") << QByteArray("down") << true << QByteArray("may be left in the container engine");
}

/// A session leaves a copy of the guest in the engine; it goes with the guest.
void TestCliGuest::removesImages()
{
    QFETCH(QByteArray, docker);
    QFETCH(bool, stays);
    QFETCH(QByteArray, says);
    QCOMPARE(run({u"run"_s, u"-q"_s, u"--targets"_s, u"docker"_s, u"--repeats"_s, u"1"_s, u"--time"_s, u"1"_s}).status,
             0);
    const QString image = m_machine->stateDir() + u"/docker/imported"_s;
    QVERIFY(QFileInfo::exists(image));
    qputenv("BV_FAKE_DOCKER", docker);
    const ProgramResult result = run({u"guest"_s, u"remove"_s});
    QVERIFY2(result.status == 0 && (result.out + result.err).contains(says), result.story());
    QCOMPARE(QFileInfo::exists(image), stays);
    QVERIFY(!QFileInfo::exists(guestFolder(guestOptions(m_machine->settings))));
}

QTEST_GUILESS_MAIN(TestCliGuest)
#include "tst_cli_guest.moc"
