#include "guest/guest.h"
#include "machine/page_cache.h"
#include "run/readiness.h"
#include "run/run_executor.h"

#include <QCoro/QCoroTask>
#include <QDir>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace bv;

namespace {

/// What of the files is in memory.
struct Look
{
    double share = -1;    ///< of the file set or the disk image, in this machine's page cache
    double guestMib = -1; ///< machines: the guest's page cache
};

/// A target that is looked at from outside right before and right after each run of sysbench.
class WatchedTarget final : public Target
{
    Q_OBJECT
public:
    WatchedTarget(const TargetSettings& settings, const TargetContext& context)
        : Target(settings, context)
        , m_real(makeTarget(settings, context))
    {
    }

    Async<> open(std::stop_token stop) override
    {
        const auto opened = co_await m_real->open(stop);
        m_provenance = m_real->provenance();
        co_return opened;
    }
    Task<> close() override { return m_real->close(); }
    Async<> pause(std::stop_token stop) override { return m_real->pause(stop); }
    Async<> resume(std::stop_token stop) override { return m_real->resume(stop); }
    Task<ExecOutcome> exec(ExecSpec spec, std::stop_token stop, OutputHandler onOutput) override
    {
        const bool isRun = spec.sample;
        if (isRun)
            before << co_await look(spec.folder);
        const ExecOutcome outcome = co_await m_real->exec(spec, stop, onOutput);
        if (isRun)
            after << co_await look(spec.folder);
        co_return outcome;
    }
    Async<QString> prepareFileFolder(std::stop_token stop) override { return m_real->prepareFileFolder(stop); }
    Task<QStringList> dropPageCache(QString folder, std::stop_token stop) override
    {
        return m_real->dropPageCache(folder, stop);
    }
    UsageCounters usage() override { return m_real->usage(); }
    QString sysbench() const override { return m_real->sysbench(); }
    QStringList commandFor(const ExecSpec& spec) const override { return m_real->commandFor(spec); }
    bool isOpen() const override { return m_real->isOpen(); }

    /// The folder of a container's files, as seen from here, or a VM's disk image.
    QString filesFromOutside;
    QList<Look> before;
    QList<Look> after;

private:
    Task<Look> look(QString folder)
    {
        Look look;
        if (settings().kind == TargetKind::Docker) {
            look.share = shareOf(filesFromOutside + folder);
            co_return look;
        }
        look.share = residentShare(filesFromOutside);
        std::stop_token never;
        const OutputHandler none;
        ExecSpec spec(QStringList{u"cat"_s, u"/proc/meminfo"_s}, u"/"_s);
        const ExecOutcome told = co_await m_real->exec(spec, never, none);
        static const QRegularExpression line(u"^Cached: +(\\d+) kB"_s, QRegularExpression::MultilineOption);
        look.guestMib = line.match(QString::fromUtf8(told.output)).captured(1).toDouble() / 1024;
        co_return look;
    }
    /// The mean over the files, which are of one size.
    static double shareOf(const QString& folder)
    {
        const QStringList files = QDir(folder).entryList({u"test_file.*"_s}, QDir::Files);
        double sum = 0;
        for (const QString& file : files)
            sum += residentShare(folder + u'/' + file);
        return files.isEmpty() ? -1 : sum / static_cast<double>(files.size());
    }

    std::unique_ptr<Target> m_real;
};

QByteArray wordsOf(const QList<Look>& before, const QList<Look>& after)
{
    QStringList words;
    for (qsizetype i = 0; i < after.size(); ++i)
        words << u"%1 -> %2 in the host's cache"_s.arg(before[i].share, 0, 'f', 3).arg(after[i].share, 0, 'f', 3) +
                     (after[i].guestMib < 0 ? QString()
                                            : u", %1 -> %2 MiB in the guest's"_s.arg(before[i].guestMib, 0, 'f', 1)
                                                  .arg(after[i].guestMib, 0, 'f', 1));
    return words.join(u"; "_s).toUtf8();
}

} // namespace

/// At the very moment a run begins, its files are out of every page cache where the plan says "drop", and still in
/// where it says "keep".
class TestPageCache : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void containers_data();
    void containers();
    void machines_data();
    void machines();

private:
    TargetContext contextFor(const QString& name) const;
    /// Opens the target and reads its file set twice; gives the records, and closes it.
    QList<RunRecord> readTwice(WatchedTarget& target, bool drop);
    QTemporaryDir m_dir{QDir(u"/var/tmp"_s).filePath(u"bv"_s + QString(6, u'X'))}; // on a disk
    TargetContext m_context;
};

void TestPageCache::initTestCase()
{
    QVERIFY2(::geteuid() == 0, "This test looks into containers from outside: run it as root.");
    const auto settings = loadEngineSettings(Paths::fromEnvironment());
    QVERIFY(bool(settings));
    GuestProgress silent = [](const QString&, double) {};
    const auto guest = QCoro::waitFor(buildGuest(guestOptions(*settings), silent, std::stop_token()));
    QVERIFY2(bool(guest), qPrintable(guest.error().message));
    m_context.owner = u"test"_s;
    m_context.tools = settings->tools;
    m_context.guest = *guest;
}

TargetContext TestPageCache::contextFor(const QString& name) const
{
    TargetContext context = m_context;
    context.sessionId = u"cache-%1-%2"_s.arg(name).arg(QCoreApplication::applicationPid());
    context.socketDir = m_dir.filePath(name + u"/s"_s);
    context.workDir = m_dir.filePath(name + u"/w"_s);
    return context;
}

QList<RunRecord> TestPageCache::readTwice(WatchedTarget& target, bool drop)
{
    RunExecutor executor(target, drop, std::chrono::seconds(60));
    PlannedRun run;
    run.targetId = target.settings().id;
    run.test = sysbench::Test::Fileio;
    run.params = {{u"file_test_mode"_s, u"seqrd"_s},
                  {u"file_total_size"_s, u"32M"_s},
                  {u"file_num"_s, 4},
                  {u"threads"_s, 1},
                  {u"time_s"_s, 1}};
    QList<RunRecord> records;
    for (run.repeat = 1; run.repeat <= 2; ++run.repeat)
        records << QCoro::waitFor(executor.execute(run, std::stop_token(), RunObserver()));
    return records;
}

void TestPageCache::containers_data()
{
    QTest::addColumn<QString>("storage");
    QTest::addColumn<bool>("drop");
    for (const QString& storage : {u"volume"_s, u"layer"_s, u"tmpfs"_s}) {
        QTest::addRow("%s, dropped", qPrintable(storage)) << storage << true;
        QTest::addRow("%s, kept", qPrintable(storage)) << storage << false;
    }
}

void TestPageCache::containers()
{
    QFETCH(QString, storage);
    QFETCH(bool, drop);
    TargetSettings settings;
    settings.id = storage;
    settings.kind = TargetKind::Docker;
    settings.docker.cpus = 1;
    settings.docker.memoryMib = 512;
    settings.docker.storage = storage;
    const TargetContext context = contextFor(storage);
    WatchedTarget target(settings, context);
    const auto opened = QCoro::waitFor(target.open(std::stop_token()));
    QVERIFY2(bool(opened), qPrintable(opened.error().message));
    QProcess inspect;
    inspect.start(context.tools.docker, {u"inspect"_s, u"--format"_s, u"{{.State.Pid}}"_s,
                                         u"benchvisor-%1-%2"_s.arg(context.sessionId, storage)});
    const bool told = inspect.waitForFinished();
    target.filesFromOutside = u"/proc/%1/root"_s.arg(QString::fromUtf8(inspect.readAll().trimmed()));
    const QList<RunRecord> records = readTwice(target, drop);
    QCoro::waitFor(target.close());
    QVERIFY(told);
    const QByteArray words = wordsOf(target.before, target.after);
    qInfo("%s", words.constData());
    QCOMPARE(target.after.size(), 2);
    const bool leaves = drop && storage != "tmpfs"_L1;
    for (int i = 0; i < 2; ++i) {
        QVERIFY2(records[i].status == RunStatus::Ok, qPrintable(records[i].error));
        QVERIFY2(leaves ? target.before[i].share >= 0 && target.before[i].share < 0.01 : target.before[i].share > 0.95,
                 words);
        QVERIFY2(target.after[i].share > 0.5, words); // it was read: the look does see what is cached
        const QString notes = records[i].notes.join(u'\n');
        QCOMPARE(notes.contains("there is no page cache to drop"_L1), drop && storage == "tmpfs"_L1);
        QCOMPARE(notes.contains("The page cache was kept"_L1), !drop);
        QVERIFY2(!notes.contains("not dropped"_L1), qPrintable(notes));
    }
}

void TestPageCache::machines_data()
{
    QTest::addColumn<QString>("format");
    QTest::addColumn<bool>("drop");
    QTest::addRow("raw, dropped") << u"raw"_s << true;
    QTest::addRow("qcow2, dropped") << u"qcow2"_s << true;
    QTest::addRow("raw, kept") << u"raw"_s << false;
}

void TestPageCache::machines()
{
    QFETCH(QString, format);
    QFETCH(bool, drop);
    TargetSettings settings;
    settings.id = format;
    settings.kind = TargetKind::Qemu;
    settings.qemu.accel = u"tcg"_s;
    settings.qemu.smp = 1;
    settings.qemu.memoryMib = 256;
    settings.qemu.disk.format = format;
    settings.qemu.disk.sizeGib = 0.125;
    const TargetContext context = contextFor(format);
    WatchedTarget target(settings, context);
    const auto opened = QCoro::waitFor(target.open(std::stop_token()));
    QVERIFY2(bool(opened), qPrintable(opened.error().message));
    target.filesFromOutside = context.workDir + u"/disk."_s + format;
    const QList<RunRecord> records = readTwice(target, drop);
    QCoro::waitFor(target.close());
    const QByteArray words = wordsOf(target.before, target.after);
    qInfo("%s", words.constData());
    QCOMPARE(target.after.size(), 2);
    for (int i = 0; i < 2; ++i) {
        const Look before = target.before[i];
        const Look after = target.after[i];
        QVERIFY2(records[i].status == RunStatus::Ok, qPrintable(records[i].error));
        // Reading 32 MiB of a dropped set fills both caches by so much; what was kept was there before.
        QVERIFY2(drop ? before.share >= 0 && before.share < 0.01 : before.share > 0.1, words);
        QVERIFY2(drop ? after.share > before.share + 0.05 : after.share > 0.1, words);
        QVERIFY2(drop ? after.guestMib > before.guestMib + 10 : before.guestMib > after.guestMib - 2, words);
        const QString notes = records[i].notes.join(u'\n');
        QVERIFY2(!notes.contains("not dropped"_L1), qPrintable(notes));
        QCOMPARE(notes.contains("The page cache was kept"_L1), !drop);
    }
}

QTEST_GUILESS_MAIN(TestPageCache)
#include "tst_page_cache.moc"
