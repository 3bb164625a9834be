#include "import/arrangement_guess.h"

#include "plan/target_id.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace bv;
using sysbench::Test;

class TestArrangementGuess : public QObject
{
    Q_OBJECT
private slots:
    void readsPaths_data();
    void readsPaths();
    void readsText_data();
    void readsText();
    void idsAreReadBack_data();
    void idsAreReadBack();
    void settingsHaveNoDefaults();
    void readsTests_data();
    void readsTests();
    void readsNumbers();
};

namespace {

/// As an id, so that a row of a table is a line.
QString idOf(const Arrangement& found)
{
    return found.kind ? arrangementId(found) : u"-"_s;
}

} // namespace

void TestArrangementGuess::readsPaths_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("id");
    const auto row = [](const char* path, const char* id) {
        QTest::newRow(path) << QString::fromLatin1(path) << QString::fromLatin1(id);
    };
    row("docker/cpu_1.txt", "docker");
    row("qemu_2cpu_2gb/fileio-rndwr-run3.log", "qemu-2c-2g");
    row("results/Docker-2CPU-512MB/cpu.txt", "docker-2c-512m");
    row("cpuTest_Docker.txt", "docker");
    row("dockerCPU1.txt", "docker");
    row("QEMU-KVM-4cores-qcow2/x.log", "qemu-kvm-4c-qcow2");
    row("vm1/seqrd.txt", "qemu");
    row("kvm/cpu.txt", "qemu-kvm");
    row("native/cpu.txt", "host");
    row("bare-metal_cpu.txt", "host");
    row("podman_container.txt", "docker");
    row("docker-1.5c-512m-layer", "docker-1.5c-512m");
    row("qemu-kvm-2c-1g-qcow2", "qemu-kvm-2c-1g-qcow2");
    row("docker_2_cpus_1_gb.txt", "docker-2c-1g");
    row("qemu/smp4_m/cpu.txt", "qemu-4c");
    // an outer folder of another kind tells nothing of this one
    row("docker_4cpu/qemu/cpu.txt", "qemu");
    row("docker_on_host.txt", "docker");
    // no guess
    row("docker-vs-qemu.txt", "-");
    row("results.txt", "-");
    row("hostname.txt", "-");
    row("vmstat.log", "-");
    row("Dockerfile", "-");
    row("container_fileio_1.txt", "docker");
    row("docker/fileio_1G.txt", "docker"); // a file set, not memory
    row("docker/cpu_2.txt", "docker");     // the second run, not two CPUs
    row("qemu/raw_output.txt", "qemu");
    row("docker/raw.csv", "docker");
    row("docker_99999999999999999999cpu/x", "docker");
    row("docker_0cpu_0g/x", "docker");
    row("", "-");
}

void TestArrangementGuess::readsPaths()
{
    QFETCH(QString, path);
    QFETCH(QString, id);
    QCOMPARE(idOf(arrangementInPath(path)), id);
}

void TestArrangementGuess::readsText_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<QString>("id");
    const auto row = [](const char* line, const char* id) {
        QTest::newRow(line) << QString::fromLatin1(line) << QString::fromLatin1(id);
    };
    row("=== Docker ===", "docker");
    row("Docker, first try:", "docker");
    row("OS virtualization", "docker");
    row("System virtualization (QEMU)", "qemu");
    row("root@3f2a1b4c5d6e:/# sysbench cpu run", "docker");
    row("$ docker run -m 1g --cpus 2 --rm ubuntu sysbench cpu run", "docker-2c-1g");
    row("docker run --memory=512m ubuntu", "docker-512m");
    row("qemu-system-x86_64 -accel tcg -smp 4 -m 2048 -drive file=d.qcow2,format=qcow2", "qemu-tcg-4c-2g-qcow2");
    row("qemu-system-x86_64 -enable-kvm -smp cpus=2", "qemu-kvm-2c");
    row("VM with 2 cores and 4 GB RAM", "qemu-2c-4g");
    row("bare metal", "host");
    row("Threads started!", "-");
    row("128 files, 8MiB each", "-");
    row("docker against qemu", "-");
}

void TestArrangementGuess::readsText()
{
    QFETCH(QString, line);
    QFETCH(QString, id);
    QCOMPARE(idOf(arrangementInText(line)), id);
}

void TestArrangementGuess::idsAreReadBack_data()
{
    QTest::addColumn<QString>("id");
    for (const char* id : {"host", "docker", "docker-2c", "docker-0.5c-768m", "docker-1g", "qemu", "qemu-tcg",
                           "qemu-kvm-4c-16g-qcow2", "qemu-hvf-1c-512m-raw"})
        QTest::newRow(id) << QString::fromLatin1(id);
}

void TestArrangementGuess::idsAreReadBack()
{
    QFETCH(QString, id);
    const Arrangement arrangement = arrangementInPath(id);
    QCOMPARE(arrangementId(arrangement), id);
    QVERIFY(isValidTargetId(id));
}

void TestArrangementGuess::settingsHaveNoDefaults()
{
    const TargetSettings docker = settingsOf({TargetKind::Docker, {}, {}, {}, {}}, u"docker"_s);
    QVERIFY(!targetCpus(docker) && !targetMemoryMib(docker));
    QCOMPARE(targetLabel(docker), u"Docker"_s);
    const TargetSettings vm = settingsOf({TargetKind::Qemu, 4, {}, u"qcow2"_s, {}}, u"vm"_s);
    QCOMPARE(targetCpus(vm), std::optional(4.0));
    QVERIFY(!targetMemoryMib(vm) && !hasSecondCache(vm));
    QCOMPARE(targetLabel(vm), u"QEMU 4 CPU qcow2"_s);
    QCOMPARE(targetLabel(settingsOf({TargetKind::Qemu, 2, 1024, u"raw"_s, u"tcg"_s}, u"vm"_s)),
             u"QEMU tcg 2 CPU 1 GiB"_s);
}

void TestArrangementGuess::readsTests_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("test");
    const auto row = [](const char* path, const char* test) {
        QTest::newRow(path) << QString::fromLatin1(path) << QString::fromLatin1(test);
    };
    row("docker/cpu_1.txt", "cpu");
    row("cpuTest_Docker.txt", "cpu");
    row("fileioTest_Docker.txt", "fileio");
    row("qemu_2cpu/seqrd.txt", "fileio");
    row("qemu_2cpu_2gb/memory.log", "memory");
    row("mutex.txt", "mutex");
    row("threads_3.txt", "threads");
    row("qemu_2cpu/run1.txt", "unknown");
    row("cpu_and_fileio.txt", "unknown");
    row("cpu/16_threads.txt", "cpu");
}

void TestArrangementGuess::readsTests()
{
    QFETCH(QString, path);
    QTEST(QString(sysbench::testName(testInPath(path))), "test");
}

void TestArrangementGuess::readsNumbers()
{
    QCOMPARE(repeatInPath(u"a/fileio-rndwr-run3.log"_s), std::optional(3));
    QCOMPARE(repeatInPath(u"docker/cpu_1.txt"_s), std::optional(1));
    QCOMPARE(repeatInPath(u"repeat-12/cpu.txt"_s), std::nullopt); // the file's name only
    QCOMPARE(repeatInPath(u"cpu_20000.txt"_s), std::nullopt);
    QCOMPARE(repeatInPath(u"cpu_0.txt"_s), std::nullopt);
    QCOMPARE(repeatInText(u"=== Run 4 ==="_s), std::optional(4));
    QCOMPARE(repeatInText(u"sysbench cpu run"_s), std::nullopt);
    QCOMPARE(primeLimitInPath(u"docker/cpu_20000_1.txt"_s), std::optional(20000));
    QCOMPARE(primeLimitInPath(u"prime500.txt"_s), std::optional(500));
    QCOMPARE(primeLimitInPath(u"cpu_20231124.txt"_s), std::nullopt); // a date
    QCOMPARE(primeLimitInPath(u"cpu_20000_50000.txt"_s), std::nullopt);
    QCOMPARE(fileModeInPath(u"x/fileio-rndwr-run3.log"_s), u"rndwr"_s);
    QCOMPARE(fileModeInPath(u"rndwr_seqrd.txt"_s), QString());
}

QTEST_GUILESS_MAIN(TestArrangementGuess)
#include "tst_arrangement_guess.moc"
