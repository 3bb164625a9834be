#include "support/e2e_bundle.h"
#include "support/e2e_program.h"

using namespace Qt::StringLiterals;
using namespace bv::e2e;

/// What `export --bundle` writes runs outside Benchvisor: on this machine, in containers, and as far as Vagrant tells
/// without a hypervisor, in VMs.
class TestBundle : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void cleanupTestCase();
    void passesShellcheck();
    void measuresOnThisMachine();
    void measuresInContainers_data();
    void measuresInContainers();
    void leavesNoContainer();
    void preparesAMachine();
    void isValidForVagrant();
    void hostileSessionsStayText();

private:
    QString bundle(const QString& name = {}) const { return m_world.file(u"bundle/"_s + name); }
    Said script(const QString& name) const { return m_world.say(u"sh"_s, {bundle(name)}); }
    QString validated(const QString& folder) const;
    void removeImage() const;

    World m_world;
    QString m_session;
    QString m_builtin; ///< image of the built-in guest, which has sysbench
};

namespace {

const int repeats = 2;
/// What each script prints, in order, whatever it runs in.
const QHash<QString, QStringList> expected{
    {u"cpu"_s, times({u"cpu"_s}, repeats)},
    {u"fileio"_s, times({u"fileio rndwr"_s}, repeats) + times({u"fileio seqrd"_s}, repeats)},
    {u"memory"_s, times({u"memory"_s}, repeats)},
    {u"threads"_s, times({u"threads"_s}, repeats)},
    {u"mutex"_s, times({u"mutex"_s}, repeats)}};

QJsonArray moreSuites()
{
    return {fileSuite(u"rndwr"_s, u"16M"_s, 1), fileSuite(u"seqrd"_s, u"16M"_s, 1),
            QJsonObject{{u"test"_s, u"memory"_s}, {u"time_s"_s, 1}},
            QJsonObject{{u"test"_s, u"threads"_s}, {u"time_s"_s, 1}},
            QJsonObject{{u"test"_s, u"mutex"_s}, {u"mutex_locks"_s, 1000}}};
}

} // namespace

void TestBundle::initTestCase()
{
    const QString problem = m_world.prepare();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    const QString plan = planFile(
        m_world,
        {dockerTarget(), dockerTarget({{u"storage"_s, u"layer"_s}, {u"cpus"_s, 0.5}}, u"half"_s), qemuTarget()},
        {cpuSuite(1)});
    m_session = measuredFile(m_world, plan, moreSuites(), repeats);
    QVERIFY(!m_session.isEmpty());
    const Said said = m_world.benchvisor({u"export"_s, m_session, u"--bundle"_s, bundle()});
    QVERIFY2(said.status == 0 && said.errors.isEmpty(), said.errors);
    const QJsonObject info =
        QJsonDocument::fromJson(m_world.benchvisor({u"guest"_s, u"info"_s, u"--json"_s}).output).object();
    m_builtin = u"benchvisor-builtin:"_s + info["digest"_L1].toString().left(12);
    QCOMPARE(m_world.docker({u"image"_s, u"inspect"_s, m_builtin}).status, 0);
    m_world.setVariable(u"BASE"_s, m_builtin);
}

/// That which the scripts build; whoever runs the tests may have others.
void TestBundle::removeImage() const
{
    const QString id = QJsonDocument::fromJson(readAll(m_session))["id"_L1].toString();
    const Said gone = m_world.docker({u"image"_s, u"rm"_s, u"--force"_s, u"benchvisor-bundle:%1-1"_s.arg(id)});
    QVERIFY2(gone.status == 0, gone.errors);
}

void TestBundle::cleanupTestCase()
{
    removeImage();
    BV_NOTHING_LEFT(m_world);
}

void TestBundle::passesShellcheck()
{
    const QStringList scripts = QDir(bundle()).entryList({u"*.sh"_s});
    QCOMPARE(scripts.size(), 11); // five tests, twice, and provision.sh
    for (const QString& name : scripts) {
        QVERIFY2(QFileInfo(bundle(name)).isExecutable(), qPrintable(name));
        const Said said = m_world.say(u"shellcheck"_s, {bundle(name)});
        QVERIFY2(said.status == 0, said.output + said.errors);
    }
}

void TestBundle::measuresOnThisMachine()
{
    const QStringList before = QDir(m_world.home()).entryList();
    for (auto it = expected.begin(); it != expected.end(); ++it) {
        const Said said = script(u"benchmark%1.sh"_s.arg(it.key()));
        QVERIFY2(said.status == 0, said.errors);
        QCOMPARE(parsedRuns(m_world, said.output), it.value());
        QVERIFY2(!said.errors.contains("comparable"), said.errors); // the same sysbench as in the session
        // What a user keeps of a terminal has both.
        QCOMPARE(parsedRuns(m_world, said.errors + said.output), it.value());
    }
    QCOMPARE(QDir(m_world.home()).entryList(), before);
    // what the session printed is read back as well
    const QStringList raw = QDir(bundle(u"raw"_s)).entryList(QDir::Files);
    QCOMPARE(raw.size(), 3);
    QByteArray all;
    for (const QString& name : raw)
        all += readAll(bundle(u"raw/"_s + name));
    QCOMPARE(parsedRuns(m_world, all), times({u"cpu"_s}, 3));
}

void TestBundle::measuresInContainers_data()
{
    QTest::addColumn<QString>("test");
    const QStringList tests = expected.keys();
    for (const QString& test : tests)
        QTest::newRow(qPrintable(test)) << test;
}

void TestBundle::measuresInContainers()
{
    QFETCH(QString, test);
    const Said said = script(test + u"Test_Docker.sh"_s);
    QVERIFY2(said.status == 0, said.errors);
    QCOMPARE(parsedRuns(m_world, said.output), times(expected[test], 2)); // two containers
    for (const QString& name : {u"docker"_s, u"half"_s})
        QVERIFY2(said.output.contains("=== " + m_world.targetId(name).toUtf8() + '\n'), said.output);
    QVERIFY2(!said.errors.contains("page cache was not dropped"), said.errors);
    QVERIFY2(!said.errors.contains("comparable"), said.errors);
}

/// Ended in the middle, nothing of it stays.
void TestBundle::leavesNoContainer()
{
    QProcess process;
    process.setProcessEnvironment(m_world.environment());
    process.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
    process.start(u"sh"_s, {bundle(u"cpuTest_Docker.sh"_s)});
    QVERIFY(process.waitForStarted());
    const QString name = u"benchvisor-bundle-%1-1"_s.arg(process.processId());
    const auto state = [this, &name] {
        return m_world.docker({u"inspect"_s, u"--format"_s, u"{{.State.Running}}"_s, name}).output.trimmed();
    };
    QTRY_COMPARE_WITH_TIMEOUT(state(), "true", 60'000);
    const Said mounts = m_world.docker({u"inspect"_s, u"--format"_s, u"{{range .Mounts}}{{.Name}}{{end}}"_s, name});
    const QString volume = QString::fromUtf8(mounts.output).trimmed();
    QVERIFY2(m_world.docker({u"volume"_s, u"inspect"_s, volume}).status == 0, mounts.output);
    ::kill(static_cast<pid_t>(process.processId()), SIGINT);
    QVERIFY(process.waitForFinished(30'000));
    QCOMPARE(process.exitCode(), 130);
    QCOMPARE(state(), QByteArray());
    QVERIFY(m_world.docker({u"volume"_s, u"inspect"_s, volume}).status != 0);
}

/// What Vagrant runs in a new machine, in one that has sysbench and no second disk.
void TestBundle::preparesAMachine()
{
    const QString script = u"mkdir -p /usr/local/bin; sh /tmp/benchvisor/provision.sh && cd /bench && "
                           "benchmarkmutex.sh"_s;
    const Said ran =
        m_world.docker({u"run"_s, u"--rm"_s, u"--network=none"_s, u"--volume"_s,
                        bundle().chopped(1) + u":/tmp/benchvisor:ro"_s, m_builtin, u"sh"_s, u"-c"_s, script});
    QVERIFY2(ran.status == 0, ran.output + ran.errors);
    QVERIFY2(ran.output.startsWith("sysbench 1."), ran.output);
    QCOMPARE(parsedRuns(m_world, ran.output), expected[u"mutex"_s]);
}

/// What Vagrant says against the Vagrantfile in a folder; empty when it is valid.
QString TestBundle::validated(const QString& folder) const
{
    QProcess process;
    QProcessEnvironment environment = m_world.environment();
    environment.insert(u"HOME"_s, m_world.file(u"vagrant"_s));
    QDir().mkpath(m_world.file(u"vagrant"_s));
    process.setProcessEnvironment(environment);
    process.setWorkingDirectory(folder);
    process.start(u"vagrant"_s, {u"validate"_s});
    const bool ended = process.waitForFinished(120'000);
    const QByteArray words = process.readAllStandardOutput() + process.readAllStandardError();
    const bool valid = ended && process.exitCode() == 0 && words.contains("validated successfully");
    return valid ? QString() : u"vagrant: "_s + QString::fromUtf8(words);
}

void TestBundle::isValidForVagrant()
{
    QCOMPARE(validated(bundle()), QString());
    // Vagrant looks at what is in it.
    const QByteArray file = readAll(bundle(u"Vagrantfile"_s));
    QByteArray broken = file;
    QVERIFY(writeAll(bundle(u"Vagrantfile"_s), broken.replace("libvirt.cpus", "libvirt.no_such_setting")));
    QVERIFY2(validated(bundle()).contains(u"no_such_setting"_s), qPrintable(validated(bundle())));
    QVERIFY(writeAll(bundle(u"Vagrantfile"_s), file));

    const QString session = m_world.file(u"machines.json"_s);
    QJsonObject json = QJsonDocument::fromJson(readAll(m_session)).object();
    QJsonObject plan = json["plan"_L1].toObject();
    const QJsonObject disk{{u"format"_s, u"qcow2"_s}, {u"cache"_s, u"none"_s}, {u"aio"_s, u"native"_s}};
    const QJsonArray targets{
        qemuTarget({{u"accel"_s, u"kvm"_s}, {u"disk"_s, disk}}, u"kvm"_s),
        qemuTarget({{u"machine"_s, u"pc"_s}, {u"cpu"_s, u"qemu64"_s}, {u"smp"_s, 1}}, u"pc"_s),
        qemuTarget({{u"arch"_s, u"aarch64"_s}, {u"machine"_s, u"virt,highmem=off"_s}, {u"cpu"_s, u"cortex-a57"_s}},
                   u"arm"_s)};
    plan.insert(u"targets"_s, targets);
    json.insert(u"plan"_s, plan);
    QJsonArray runs;
    for (QJsonObject& run : runsOf(json)) { // as if the first of them had run it all
        run.insert(u"target"_s, targets[0].toObject()["id"_L1]);
        runs << run;
    }
    json.insert(u"runs"_s, runs);
    QVERIFY(writeAll(session, QJsonDocument(json).toJson()));
    const Said said = m_world.benchvisor({u"export"_s, session, u"--bundle"_s, m_world.file(u"machines"_s)});
    QVERIFY2(said.status == 0, said.errors);
    QCOMPARE(validated(m_world.file(u"machines"_s)), QString());
}

/// Words of a session file that somebody sent are run by no shell, no engine and no Ruby.
void TestBundle::hostileSessionsStayText()
{
    const QString mark = m_world.file(u"injected"_s);
    const QStringList words{u"x'; touch %1; '"_s, u"x\"; touch %1; \"$(touch %1)`touch %1`"_s,
                            u"x\nsystem('touch %1')\ntouch %1\nRUN touch %1"_s, u"#{`touch %1`}' + `touch %1` + '\\"_s};
    for (const QString& word : words) {
        const QString evil = word.arg(mark);
        QString text = QString::fromUtf8(readAll(m_session));
        QString json = QString::fromUtf8(QJsonDocument(QJsonArray{evil}).toJson(QJsonDocument::Compact));
        json = json.sliced(2).chopped(2); // without brackets and quotes
        for (const QString& id : {u"docker"_s, u"half"_s, u"qemu"_s})
            text.replace(u'"' + m_world.targetId(id) + u'"', u'"' + json + id + u'"');
        text.replace(u"\"name\": \"e2e\""_s, u"\"name\": \"%1\""_s.arg(json));
        text.replace(u"\"q35\""_s, u'"' + json + u'"').replace(u"\"writethrough\""_s, u'"' + json + u'"');
        const QString session = m_world.file(u"hostile.json"_s);
        const QString folder = m_world.file(u"hostile"_s);
        QVERIFY(text.contains(json) && writeAll(session, text.toUtf8()));
        const Said said = m_world.benchvisor({u"export"_s, session, u"--bundle"_s, folder});
        QVERIFY2(said.status == 0, said.errors);
        QCOMPARE(validated(folder), QString());
        const Said checked =
            m_world.say(u"shellcheck"_s, {folder + u"/cpuTest_Docker.sh"_s, folder + u"/benchmarkcpu.sh"_s});
        QVERIFY2(checked.status == 0, checked.output);
        QVERIFY(!QFileInfo::exists(mark));
    }
    removeImage();
    const Said ran = m_world.say(u"sh"_s, {m_world.file(u"hostile/mutexTest_Docker.sh"_s)});
    QVERIFY2(ran.status == 0, ran.errors);
    QVERIFY2(ran.errors.contains("ARG BASE=") && !ran.errors.contains("RUN touch"), ran.errors);
    QCOMPARE(parsedRuns(m_world, ran.output), times(expected[u"mutex"_s], 2));
    QVERIFY(!QFileInfo::exists(mark));
}

QTEST_GUILESS_MAIN(TestBundle)
#include "tst_bundle.moc"
