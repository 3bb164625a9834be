#include "machine/host_facts.h"
#include "machine/page_cache.h"
#include "machine/usage.h"

#include <QDir>
#include <QElapsedTimer>
#include <QStorageInfo>
#include <QTemporaryDir>
#include <QTest>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace bv;

class TestMachine : public QObject
{
    Q_OBJECT
private slots:
    void readsCgroupTimes_data();
    void readsCgroupTimes();
    void readsOwnCpuTime();
    void goneProcessHasNoTime();
    void findsNoForeignControlGroup();
    void findsTheDeviceOfAFolder();
    void readsWhatTheHostTook();
    void saysWhyThereIsNoDevice();
    void dropsAFileFromTheCache();
    void saysWhyACacheIsNotDropped();
    void knowsTheHost();
    void knowsTheBattery_data();
    void knowsTheBattery();
    void knowsTurbo_data();
    void knowsTurbo();
};

void TestMachine::readsCgroupTimes_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("known");
    QTest::addColumn<double>("user");
    QTest::addColumn<double>("system");
    const double tick = 1.0 / static_cast<double>(::sysconf(_SC_CLK_TCK));
    QTest::newRow("cgroup 2") << QByteArray("usage_usec 3000000\nuser_usec 2500000\nsystem_usec 500000\nnr_periods 0\n")
                              << true << 2.5 << 0.5;
    QTest::newRow("cgroup 1") << QByteArray("user 1200\nsystem 34\n") << true << 1200 * tick << 34 * tick;
    QTest::newRow("root group without times") << QByteArray("usage_usec 3\n") << false << 0.0 << 0.0;
    QTest::newRow("half") << QByteArray("user_usec 3\n") << false << 0.0 << 0.0;
    QTest::newRow("empty") << QByteArray() << false << 0.0 << 0.0;
}

void TestMachine::readsCgroupTimes()
{
    QFETCH(QByteArray, text);
    QFETCH(bool, known);
    const QTemporaryDir dir;
    QFile file(dir.filePath(u"cpu.stat"_s));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text) == text.size());
    file.close();
    const auto times = cgroupCpuTimes(file.fileName());
    QCOMPARE(times.has_value(), known);
    if (!known)
        return;
    QTEST(times->userS, "user");
    QTEST(times->systemS, "system");
}

void TestMachine::readsOwnCpuTime()
{
    const auto before = processCpuTimes(::getpid());
    QVERIFY(before);
    // Until a clock tick has been accounted, however slow the machine is.
    volatile double sink = 0;
    const auto grown = [&before] {
        const auto now = processCpuTimes(::getpid());
        return now && now->userS + now->systemS > before->userS + before->systemS;
    };
    while (!grown()) {
        for (int i = 0; i < 100000; ++i)
            sink = sink + i;
    }
    QVERIFY(sink > 0);
}

void TestMachine::goneProcessHasNoTime()
{
    QVERIFY(!processCpuTimes(0));
    QVERIFY(!processCpuTimes(-1));
    QVERIFY(!processCpuTimes(99'999'999));
    QVERIFY(!cgroupCpuTimes(u"/nonexistent/cpu.stat"_s));
}

void TestMachine::findsNoForeignControlGroup()
{
    // A process that is not the container's: its group does not carry the container's id.
    QCOMPARE(cpuStatFileOf(::getpid(), u"0123456789abcdef-no-such-container"_s), QString());
    QCOMPARE(cpuStatFileOf(99'999'999, QString()), QString());
}

void TestMachine::findsTheDeviceOfAFolder()
{
    QString why;
    const QString device = blockDeviceOf(QDir::rootPath(), &why);
    if (device.isEmpty()) {
        QVERIFY(!why.isEmpty()); // an overlay, as in a container
        return;
    }
    QVERIFY(diskBusySeconds(device));
    QVERIFY(!blockDeviceName(device).isEmpty());
    // a path that does not exist yet is on the device of the folder above
    QCOMPARE(blockDeviceOf(u"/bv-not-there/yet"_s, nullptr), device);
}

void TestMachine::readsWhatTheHostTook()
{
    const auto before = machineStealSeconds();
    const auto after = machineStealSeconds();
    QVERIFY(before && *before >= 0);
    QVERIFY(after && *after >= *before);
}

void TestMachine::saysWhyThereIsNoDevice()
{
    QString why;
    QCOMPARE(blockDeviceOf(u"/proc"_s, &why), QString());
    QVERIFY2(why.contains(u"/proc is on a proc file system"_s), qPrintable(why));
    QVERIFY(!diskBusySeconds(QString()));
    QVERIFY(!diskBusySeconds(u"999:999"_s));
}

void TestMachine::dropsAFileFromTheCache()
{
    // In the source tree's file system: /tmp may be in memory, where nothing can be dropped.
    QTemporaryDir dir(QDir::currentPath() + u"/cache"_s);
    QFile file(dir.filePath(u"file"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QVERIFY(file.write(QByteArray(8 << 20, 'x')) > 0);
    file.close();
    QVERIFY(residentShare(file.fileName()) > 0.9);
    const QString left = dropFileFromPageCache(file.fileName());
    if (QStorageInfo(dir.path()).fileSystemType() == "tmpfs")
        QVERIFY2(left.contains(u" % of "_s), qPrintable(left));
    else
        QCOMPARE(left, QString());
}

void TestMachine::saysWhyACacheIsNotDropped()
{
    QVERIFY(dropFileFromPageCache(u"/nonexistent/file"_s).startsWith(u"/nonexistent/file: "_s));
    QVERIFY(residentShare(u"/nonexistent/file"_s) < 0);
    const QTemporaryDir dir;
    QFile empty(dir.filePath(u"empty"_s));
    QVERIFY(empty.open(QIODevice::WriteOnly));
    QCOMPARE(residentShare(empty.fileName()), 0.0); // nothing of it is in the cache
    QCOMPARE(dropFileFromPageCache(empty.fileName()), QString());
    // in shared memory the pages are the file
    QFile memory(u"/dev/shm/bv-test-%1"_s.arg(::getpid()));
    QVERIFY(memory.open(QIODevice::WriteOnly) && memory.write(QByteArray(1 << 20, 'x')) > 0);
    memory.close();
    const QString left = dropFileFromPageCache(memory.fileName());
    memory.remove();
    QVERIFY2(left.startsWith(u"100 % of "_s), qPrintable(left));
}

void TestMachine::knowsTheHost()
{
    const QJsonObject facts = hostFacts();
    for (const QString& key : {u"hostname"_s, u"os"_s, u"kernel"_s, u"machine"_s})
        QVERIFY2(!facts[key].toString().isEmpty(), qPrintable(key));
    const MachineLimits limits = machineLimits();
    QVERIFY(limits.logicalCpus >= 1);
    QVERIFY(limits.memoryMib > 100);
    QCOMPARE(facts["memory_mib"_L1].toInteger(), limits.memoryMib);
    QCOMPARE(facts["cpus"_L1].toInt(), limits.logicalCpus);
    QVERIFY(!facts.contains("work_file_system"_L1));
    const QTemporaryDir dir;
    const QJsonObject there = hostFacts(dir.filePath(u"not/yet"_s));
    QCOMPARE(there["work_file_system"_L1].toString(), QString::fromUtf8(QStorageInfo(dir.path()).fileSystemType()));
    QVERIFY(there["work_free_mib"_L1].toInteger() > 0);
    QVERIFY(!hostFacts(u"relative"_s).contains("work_file_system"_L1));
}

/// Files below a folder, each with a text; a path per line of the test's data.
void write(const QTemporaryDir& dir, const QList<std::pair<QString, QByteArray>>& files)
{
    for (const auto& [path, text] : files) {
        QDir(dir.path()).mkpath(path.section(u'/', 0, -2));
        QFile file(dir.filePath(path));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text) == text.size());
    }
}

using Files = QList<std::pair<QString, QByteArray>>;

void TestMachine::knowsTheBattery_data()
{
    QTest::addColumn<Files>("files");
    QTest::addColumn<int>("answer"); // -1: none
    const Files mains{{u"AC/type"_s, "Mains\n"}, {u"AC/online"_s, "1\n"}};
    QTest::newRow("no folder") << Files() << -1;
    QTest::newRow("mains only") << mains << -1;
    QTest::newRow("charging") << mains + Files{{u"BAT0/type"_s, "Battery\n"}, {u"BAT0/status"_s, "Charging\n"}} << 0;
    QTest::newRow("full") << Files{{u"BAT0/type"_s, "Battery\n"}, {u"BAT0/status"_s, "Not charging\n"}} << 0;
    QTest::newRow("emptying") << Files{{u"BAT0/type"_s, "Battery\n"}, {u"BAT0/status"_s, "Discharging\n"}} << 1;
    QTest::newRow("one of two") << Files{{u"BAT0/type"_s, "Battery\n"},
                                         {u"BAT0/status"_s, "Discharging\n"},
                                         {u"BAT1/type"_s, "Battery\n"},
                                         {u"BAT1/status"_s, "Unknown\n"}}
                                << 1;
    QTest::newRow("a mouse") << Files{{u"hid/type"_s, "Battery\n"},
                                      {u"hid/scope"_s, "Device\n"},
                                      {u"hid/status"_s, "Discharging\n"}}
                             << -1;
}

void TestMachine::knowsTheBattery()
{
    QFETCH(Files, files);
    const QTemporaryDir dir;
    write(dir, files);
    const auto battery = onBattery(files.isEmpty() ? dir.filePath(u"none"_s) : dir.path());
    QTEST(battery ? int(*battery) : -1, "answer");
}

void TestMachine::knowsTurbo_data()
{
    QTest::addColumn<Files>("files");
    QTest::addColumn<int>("answer"); // -1: none
    QTest::newRow("none") << Files() << -1;
    QTest::newRow("Intel on") << Files{{u"intel_pstate/no_turbo"_s, "0\n"}} << 1;
    QTest::newRow("Intel off") << Files{{u"intel_pstate/no_turbo"_s, "1\n"}} << 0;
    QTest::newRow("boost on") << Files{{u"cpufreq/boost"_s, "1\n"}} << 1;
    QTest::newRow("boost off") << Files{{u"cpufreq/boost"_s, "0\n"}} << 0;
}

void TestMachine::knowsTurbo()
{
    QFETCH(Files, files);
    const QTemporaryDir dir;
    write(dir, files);
    const auto turbo = turboIsOn(dir.path());
    QTEST(turbo ? int(*turbo) : -1, "answer");
}

QTEST_GUILESS_MAIN(TestMachine)
#include "tst_machine.moc"
