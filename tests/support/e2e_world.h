#pragma once

#include <QDir>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <csignal>
#include <sys/prctl.h>

namespace bv::e2e {

using namespace Qt::StringLiterals;

/// What a small program said. `status` is -1 when it did not start, crashed or took too long.
struct Said
{
    int status = -1;
    QByteArray output;
    QByteArray errors;
};

/// A user of Benchvisor: folders of their own, the machine's programs, a container engine. Everything that the program
/// starts for this user can be told from anybody else's.
class World
{
public:
    World()
        // Short, because the paths of sockets are; on a disk, because file sets are measured on it.
        : m_root(QDir(u"/var/tmp"_s).filePath(u"bv"_s + QString(6, u'X')))
        , m_environment(QProcessEnvironment::systemEnvironment())
    {
        for (const QString& name : {u"data"_s, u"config"_s, u"state"_s, u"cache"_s, u"r"_s, u"files"_s, u"home"_s})
            QDir().mkdir(m_root.filePath(name), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        m_guestHome = qEnvironmentVariable("XDG_CACHE_HOME");
        if (m_guestHome.isEmpty() || !QFileInfo::exists(m_guestHome + "/benchvisor/guest"_L1))
            m_guestHome = QFileInfo(program()).absolutePath() + "/../e2e-cache"_L1; // kept beside the build
        m_environment.insert(u"XDG_DATA_HOME"_s, m_root.filePath(u"data"_s));
        m_environment.insert(u"XDG_CONFIG_HOME"_s, m_root.filePath(u"config"_s));
        m_environment.insert(u"XDG_STATE_HOME"_s, m_root.filePath(u"state"_s));
        m_environment.insert(u"XDG_CACHE_HOME"_s, m_root.filePath(u"cache"_s));
        m_environment.insert(u"XDG_RUNTIME_DIR"_s, m_root.filePath(u"r"_s));
        m_environment.insert(u"LC_ALL"_s, u"C.UTF-8"_s);
        QFile keepsake(keepsakePath());
        if (keepsake.open(QIODevice::WriteOnly))
            keepsake.write("the user's own");
    }

    static QString program() { return QStringLiteral(BV_PROGRAM); }

    /// Builds the guest where it is not built yet and asks for the engine. What is wrong; empty when all is there.
    QString prepare()
    {
        QProcessEnvironment builder = m_environment;
        builder.insert(u"XDG_CACHE_HOME"_s, m_guestHome);
        const Said built = say(program(), {u"guest"_s, u"build"_s}, builder);
        if (built.status != 0)
            return u"The guest was not built: "_s + QString::fromUtf8(built.errors);
        const QString cache = m_root.filePath(u"cache/benchvisor"_s);
        if (!QDir().mkpath(cache) || !QFile::link(m_guestHome + "/benchvisor/guest"_L1, cache + "/guest"_L1))
            return u"No link to the guest could be made in "_s + cache;
        const Said engine = docker({u"version"_s, u"--format"_s, u"{{.Server.Version}}"_s});
        if (engine.status != 0)
            return u"These tests need a Docker engine (DOCKER_HOST or the default one); none answers: "_s +
                   QString::fromUtf8(engine.errors);
        return {};
    }

    const QProcessEnvironment& environment() const { return m_environment; }
    void setVariable(const QString& name, const QString& value) { m_environment.insert(name, value); }
    /// Where the user stands; what is there is the user's own and stays.
    QString home() const { return m_root.filePath(u"home"_s); }
    /// A path for a file of the test's own.
    QString file(const QString& name) const { return m_root.filePath(u"files/"_s + name); }
    QString runtimeDir() const { return m_root.filePath(u"r/benchvisor"_s); }
    QString workDir() const { return m_root.filePath(u"cache/benchvisor/work"_s); }
    QString configDir() const { return m_root.filePath(u"config/benchvisor"_s); }
    /// The id for a target, as no other user has it: containers and volumes are named after their target.
    QString targetId(const QString& name) const { return name + u'.' + m_root.path().right(6); }

    Said say(const QString& command, const QStringList& arguments) const
    {
        return say(command, arguments, m_environment);
    }
    Said docker(const QStringList& arguments) const { return say(u"docker"_s, arguments); }
    Said benchvisor(const QStringList& arguments) const { return say(program(), arguments); }

    /// Processes that were started for this user and still run, zombies not counted.
    QList<qint64> processes() const
    {
        const QByteArray mark = "XDG_RUNTIME_DIR=" + m_root.filePath(u"r"_s).toUtf8();
        QList<qint64> found;
        const QStringList names = QDir(u"/proc"_s).entryList(QDir::Dirs);
        for (const QString& name : names) {
            bool isPid = false;
            const qint64 pid = name.toLongLong(&isPid);
            if (isPid && read(u"/proc/%1/environ"_s.arg(pid)).split('\0').contains(mark))
                found << pid;
        }
        return found;
    }
    static QByteArray commandOf(qint64 pid) { return read(u"/proc/%1/cmdline"_s.arg(pid)).replace('\0', ' '); }
    /// The QEMUs of this user.
    QList<qint64> machines() const
    {
        QList<qint64> pids = processes();
        pids.removeIf([](qint64 pid) { return !commandOf(pid).split(' ').first().contains("qemu-system"); });
        return pids;
    }

    QStringList containers() const
    {
        return linesOf(docker({u"ps"_s, u"--all"_s, u"--no-trunc"_s, u"--quiet"_s, u"--filter"_s, ownFilter()}));
    }
    QStringList volumes() const { return linesOf(docker({u"volume"_s, u"ls"_s, u"-q"_s, u"--filter"_s, ownFilter()})); }
    /// All processes, containers, volumes, and whatever is in the folders for sockets, locks, disks and file sets, in
    /// words; empty when nothing is left of any session and nothing of the user's is gone.
    QStringList leftovers() const
    {
        QStringList found;
        for (const QString& folder : {runtimeDir(), workDir()}) {
            const auto filter = QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot;
            QStringList names = QDir(folder).entryList(filter);
            names.removeAll(u"owner"_s); // who this user is for the engine
            for (const QString& name : names)
                found << folder + u'/' + name;
        }
        const QList<qint64> pids = processes();
        for (const qint64 pid : pids)
            found << u"process %1 %2"_s.arg(pid).arg(QString::fromUtf8(commandOf(pid)));
        const QStringList boxes = containers();
        for (const QString& id : boxes)
            found << u"container "_s + id;
        const QStringList disks = volumes();
        for (const QString& name : disks)
            found << u"volume "_s + name;
        if (read(keepsakePath()) != "the user's own")
            found << u"nothing of the folder the user stood in"_s;
        return found;
    }

    /// The stored session, as it is exported.
    QJsonObject session(const QString& id) const
    {
        const Said exported = benchvisor({u"export"_s, id, u"--json"_s, u"-"_s});
        return QJsonDocument::fromJson(exported.output).object();
    }

private:
    Said say(const QString& command, const QStringList& arguments, const QProcessEnvironment& environment) const
    {
        constexpr int timeoutMs = 180'000;
        QProcess process;
        process.setProcessEnvironment(environment);
        process.setWorkingDirectory(home());
        process.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
        process.start(command, arguments);
        Said said;
        const bool ended = process.waitForFinished(timeoutMs);
        if (!ended)
            process.kill();
        process.waitForFinished(5000);
        if (ended && process.exitStatus() == QProcess::NormalExit)
            said.status = process.exitCode();
        said.output = process.readAllStandardOutput();
        said.errors = process.readAllStandardError();
        return said;
    }
    static QByteArray read(const QString& path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    static QStringList linesOf(const Said& said)
    {
        // A question that was not answered must not look like "nothing there".
        if (said.status != 0)
            return {u"(docker: %1)"_s.arg(QString::fromUtf8(said.errors).trimmed())};
        return QString::fromUtf8(said.output).split(u'\n', Qt::SkipEmptyParts);
    }
    QString keepsakePath() const { return home() + "/keepsake"_L1; }
    QString ownFilter() const { return u"name="_s + targetId({}); }

    QTemporaryDir m_root;
    QProcessEnvironment m_environment;
    QString m_guestHome;
};

} // namespace bv::e2e

/// Fails with the list where something is left of a session.
#define BV_NOTHING_LEFT(world)                                                                                         \
    do {                                                                                                               \
        const QStringList bvLeft = (world).leftovers();                                                                \
        QVERIFY2(bvLeft.isEmpty(), qPrintable(bvLeft.join(QLatin1Char('\n'))));                                        \
    } while (false)
