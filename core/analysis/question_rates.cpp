#include "analysis/pairs.h"
#include "analysis/question_texts.h"
#include "analysis/questions.h"
#include "base/figures.h"

#include <algorithm>

using namespace Qt::StringLiterals;

// Questions 2, 5 and 6: is it more in containers than in virtual machines?

namespace bv::analysis {

namespace {

using Verdict = Comparison::Verdict;
using Text = QuestionText;

/// Container against VM in each test of the kind, for every pair of the plan, in the order of the pairs.
QList<std::pair<Cell, Cell>> pairedCells(const Session& session, const QList<Cell>& cells, sysbench::Test test,
                                         sysbench::Metric metric)
{
    QList<std::pair<Cell, Cell>> paired;
    const QStringList keys = keysOf(cells, test);
    const CellIndex index(cells);
    for (const TargetPair& pair : pairsOf(session.plan)) {
        for (const QString& key : keys) {
            const Cell* container = index.find(key, pair.container);
            const Cell* vm = index.find(key, pair.vm);
            if (!container || !vm)
                continue;
            const std::pair both(inMetric(*container, metric), inMetric(*vm, metric));
            if (!both.first.values.isEmpty() && !both.second.values.isEmpty())
                paired << both;
        }
    }
    return paired;
}

/// How many say what.
struct Count
{
    qsizetype all = 0;
    qsizetype higher = 0;
    qsizetype lower = 0;
    qsizetype tooFew = 0;
};

Count countOf(const QList<Comparison>& comparisons)
{
    Count count;
    count.all = comparisons.size();
    for (const Comparison& one : comparisons) {
        count.higher += one.verdict == Verdict::Higher;
        count.lower += one.verdict == Verdict::Lower;
        count.tooFew += one.verdict == Verdict::TooFew;
    }
    return count;
}

FindingAnswer answerOf(const Count& count)
{
    if (count.all == count.tooFew)
        return FindingAnswer::NotMeasured;
    if (count.higher == count.all)
        return FindingAnswer::Yes;
    return count.lower == count.all ? FindingAnswer::No : FindingAnswer::NotShown;
}

/// "36.9 to 71.2 times as much"; of one ratio with its interval.
QString rangeOf(const QList<Comparison>& comparisons)
{
    QList<RatioEstimate> ratios;
    for (const Comparison& one : comparisons) {
        if (one.ratio)
            ratios << *one.ratio;
    }
    if (ratios.isEmpty())
        return Text::tr("no ratio can be told");
    const auto less = [](const RatioEstimate& a, const RatioEstimate& b) { return a.ratio < b.ratio; };
    const auto [least, most] = std::minmax_element(ratios.cbegin(), ratios.cend(), less);
    QString text = ratios.size() == 1
                       ? Text::tr("%1 times as much").arg(withInterval(*least))
                       : Text::tr("%1 to %2 times as much").arg(ratioText(least->ratio), ratioText(most->ratio));
    if (const qsizetype without = comparisons.size() - ratios.size(); without > 0)
        text += Text::tr(", %1 without a ratio").arg(without);
    return text;
}

/// "Welch t with Holm over 3, largest p < 0.001": of those that have a p.
QString methodOf(const QList<Comparison>& comparisons)
{
    double largest = 0;
    int tests = 0;
    bool ranks = false;
    for (const Comparison& one : comparisons) {
        if (!one.adjustedP)
            continue;
        ++tests;
        largest = std::max(largest, *one.adjustedP);
        ranks = ranks || !one.welch;
    }
    const QString name = ranks ? Text::tr("Welch t, without spread Mann–Whitney U") : Text::tr("Welch t");
    const QString p = tests == 1 ? pValueText(largest) : Text::tr("largest %1").arg(pValueText(largest));
    return tests == 1 ? name + u", "_s + p : Text::tr("%1 with Holm over %2, %3").arg(name).arg(tests).arg(p);
}

/// The cells that have one repeat only: "Docker in cpu 20000".
QString singleRepeats(const QList<Comparison>& comparisons)
{
    QStringList names;
    for (const Comparison& one : comparisons) {
        for (const Cell* cell : {&one.first, &one.second}) {
            if (cell->values.size() < 2)
                names << Text::tr("%1 in %2").arg(cell->target, cell->test);
        }
    }
    names.removeDuplicates();
    const qsizetype most = 3;
    if (names.size() > most)
        names = QStringList(names.mid(0, most)) << Text::tr("%1 more").arg(names.size() - most);
    return listed(names);
}

/// "higher in cpu 20000; no difference shown in cpu 50000": of one pair of targets.
QString verdictsOf(const QList<Comparison>& comparisons)
{
    QStringList parts;
    const auto add = [&](Verdict verdict, const QString& words) {
        QStringList tests;
        for (const Comparison& one : comparisons) {
            // A test with several parameters has commas of its own.
            if (one.verdict == verdict)
                tests << (one.first.test.contains(u',') ? u'"' + one.first.test + u'"' : one.first.test);
        }
        const bool isAll = tests.size() == comparisons.size() && tests.size() > 1;
        if (!tests.isEmpty())
            parts << words.arg(isAll ? Text::tr("all %1 tests").arg(tests.size()) : listed(tests));
    };
    add(Verdict::Higher, Text::tr("higher in %1"));
    add(Verdict::Lower, Text::tr("lower in %1"));
    add(Verdict::NoDifferenceShown, Text::tr("no difference shown in %1"));
    add(Verdict::TooFew, Text::tr("too few repeats in %1"));
    return parts.join(u"; "_s);
}

/// Those of each pair of targets, in their order.
QList<QList<Comparison>> byPair(const QList<Comparison>& comparisons)
{
    QList<QList<Comparison>> groups;
    for (const Comparison& one : comparisons) {
        const bool isNew = groups.isEmpty() || groups.last().first().first.targetId != one.first.targetId ||
                           groups.last().first().second.targetId != one.second.targetId;
        if (isNew)
            groups << QList<Comparison>();
        groups.last() << one;
    }
    return groups;
}

/// "CPU events/s: higher in containers in each of 3 comparisons: 36.9 to 71.2 times as much (…)."
QString sentenceOf(const QList<Comparison>& comparisons, const QString& what)
{
    const Count count = countOf(comparisons);
    if (count.tooFew == count.all)
        return Text::tr("%1: measured once only: %2. Whether it differs cannot be told; repeat the test.")
            .arg(what, singleRepeats(comparisons));
    if (count.higher == count.all || count.lower == count.all) {
        const QString where = count.all == 1 ? Text::tr("in %1").arg(comparisons.first().first.test)
                                             : Text::tr("in each of %1 comparisons").arg(count.all);
        const QString claim = count.higher == count.all ? Text::tr("%1: higher in containers %2: %3 (%4).")
                                                        : Text::tr("%1: lower in containers %2: %3 (%4).");
        return claim.arg(what, where, rangeOf(comparisons), methodOf(comparisons));
    }
    QStringList pairs;
    const QList<QList<Comparison>> groups = byPair(comparisons);
    for (const QList<Comparison>& group : groups) {
        const QString verdicts = verdictsOf(group);
        pairs << (groups.size() == 1 ? verdicts
                                     : Text::tr("%1 against %2: %3")
                                           .arg(group.first().first.target, group.first().second.target, verdicts));
    }
    return Text::tr("%1 of containers, against virtual machines: %2. In all, %3 (%4).")
        .arg(what, pairs.join(u". "_s), rangeOf(comparisons), methodOf(comparisons));
}

/// What a reader must know of the pairs.
QString remarkOn(const Session& session)
{
    const QList<TargetPair> pairs = pairsOf(session.plan);
    const auto any = [&pairs](TargetPair::Limits limits) {
        return std::any_of(pairs.begin(), pairs.end(),
                           [limits](const TargetPair& pair) { return pair.limits == limits; });
    };
    if (any(TargetPair::Limits::Unequal))
        return u' ' + Text::tr("The limits on CPUs or memory were not the same on both sides.");
    if (any(TargetPair::Limits::Unknown))
        return u' ' + Text::tr("Whether CPUs and memory were limited alike is not known.");
    return {};
}

/// Of the VMs among the targets: none, some or all of them were emulated.
enum class Emulated : quint8 { None, Some, All };

Emulated emulationOf(const Session& session, const QStringList& targets)
{
    QHash<QString, QString> accelerators;
    for (const TargetSettings& target : session.plan.targets) {
        if (target.kind == TargetKind::Qemu && targets.contains(target.id))
            accelerators.insert(target.id, target.qemu.accel);
    }
    for (const QJsonValue& target : session.targets) { // what "auto" became
        const QString id = target["id"_L1].toString();
        if (accelerators.contains(id) && !target["accel"_L1].toString().isEmpty())
            accelerators.insert(id, target["accel"_L1].toString());
    }
    const auto emulated = std::count(accelerators.cbegin(), accelerators.cend(), u"tcg"_s);
    if (emulated == 0)
        return Emulated::None;
    return emulated == accelerators.size() ? Emulated::All : Emulated::Some;
}

Finding rateQuestion(const Session& session, Finding finding, const QList<Comparison>& all, const QString& what)
{
    if (all.isEmpty())
        return finding;
    finding.answer = answerOf(countOf(all));
    finding.sentence = sentenceOf(all, what) + remarkOn(session);
    addEvidence(&finding, all);
    return finding;
}

/// One suite, for one pair: the geometric mean of its ratios.
struct SuiteRatio
{
    QString text;
    RatioEstimate ratio;
};

/// Of each pair of targets; tests that have no ratio are named in `without`.
QList<SuiteRatio> suiteRatios(sysbench::Test test, const QList<Comparison>& comparisons, QStringList* without)
{
    QList<SuiteRatio> ratios;
    for (const QList<Comparison>& group : byPair(comparisons)) {
        QList<Comparison> usable;
        for (const Comparison& one : group) {
            if (one.ratio)
                usable << one;
            else
                *without << Text::tr("%1 (%2 against %3)").arg(one.first.test, one.first.target, one.second.target);
        }
        const auto ratio = overallSpeed(usable);
        if (!ratio)
            continue;
        const QString text = Text::tr("%1 (%2), %3 against %4: %5 times")
                                 .arg(sysbench::testName(test), sysbench::metricUnit(usable.first().first.metric),
                                      usable.first().first.target, usable.first().second.target, withInterval(*ratio));
        ratios << SuiteRatio{text, *ratio};
    }
    return ratios;
}

} // namespace

Finding cpuRateQuestion(const Session& session, const QList<Cell>& cells)
{
    Finding finding =
        question(FindingKind::CpuRate, Text::tr("CPU events/s is higher in containers than in virtual machines."),
                 Text::tr("No cpu test was measured in a container and in a virtual machine."));
    const auto all = comparisonsOf(pairedCells(session, cells, sysbench::Test::Cpu, sysbench::Metric::EventsPerSec));
    finding = rateQuestion(session, finding, all, Text::tr("CPU events/s"));
    if (finding.answer != FindingAnswer::Yes)
        return finding;
    switch (emulationOf(session, finding.targets)) {
    case Emulated::All:
        finding.cause =
            Text::tr("The virtual machine was emulated (TCG): every instruction of the guest is translated by "
                     "QEMU. That is a property of the emulation, not of virtual machines as such.");
        finding.check = Text::tr("Measure the same virtual machine with KVM, where this machine offers it.");
        break;
    case Emulated::Some:
        finding.cause =
            Text::tr("Some of the virtual machines were emulated (TCG): their instructions are translated by "
                     "QEMU. What the others lose is what virtualization costs.");
        finding.check = Text::tr("Look at the virtual machines with KVM by themselves.");
        break;
    case Emulated::None:
        finding.cause =
            Text::tr("A guest with hardware virtualization computes at nearly the speed of the machine; what is "
                     "lost may go to exits into the hypervisor, timers, or CPUs shared with other work.");
        finding.check = Text::tr("Compare the user and system CPU use of the runs, and pin the virtual CPUs.");
        break;
    }
    return finding;
}

Finding transferQuestion(const Session& session, const QList<Cell>& cells)
{
    Finding finding =
        question(FindingKind::Transfer,
                 Text::tr("Transfer rate and requests/s are higher in containers than in virtual machines."),
                 Text::tr("No fileio test was measured in a container and in a virtual machine."));
    const auto transfer =
        comparisonsOf(pairedCells(session, cells, sysbench::Test::Fileio, sysbench::Metric::TransferMibPerSec));
    const auto requests =
        comparisonsOf(pairedCells(session, cells, sysbench::Test::Fileio, sysbench::Metric::RequestsPerSec));
    if (transfer.isEmpty() && requests.isEmpty())
        return finding;
    const bool both = !transfer.isEmpty() && requests.size() == transfer.size();
    // One quantity, but for the size of a block: each is a family of its own.
    QStringList sentences;
    if (!transfer.isEmpty())
        sentences << sentenceOf(transfer, Text::tr("Transfer rate"));
    const bool same =
        both && std::equal(transfer.begin(), transfer.end(), requests.begin(), requests.end(),
                           [](const Comparison& a, const Comparison& b) { return a.verdict == b.verdict; });
    if (same)
        sentences << Text::tr("Requests/s: the same in every comparison (%1).").arg(rangeOf(requests));
    else if (!requests.isEmpty())
        sentences << sentenceOf(requests, Text::tr("Requests/s"));
    if (!both)
        sentences << Text::tr("Both figures are not there for every test.");
    const FindingAnswer first = answerOf(countOf(transfer));
    finding.answer = both && first == answerOf(countOf(requests)) ? first : FindingAnswer::NotShown;
    finding.sentence = sentences.join(u' ') + remarkOn(session);
    addEvidence(&finding, transfer);
    addEvidence(&finding, requests);
    finding.cause =
        Text::tr("A virtual machine's requests pass its own file system, a virtual disk and QEMU before they "
                 "reach the machine's. Page caches on the way may hide that, or turn it round.");
    finding.check = Text::tr("Measure with a file set larger than the memory of every target, and with cache=none for "
                             "the virtual disk.");
    return finding;
}

Finding overallQuestion(const Session& session, const QList<Cell>& cells)
{
    Finding finding =
        question(FindingKind::Overall, Text::tr("Over both suites, containers perform better than virtual machines."),
                 Text::tr("cpu and fileio were not both measured in a container and in a virtual machine."));
    const auto cpu =
        comparisonsOf(pairedCells(session, cells, sysbench::Test::Cpu, sysbench::headlineMetric(sysbench::Test::Cpu)));
    const auto fileio = comparisonsOf(
        pairedCells(session, cells, sysbench::Test::Fileio, sysbench::headlineMetric(sysbench::Test::Fileio)));
    if (cpu.isEmpty() || fileio.isEmpty())
        return finding;
    QStringList without;
    const QList<SuiteRatio> suites =
        suiteRatios(sysbench::Test::Cpu, cpu, &without) + suiteRatios(sysbench::Test::Fileio, fileio, &without);
    addEvidence(&finding, cpu);
    addEvidence(&finding, fileio);
    const auto every = [&](auto holds) {
        return without.isEmpty() && !suites.isEmpty() &&
               std::all_of(suites.begin(), suites.end(), [&](const SuiteRatio& one) { return holds(one.ratio); });
    };
    // An interval without width says that there were too few different figures, not that all is known.
    const auto isKnown = [](const RatioEstimate& r) { return r.low && r.high && *r.low < *r.high; };
    finding.answer = every([&](const RatioEstimate& r) { return isKnown(r) && *r.low > 1; }) ? FindingAnswer::Yes
                     : every([&](const RatioEstimate& r) { return isKnown(r) && *r.high < 1; })
                         ? FindingAnswer::No
                         : FindingAnswer::NotShown;
    QStringList parts;
    for (const SuiteRatio& one : suites)
        parts << one.text;
    finding.sentence = Text::tr("Container against virtual machine, by the geometric mean of the ratios in each suite "
                                "(rates of unlike units are not averaged): %1.")
                           .arg(parts.isEmpty() ? Text::tr("no ratio can be told") : parts.join(u"; "_s));
    if (!without.isEmpty())
        finding.sentence += u' ' + Text::tr("There is no ratio in %1.").arg(listed(without));
    finding.sentence += remarkOn(session);
    finding.cause =
        emulationOf(session, finding.targets) == Emulated::None
            ? Text::tr("The intervals are about these tests, not about programs in general.")
            : Text::tr("With emulation (TCG) the difference in computing is that of translating "
                       "instructions; with KVM it is usually small. The intervals are about these tests, not "
                       "about programs in general.");
    finding.check = Text::tr("Measure the program that is really to be run, in both.");
    return finding;
}

} // namespace bv::analysis
