#include "target/qemu/offers.h"

#include <QCoro/QCoroTask>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace bv;

class TestQemuOffers : public QObject
{
    Q_OBJECT
private slots:
    void keepsWhatPeopleChoose();
    void refusesWhatIsNoAnswer();
    void asksAProgram();
};

void TestQemuOffers::keepsWhatPeopleChoose()
{
    const QByteArray said =
        R"({"QMP": {"version": {"qemu": {"micro": 2, "minor": 1, "major": 9}, "package": ""}, "capabilities": ["oob"]}}
{"return": {}}
{"id": "machines", "return": [{"name": "pc-q35-5.2"}, {"name": "none"}, {"name": "xenpv"}, {"name": "isapc"}, {"name": "pc-i440fx-9.1", "alias": "pc"}, {"name": "pc-q35-9.1", "alias": "q35"}, {"name": "microvm"}, {"name": "virt-8.0"}]}
{"id": "cpus", "return": [{"name": "Haswell-v4"}, {"name": "Haswell"}, {"name": "qemu64"}, {"name": "max"}, {"name": "odd-v2"}, {"name": "486"}]}
{"id": "accelerators", "return": [{"name": "tcg-accel"}, {"name": "accel"}, {"name": "kvm-accel"}]}
{"event": "SHUTDOWN"})";
    const auto offers = parseQemuOffers(said);
    QVERIFY(offers);
    QCOMPARE(offers->version, u"9.1.2"_s);
    QCOMPARE(offers->machines, QStringList({u"q35"_s, u"pc"_s, u"microvm"_s, u"isapc"_s}));
    QCOMPARE(offers->cpus, QStringList({u"max"_s, u"486"_s, u"Haswell"_s, u"odd-v2"_s, u"qemu64"_s}));
    QCOMPARE(offers->accelerators, QStringList({u"kvm"_s, u"tcg"_s}));
}

void TestQemuOffers::refusesWhatIsNoAnswer()
{
    for (const char* said : {"", "qemu: unknown option\n", R"({"QMP":{"version":{"qemu":{"major":7}}}})"})
        QCOMPARE(parseQemuOffers(said).error().code, Error::Code::Protocol);
}

void TestQemuOffers::asksAProgram()
{
    const auto missing = QCoro::waitFor(askQemuOffers(u"/nonexistent/qemu"_s, std::stop_token()));
    QCOMPARE(missing.error().code, Error::Code::NotFound);
    const auto failed = QCoro::waitFor(askQemuOffers(u"/bin/false"_s, std::stop_token()));
    QCOMPARE(failed.error().code, Error::Code::NonZeroExit);
    const auto fake = QCoro::waitFor(askQemuOffers(QStringLiteral(BV_FAKES_DIR) + u"/fake-qemu"_s, std::stop_token()));
    QVERIFY2(fake, qPrintable(fake.error().message));
    QCOMPARE(fake->machines, QStringList({u"q35"_s, u"pc"_s}));
}

QTEST_GUILESS_MAIN(TestQemuOffers)
#include "tst_qemu_offers.moc"
