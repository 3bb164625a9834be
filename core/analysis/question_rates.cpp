#include "analysis/questions.h"

#include "analysis/pairs.h"
#include "analysis/question_texts.h"
#include "base/figures.h"

#include <algorithm>

using namespace Qt::StringLiterals;

// Questions 2, 5 and 6: is it more in containers than in virtual machines?

namespace bv::analysis {

namespace {

using Verdict = Comparison::Verdict;
using Text = QuestionText;

/// Container against VM in each test of the kind and each of the metrics, for every pair of the plan.
QList<std::pair<Cell, Cell>> pairedCells(const Session& session, const QList<Cell>& cells, sysbench::Test test,
                                         const QList<sysbench::Metric>& metrics)
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
            for (const sysbench::Metric metric : metrics)
                paired << std::pair(inMetric(*container, metric), inMetric(*vm, metric));
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
    if (count.higher == count.all)
        return FindingAnswer::Yes;
    return count.lower == count.all ? FindingAnswer::No : FindingAnswer::NotShown;
}

/// "36.9 to 71.2 times as much"; of one comparison with its interval.
QString rangeOf(const QList<Comparison>& comparisons)
{
    QList<double> ratios;
    for (const Comparison& one : comparisons) {
        if (one.ratio)
            ratios << one.ratio->ratio;
    }
    if (ratios.isEmpty())
        return {};
    if (ratios.size() == 1)
        return Text::tr("%1 times as much").arg(withInterval(*comparisons.first().ratio));
    const auto [least, most] = std::minmax_element(ratios.cbegin(), ratios.cend());
    return Text::tr("%1 to %2 times as much").arg(ratioText(*least), ratioText(*most));
}

QString largestP(const QList<Comparison>& comparisons)
{
    double largest = 0;
    for (const Comparison& one : comparisons)
        largest = std::max(largest, one.adjustedP.value_or(0));
    return comparisons.size() == 1 ? pValueText(largest) : Text::tr("largest %1").arg(pValueText(largest));
}

/// "docker has more than qemu in all 3 comparisons: 36.9 to 71.2 times as much (Welch t, largest p < 0.001 after
/// Holm)."
QString sentenceOf(const QList<Comparison>& comparisons, const QString& what)
{
    const Count count = countOf(comparisons);
    const QString method = Text::tr("Welch t with Holm over %1, %2").arg(count.all).arg(largestP(comparisons));
    if (count.tooFew == count.all)
        return Text::tr(
                   "%1 was measured once only in %2: whether it differs cannot be told. Each test must be repeated.")
            .arg(what, listed({comparisons.first().first.target, comparisons.first().second.target}));
    if (count.higher == count.all || count.lower == count.all) {
        const QString where = count.all == 1 ? Text::tr("in %1").arg(comparisons.first().first.test)
                                             : Text::tr("in each of %1 comparisons").arg(count.all);
        const QString claim = count.higher == count.all ? Text::tr("%1: higher in containers %2: %3 (%4).")
                                                        : Text::tr("%1: lower in containers %2: %3 (%4).");
        return claim.arg(what, where, rangeOf(comparisons), method);
    }
    QStringList parts;
    const auto add = [&](Verdict verdict, const QString& words) {
        QStringList tests;
        for (const Comparison& one : comparisons) {
            if (one.verdict == verdict)
                tests << one.first.test;
        }
        tests.removeDuplicates();
        if (!tests.isEmpty())
            parts << words.arg(tests.join(u", "_s));
    };
    add(Verdict::Higher, Text::tr("higher in %1"));
    add(Verdict::Lower, Text::tr("lower in %1"));
    add(Verdict::NoDifferenceShown, Text::tr("no difference shown in %1"));
    add(Verdict::TooFew, Text::tr("too few repeats in %1"));
    return Text::tr("%1 of containers, against virtual machines: %2; %3 (%4).")
        .arg(what, parts.join(u"; "_s), rangeOf(comparisons), method);
}

/// What a reader must know of the pairs.
QString remarkOn(const Session& session)
{
    const QList<TargetPair> pairs = pairsOf(session.plan);
    const bool isUnequal =
        std::any_of(pairs.begin(), pairs.end(), [](const TargetPair& pair) { return !pair.isEqual; });
    return isUnequal ? u' ' + Text::tr("The limits on CPUs or memory were not the same on both sides.") : QString();
}

bool isEmulated(const Session& session)
{
    for (const QJsonValue& target : session.targets) {
        if (target["kind"_L1].toString() == "qemu"_L1 && target["accel"_L1].toString() == "tcg"_L1)
            return true;
    }
    return std::any_of(session.plan.targets.begin(), session.plan.targets.end(), [](const TargetSettings& target) {
        return target.kind == TargetKind::Qemu && target.qemu.accel == "tcg"_L1;
    });
}

Finding rateQuestion(const Session& session, Finding finding, const QList<std::pair<Cell, Cell>>& paired,
                     const QString& what)
{
    const QList<Comparison> all = comparisonsOf(paired);
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
    std::optional<RatioEstimate> ratio;
};

} // namespace

Finding cpuRateQuestion(const Session& session, const QList<Cell>& cells)
{
    Finding finding =
        question(FindingKind::CpuRate, Text::tr("CPU events/s is higher in containers than in virtual machines."),
                 Text::tr("No cpu test was measured in a container and in a virtual machine."));
    const auto paired = pairedCells(session, cells, sysbench::Test::Cpu, {sysbench::Metric::EventsPerSec});
    finding = rateQuestion(session, finding, paired, Text::tr("CPU events/s"));
    if (finding.answer == FindingAnswer::Yes && isEmulated(session)) {
        finding.cause =
            Text::tr("The virtual machine was emulated (TCG): every instruction of the guest is translated by "
                     "QEMU. That is a property of the emulation, not of virtual machines as such.");
        finding.check = Text::tr("Measure the same virtual machine with KVM, where this machine offers it.");
    } else if (finding.answer == FindingAnswer::Yes) {
        finding.cause =
            Text::tr("A guest with hardware virtualization computes at nearly the speed of the machine; what is "
                     "lost may go to exits into the hypervisor, timers, or CPUs shared with other work.");
        finding.check = Text::tr("Compare the user and system CPU use of the runs, and pin the virtual CPUs.");
    }
    return finding;
}

Finding transferQuestion(const Session& session, const QList<Cell>& cells)
{
    Finding finding =
        question(FindingKind::Transfer,
                 Text::tr("Transfer rate and requests/s are higher in containers than in virtual machines."),
                 Text::tr("No fileio test was measured in a container and in a virtual machine."));
    const auto paired = pairedCells(session, cells, sysbench::Test::Fileio,
                                    {sysbench::Metric::TransferMibPerSec, sysbench::Metric::RequestsPerSec});
    finding = rateQuestion(session, finding, paired, Text::tr("Transfer rate and requests/s"));
    if (finding.answer != FindingAnswer::NotMeasured) {
        finding.cause =
            Text::tr("A virtual machine's requests pass its own file system, a virtual disk and QEMU before they "
                     "reach the machine's. Page caches on the way may hide that, or turn it round.");
        finding.check =
            Text::tr("Measure with a file set larger than the memory of every target, and with cache=none for "
                     "the virtual disk.");
    }
    return finding;
}

Finding overallQuestion(const Session& session, const QList<Cell>& cells)
{
    Finding finding =
        question(FindingKind::Overall, Text::tr("Over both suites, containers perform better than virtual machines."),
                 Text::tr("cpu and fileio were not both measured in a container and in a virtual machine."));
    QList<SuiteRatio> suites;
    Finding evidence = finding;
    qsizetype measured = 0;
    for (const sysbench::Test test : {sysbench::Test::Cpu, sysbench::Test::Fileio}) {
        const qsizetype before = suites.size();
        for (const TargetPair& pair : pairsOf(session.plan)) {
            QList<std::pair<Cell, Cell>> paired;
            for (const auto& [container, vm] : pairedCells(session, cells, test, {sysbench::headlineMetric(test)})) {
                if (container.targetId == pair.container && vm.targetId == pair.vm)
                    paired << std::pair(container, vm);
            }
            const QList<Comparison> all = comparisonsOf(paired);
            const auto ratio = overallSpeed(all);
            if (!ratio)
                continue;
            addEvidence(&evidence, all);
            suites << SuiteRatio{Text::tr("%1 (%2), %3 against %4: %5 times")
                                     .arg(sysbench::testName(test), sysbench::metricUnit(all.first().first.metric),
                                          all.first().first.target, all.first().second.target, withInterval(*ratio)),
                                 ratio};
        }
        measured += suites.size() > before;
    }
    if (measured < 2)
        return finding;
    finding = evidence;
    const auto every = [&suites](auto holds) {
        return std::all_of(suites.begin(), suites.end(), [&](const SuiteRatio& one) { return holds(*one.ratio); });
    };
    finding.answer = every([](const RatioEstimate& r) { return r.low && *r.low > 1; })     ? FindingAnswer::Yes
                     : every([](const RatioEstimate& r) { return r.high && *r.high < 1; }) ? FindingAnswer::No
                                                                                           : FindingAnswer::NotShown;
    QStringList parts;
    for (const SuiteRatio& one : std::as_const(suites))
        parts << one.text;
    finding.sentence = Text::tr("Container against virtual machine, by the geometric mean of the ratios in each suite "
                                "(rates of unlike units are not averaged): %1.")
                           .arg(parts.join(u"; "_s)) +
                       remarkOn(session);
    if (isEmulated(session))
        finding.cause =
            Text::tr("The virtual machine was emulated (TCG); with KVM the difference in computing is usually "
                     "small. The intervals are about these tests, not about programs in general.");
    else
        finding.cause = Text::tr("The intervals are about these tests, not about programs in general.");
    finding.check = Text::tr("Measure the program that is really to be run, in both.");
    return finding;
}

} // namespace bv::analysis
