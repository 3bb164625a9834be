#include "support/base_image.h"
#include "support/e2e_bundle.h"

using namespace Qt::StringLiterals;
using namespace bv::e2e;

/// The Dockerfile of a bundle makes an image of a distribution's base, with its sysbench, from its packages.
class TestBundleImage : public QObject
{
    Q_OBJECT
private slots:
    void installsSysbench();
};

void TestBundleImage::installsSysbench()
{
    World world;
    const QString problem = world.prepare();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    const QString plan =
        planFile(world, {dockerTarget({{u"image"_s, u"debian:12"_s}})},
                 {cpuSuite(1), fileSuite(u"rndwr"_s, u"16M"_s, 1)}, {{u"repeats"_s, 2}, {u"name"_s, u"image"_s}});
    // Not measured: the image that the plan names is what the base stands in for.
    const QByteArray session = R"({"schema":"benchvisor-session/1","id":"20261124-000000-e2e0",
"created":"2026-11-24T00:00:00Z","app":{},"host":{},"targets":[],"runs":[],"plan":)" +
                               readAll(plan) + '}';
    QVERIFY(writeAll(world.file(u"session.json"_s), session));
    const QString folder = world.file(u"bundle"_s);
    const Said said = world.benchvisor({u"export"_s, world.file(u"session.json"_s), u"--bundle"_s, folder});
    QVERIFY2(said.status == 0, said.errors);
    QVERIFY(readAll(folder + u"/Dockerfile"_s).contains("\nARG BASE=debian:12\n"));

    BaseImage base(world, u"benchvisor-e2e-base:"_s + world.targetId({}).mid(1).toLower());
    const QString missing = base.make();
    QVERIFY2(missing.isEmpty(), qPrintable(missing));
    QVERIFY(world.docker({u"run"_s, u"--rm"_s, base.name(), u"sh"_s, u"-c"_s, u"! command -v sysbench"_s}).status == 0);

    // As the file itself says.
    const QString image = base.name() + u"-by-hand"_s;
    const Said built = world.docker(
        {u"build"_s, u"--network=host"_s, u"--build-arg"_s, u"BASE="_s + base.name(), u"--tag"_s, image, folder});
    QVERIFY2(built.status == 0, (built.output + built.errors).right(900));
    const Said ran = world.docker({u"run"_s, u"--rm"_s, u"--network=none"_s, image});
    QVERIFY2(ran.status == 0, ran.errors);
    QCOMPARE(parsedRuns(world, ran.output), (QStringList{u"cpu"_s, u"cpu"_s}));
    const Said lists =
        world.docker({u"run"_s, u"--rm"_s, image, u"ls"_s, u"/var/lib/apt/lists"_s, u"/usr/local/bin"_s});
    QVERIFY2(lists.output.contains("benchmarkfileio.sh") && !lists.output.contains("_Packages"), lists.output);

    // By the script, which finds what is built already.
    world.setVariable(u"BASE"_s, base.name());
    world.setVariable(u"BUILD_OPTIONS"_s, u"--network=host"_s);
    const Said scripted = world.say(u"sh"_s, {folder + u"/fileioTest_Docker.sh"_s});
    QVERIFY2(scripted.status == 0, scripted.errors.right(900));
    QCOMPARE(parsedRuns(world, scripted.output), (QStringList{u"fileio rndwr"_s, u"fileio rndwr"_s}));
    QVERIFY2(!scripted.errors.contains("page cache was not dropped"), scripted.errors.right(900));

    // A base that cannot be had is said, and nothing is measured.
    world.setVariable(u"BASE"_s, u"no-such-registry.invalid/base:1"_s);
    const Said without = world.say(u"sh"_s, {folder + u"/cpuTest_Docker.sh"_s});
    QCOMPARE(without.status, 1);
    QVERIFY2(without.errors.contains("The image was not built; ") && without.output.isEmpty(), without.errors);
    for (const QString& name : {image, u"benchvisor-bundle:20261124-000000-e2e0-1"_s})
        QCOMPARE(world.docker({u"image"_s, u"rm"_s, u"--force"_s, name}).status, 0);
    BV_NOTHING_LEFT(world);
}

QTEST_GUILESS_MAIN(TestBundleImage)
#include "tst_bundle_image.moc"
