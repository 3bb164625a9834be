#include "guest/archive.h"
#include "guest/elf.h"
#include "guest/file_tree.h"
#include "guest/kernel.h"
#include "guest/kernel_image.h"
#include "guest/packages.h"
#include "guest/programs.h"
#include "guest/recipe.h"
#include "support/elf_file.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <elf.h>

using namespace Qt::StringLiterals;
using namespace bv;

namespace {

void write(const QString& path, const QByteArray& content)
{
    QDir().mkpath(path.section(u'/', 0, -2));
    QFile file(path);
    QVERIFY2(file.open(QIODevice::WriteOnly), qPrintable(path));
    QCOMPARE(file.write(content), content.size());
}

QByteArray read(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// A kernel module with nothing but the section .modinfo.
QByteArray moduleWith(const QByteArray& info)
{
    const QByteArray names("\0.modinfo\0.names\0", 17);
    Elf64_Ehdr header{};
    memcpy(header.e_ident, ELFMAG, SELFMAG);
    header.e_ident[EI_CLASS] = ELFCLASS64;
    header.e_ident[EI_DATA] = ELFDATA2LSB;
    header.e_machine = EM_X86_64;
    header.e_shentsize = sizeof(Elf64_Shdr);
    header.e_shnum = 3;
    header.e_shstrndx = 2;
    header.e_shoff = sizeof header;
    const Elf64_Off begin = sizeof header + 3 * sizeof(Elf64_Shdr);
    Elf64_Shdr none{};
    Elf64_Shdr modinfo{};
    modinfo.sh_name = 1;
    modinfo.sh_offset = begin;
    modinfo.sh_size = Elf64_Xword(info.size());
    Elf64_Shdr strings{};
    strings.sh_name = 10;
    strings.sh_offset = begin + Elf64_Off(info.size());
    strings.sh_size = Elf64_Xword(names.size());
    return rawBytes(header) + rawBytes(none) + rawBytes(modinfo) + rawBytes(strings) + info + names;
}

GuestArchitecture x86()
{
    return *guestArchitecture(u"x86_64"_s);
}

FileTree smallTree(const QString& source)
{
    FileTree tree;
    tree.addFile(u"usr/bin/tool"_s, source, 0755);
    tree.addContent(u"etc/name"_s, "guest\n");
    tree.addSymlink(u"bin"_s, u"usr/bin"_s);
    tree.addDevice(u"dev/console"_s, 5, 1);
    tree.addContent(u"init"_s, "#!/bin/sh\n", 0755);
    tree.setVmOnly(u"init"_s);
    return tree;
}

} // namespace

class TestGuestFiles : public QObject
{
    Q_OBJECT
private slots:
    void packsEqualTreesIntoEqualBytes();
    void leavesTheVmsFilesOutOfTheImage();
    void digestFollowsContentAndMode();
    void noticesAFileThatChangedWhilePacking();
    void saysWhenTheDiskIsFull();
    void stopEndsThePacking();
    void unpacksCompressedFiles_data();
    void unpacksCompressedFiles();
    void readsDependenciesOfAModule();
    void survivesBrokenModules();
    void ordersModulesByDependency();
    void namesAMissingDriver();
    void refusesWhatIsNoKernel();
    void unpacksArm64Kernels_data();
    void unpacksArm64Kernels();
    void parsesDependsOfApt();
    void parsesTheLoadersList();
    void namesAMissingLibrary();
    void treeHasWhatTheTargetsCall();
    void programsTakePrecedenceOverApplets();
    void treeHasTheLoaderWhereProgramsLook();
};

void TestGuestFiles::packsEqualTreesIntoEqualBytes()
{
    QTemporaryDir dir;
    write(dir.filePath(u"a"_s), "content");
    write(dir.filePath(u"b"_s), "content");
    QFile other(dir.filePath(u"b"_s));
    QVERIFY(other.open(QIODevice::ReadWrite));
    QVERIFY(other.setFileTime(QDateTime::fromSecsSinceEpoch(1000), QFileDevice::FileModificationTime));
    for (const auto format : {ArchiveFormat::Initramfs, ArchiveFormat::ImageTar}) {
        const auto first = hashTree(smallTree(dir.filePath(u"a"_s)), std::stop_token());
        const auto second = hashTree(smallTree(dir.filePath(u"b"_s)), std::stop_token());
        QVERIFY(first && second);
        QCOMPARE(first->digest, second->digest);
        QVERIFY(packTree(*first, dir.filePath(u"1"_s), format, std::stop_token()));
        QVERIFY(packTree(*second, dir.filePath(u"2"_s), format, std::stop_token()));
        QVERIFY(!read(dir.filePath(u"1"_s)).isEmpty());
        QCOMPARE(read(dir.filePath(u"1"_s)), read(dir.filePath(u"2"_s)));
    }
}

void TestGuestFiles::leavesTheVmsFilesOutOfTheImage()
{
    QTemporaryDir dir;
    write(dir.filePath(u"a"_s), "content");
    const auto tree = hashTree(smallTree(dir.filePath(u"a"_s)), std::stop_token());
    QVERIFY(tree);
    QVERIFY(packTree(*tree, dir.filePath(u"tar"_s), ArchiveFormat::ImageTar, std::stop_token()));
    QVERIFY(packTree(*tree, dir.filePath(u"cpio"_s), ArchiveFormat::Initramfs, std::stop_token()));
    QVERIFY(read(dir.filePath(u"cpio"_s)).startsWith("070701"));
    QVERIFY(read(dir.filePath(u"cpio"_s)).contains("#!/bin/sh"));
    QVERIFY(!read(dir.filePath(u"tar"_s)).contains("#!/bin/sh"));
    QVERIFY(read(dir.filePath(u"tar"_s)).contains("etc/name"));
}

void TestGuestFiles::digestFollowsContentAndMode()
{
    FileTree tree;
    tree.addContent(u"a"_s, "1");
    const auto first = hashTree(tree, std::stop_token());
    tree.addContent(u"a"_s, "2");
    const auto second = hashTree(tree, std::stop_token());
    tree.addContent(u"a"_s, "2", 0600);
    const auto third = hashTree(tree, std::stop_token());
    QVERIFY(first && second && third);
    QVERIFY(first->digest != second->digest);
    QVERIFY(second->digest != third->digest);
    QCOMPARE(first->digest.size(), 64);
}

void TestGuestFiles::noticesAFileThatChangedWhilePacking()
{
    QTemporaryDir dir;
    write(dir.filePath(u"a"_s), "content");
    const auto tree = hashTree(smallTree(dir.filePath(u"a"_s)), std::stop_token());
    write(dir.filePath(u"a"_s), "longer content");
    const auto packed = packTree(*tree, dir.filePath(u"x"_s), ArchiveFormat::Initramfs, std::stop_token());
    QVERIFY(!packed);
    QCOMPARE(packed.error().code, Error::Code::Io);
}

void TestGuestFiles::saysWhenTheDiskIsFull()
{
    QTemporaryDir dir;
    write(dir.filePath(u"a"_s), QByteArray(1 << 20, 'x'));
    const auto tree = hashTree(smallTree(dir.filePath(u"a"_s)), std::stop_token());
    const auto packed = packTree(*tree, u"/dev/full"_s, ArchiveFormat::ImageTar, std::stop_token());
    QVERIFY(!packed);
    QCOMPARE(packed.error().code, Error::Code::NoSpace);
}

void TestGuestFiles::stopEndsThePacking()
{
    QTemporaryDir dir;
    write(dir.filePath(u"a"_s), "content");
    std::stop_source stop;
    stop.request_stop();
    const auto tree = hashTree(smallTree(dir.filePath(u"a"_s)), stop.get_token());
    QVERIFY(!tree);
    QCOMPARE(tree.error().code, Error::Code::Cancelled);
}

void TestGuestFiles::unpacksCompressedFiles_data()
{
    QTest::addColumn<QString>("program");
    QTest::addColumn<QString>("suffix");
    QTest::newRow("plain") << QString() << QString();
    QTest::newRow("gz") << u"gzip"_s << u".gz"_s;
    QTest::newRow("xz") << u"xz"_s << u".xz"_s;
    QTest::newRow("zst") << u"zstd"_s << u".zst"_s;
}

void TestGuestFiles::unpacksCompressedFiles()
{
    QFETCH(QString, program);
    QFETCH(QString, suffix);
    QTemporaryDir dir;
    const QByteArray content = QByteArray("module ").repeated(200'000);
    write(dir.filePath(u"m.ko"_s), content);
    if (!program.isEmpty()) {
        if (QStandardPaths::findExecutable(program).isEmpty())
            QSKIP("the compressor is not installed");
        QCOMPARE(QProcess::execute(program, {u"-q"_s, u"-k"_s, dir.filePath(u"m.ko"_s)}), 0);
    }
    const QString target = dir.filePath(u"out"_s);
    const auto unpacked = unpackFile(dir.filePath(u"m.ko"_s + suffix), target, std::stop_token());
    QVERIFY2(unpacked, unpacked ? "" : qPrintable(unpacked.error().message));
    QCOMPARE(read(target), content);
    QVERIFY(!unpackFile(dir.filePath(u"none"_s), dir.filePath(u"out2"_s), std::stop_token()));
}

void TestGuestFiles::readsDependenciesOfAModule()
{
    const auto some =
        moduleDependencies(moduleWith(QByteArray("license=GPL\0depends=virtio,virtio_ring\0name=x\0", 46)));
    QVERIFY(some);
    QCOMPARE(*some, (QStringList{u"virtio"_s, u"virtio_ring"_s}));
    const auto none = moduleDependencies(moduleWith(QByteArray("depends=\0", 9)));
    QVERIFY(none);
    QVERIFY(none->isEmpty());
}

void TestGuestFiles::survivesBrokenModules()
{
    const QByteArray whole = moduleWith(QByteArray("depends=virtio\0", 15));
    for (qsizetype length = 0; length < whole.size(); ++length)
        QVERIFY(!moduleDependencies(whole.left(length)) || length > qsizetype(sizeof(Elf64_Ehdr)));
    for (qsizetype i = 0; i < whole.size(); ++i) {
        QByteArray damaged = whole;
        damaged[i] = char(0xff);
        (void)moduleDependencies(damaged); // must not crash
    }
}

void TestGuestFiles::ordersModulesByDependency()
{
    QTemporaryDir dir;
    const QString modules = dir.filePath(u"modules"_s);
    write(dir.filePath(u"vmlinuz"_s), bzImage("6.1.0-9-cloud"));
    write(modules + u"/modules.builtin"_s, "kernel/fs/ext4/ext4.ko\nkernel/drivers/block/virtio_blk.ko\n");
    write(modules + u"/kernel/virtio-pci.ko"_s, moduleWith(QByteArray("depends=virtio-ring,virtio\0", 27)));
    write(modules + u"/kernel/virtio.ko"_s, moduleWith(QByteArray("depends=\0", 9)));
    write(modules + u"/kernel/virtio_ring.ko"_s, moduleWith(QByteArray("depends=virtio\0", 15)));
    write(modules + u"/kernel/virtio_console.ko"_s, moduleWith(QByteArray("depends=virtio\0", 15)));
    const QString folder = dir.filePath(u"kernel"_s);
    const auto kernel =
        collectKernel(dir.filePath(u"vmlinuz"_s), modules, u"package 1"_s, x86(), folder, std::stop_token());
    QVERIFY2(kernel, kernel ? "" : qPrintable(kernel.error().message));
    QCOMPARE(kernel->release, u"6.1.0-9-cloud"_s);
    QStringList names;
    for (const KernelModule& module : kernel->modules)
        names << module.name;
    QCOMPARE(names, (QStringList{u"virtio"_s, u"virtio_ring"_s, u"virtio_pci"_s, u"virtio_console"_s}));
    const auto again = readKernel(folder);
    QVERIFY(again);
    QCOMPARE(again->modules.size(), 4);
    QCOMPARE(again->modules[2].dependencies, (QStringList{u"virtio_ring"_s, u"virtio"_s}));
    QVERIFY(QFile::remove(folder + u"/virtio.ko"_s));
    QVERIFY(!readKernel(folder));
}

void TestGuestFiles::namesAMissingDriver()
{
    QTemporaryDir dir;
    write(dir.filePath(u"vmlinuz"_s), bzImage());
    write(dir.filePath(u"m/modules.builtin"_s), "kernel/virtio_pci.ko\n");
    const auto kernel = collectKernel(dir.filePath(u"vmlinuz"_s), dir.filePath(u"m"_s), {}, x86(), dir.filePath(u"k"_s),
                                      std::stop_token());
    QVERIFY(!kernel);
    QCOMPARE(kernel.error().code, Error::Code::NotFound);
    QVERIFY(kernel.error().message.contains(u"virtio_console"_s));
}

void TestGuestFiles::refusesWhatIsNoKernel()
{
    QTemporaryDir dir;
    write(dir.filePath(u"text"_s), QByteArray(2000, 'x'));
    for (const QString& name : guestArchitectureNames()) {
        const GuestArchitecture arch = *guestArchitecture(name);
        QCOMPARE(kernelRelease(dir.filePath(u"text"_s), arch).error().code, Error::Code::BadInput);
        QCOMPARE(kernelRelease(dir.filePath(u"none"_s), arch).error().code, Error::Code::Io);
    }
    write(dir.filePath(u"arm"_s), arm64Image());
    write(dir.filePath(u"pc"_s), bzImage());
    QVERIFY(!kernelRelease(dir.filePath(u"arm"_s), x86()));
    QVERIFY(!kernelRelease(dir.filePath(u"pc"_s), *guestArchitecture(u"aarch64"_s)));
    QVERIFY(!unpackKernelImage(dir.filePath(u"pc"_s), dir.filePath(u"out"_s), *guestArchitecture(u"aarch64"_s), {}));
}

/// As distributions pack them: bare (Debian 12), gzip (Ubuntu 24.04), an EFI image with the kernel in it.
void TestGuestFiles::unpacksArm64Kernels_data()
{
    QTest::addColumn<QString>("program");
    QTest::addColumn<QByteArray>("type"); // of an EFI image; empty: the packed file alone
    QTest::newRow("bare") << QString() << QByteArray();
    QTest::newRow("gzip") << u"gzip"_s << QByteArray();
    QTest::newRow("EFI image, gzip") << u"gzip"_s << QByteArray("gzip");
    QTest::newRow("EFI image, zstd") << u"zstd"_s << QByteArray("zstd22");
}

void TestGuestFiles::unpacksArm64Kernels()
{
    QFETCH(QString, program);
    QFETCH(QByteArray, type);
    QTemporaryDir dir;
    const GuestArchitecture arch = *guestArchitecture(u"aarch64"_s);
    const QByteArray image = arm64Image("6.8.0-9-generic") + QByteArray(100'000, 'x');
    const QString plain = dir.filePath(u"Image"_s);
    write(plain, image);
    QString packed = plain;
    if (!program.isEmpty()) {
        QCOMPARE(QProcess::execute(program, {u"-q"_s, u"-k"_s, plain}), 0);
        packed = dir.filePath(program == "gzip"_L1 ? u"Image.gz"_s : u"Image.zst"_s);
    }
    QByteArray file = read(packed);
    if (!type.isEmpty()) {
        QByteArray head(0x1000, '\0');
        head.replace(0, 8, QByteArray("MZ\0\0zimg", 8));
        const quint32 offset = 0x1000;
        const auto length = quint32(file.size());
        head.replace(8, 4, rawBytes(offset));
        head.replace(12, 4, rawBytes(length));
        head.replace(0x18, type.size(), type);
        file = head + file + QByteArray(500, 'y');
    }
    const QString source = dir.filePath(u"vmlinuz-6.8.0-9-generic"_s);
    write(source, file);
    const QString target = dir.filePath(u"out"_s);
    const auto unpacked = unpackKernelImage(source, target, arch, std::stop_token());
    QVERIFY2(unpacked, unpacked ? "" : qPrintable(unpacked.error().message + unpacked.error().detail));
    QVERIFY(read(target) == image);
    const auto release = kernelRelease(target, arch);
    QVERIFY(release);
    QCOMPARE(*release, u"6.8.0-9-generic"_s);
}

void TestGuestFiles::parsesDependsOfApt()
{
    const auto depends =
        parseDepends("linux-image-virtual\n  Depends: linux-image-6.8.0-1-generic\n |Depends: a:amd64\n"
                     "  Depends: <virtual>\n    real\n  PreDepends: no\nother\n  Depends: x\n");
    QCOMPARE(depends.value(u"linux-image-virtual"_s), (QStringList{u"linux-image-6.8.0-1-generic"_s, u"a"_s}));
    QCOMPARE(depends.value(u"other"_s), QStringList(u"x"_s));
    QCOMPARE(packageOfFile(u"/x/qemu-guest-agent_1%3a7.2+dfsg_amd64.deb"_s), u"qemu-guest-agent 1:7.2+dfsg"_s);
}

void TestGuestFiles::parsesTheLoadersList()
{
    const auto list = parseLibraryList("\tlinux-vdso.so.1 (0x00007f)\n\tlibm.so.6 => /lib/x/libm.so.6 (0x00007f)\n"
                                       "\t/lib64/ld-linux-x86-64.so.2 (0x00007f)\n");
    QVERIFY(list);
    QCOMPARE(list->size(), 2);
    QCOMPARE(list->value(u"libm.so.6"_s), u"/lib/x/libm.so.6"_s);
    QCOMPARE(list->value(u"ld-linux-x86-64.so.2"_s), u"/lib64/ld-linux-x86-64.so.2"_s);
}

void TestGuestFiles::namesAMissingLibrary()
{
    const auto list = parseLibraryList("\tlibaio.so.1 => not found\n");
    QVERIFY(!list);
    QVERIFY(list.error().message.contains(u"libaio.so.1"_s));
}

void TestGuestFiles::treeHasWhatTheTargetsCall()
{
    GuestParts parts;
    parts.arch = x86();
    parts.busybox = u"/bin/busybox"_s;
    parts.applets = QStringList{u"sh"_s, u"cat"_s};
    parts.kernel.release = u"6.1"_s;
    KernelModule virtio;
    virtio.name = u"virtio"_s;
    virtio.file = u"/k/virtio.ko"_s;
    KernelModule pci;
    pci.name = u"virtio_pci"_s;
    pci.file = u"/k/virtio_pci.ko"_s;
    pci.dependencies = QStringList(u"virtio"_s);
    parts.kernel.modules = {virtio, pci};
    const FileTree tree = guestTree(parts);
    const auto& entries = tree.entries();
    for (const auto& path : {u"init"_s, u"dev/console"_s, u"bench"_s, u"tmp"_s, u"run"_s, u"var/log"_s, u"etc/passwd"_s,
                             u"etc/group"_s, u"usr/bin/shutdown"_s, u"usr/bin/sh"_s, u"sbin"_s, u"lib64"_s})
        QVERIFY2(entries.contains(path), qPrintable(path));
    QVERIFY(entries.at(u"init"_s).content.startsWith("#!/bin/sh\n"));
    QVERIFY(entries.at(u"init"_s).vmOnly);
    QCOMPARE(entries.at(u"etc/modules"_s).content, "virtio virtio_pci\n");
    QCOMPARE(entries.at(u"usr/lib/modules/6.1/modules.dep"_s).content, "virtio.ko:\nvirtio_pci.ko: virtio.ko\n");
    QVERIFY(entries.at(u"usr/lib/modules/6.1/virtio.ko"_s).vmOnly);
}

void TestGuestFiles::programsTakePrecedenceOverApplets()
{
    GuestParts parts;
    parts.arch = x86();
    parts.applets = QStringList{u"dd"_s, u"shutdown"_s};
    GuestProgram dd;
    dd.name = u"dd"_s;
    dd.path = u"/bin/dd"_s;
    dd.libraries.insert(u"libc.so.6"_s, u"/lib/libc.so.6"_s);
    parts.programs << dd;
    const FileTree tree = guestTree(parts);
    QCOMPARE(tree.entries().at(u"usr/bin/dd"_s).source, u"/bin/dd"_s);
    QVERIFY(tree.entries().at(u"usr/bin/shutdown"_s).content.startsWith("#!"));
    QCOMPARE(tree.entries().at(u"usr/lib/x86_64-linux-gnu/libc.so.6"_s).source, u"/lib/libc.so.6"_s);
}

void TestGuestFiles::treeHasTheLoaderWhereProgramsLook()
{
    GuestParts parts;
    parts.arch = *guestArchitecture(u"aarch64"_s);
    GuestProgram dd;
    dd.name = u"dd"_s;
    dd.path = u"/root/bin/dd"_s;
    dd.libraries.insert(u"ld-linux-aarch64.so.1"_s, u"/root/ld"_s);
    parts.programs << dd;
    const FileTree tree = guestTree(parts);
    const auto& entries = tree.entries();
    QCOMPARE(entries.at(u"usr/lib/aarch64-linux-gnu/ld-linux-aarch64.so.1"_s).source, u"/root/ld"_s);
    QCOMPARE(entries.at(u"usr/lib/ld-linux-aarch64.so.1"_s).content, "aarch64-linux-gnu/ld-linux-aarch64.so.1");
    QCOMPARE(entries.at(u"usr/lib64"_s).content, "lib/aarch64-linux-gnu");
    for (const auto& [path, entry] : entries)
        QVERIFY2(!path.contains("x86_64"_L1), qPrintable(path));
}

QTEST_GUILESS_MAIN(TestGuestFiles)
#include "tst_guest_files.moc"
