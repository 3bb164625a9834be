#include "target/qemu/guest_channel.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QRandomGenerator>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::GuestChannel)
};

constexpr std::chrono::milliseconds agentTimeout{10000};
constexpr std::chrono::milliseconds killTimeout{3000};
constexpr qsizetype outputKept = 1 << 20;

/// $1 token, $2 folder, $3 sample (0/1), then the command; %1 and %2: see GuestChannel::Script. The marks are lines
/// that begin with the byte 0x1e, which sysbench never prints; the first one tells the command's pid. The command leads
/// a session and a group of its own, so that all of it can be killed and nothing else. The sampler forks nothing: `read
/// -t 1` on a pipe that never speaks is its clock, but where the shell knows no -t, as dash.
QString execScript()
{
    return uR"sh(t=$1; d=$2; s=$3; shift 3
%1
if ! cd "$d"; then printf '\036B %s 0\n\036E %s 126\n' "$t" "$t"; exit; fi
sp=
if [ "$s" = 1 ]; then
  { never=/tmp/bv-never-$(id -u); [ -p $never ] || mkfifo $never; exec 9<>$never
    for b in vda nvme0n1 sda; do b=/sys/block/$b/stat; [ ! -r $b ] || break; done
    while :; do
      read -r u _ </proc/uptime; read -r c </proc/stat; k=0
      if [ -r $b ]; then read -r _ _ _ _ _ _ _ _ _ k _ <$b; fi
      echo "$u $k $c" %2
      read -r -t 1 _ <&9 || [ $? != 2 ] || sleep 1 3>&-
    done; } >/dev/null 2>&1 &
  sp=$!
fi
{ read -r c _ </proc/self/stat; printf '\036B %s %s\n' "$t" "$c"; exec setsid "$@"; } 3>&- &
wait $!
r=$?
if [ -n "$sp" ]; then kill "$sp"; wait "$sp"; fi 2>/dev/null
printf '\036E %s %s\n' "$t" "$r")sh"_s;
}

} // namespace

GuestChannel::GuestChannel(QObject* parent)
    : QObject(parent)
    , m_answerTimeout(agentTimeout)
{
}

void GuestChannel::setAnswerTimeout(std::chrono::milliseconds timeout)
{
    m_answerTimeout = std::min(agentTimeout, timeout);
}

/// Whatever came before is over.
void GuestChannel::expect(const QByteArray& token)
{
    m_startMark = "\x1e"
                  "B " +
                  token + ' ';
    m_endMark = "\x1e"
                "E " +
                token + ' ';
    m_begun = false;
    m_childPid = 0;
    m_pending.clear();
    m_output.clear();
    m_notRunWhy.clear();
    m_usage = {};
    m_lastStats.clear();
    m_ending = OneShot<Ending>();
    m_ended = OneShot<bool>();
}

Task<ExecOutcome> GuestChannel::exec(ExecSpec spec, std::stop_token stop, OutputHandler onOutput)
{
    const QByteArray token = QByteArray::number(QRandomGenerator::global()->generate64(), 16);
    expect(token);
    m_onOutput = std::move(onOutput);
    QElapsedTimer clock;
    clock.start();
    const Script joined = script();
    const QStringList arguments = QStringList{u"-c"_s,     execScript().arg(joined.opening, joined.stats),
                                              u"bv"_s,     QString::fromLatin1(token),
                                              spec.folder, spec.sample ? u"1"_s : u"0"_s} +
                                  spec.argv;
    ExecOutcome outcome;
    const auto pid = co_await begin(arguments, m_answerTimeout, stop);
    if (!pid) {
        // The guest may run it all the same, after a stop for one: nobody is there any more to hear what it says.
        m_onOutput = {};
        m_startMark.clear();
        noteSilence(pid.error());
        outcome.kind = !m_goneWhy.isEmpty()                         ? ExecOutcome::Kind::TargetGone
                       : pid.error().code == Error::Code::Cancelled ? ExecOutcome::Kind::Cancelled
                                                                    : ExecOutcome::Kind::NotRun;
        outcome.message = m_goneWhy.isEmpty() ? pid.error().message : m_goneWhy;
        co_return outcome;
    }
    const OneShot<Ending> ended = m_ending;
    ended.resolveAfter(spec.timeout, Ending::TimedOut);
    const ResolveOnStop<Ending> onStop(stop, ended, Ending::Cancelled);
    const Ending ending = co_await ended.wait();
    outcome.seconds = static_cast<double>(clock.nsecsElapsed()) * 1e-9;
    m_onOutput = {};
    outcome.output = m_output;
    if (ending == Ending::TimedOut) // after a stop the VM is closed, and all in it ends
        co_await killInGuest(*pid);
    conclude(ending, spec, &outcome);
    co_return outcome;
}

void GuestChannel::conclude(Ending ending, const ExecSpec& spec, ExecOutcome* outcome) const
{
    switch (ending) {
    case Ending::Exited:
        outcome->kind = ExecOutcome::Kind::Exited;
        outcome->exitCode = m_exitCode;
        break;
    case Ending::TimedOut:
        outcome->kind = ExecOutcome::Kind::TimedOut;
        outcome->message =
            Text::tr("It did not end within %1 s.").arg(static_cast<double>(spec.timeout.count()) / 1000.0);
        break;
    case Ending::Cancelled:
        outcome->kind = ExecOutcome::Kind::Cancelled;
        outcome->message = Text::tr("Cancelled.");
        break;
    case Ending::Gone:
        outcome->kind = ExecOutcome::Kind::TargetGone;
        outcome->message = m_goneWhy;
        break;
    case Ending::NotRun:
        outcome->kind = ExecOutcome::Kind::NotRun;
        outcome->message = m_notRunWhy;
        break;
    }
}

/// Kills the command and waits for its end mark, so that the next one does not run beside it. Where the command has not
/// told its pid, the shell that was to start it is killed.
Task<> GuestChannel::killInGuest(qint64 shellPid)
{
    const OneShot<bool> ended = m_ended;
    ended.resolveAfter(killTimeout, false);
    if (m_childPid <= 0 && shellPid <= 0)
        co_return;
    const QString victim = m_childPid > 0 ? QString::number(-m_childPid) : QString::number(shellPid);
    const QStringList arguments{u"-c"_s, u"kill -9 \"$1\""_s, u"kill"_s, victim};
    // Not answered: the VM is gone or about to be closed, which ends the command too.
    const auto killing = co_await beginQuietly(arguments, killTimeout);
    if (!killing)
        noteSilence(killing.error());
    else if (m_childPid > 0)
        co_await ended.wait();
}

/// Of a guest that stands still nothing more will come: every further run would wait for its agent in vain.
void GuestChannel::noteSilence(const Error& error)
{
    if (error.code == Error::Code::TimedOut && m_goneWhy.isEmpty())
        m_goneWhy = Text::tr("The guest does not answer any more. %1").arg(error.message);
}

void GuestChannel::reportGone(const QString& why)
{
    if (m_goneWhy.isEmpty())
        m_goneWhy = why;
    m_ending.resolve(Ending::Gone);
    m_ended.resolve(false);
}

void GuestChannel::reportNotRun(const QString& why)
{
    m_notRunWhy = why;
    m_ending.resolve(Ending::NotRun);
    m_ended.resolve(false);
}

void GuestChannel::takeOutput(const QByteArray& chunk)
{
    m_pending += chunk;
    if (m_ended.isResolved() || m_startMark.isEmpty()) {
        m_pending.clear();
        return;
    }
    if (!m_begun) {
        const qsizetype begin = m_pending.indexOf(m_startMark);
        const qsizetype newline = begin < 0 ? -1 : m_pending.indexOf('\n', begin);
        if (newline < 0)
            return;
        const qsizetype pidAt = begin + m_startMark.size();
        m_childPid = m_pending.mid(pidAt, newline - pidAt).toLongLong();
        m_pending.remove(0, newline + 1);
        m_begun = true;
    }
    while (!m_ended.isResolved()) {
        const qsizetype mark = m_pending.indexOf('\x1e');
        deliver(m_pending.left(mark >= 0 ? mark : m_pending.size()));
        m_pending.remove(0, mark >= 0 ? mark : m_pending.size());
        const qsizetype newline = m_pending.indexOf('\n');
        if (mark < 0 || newline < 0)
            return;
        const QByteArray line = m_pending.left(newline);
        m_pending.remove(0, newline + 1);
        const bool isOther = !line.startsWith(m_endMark);
        // An end mark may be that of a command before, killed and heard of only now; anything else was printed.
        if (isOther && !line.startsWith("\x1e"
                                        "E "))
            deliver(line + '\n');
        if (isOther)
            continue;
        m_exitCode = line.mid(m_endMark.size()).toInt();
        m_ending.resolve(Ending::Exited);
        m_ended.resolve(true);
    }
}

void GuestChannel::deliver(const QByteArray& chunk)
{
    if (chunk.isEmpty() || m_ending.isResolved()) // what a command that is given up says, nobody hears
        return;
    m_output += chunk;
    if (m_output.size() > 2 * outputKept)
        m_output.remove(0, m_output.size() - outputKept);
    if (m_onOutput)
        m_onOutput(chunk);
}

void GuestChannel::takeStats(const QByteArray& chunk)
{
    m_statsBuffer += chunk;
    qsizetype newline = 0;
    while ((newline = m_statsBuffer.indexOf('\n')) >= 0) {
        takeStatsLine(m_statsBuffer.left(newline));
        m_statsBuffer.remove(0, newline + 1);
    }
    if (m_statsBuffer.size() > 4096)
        m_statsBuffer.clear();
}

void GuestChannel::takeStatsLine(const QByteArray& line)
{
    // "<uptime s> <disk io_ticks ms> cpu <user> <nice> <system> <idle> <iowait> <irq> <softirq> …", ticks of 10 ms, see
    // proc(5)
    const QList<QByteArray> fields = line.simplified().split(' ');
    if (fields.size() < 10 || fields[2] != "cpu")
        return;
    constexpr double tick = 0.01; // USER_HZ is 100 on every architecture QEMU emulates here
    const QList<double> now{fields[0].toDouble(), (fields[3].toDouble() + fields[4].toDouble()) * tick,
                            (fields[5].toDouble() + fields[8].toDouble() + fields[9].toDouble()) * tick,
                            fields[1].toDouble() * 1e-3};
    const double elapsed = m_lastStats.isEmpty() ? 0 : now[0] - m_lastStats[0];
    if (elapsed > 0.2) {
        m_usage.guestUserPct = 100 * (now[1] - m_lastStats[1]) / elapsed;
        m_usage.guestSystemPct = 100 * (now[2] - m_lastStats[2]) / elapsed;
        m_usage.guestDiskPct = std::min(100.0, 100 * (now[3] - m_lastStats[3]) / elapsed);
    }
    if (m_lastStats.isEmpty() || elapsed > 0.2)
        m_lastStats = now;
}

} // namespace bv
