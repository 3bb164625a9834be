#include "target/inside_facts.h"

#include <QCoreApplication>
#include <QHash>
#include <algorithm>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::InsideFacts)
};

QStringList shell(const QString& script)
{
    return {u"sh"_s, u"-c"_s, script};
}

void insertNumber(QJsonObject& json, const QString& key, const QString& text, double factor)
{
    bool ok = false;
    const double value = text.toDouble(&ok);
    if (ok && value > 0)
        json.insert(key, value * factor);
}

} // namespace

QStringList insideFactsCommand(const QString& sysbench)
{
    // Only what every shell has, so that it works in any image; each line is "key=value".
    static const QString script = uR"sh(
echo "nproc=$(nproc 2>/dev/null)"
while read -r k v _; do if [ "$k" = MemTotal: ]; then echo "memory_kib=$v"; fi; done </proc/meminfo
for f in /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes; do
  if [ -r $f ]; then read -r v <$f; echo "limit_memory_bytes=$v"; break; fi; done
if [ -r /sys/fs/cgroup/cpu.max ]; then read -r v </sys/fs/cgroup/cpu.max; echo "cpu_max=$v"; fi
if [ -r /sys/fs/cgroup/cpu/cpu.cfs_quota_us ]; then read -r q </sys/fs/cgroup/cpu/cpu.cfs_quota_us
  read -r p </sys/fs/cgroup/cpu/cpu.cfs_period_us; echo "cpu_max=$q $p"; fi
echo "kernel=$(uname -r)"; echo "machine=$(uname -m)"
if [ -r /etc/os-release ]; then . /etc/os-release; echo "os=$PRETTY_NAME"; fi
read -r c </sys/devices/system/clocksource/clocksource0/current_clocksource && echo "clocksource=$c"
p=$(command -v "$1") || exit 0
echo "sysbench_path=$p"
s=$(sha256sum "$p" 2>/dev/null); echo "sysbench_sha256=${s%% *}"
echo "sysbench_version=$("$p" --version 2>&1)"
)sh"_s;
    return shell(script) << u"facts"_s << sysbench;
}

Result<QJsonObject> parseInsideFacts(const QByteArray& output, const QString& where, const QString& advice)
{
    QHash<QString, QString> facts;
    const QStringList lines = QString::fromUtf8(output).split(u'\n');
    for (const QString& line : lines) {
        const qsizetype equals = line.indexOf(u'=');
        if (equals > 0)
            facts.insert(line.left(equals), line.mid(equals + 1).trimmed());
    }
    const QString version = facts.value(u"sysbench_version"_s);
    if (!version.startsWith("sysbench "_L1)) {
        const QString path = facts.value(u"sysbench_path"_s);
        const QString mend = advice.isEmpty() ? Text::tr("Install it there, or use the image \"builtin\".") : advice;
        const QString message = path.isEmpty() ? Text::tr("There is no sysbench in %1. %2").arg(where, mend)
                                               : Text::tr("%1 in %2 does not run as sysbench.").arg(path, where);
        return Error(Error::Code::NotReady, message, version.isEmpty() ? QString::fromUtf8(output) : version);
    }
    QJsonObject json;
    insertNumber(json, u"nproc"_s, facts.value(u"nproc"_s), 1);
    insertNumber(json, u"memory_mib"_s, facts.value(u"memory_kib"_s), 1.0 / 1024);
    // "no limit" is the word max (cgroup 2) or a figure near 2^63 (cgroup 1)
    const QString limit = facts.value(u"limit_memory_bytes"_s);
    if (limit.toDouble() < 1e15)
        insertNumber(json, u"limit_memory_mib"_s, limit, 1.0 / (1024 * 1024));
    const QStringList quota = facts.value(u"cpu_max"_s).split(u' ');
    if (quota.size() == 2 && quota[0].toDouble() > 0 && quota[1].toDouble() > 0)
        json.insert(u"limit_cpus"_s, quota[0].toDouble() / quota[1].toDouble());
    for (const QString& key : {u"kernel"_s, u"machine"_s, u"clocksource"_s, u"os"_s}) {
        if (!facts.value(key).isEmpty())
            json.insert(key, facts.value(key));
    }
    QJsonObject build{{u"version"_s, version.mid(9).section(u' ', 0, 0)}, {u"path"_s, facts.value(u"sysbench_path"_s)}};
    if (facts.value(u"sysbench_sha256"_s).size() == 64)
        build.insert(u"sha256"_s, facts.value(u"sysbench_sha256"_s));
    json.insert(u"sysbench"_s, build);
    return json;
}

QStringList killAllCommand()
{
    // Twice: what was forking at that moment. Only where the first process is the container's own, `cat`.
    return shell(u"read -r c </proc/1/comm && [ \"$c\" = cat ] || exit 3; for i in 1 2; do for p in /proc/[0-9]*; do "
                 "p=${p#/proc/}; [ \"$p\" = 1 ] || [ \"$p\" = $$ ] || kill -9 \"$p\" 2>/dev/null; done; done; true"_s)
           << u"kill"_s;
}

QStringList dropFilesCommand()
{
    return shell(
        u"set -- test_file.*; [ -e \"$1\" ] || { echo 'no file set'; exit 3; }; "
        "for f; do /bin/dd if=/dev/null of=\"$f\" oflag=nocache conv=notrunc,fdatasync count=0 2>/tmp/bv-dd || "
        "{ cat /tmp/bv-dd; exit 4; }; done"_s);
}

QStringList freeSpaceCommand()
{
    return shell(u"df -Pk . | { read -r _; read -r _ _ _ free _; echo \"$free\"; }"_s);
}

} // namespace bv
