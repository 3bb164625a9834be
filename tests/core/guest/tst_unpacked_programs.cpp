#include "guest/architecture.h"
#include "guest/elf.h"
#include "guest/programs.h"
#include "guest/unpacked_programs.h"
#include "support/elf_file.h"

#include <QCoro/QCoroTask>
#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace bv;

/// Libraries and applets of programs that cannot run here.
class TestUnpackedPrograms : public QObject
{
    Q_OBJECT
private slots:
    void init();
    void readsWhatAProgramNeeds();
    void survivesDamagedPrograms();
    void followsLinksBelowTheRoot_data();
    void followsLinksBelowTheRoot();
    void collectsLibrariesOfLibraries();
    void looksWhereTheLibrarySays();
    void namesAMissingLibrary();
    void refusesAnotherArchitecture();
    void agreesWithTheLoader();
    void readsAppletsAsBusyboxListsThem();
    void refusesWhatIsNoStaticBusybox();

private:
    void write(const QString& path, const QByteArray& content);
    void link(const QString& path, const QByteArray& target);
    QString root() const { return m_dir->path(); }

    std::unique_ptr<QTemporaryDir> m_dir;
    GuestArchitecture m_arm = *guestArchitecture(u"aarch64"_s);
};

void TestUnpackedPrograms::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
}

void TestUnpackedPrograms::write(const QString& path, const QByteArray& content)
{
    const QString place = m_dir->filePath(path);
    QDir().mkpath(place.section(u'/', 0, -2));
    QFile file(place);
    QVERIFY2(file.open(QIODevice::WriteOnly), qPrintable(place));
    QCOMPARE(file.write(content), content.size());
}

void TestUnpackedPrograms::link(const QString& path, const QByteArray& target)
{
    const QString place = m_dir->filePath(path);
    QDir().mkpath(place.section(u'/', 0, -2));
    QCOMPARE(::symlink(target.constData(), QFile::encodeName(place).constData()), 0);
}

void TestUnpackedPrograms::readsWhatAProgramNeeds()
{
    const ElfFile program{EM_AARCH64, "/lib/ld-linux-aarch64.so.1", {"libm.so.6", "libc.so.6"}, "$ORIGIN/x:/y", {}};
    write(u"p"_s, program.bytes());
    const auto elf = readElfProgram(m_dir->filePath(u"p"_s));
    QVERIFY2(elf, elf ? "" : qPrintable(elf.error().message));
    QCOMPARE(elf->machine, EM_AARCH64);
    QCOMPARE(elf->interpreter, u"/lib/ld-linux-aarch64.so.1"_s);
    QCOMPARE(elf->needed, (QStringList{u"libm.so.6"_s, u"libc.so.6"_s}));
    QCOMPARE(elf->runPaths, (QStringList{u"$ORIGIN/x"_s, u"/y"_s}));
}

void TestUnpackedPrograms::survivesDamagedPrograms()
{
    const QByteArray whole = ElfFile{EM_AARCH64, "/lib/ld", {"libm.so.6"}, "/y", {}}.bytes();
    for (qsizetype i = 0; i < whole.size(); ++i) {
        QByteArray damaged = whole;
        damaged[i] = char(0xff);
        write(u"p"_s, damaged);
        (void)readElfProgram(m_dir->filePath(u"p"_s)); // must not crash
        write(u"p"_s, whole.left(i));
        (void)readElfProgram(m_dir->filePath(u"p"_s));
    }
}

void TestUnpackedPrograms::followsLinksBelowTheRoot_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("file"); // empty: none
    QTest::newRow("plain") << u"/usr/lib/a.so.1.2"_s << u"usr/lib/a.so.1.2"_s;
    QTest::newRow("relative link") << u"/usr/lib/a.so.1"_s << u"usr/lib/a.so.1.2"_s;
    QTest::newRow("absolute link") << u"/usr/lib/b.so"_s << u"usr/lib/a.so.1.2"_s;
    QTest::newRow("folder that is a link") << u"/lib/a.so.1"_s << u"usr/lib/a.so.1.2"_s;
    QTest::newRow("beyond the root") << u"/usr/lib/up.so"_s << u"usr/lib/a.so.1.2"_s;
    QTest::newRow("the machine's own file") << u"/usr/lib/machine"_s << QString();
    QTest::newRow("in a circle") << u"/usr/lib/round"_s << QString();
    QTest::newRow("to nothing") << u"/usr/lib/broken"_s << QString();
    QTest::newRow("a folder") << u"/usr/lib"_s << QString();
}

void TestUnpackedPrograms::followsLinksBelowTheRoot()
{
    QFETCH(QString, path);
    QFETCH(QString, file);
    write(u"usr/lib/a.so.1.2"_s, "library");
    link(u"usr/lib/a.so.1"_s, "a.so.1.2");
    link(u"usr/lib/b.so"_s, "/usr/lib/a.so.1");
    link(u"lib"_s, "usr/lib");
    link(u"usr/lib/up.so"_s, "../../../../usr/lib/a.so.1");
    link(u"usr/lib/machine"_s, "/etc/passwd");
    link(u"usr/lib/round"_s, "round");
    link(u"usr/lib/broken"_s, "nothing");
    QCOMPARE(fileBelow(root(), path), file.isEmpty() ? QString() : m_dir->filePath(file));
}

void TestUnpackedPrograms::collectsLibrariesOfLibraries()
{
    const QByteArray loader = "/lib/ld-linux-aarch64.so.1";
    write(u"usr/bin/tool"_s, ElfFile{EM_AARCH64, loader, {"libone.so.1", "libc.so.6"}, {}, {}}.bytes());
    write(u"usr/lib/aarch64-linux-gnu/libone.so.1.5"_s, ElfFile{EM_AARCH64, {}, {"libtwo.so.2"}, {}, {}}.bytes());
    link(u"usr/lib/aarch64-linux-gnu/libone.so.1"_s, "libone.so.1.5");
    write(u"lib/aarch64-linux-gnu/libtwo.so.2"_s,
          ElfFile{EM_AARCH64, {}, {"libone.so.1", "libc.so.6"}, {}, {}}.bytes());
    write(u"lib/aarch64-linux-gnu/libc.so.6"_s, ElfFile{EM_AARCH64, {}, {"ld-linux-aarch64.so.1"}, {}, {}}.bytes());
    write(u"lib/aarch64-linux-gnu/ld-linux-aarch64.so.1"_s, ElfFile().bytes());
    link(u"lib/ld-linux-aarch64.so.1"_s, "aarch64-linux-gnu/ld-linux-aarch64.so.1");
    const auto libraries = librariesBelow(root(), programBelow(root(), u"tool"_s), m_arm);
    QVERIFY2(libraries, libraries ? "" : qPrintable(libraries.error().message));
    QCOMPARE(libraries->keys(),
             (QStringList{u"ld-linux-aarch64.so.1"_s, u"libc.so.6"_s, u"libone.so.1"_s, u"libtwo.so.2"_s}));
    QCOMPARE(libraries->value(u"libone.so.1"_s), m_dir->filePath(u"usr/lib/aarch64-linux-gnu/libone.so.1.5"_s));
    QCOMPARE(libraries->value(u"ld-linux-aarch64.so.1"_s),
             m_dir->filePath(u"lib/aarch64-linux-gnu/ld-linux-aarch64.so.1"_s));
}

void TestUnpackedPrograms::looksWhereTheLibrarySays()
{
    write(u"usr/bin/tool"_s, ElfFile{EM_AARCH64, {}, {"libown.so"}, "$ORIGIN/../lib/tool", {}}.bytes());
    write(u"usr/lib/tool/libown.so"_s, ElfFile().bytes());
    const auto libraries = librariesBelow(root(), programBelow(root(), u"tool"_s), m_arm);
    QVERIFY2(libraries, libraries ? "" : qPrintable(libraries.error().message));
    QCOMPARE(libraries->value(u"libown.so"_s), m_dir->filePath(u"usr/lib/tool/libown.so"_s));
}

void TestUnpackedPrograms::namesAMissingLibrary()
{
    write(u"usr/bin/tool"_s, ElfFile{EM_AARCH64, "/lib/ld-linux-aarch64.so.1", {"libgone.so.3"}, {}, {}}.bytes());
    auto libraries = librariesBelow(root(), programBelow(root(), u"tool"_s), m_arm);
    QVERIFY(!libraries);
    QCOMPARE(libraries.error().code, Error::Code::NotReady);
    QVERIFY2(libraries.error().message.contains("libgone.so.3, which tool needs"_L1),
             qPrintable(libraries.error().message));
    write(u"usr/lib/libgone.so.3"_s, ElfFile().bytes());
    libraries = librariesBelow(root(), programBelow(root(), u"tool"_s), m_arm);
    QVERIFY(!libraries);
    QVERIFY2(libraries.error().message.contains("ld-linux-aarch64.so.1"_L1), qPrintable(libraries.error().message));
}

void TestUnpackedPrograms::refusesAnotherArchitecture()
{
    write(u"usr/bin/tool"_s, ElfFile{EM_X86_64, {}, {}, {}, {}}.bytes());
    const auto libraries = librariesBelow(root(), programBelow(root(), u"tool"_s), m_arm);
    QVERIFY(!libraries);
    QVERIFY2(libraries.error().message.contains("not a program for aarch64"_L1), qPrintable(libraries.error().message));
    QVERIFY(programBelow(root(), u"none"_s).isEmpty());
}

/// The loader is asked on a native machine; below the root "" it is the same files.
void TestUnpackedPrograms::agreesWithTheLoader()
{
    const QString sysbench = QFileInfo(findProgram(u"sysbench"_s, {})).canonicalFilePath();
    QVERIFY2(!sysbench.isEmpty(), "sysbench must be installed");
    const auto told = QCoro::waitFor(inspectProgram(u"sysbench"_s, sysbench, {u"--version"_s}, {}));
    QVERIFY2(told, told ? "" : qPrintable(told.error().message));
    const auto walked = librariesBelow(QString(), sysbench, *guestArchitecture(nativeArchitecture()));
    QVERIFY2(walked, walked ? "" : qPrintable(walked.error().message));
    QVERIFY(walked->size() > 3);
    QCOMPARE(walked->keys(), told->libraries.keys());
    for (auto it = walked->begin(); it != walked->end(); ++it)
        QCOMPARE(it.value(), QFileInfo(told->libraries.value(it.key())).canonicalFilePath());
}

void TestUnpackedPrograms::readsAppletsAsBusyboxListsThem()
{
    const QString busybox = findProgram(u"busybox"_s, {});
    QVERIFY2(!busybox.isEmpty(), "busybox-static must be installed");
    const auto told = QCoro::waitFor(inspectBusybox(busybox, {}));
    QVERIFY2(told, told ? "" : qPrintable(told.error().message));
    const auto inside = appletsInside(busybox, *guestArchitecture(nativeArchitecture()));
    QVERIFY2(inside, inside ? "" : qPrintable(inside.error().message));
    QCOMPARE(*inside, *told);
}

void TestUnpackedPrograms::refusesWhatIsNoStaticBusybox()
{
    write(u"dynamic"_s, ElfFile{EM_AARCH64, "/lib/ld", {"libc.so.6"}, {}, {}}.bytes());
    const auto dynamic = appletsInside(m_dir->filePath(u"dynamic"_s), m_arm);
    QVERIFY(!dynamic);
    QVERIFY2(dynamic.error().message.contains("not static"_L1), qPrintable(dynamic.error().message));
    write(u"other"_s, ElfFile().bytes());
    QVERIFY(!appletsInside(m_dir->filePath(u"other"_s), m_arm));
    const QByteArray table("\0[\0[[\0ash\0cat\0-x\0", 17);
    write(u"small"_s, ElfFile{EM_AARCH64, {}, {}, {}, table}.bytes());
    const auto small = appletsInside(m_dir->filePath(u"small"_s), m_arm);
    QVERIFY(small);
    QCOMPARE(*small, (QStringList{u"["_s, u"[["_s, u"ash"_s, u"cat"_s}));
}

QTEST_GUILESS_MAIN(TestUnpackedPrograms)
#include "tst_unpacked_programs.moc"
