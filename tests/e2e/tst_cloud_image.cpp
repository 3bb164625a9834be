#include "support/cloud_image.h"
#include "support/e2e_program.h"

#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace bv;
using namespace bv::e2e;

/// A VM from an image with cloud-init: set up by its seed, cancelled at its first boot, gone on with, entered by ssh.
class TestCloudImage : public QObject
{
    Q_OBJECT
private slots:
    void becomesAMachine();
};

void TestCloudImage::becomesAMachine()
{
    if (::geteuid() != 0)
        QSKIP("Only root can make the image that this test boots.");
    const World world;
    QString image;
    const QString problem = makeCloudImage(world, &image);
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    const QStringList create{u"vm"_s,   u"create"_s, u"web"_s, u"--cloud-image"_s, image,     u"--firmware"_s,
                             u"uefi"_s, u"--size"_s, u"3G"_s,  u"--memory"_s,      u"1024"_s, u"--accel"_s,
                             u"tcg"_s};
    Program first(world, create);
    BV_SAID(first.waitFor(u"Booting it for the first time"_s, 600'000), first);
    first.signal(SIGINT);
    BV_SAID(first.finish() && first.status() == 130, first);
    QVERIFY(world.benchvisor({u"vm"_s, u"list"_s}).output.contains("installed"));
    const QString folder = world.environment().value(u"XDG_DATA_HOME"_s) + u"/benchvisor/vms/web"_s;
    QVERIFY(!QFileInfo::exists(folder + u"/seed.iso"_s));

    Program second(world, create);
    BV_SAID(second.waitFor(u"going on there"_s), second);
    BV_SAID(second.finish(600'000) && second.status() == 0, second);
    const QJsonObject vm =
        QJsonDocument::fromJson(world.benchvisor({u"vm"_s, u"show"_s, u"web"_s, u"--json"_s}).output).object();
    QCOMPARE(vm["state"_L1].toString(), u"ready"_s);
    QCOMPARE(vm["target"_L1]["ssh"_L1]["user"_L1].toString(), u"bench"_s);
    QVERIFY(QFileInfo::exists(folder + u"/known_hosts"_s));
    const Said again = world.benchvisor(create);
    QVERIFY2(again.status == 1 && again.errors.contains("There is a VM web already"), again.errors);
    const Said gone = world.benchvisor({u"vm"_s, u"delete"_s, u"web"_s});
    QVERIFY2(gone.status == 0, gone.errors);
    QVERIFY(!QFileInfo::exists(folder));
    QVERIFY(QFileInfo::exists(image));
    QCOMPARE(world.machines(), QList<qint64>());
}

QTEST_GUILESS_MAIN(TestCloudImage)
#include "tst_cloud_image.moc"
