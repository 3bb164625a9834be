#include "support/e2e_plan.h"
#include "support/e2e_program.h"

#include <fcntl.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace bv::e2e;

/// KVM is used where guests run under it, refused with the reason where they do not, and never replaced in silence.
class TestAccel : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void kvmIsProvenOrRefused();
    void answerIsKept();
    void doctorExplains();
    void autoSaysWhatItTook();
    void missingDeviceIsRefusedAtOnce();
    void leavesNothing();

private:
    QString plan(const QString& accel);
    World m_world;
    bool m_usable = false;
    QString m_reason;
};

QString TestAccel::plan(const QString& accel)
{
    return planFile(m_world, {qemuTarget({{u"accel"_s, accel}})}, {cpuSuite(1)});
}

void TestAccel::initTestCase()
{
    const QString problem = m_world.prepare();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
}

void TestAccel::kvmIsProvenOrRefused()
{
    Program run(m_world, {u"run"_s, u"--plan"_s, plan(u"kvm"_s), u"--json"_s});
    BV_SAID(run.finish(), run);
    const int fd = ::open("/dev/kvm", O_RDWR | O_CLOEXEC);
    const bool opens = fd >= 0;
    if (opens)
        ::close(fd);
    qInfo("/dev/kvm %s; accel kvm ended with %d after %.1f s", opens ? "opens" : "cannot be opened", run.status(),
          run.seconds());
    m_usable = run.status() == 0;
    if (m_usable) {
        // What QMP's query-kvm said of the running VM.
        QVERIFY(opens);
        const QJsonObject session = QJsonDocument::fromJson(run.output()).object();
        QCOMPARE(provenanceOf(session, u"qemu"_s)["accel"_L1].toString(), u"kvm"_s);
        QCOMPARE(okRunsOf(session).size(), 1);
        return;
    }
    BV_SAID(run.status() == 2, run);
    BV_SAID(run.said(u"accel kvm cannot be used."_s) && run.said(u"/dev/kvm"_s), run);
    BV_SAID(run.said(u"Choose tcg"_s), run);
    BV_SAID(run.sessionId().isEmpty() && run.output().isEmpty(), run);
    BV_SAID(run.seconds() < 15, run); // 10 s are promised; the machine is shared
    const QStringList lines = run.lines();
    for (const QString& line : lines) {
        if (line.contains("accel kvm cannot be used. "_L1))
            m_reason = line.section(u"cannot be used. "_s, 1).section(u" Choose tcg"_s, 0, 0);
    }
    QVERIFY(!m_reason.isEmpty());
}

void TestAccel::answerIsKept()
{
    Program run(m_world, {u"run"_s, u"--plan"_s, plan(u"kvm"_s)});
    BV_SAID(run.finish(), run);
    qInfo("the second time %.2f s", run.seconds());
    QCOMPARE(run.status(), m_usable ? 0 : 2);
    if (!m_usable) {
        BV_SAID(run.said(m_reason), run);
        BV_SAID(run.seconds() < 4, run); // the probe alone takes longer
    }
}

void TestAccel::doctorExplains()
{
    const Said doctor = m_world.benchvisor({u"doctor"_s, u"--json"_s});
    QVERIFY2(doctor.status == 0, (doctor.errors + doctor.output).constData());
    QList<QJsonObject> items = objectsOf(QJsonDocument::fromJson(doctor.output).array());
    items.removeIf([](const QJsonObject& item) { return item["id"_L1].toString() != "kvm"_L1; });
    QCOMPARE(items.size(), 1);
    QCOMPARE(items.first()["state"_L1].toString(), m_usable ? u"ok"_s : u"warning"_s);
    if (!m_usable) {
        QCOMPARE(items.first()["detail"_L1].toString(), m_reason);
        QVERIFY(items.first()["mend"_L1].toString().contains("TCG"_L1));
    }
}

void TestAccel::autoSaysWhatItTook()
{
    Program run(m_world, {u"run"_s, u"--plan"_s, plan(u"auto"_s), u"--json"_s});
    BV_SAID(run.finish(), run);
    BV_SAID(run.status() == 0, run);
    BV_SAID(run.said(m_usable ? u"QEMU uses KVM."_s : u"QEMU uses TCG (software emulation)"_s), run);
    const QJsonObject session = QJsonDocument::fromJson(run.output()).object();
    const QJsonObject provenance = provenanceOf(session, u"qemu"_s);
    QCOMPARE(provenance["accel"_L1].toString(), m_usable ? u"kvm"_s : u"tcg"_s);
    QCOMPARE(provenance["kvm_probe"_L1]["usable"_L1].toBool(), m_usable);
    if (!m_usable)
        QCOMPARE(provenance["kvm_probe"_L1]["reason"_L1].toString(), m_reason);
    QCOMPARE(session["plan"_L1]["targets"_L1][0]["accel"_L1].toString(), u"auto"_s);
}

void TestAccel::missingDeviceIsRefusedAtOnce()
{
    QVERIFY(QDir().mkpath(m_world.configDir()));
    QFile settings(m_world.configDir() + "/benchvisor.ini"_L1);
    QVERIFY(settings.open(QIODevice::WriteOnly));
    settings.write("[paths]\nkvm_device=/dev/no-such-kvm\n");
    settings.close();
    Program run(m_world, {u"run"_s, u"--plan"_s, plan(u"kvm"_s)});
    BV_SAID(run.finish(), run);
    BV_SAID(run.status() == 2 && run.said(u"There is no /dev/no-such-kvm"_s), run);
    QVERIFY(settings.remove());
}

void TestAccel::leavesNothing()
{
    BV_NOTHING_LEFT(m_world);
}

QTEST_GUILESS_MAIN(TestAccel)
#include "tst_accel.moc"
