#include "disk/disk_files.h"
#include "disk/disk_tool.h"

#include <QCoroTask>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTimer>
#include <QtTest>
#include <fcntl.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace bv;

/// Disks with a qemu-img that does what it is told to.
class TestDiskTool : public QObject
{
    Q_OBJECT
private slots:
    void init();
    void triesAgainOnABusyMachine();
    void givesUpOnABusyMachine();
    void replacesWhatAKilledProgramLeft();
    void keepsWhatIsThere();
    void leavesNothingOfAFailure();
    void cancelledConversionLeavesNothing();
    void refusesWishes_data();
    void refusesWishes();
    void missingQemuImg();
    void passphrases();
    void removes();
    void knowsWhatIsInUse();
    void knowsOverlays();
    void knowsWhatIsEncrypted();

private:
    QString path(const QString& name) const { return m_folder->filePath(name); }
    void write(const QString& name, const QByteArray& content) const
    {
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(content) == content.size());
    }
    /// A qemu-img that answers `info`, and does `script` with the path of the disk in $d else.
    DiskTool tool(const QByteArray& script) const
    {
        write(u"qemu-img"_s, R"(#!/bin/sh
for d; do case $d in */*) f=$d ;; esac; done; d=$f
if [ "$1" = info ]; then
  echo '[{"filename": "'"$d"'", "format": "raw", "virtual-size": 1048576, "actual-size": 4096}]'; exit
fi
if [ "$1" = measure ]; then echo '{"required": 4096}'; exit; fi
)" + script);
        QFile::setPermissions(path(u"qemu-img"_s), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        return DiskTool(path(u"qemu-img"_s));
    }
    NewDisk wish() const
    {
        NewDisk disk(path(u"d.raw"_s));
        disk.format = u"raw"_s;
        disk.bytes = 1048576;
        return disk;
    }
    Result<DiskImage> create(const QByteArray& script, const NewDisk& disk) const
    {
        const DiskTool maker = tool(script);
        return QCoro::waitFor(maker.create(disk, {}));
    }
    /// All but the program and its notes.
    QStringList files() const
    {
        QStringList names = QDir(m_folder->path()).entryList(QDir::Files | QDir::Hidden);
        names.removeAll(u"qemu-img"_s);
        names.removeAll(u"tries"_s);
        return names;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestDiskTool::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(m_folder->isValid());
}

void TestDiskTool::triesAgainOnABusyMachine()
{
    const auto made = create(R"sh(t=${0%/*}/tries; echo x >>"$t"
[ "$(wc -l <"$t")" -ge 3 ] || { echo "Unable to get accurate CPU usage" >&2; exit 1; }
: >"$d"
)sh",
                             wish());
    QVERIFY2(made, qPrintable(made.error().message));
    QCOMPARE(files(), QStringList(u"d.raw"_s));
}

void TestDiskTool::givesUpOnABusyMachine()
{
    const auto made = create("echo 'Unable to get accurate CPU usage' >&2; exit 1\n", wish());
    QVERIFY(made.error().message.contains(u"could not be created: Unable to get"_s));
}

void TestDiskTool::replacesWhatAKilledProgramLeft()
{
    write(u".d.raw.part"_s, "half");
    QVERIFY(create(": >\"$d\"\n", wish()));
    QCOMPARE(files(), QStringList(u"d.raw"_s));
}

void TestDiskTool::keepsWhatIsThere()
{
    write(u"d.raw"_s, "mine");
    const auto made = create(": >\"$d\"\n", wish());
    QCOMPARE(made.error().code, Error::Code::BadInput);
    QVERIFY(made.error().message.contains(u"exists already"_s));
    // It may come while the disk is made.
    QVERIFY(QFile::remove(path(u"d.raw"_s)));
    QVERIFY(!create(": >\"$d\"; echo mine >\"${d%/*}/d.raw\"\n", wish()));
    QCOMPARE(files(), QStringList(u"d.raw"_s));
    QCOMPARE(QFileInfo(path(u"d.raw"_s)).size(), 5);
}

void TestDiskTool::leavesNothingOfAFailure()
{
    const auto made = create("echo half >\"$d\"; echo 'No space left on device' >&2; exit 1\n", wish());
    QCOMPARE(made.error().code, Error::Code::NoSpace);
    QCOMPARE(files(), QStringList());
}

void TestDiskTool::cancelledConversionLeavesNothing()
{
    write(u"s.raw"_s, QByteArray(1024, 'x'));
    const DiskTool slow = tool("echo half >\"$d\"; printf '    (12.50/100%%)\\r'; exec sleep 1000\n");
    NewDisk target = wish();
    std::stop_source stop;
    double reached = 0;
    const DiskProgress progress = [&](double fraction) {
        reached = fraction;
        stop.request_stop();
    };
    const auto made =
        QCoro::waitFor(slow.convert(DiskConversion(path(u"s.raw"_s), target), progress, stop.get_token()));
    QCOMPARE(made.error().code, Error::Code::Cancelled);
    QCOMPARE(reached, 0.125);
    QCOMPARE(files(), QStringList(u"s.raw"_s));
}

void TestDiskTool::refusesWishes_data()
{
    using Change = std::function<void(NewDisk&)>;
    QTest::addColumn<Change>("change");
    QTest::addColumn<QString>("sentence");
    const auto row = [](const char* name, Change change, const char* sentence) {
        QTest::newRow(name) << std::move(change) << QString::fromUtf8(sentence);
    };
    row(
        "no size", [](NewDisk& d) { d.bytes = 0; }, "needs a size");
    row(
        "format", [](NewDisk& d) { d.format = u"vmdk"_s; }, "Use raw or qcow2");
    row(
        "raw metadata", [](NewDisk& d) { d.preallocation = u"metadata"_s; }, "no metadata");
    row(
        "raw overlay", [](NewDisk& d) { d.base = u"/b"_s; }, "An overlay on a base is a qcow2 disk");
    row(
        "no folder", [](NewDisk& d) { d.path = u"/no/such/folder/d"_s; }, "no folder /no/such/folder");
    row(
        "no passphrase", [](NewDisk& d) { d.encrypted = true, d.keyFile = u"/no/key"_s; }, "no file /no/key");
    row(
        "too large", [](NewDisk& d) { d.bytes = qint64(1) << 58, d.preallocation = u"full"_s; }, "");
    row(
        "base smaller",
        [](NewDisk& d) { d.bytes = 512, d.format = u"qcow2"_s, d.base = QCoreApplication::applicationFilePath(); },
        "is larger (1 MiB) than the overlay");
}

void TestDiskTool::refusesWishes()
{
    QFETCH(std::function<void(NewDisk&)>, change);
    QFETCH(QString, sentence);
    NewDisk disk = wish();
    change(disk);
    const auto made = create(": >\"$d\"\n", disk);
    QVERIFY(!made);
    QVERIFY2(made.error().message.contains(sentence), qPrintable(made.error().message));
    QCOMPARE(files(), QStringList());
}

void TestDiskTool::missingQemuImg()
{
    const DiskTool none(u"/nonexistent/qemu-img"_s);
    const auto made = QCoro::waitFor(none.create(wish(), {}));
    QCOMPARE(made.error().code, Error::Code::NotFound);
    QVERIFY(made.error().message.contains(u"sudo apt install qemu-utils"_s));
}

void TestDiskTool::passphrases()
{
    const QString key = path(u"key"_s);
    QVERIFY(makeSecretFile(key));
    QVERIFY(checkSecretFile(key));
    QFile file(key);
    QVERIFY(file.open(QIODevice::ReadOnly));
    static const QRegularExpression digits(u"^[0-9a-f]{64}$"_s);
    QVERIFY(digits.match(QString::fromLatin1(file.readAll())).hasMatch());
    QCOMPARE(file.permissions() & (QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther), QFile::Permissions());
    QVERIFY(!makeSecretFile(key)); // another one would lock somebody out
    QVERIFY(file.setPermissions(file.permissions() | QFile::ReadOther));
    QVERIFY(checkSecretFile(key).error().message.contains(u"chmod 600 "_s + key));
    write(u"empty"_s, "");
    QFile::setPermissions(path(u"empty"_s), QFile::ReadOwner);
    QVERIFY(checkSecretFile(path(u"empty"_s)).error().message.contains(u"empty"_s));
}

void TestDiskTool::removes()
{
    const DiskTool any(u"/nonexistent/qemu-img"_s);
    write(u"notes.txt"_s, "not a disk");
    write(u"d.raw"_s, QByteArray(1024, 'x'));
    QVERIFY(QFile::link(path(u"d.raw"_s), path(u"link"_s)));
    QVERIFY(any.remove(path(u"notes.txt"_s)).error().message.contains(u"no disk image"_s));
    QVERIFY(any.remove(m_folder->path()).error().message.contains(u"no disk image"_s));
    QVERIFY(any.remove(path(u"link"_s)).error().message.contains(u"is a link"_s));
    QVERIFY(any.remove(path(u"d.raw"_s)));
    write(u"t.tar"_s, QByteArray(1024, 'x'));
    QVERIFY(any.remove(path(u"t.tar"_s)).error().message.contains(u"may be no disk"_s));
    QVERIFY(any.remove(path(u"t.tar"_s), true));
    write(u"booted"_s, QByteArray(510, 'x') + "\x55\xaa");
    QVERIFY(any.remove(path(u"booted"_s)));
    QCOMPARE(any.remove(path(u"d.raw"_s)).error().code, Error::Code::NotFound);
}

void TestDiskTool::knowsWhatIsInUse()
{
    write(u"d.raw"_s, QByteArray(1024, 'x'));
    QVERIFY(!isDiskInUse(path(u"d.raw"_s)));
    const int fd = ::open(QFile::encodeName(path(u"d.raw"_s)).constData(), O_RDONLY | O_CLOEXEC);
    struct flock lock = {};
    lock.l_type = F_RDLCK; // as QEMU does it that reads the disk only
    lock.l_whence = SEEK_SET;
    lock.l_start = 100;
    lock.l_len = 1;
    QCOMPARE(::fcntl(fd, F_OFD_SETLK, &lock), 0);
    QVERIFY(isDiskInUse(path(u"d.raw"_s)));
    QCOMPARE(DiskTool(u"none"_s).remove(path(u"d.raw"_s)).error().code, Error::Code::Locked);
    ::close(fd);
    QVERIFY(!isDiskInUse(path(u"d.raw"_s)));
}

void TestDiskTool::knowsOverlays()
{
    write(u"base.raw"_s, QByteArray(1024, 'x'));
    const auto overlay = [](const QByteArray& name) {
        QByteArray head("QFI\xfb\0\0\0\3\0\0\0\0\0\0\0\x40\0\0\0", 19);
        head += static_cast<char>(name.size());
        return head + QByteArray(64 - head.size(), '\0') + name;
    };
    write(u"one.qcow2"_s, overlay("base.raw"));
    write(u"two.qcow2"_s, overlay("file:" + QFile::encodeName(path(u"base.raw"_s))));
    write(u"json.qcow2"_s, overlay(R"(json:{"file": {"filename": "base.raw"}})"));
    write(u"other.qcow2"_s, overlay("elsewhere.raw"));
    write(u"short.qcow2"_s, "QFI\xfb");
    write(u"bad.qcow2"_s, overlay("base.raw").left(70));
    QCOMPARE(overlaysOf(path(u"base.raw"_s)),
             (QStringList{path(u"json.qcow2"_s), path(u"one.qcow2"_s), path(u"two.qcow2"_s)}));
    QVERIFY(DiskTool(u"none"_s).remove(path(u"base.raw"_s)).error().message.contains(path(u"one.qcow2"_s)));
}

void TestDiskTool::knowsWhatIsEncrypted()
{
    const auto qcow2 = [](char method) { return "QFI\xfb" + QByteArray(31, '\0') + method + QByteArray(476, '\0'); };
    write(u"plain.qcow2"_s, qcow2(0));
    write(u"luks.qcow2"_s, qcow2(2));
    write(u"d.luks"_s, "LUKS\xba\xbe");
    write(u"short.qcow2"_s, "QFI\xfb");
    QVERIFY(isDiskEncrypted(path(u"luks.qcow2"_s)) && isDiskEncrypted(path(u"d.luks"_s)));
    for (const QString& name : {u"plain.qcow2"_s, u"short.qcow2"_s, u"none"_s})
        QVERIFY2(!isDiskEncrypted(path(name)), qPrintable(name));
}

QTEST_GUILESS_MAIN(TestDiskTool)
#include "tst_disk_tool.moc"
