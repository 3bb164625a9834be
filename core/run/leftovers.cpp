#include "run/leftovers.h"

#include "run/session_lock.h"
#include "target/docker/command_line.h"
#include "target/docker/container_engine.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QStandardPaths>

#include <unistd.h>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

constexpr std::chrono::milliseconds callTimeout{20000};

int removeDeadFolders(const QString& parent, const QStringList& alive)
{
    int removed = 0;
    const QStringList names = QDir(parent).entryList(QDir::Dirs | QDir::NoDotAndDotDot | QDir::Hidden);
    for (const QString& name : names) {
        if (!alive.contains(name) && QDir(parent + u'/' + name).removeRecursively())
            ++removed;
    }
    return removed;
}

/// Lines "NAME SESSION" of containers or volumes that are ours and whose session is not alive.
QStringList deadNames(const QString& listing, const QStringList& alive)
{
    QStringList names;
    const QStringList lines = listing.split(u'\n', Qt::SkipEmptyParts);
    for (const QString& line : lines) {
        if (!alive.contains(line.section(u' ', 1)))
            names << line.section(u' ', 0, 0);
    }
    return names;
}

} // namespace

QString ownerToken(const QString& runtimeDir)
{
    QFile machineId(u"/etc/machine-id"_s);
    const QByteArray machine = machineId.open(QIODevice::ReadOnly) ? machineId.readAll().trimmed() : QByteArray();
    const QByteArray who = machine + '|' + QByteArray::number(::getuid()) + '|' + runtimeDir.toUtf8();
    return QString::fromLatin1(QCryptographicHash::hash(who, QCryptographicHash::Sha256).toHex().left(16));
}

Task<SweepReport> sweepLeftovers(SessionFolders folders, Tools tools, std::stop_token stop)
{
    SweepReport report;
    // Held until the end, so that no other Benchvisor cleans the same session.
    const auto dead = SessionLock::takeOverDead(folders.runtimeDir);
    for (const auto& lock : dead)
        report.sessions << lock->sessionId();
    const QStringList alive = SessionLock::aliveSessions(folders.runtimeDir);
    QStringList aliveElsewhere = alive;
    for (const QString& id : report.sessions)
        aliveElsewhere.removeAll(id); // our own take-over is no sign of life
    report.folders =
        removeDeadFolders(folders.runtimeDir, aliveElsewhere) + removeDeadFolders(folders.workDir, aliveElsewhere);
    if (QStandardPaths::findExecutable(tools.docker).isEmpty())
        co_return report;
    const ContainerEngine engine(tools.docker);
    const QString filter = u"label=%1=%2"_s.arg(ownerLabel, ownerToken(folders.runtimeDir));
    const QStringList ps{u"ps"_s, u"--all"_s,    u"--filter"_s,
                         filter,  u"--format"_s, u"{{.ID}} {{.Label \"%1\"}}"_s.arg(sessionLabel)};
    const auto containers = co_await engine.call(ps, callTimeout, stop);
    if (!containers)
        co_return report; // no engine: nothing of it can run
    const QStringList deadContainers = deadNames(*containers, aliveElsewhere);
    for (const QString& id : deadContainers) {
        const QStringList remove{u"rm"_s, u"--force"_s, u"--volumes"_s, id};
        const auto removed = co_await engine.call(remove, callTimeout, stop);
        report.containers += removed ? 1 : 0;
    }
    const QStringList ls{u"volume"_s, u"ls"_s,       u"--filter"_s,
                         filter,      u"--format"_s, u"{{.Name}} {{.Label \"%1\"}}"_s.arg(sessionLabel)};
    const QString volumes = (co_await engine.call(ls, callTimeout, stop)).valueOr(QString());
    const QStringList deadVolumes = deadNames(volumes, aliveElsewhere);
    for (const QString& name : deadVolumes) {
        const QStringList remove{u"volume"_s, u"rm"_s, u"--force"_s, name};
        const auto removed = co_await engine.call(remove, callTimeout, stop);
        report.volumes += removed ? 1 : 0;
    }
    co_return report;
}

} // namespace bv
