#include "support/fake_machine.h"
#include "support/strict_messages.h"
#include "target/docker/image_prepare.h"
#include "target/docker/images.h"

#include <QCoro/QCoroTask>

using namespace Qt::StringLiterals;
using namespace bv;

using Code = Error::Code;

/// What is said to the engine's client when an image is prepared, and what is left when it fails or is stopped.
class TestImageTalk : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { StrictMessages::install(); }
    void init() { m_machine = std::make_unique<FakeMachine>(); }
    void cleanup();
    void namesOnlyWhatRuns();
    void removesWhatDoesNotRun();
    void removesStepsOfFailedBuild_data();
    void removesStepsOfFailedBuild();
    void removesStepsOfStoppedBuild();
    void removesPodmansBuilder();
    void commitsAndEnds();
    void endsContainerThatCannotInstall();
    void fetchesBase_data();
    void fetchesBase();
    void refuses_data();
    void refuses();
    void looksIntoImages_data();
    void looksIntoImages();
    void listsBothEngines_data();
    void listsBothEngines();

private:
    /// A client that knows base:1 and what was built; `cases` come before its own answers, `inside` is what the shell
    /// in an image says.
    ContainerEngine client(const QByteArray& cases, const QByteArray& inside = {}) const;
    QStringList said() const { return m_machine->log(u"log"_s); }
    Result<PreparedImage> prepare(const ContainerEngine& engine, bool commit = false, std::stop_token stop = {});
    static PrepareRequest request();

    std::unique_ptr<FakeMachine> m_machine;
    QStringList m_told;
};

void TestImageTalk::cleanup()
{
    m_told.clear();
    QCOMPARE(StrictMessages::faults(), QStringList());
    QTRY_COMPARE(m_machine->leftovers(), QStringList());
}

ContainerEngine TestImageTalk::client(const QByteArray& cases, const QByteArray& inside) const
{
    QFile file(m_machine->path(u"docker"_s));
    const QByteArray facts = inside.isEmpty() ? "sysbench_path=/s\\nsysbench_version=sysbench 1.0.20\\n" : inside;
    if (file.open(QIODevice::WriteOnly))
        file.write("#!/bin/sh\ncd \"$BV_FAKE_DIR\"; echo \"$*\" >>log\nfor last; do :; done\ncase \"$*\" in\n" + cases +
                   R"sh(
info*) echo '{"ServerVersion":"20.10.24","OperatingSystem":"Debian","Architecture":"x86_64","ClientInfo":{}}' ;;
"image inspect base:1") echo '[{"Id":"sha256:ba5e","RepoTags":["base:1"],"Architecture":"amd64","Config":{}}]' ;;
"image inspect sha256:0e3"*) echo '[{"Id":"sha256:0e3","RepoTags":[],"Architecture":"amd64","Config":{}}]' ;;
"image inspect"* | "container inspect"*) echo "Error: No such image: $last" >&2; exit 1 ;;
run*look*sha256:ba5e*) printf 'os=Base\npackages=apt-get\n' ;;
run*look*) printf ')sh" +
                   facts + R"sh(' ;;
run*) echo ready; exec cat >/dev/null ;;
commit*) echo sha256:0e3 ;;
build*) echo "Step 1/2 : FROM base:1"; echo "Step 2/2 : RUN apt-get update"; echo sha256:0e3 >"$4" ;;
esac
)sh");
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    return ContainerEngine(file.fileName());
}

PrepareRequest TestImageTalk::request()
{
    PrepareRequest wanted;
    wanted.reference = u"base:1"_s;
    wanted.version = u"0.1.0"_s;
    return wanted;
}

Result<PreparedImage> TestImageTalk::prepare(const ContainerEngine& engine, bool commit, std::stop_token stop)
{
    PrepareRequest wanted = request();
    wanted.commit = commit;
    const PrepareProgress progress = [this](const QString& line, double) { m_told << line; };
    return QCoro::waitFor(prepareImage(engine, wanted, progress, stop));
}

void TestImageTalk::namesOnlyWhatRuns()
{
    const auto made = prepare(client({}));
    QVERIFY2(made, qPrintable(made.error().message));
    QCOMPARE(made->reference, u"benchvisor/prepared:base-1-sysbench"_s);
    QCOMPARE(made->image.id, u"sha256:0e3"_s);
    QCOMPARE(made->base.id, u"sha256:ba5e"_s);
    QCOMPARE(said().constLast(), u"tag sha256:0e3 benchvisor/prepared:base-1-sysbench"_s);
    QCOMPARE(said().filter(u" --tag "_s), QStringList());
    QVERIFY(m_told.contains(u"Step 2/2 : RUN apt-get update"_s));
}

void TestImageTalk::removesWhatDoesNotRun()
{
    const auto made = prepare(client({}, "os=Base\\npackages=apt-get\\n"));
    QVERIFY(!made);
    QCOMPARE(made.error().code, Code::NotReady);
    QCOMPARE(said().constLast(), u"image rm sha256:0e3"_s);
    QCOMPARE(said().filter(QRegularExpression(u"^tag "_s)), QStringList());
}

void TestImageTalk::removesStepsOfFailedBuild_data()
{
    QTest::addColumn<QByteArray>("words");
    QTest::addColumn<Code>("code");
    QTest::addColumn<QString>("says");
    QTest::newRow("network") << QByteArray("Temporary failure resolving deb.debian.org") << Code::NotReady
                             << u"The package sources of base:1 cannot be reached from a container."_s;
    QTest::newRow("space") << QByteArray("write /x: no space left on device") << Code::NoSpace
                           << u"The disk of the container engine is full."_s;
    QTest::newRow("else") << QByteArray("dpkg: broken") << Code::NonZeroExit
                          << u"Step 3/3: RUN apt-get update failed. Its last words: dpkg: broken"_s;
}

void TestImageTalk::removesStepsOfFailedBuild()
{
    QFETCH(QByteArray, words);
    QFETCH(QString, says);
    const auto made = prepare(client(R"sh(build*) echo "Step 2/3 : LABEL x=y"; echo " ---> 222222222222"
    echo "Step 3/3 : RUN apt-get update"; echo " ---> Running in aaaaaaaaaaaa"; echo ')sh" +
                                     words + R"sh('
    echo "Removing intermediate container aaaaaaaaaaaa"; exit 1 ;;)sh"));
    QVERIFY(!made);
    QTEST(made.error().code, "code");
    QVERIFY2(made.error().message.contains(says), qPrintable(made.error().message));
    QVERIFY2(made.error().detail.contains(QString::fromLatin1(words)), qPrintable(made.error().detail));
    QCOMPARE(said().constLast(), u"image rm --no-prune 222222222222"_s);
}

void TestImageTalk::removesStepsOfStoppedBuild()
{
    // The engine is removing the container already, and needs a moment.
    const ContainerEngine engine = client(R"sh(build*) echo "Step 2/3 : LABEL x=y"; echo " ---> 222222222222"
    echo "Step 3/3 : RUN sleep"; echo " ---> Running in aaaaaaaaaaaa"; : >there; exec sleep 600 ;;
"container inspect"*aaaaaaaaaaaa) if [ -e there ]; then echo aaaa; else echo "No such container" >&2; exit 1; fi ;;
rm*) if [ -e asked ]; then rm -f there; fi; : >asked; echo "removal is already in progress" >&2; exit 1 ;;)sh");
    std::stop_source stop;
    PrepareProgress progress = [&stop](const QString& line, double) {
        if (line.contains(u"Running in"_s))
            stop.request_stop();
    };
    const auto made = QCoro::waitFor(prepareImage(engine, request(), progress, stop.get_token()));
    QVERIFY(!made);
    QCOMPARE(made.error().code, Code::Cancelled);
    QVERIFY(!QFile::exists(m_machine->stateDir() + u"/there"_s));
    QCOMPARE(said().constLast(), u"image rm --no-prune 222222222222"_s);
}

void TestImageTalk::removesPodmansBuilder()
{
    const auto made = prepare(client(R"sh(
info*) echo '{"host":{"arch":"amd64"},"store":{},"version":{"Version":"4.3.1"}}' ;;
ps*) echo "111 buildah"; echo "222 sleep 5"; if [ -e built ]; then echo "333 buildah"; fi ;;
"container inspect"*333) if [ -e built ]; then echo 333; else echo "no such container" >&2; exit 1; fi ;;
rm*333) rm built ;;
build*) : >built; echo "STEP 1/2: RUN apt-get update"; echo broken; exit 1 ;;)sh"));
    QVERIFY(!made);
    QCOMPARE(said().filter(u"build "_s).filter(u" --layers=false "_s).size(), 1);
    QCOMPARE(said().filter(QRegularExpression(u"^rm "_s)), QStringList(u"rm --force --volumes 333"_s));
}

void TestImageTalk::commitsAndEnds()
{
    const auto made = prepare(client({}), true);
    QVERIFY2(made, qPrintable(made.error().message));
    QCOMPARE(made->method, u"commit"_s);
    QCOMPARE(said().filter(QRegularExpression(u"^exec .* sysbench --version"_s)).size(), 1);
    QCOMPARE(said().filter(QRegularExpression(u"^commit .*LABEL org.benchvisor.base=\"base:1\""_s)).size(), 1);
    QCOMPARE(said().constLast(), u"tag sha256:0e3 benchvisor/prepared:base-1-sysbench"_s);
}

void TestImageTalk::endsContainerThatCannotInstall()
{
    const auto made = prepare(client("exec*) echo \"E: Unable to locate package sysbench\" >&2; exit 100 ;;"), true);
    QVERIFY(!made);
    QCOMPARE(made.error().code, Code::NotFound);
    QVERIFY2(made.error().message.contains(u"have no sysbench. Choose a base"_s), qPrintable(made.error().message));
    QCOMPARE(said().filter(QRegularExpression(u"^commit"_s)), QStringList());
}

void TestImageTalk::fetchesBase_data()
{
    QTest::addColumn<QByteArray>("words");
    QTest::addColumn<Code>("code");
    QTest::newRow("no network") << QByteArray("dial tcp: lookup registry-1.docker.io: no such host") << Code::NotReady;
    QTest::newRow("none") << QByteArray("manifest for base:2 not found: manifest unknown") << Code::NotFound;
    QTest::newRow("denied") << QByteArray("pull access denied for base") << Code::NotFound;
    QTest::newRow("full") << QByteArray("failed to register layer: no space left on device") << Code::NoSpace;
}

void TestImageTalk::fetchesBase()
{
    QFETCH(QByteArray, words);
    PrepareRequest other = request();
    other.reference = u"base:2"_s;
    const ContainerEngine engine = client("pull*) echo '" + words + "' >&2; exit 1 ;;");
    const auto made = QCoro::waitFor(prepareImage(
        engine, other, [](const QString&, double) {}, std::stop_token()));
    QVERIFY(!made);
    QTEST(made.error().code, "code");
    QCOMPARE(said().constLast(), u"pull base:2"_s);
}

void TestImageTalk::refuses_data()
{
    QTest::addColumn<QString>("reference");
    QTest::addColumn<QString>("tag");
    QTest::addColumn<QString>("dockerfile");
    QTest::addColumn<QString>("says");
    const QString none;
    QTest::newRow("builtin") << u"builtin"_s << none << none << u"has sysbench already"_s;
    QTest::newRow("nothing") << none << none << none << u"Which image?"_s;
    QTest::newRow("option") << u"-x"_s << none << none << u"no name of an image"_s;
    QTest::newRow("tag") << u"base:1"_s << u"a b"_s << none << u"no name of an image"_s;
    QTest::newRow("digest") << u"base:1"_s << u"a@sha256:1"_s << none << u"found out, not chosen"_s;
    QTest::newRow("no file") << none << none << u"/nonexistent/Dockerfile"_s << u"cannot be read"_s;
    QTest::newRow("base twice") << u"base:1"_s << none << u"Dockerfile"_s << u"names its base itself"_s;
}

void TestImageTalk::refuses()
{
    QFETCH(QString, reference);
    QFETCH(QString, tag);
    QFETCH(QString, dockerfile);
    QFETCH(QString, says);
    PrepareRequest wanted;
    wanted.reference = reference;
    wanted.tag = tag;
    wanted.dockerfile = dockerfile;
    if (dockerfile == "Dockerfile"_L1) {
        wanted.dockerfile = m_machine->path(dockerfile);
        QFile file(wanted.dockerfile);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write("FROM debian:12\n") > 0);
    }
    const auto made = QCoro::waitFor(prepareImage(
        client({}), wanted, [](const QString&, double) {}, std::stop_token()));
    QVERIFY(!made);
    QCOMPARE(made.error().code, Code::BadInput);
    QVERIFY2(made.error().message.contains(says), qPrintable(made.error().message));
    QCOMPARE(said(), QStringList());
}

void TestImageTalk::looksIntoImages_data()
{
    QTest::addColumn<QString>("architecture");
    QTest::addColumn<QByteArray>("cases");
    QTest::addColumn<QString>("says");
    QTest::newRow("no shell") << u"amd64"_s << QByteArray("run*) echo 'exec: \"sh\": not found' >&2; exit 127 ;;")
                              << u"It has no shell (sh) that runs"_s;
    QTest::newRow("another architecture")
        << u"arm64"_s << QByteArray() << u"made for arm64, and this engine runs amd64"_s;
}

void TestImageTalk::looksIntoImages()
{
    QFETCH(QString, architecture);
    QFETCH(QByteArray, cases);
    QFETCH(QString, says);
    ImageFacts image;
    image.id = u"sha256:77"_s;
    image.architecture = architecture;
    const auto inside = QCoro::waitFor(lookInside(client(cases), image, u"x86_64"_s, std::stop_token()));
    QVERIFY2(inside, qPrintable(inside.error().message));
    QVERIFY2(inside->problem.contains(says), qPrintable(inside->problem));
}

void TestImageTalk::listsBothEngines_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::newRow("docker") << QByteArray(
        R"({"Repository":"debian","Tag":"12","ID":"01","Size":"117MB","CreatedSince":"2 weeks ago"}
{"Repository":"benchvisor-builtin","Tag":"aa","ID":"02"}
{"Repository":"<none>","Tag":"<none>","ID":"03"})");
    QTest::newRow("podman") << QByteArray(
        R"([{"Id":"01","Names":["localhost/debian:12"],"Size":117000000,"CreatedAt":"2026-11-24T14:32:35Z"},
{"Id":"02","Names":["localhost/benchvisor-builtin:aa"]}, {"Id":"03","Names":null}])");
}

void TestImageTalk::listsBothEngines()
{
    QFETCH(QByteArray, answer);
    const auto images = QCoro::waitFor(listImages(client("image\\ ls*) echo '" + answer + "' ;;"), std::stop_token()));
    QVERIFY(images);
    QCOMPARE(images->size(), 1);
    QCOMPARE(images->constFirst().reference, u"debian:12"_s);
    QVERIFY(images->constFirst().size.startsWith(u"117"_s));
    QVERIFY(!images->constFirst().created.isEmpty());
}

QTEST_GUILESS_MAIN(TestImageTalk)
#include "tst_image_talk.moc"
