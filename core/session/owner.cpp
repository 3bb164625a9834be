#include "session/owner.h"

#include <QFile>
#include <QStringList>
#include <optional>
#include <unistd.h>

namespace bv {

namespace {

using namespace Qt::StringLiterals;

struct ProcessState
{
    char state = 0;
    QByteArray startTime;
};

QByteArray bootId()
{
    QFile file(u"/proc/sys/kernel/random/boot_id"_s);
    return file.open(QIODevice::ReadOnly) ? file.readAll().trimmed() : QByteArray();
}

/// Reads /proc/<pid>/stat. The name in field 2 may hold blanks and parentheses, so counting begins after the last ')'.
std::optional<ProcessState> processState(qint64 pid)
{
    QFile file(u"/proc/%1/stat"_s.arg(pid));
    if (!file.open(QIODevice::ReadOnly))
        return std::nullopt;
    const QByteArray stat = file.readAll();
    const QList<QByteArray> fields = stat.mid(stat.lastIndexOf(')') + 1).simplified().split(' ');
    constexpr qsizetype stateField = 0;      // field 3 of proc(5)
    constexpr qsizetype startTimeField = 19; // field 22
    if (fields.size() <= startTimeField || fields[stateField].size() != 1)
        return std::nullopt;
    return ProcessState{fields[stateField].front(), fields[startTimeField]};
}

} // namespace

QString ownerToken()
{
    const qint64 pid = ::getpid();
    const auto process = processState(pid);
    const QByteArray startTime = process ? process->startTime : QByteArray();
    return u"%1:%2:%3"_s.arg(QString::number(pid), QString::fromLatin1(startTime), QString::fromLatin1(bootId()));
}

bool isOwnerAlive(const QString& token)
{
    const QStringList parts = token.split(u':');
    constexpr qsizetype partCount = 3;
    if (parts.size() != partCount || parts[2] != QString::fromLatin1(bootId()))
        return false;
    bool isNumber = false;
    const qint64 pid = parts[0].toLongLong(&isNumber);
    if (!isNumber || pid <= 0)
        return false;
    const auto process = processState(pid);
    if (!process || process->state == 'Z' || process->state == 'X')
        return false;
    return parts[1] == QString::fromLatin1(process->startTime);
}

} // namespace bv
