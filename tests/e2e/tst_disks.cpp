#include "disk/disk_files.h"
#include "support/e2e_plan.h"
#include "support/e2e_program.h"
#include "support/small_disk.h"

#include <QCryptographicHash>
#include <QRandomGenerator>
#include <QtEndian>

using namespace Qt::StringLiterals;
using namespace bv;
using namespace bv::e2e;

/// `benchvisor disk` with the real qemu-img, and disks of a plan that are encrypted or overlays, measured.
class TestDisks : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void init();
    void creates_data();
    void creates();
    void convertsThereAndBack();
    void flattensAnOverlay();
    void cancelLeavesNothing();
    void noSpace();
    void inUse();
    void damaged();
    void leaking();
    void deletes();
    void measuresEncryptedAndOverlay();
    void pastedCommandsMeasureThemToo();

private:
    QString path(const QString& name) const { return m_folder->filePath(name); }
    Said disk(const QStringList& words) const { return m_world.benchvisor(QStringList(u"disk"_s) + words); }
    QJsonObject describe(const QString& file) const
    {
        return QJsonDocument::fromJson(disk({u"info"_s, file, u"--json"_s}).output).object();
    }
    QStringList files() const
    {
        return QDir(m_folder->path()).entryList(QDir::Files | QDir::Hidden | QDir::NoDotAndDotDot, QDir::Name);
    }
    static QByteArray content(const QString& file)
    {
        QFile source(file);
        return source.open(QIODevice::ReadOnly) ? source.readAll() : QByteArray();
    }
    static QByteArray noise(qsizetype bytes)
    {
        QByteArray made(bytes, Qt::Uninitialized);
        QRandomGenerator(7).fillRange(reinterpret_cast<quint32*>(made.data()), bytes / 4);
        return made;
    }
    void write(const QString& name, const QByteArray& bytes, qint64 at = 0) const
    {
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::ReadWrite) && file.seek(at) && file.write(bytes) == bytes.size());
    }
    QString measuringPlan();

    World m_world;
    std::unique_ptr<QTemporaryDir> m_folder;
};

#define BV_OK(expression)                                                                                              \
    do {                                                                                                               \
        const Said bvSaid = (expression);                                                                              \
        QVERIFY2(bvSaid.status == 0, bvSaid.errors.constData());                                                       \
    } while (false)

#define BV_REFUSED(expression, sentence)                                                                               \
    do {                                                                                                               \
        const Said bvSaid = (expression);                                                                              \
        QVERIFY2(bvSaid.status != 0 && bvSaid.errors.contains(sentence), (bvSaid.errors + bvSaid.output).constData()); \
    } while (false)

void TestDisks::initTestCase()
{
    const QString problem = m_world.prepare();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
}

void TestDisks::init()
{
    m_folder = std::make_unique<QTemporaryDir>(m_world.file(u"disk"_s + QString(6, u'X')));
    QVERIFY(m_folder->isValid());
}

void TestDisks::creates_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QString>("format");
    QTest::addColumn<QString>("encryption");
    QTest::addColumn<qint64>("atLeast");
    const auto row = [](const char* title, const QString& name, const QString& words, const QString& format,
                        const QString& encryption, qint64 atLeast) {
        QTest::newRow(title) << name << words.split(u' ', Qt::SkipEmptyParts) << format << encryption << atLeast;
    };
    row("raw by its name", u"a.raw"_s, {}, u"raw"_s, {}, 0);
    row("qcow2", u"a.qcow2"_s, {}, u"qcow2"_s, {}, 0);
    row("qcow2 with metadata", u"a,b.qcow2"_s, u"--preallocation metadata"_s, u"qcow2"_s, {}, 0);
    row("allocated", u"a.raw"_s, u"--preallocation falloc"_s, u"raw"_s, {}, 32 << 20);
    row("written", u"a.qcow2"_s, u"--preallocation full"_s, u"qcow2"_s, {}, 32 << 20);
    row("LUKS", u"a.raw"_s, u"--encrypted"_s, u"luks"_s, u"luks"_s, 0);
    row("encrypted qcow2", u"a.qcow2"_s, u"--encrypted"_s, u"qcow2"_s, u"luks"_s, 0);
}

void TestDisks::creates()
{
    QFETCH(QString, name);
    QFETCH(QStringList, words);
    QFETCH(QString, format);
    QFETCH(QString, encryption);
    QFETCH(qint64, atLeast);
    BV_OK(disk(QStringList{u"create"_s, path(name), u"--size"_s, u"32M"_s} + words));
    const QJsonObject image = describe(path(name));
    QCOMPARE(image["format"_L1].toString(), format);
    QCOMPARE(image["encryption"_L1].toString(), encryption);
    QCOMPARE(image["virtual_bytes"_L1].toInteger(), 32 << 20);
    QVERIFY(image["actual_bytes"_L1].toInteger() >= atLeast);
    QCOMPARE(files().size(), encryption.isEmpty() ? 1 : 2);
    const QFileInfo key(path(name + u".key"_s));
    QCOMPARE(key.exists(), !encryption.isEmpty());
    QVERIFY(!key.exists() || (key.permissions() & (QFile::ReadGroup | QFile::ReadOther)) == 0);
    QStringList check{u"check"_s, path(name)};
    if (key.exists())
        check << u"--key-file"_s << key.filePath();
    BV_OK(disk(check));
    BV_REFUSED(disk(QStringList{u"create"_s, path(name), u"--size"_s, u"32M"_s} + words), "exists already");
}

void TestDisks::convertsThereAndBack()
{
    const QByteArray bytes = noise(4 << 20);
    write(u"s.raw"_s, bytes);
    BV_OK(disk({u"convert"_s, path(u"s.raw"_s), path(u"e.qcow2"_s), u"--encrypted"_s}));
    BV_REFUSED(disk({u"convert"_s, path(u"e.qcow2"_s), path(u"b.raw"_s)}), "is encrypted");
    write(u"wrong"_s, "0123");
    QFile::setPermissions(path(u"wrong"_s), QFile::ReadOwner | QFile::WriteOwner);
    BV_REFUSED(disk({u"convert"_s, path(u"e.qcow2"_s), path(u"b.raw"_s), u"--source-key-file"_s, path(u"wrong"_s)}),
               "does not open");
    QVERIFY(!content(path(u"e.qcow2"_s)).contains(bytes.left(4096)));
    BV_OK(disk({u"convert"_s, path(u"e.qcow2"_s), path(u"b.raw"_s), u"--source-key-file"_s, path(u"e.qcow2.key"_s)}));
    QVERIFY(content(path(u"b.raw"_s)) == bytes);
    QCOMPARE(files(), (QStringList{u"b.raw"_s, u"e.qcow2"_s, u"e.qcow2.key"_s, u"s.raw"_s, u"wrong"_s}));
}

void TestDisks::flattensAnOverlay()
{
    const QByteArray bytes = noise(1 << 20);
    write(u"s.raw"_s, bytes);
    BV_OK(disk({u"create"_s, path(u"o.qcow2"_s), u"--base"_s, path(u"s.raw"_s)}));
    const QJsonObject image = describe(path(u"o.qcow2"_s));
    QCOMPARE(image["chain"_L1][0]["path"_L1].toString(), path(u"s.raw"_s));
    QCOMPARE(image["chain"_L1][0]["format"_L1].toString(), u"raw"_s);
    QCOMPARE(image["virtual_bytes"_L1].toInteger(), 1 << 20);
    BV_OK(disk({u"convert"_s, path(u"o.qcow2"_s), path(u"f.raw"_s)}));
    QVERIFY(content(path(u"f.raw"_s)) == bytes);
    QVERIFY(QFile::rename(path(u"s.raw"_s), path(u"moved.raw"_s)));
    BV_REFUSED(disk({u"info"_s, path(u"o.qcow2"_s)}), "Put the base back");
}

void TestDisks::cancelLeavesNothing()
{
    write(u"s.raw"_s, noise(64 << 20));
    // The derivation of the key alone takes more than a second of CPU.
    Program convert(m_world, {u"disk"_s, u"convert"_s, path(u"s.raw"_s), path(u"t.raw"_s), u"--encrypted"_s,
                              u"--preallocation"_s, u"full"_s});
    QTRY_VERIFY_WITH_TIMEOUT(files().contains(u".t.raw.part"_s) || !convert.isRunning(), 60000);
    convert.signal(SIGINT);
    BV_SAID(convert.finish(), convert);
    BV_SAID(convert.status() == 130, convert);
    QCOMPARE(files(), QStringList(u"s.raw"_s)); // with the passphrase that was made for it
    QCOMPARE(m_world.processes(), QList<qint64>());
}

void TestDisks::noSpace()
{
    if (!SmallDisk::isAllowed())
        QSKIP(SmallDisk::whyNot());
    const SmallDisk small(path(u"small"_s), 24);
    QVERIFY2(small.isThere(), qPrintable(small.problem()));
    write(u"s.raw"_s, noise(32 << 20));
    BV_REFUSED(disk({u"create"_s, path(u"small/d.raw"_s), u"--size"_s, u"32M"_s, u"--preallocation"_s, u"full"_s}),
               "36 MiB are needed");
    BV_REFUSED(disk({u"convert"_s, path(u"s.raw"_s), path(u"small/d.qcow2"_s)}), "Free some space");
    BV_REFUSED(disk({u"create"_s, path(u"d.raw"_s), u"--size"_s, u"4000000T"_s}), "no size of a disk");
    QCOMPARE(QDir(path(u"small"_s)).entryList(QDir::Files | QDir::Hidden), QStringList());
}

void TestDisks::inUse()
{
    const QString file = path(u"d.qcow2"_s);
    BV_OK(disk({u"create"_s, file, u"--size"_s, u"16M"_s}));
    QProcess qemu;
    qemu.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
    qemu.start(u"qemu-system-x86_64"_s, {u"-display"_s, u"none"_s, u"-nodefaults"_s, u"-S"_s, u"-monitor"_s, u"stdio"_s,
                                         u"-drive"_s, u"format=qcow2,if=virtio,file="_s + file});
    QVERIFY(qemu.waitForStarted());
    QTRY_VERIFY_WITH_TIMEOUT(isDiskInUse(file), 60000);
    const Said told = disk({u"info"_s, file});
    QVERIFY(told.status == 0 && told.errors.contains("is in use"));
    BV_REFUSED(disk({u"check"_s, file}), "is in use by a running VM");
    BV_REFUSED(disk({u"convert"_s, file, path(u"c.qcow2"_s)}), "is in use by a running VM");
    BV_REFUSED(disk({u"create"_s, path(u"o.qcow2"_s), u"--base"_s, file}), "is in use by a running VM");
    BV_REFUSED(disk({u"delete"_s, file}), "is in use by a running VM");
    qemu.write("quit\n");
    QVERIFY(qemu.waitForFinished(60000));
    BV_OK(disk({u"delete"_s, file}));
    QCOMPARE(files(), QStringList());
}

void TestDisks::damaged()
{
    const QString file = path(u"d.qcow2"_s);
    write(u"s.raw"_s, noise(1 << 20));
    BV_OK(disk({u"convert"_s, path(u"s.raw"_s), file}));
    // The table that leads to the tables of clusters; its place stands at 40 in the header, big-endian.
    const qint64 l1 = qFromBigEndian<qint64>(content(file).constData() + 40);
    write(u"d.qcow2"_s, QByteArray::fromHex("80000000000ff000"), l1);
    const Said said = disk({u"check"_s, file});
    QCOMPARE(said.status, 3);
    QVERIFY2(said.output.contains("is damaged") && said.output.contains("--repair all"), said.output.constData());
    const Said mended = disk({u"check"_s, file, u"--repair"_s, u"all"_s});
    QVERIFY2(mended.output.contains("Data may be lost") || mended.status == 3, mended.output + mended.errors);
    write(u"d.qcow2"_s, QByteArray(4096, '\xff'), 0);
    QVERIFY(disk({u"delete"_s, file}).status != 0); // it could be anything now
    QVERIFY(disk({u"delete"_s, file, u"--format"_s, u"raw"_s}).status == 0);
}

void TestDisks::leaking()
{
    const QString file = path(u"d.qcow2"_s);
    BV_OK(disk({u"create"_s, file, u"--size"_s, u"16M"_s}));
    // The count of users of a cluster that nobody uses; the table of the tables of counts is named at 48.
    const QByteArray bytes = content(file);
    const qint64 table = qFromBigEndian<qint64>(bytes.constData() + 48);
    const qint64 block = qFromBigEndian<qint64>(bytes.constData() + table);
    write(u"d.qcow2"_s, QByteArray::fromHex("0001"), block + 2 * 20);
    write(u"d.qcow2"_s, QByteArray(65536, 'x'), 20 * 65536);
    const Said said = disk({u"check"_s, file});
    QVERIFY2(said.status == 3 && said.output.contains("nothing is lost"), said.output + said.errors);
    const Said mended = disk({u"check"_s, file, u"--repair"_s, u"leaks"_s, u"--json"_s});
    QVERIFY2(mended.status == 0, mended.errors);
    QCOMPARE(QJsonDocument::fromJson(mended.output)["leaks_fixed"_L1].toInt(), 1);
    BV_OK(disk({u"check"_s, file}));
}

void TestDisks::deletes()
{
    write(u"notes.txt"_s, "mine");
    BV_OK(disk({u"create"_s, path(u"b.qcow2"_s), u"--size"_s, u"16M"_s}));
    BV_OK(disk({u"create"_s, path(u"o.qcow2"_s), u"--base"_s, path(u"b.qcow2"_s)}));
    BV_REFUSED(disk({u"delete"_s, path(u"b.qcow2"_s)}), "is the base of");
    BV_REFUSED(disk({u"delete"_s, path(u"notes.txt"_s)}), "no disk image");
    BV_OK(disk({u"delete"_s, path(u"o.qcow2"_s)}));
    BV_OK(disk({u"delete"_s, path(u"b.qcow2"_s)}));
    QCOMPARE(files(), QStringList(u"notes.txt"_s));
    BV_REFUSED(disk({u"remove"_s, path(u"b.qcow2"_s)}), "is none of these");
}

QString TestDisks::measuringPlan()
{
    const QJsonObject encrypted{{u"disk"_s, QJsonObject{{u"size_gib"_s, 0.25}, {u"format"_s, u"luks"_s}}}};
    const QJsonObject overlay{{u"disk"_s, QJsonObject{{u"format"_s, u"qcow2"_s}, {u"base"_s, path(u"base.raw"_s)}}}};
    return planFile(m_world, {qemuTarget(encrypted, u"luks"_s), qemuTarget(overlay, u"overlay"_s)},
                    {fileSuite(u"rndwr"_s, u"16M"_s, 1)});
}

void TestDisks::measuresEncryptedAndOverlay()
{
    BV_OK(disk({u"create"_s, path(u"base.raw"_s), u"--size"_s, u"256M"_s}));
    const QByteArray before = QCryptographicHash::hash(content(path(u"base.raw"_s)), QCryptographicHash::Sha256);
    const QString plan = measuringPlan();
    Program run(m_world, {u"run"_s, u"--plan"_s, plan});
    BV_SAID(run.finish() && run.status() == 0, run);
    const QJsonObject session = m_world.session(run.sessionId());
    QCOMPARE(okRunsOf(session).size(), 2);
    const QJsonObject luks = provenanceOf(session, u"luks"_s);
    QCOMPARE(luks["disk"_L1]["encryption"_L1].toString(), u"luks"_s);
    QVERIFY(textsOf(luks["argv"_L1]).filter(u"secret,id=key0,file="_s).size() == 1);
    QVERIFY(textsOf(luks["argv"_L1]).filter(u"data="_s).isEmpty());
    const QJsonObject overlay = provenanceOf(session, u"overlay"_s);
    QCOMPARE(overlay["disk"_L1]["chain"_L1][0]["path"_L1].toString(), path(u"base.raw"_s));
    QVERIFY(QCryptographicHash::hash(content(path(u"base.raw"_s)), QCryptographicHash::Sha256) == before);
    BV_NOTHING_LEFT(m_world);
    QVERIFY(QFile::remove(path(u"base.raw"_s)));
    const Said missing = m_world.benchvisor({u"run"_s, u"--plan"_s, plan});
    QVERIFY2(missing.status == 2 && missing.errors.contains("base.raw cannot be read"), missing.errors);
}

void TestDisks::pastedCommandsMeasureThemToo()
{
    BV_OK(disk({u"create"_s, path(u"base.raw"_s), u"--size"_s, u"256M"_s}));
    const Said lines = m_world.benchvisor({u"commands"_s, u"--plan"_s, measuringPlan()});
    QVERIFY2(lines.status == 0, lines.errors);
    QFile script(m_world.file(u"lines.sh"_s));
    QVERIFY(script.open(QIODevice::WriteOnly) && script.write(lines.output) > 0);
    script.close();
    const Said shown = m_world.say(u"sh"_s, {script.fileName()});
    QVERIFY2(shown.status == 0, shown.errors.right(900));
    QCOMPARE(shown.output.count("Throughput:"), 2);
    BV_NOTHING_LEFT(m_world);
}

QTEST_GUILESS_MAIN(TestDisks)
#include "tst_disks.moc"
