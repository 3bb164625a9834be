#include "target/qemu/boot_watch.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>

using namespace Qt::StringLiterals;
using namespace bv;
using sysbench::Metric;

/// The phases of a start, from a console that the test writes.
class TestBootWatch : public QObject
{
    Q_OBJECT
private slots:
    void knowsTheMarks_data();
    void knowsTheMarks();
    void marksMayBeCut();
    void timesThePhases();
    void whatIsNotSeenIsAbsent();

private:
    static void write(const QString& file, const QByteArray& words)
    {
        QFile console(file);
        QVERIFY(console.open(QIODevice::WriteOnly | QIODevice::Append));
        console.write(words);
    }
    QTemporaryDir m_dir;
};

void TestBootWatch::knowsTheMarks_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("kernel");
    QTest::addColumn<bool>("userland");
    const auto row = [](const char* text, bool kernel, bool userland) {
        QTest::newRow(text) << QByteArray(text) << kernel << userland;
    };
    row("BdsDxe: starting Boot0001 \"UEFI Misc Device\"\r\n", false, false);
    row("GNU GRUB  version 2.06\r\n", false, false);
    row("EFI stub: Booting Linux Kernel...\r\n", true, false);
    row("Probing EDD (edd=off to disable)... ok\r\n", true, false);
    row("[    0.000000] Linux version 6.1.0-13-arm64\r\n", true, false);
    row("[    2.104001] Run /init as init process\r\n", false, true);
    row("[    3.2] systemd[1]: Detected virtualization qemu.\r\n", false, true);
    row("benchvisor: the first process runs\r\n", false, true);
}

void TestBootWatch::knowsTheMarks()
{
    QFETCH(QByteArray, text);
    QFETCH(bool, kernel);
    QFETCH(bool, userland);
    ConsoleMarks marks;
    marks.feed(text);
    QCOMPARE(marks.kernel(), kernel);
    QCOMPARE(marks.userland(), userland);
}

void TestBootWatch::marksMayBeCut()
{
    ConsoleMarks marks;
    for (const char c : QByteArray("[    0.0] Linux version 6.1\r\nbenchvisor: the first process runs"))
        marks.feed(QByteArray(1, c));
    QVERIFY(marks.kernel());
    QVERIFY(marks.userland());
}

void TestBootWatch::timesThePhases()
{
    const QString console = m_dir.filePath(u"console"_s);
    write(console, "left by a start before: Linux version benchvisor: the first process runs");
    BootWatch watch(console);
    QVERIFY(watch.times().isEmpty());
    QVERIFY(watch.missing().isEmpty());
    QCOMPARE(QFile(console).size(), 0);
    watch.qemuAnswered();
    write(console, "SeaBIOS\r\nLinux version 6.1\r\n");
    QTRY_VERIFY(watch.hasSeenKernel());
    write(console, "benchvisor: the first process runs\r\n");
    QTRY_VERIFY(watch.hasSeenUserland());
    watch.guestAnswered();
    QVERIFY(watch.missing().isEmpty());
    const sysbench::Metrics times = watch.times();
    double sum = 0;
    for (const Metric phase :
         {Metric::BootQemuMs, Metric::BootFirmwareMs, Metric::BootKernelMs, Metric::BootUserlandMs}) {
        QVERIFY(times.value(phase) && *times.value(phase) >= 0);
        sum += *times.value(phase);
    }
    QVERIFY(std::abs(sum - *times.value(Metric::BootMs)) < 1e-6);
}

void TestBootWatch::whatIsNotSeenIsAbsent()
{
    const QString console = m_dir.filePath(u"quiet"_s);
    BootWatch watch(console);
    watch.qemuAnswered();
    write(console, "benchvisor: the first process runs\r\n");
    QTRY_VERIFY(watch.hasSeenUserland());
    watch.guestAnswered();
    const sysbench::Metrics times = watch.times();
    QVERIFY(times.value(Metric::BootMs) && times.value(Metric::BootQemuMs) && times.value(Metric::BootUserlandMs));
    QVERIFY2(watch.missing().startsWith(u"The kernel said nothing on the serial console: "_s),
             qPrintable(watch.missing()));
    QVERIFY(!times.value(Metric::BootFirmwareMs) && !times.value(Metric::BootKernelMs));
    // Where the folder is not there, nothing can be watched.
    BootWatch blind(m_dir.filePath(u"none/console"_s));
    blind.guestAnswered();
    QVERIFY(blind.missing().startsWith(u"The guest said nothing"_s));
    QVERIFY(blind.times().value(Metric::BootMs));
    QVERIFY(!blind.times().value(Metric::BootQemuMs));
}

QTEST_GUILESS_MAIN(TestBootWatch)
#include "tst_boot_watch.moc"
