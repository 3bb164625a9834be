#include "support/base_image.h"
#include "support/e2e_plan.h"
#include "support/e2e_program.h"

#include <QStandardPaths>

using namespace Qt::StringLiterals;
using namespace bv::e2e;

/// Images of a real engine: looked into, given sysbench from this machine's package sources, measured in.
class TestImage : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void cleanupTestCase();
    void cleanup();
    void preparesByDockerfile();
    void preparesByCommit();
    void takesOwnDockerfile();
    void saysWhereThereIsNoNetwork_data();
    void saysWhereThereIsNoNetwork();
    void saysWhichStepFailed();
    void leavesNothingAfterStop_data();
    void leavesNothingAfterStop();
    void knowsNoPackageManager();
    void hasNoSuchImage();

private:
    QString prepared() const
    {
        return u"benchvisor/prepared:"_s + QString(m_base->name()).replace(u':', u'-') + u"-sysbench"_s;
    }
    QString dockerfile(const QByteArray& steps) const;
    QStringList remains() const;
    QJsonObject json(const QStringList& arguments) const;
    void forget(const QString& image) const { m_world.docker({u"image"_s, u"rm"_s, u"--force"_s, image}); }

    World m_world;
    std::unique_ptr<BaseImage> m_base;
};

void TestImage::initTestCase()
{
    const QString problem = m_world.prepare();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    m_base = std::make_unique<BaseImage>(m_world, u"benchvisor-e2e-image:"_s + m_world.targetId({}).mid(1).toLower());
    const QString missing = m_base->make();
    QVERIFY2(missing.isEmpty(), qPrintable(missing));
}

void TestImage::cleanupTestCase()
{
    m_base.reset();
    BV_NOTHING_LEFT(m_world);
}

void TestImage::cleanup()
{
    forget(prepared());
    const QStringList left = remains();
    QVERIFY2(left.isEmpty(), qPrintable(left.join(u'\n')));
}

/// Containers of the base, or of what is built on it, and images without a name.
QStringList TestImage::remains() const
{
    QStringList found;
    const Said boxes = m_world.docker({u"ps"_s, u"--all"_s, u"--filter"_s, u"ancestor="_s + m_base->name(),
                                       u"--format"_s, u"container {{.ID}} {{.Names}} {{.Command}}"_s});
    found << QString::fromUtf8(boxes.output + boxes.errors).split(u'\n', Qt::SkipEmptyParts);
    const Said images =
        m_world.docker({u"image"_s, u"ls"_s, u"--quiet"_s, u"--filter"_s, u"dangling=true"_s, u"--filter"_s,
                        u"label=org.benchvisor.base="_s + m_base->name(), u"--format"_s, u"image {{.ID}}"_s});
    found << QString::fromUtf8(images.output + images.errors).split(u'\n', Qt::SkipEmptyParts);
    return found;
}

QJsonObject TestImage::json(const QStringList& arguments) const
{
    const Said said = m_world.benchvisor(QStringList(u"image"_s) + arguments + QStringList(u"--json"_s));
    if (said.status != 0)
        qInfo("%s", said.errors.constData());
    return QJsonDocument::fromJson(said.output).object();
}

/// On the base, with the label by which remains are found.
QString TestImage::dockerfile(const QByteArray& steps) const
{
    static int count = 0;
    const QString folder = m_world.file(u"context-%1"_s.arg(++count));
    QDir().mkpath(folder);
    QFile file(folder + "/Dockerfile"_L1);
    if (file.open(QIODevice::WriteOnly))
        file.write("ARG BASE\nFROM ${BASE}\nLABEL org.benchvisor.base=\"" + m_base->name().toUtf8() + "\"\n" + steps);
    return file.fileName();
}

void TestImage::preparesByDockerfile()
{
    const QJsonObject before = json({u"info"_s, m_base->name()});
    QCOMPARE(before["usable"_L1], QJsonValue(false));
    QCOMPARE(before["package_manager"_L1].toString(), u"apt-get"_s);
    const QString lacking = planFile(m_world, {dockerTarget({{u"image"_s, m_base->name()}})}, {cpuSuite(1)});
    Program refused(m_world, {u"run"_s, u"--plan"_s, lacking});
    BV_SAID(refused.finish() && refused.status() == 2, refused);
    BV_SAID(refused.said(u"benchvisor image prepare "_s + m_base->name()), refused);
    BV_SAID(refused.sessionId().isEmpty(), refused);

    const Said shown = m_world.benchvisor({u"image"_s, u"prepare"_s, m_base->name(), u"--show"_s});
    QVERIFY2(shown.output.contains("\nFROM " + m_base->name().toUtf8() + '\n'), shown.output + shown.errors);
    QVERIFY2(shown.output.contains("apt-get -q install -y --no-install-recommends sysbench"), shown.output);
    const QJsonObject made = json({u"prepare"_s, m_base->name(), u"--network"_s, u"host"_s});
    QCOMPARE(made["image"_L1].toString(), prepared());
    QCOMPARE(made["method"_L1].toString(), u"build"_s);
    QCOMPARE(made["prepared_from"_L1]["id"_L1], before["id"_L1]);
    const QJsonValue build = made["sysbench"_L1];
    QVERIFY(!build["version"_L1].toString().isEmpty() && build["sha256"_L1].toString().size() == 64);

    const Said listed = m_world.benchvisor({u"image"_s, u"list"_s});
    QVERIFY2(listed.output.contains(prepared().toUtf8() + "  " + build["version"_L1].toString().toUtf8()),
             listed.output);
    const Said steps = m_world.benchvisor({u"image"_s, u"history"_s, prepared()});
    QVERIFY2(steps.output.contains("LABEL org.benchvisor.prepared=") && steps.output.contains("sysbench --version"),
             steps.output + steps.errors);
    const QJsonObject again = json({u"prepare"_s, prepared()});
    QCOMPARE(again["method"_L1].toString(), u"none"_s);
    QCOMPARE(again["id"_L1], made["id"_L1]);

    const QString plan =
        planFile(m_world, {dockerTarget({{u"image"_s, prepared()}})}, {cpuSuite(1)}, {{u"repeats"_s, 2}});
    Program run(m_world, {u"run"_s, u"--plan"_s, plan});
    BV_SAID(run.finish() && run.status() == 0, run);
    const QJsonObject session = m_world.session(run.sessionId());
    QCOMPARE(okRunsOf(session, u"docker"_s).size(), 2);
    const QJsonObject provenance = provenanceOf(session, u"docker"_s);
    QCOMPARE(provenance["image"_L1]["pinned"_L1], made["id"_L1]);
    QCOMPARE(provenance["image"_L1]["id"_L1], made["id"_L1]);
    QCOMPARE(provenance["image"_L1]["prepared_from"_L1]["base"_L1].toString(), m_base->name());
    QCOMPARE(provenance["sysbench"_L1]["sha256"_L1], build["sha256"_L1]);
    QCOMPARE(provenance["sysbench"_L1]["version"_L1], build["version"_L1]);
    BV_NOTHING_LEFT(m_world);
}

void TestImage::preparesByCommit()
{
    const QString tag = m_base->name() + u"-committed"_s;
    const QJsonObject made =
        json({u"prepare"_s, m_base->name(), u"--from-commit"_s, u"--network=host"_s, u"--tag"_s, tag});
    QCOMPARE(made["image"_L1].toString(), tag);
    QCOMPARE(made["method"_L1].toString(), u"commit"_s);
    QCOMPARE(made["sysbench"_L1]["sha256"_L1].toString().size(), 64);
    // It starts as its base does.
    const Said config = m_world.docker(
        {u"image"_s, u"inspect"_s, u"--format"_s, u"{{json .Config.Entrypoint}} {{json .Config.Cmd}}"_s, tag});
    QCOMPARE(config.output.trimmed(), "null [\"/bin/bash\"]");
    const Said steps = m_world.benchvisor({u"image"_s, u"history"_s, tag, u"--json"_s});
    QCOMPARE(QJsonDocument::fromJson(steps.output).array().size(), 2);

    // Once more: the name goes to the new one, and the old one does not stay behind without a name.
    const QJsonObject anew =
        json({u"prepare"_s, m_base->name(), u"--from-commit"_s, u"--network=host"_s, u"--tag"_s, tag});
    QVERIFY(anew["id"_L1].isString() && anew["id"_L1] != made["id"_L1]);
    QVERIFY(m_world.docker({u"image"_s, u"inspect"_s, made["id"_L1].toString()}).status != 0);
    forget(tag);
}

void TestImage::takesOwnDockerfile()
{
    const QString file = dockerfile("RUN apt-get -q update && apt-get -q install -y sysbench\n");
    const QString tag = m_base->name() + u"-own"_s;
    const QJsonObject made =
        json({u"prepare"_s, m_base->name(), u"--dockerfile"_s, file, u"--tag"_s, tag, u"--network"_s, u"host"_s});
    QCOMPARE(made["method"_L1].toString(), u"dockerfile"_s);
    QVERIFY(made["usable"_L1].toBool());
    forget(tag);

    const Said without = m_world.benchvisor(
        {u"image"_s, u"prepare"_s, m_base->name(), u"--dockerfile"_s, dockerfile("RUN echo nothing\n")});
    QCOMPARE(without.status, 2);
    QVERIFY2(without.errors.contains("has no sysbench. Add to the Dockerfile") && without.output.isEmpty(),
             without.errors);
}

void TestImage::saysWhereThereIsNoNetwork_data()
{
    QTest::addColumn<QStringList>("more");
    QTest::newRow("build") << QStringList();
    QTest::newRow("commit") << QStringList(u"--from-commit"_s);
}

void TestImage::saysWhereThereIsNoNetwork()
{
    QFETCH(QStringList, more);
    const Said said =
        m_world.benchvisor(QStringList{u"image"_s, u"prepare"_s, m_base->name(), u"--network"_s, u"none"_s} + more);
    QCOMPARE(said.status, 2);
    QVERIFY2(said.errors.contains("cannot be reached from a container. Check the network"), said.errors);
    QVERIFY2(said.output.isEmpty(), said.output);
}

void TestImage::saysWhichStepFailed()
{
    const QString file = dockerfile("RUN echo one\nRUN echo broken as foreseen && exit 7\n");
    const Said said = m_world.benchvisor({u"image"_s, u"prepare"_s, m_base->name(), u"--dockerfile"_s, file});
    QCOMPARE(said.status, 2);
    QVERIFY2(said.errors.contains("exit 7 failed. Its last words: broken as foreseen"), said.errors);
}

void TestImage::leavesNothingAfterStop_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("moment");
    const QStringList host{u"--network"_s, u"host"_s};
    QTest::newRow("build") << host << u"Get:1 "_s;
    QTest::newRow("commit") << host + QStringList(u"--from-commit"_s) << u"Get:1 "_s;
    QTest::newRow("own") << QStringList{u"--dockerfile"_s, dockerfile("RUN echo begun && sleep 300\n")} << u"begun"_s;
    QTest::newRow("at once") << QStringList() << u"Looking into"_s;
}

void TestImage::leavesNothingAfterStop()
{
    QFETCH(QStringList, arguments);
    QFETCH(QString, moment);
    Program program(m_world, QStringList{u"image"_s, u"prepare"_s, m_base->name()} + arguments);
    BV_SAID(program.waitFor(moment), program);
    program.signal(SIGINT);
    BV_SAID(program.finish() && program.status() == 130, program);
    BV_SAID(program.output().isEmpty(), program);
    QCOMPARE(m_world.docker({u"image"_s, u"ls"_s, u"--quiet"_s, prepared()}).output, QByteArray());
    BV_NOTHING_LEFT(m_world);
}

void TestImage::knowsNoPackageManager()
{
    const QString busybox = QStandardPaths::findExecutable(u"busybox"_s);
    QVERIFY2(!busybox.isEmpty(), "busybox-static is needed");
    const QString tree = m_world.file(u"tree"_s);
    QVERIFY(QDir().mkpath(tree + "/bin"_L1));
    QVERIFY(QFile::copy(QFileInfo(busybox).canonicalFilePath(), tree + "/bin/sh"_L1));
    const QString tar = m_world.file(u"bare.tar"_s);
    const QString name = m_base->name() + u"-bare"_s;
    QCOMPARE(m_world.say(u"tar"_s, {u"-C"_s, tree, u"-cf"_s, tar, u"."_s}).status, 0);
    QCOMPARE(m_world.docker({u"import"_s, tar, name}).status, 0);
    const Said said = m_world.benchvisor({u"image"_s, u"prepare"_s, name});
    forget(name);
    QCOMPARE(said.status, 2);
    QVERIFY2(said.errors.contains("none of the package managers that Benchvisor knows (apt, "), said.errors);
}

void TestImage::hasNoSuchImage()
{
    const QString name = u"no-such-registry.invalid/base:1"_s;
    const Said info = m_world.benchvisor({u"image"_s, u"info"_s, name});
    QCOMPARE(info.status, 2);
    QVERIFY2(info.errors.contains("Get it first: benchvisor image pull " + name.toUtf8()), info.errors);
    for (const QString& action : {u"pull"_s, u"prepare"_s}) {
        const Said said = m_world.benchvisor({u"image"_s, action, name});
        QCOMPARE(said.status, 2);
        QVERIFY2(said.errors.contains("could not be fetched: the registry cannot be reached"), said.errors);
    }
}

QTEST_GUILESS_MAIN(TestImage)
#include "tst_image.moc"
