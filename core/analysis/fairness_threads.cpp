#include "analysis/fairness_ground.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace bv::analysis::fairness {

namespace {

using Kind = FairnessKind;
using Severity = FairnessSeverity;
using sysbench::Test;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::analysis::Fairness)
};

void checkCrowding(const Ground& ground, Notes& notes)
{
    int most = 0;
    QList<Test> tests;
    for (const Load& load : ground.loads) {
        // The threads of fileio wait for the disk, those of threads and mutex for each other, on purpose.
        if (load.test != Test::Cpu && load.test != Test::Memory)
            continue;
        most = std::max(most, load.threads());
        if (!tests.contains(load.test))
            tests << load.test;
    }
    QList<const Side*> crowded;
    double fewest = most;
    for (const Side& side : ground.sides) {
        if (most <= 1 || !side.cpus || *side.cpus >= most)
            continue;
        crowded << &side;
        fewest = std::min(fewest, *side.cpus);
    }
    if (crowded.isEmpty())
        return;
    FairnessNote note;
    note.kind = Kind::Threads;
    note.sentence = Text::tr("%1 threads are more than the CPUs of %2.").arg(most).arg(namesOf(crowded));
    note.effect = Text::tr("They take turns: latencies grow up to %1 times without more work being done.")
                      .arg(QString::number(std::round(most / fewest * 10) / 10));
    note.mend = Text::tr("Compare latencies only where there are no more threads than CPUs.");
    note.targets = idsOf(crowded);
    note.tests = tests;
    notes << note;
}

/// Arrangements with more CPUs than any thread uses cannot differ by them.
void checkScaling(const Ground& ground, Notes& notes)
{
    double fewest = 0;
    double most = 0;
    for (const TargetKind kind : {TargetKind::Docker, TargetKind::Qemu}) {
        double low = 0;
        double high = 0;
        for (const Side* side : ofKind(ground, kind)) {
            const double cpus = side->cpus.value_or(0);
            low = low == 0 ? cpus : std::min(low, cpus);
            high = std::max(high, cpus);
        }
        if (high > low && high > most) {
            fewest = low;
            most = high;
        }
    }
    for (const Test test : {Test::Cpu, Test::Memory}) {
        int threads = 0;
        for (const Load& load : ground.loads)
            threads = load.test == test ? std::max(threads, load.threads()) : threads;
        if (threads == 0 || most <= fewest || threads >= most)
            continue;
        FairnessNote note;
        note.kind = Kind::ThreadScaling;
        note.severity = Severity::Distorts;
        note.sentence =
            Text::tr("The arrangements have %1 to %2, but %3 runs with at most %n thread(s).", nullptr, threads)
                .arg(QString::number(fewest), cpuText(most), QString(sysbench::testName(test)));
        note.effect = Text::tr("CPUs beyond the threads have nothing to do, so that more of them show no gain.");
        note.mend = Text::tr("Run %1 with %2 threads, too.").arg(QString(sysbench::testName(test))).arg(most);
        note.change = {{u"threads"_s, QJsonObject{{QString(sysbench::testName(test)), std::ceil(most)}}}};
        note.tests = {test};
        notes << note;
    }
}

} // namespace

void checkThreads(const Ground& ground, Notes& notes)
{
    checkCrowding(ground, notes);
    checkScaling(ground, notes);
}

} // namespace bv::analysis::fairness
