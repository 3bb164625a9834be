#pragma once

#include "guest/builder.h"
#include "guest/manifest.h"
#include "guest/recipe.h"
#include "run/engine.h"
#include "run/readiness.h"

#include <QDateTime>
#include <QDir>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

/// A machine made of the programs in tests/fakes, with folders of its own and a built-in guest that needs no building.
namespace bv {

using namespace Qt::StringLiterals;

class FakeMachine
{
public:
    FakeMachine()
        : m_dir(u"/tmp/bvt"_s) // short: Unix sockets stand below it
    {
        settings.folders.runtimeDir = m_dir.filePath(u"run/benchvisor"_s);
        settings.folders.workDir = m_dir.filePath(u"cache/benchvisor/work"_s);
        settings.dataDir = m_dir.filePath(u"data/benchvisor"_s);
        settings.cacheDir = m_dir.filePath(u"cache/benchvisor"_s);
        settings.tools.docker = fake(u"fake-docker"_s);
        settings.tools.qemuX86 = fake(u"fake-qemu"_s);
        settings.tools.qemuAarch64 = fake(u"fake-qemu"_s);
        settings.tools.qemuImg = fake(u"fake-qemu-img"_s);
        settings.tools.sysbench = fake(u"fake-sysbench"_s);
        settings.tools.ssh = fake(u"fake-ssh"_s);
        settings.grace = std::chrono::milliseconds(20000);
        settings.kvmDevice = m_dir.filePath(u"no-kvm"_s);
        QDir().mkpath(stateDir());
        // Each in a folder of its own: the container engine is judged by its program's name.
        qputenv("BV_FAKE_DIR", stateDir().toUtf8());
        for (const char* name : behaviours)
            qunsetenv(name);
        for (const char* name : {"DOCKER_HOST", "DOCKER_CONTEXT"}) // the engine is this machine's
            qunsetenv(name);
    }
    ~FakeMachine()
    {
        for (const char* name : behaviours)
            qunsetenv(name);
    }
    FakeMachine(const FakeMachine&) = delete;
    FakeMachine& operator=(const FakeMachine&) = delete;

    static QString fake(const QString& name) { return QStringLiteral(BV_FAKES_DIR) + u'/' + name; }
    QString path(const QString& name = {}) const { return m_dir.filePath(name); }
    QString stateDir() const { return m_dir.filePath(u"state"_s); }
    QString configHome() const { return m_dir.filePath(u"config"_s); }

    /// A guest that is up to date for these settings, of files that nothing can boot.
    bool makeGuest(const QString& arch = nativeArchitecture()) const
    {
        const GuestBuildOptions options = guestOptions(settings, arch);
        const QString folder = guestFolder(options);
        if (!QDir().mkpath(folder))
            return false;
        GuestManifest manifest;
        manifest.recipe = guestRecipe();
        manifest.guest.digest = QString(64, u'a');
        manifest.guest.sysbenchVersion = u"1.0.20"_s;
        manifest.guest.kernelRelease = u"6.1.0-fake"_s;
        manifest.guest.arch = options.arch;
        manifest.programs = guestPrograms(options);
        if (manifest.programs[u"qemu-ga"_s].isEmpty())
            manifest.programs[u"qemu-ga"_s] = agentFolder(options) + u"/qemu-ga"_s;
        setGuestPaths(manifest.guest, folder);
        for (const QString& file : {manifest.guest.kernel, manifest.guest.initrd, manifest.guest.imageTar}) {
            QFile out(file);
            if (!out.open(QIODevice::WriteOnly) || out.write("fake") != 4)
                return false;
            manifest.outputs << GuestOutput{file.section(u'/', -1), 4, QByteArray(64, '0')};
        }
        const QFileInfo input(settings.tools.sysbench);
        manifest.inputs << GuestInput{input.filePath(), input.size(), input.lastModified().toMSecsSinceEpoch(), {}};
        return writeManifest(manifest, folder) && guestUpToDate(options).valueOr(false);
    }

    /// The settings as the program reads them from XDG_CONFIG_HOME.
    bool writeIni(const QString& more = {}) const
    {
        QDir().mkpath(configHome() + u"/benchvisor"_s);
        QFile ini(configHome() + u"/benchvisor/benchvisor.ini"_s);
        const QString text =
            u"[tools]\ndocker=%1\nqemu=%2\nqemu_aarch64=%3\nqemu_img=%4\nsysbench=%5\n[paths]\nkvm_device=%6\n%7\n"_s
                .arg(settings.tools.docker, settings.tools.qemuX86, settings.tools.qemuAarch64, settings.tools.qemuImg,
                     settings.tools.sysbench, settings.kvmDevice, more);
        return ini.open(QIODevice::WriteOnly) && ini.write(text.toUtf8()) > 0;
    }

    /// Command lines of processes that work for this machine; every fake inherits BV_FAKE_DIR.
    QStringList processes() const
    {
        QStringList found;
        const QByteArray mark = "BV_FAKE_DIR=" + stateDir().toUtf8() + '\0';
        const QStringList pids = QDir(u"/proc"_s).entryList({u"[0-9]*"_s}, QDir::Dirs);
        for (const QString& pid : pids) {
            QFile environment(u"/proc/%1/environ"_s.arg(pid));
            QFile line(u"/proc/%1/cmdline"_s.arg(pid));
            const bool ours = environment.open(QIODevice::ReadOnly) && environment.readAll().contains(mark);
            if (ours && pid.toLongLong() != QCoreApplication::applicationPid() && line.open(QIODevice::ReadOnly))
                found << QString::fromUtf8(line.readAll().replace('\0', ' '));
        }
        return found;
    }

    /// What a session must not leave: processes, containers, volumes, sockets and folders.
    QStringList leftovers() const
    {
        QStringList found = processes();
        for (const QString& folder : {settings.folders.runtimeDir, settings.folders.workDir,
                                      stateDir() + u"/docker/containers"_s, stateDir() + u"/docker/volumes"_s}) {
            const QStringList names =
                QDir(folder).entryList(QDir::AllEntries | QDir::System | QDir::Hidden | QDir::NoDotAndDotDot);
            for (const QString& name : names) {
                if (name != "owner"_L1) // kept for good: who this Benchvisor is for the container engine
                    found << folder + u'/' + name;
            }
        }
        return found;
    }

    /// Lines that a fake wrote: docker/log, sysbench.log.
    QStringList log(const QString& name) const
    {
        QFile file(stateDir() + u'/' + name);
        return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()).split(u'\n', Qt::SkipEmptyParts)
                                              : QStringList();
    }

    EngineSettings settings;

private:
    static constexpr const char* behaviours[] = {"BV_FAKE_QEMU", "BV_FAKE_QEMU_IMG", "BV_FAKE_DOCKER",
                                                 "BV_FAKE_SYSBENCH", "BV_FAKE_PACE"};
    QTemporaryDir m_dir;
};

/// host, docker and qemu (tcg), as many as are named; cpu runs of one second as planned.
inline Plan fakePlan(const QStringList& targets, int repeats = 2)
{
    Plan plan;
    plan.name = u"Faults"_s;
    for (const QString& id : targets) {
        TargetSettings target;
        target.id = id;
        target.kind = id.startsWith(u"host"_s)     ? TargetKind::Host
                      : id.startsWith(u"docker"_s) ? TargetKind::Docker
                                                   : TargetKind::Qemu;
        target.docker.cpus = 1;
        target.docker.memoryMib = 256;
        target.qemu.accel = u"tcg"_s;
        target.qemu.smp = 1;
        target.qemu.memoryMib = 256;
        plan.targets << target;
    }
    plan.suites = {{sysbench::Test::Cpu, {{u"time_s"_s, {1}}}}};
    plan.repeats = repeats;
    return plan;
}

inline Suite fileioSuite()
{
    return {sysbench::Test::Fileio,
            {{u"file_test_mode"_s, {u"rndwr"_s}},
             {u"file_total_size"_s, {u"16M"_s}},
             {u"file_num"_s, {4}},
             {u"time_s"_s, {1}}}};
}

/// One session on an engine, and everything it said.
class SessionWatch
{
public:
    explicit SessionWatch(const EngineSettings& settings)
        : engine(settings)
    {
        QObject::connect(&engine, &Engine::finished, &engine, [this](const SessionOutcome& ended) {
            outcome = ended;
            m_finished = true;
            m_loop.quit();
        });
        QObject::connect(&engine, &Engine::noteAdded, &engine, [this](const QString& note) { notes << note; });
        QObject::connect(&engine, &Engine::logged, &engine,
                         [this](const QString& target, const QString& line) { log << target + u": "_s + line; });
        QObject::connect(&engine, &Engine::phaseChanged, &engine,
                         [this](const QString& words, double) { phases << words; });
        QObject::connect(&engine, &Engine::runFinished, &engine, [this](const RunRecord& run) { records << run; });
    }

    /// False when it did not end in `seconds`.
    bool run(const Plan& plan, int seconds = 60)
    {
        engine.start(plan);
        return finish(seconds);
    }
    bool finish(int seconds = 60)
    {
        if (!m_finished) {
            QTimer::singleShot(std::chrono::seconds(seconds), &m_loop, &QEventLoop::quit);
            m_loop.exec();
        }
        return std::exchange(m_finished, false);
    }

    QList<RunRecord> recordsOf(const QString& target) const
    {
        QList<RunRecord> found;
        std::copy_if(records.cbegin(), records.cend(), std::back_inserter(found),
                     [&target](const RunRecord& run) { return run.target == target; });
        return found;
    }
    int count(const QString& target, RunStatus status) const
    {
        const QList<RunRecord> runs = recordsOf(target);
        return static_cast<int>(
            std::count_if(runs.cbegin(), runs.cend(), [status](const RunRecord& run) { return run.status == status; }));
    }
    /// Everything that was said, for a failing test.
    QByteArray story() const
    {
        QStringList lines = phases + notes + log + outcome.notRun;
        for (const RunRecord& run : records)
            lines << run.target + u' ' + runStatusName(run.status) + u' ' + run.error;
        return (lines.join(u'\n') + u"\n"_s + outcome.error.message + u"\n"_s + outcome.error.detail).toUtf8();
    }

    SessionOutcome outcome;
    QStringList notes;
    QStringList log;
    QStringList phases;
    QList<RunRecord> records;
    Engine engine; ///< last: ends before what it reports to

private:
    QEventLoop m_loop;
    bool m_finished = false;
};

} // namespace bv
