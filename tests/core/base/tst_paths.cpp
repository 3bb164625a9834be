#include "base/paths.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace bv;
using namespace Qt::StringLiterals;

namespace {

constexpr std::array variables{"XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME",
                               "XDG_RUNTIME_DIR"};

mode_t modeOf(const QString& path)
{
    struct stat info = {};
    ::stat(QFile::encodeName(path).constData(), &info);
    return info.st_mode & 07777U;
}

} // namespace

class TestPaths : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        for (const char* name : variables)
            qunsetenv(name);
        qputenv("HOME", "/home/alice");
    }

    void takesTheFoldersOfTheEnvironment()
    {
        qputenv("XDG_CONFIG_HOME", "/a/config/");
        qputenv("XDG_DATA_HOME", "/a/data");
        qputenv("XDG_STATE_HOME", "/a//state");
        qputenv("XDG_CACHE_HOME", "/a/cache");
        qputenv("XDG_RUNTIME_DIR", "/run/user/1000");
        const Paths paths = Paths::fromEnvironment();
        QCOMPARE(paths.config, u"/a/config/benchvisor"_s);
        QCOMPARE(paths.data, u"/a/data/benchvisor"_s);
        QCOMPARE(paths.state, u"/a/state/benchvisor"_s);
        QCOMPARE(paths.cache, u"/a/cache/benchvisor"_s);
        QCOMPARE(paths.runtime, u"/run/user/1000/benchvisor"_s);
        QCOMPARE(paths.sessionStore(), u"/a/data/benchvisor/sessions.sqlite"_s);
    }

    void ignoresEmptyAndRelativeValues_data()
    {
        QTest::addColumn<QByteArray>("value");
        QTest::newRow("not set") << QByteArray();
        QTest::newRow("empty") << QByteArray("");
        QTest::newRow("relative") << QByteArray("data");
        QTest::newRow("dot") << QByteArray("./data");
        QTest::newRow("tilde") << QByteArray("~/data");
    }

    void ignoresEmptyAndRelativeValues()
    {
        QFETCH(QByteArray, value);
        for (const char* name : variables) {
            if (!value.isNull())
                qputenv(name, value);
        }
        const Paths paths = Paths::fromEnvironment();
        QCOMPARE(paths.config, u"/home/alice/.config/benchvisor"_s);
        QCOMPARE(paths.data, u"/home/alice/.local/share/benchvisor"_s);
        QCOMPARE(paths.state, u"/home/alice/.local/state/benchvisor"_s);
        QCOMPARE(paths.cache, u"/home/alice/.cache/benchvisor"_s);
        QCOMPARE(paths.runtime, u"/tmp/benchvisor-%1"_s.arg(::geteuid()));
    }

    void takesTheUsersFolderWithoutHome_data()
    {
        QTest::addColumn<QByteArray>("home");
        QTest::newRow("unset") << QByteArray();
        QTest::newRow("empty") << QByteArray("");
        QTest::newRow("relative") << QByteArray("alice");
    }

    void takesTheUsersFolderWithoutHome()
    {
        QFETCH(QByteArray, home);
        if (home.isNull())
            qunsetenv("HOME");
        else
            qputenv("HOME", home);
        const passwd* const user = ::getpwuid(::geteuid());
        QVERIFY(user);
        QCOMPARE(Paths::fromEnvironment().data, QFile::decodeName(user->pw_dir) + u"/.local/share/benchvisor"_s);
    }

    void socketFoldersAreShortEnough_data()
    {
        QTest::addColumn<QString>("runtime");
        QTest::addColumn<QString>("session");
        QTest::addColumn<bool>("isBelowRuntime");
        const QString id = u"20261123-054210-7f3a"_s;
        QTest::newRow("usual") << u"/run/user/1000/benchvisor"_s << id << true;
        QTest::newRow("temporary") << u"/tmp/benchvisor-0"_s << id << true;
        QTest::newRow("long folder") << QString(u"/srv/"_s + QString(120, u'x')) << id << false;
        QTest::newRow("long session") << u"/run/user/1000/benchvisor"_s << QString(90, u'x') << false;
        QTest::newRow("two bytes a letter") << QString(u"/srv/"_s + QString(40, u'ü')) << id << false;
    }

    void socketFoldersAreShortEnough()
    {
        QFETCH(QString, runtime);
        QFETCH(QString, session);
        QFETCH(bool, isBelowRuntime);
        Paths paths;
        paths.runtime = runtime;
        const QString folder = paths.socketDir(session, 12345);
        QVERIFY(QFile::encodeName(folder).size() + 1 + Paths::socketNameLimit <= Paths::socketPathLimit);
        QCOMPARE(folder.startsWith(runtime + u'/'), isBelowRuntime);
        QCOMPARE(paths.socketDir(session, 12345), folder);
        QVERIFY(paths.socketDir(session, 1) != folder);
        QVERIFY(paths.socketDir(session + u'y', 12345) != folder);
    }

    void makesPrivateFolders()
    {
        const QTemporaryDir temporary;
        const QString folder = temporary.filePath(u"a/b/c"_s);
        const mode_t before = ::umask(0);
        QVERIFY(ensurePrivateDir(folder));
        ::umask(before);
        for (const QString& name : {u"a"_s, u"a/b"_s, u"a/b/c"_s})
            QCOMPARE(modeOf(temporary.filePath(name)), mode_t(0700));
        QVERIFY(ensurePrivateDir(folder));
        QVERIFY(ensurePrivateDir(folder + u'/'));
    }

    void refusesFoldersThatAreNotPrivate_data()
    {
        QTest::addColumn<QString>("what");
        QTest::addColumn<QString>("mend");
        for (const char* what : {"open", "readable", "enterable by group", "open above"})
            QTest::newRow(what) << QString::fromLatin1(what) << u"chmod 700"_s;
        for (const char* what : {"link", "dangling link", "link above", "file"})
            QTest::newRow(what) << QString::fromLatin1(what) << u"rm "_s;
        QTest::newRow("relative") << u"relative"_s << u"absolute"_s;
        if (::geteuid() == 0)
            QTest::newRow("foreign") << u"foreign"_s << u"XDG_RUNTIME_DIR"_s;
    }

    void refusesFoldersThatAreNotPrivate()
    {
        QFETCH(QString, what);
        QFETCH(QString, mend);
        const QTemporaryDir temporary;
        // As in /tmp: everybody may write here, so nothing below is trusted unseen.
        QVERIFY(::chmod(QFile::encodeName(temporary.path()).constData(), 01777) == 0);
        const QString above = temporary.filePath(u"x"_s);
        const QString target = temporary.filePath(u"elsewhere"_s);
        QString folder = above;
        QVERIFY(QDir().mkdir(target));
        const QByteArray name = QFile::encodeName(above);
        if (what == "link"_L1 || what == "link above"_L1) {
            QVERIFY(QFile::link(target, above));
        } else if (what == "dangling link"_L1) {
            QVERIFY(QFile::link(temporary.filePath(u"nowhere"_s), above));
        } else if (what == "file"_L1) {
            QFile file(above);
            QVERIFY(file.open(QIODevice::WriteOnly));
        } else {
            QVERIFY(::mkdir(name.constData(), 0700) == 0);
        }
        if (what == "open"_L1 || what == "open above"_L1)
            QVERIFY(::chmod(name.constData(), 0777) == 0);
        if (what == "readable"_L1)
            QVERIFY(::chmod(name.constData(), 0744) == 0);
        if (what == "enterable by group"_L1)
            QVERIFY(::chmod(name.constData(), 0710) == 0);
        if (what == "foreign"_L1)
            QVERIFY(::chown(name.constData(), 1, 1) == 0);
        if (what.endsWith("above"_L1))
            folder = above + "/y"_L1;
        if (what == "relative"_L1)
            folder = u"x/y"_s;
        const auto made = ensurePrivateDir(folder);
        QVERIFY(!made);
        QVERIFY2(made.error().message.contains(mend), qPrintable(made.error().message));
        QVERIFY(!QFile::exists(target + "/y"_L1));
    }

    void saysWhatStandsInTheWay()
    {
        const QTemporaryDir temporary;
        QFile file(temporary.filePath(u"file"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        const QString folder = temporary.filePath(u"file/data"_s);
        for (const auto& made : {ensureDir(folder), ensurePrivateDir(folder)}) {
            QVERIFY(!made);
            QVERIFY(made.error().message.contains(temporary.path()));
            QVERIFY(!made.error().message.contains(u"writable"_s)); // would not help
        }
        QVERIFY(!ensureDir(u"data"_s));
    }

    void dataFoldersMayBeLinksAndOpen()
    {
        const QTemporaryDir temporary;
        QVERIFY(QDir().mkdir(temporary.filePath(u"disk"_s)));
        QVERIFY(QFile::link(temporary.filePath(u"disk"_s), temporary.filePath(u"link"_s)));
        QVERIFY(ensureDir(temporary.filePath(u"link/data"_s)));
        QCOMPARE(modeOf(temporary.filePath(u"disk/data"_s)), mode_t(0700));
        QVERIFY(ensureDir(temporary.filePath(u"link"_s)));
    }
};

QTEST_GUILESS_MAIN(TestPaths)
#include "tst_paths.moc"
