#include "analysis/questions.h"

#include "analysis/pairs.h"
#include "analysis/power_fit.h"
#include "analysis/question_texts.h"
#include "analysis/start_dependence.h"
#include "analysis/summary.h"
#include "base/figures.h"
#include "plan/parameters.h"

#include <QMap>
#include <algorithm>

using namespace Qt::StringLiterals;

// Questions 1, 3 and 4: what becomes of it when something rises?

namespace bv::analysis {

namespace {

using Text = QuestionText;

/// Within that factor a ratio counts as the same.
constexpr double sameRatio = 1.1;

/// Cells of the cpu test on one target that differ in cpu_max_prime only, by it.
using Series = QMap<double, const Cell*>;

/// By the parameters but the prime limit. Of targets without figures there is none.
QMap<QString, Series> seriesOf(const QList<Cell>& cells, const QString& targetId)
{
    QMap<QString, Series> all;
    for (const Cell& cell : cells) {
        const double prime = cell.params["cpu_max_prime"_L1].toDouble();
        if (cell.kind != sysbench::Test::Cpu || cell.targetId != targetId || cell.values.isEmpty() || !(prime > 0))
            continue;
        QJsonObject others = cell.params;
        others.remove(u"cpu_max_prime"_s);
        all[comparisonKey(sysbench::Test::Cpu, others)].insert(prime, &cell);
    }
    return all;
}

double meanOf(const Cell& cell)
{
    const auto summary = summarize(cell.values);
    return summary ? summary->mean : 0;
}

/// What one series says of question 3.
struct Fall
{
    QString text;
    bool falls = false;
    bool rises = false;
};

Fall fallOf(const Series& series)
{
    QList<std::pair<double, double>> points;
    QStringList figures;
    bool isDown = true;
    double before = 0;
    for (auto it = series.begin(); it != series.end(); ++it) {
        const double mean = meanOf(**it);
        figures << Text::tr("%1 at %2").arg(figureText(mean), QString::number(it.key()));
        isDown = isDown && (it == series.begin() || mean < before);
        before = mean;
        for (const double value : (*it)->values)
            points << std::pair(it.key(), value);
    }
    Fall fall;
    const QString target = series.first()->target;
    const auto fit = fitPower(points);
    const auto ends = ratioOfMeans(series.last()->values, series.first()->values);
    if (series.size() < 3 || !fit || !fit->low) {
        fall.falls = isDown && ends && ends->high && *ends->high < 1;
        fall.rises = ends && ends->low && *ends->low > 1;
        fall.text = Text::tr("%1: %2 events/s, %3 times as many")
                        .arg(target, listed(figures), ends ? withInterval(*ends) : u"–"_s);
        return fall;
    }
    fall.falls = isDown && *fit->high < 0;
    fall.rises = *fit->low > 0;
    fall.text = Text::tr("%1: %2 events/s, as the power %3 of the limit (95 % CI %4 to %5, n = %6)")
                    .arg(target, listed(figures), QString::number(fit->exponent, 'f', 2),
                         QString::number(*fit->low, 'f', 2), QString::number(*fit->high, 'f', 2))
                    .arg(fit->points);
    return fall;
}

/// The ratios of one pair at each limit, against that at the lowest.
struct Course
{
    QString text;
    bool holds = true;
    bool breaks = false;
    QList<const Cell*> cells;
};

Course courseOf(const Series& container, const Series& vm)
{
    QList<double> limits;
    for (const double limit : container.keys()) {
        if (vm.contains(limit))
            limits << limit;
    }
    Course course;
    if (limits.size() < 2)
        return course;
    // All together at 95 %.
    const double level = 1 - 0.05 / static_cast<double>(limits.size() - 1);
    QStringList parts;
    for (const double limit : std::as_const(limits)) {
        const Cell& top = *container[limit];
        const Cell& bottom = *vm[limit];
        course.cells << &top << &bottom;
        const auto ratio = ratioOfMeans(top.values, bottom.values);
        QString text = Text::tr("%1 at %2").arg(ratio ? ratioText(ratio->ratio) : u"–"_s, QString::number(limit));
        if (limit != limits.first()) {
            // ln of (top / bottom) - ln of (first top / first bottom): twice the mean of two strata.
            const auto half = ratioOfStrata(
                {{top.values, bottom.values}, {vm[limits.first()]->values, container[limits.first()]->values}}, level);
            const bool known = half && half->low && half->high;
            const double low = known ? *half->low * *half->low : 0;
            const double high = known ? *half->high * *half->high : 0;
            course.holds = course.holds && known && low > 1 / sameRatio && high < sameRatio;
            course.breaks = course.breaks || (known && (low > sameRatio || high < 1 / sameRatio));
            if (known)
                text += Text::tr(" (%1 times the first, CI %2–%3)")
                            .arg(ratioText(half->ratio * half->ratio), ratioText(low), ratioText(high));
        }
        parts << text;
    }
    course.text = Text::tr("%1 against %2: %3").arg(container.first()->target, vm.first()->target, listed(parts));
    return course;
}

FindingAnswer answerOf(bool all, bool none)
{
    return all ? FindingAnswer::Yes : none ? FindingAnswer::No : FindingAnswer::NotShown;
}

} // namespace

Finding startUpQuestion(const Session& session)
{
    Finding finding =
        question(FindingKind::StartUp, Text::tr("Virtual machines start faster with more memory and more cores."),
                 Text::tr("Start-up with different sizes was not measured. The preset Start-up does."));
    QStringList sentences;
    bool all = true;
    bool none = true;
    bool longer = false;
    for (const StartDependence& dependence : startDependences(session)) {
        const auto target = std::find_if(session.plan.targets.begin(), session.plan.targets.end(),
                                         [&](const TargetSettings& one) { return one.id == dependence.targetId; });
        if (target == session.plan.targets.end() || target->kind != TargetKind::Qemu)
            continue;
        sentences << sentenceFor(dependence);
        if (!finding.targets.contains(dependence.targetId))
            finding.targets << dependence.targetId;
        using Answer = StartDependence::Answer;
        all = all && dependence.answer == Answer::Shorter;
        none = none && dependence.answer == Answer::None;
        longer = longer || dependence.answer == Answer::Longer;
    }
    if (sentences.isEmpty())
        return finding;
    finding.answer = answerOf(all, none || longer);
    finding.sentence = sentences.join(u' ');
    for (const RunRecord* run : attemptsThatCount(session)) {
        if (run->test == sysbench::Test::Boot && finding.targets.contains(run->target) && run->status == RunStatus::Ok)
            finding.runs << run->id;
    }
    finding.cause =
        Text::tr("Firmware and the beginning of a kernel use one CPU. More CPUs must be brought up one after "
                 "another, and more memory must be set up.");
    finding.check = Text::tr("Look at the phases of the starts: which of them changes?");
    return finding;
}

Finding primeLimitQuestion(const Session& session, const QList<Cell>& cells)
{
    Finding finding = question(FindingKind::PrimeLimit, Text::tr("CPU events/s falls as cpu_max_prime rises."),
                               Text::tr("The cpu test was not measured with two prime limits or more on any target."));
    bool all = true;
    bool none = true;
    QStringList parts;
    QList<const Cell*> evidence;
    for (const TargetSettings& target : session.plan.targets) {
        for (const Series& series : seriesOf(cells, target.id)) {
            if (series.size() < 2)
                continue;
            const Fall fall = fallOf(series);
            parts << fall.text;
            all = all && fall.falls;
            none = none && fall.rises;
            evidence << series.values();
        }
    }
    if (parts.isEmpty())
        return finding;
    addEvidence(&finding, evidence);
    finding.answer = answerOf(all, none);
    finding.sentence = parts.join(u"; "_s) + u'.';
    finding.cause =
        Text::tr("An event tests every number up to the limit N for divisors up to its root, about N^1.5 / ln N "
                 "divisions. An exponent between -1.2 and -1.5 is what that makes.");
    if (finding.answer != FindingAnswer::Yes)
        finding.check =
            Text::tr("Where the rate does not fall, the build of sysbench may not do the work: compare it with "
                     "another build.");
    return finding;
}

Finding ratioHoldsQuestion(const Session& session, const QList<Cell>& cells)
{
    Finding finding = question(
        FindingKind::RatioHolds, Text::tr("The ratio between container and virtual machine holds as the load rises."),
        Text::tr("The cpu test was not measured with two prime limits or more in a container and in "
                 "a virtual machine."));
    bool all = true;
    bool broken = false;
    QStringList parts;
    QList<const Cell*> evidence;
    for (const TargetPair& pair : pairsOf(session.plan)) {
        const auto containers = seriesOf(cells, pair.container);
        const auto vms = seriesOf(cells, pair.vm);
        for (auto it = containers.begin(); it != containers.end(); ++it) {
            const Course course = courseOf(*it, vms.value(it.key()));
            if (course.text.isEmpty())
                continue;
            parts << course.text;
            all = all && course.holds;
            broken = broken || course.breaks;
            evidence << course.cells;
        }
    }
    if (parts.isEmpty())
        return finding;
    addEvidence(&finding, evidence);
    finding.answer = answerOf(all, broken);
    finding.sentence =
        Text::tr("Ratio of the events/s, %1. It counts as the same within a factor of %2; the intervals hold "
                 "together at 95 %.")
            .arg(parts.join(u"; "_s), QString::number(sameRatio));
    if (finding.answer != FindingAnswer::Yes) {
        finding.cause =
            Text::tr("A ratio that changes may come from one cell whose repeats were disturbed: see what is noted "
                     "of its repeats.");
        finding.check = Text::tr("Measure that prime limit again, interleaved, with more repeats.");
    }
    return finding;
}

} // namespace bv::analysis
