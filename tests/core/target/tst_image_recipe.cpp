#include "target/docker/image_build_log.h"
#include "target/docker/image_facts.h"
#include "target/docker/image_history.h"
#include "target/docker/image_recipe.h"

#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace bv;

using Code = Error::Code;

/// What is read from the words of container engines, and the recipes by which sysbench gets into an image.
class TestImageRecipe : public QObject
{
    Q_OBJECT
private slots:
    void readsInspection();
    void readsInside_data();
    void readsInside();
    void readsHistory_data();
    void readsHistory();
    void readsBuilders_data();
    void readsBuilders();
    void explainsInstallation_data();
    void explainsInstallation();
    void namesWhatIsPrepared_data();
    void namesWhatIsPrepared();
    void writesDockerfile();
    void startsAsItsBase();
    void takesBaseAsArgument_data();
    void takesBaseAsArgument();
    void remembersImages();

private:
    static ImageFacts debian();
};

ImageFacts TestImageRecipe::debian()
{
    ImageFacts base;
    base.names = QStringList{u"debian:12"_s, u"debian:latest"_s};
    base.id = u"sha256:"_s + QString(64, u'a');
    base.inside = ImageInside();
    base.inside->distribution = u"Debian GNU/Linux 12 (bookworm)"_s;
    base.inside->packageManager = u"apt-get"_s;
    return base;
}

void TestImageRecipe::readsInspection()
{
    const QList<ImageFacts> images = parseImageInspect(R"([
        {"Id": "sha256:01", "RepoTags": ["debian:12"], "RepoDigests": ["debian@sha256:ab"], "Os": "linux",
         "Architecture": "amd64", "Created": "2026-11-24T14:33:16.594157331Z", "Size": 159273967,
         "Config": {"User": "app", "Cmd": ["bash"], "Entrypoint": null,
                    "Labels": {"org.benchvisor.prepared": "0.1", "org.benchvisor.base": "d:1"}}},
        {"Id": "34e8", "RepoTags": ["localhost/own:1"], "RepoDigests": ["localhost/own@sha256:cd"],
         "Architecture": "aarch64", "Labels": null, "Config": {}}])");
    QCOMPARE(images.size(), 2);
    QCOMPARE(images[0].names, QStringList(u"debian:12"_s));
    QCOMPARE(images[0].pinned(), u"debian@sha256:ab"_s);
    QCOMPARE(images[0].sizeBytes, 159273967);
    QVERIFY(images[0].created.isValid());
    QCOMPARE(images[0].user, u"app"_s);
    QCOMPARE(images[0].command, QStringList(u"bash"_s));
    QVERIFY(images[0].entrypoint.isEmpty());
    QCOMPARE(images[0].preparedBy, u"0.1"_s);
    QCOMPARE(images[0].preparedFrom, u"d:1"_s);
    // Podman's: no registry knows its digest.
    QCOMPARE(images[1].names, QStringList(u"own:1"_s));
    QCOMPARE(images[1].pinned(), u"sha256:34e8"_s);
    QCOMPARE(images[1].architecture, u"arm64"_s);
    QCOMPARE(parseImageInspect(R"({"Id": "sha256:01"})").size(), 1);
    QVERIFY(parseImageInspect("not JSON").isEmpty());
}

void TestImageRecipe::readsInside_data()
{
    QTest::addColumn<QByteArray>("output");
    QTest::addColumn<QString>("manager");
    QTest::addColumn<QString>("version");
    QTest::addColumn<QString>("problem");
    QTest::newRow("without") << QByteArray("os=Alpine Linux v3.20\npackages=apk\n") << u"apk"_s << QString()
                             << QString();
    QTest::newRow("with") << QByteArray("packages=apt-get\nsysbench_path=/usr/bin/sysbench\nsysbench_sha256=") +
                                 QByteArray(64, 'f') + "\nsysbench_version=sysbench 1.0.20 (using system LuaJIT)\n"
                          << u"apt-get"_s << u"1.0.20"_s << QString();
    QTest::newRow("broken") << QByteArray("sysbench_path=/bin/sysbench\nsysbench_version=cannot open shared object\n")
                            << QString() << QString()
                            << u"/bin/sysbench in it does not run as sysbench: cannot open shared object"_s;
    QTest::newRow("nothing") << QByteArray() << QString() << QString() << QString();
}

void TestImageRecipe::readsInside()
{
    QFETCH(QByteArray, output);
    const ImageInside inside = parseImageInside(output);
    QTEST(inside.packageManager, "manager");
    QTEST(inside.sysbenchVersion, "version");
    QTEST(inside.problem, "problem");
    QCOMPARE(inside.sysbenchSha256.isEmpty(), inside.sysbenchVersion.isEmpty());
}

void TestImageRecipe::readsHistory_data()
{
    QTest::addColumn<QByteArray>("output");
    QTest::newRow("docker") << QByteArray(
        R"({"Comment":"","CreatedAt":"2026-11-24T14:33:16Z","CreatedBy":"/bin/sh -c apt-get update","ID":"sha256:b2","Size":"89862511"}
{"Comment":"","CreatedAt":"2026-11-24T14:32:57Z","CreatedBy":"/bin/sh -c #(nop)  USER root","ID":"<missing>","Size":"0"})");
    QTest::newRow("podman") << QByteArray(
        R"([{"id":"sha256:b2","created":"2026-11-24T14:34:47.456581443Z","CreatedBy":"/bin/sh -c apt-get update","size":89862511,
"comment":"FROM 94239e176607","Created":"2026-11-24T14:34:47Z"},
{"id":"<missing>","created":"2026-11-24T14:34:41Z","CreatedBy":"/bin/sh -c #(nop) USER root","size":0}])");
    QTest::newRow("BuildKit") << QByteArray(
        R"({"CreatedAt":"2026-11-24T14:33:16Z","CreatedBy":"RUN /bin/sh -c apt-get update # buildkit","ID":"sha256:b2","Size":"89862511"}
{"CreatedAt":"2026-11-24T14:32:57Z","CreatedBy":"USER root","ID":"<missing>","Size":"0"})");
}

void TestImageRecipe::readsHistory()
{
    QFETCH(QByteArray, output);
    const QList<ImageLayer> layers = parseImageHistory(output);
    QCOMPARE(layers.size(), 2);
    QVERIFY2(layers[0].createdBy.startsWith(u"RUN "_s) && layers[0].createdBy.contains(u"apt-get update"_s),
             qPrintable(layers[0].createdBy));
    QCOMPARE(layers[0].id, u"sha256:b2"_s);
    QCOMPARE(layers[0].sizeBytes, 89862511);
    QVERIFY(layers[0].created.isValid());
    QCOMPARE(layers[1].createdBy, u"USER root"_s);
    QVERIFY(layers[1].id.isEmpty());
}

void TestImageRecipe::readsBuilders_data()
{
    QTest::addColumn<QStringList>("lines");
    QTest::addColumn<double>("fraction");
    QTest::addColumn<QString>("step");
    QTest::addColumn<QString>("words");
    QTest::addColumn<QStringList>("containers");
    QTest::addColumn<QStringList>("images");
    const QString id = u"aaaaaaaaaaaa"_s;
    QTest::newRow("docker") << QStringList{u"Step 1/4 : FROM debian:12"_s,
                                           u"---> b8bcc930f643"_s,
                                           u"Step 2/4 : USER root"_s,
                                           u"---> Using cache"_s,
                                           u"---> f7973cb13929"_s,
                                           u"Step 3/4 : LABEL a=b"_s,
                                           u"---> Running in bbbbbbbbbbbb"_s,
                                           u"Removing intermediate container bbbbbbbbbbbb"_s,
                                           u"---> cccccccccccc"_s,
                                           u"Step 4/4 : RUN apt-get update"_s,
                                           u"---> Running in "_s + id,
                                           u"E: it is broken"_s,
                                           u"The command '/bin/sh -c apt-get update' returned a non-zero code: 100"_s}
                            << 0.75 << u"Step 4/4: RUN apt-get update"_s << u"E: it is broken"_s << QStringList(id)
                            << QStringList(u"cccccccccccc"_s);
    QTest::newRow("podman") << QStringList{u"STEP 1/2: FROM debian:12"_s, u"STEP 2/2: RUN apt-get update"_s,
                                           u"E: it is broken"_s,
                                           u"Error: building at STEP \"RUN apt-get update\": exit status 100"_s}
                            << 0.5 << u"Step 2/2: RUN apt-get update"_s << u"E: it is broken"_s << QStringList()
                            << QStringList();
    QTest::newRow("BuildKit") << QStringList{u"#4 [1/2] FROM docker.io/library/debian:12"_s,
                                             u"#5 [2/2] RUN apt-get update"_s, u"#5 0.262 E: it is broken"_s}
                              << 0.5 << u"Step 2/2: RUN apt-get update"_s << u"#5 0.262 E: it is broken"_s
                              << QStringList() << QStringList();
    QTest::newRow("nothing") << QStringList() << -1.0 << QString() << QString() << QStringList() << QStringList();
}

void TestImageRecipe::readsBuilders()
{
    QFETCH(QStringList, lines);
    BuildLog log;
    for (const QString& line : lines)
        log.take(line);
    QTEST(log.fraction(), "fraction");
    QTEST(log.step(), "step");
    QTEST(log.lastWords(), "words");
    QTEST(log.containers(), "containers");
    QTEST(log.images(), "images");
}

void TestImageRecipe::explainsInstallation_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<Code>("code");
    const auto row = [](const char* name, const char* line, Code code) {
        QTest::newRow(name) << QString::fromLatin1(line) << code;
    };
    row("apt, no network", "Temporary failure resolving 'deb.debian.org'", Code::NotReady);
    row("dnf, no network", "Curl error (6): Couldn't resolve host name for https://mirrors", Code::NotReady);
    row("apk, no network", "WARNING: fetching https://dl-cdn: temporary error (try again later)", Code::NotReady);
    row("pacman, no network", "error: failed to synchronize all databases (download library error)", Code::NotReady);
    row("apt, none", "E: Unable to locate package sysbench", Code::NotFound);
    row("dnf, none", "No match for argument: sysbench", Code::NotFound);
    row("apk, none", "sysbench (no such package):", Code::NotFound);
    row("pacman, none", "error: target not found: sysbench", Code::NotFound);
    row("full", "write /usr/bin/sysbench: no space left on device", Code::NoSpace);
    row("apt, full", "E: You don't have enough free space in /var/cache/apt/archives/.", Code::NoSpace);
    row("else", "dpkg: error processing package", Code::Unset);
}

void TestImageRecipe::explainsInstallation()
{
    QFETCH(QString, line);
    const Error error = explainInstall(QStringList{u"before"_s, line, u"after"_s}, u"base:1"_s);
    QTEST(error.code, "code");
    QCOMPARE(error.detail.isEmpty(), error.code == Code::Unset);
}

void TestImageRecipe::namesWhatIsPrepared_data()
{
    QTest::addColumn<QString>("base");
    QTest::addColumn<QString>("name");
    QTest::newRow("plain") << u"debian:12"_s << u"benchvisor/prepared:debian-12-sysbench"_s;
    QTest::newRow("full") << u"docker.io/library/ubuntu:22.04"_s << u"benchvisor/prepared:ubuntu-22.04-sysbench"_s;
    QTest::newRow("registry") << u"reg.example:5000/a/b:1"_s
                              << u"benchvisor/prepared:reg.example-5000-a-b-1-sysbench"_s;
    QTest::newRow("digest") << u"debian@sha256:"_s + QString(64, u'b')
                            << u"benchvisor/prepared:debian-bbbbbbbbbbbb-sysbench"_s;
    QTest::newRow("long") << QString(200, u'x') << u"benchvisor/prepared:"_s + QString(119, u'x') + u"-sysbench"_s;
}

void TestImageRecipe::namesWhatIsPrepared()
{
    QFETCH(QString, base);
    QTEST(preparedReference(base), "name");
    QVERIFY(isImageReference(preparedReference(base)));
    QVERIFY(isImageReference(base));
    for (const QString& bad : {u""_s, u"-x"_s, u"a b"_s, u"a\nRUN x"_s, u"$(x)"_s, QString(256, u'a')})
        QVERIFY(!isImageReference(bad));
}

void TestImageRecipe::writesDockerfile()
{
    ImageFacts base = debian();
    const QString plain = preparingDockerfile(base, u"debian:12"_s, u"0.1.0"_s);
    QVERIFY2(plain.contains(u"\nFROM debian:12\n"_s) && plain.contains(base.id), qPrintable(plain));
    QVERIFY2(plain.endsWith(u"\n && sysbench --version\n"_s), qPrintable(plain));
    QVERIFY(plain.contains(u"LABEL org.benchvisor.prepared=\"0.1.0\" \\\n"_s));
    base.digest = u"debian@sha256:ab"_s;
    base.user = u"app"_s;
    const QString pinned = preparingDockerfile(base, u"debian:12"_s, u"0.1.0"_s);
    QVERIFY2(pinned.contains(u"\nFROM debian@sha256:ab\nUSER root\n"_s) && pinned.endsWith(u"\nUSER app\n"_s),
             qPrintable(pinned));
    for (const QString& manager :
         {u"apt-get"_s, u"dnf"_s, u"microdnf"_s, u"yum"_s, u"zypper"_s, u"apk"_s, u"pacman"_s}) {
        const QString commands = installCommands(manager).join(u' ');
        QVERIFY2(commands.contains(manager) && commands.contains(u"sysbench"_s), qPrintable(commands));
    }
    QVERIFY(installCommands(u"emerge"_s).isEmpty());
    QVERIFY(installCommands(QString()).isEmpty());
    // A part of an id finds an image; it stands for its name.
    QCOMPARE(fromReference(debian(), u"aaaaaaaaaaaa"_s), u"debian:12"_s);
    QCOMPARE(fromReference(debian(), u"debian"_s), u"debian"_s);
}

void TestImageRecipe::startsAsItsBase()
{
    ImageFacts base = debian();
    base.command = QStringList{u"bash"_s, u"-l"_s};
    const QStringList plain = commitChanges(base, u"debian:12"_s, u"1"_s);
    QVERIFY(plain.contains(u"CMD [\"bash\",\"-l\"]"_s) && plain.contains(u"USER root"_s));
    QVERIFY(plain.filter(u"ENTRYPOINT"_s).isEmpty());
    base.entrypoint = QStringList(u"/start \"it\""_s);
    base.user = u"1000"_s;
    const QStringList other = commitChanges(base, u"debian:12"_s, u"1"_s);
    QVERIFY(other.contains(u"ENTRYPOINT [\"/start \\\"it\\\"\"]"_s) && other.contains(u"USER 1000"_s));
}

void TestImageRecipe::takesBaseAsArgument_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("takes");
    QTest::newRow("as in bundles") << u"# words\nARG BASE=debian:12\nFROM ${BASE}\n"_s << true;
    QTest::newRow("without value") << u"arg BASE\nFROM $BASE"_s << true;
    QTest::newRow("afterwards") << u"FROM debian:12\nARG BASE\n"_s << false;
    QTest::newRow("another") << u"ARG BASELINE=1\nFROM debian:12\n"_s << false;
    QTest::newRow("empty") << QString() << false;
}

void TestImageRecipe::takesBaseAsArgument()
{
    QFETCH(QString, text);
    QTEST(takesBase(text), "takes");
}

void TestImageRecipe::remembersImages()
{
    const QTemporaryDir folder;
    const QString file = folder.filePath(u"new/images.json"_s);
    ImageInside found;
    found.packageManager = u"apk"_s;
    found.sysbenchVersion = u"1.0.20"_s;
    found.sysbenchSha256 = QString(64, u'f');
    ImageInside broken;
    broken.problem = u"It has no shell."_s;
    {
        ImageMemory memory(file);
        QVERIFY(!memory.find(u"sha256:01"_s));
        memory.keep(u"sha256:01"_s, found);
        memory.keep(u"sha256:02"_s, ImageInside());
        memory.keep(u"sha256:03"_s, broken);
    }
    ImageMemory again(file);
    QVERIFY(again.find(u"sha256:01"_s) == found);
    QVERIFY(again.find(u"sha256:02"_s) == ImageInside());
    QVERIFY(!again.find(u"sha256:03"_s)); // asked anew: it may have been the machine
    again.keepOnly(QStringList(u"sha256:02"_s));
    QVERIFY(!ImageMemory(file).find(u"sha256:01"_s));
    QFile damaged(file);
    QVERIFY(damaged.open(QIODevice::WriteOnly) && damaged.write("{\"sha") > 0);
    damaged.close();
    QVERIFY(!ImageMemory(file).find(u"sha256:02"_s));
}

QTEST_GUILESS_MAIN(TestImageRecipe)
#include "tst_image_recipe.moc"
