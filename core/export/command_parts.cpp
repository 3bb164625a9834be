#include "export/command_parts.h"

#include "base/shell_line.h"
#include "plan/parameters.h"
#include "sysbench/command_line.h"

#include <QCoreApplication>
#include <QMap>
#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::Commands)
};

/// sysbench's lines of one target, in the order of the plan, each once with its number of repeats.
class SysbenchLines
{
public:
    SysbenchLines(const Inside& inside, bool dropPageCache)
        : m_inside(inside)
        , m_dropPageCache(dropPageCache)
    {
    }

    QStringList of(const QString& targetId, const QList<PlannedRun>& runs)
    {
        QStringList order;
        QMap<QString, int> repeats;
        QMap<QString, PlannedRun> first;
        for (const PlannedRun& run : runs) {
            if (run.targetId != targetId || run.test == sysbench::Test::Boot) // those are starts of their own
                continue;
            const QString key = cellKey(run);
            if (!first.contains(key)) {
                order << key;
                first.insert(key, run);
            }
            ++repeats[key];
        }
        for (const QString& key : std::as_const(order)) {
            useFilesOf(first[key]);
            measure(first[key], repeats[key]);
        }
        useFilesOf({});
        return m_lines;
    }

private:
    void add(const QString& place, const QStringList& sysbenchArguments)
    {
        m_lines << m_inside.wrap(place, QStringList(m_inside.sysbench) + sysbenchArguments);
    }

    /// A folder for each set, as the program makes them; a set that seqwr has spoiled is made again.
    void useFilesOf(const PlannedRun& run)
    {
        const QString set = run.test == sysbench::Test::Fileio ? sysbench::fileSetKey(run.params) : QString();
        const bool isSame = set == m_set;
        if (isSame && (!m_spoiled || sysbench::spoilsFileSet(run.params)))
            return;
        if (!m_set.isEmpty())
            add(m_setFolder, sysbench::cleanupArguments(m_setRun.test, m_setRun.params));
        m_set = set;
        m_spoiled = false;
        m_setRun = run;
        if (set.isEmpty())
            return;
        if (!isSame) {
            if (m_setsMade == 0)
                m_lines << m_inside.makeFiles;
            m_setFolder = u"%1/set-%2"_s.arg(m_inside.files).arg(++m_setsMade);
            m_lines << m_inside.wrap(m_inside.files, {u"mkdir"_s, u"-p"_s, m_setFolder});
        }
        add(m_setFolder, sysbench::prepareArguments(run.test, run.params));
    }

    void measure(const PlannedRun& run, int repeats)
    {
        // Where it is not known which sysbench there is, the line says all that the plan says.
        const auto version = sysbench::parseVersion(m_inside.version).value_or(sysbench::version11);
        const QStringList unknown = sysbench::optionsUnknownTo(version, run.test, run.params);
        if (!unknown.isEmpty()) {
            m_lines << commentLine(
                Text::tr("refused, because sysbench %1 does not know %2: %3")
                    .arg(m_inside.version, unknown.join(u", "_s), describeParams(run.test, run.params)));
            return;
        }
        m_lines << commentLine(Text::tr("%n time(s):", nullptr, repeats));
        const bool files = run.test == sysbench::Test::Fileio;
        if (files && m_dropPageCache)
            m_lines << m_inside.dropPageCache(m_setFolder);
        add(files ? m_setFolder : u"/tmp"_s, sysbench::runArguments(run.test, run.params, version));
        m_spoiled = m_spoiled || (files && sysbench::spoilsFileSet(run.params));
    }

    const Inside& m_inside;
    bool m_dropPageCache;
    QStringList m_lines;
    QString m_set;          ///< the key of the file set that is there
    bool m_spoiled = false; ///< see sysbench::spoilsFileSet()
    QString m_setFolder;
    PlannedRun m_setRun;
    int m_setsMade = 0;
};

/// The program speaks with the guest through sockets; a shell can speak through pipes.
QStringList withPipes(QStringList argv)
{
    const QString socket = u"socket,"_s;
    const QString server = u",server=on,wait=off"_s;
    for (QString& argument : argv) {
        const bool spoken = argument.startsWith("socket,id=qga,"_L1) || argument.startsWith("socket,id=out0,"_L1);
        if (spoken && argument.endsWith(server))
            argument = u"pipe,"_s + argument.sliced(socket.size()).chopped(server.size());
    }
    return argv;
}

} // namespace

/// It stays one line: what followed a line end would be run.
QString commentLine(QString text)
{
    std::replace_if(
        text.begin(), text.end(), [](QChar c) { return c < u' '; }, u' ');
    return u"# "_s + text;
}

QString commandLine(const QStringList& argv)
{
    QStringList words;
    for (const QString& word : argv) {
        QString text;
        QString plain;
        const auto quotePlain = [&text, &plain] {
            if (!plain.isEmpty())
                text += shellLine({plain});
            plain.clear();
        };
        for (const QChar c : word) {
            const bool isFolder = folderVariable == c;
            if (!isFolder && nameVariable != c) {
                plain += c;
                continue;
            }
            quotePlain();
            text += isFolder ? u"\"$d\""_s : u"\"$n\""_s;
        }
        quotePlain();
        words << (word.isEmpty() ? u"''"_s : text);
    }
    return words.join(u' ');
}

QStringList beginSubshell(const QStringList& variables, const QString& end)
{
    return QStringList{u"("_s, u"set -eu"_s} + variables +
           QStringList{u"end() { "_s + end + u" }"_s, u"trap end EXIT"_s, u"trap 'exit 130' INT"_s,
                       u"trap 'exit 143' TERM HUP"_s};
}

QString makeFolderLine(const CommandPlaces& places)
{
    return u"d=$(%1 && %2)"_s.arg(
        shellLine({u"mkdir"_s, u"-p"_s, places.folder}),
        shellLine({u"mktemp"_s, u"-d"_s, places.folder + u"/benchvisor-manual-"_s + QString(6, u'X')}));
}

QStringList sysbenchLines(const Inside& inside, bool dropPageCache, const QString& targetId,
                          const QList<PlannedRun>& runs)
{
    return SysbenchLines(inside, dropPageCache).of(targetId, runs);
}

QList<std::pair<PlannedRun, int>> startsOf(const QString& targetId, const QList<PlannedRun>& runs)
{
    QList<std::pair<PlannedRun, int>> starts;
    for (const PlannedRun& run : runs) {
        if (run.test != sysbench::Test::Boot || run.targetId != targetId)
            continue;
        const auto known = std::find_if(starts.begin(), starts.end(), [&run](const std::pair<PlannedRun, int>& start) {
            return cellKey(start.first) == cellKey(run);
        });
        if (known == starts.end())
            starts << std::pair(run, 1);
        else
            ++known->second;
    }
    return starts;
}

bool measuresInside(const QString& targetId, const QList<PlannedRun>& runs)
{
    return startsOf(targetId, runs).isEmpty() ||
           std::any_of(runs.cbegin(), runs.cend(), [&targetId](const PlannedRun& run) {
               return run.targetId == targetId && run.test != sysbench::Test::Boot;
           });
}

QString startComment(const PlannedRun& run, int repeats)
{
    return commentLine(Text::tr("%1, %n time(s):", nullptr, repeats)
                           .arg(describeParams(run.test, run.params, {u"memory_mib"_s, u"smp"_s})));
}

bool isCold(const PlannedRun& run)
{
    return run.params["cache"_L1].toString() == "cold"_L1;
}

QStringList dropFromHostCache(const QStringList& files)
{
    QStringList lines;
    for (const QString& file : files) {
        if (!file.isEmpty())
            lines << commandLine({u"dd"_s, u"if="_s + file, u"iflag=nocache"_s, u"count=0"_s, u"status=none"_s});
    }
    return lines;
}

QStringList firmwareVariablesLines(FirmwareFiles& firmware, const QString& arch)
{
    if (!needsFirmwareVariables(firmware, arch))
        return {};
    const QString copy = folderVariable + u"/firmware-variables"_s;
    const QString from = std::exchange(firmware.vars, copy);
    if (from.isEmpty())
        return {commandLine({u"truncate"_s, u"-s"_s, u"64M"_s, copy})};
    return {commandLine({u"cp"_s, from, copy})};
}

/// The agent starts the words, their output comes over the port stream.0, up to a last line of ours; the command before
/// may still have it open for a moment, and only one can.
QStringList guestFunction()
{
    return {
        u"g() {"_s,
        u"  f=$1; a=; shift; for w; do a=\"$a,\\\"$w\\\"\"; done"_s,
        uR"sh(  printf '{"execute":"guest-exec","arguments":{"path":"/bin/sh","arg":["-c","p=/dev/virtio-ports/stream.0; until (: >$p) 2>/dev/null; do sleep 0.01; done; exec >$p 2>&1 </dev/null; cd \\"$0\\" && \\"$@\\"; echo bv-end $?","%s"%s]}}\n' "$f" "$a" >&7)sh"_s,
        u"  read -r r <&8"_s,
        uR"sh(  case $r in *'"return"'*) ;; *) printf '%s\n' "$r" >&2; return 1 ;; esac)sh"_s,
        uR"sh(  while IFS= read -r l <&9; do case $l in 'bv-end '*) return "${l#bv-end }" ;; esac; printf '%s\n' "$l"; done)sh"_s,
        u"  return 1"_s,
        u"}"_s};
}

QStringList pingLines()
{
    return {commentLine(Text::tr("answers as soon as the guest has booted")),
            uR"sh(printf '{"execute":"guest-ping"}\n' >&7; read -r r <&8)sh"_s};
}

QStringList bootLines(const QStringList& argv)
{
    return {commentLine(Text::tr("qga and out0 are sockets when Benchvisor starts it, and pipes here for the shell")),
            u"mkfifo \"$d\"/qga.in \"$d\"/qga.out \"$d\"/out0.in \"$d\"/out0.out"_s,
            u"exec 7<>\"$d\"/qga.in 8<>\"$d\"/qga.out 9<>\"$d\"/out0.out"_s,
            commandLine(withPipes(argv)) + u" &"_s,
            u"pid=$!"_s,
            commentLine(Text::tr("for reading only: so the end of QEMU ends the waiting")),
            u"exec 8<\"$d\"/qga.out 9<\"$d\"/out0.out"_s};
}

QString endOfMachine()
{
    return u"[ -z \"$pid\" ] || { kill \"$pid\" && wait \"$pid\"; } || :; rm -r \"$d\";"_s;
}

} // namespace bv
