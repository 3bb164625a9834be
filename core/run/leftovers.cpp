#include "run/leftovers.h"

#include "async/sleep.h"
#include "base/paths.h"
#include "run/session_lock.h"
#include "target/docker/command_line.h"
#include "target/docker/container_engine.h"

#include <QDeadlineTimer>
#include <QDir>
#include <QFile>
#include <QRandomGenerator>
#include <QRegularExpression>
#include <QSaveFile>
#include <QStandardPaths>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

constexpr std::chrono::milliseconds listTimeout{5000};
constexpr std::chrono::milliseconds removeTimeout{20000};
constexpr std::chrono::milliseconds removePause{100};

/// Only names that this program gives: "20261123-054210-7f3a", "probe-4711", "bench-4711", "vm-mine".
bool isOurName(const QString& name)
{
    static const QRegularExpression pattern(u"^(\\d{8}-\\d{6}-[0-9a-f]{4}|(probe|bench)-\\d+|vm-[a-z0-9-]+)$"_s);
    return pattern.match(name).hasMatch();
}

/// `taken`: whose lock this sweep holds.
int removeDeadFolders(const QString& parent, const QStringList& alive, const QStringList& taken)
{
    int removed = 0;
    const QStringList names = QDir(parent).entryList(QDir::Dirs | QDir::NoDotAndDotDot | QDir::NoSymLinks);
    for (const QString& name : names) {
        if (!isOurName(name) || alive.contains(name))
            continue;
        // No session has the name of an earlier one, but a VM may be made anew at this moment.
        Result<std::shared_ptr<SessionLock>> lock = std::shared_ptr<SessionLock>();
        if (name.startsWith("vm-"_L1) && !taken.contains(name))
            lock = SessionLock::acquire(parent, name);
        if (lock && removeOwnFolder(parent + u'/' + name))
            ++removed;
    }
    return removed;
}

/// The session that a container or volume named "benchvisor-SESSION-TARGET" belongs to.
QString sessionOf(const QString& name)
{
    static const QRegularExpression pattern(u"^benchvisor-(\\d{8}-\\d{6}-[0-9a-f]{4}|bench-\\d+)-"_s);
    return pattern.match(name).captured(1);
}

/// Removes containers or volumes of ours whose session is dead. Liveness is asked anew for each: another Benchvisor may
/// have begun meanwhile. Waits for those that the engine is removing already: until then their names are taken, and
/// their volumes in use.
Task<int> removeDead(ContainerEngine engine, QStringList list, QStringList remove, SessionFolders folders,
                     QStringList taken, std::stop_token stop)
{
    int removed = 0;
    bool refused = true;
    const QDeadlineTimer patience(removeTimeout);
    while (refused && !patience.hasExpired() && !stop.stop_requested()) {
        refused = false;
        const auto listing = co_await engine.call(list, listTimeout, stop);
        const QStringList names = listing.valueOr(QString()).split(u'\n', Qt::SkipEmptyParts);
        for (const QString& name : names) {
            const QString session = sessionOf(name);
            const bool dead = taken.contains(session) || !aliveSessions(folders).contains(session);
            if (session.isEmpty() || !dead)
                continue;
            const QStringList arguments = remove + QStringList(name);
            const auto done = co_await engine.call(arguments, removeTimeout, stop);
            removed += done ? 1 : 0;
            refused = refused || !done;
        }
        if (refused)
            (void)co_await sleepFor(removePause, stop);
    }
    co_return removed;
}

} // namespace

QString engineOwner(const SessionFolders& folders)
{
    const QString path = folders.workDir + "/owner"_L1;
    QFile kept(path);
    if (kept.open(QIODevice::ReadOnly)) {
        const QString token = QString::fromLatin1(kept.read(64)).trimmed();
        if (token.size() == 16)
            return token;
    }
    const QString token = u"%1"_s.arg(QRandomGenerator::system()->generate64(), 16, 16, QChar(u'0'));
    QSaveFile file(path);
    if (file.open(QIODevice::WriteOnly) && file.write(token.toLatin1()) > 0)
        file.commit();
    return token;
}

QStringList aliveSessions(const SessionFolders& folders)
{
    return SessionLock::aliveSessions(folders.runtimeDir) + SessionLock::aliveSessions(folders.workDir);
}

Task<SweepReport> sweepLeftovers(SessionFolders folders, Tools tools, std::stop_token stop)
{
    SweepReport report;
    // Held until the end, so that no other Benchvisor cleans the same session. A session is dead when nobody holds its
    // lock in either folder; a lock that is held in one of them protects both.
    auto dead = SessionLock::takeOverDead(folders.runtimeDir) + SessionLock::takeOverDead(folders.workDir);
    QStringList taken;
    for (const auto& lock : std::as_const(dead))
        taken << lock->sessionId();
    QStringList alive;
    const QStringList held = aliveSessions(folders);
    for (const QString& id : held) {
        // what we took over twice (or once and nobody else has) is no sign of life
        if (held.count(id) > taken.count(id))
            alive << id;
    }
    for (const QString& id : std::as_const(alive))
        taken.removeAll(id);
    report.sessions = taken;
    report.sessions.removeDuplicates();
    report.folders =
        removeDeadFolders(folders.runtimeDir, alive, taken) + removeDeadFolders(folders.workDir, alive, taken);
    if (QStandardPaths::findExecutable(tools.docker).isEmpty())
        co_return report;
    const ContainerEngine engine(tools.docker);
    const QString filter = u"label=%1=%2"_s.arg(ownerLabel, engineOwner(folders));
    const QStringList ps{u"ps"_s, u"--all"_s, u"--filter"_s, filter, u"--format"_s, u"{{.Names}}"_s};
    const QStringList rm{u"rm"_s, u"--force"_s, u"--volumes"_s};
    report.containers = co_await removeDead(engine, ps, rm, folders, taken, stop);
    const QStringList ls{u"volume"_s, u"ls"_s, u"--filter"_s, filter, u"--format"_s, u"{{.Name}}"_s};
    const QStringList volumeRm{u"volume"_s, u"rm"_s, u"--force"_s};
    report.volumes = co_await removeDead(engine, ls, volumeRm, folders, taken, stop);
    co_return report;
}

} // namespace bv
