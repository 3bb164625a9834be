#include "export/bundle_folder.h"

#include "support/program.h"
#include "support/rich_session.h"
#include "support/small_disk.h"

#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace bv;

/// Bundles in folders: new ones, older ones, and those that hold something else.
class TestBundleFolder : public QObject
{
    Q_OBJECT
private slots:
    void writesEverything();
    void replacesAnOlderOne();
    void refusesOtherFolders();
    void removesNothingElse();
    void diskIsFull();
    void commandLineSaysWhatItDoes();

private:
    static QByteArray read(const QString& path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    static bool write(const QString& path, const QByteArray& text)
    {
        QFile file(path);
        return file.open(QIODevice::WriteOnly) && file.write(text) == text.size();
    }
    static QStringList namesIn(const QString& folder)
    {
        const auto all = QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot;
        QStringList names = QDir(folder).entryList(all);
        names.sort();
        return names;
    }
};

void TestBundleFolder::writesEverything()
{
    const QTemporaryDir dir;
    const QString folder = dir.filePath(u"a new/bundle"_s);
    const auto files = bundleFiles(rich::session(), "# none\n");
    const auto saved = saveBundle(folder + u'/', files);
    QVERIFY2(saved, qPrintable(saved.error().message));
    QCOMPARE(*saved, QString());
    for (const BundleFile& file : files) {
        const QString path = folder + u'/' + file.path;
        QCOMPARE(read(path), file.content);
        QCOMPARE(QFileInfo(path).isExecutable(), file.executable);
    }
    QCOMPARE(namesIn(folder).size(), 14); // and nothing else
    QVERIFY(saveBundle(dir.filePath(u"empty"_s), {}) && saveBundle(dir.filePath(u"empty"_s), files));
}

void TestBundleFolder::replacesAnOlderOne()
{
    const QTemporaryDir dir;
    const Session session = rich::session();
    QVERIFY(saveBundle(dir.path(), bundleFiles(session, "first\n")));
    QVERIFY(write(dir.filePath(u"my results.txt"_s), "mine"));
    QVERIFY(write(dir.filePath(u"raw/mine.txt"_s), "mine"));
    Session shorter = rich::session(u"20261124-000000-0000"_s);
    shorter.plan.targets = {};
    shorter.runs = shorter.runs.first(1);
    const auto saved = saveBundle(dir.path(), bundleFiles(shorter, "second\n"));
    QVERIFY2(saved, qPrintable(saved.error().message));
    QCOMPARE(*saved, session.id);
    QCOMPARE(read(dir.filePath(u"commands.txt"_s)), "second\n");
    QCOMPARE(namesIn(dir.path()),
             (QStringList{u"README.md"_s, u"benchmarkcpu.sh"_s, u"benchmarkfileio.sh"_s, u"bundle.json"_s,
                          u"commands.txt"_s, u"my results.txt"_s, u"plan.json"_s, u"raw"_s, u"runs.csv"_s}));
    QCOMPARE(namesIn(dir.filePath(u"raw"_s)), (QStringList{u"0001-docker-1c-cpu-w1.txt"_s, u"mine.txt"_s}));
}

void TestBundleFolder::refusesOtherFolders()
{
    const QTemporaryDir dir;
    const auto files = bundleFiles(rich::session(), {});
    const QString file = dir.filePath(u"file"_s);
    QVERIFY(write(file, "x"));
    const auto intoFile = saveBundle(file, files);
    QVERIFY(intoFile.error().code == Error::Code::BadInput && intoFile.error().message.contains(u"is no folder"_s));
    for (const QByteArray& manifest : {QByteArray(), QByteArray("{}"), QByteArray("{\"schema\":\"x\"}")}) {
        QVERIFY(manifest.isEmpty() || write(dir.filePath(u"bundle.json"_s), manifest));
        const auto refused = saveBundle(dir.path(), files);
        QVERIFY(refused.error().code == Error::Code::BadInput);
        QVERIFY2(refused.error().message.contains(u"is not empty and holds no earlier bundle"_s),
                 qPrintable(refused.error().message));
    }
    QVERIFY(!QFileInfo::exists(dir.filePath(u"README.md"_s)));
    const auto nowhere = saveBundle(u"/proc/no/such"_s, files);
    QVERIFY2(nowhere.error().code == Error::Code::Io, qPrintable(nowhere.error().message));
}

/// A manifest is a file like any other: what it names is not believed.
void TestBundleFolder::removesNothingElse()
{
    const QTemporaryDir dir;
    const QString folder = dir.filePath(u"bundle"_s);
    QVERIFY(QDir(dir.path()).mkpath(u"bundle"_s) && QDir(dir.path()).mkpath(u"elsewhere"_s));
    const QStringList kept{dir.filePath(u"outside"_s), dir.filePath(u"elsewhere/inside"_s)};
    for (const QString& path : kept)
        QVERIFY(write(path, "kept"));
    QVERIFY(
        write(folder + u"/bundle.json"_s, R"({"schema":"benchvisor-bundle/1","session":"s","files":["../outside",")" +
                                              kept[0].toUtf8() + R"(","raw/../../outside","raw/inside",7,""]})"));
    QVERIFY(QFile::link(dir.filePath(u"elsewhere"_s), folder + u"/raw"_s));
    const auto files = bundleFiles(rich::session(), {});
    const auto linked = saveBundle(folder, files);
    QVERIFY2(linked.error().message.contains(u"is a link to somewhere else"_s), qPrintable(linked.error().message));
    QCOMPARE(namesIn(dir.filePath(u"elsewhere"_s)), QStringList(u"inside"_s));
    QVERIFY(QFile::remove(folder + u"/raw"_s));
    QVERIFY(saveBundle(folder, files));
    for (const QString& path : kept)
        QCOMPARE(read(path), "kept");
    // A file of the bundle that is a link elsewhere is replaced, not followed.
    QVERIFY(QFile::remove(folder + u"/README.md"_s) && QFile::link(kept[0], folder + u"/README.md"_s));
    QVERIFY(saveBundle(folder, files));
    QCOMPARE(read(kept[0]), "kept");
}

void TestBundleFolder::diskIsFull()
{
    if (!SmallDisk::isAllowed())
        QSKIP(SmallDisk::whyNot());
    const QTemporaryDir dir;
    SmallDisk disk(dir.filePath(u"disk"_s), 1);
    QVERIFY2(disk.isThere(), qPrintable(disk.problem()));
    QVERIFY(disk.fill(16384));
    const QString folder = dir.filePath(u"disk/bundle"_s);
    const auto files = bundleFiles(rich::session(), {});
    const auto full = saveBundle(folder, files);
    QVERIFY2(full.error().code == Error::Code::NoSpace && full.error().message.startsWith(u"The disk is full: "_s),
             qPrintable(full.error().message));
    QVERIFY(!QFileInfo::exists(folder));
    disk.makeRoom();
    QVERIFY(saveBundle(folder, files));
    QVERIFY(disk.fill(16384));
    Session other = rich::session(u"20261124-000000-0000"_s);
    QVERIFY(saveBundle(folder, bundleFiles(other, QByteArray(200'000, 'x'))).error().code == Error::Code::NoSpace);
    for (const BundleFile& file : files) // the older one is whole
        QCOMPARE(read(folder + u'/' + file.path), file.content);
}

void TestBundleFolder::commandLineSaysWhatItDoes()
{
    const FakeMachine machine;
    QVERIFY(machine.writeIni() && machine.makeGuest());
    const Program program(machine);
    const QString session = QStringLiteral(BV_TEST_DATA) + u"/session/quick.json"_s;
    const QString folder = machine.path(u"bundle"_s);
    const QStringList arguments{u"export"_s, session, u"--bundle"_s, folder};
    ProgramResult result = program.run(arguments);
    QVERIFY2(result.status == 0 && result.out.isEmpty() && result.err.isEmpty(), result.story());
    const QByteArray commands = read(folder + u"/commands.txt"_s);
    QVERIFY2(commands.startsWith("# The plan, with every default:\n"), commands);
    QVERIFY2(commands.contains("\n# As recorded, with the folders of that time:\n"), commands);
    QVERIFY(commands.contains("\n# docker exec --workdir /bench/set-1 benchvisor-20261124-104148-e981-docker-2c-1g "));
    QVERIFY(commands.contains("-accel tcg,thread=multi")); // as measured, whatever works here
    result = program.run(arguments);
    QVERIFY2(result.status == 0, result.story());
    QCOMPARE(result.err, folder.toUtf8() + " held the bundle of session 20261124-104148-e981, which was replaced.\n");
    result = program.run({u"export"_s, session, u"--bundle"_s, machine.path()});
    QVERIFY2(result.status == 1 && result.err.contains("is not empty and holds no earlier bundle"), result.story());
    // No guest: the bundle is made all the same, and says so.
    QVERIFY(QDir(machine.settings.guestDir()).removeRecursively());
    result = program.run(arguments);
    QVERIFY2(result.status == 0 && result.err.contains("The commands of the plan cannot be told: "), result.story());
    QVERIFY(read(folder + u"/commands.txt"_s).startsWith("# The commands of the plan cannot be told: "));
    result = program.run({u"export"_s, session});
    QVERIFY2(result.status == 1 && result.err.contains("--bundle DIR"), result.story());
}

QTEST_GUILESS_MAIN(TestBundleFolder)
#include "tst_bundle_folder.moc"
