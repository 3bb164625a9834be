#include "target/qemu/boot_failure.h"
#include "target/qemu/guest_media.h"
#include "target/qemu/guest_scripts.h"

#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtTest>

#include <QCoro/QCoroTask>

using namespace Qt::StringLiterals;
using namespace bv;

/// Disks and ISOs that guests of the user's boot from, and what is said of those that cannot.
class TestGuestMedia : public QObject
{
    Q_OBJECT
private slots:
    void formats_data();
    void formats();
    void inspects_data();
    void inspects();
    void choosesTheDisk();
    void looksIntoDisks();
    void overlays();
    void tellsOfBootFailures_data();
    void tellsOfBootFailures();
    void lastLines();
    void tellsOfInstallFailures();
    void makesAFolder();

private:
    QString file(const QString& name, const QByteArray& content) const
    {
        QFile out(m_folder.filePath(name));
        if (!out.open(QIODevice::WriteOnly) || out.write(content) != content.size())
            qFatal("%s", qPrintable(out.errorString()));
        return out.fileName();
    }
    static bool image(const QStringList& arguments) { return QProcess::execute(u"qemu-img"_s, arguments) == 0; }

    QTemporaryDir m_folder;
};

namespace {

QByteArray at(qsizetype place, const QByteArray& bytes, qsizetype size = 2 * 1024 * 1024)
{
    QByteArray content(size, '\0');
    return content.replace(place, bytes.size(), bytes);
}

const QByteArray bootSector = at(510, QByteArray("\x55\xaa", 2));
const QByteArray iso = at(0x8001, "CD001");
const QByteArray qcow2 = at(0, "QFI\xfb");

} // namespace

void TestGuestMedia::formats_data()
{
    QTest::addColumn<QByteArray>("head");
    QTest::addColumn<MediaFormat>("format");
    QTest::newRow("empty") << QByteArray() << MediaFormat::Data;
    QTest::newRow("boot sector") << bootSector << MediaFormat::Raw;
    QTest::newRow("iso") << iso << MediaFormat::Iso;
    QTest::newRow("hybrid iso") << at(510, QByteArray("\x55\xaa", 2)).replace(0x8001, 5, "CD001") << MediaFormat::Iso;
    QTest::newRow("qcow2") << qcow2 << MediaFormat::Qcow2;
    QTest::newRow("encrypted qcow2") << "QFI\xfb" + at(28, QByteArray("\0\0\0\2", 4)) << MediaFormat::Luks;
    QTest::newRow("luks") << at(0, "LUKS\xba\xbe") << MediaFormat::Luks;
    QTest::newRow("vmdk") << at(0, "KDMV") << MediaFormat::Foreign;
    QTest::newRow("vdi") << at(0x40, QByteArray("\x7f\x10\xda\xbe", 4)) << MediaFormat::Foreign;
    QTest::newRow("gzip") << at(0, "\x1f\x8b") << MediaFormat::Packed;
    QTest::newRow("xz") << at(0, QByteArray("\xfd"
                                            "7zXZ"))
                        << MediaFormat::Packed;
    QTest::newRow("text") << QByteArray("hello") << MediaFormat::Data;
}

void TestGuestMedia::formats()
{
    QFETCH(QByteArray, head);
    QTEST(mediaFormatOf(head.left(mediaHeadSize)), "format");
}

void TestGuestMedia::inspects_data()
{
    QTest::addColumn<QString>("guest");
    QTest::addColumn<QString>("format");
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("told"); // empty: nothing
    const auto row = [](const char* name, const QString& guest, const QString& format, const QByteArray& content,
                        const QString& told) { QTest::newRow(name) << guest << format << content << told; };
    row("raw", u"disk"_s, u"raw"_s, bootSector, {});
    row("qcow2", u"disk"_s, u"qcow2"_s, qcow2, {});
    row("small qcow2", u"disk"_s, u"qcow2"_s, qcow2.left(200000), {});
    row("iso", u"iso"_s, u"raw"_s, iso, {});
    row("qcow2 as raw", u"disk"_s, u"raw"_s, qcow2, u".disk.path: F is a qcow2 disk, not a raw one. Set the format"_s);
    row("raw as qcow2", u"disk"_s, u"qcow2"_s, bootSector, u".disk.path: F is no qcow2 disk, but looks like a raw"_s);
    row("nothing to boot", u"disk"_s, u"raw"_s, QByteArray(2097152, '\0'),
        u".disk.path: F holds nothing to boot from"_s);
    row("too small", u"disk"_s, u"raw"_s, bootSector.left(4096), u".disk.path: F is too small for a disk"_s);
    row("empty", u"disk"_s, u"raw"_s, {}, u".disk.path: F is too small for a disk"_s);
    row("luks", u"disk"_s, u"luks"_s, at(0, "LUKS\xba\xbe"), u".disk.path: F is encrypted."_s);
    row("packed", u"disk"_s, u"raw"_s, at(0, "\x1f\x8b"), u".disk.path: F is packed. Unpack it first."_s);
    row("vmdk", u"disk"_s, u"raw"_s, at(0, "KDMV"), u".disk.path: F is a disk of another program. Convert it"_s);
    row("iso as disk", u"disk"_s, u"raw"_s, iso, u".disk.path: F is an ISO, not a disk. Set guest to \"iso\""_s);
    row("disk as iso", u"iso"_s, u"raw"_s, bootSector, u".iso: F is a disk, not an ISO."_s);
    row("text as iso", u"iso"_s, u"raw"_s, "hello", u".iso: F is no ISO"_s);
    row("packed iso", u"iso"_s, u"raw"_s, at(0, "\x1f\x8b"), u".iso: F is packed."_s);
}

void TestGuestMedia::inspects()
{
    QFETCH(QString, told);
    QFETCH(QByteArray, content);
    const QString path = file(u"medium"_s, content);
    QemuSettings vm;
    vm.guest = *static_cast<QString*>(QTest::qData("guest", qMetaTypeId<QString>()));
    vm.disk.format = *static_cast<QString*>(QTest::qData("format", qMetaTypeId<QString>()));
    (vm.guest == u"iso"_s ? vm.iso : vm.disk.path) = path;
    QString all;
    for (const PlanProblem& problem : inspectGuestMedia(vm, {}))
        all += problem.where + u": "_s + problem.message;
    all.replace(path, u"F"_s);
    QVERIFY2(told.isEmpty() ? all.isEmpty() : all.startsWith(told), qPrintable(all));
    vm.guest = u"builtin"_s;
    QVERIFY(inspectGuestMedia(vm, {}).isEmpty());
    // and the same file where it is not, or is none
    vm.guest = u"disk"_s;
    vm.disk.path = m_folder.filePath(u"missing"_s);
    QVERIFY(inspectGuestMedia(vm, u"t"_s).first().message.startsWith(u"There is no file "_s));
    QCOMPARE(inspectGuestMedia(vm, u"t"_s).first().where, u"t.disk.path"_s);
    vm.disk.path = m_folder.path();
    QVERIFY(inspectGuestMedia(vm, {}).first().message.contains(u"is a folder"_s));
}

void TestGuestMedia::choosesTheDisk()
{
    QemuSettings vm;
    vm.guest = u"disk"_s;
    vm.disk.format = u"qcow2"_s;
    vm.disk.base = file(u"base"_s, bootSector);
    QCOMPARE(bootDiskOf(vm).path, vm.disk.base);
    QCOMPARE(bootDiskOf(vm).format, u"raw"_s);
    vm.disk.base = file(u"base"_s, qcow2);
    QCOMPARE(bootDiskOf(vm).format, u"qcow2"_s);
    vm.disk.baseFormat = u"raw"_s;
    QCOMPARE(bootDiskOf(vm).format, u"raw"_s);
    vm.disk.path = file(u"disk"_s, qcow2);
    QCOMPARE(bootDiskOf(vm).path, vm.disk.path);
}

/// With the real qemu-img.
void TestGuestMedia::looksIntoDisks()
{
    const auto told = [](const QString& path, const QString& format) {
        const BootDisk disk{path, format};
        const auto sound = QCoro::waitFor(checkBootDisk(u"qemu-img"_s, disk, {}));
        return sound ? QString() : sound.error().message;
    };
    const QString disk = m_folder.filePath(u"sound.qcow2"_s);
    QVERIFY(image({u"create"_s, u"-q"_s, u"-f"_s, u"qcow2"_s, disk, u"64M"_s}));
    QCOMPARE(told(disk, u"qcow2"_s), QString());
    const QString small = m_folder.filePath(u"small.qcow2"_s);
    QVERIFY(image({u"create"_s, u"-q"_s, u"-f"_s, u"qcow2"_s, small, u"64K"_s}));
    QVERIFY(told(small, u"qcow2"_s).contains(u"is too small for a system (65536"_s));
    QVERIFY(told(file(u"not.qcow2"_s, bootSector), u"qcow2"_s).contains(u"is raw, not qcow2"_s));
    // an overlay whose base has gone
    const QString above = m_folder.filePath(u"above.qcow2"_s);
    const QString below = m_folder.filePath(u"below.raw"_s);
    QVERIFY(image({u"create"_s, u"-q"_s, u"-f"_s, u"raw"_s, below, u"64M"_s}));
    QVERIFY(image({u"create"_s, u"-q"_s, u"-f"_s, u"qcow2"_s, u"-b"_s, below, u"-F"_s, u"raw"_s, above}));
    QFile::remove(below);
    QVERIFY2(told(above, u"qcow2"_s).contains(u"is an overlay, and its base cannot be opened"_s),
             qPrintable(told(above, u"qcow2"_s)));
    // a table of clusters that points anywhere
    QVERIFY(QProcess::execute(u"qemu-io"_s, {u"-f"_s, u"qcow2"_s, u"-c"_s, u"write 0 8M"_s, disk}) == 0);
    QFile broken(disk);
    QVERIFY(broken.open(QIODevice::ReadWrite) && broken.seek(0x40000));
    for (int i = 0; i < 64; ++i)
        broken.write(QByteArray::fromHex("80000000ffff0000"));
    broken.close();
    QVERIFY2(told(disk, u"qcow2"_s).contains(u"is damaged. Copy the file"_s), qPrintable(told(disk, u"qcow2"_s)));
    QVERIFY(QCoro::waitFor(checkBootDisk(u"/nonexistent"_s, BootDisk{disk, u"raw"_s}, {})).error().code !=
            Error::Code::Unset);
}

void TestGuestMedia::overlays()
{
    const QString base = file(u"user.raw"_s, bootSector);
    const QString overlay = m_folder.filePath(u"overlay.qcow2"_s);
    const BootDisk disk{base, u"raw"_s};
    QVERIFY(QCoro::waitFor(makeOverlay(u"qemu-img"_s, disk, overlay, {})));
    QVERIFY(QCoro::waitFor(makeOverlay(u"qemu-img"_s, disk, overlay, {}))); // of an earlier start
    QVERIFY(QProcess::execute(u"qemu-io"_s, {u"-f"_s, u"qcow2"_s, u"-c"_s, u"write 0 1M"_s, overlay}) == 0);
    QFile untouched(base);
    QVERIFY(untouched.open(QIODevice::ReadOnly));
    QVERIFY(untouched.readAll() == bootSector);
    const BootDisk missing{m_folder.filePath(u"missing"_s), u"raw"_s};
    QVERIFY(!QCoro::waitFor(makeOverlay(u"qemu-img"_s, missing, overlay, {})));
    QVERIFY(!QFile::exists(overlay));
}

void TestGuestMedia::tellsOfBootFailures_data()
{
    QTest::addColumn<QString>("console");
    QTest::addColumn<QString>("sentence");
    const auto row = [](const char* name, const QString& console, const QString& sentence) {
        QTest::newRow(name) << console << sentence;
    };
    row("nothing", {}, {});
    row("SeaBIOS",
        u"SeaBIOS (version 1.16)\nBooting from Hard Disk...\nNo bootable device.  Retrying in 60 seconds.\n"_s,
        u"The firmware found nothing to boot from."_s);
    row("OVMF", u"\x1b[2J\x1b[01;01HBdsDxe: No bootable option or device was found.\r\n"_s,
        u"The firmware found nothing to boot from."_s);
    row("EFI shell", u"UEFI Interactive Shell v2.2\r\nPress ESC in 1 seconds to skip startup.nsh\r\n\x1b[1mShell> "_s,
        u"The EFI firmware found nothing to boot from and started its own shell."_s);
    row("EFI shell that goes on", u"Shell> \r\nfs0:\\linux.efi\r\n"_s, {});
    row("GRUB", u"error: no such device: root.\ngrub rescue> "_s, u"The boot loader (GRUB) of the guest"_s);
    row("GRUB's line", u"\x1b[HGNU GRUB  version 2.06\r\n\r\ngrub> "_s, u"The boot loader (GRUB) of the guest"_s);
    row("initramfs", u"ALERT! /dev/sda1 does not exist. Dropping to a shell!\n(initramfs) "_s,
        u"The guest's kernel did not find its root file system"_s);
    row("panic",
        u"[ 1.0] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)\n[ 1.1] CPU: 0"_s,
        u"The guest's kernel panicked: VFS: Unable to mount root fs"_s);
    row("emergency", u"You are in emergency mode. After logging in, type \"journalctl -xb\""_s,
        u"The guest did not come up"_s);
    row("login", u"Debian GNU/Linux 12 guest ttyS0\n\nguest login: "_s, {});
}

void TestGuestMedia::tellsOfBootFailures()
{
    QFETCH(QString, sentence);
    const QString told = bootFailureIn(*static_cast<QString*>(QTest::qData("console", qMetaTypeId<QString>())));
    QVERIFY2(sentence.isEmpty() ? told.isEmpty() : told.startsWith(sentence), qPrintable(told));
}

void TestGuestMedia::lastLines()
{
    QCOMPARE(lastConsoleLines(u"a\r\n\x1b[0m\x1b[37mb\x1b[K\r\n\r\n"_s, 1), u"b"_s);
    QCOMPARE(lastConsoleLines(u"a\nb\nc\n"_s, 2), u"b\nc"_s);
    QCOMPARE(lastConsoleLines({}, 3), QString());
}

void TestGuestMedia::tellsOfInstallFailures()
{
    QVERIFY(installFailure(4, {}).startsWith(u"Installing sysbench needs root"_s));
    QVERIFY(installFailure(6, {}).startsWith(u"The guest has none of the package managers"_s));
    QVERIFY(installFailure(7, "Err: 1\nE: Unable to locate package sysbench\n").endsWith(u"locate package sysbench"_s));
}

/// The scripts are for any Linux; here they are run on this one.
void TestGuestMedia::makesAFolder()
{
    QProcess process;
    const QStringList command = makeFolderCommand();
    process.start(command.first(), command.mid(1));
    QVERIFY(process.waitForFinished());
    const QStringList lines = QString::fromUtf8(process.readAllStandardOutput()).split(u'\n');
    QVERIFY2(lines.size() >= 2 && lines[0].contains(u"/benchvisor."_s), qPrintable(lines.join(u'\n')));
    QVERIFY(QDir(lines[0]).exists() && QDir().rmdir(lines[0]));
    for (const QStringList& script : {mountScratchCommand(), dropCachesCommand(), installSysbenchCommand()}) {
        process.start(u"sh"_s, {u"-n"_s, u"-c"_s, script.at(2)}); // its syntax
        QVERIFY(process.waitForFinished());
        QCOMPARE(process.exitCode(), 0);
    }
}

QTEST_GUILESS_MAIN(TestGuestMedia)
#include "tst_guest_media.moc"
