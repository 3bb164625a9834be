#include "support/debian_disk.h"
#include "support/e2e_program.h"

using namespace Qt::StringLiterals;
using namespace bv;
using namespace bv::e2e;

namespace {

// Read by Qt Test before main(): a system is made, and boots emulated.
[[maybe_unused]] const bool isPatient = qputenv("QTEST_FUNCTION_TIMEOUT", "1200000");

} // namespace

/// A VM from an image with cloud-init: set up by its seed, cancelled at its first boot, gone on with, entered by ssh.
class TestCloudImage : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void doesNotFit();
    void isCancelledAtItsFirstBoot();
    void goesOnThere();
    void isDeleted();

private:
    QStringList create() const
    {
        return {u"vm"_s,     u"create"_s, u"web"_s,      u"--cloud-image"_s, m_image,      u"--firmware"_s, u"uefi"_s,
                u"--size"_s, u"3G"_s,     u"--memory"_s, u"1024"_s,          u"--accel"_s, u"tcg"_s};
    }
    QString folder() const { return m_world.environment().value(u"XDG_DATA_HOME"_s) + u"/benchvisor/vms/web"_s; }

    World m_world;
    QString m_image;
};

void TestCloudImage::initTestCase()
{
    const DebianDisk disk(m_world);
    const QString problem = disk.make();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    m_image = disk.path();
}

/// Told before the image is copied.
void TestCloudImage::doesNotFit()
{
    QStringList small = create();
    small.replaceInStrings(u"3G"_s, u"64M"_s);
    const Said refused = m_world.benchvisor(small);
    QVERIFY2(refused.status == 1 && refused.errors.contains("does not fit into 64 MiB"), refused.errors);
    QVERIFY2(!refused.errors.contains("Copying"), refused.errors);
    QVERIFY(!QFileInfo::exists(folder()));
}

/// cloud-init takes the seed, and switches the VM off. What is cancelled after that is kept.
void TestCloudImage::isCancelledAtItsFirstBoot()
{
    Program vm(m_world, create());
    BV_SAID(vm.waitFor(u"Booting it for the first time"_s, 600'000), vm);
    BV_SAID(vm.said(u"Benchvisor: the guest is set up"_s), vm);
    vm.signal(SIGINT);
    BV_SAID(vm.finish() && vm.status() == 130, vm);
    QVERIFY(m_world.benchvisor({u"vm"_s, u"list"_s}).output.contains("installed"));
    QVERIFY(!QFileInfo::exists(folder() + u"/seed.iso"_s));
    QCOMPARE(m_world.machines(), QList<qint64>());
}

/// Without the seed, and into it by the key alone.
void TestCloudImage::goesOnThere()
{
    Program vm(m_world, create());
    BV_SAID(vm.waitFor(u"going on there"_s), vm);
    BV_SAID(vm.finish(600'000) && vm.status() == 0, vm);
    const Said shown = m_world.benchvisor({u"vm"_s, u"show"_s, u"web"_s, u"--json"_s});
    const QJsonObject made = QJsonDocument::fromJson(shown.output).object();
    QCOMPARE(made["state"_L1].toString(), u"ready"_s);
    QCOMPARE(made["target"_L1]["ssh"_L1]["user"_L1].toString(), u"bench"_s);
    QVERIFY(QFileInfo::exists(folder() + u"/known_hosts"_s));
}

void TestCloudImage::isDeleted()
{
    const Said again = m_world.benchvisor(create());
    QVERIFY2(again.status == 1 && again.errors.contains("There is a VM web already"), again.errors);
    const Said gone = m_world.benchvisor({u"vm"_s, u"delete"_s, u"web"_s});
    QVERIFY2(gone.status == 0, gone.errors);
    QVERIFY(!QFileInfo::exists(folder()));
    QVERIFY(QFileInfo::exists(m_image));
    QCOMPARE(m_world.machines(), QList<qint64>());
}

QTEST_GUILESS_MAIN(TestCloudImage)
#include "tst_cloud_image.moc"
