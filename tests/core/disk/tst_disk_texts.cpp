#include "disk/disk_image.h"
#include "disk/qemu_img.h"

#include <QtTest>

using namespace Qt::StringLiterals;
using namespace bv;

/// What is said to qemu-img, and what it answers.
class TestDiskTexts : public QObject
{
    Q_OBJECT
private slots:
    void sizes_data();
    void sizes();
    void saysSizes();
    void readsInfo();
    void readsCheck();
    void readsProgress();
    void createArgv_data();
    void createArgv();
    void convertArgv();
    void explains_data();
    void explains();
};

void TestDiskTexts::sizes_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<qint64>("bytes");
    QTest::newRow("G") << u"4G"_s << (qint64(4) << 30);
    QTest::newRow("GiB") << u"4 GiB"_s << (qint64(4) << 30);
    QTest::newRow("small m") << u"1.5m"_s << qint64(1572864);
    QTest::newRow("bytes, rounded up") << u"513"_s << qint64(1024);
    QTest::newRow("tera") << u"2T"_s << (qint64(2) << 40);
    for (const char* bad : {"", "0", "-1G", "4X", "G", "1e3", "99999999T"})
        QTest::newRow(bad) << QString::fromLatin1(bad) << qint64(-1);
}

void TestDiskTexts::sizes()
{
    QFETCH(QString, text);
    QFETCH(qint64, bytes);
    const auto size = parseDiskSize(text);
    QCOMPARE(size.valueOr(-1), bytes);
    QVERIFY(size || size.error().message.contains(u"Write it as in 4G"_s));
}

void TestDiskTexts::saysSizes()
{
    QCOMPARE(diskSizeText(512), u"512 bytes"_s);
    QCOMPARE(diskSizeText(qint64(40) << 30), u"40 GiB"_s);
    QCOMPARE(diskSizeText(196608), u"192 KiB"_s);
}

void TestDiskTexts::readsInfo()
{
    const auto image = parseDiskInfo(R"([{"filename": "/d/o.qcow2", "format": "qcow2", "virtual-size": 1048576,
        "actual-size": 200704, "dirty-flag": true, "encrypted": true, "snapshots": [{"name": "before"}],
        "format-specific": {"data": {"corrupt": true, "encrypt": {"format": "luks"}}}},
        {"filename": "/d/b.raw", "format": "raw", "virtual-size": 1048576}])");
    QVERIFY(image);
    QCOMPARE(image->format, u"qcow2"_s);
    QCOMPARE(image->virtualBytes, 1048576);
    QCOMPARE(image->encryption, u"luks"_s);
    QCOMPARE(image->snapshots, QStringList(u"before"_s));
    QVERIFY(image->dirty && image->corrupt);
    QCOMPARE(image->chain.size(), 1);
    QCOMPARE(image->chain.first().path, u"/d/b.raw"_s);
    QCOMPARE(toJson(*image)["chain"_L1][0]["format"_L1].toString(), u"raw"_s);
    for (const char* bad : {"", "[]", "{}", "qemu-img: no", R"([{"filename": "x"}])"})
        QCOMPARE(parseDiskInfo(bad).error().code, Error::Code::Protocol);
}

void TestDiskTexts::readsCheck()
{
    const auto check = parseDiskCheck(R"({"check-errors": 0, "leaks": 1, "corruptions": 2})");
    QVERIFY(check && !check->isSound());
    const QString text = describeCheck(*check, u"/d"_s).join(u'\n');
    QVERIFY(text.contains(u"2 cluster(s) are wrong"_s) && text.contains(u"--repair all /d"_s));
    QVERIFY(text.contains(u"used by nobody"_s) && text.contains(u"--repair leaks /d"_s));
    const auto fixed = parseDiskCheck(R"({"check-errors": 0, "corruptions-fixed": 2, "leaks-fixed": 1})");
    QVERIFY(fixed && fixed->isSound());
    QCOMPARE(describeCheck(*fixed, u"/d"_s).size(), 3);
    QVERIFY(!parseDiskCheck("no"));
}

void TestDiskTexts::readsProgress()
{
    QCOMPARE(lastProgress("    (0.00/100%)\r    (12.50/100%)\r    (1"), std::optional(0.125));
    QCOMPARE(lastProgress("    (0.00/100%)\r    (12.50/1"), std::optional(0.0));
    QCOMPARE(lastProgress(""), std::nullopt);
    QCOMPARE(lastProgress("(x/100%)"), std::nullopt);
}

void TestDiskTexts::createArgv_data()
{
    QTest::addColumn<NewDisk>("disk");
    QTest::addColumn<QString>("expected");
    NewDisk disk(u"/d"_s);
    disk.bytes = 1024;
    QTest::newRow("qcow2") << disk << u"-f qcow2 /d 1024"_s;
    disk.encrypted = true;
    disk.keyFile = u"/k,1"_s;
    QTest::newRow("encrypted qcow2") << disk
                                     << u"--object secret,id=key0,file=/k,,1 -f qcow2 -o "
                                        "encrypt.format=luks,encrypt.key-secret=key0 /d 1024"_s;
    disk.format = u"raw"_s;
    disk.guessMs = 10;
    disk.preallocation = u"full"_s;
    QTest::newRow("LUKS") << disk
                          << u"--object secret,id=key0,file=/k,,1 -f luks -o "
                             "key-secret=key0,iter-time=10,preallocation=full /d 1024"_s;
    NewDisk overlay(u"/o"_s);
    overlay.base = u"/b"_s;
    overlay.baseFormat = u"raw"_s;
    QTest::newRow("overlay") << overlay << u"-f qcow2 -b /b -F raw /o"_s;
}

void TestDiskTexts::createArgv()
{
    QFETCH(NewDisk, disk);
    QFETCH(QString, expected);
    QCOMPARE(qemuImgCreateArgv(u"qi"_s, disk).join(u' '), u"qi create -q "_s + expected);
}

void TestDiskTexts::convertArgv()
{
    NewDisk target(u"/t"_s);
    QCOMPARE(qemuImgConvertArgv(u"qi"_s, u"/s"_s, u"raw"_s, {}, target).join(u' '),
             u"qi convert -p -O qcow2 -f raw /s /t"_s);
    target.encrypted = true;
    target.keyFile = u"/k"_s;
    QCOMPARE(qemuImgConvertArgv(u"qi"_s, u"/s,1"_s, u"luks"_s, u"/f"_s, target).join(u' '),
             u"qi convert -p --object secret,id=to,file=/k -O qcow2 -o encrypt.format=luks,encrypt.key-secret=to "
             "--object secret,id=from,file=/f --image-opts "
             "driver=luks,key-secret=from,file.driver=file,file.filename=/s,,1 /t"_s);
}

void TestDiskTexts::explains_data()
{
    QTest::addColumn<QByteArray>("said");
    QTest::addColumn<Error::Code>("code");
    QTest::addColumn<QString>("sentence");
    const auto row = [](const char* name, const char* said, Error::Code code, const char* sentence) {
        QTest::newRow(name) << QByteArray(said) << code << QString::fromUtf8(sentence);
    };
    row("in use", R"(qemu-img: Could not open 'd': Failed to get shared "write" lock)", Error::Code::Locked, "in use");
    row("full", "qemu-img: error while writing: No space left on device", Error::Code::NoSpace, "Free some space");
    row("passphrase", "qemu-img: Invalid password, cannot unlock any keyslot", Error::Code::BadInput, "does not open");
    row("no passphrase", "Parameter 'encrypt.key-secret' is required for cipher", Error::Code::BadInput,
        "is encrypted");
    row("no base", "Could not open backing file: Could not open '/b': No such file or directory", Error::Code::NotFound,
        "Put the base back");
    row("damaged", "qcow2: Image is corrupt; cannot be opened read/write", Error::Code::BadInput, "--repair all /d");
    row("else", "qemu-img: something new", Error::Code::NonZeroExit, "It failed: qemu-img: something new");
}

void TestDiskTexts::explains()
{
    QFETCH(QByteArray, said);
    QFETCH(Error::Code, code);
    QFETCH(QString, sentence);
    ProcessOutcome outcome;
    outcome.kind = ProcessOutcome::Kind::Exited;
    outcome.exitCode = 1;
    outcome.errorOutput = said;
    const Error error = qemuImgError(outcome, u"It failed"_s, u"/d"_s);
    QCOMPARE(error.code, code);
    QVERIFY2(error.message.contains(sentence), qPrintable(error.message));
    QVERIFY(!wasTooBusy(outcome));
    outcome.errorOutput = "qemu-img: d: Unable to get accurate CPU usage";
    QVERIFY(wasTooBusy(outcome));
}

QTEST_APPLESS_MAIN(TestDiskTexts)
#include "tst_disk_texts.moc"
