#include "support/program.h"

#include <QStandardPaths>

using namespace Qt::StringLiterals;
using namespace bv;

/// A machine that lacks something, asked by the command line: it says what and how to mend it, and measures nothing.
class TestCliMissing : public QObject
{
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void programs_data();
    void programs();
    void kernelPackage_data();
    void kernelPackage();

private:
    bool makePathWithout(const QString& program) const;
    ProgramResult run(const QStringList& arguments, const QString& variable, const QString& value) const;
    QString file(const QString& name, const QByteArray& content) const;

    std::unique_ptr<FakeMachine> m_machine;
};

void TestCliMissing::init()
{
    m_machine = std::make_unique<FakeMachine>();
}

void TestCliMissing::cleanup()
{
    QCOMPARE(m_machine->leftovers(), QStringList());
    QVERIFY(!QFile::exists(m_machine->settings.guestDir() + u"/.build"_s));
}

QString TestCliMissing::file(const QString& name, const QByteArray& content) const
{
    QFile out(m_machine->path(name));
    const bool written = QDir().mkpath(QFileInfo(out).path()) && out.open(QIODevice::WriteOnly);
    return written && out.write(content) == content.size() ? out.fileName() : QString();
}

ProgramResult TestCliMissing::run(const QStringList& arguments, const QString& variable, const QString& value) const
{
    QProcess process;
    Program(*m_machine).prepare(process, arguments);
    QProcessEnvironment environment = process.processEnvironment();
    environment.insert(variable, value);
    process.setProcessEnvironment(environment);
    process.start();
    process.closeWriteChannel();
    return Program::finish(process);
}

/// A PATH with all of this machine's programs but one; those that measure are fakes.
bool TestCliMissing::makePathWithout(const QString& program) const
{
    const QDir folder(m_machine->path(u"bin"_s));
    if (!QDir().mkpath(folder.path()))
        return false;
    const QList<std::pair<QString, QString>> fakes{{u"docker"_s, u"fake-docker"_s},
                                                   {u"qemu-system-x86_64"_s, u"fake-qemu"_s},
                                                   {u"qemu-img"_s, u"fake-qemu-img"_s},
                                                   {u"sysbench"_s, u"fake-sysbench"_s},
                                                   {u"podman"_s, {}}};
    QStringList taken{program};
    for (const auto& [name, fake] : fakes) {
        if (name != program && !fake.isEmpty() && !QFile::link(FakeMachine::fake(fake), folder.filePath(name)))
            return false;
        taken << name;
    }
    for (const QString& place : {u"/usr/bin"_s, u"/bin"_s, u"/usr/sbin"_s, u"/sbin"_s}) {
        const QFileInfoList files = QDir(place).entryInfoList(QDir::Files | QDir::Executable);
        for (const QFileInfo& source : files) {
            if (!taken.contains(source.fileName()))
                QFile::link(source.filePath(), folder.filePath(source.fileName()));
        }
    }
    return true;
}

void TestCliMissing::programs_data()
{
    QTest::addColumn<QStringList>("command");
    QTest::addColumn<QString>("program");
    QTest::addColumn<QByteArray>("mend");
    const auto row = [](const char* command, const char* program, const char* mend) {
        QTest::addRow("%s, no %s", command, program)
            << QString::fromLatin1(command).split(u' ') << QString::fromLatin1(program) << QByteArray(mend);
    };
    row("run", "qemu-system-x86_64", "sudo apt install qemu-system-x86");
    row("run", "qemu-img", "sudo apt install qemu-utils");
    row("run", "docker", "sudo apt install docker.io");
    row("run --targets host", "sysbench", "sudo apt install sysbench");
    row("run", "sysbench", "sudo apt-get install sysbench");
    row("run", "busybox", "sudo apt-get install busybox-static");
    row("guest build", "sysbench", "sudo apt-get install sysbench");
    row("guest build", "busybox", "sudo apt-get install busybox-static");
}

void TestCliMissing::programs()
{
    QFETCH(QStringList, command);
    QFETCH(QString, program);
    QFETCH(QByteArray, mend);
    QVERIFY(makePathWithout(program));
    const ProgramResult result = run(command, u"PATH"_s, m_machine->path(u"bin"_s));
    QVERIFY2(result.status == 2 && result.out.isEmpty(), result.story());
    QVERIFY2(result.err.contains(mend) && result.err.contains(program.toUtf8()), result.story());
    QVERIFY(m_machine->log(u"sysbench.log"_s).isEmpty());
}

void TestCliMissing::kernelPackage_data()
{
    QTest::addColumn<QStringList>("command");
    QTest::addColumn<bool>("listed");
    QTest::addColumn<QByteArray>("mend");
    for (const QStringList& command : {QStringList{u"guest"_s, u"build"_s}, {u"run"_s}}) {
        QTest::addRow("%s, apt has no lists", qPrintable(command.first()))
            << command << false << QByteArray("sudo apt-get update");
        QTest::addRow("%s, no network", qPrintable(command.first()))
            << command << true << QByteArray("Check the network");
    }
}

/// The real apt, with sources and lists of its own.
void TestCliMissing::kernelPackage()
{
    QFETCH(QStringList, command);
    QFETCH(bool, listed);
    QFETCH(QByteArray, mend);
    QVERIFY2(!QStandardPaths::findExecutable(u"apt-get"_s).isEmpty(), "The guest's kernel is fetched by apt.");
    QVERIFY(m_machine->writeIni());
    // Nothing listens on port 9 of this machine.
    const QByteArray sources = listed ? "deb [trusted=yes] http://127.0.0.1:9/debian sid main\n" : "";
    const QByteArray packages = R"(Package: linux-image-cloud-amd64
Version: 6.1.1-1
Architecture: amd64
Depends: linux-image-6.1.0-1-cloud-amd64 (= 6.1.1-1)
Filename: pool/meta.deb
Size: 1000

Package: linux-image-6.1.0-1-cloud-amd64
Version: 6.1.1-1
Architecture: amd64
Filename: pool/kernel.deb
Size: 1000
SHA256: 0000000000000000000000000000000000000000000000000000000000000000

)";
    const QString apt = m_machine->path(u"apt"_s);
    for (const QString& folder : {u"/lists/partial"_s, u"/state"_s, u"/cache/archives/partial"_s})
        QVERIFY(QDir().mkpath(apt + folder));
    if (listed)
        QVERIFY(!file(u"apt/lists/127.0.0.1:9_debian_dists_sid_main_binary-amd64_Packages"_s, packages).isEmpty());
    QFile list(m_machine->path(u"apt/sources.list"_s));
    QVERIFY(list.open(QIODevice::WriteOnly) && list.write(sources) == sources.size());
    list.close();
    const QString configuration =
        file(u"apt/apt.conf"_s, uR"(Dir::State "%1/state"; Dir::State::status "/dev/null"; Dir::State::lists "%1/lists";
Dir::Cache "%1/cache"; Dir::Etc::main "/dev/null"; Dir::Etc::parts "/dev/null";
Dir::Etc::sourcelist "%1/sources.list"; Dir::Etc::sourceparts "/dev/null"; APT::Architecture "amd64";
)"_s.arg(apt)
                                    .toUtf8());
    const ProgramResult result = run(command, u"APT_CONFIG"_s, configuration);
    QVERIFY2(result.status == 2 && result.out.isEmpty(), result.story());
    QVERIFY2(result.err.contains(mend) && result.err.contains("linux-image"), result.story());
    QVERIFY2(!listed || result.err.contains("127.0.0.1"), result.story()); // apt's own words
}

QTEST_GUILESS_MAIN(TestCliMissing)
#include "tst_cli_missing.moc"
