#include "analysis/fairness_ground.h"

#include "base/figures.h"
#include "plan/mean_interval.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace bv::analysis::fairness {

namespace {

using Kind = FairnessKind;
using Severity = FairnessSeverity;
using sysbench::Test;

constexpr int enoughRepeats = 5;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::analysis::Fairness)
};

FairnessNote hostNote(Kind kind, Severity severity)
{
    FairnessNote note;
    note.kind = kind;
    note.severity = severity;
    return note;
}

void checkHostVm(const Ground& ground, Notes& notes)
{
    if (!ground.host["hypervisor"_L1].toBool())
        return;
    const bool isNested = std::any_of(ground.sides.cbegin(), ground.sides.cend(),
                                      [](const Side& side) { return side.accel == "kvm"_L1; });
    const QString product = ground.host["product"_L1].toString();
    FairnessNote note = hostNote(Kind::HostVm, isNested ? Severity::Distorts : Severity::Remark);
    note.sentence = product.isEmpty() ? Text::tr("This machine is itself a VM.")
                                      : Text::tr("This machine is itself a VM (%1).").arg(product);
    note.effect = isNested ? Text::tr("KVM is nested: each exit of the guest costs several of the machine below, which "
                                      "the container does not pay.")
                           : Text::tr("Machines beside it take CPU and disk time at their own times, from all targets "
                                      "alike.");
    note.mend = Text::tr("Measure on a machine of its own where the last per cent matter.");
    notes << note;
}

void checkClock(const Ground& ground, Notes& notes)
{
    const QString governor = ground.host["governor"_L1].toString();
    const bool turbo = ground.host["turbo"_L1].toBool();
    QStringList what;
    if (!governor.isEmpty() && governor != "performance"_L1)
        what << Text::tr("governor %1").arg(governor);
    if (turbo)
        what << Text::tr("turbo on");
    if (what.isEmpty())
        return;
    FairnessNote note = hostNote(Kind::Clock, Severity::Remark);
    note.sentence = Text::tr("The CPU changes its clock as it likes (%1).").arg(what.join(u", "_s));
    note.effect = Text::tr("Runs after a rest are faster than runs on a hot CPU; taking turns spreads that over all "
                           "targets and leaves it as spread.");
    QStringList mends;
    if (!governor.isEmpty() && governor != "performance"_L1)
        mends << u"sudo cpupower frequency-set -g performance"_s;
    if (turbo)
        mends << u"echo 1 | sudo tee /sys/devices/system/cpu/intel_pstate/no_turbo"_s;
    note.mend = Text::tr("To hold it: %1").arg(mends.join(u"; "_s));
    notes << note;
}

void checkBattery(const Ground& ground, Notes& notes)
{
    if (!ground.host["on_battery"_L1].toBool())
        return;
    FairnessNote note = hostNote(Kind::Battery, Severity::Distorts);
    note.sentence = Text::tr("This machine runs on its battery.");
    note.effect = Text::tr("The CPU is held back, and more so as the battery empties: later runs are slower.");
    note.mend = Text::tr("Plug it in.");
    notes << note;
}

void checkLoad(const Ground& ground, Notes& notes)
{
    constexpr double leastShare = 0.25;
    constexpr double muchShare = 0.5;
    const double load = ground.host["load_1min"_L1].toDouble();
    const double cpus = ground.host["cpus"_L1].toDouble();
    if (cpus <= 0 || load < 0.5 || load < leastShare * cpus)
        return;
    FairnessNote note = hostNote(Kind::Load, load >= muchShare * cpus ? Severity::Distorts : Severity::Remark);
    note.sentence = Text::tr("Something else was at work just before: a load of %1 on %2 in the last minute.")
                        .arg(QString::number(load, 'f', 1), cpuText(cpus));
    note.effect = Text::tr("If it goes on, it can take up to %1 % of the CPU time, from some runs and not from others.")
                      .arg(std::lround(std::min(100.0, load / cpus * 100)));
    note.mend = Text::tr("End other programs, and wait for a minute.");
    notes << note;
}

/// What fewer repeats cost: half-widths of 95 % intervals in sample deviations, t(n − 1) / √n.
QString widthText(int repeats)
{
    const auto has = meanCiHalfWidth(repeats, 1, 0.95);
    const auto could = meanCiHalfWidth(enoughRepeats, 1, 0.95);
    if (!has || !could)
        return Text::tr("One run shows no spread, so that no difference can be told from chance.");
    return Text::tr("The 95 % interval of a mean is ±%1 standard deviations; with %2 repeats it would be ±%3.")
        .arg(ratioText(*has))
        .arg(enoughRepeats)
        .arg(ratioText(*could));
}

/// Repeats stop when the interval happens to be narrow, and the same interval is then told. Simulated: 4,000 pairs of
/// equal targets, normal figures with a variation of 2, 3 and 5 %, at least 3 and at most 20 repeats, to ±2 %. With at
/// least 5 repeats the intervals held the mean in 94 % of cases, with at least 10 in 94 to 95 %, as they should.
void checkAdaptive(const AdaptiveRepeats& rule, Notes& notes)
{
    constexpr int enoughToBegin = 10;
    if (rule.minRepeats >= enoughToBegin || rule.minRepeats >= rule.maxRepeats)
        return;
    FairnessNote note = hostNote(Kind::Repeats, Severity::Remark);
    note.sentence = Text::tr("Repeats are added, %1 to %2, until the 95 % interval of the mean is within ±%3 %.")
                        .arg(rule.minRepeats)
                        .arg(rule.maxRepeats)
                        .arg(QString::number(rule.halfWidthPct));
    note.effect = Text::tr("Intervals and p values are somewhat too optimistic for that: simulated with at least 3 "
                           "repeats, 95 % intervals held the true mean in 90 to 92 % of cases, and 10 to 13 % of "
                           "comparisons of equal targets had a p below 0.05.");
    note.mend =
        Text::tr("Repeat at least %1 times, or a fixed number of times, where a result is close.").arg(enoughToBegin);
    notes << note;
}

void checkRepeats(const Ground& ground, Notes& notes)
{
    const Plan& plan = ground.plan;
    const int planned = plan.adaptive ? plan.adaptive->minRepeats : plan.repeats;
    const int repeats = ground.session ? ground.fewestRepeats : planned;
    if (plan.adaptive && repeats > 1)
        checkAdaptive(*plan.adaptive, notes);
    if (repeats < 1 || repeats >= enoughRepeats || (plan.adaptive && repeats > 1))
        return;
    FairnessNote note = hostNote(Kind::Repeats, repeats == 1 ? Severity::Breaks : Severity::Remark);
    note.sentence = ground.session ? Text::tr("The fewest repeats of a test on a target are %1.").arg(repeats)
                                   : Text::tr("Each run is done only %n time(s).", nullptr, repeats);
    note.effect = widthText(repeats);
    note.mend = Text::tr("Repeat each run %1 times.").arg(enoughRepeats);
    if (planned < enoughRepeats && !plan.adaptive)
        note.change = {{u"repeats"_s, enoughRepeats}};
    notes << note;
}

/// Of a session that came from elsewhere the plan only says what could be.
void checkForeign(const Ground& ground, Notes& notes)
{
    FairnessNote note;
    note.isKnown = false;
    if (ground.sides.size() > 1) {
        note.kind = Kind::Order;
        note.sentence = Text::tr("In which order the targets were measured is not known.");
        note.effect = Text::tr("If it was one after the other, whatever changed meanwhile, heat, clock or other work, "
                               "looks like a difference between targets.");
        note.mend = Text::tr("Ask who measured, or measure again with targets that take turns.");
        notes << note;
    }
    if (!ground.has(Test::Fileio))
        return;
    note.kind = Kind::PageCache;
    note.sentence = Text::tr("Whether the page cache was dropped between runs of fileio is not known.");
    note.effect = Text::tr("If it was kept, the first run read a disk and the next ones memory; a mean over them is "
                           "neither.");
    note.mend = Text::tr("Ask who measured, or measure again and drop it before each run.");
    note.tests = {Test::Fileio};
    notes << note;
}

void checkOrder(const Ground& ground, Notes& notes)
{
    if (ground.plan.order != RunOrder::Blocked || ground.sides.size() < 2)
        return;
    FairnessNote note = hostNote(Kind::Order, Severity::Distorts);
    note.sentence = Text::tr("One target is measured after the other (order blocked).");
    note.effect = Text::tr("Whatever changes meanwhile, heat, clock or other work, looks like a difference between "
                           "targets.");
    note.mend = Text::tr("Let the targets take turns (order interleaved).");
    note.change = {{u"order"_s, u"interleaved"_s}};
    notes << note;
}

/// The notes that targets write when what a run reads could not be dropped, or not all of it.
bool isKept(const QString& note)
{
    return note.contains("page cache"_L1) && note.contains("not dropped"_L1);
}

bool isKeptInPart(const QString& note)
{
    return note.contains("page cache"_L1) && note.startsWith("Not all"_L1);
}

/// What the runs' own notes say.
void checkDropped(const Session& session, Notes& notes)
{
    FairnessNote note;
    note.kind = Kind::PageCache;
    int all = 0;
    const QList<const RunRecord*> runs = attemptsThatCount(session);
    for (const RunRecord* run : runs) {
        const bool isCold = run->test == Test::Boot && run->params["cache"_L1].toString() == "cold"_L1;
        if (run->discarded || run->status != RunStatus::Ok || (run->test != Test::Fileio && !isCold))
            continue;
        ++all;
        const bool isWhole = std::any_of(run->notes.cbegin(), run->notes.cend(), isKept);
        if (!isWhole && std::none_of(run->notes.cbegin(), run->notes.cend(), isKeptInPart))
            continue;
        if (isWhole)
            note.severity = Severity::Distorts;
        note.runs << run->id;
        if (!note.targets.contains(run->target))
            note.targets << run->target;
        if (!note.tests.contains(run->test))
            note.tests << run->test;
    }
    if (note.runs.isEmpty())
        return;
    note.sentence = Text::tr("%1 of %2 runs began with a page cache that could not be dropped as a whole.")
                        .arg(note.runs.size())
                        .arg(all);
    note.effect = Text::tr("What is left in it is read at the speed of memory; what was left stands in the notes of "
                           "those runs.");
    note.mend = note.tests.contains(Test::Fileio)
                    ? Text::tr("Leave those runs out of comparisons, or use a file set larger than the memory.")
                    : Text::tr("Leave those runs out of comparisons.");
    notes << note;
}

void checkPageCache(const Ground& ground, Notes& notes)
{
    if (!ground.has(Test::Fileio) || ground.plan.dropPageCache) {
        if (ground.session)
            checkDropped(*ground.session, notes);
        return;
    }
    FairnessNote note;
    note.kind = Kind::PageCache;
    note.severity = Severity::Distorts;
    note.sentence = Text::tr("The page cache is kept between runs of fileio.");
    note.effect = Text::tr("The first run reads a disk, the next ones memory; a mean over them is neither.");
    note.mend = Text::tr("Drop it before each run (page_cache drop).");
    note.change = {{u"page_cache"_s, u"drop"_s}};
    note.tests = {Test::Fileio};
    notes << note;
}

} // namespace

void checkHost(const Ground& ground, Notes& notes)
{
    checkHostVm(ground, notes);
    checkClock(ground, notes);
    checkBattery(ground, notes);
    checkLoad(ground, notes);
}

void checkMethod(const Ground& ground, Notes& notes)
{
    checkRepeats(ground, notes);
    if (ground.isForeign()) {
        checkForeign(ground, notes);
        return;
    }
    checkOrder(ground, notes);
    checkPageCache(ground, notes);
}

} // namespace bv::analysis::fairness
