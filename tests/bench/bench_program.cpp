// The program as a whole, measured from outside: how much of a session is measuring, what the program itself costs
// while a run is on, how fast it stops. bench_program [REPEATS]: repeats of the cpu half of preset report (5: about 5
// minutes)

#include "bench_support.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <csignal>
#include <sys/resource.h>

using namespace Qt::StringLiterals;
using namespace bv;

namespace {

QString writePlan(const QTemporaryDir& dir, int repeats, const QJsonArray& primes, int seconds)
{
    const QJsonObject plan{
        {u"schema"_s, u"benchvisor-plan/1"_s},
        {u"name"_s, u"bench"_s},
        {u"repeats"_s, repeats},
        {u"targets"_s, QJsonArray{QJsonObject{{u"kind"_s, u"docker"_s}},
                                  QJsonObject{{u"kind"_s, u"qemu"_s}, {u"accel"_s, u"tcg"_s}}}},
        {u"suites"_s,
         QJsonArray{QJsonObject{
             {u"test"_s, u"cpu"_s}, {u"cpu_max_prime"_s, primes}, {u"threads"_s, 1}, {u"time_s"_s, seconds}}}}};
    QFile file(dir.filePath(u"plan.json"_s));
    if (!file.open(QIODevice::WriteOnly))
        qFatal("no plan");
    file.write(QJsonDocument(plan).toJson());
    return file.fileName();
}

qint64 statusKib(qint64 pid, const QByteArray& key)
{
    QFile file(u"/proc/%1/status"_s.arg(pid));
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    const QList<QByteArray> lines = file.readAll().split('\n');
    for (const QByteArray& line : lines) {
        if (line.startsWith(key))
            return line.simplified().split(' ').value(1).toLongLong();
    }
    return 0;
}

void efficiency(const QTemporaryDir& dir, int repeats)
{
    const QString output = dir.filePath(u"session.json"_s);
    QProcess program;
    program.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    QElapsedTimer clock;
    clock.start();
    program.start(
        QStringLiteral(BV_PROGRAM),
        {u"run"_s, u"-q"_s, u"--plan"_s, writePlan(dir, repeats, {20000, 50000, 90000}, 10), u"--output"_s, output});
    qint64 peakKib = 0;
    while (!program.waitForFinished(1000))
        peakKib = std::max(peakKib, statusKib(program.processId(), "VmHWM:"));
    const double wall = static_cast<double>(clock.elapsed()) / 1000;
    QFile file(output);
    if (!file.open(QIODevice::ReadOnly))
        qFatal("the session failed");
    double measured = 0;
    const QJsonArray runs = QJsonDocument::fromJson(file.readAll())["runs"_L1].toArray();
    for (const QJsonValue& run : runs)
        measured += run["metrics"_L1]["total_time_s"_L1].toDouble();
    std::printf("session efficiency: %.1f s measured of %.1f s = %.3f (%d runs)\n", measured, wall, measured / wall,
                static_cast<int>(runs.size()));
    std::printf("peak memory of benchvisor run: %.1f MiB\n", static_cast<double>(peakKib) / 1024);
    std::fflush(stdout);
}

/// The program's own CPU (without its children) between 4 s and 14 s of a run of 16 s.
void ownCpu(const QTemporaryDir& dir)
{
    QProcess program;
    program.start(QStringLiteral(BV_PROGRAM), {u"run"_s, u"--plan"_s, writePlan(dir, 1, {20000}, 16)});
    program.setReadChannel(QProcess::StandardError);
    QByteArray said;
    while (!said.contains("Booting") && program.waitForReadyRead(30000))
        said += program.readAllStandardError();
    QTest::qWait(8000); // booted, and well into the first run
    const auto before = processCpuTimes(program.processId());
    QTest::qWait(10000);
    const auto after = processCpuTimes(program.processId());
    if (before && after)
        std::printf("own CPU while a run is on: %.2f %% of a core\n",
                    (after->userS + after->systemS - before->userS - before->systemS) * 10);
    std::fflush(stdout);
    if (program.processId() == 0)
        qFatal("the session ended early: %s", said.constData());
    QElapsedTimer clock;
    clock.start();
    ::kill(static_cast<pid_t>(program.processId()), SIGINT);
    program.waitForFinished(30000);
    std::printf("SIGINT to the end of the program: %.2f s, exit status %d\n",
                static_cast<double>(clock.elapsed()) / 1000, program.exitCode());
}

} // namespace

int main(int argc, char** argv)
{
    QCoreApplication app(argc, argv);
    const QTemporaryDir dir;
    ownCpu(dir);
    efficiency(dir, argc > 1 ? QByteArray(argv[1]).toInt() : 5);
    return 0;
}
