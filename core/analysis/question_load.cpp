#include "analysis/questions.h"

#include "analysis/pairs.h"
#include "analysis/power_fit.h"
#include "analysis/question_texts.h"
#include "analysis/start_dependence.h"
#include "analysis/summary.h"
#include "base/figures.h"
#include "plan/mean_interval.h"
#include "plan/parameters.h"

#include <QMap>
#include <algorithm>
#include <cmath>

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

/// The exponents that the work of an event makes: it grows about as N^1.5 / ln N.
constexpr double steepest = -1.5;
constexpr double flattest = -1.2;
/// An exponent within that of 0 is no fall.
constexpr double flat = 0.05;

/// What one series says of question 3.
struct Fall
{
    QString text;
    bool falls = false;
    bool stays = false;        ///< or rises
    bool isAsExpected = false; ///< the exponent is known, and may be what the work makes
    bool isUnexpected = false; ///< it is known, and is not
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
        fall.stays = ends && ends->low && *ends->low > 1;
        fall.text = Text::tr("%1: %2 events/s, %3 times as many")
                        .arg(target, listed(figures), ends ? withInterval(*ends) : u"–"_s);
        return fall;
    }
    fall.falls = isDown && *fit->high < 0;
    fall.stays = *fit->low > -flat;
    fall.isAsExpected = *fit->low <= flattest && *fit->high >= steepest;
    fall.isUnexpected = !fall.isAsExpected;
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
    bool hasInterval = false;
    QList<const Cell*> cells;
};

QList<double> commonLimits(const Series& container, const Series& vm)
{
    QList<double> limits;
    for (const double limit : container.keys()) {
        if (vm.contains(limit))
            limits << limit;
    }
    return limits;
}

/// `level`: of each interval.
Course courseOf(const Series& container, const Series& vm, double level)
{
    const QList<double> limits = commonLimits(container, vm);
    Course course;
    QStringList parts;
    for (const double limit : limits) {
        const Cell& top = *container[limit];
        const Cell& bottom = *vm[limit];
        course.cells << &top << &bottom;
        const auto ratio = ratioOfMeans(top.values, bottom.values);
        QString text = Text::tr("%1 at %2").arg(ratio ? ratioText(ratio->ratio) : u"–"_s, QString::number(limit));
        if (limit != limits.first()) {
            // ln of (top / bottom) - ln of (first top / first bottom): twice the mean of two strata.
            const auto half = ratioOfStrata(
                {{top.values, bottom.values}, {vm[limits.first()]->values, container[limits.first()]->values}}, level);
            // Without any width it says that there were too few different figures.
            const bool known = half && half->low && half->high && *half->low < *half->high;
            course.hasInterval = course.hasInterval || known;
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

/// A start that changes by less than that is the same.
constexpr double negligible = 1.05;

/// The ends of the interval at 95 % (by Student's t of the logarithm) at another level, 1 - alpha. Nothing where there
/// is none, or none of any width.
std::optional<std::pair<double, double>> atLevel(const RatioEstimate& ratio, double alpha)
{
    if (!ratio.low || !ratio.high || !ratio.degreesOfFreedom)
        return std::nullopt;
    const auto before = studentTQuantile(0.975, *ratio.degreesOfFreedom);
    const auto after = studentTQuantile(1 - alpha / 2, *ratio.degreesOfFreedom);
    if (!before || !after)
        return std::nullopt;
    const double factor = std::exp(std::log(*ratio.high / ratio.ratio) * *after / *before);
    return std::pair(ratio.ratio / factor, ratio.ratio * factor);
}

/// Answer, sentence and targets.
void judgeStarts(Finding* finding, const QList<StartDependence>& dependences)
{
    QStringList sentences;
    bool all = true;
    bool none = true;
    bool longer = false;
    for (const StartDependence& dependence : dependences) {
        sentences << sentenceFor(dependence);
        if (!finding->targets.contains(dependence.targetId))
            finding->targets << dependence.targetId;
        const auto widened = atLevel(dependence.ratio, 0.05 / static_cast<double>(dependences.size()));
        all = all && widened && widened->second < 1;
        none = none && widened && widened->first > 1 / negligible && widened->second < negligible;
        longer = longer || (widened && widened->first > 1);
    }
    const auto has = [&dependences](StartFactor factor) {
        return std::any_of(dependences.begin(), dependences.end(),
                           [factor](const StartDependence& one) { return one.factor == factor; });
    };
    const bool both = has(StartFactor::Cpus) && has(StartFactor::Memory);
    finding->answer = answerOf(all && both, none || longer);
    if (!has(StartFactor::Memory))
        sentences << Text::tr("Memory was not varied.");
    if (!has(StartFactor::Cpus))
        sentences << Text::tr("The number of CPUs was not varied.");
    if (dependences.size() > 1)
        sentences << Text::tr("The answer takes the %1 intervals together (Bonferroni).").arg(dependences.size());
    finding->sentence = sentences.join(u' ');
}

} // namespace

Finding startUpQuestion(const Session& session)
{
    Finding finding =
        question(FindingKind::StartUp, Text::tr("Virtual machines start faster with more memory and more cores."),
                 Text::tr("Start-up with different sizes was not measured. The preset Start-up does."));
    QList<StartDependence> dependences;
    for (const StartDependence& dependence : startDependences(session)) {
        const auto target = std::find_if(session.plan.targets.begin(), session.plan.targets.end(),
                                         [&](const TargetSettings& one) { return one.id == dependence.targetId; });
        if (target != session.plan.targets.end() && target->kind == TargetKind::Qemu)
            dependences << dependence;
    }
    if (dependences.isEmpty())
        return finding;
    judgeStarts(&finding, dependences);
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
    QList<Fall> falls;
    QList<const Cell*> evidence;
    for (const TargetSettings& target : session.plan.targets) {
        for (const Series& series : seriesOf(cells, target.id)) {
            if (series.size() < 2)
                continue;
            falls << fallOf(series);
            evidence << series.values();
        }
    }
    if (falls.isEmpty())
        return finding;
    addEvidence(&finding, evidence);
    const auto all = [&falls](bool Fall::*is) {
        return std::all_of(falls.begin(), falls.end(), [is](const Fall& fall) { return fall.*is; });
    };
    const auto any = [&falls](bool Fall::*is) {
        return std::any_of(falls.begin(), falls.end(), [is](const Fall& fall) { return fall.*is; });
    };
    finding.answer = answerOf(all(&Fall::falls), any(&Fall::stays));
    QStringList parts;
    for (const Fall& fall : std::as_const(falls))
        parts << fall.text;
    finding.sentence = parts.join(u"; "_s) + u'.';
    if (any(&Fall::isAsExpected))
        finding.cause =
            Text::tr("An event tests every number up to the limit N for divisors up to its root, about N^1.5 / ln "
                     "N divisions; that makes an exponent between -1.2 and -1.5.");
    if (any(&Fall::isUnexpected)) {
        finding.cause += finding.cause.isEmpty() ? QString() : QString(u' ');
        finding.cause +=
            Text::tr("An exponent outside of -1.5 to -1.2 is not what the work of an event makes: runs were "
                     "disturbed, or the build of sysbench does other work.");
        finding.check =
            Text::tr("Look at what is noted of the repeats; where the rate does not fall, compare with another "
                     "build of sysbench.");
    }
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
    QList<std::pair<Series, Series>> both;
    qsizetype intervals = 0;
    for (const TargetPair& pair : pairsOf(session.plan)) {
        const auto containers = seriesOf(cells, pair.container);
        const auto vms = seriesOf(cells, pair.vm);
        for (auto it = containers.begin(); it != containers.end(); ++it) {
            const Series vm = vms.value(it.key());
            const qsizetype limits = commonLimits(*it, vm).size();
            if (limits < 2)
                continue;
            both << std::pair(*it, vm);
            intervals += limits - 1;
        }
    }
    bool hasInterval = false;
    for (const auto& [container, vm] : std::as_const(both)) {
        const Course course = courseOf(container, vm, 1 - 0.05 / static_cast<double>(intervals)); // together at 95 %
        parts << course.text;
        all = all && course.holds;
        broken = broken || course.breaks;
        hasInterval = hasInterval || course.hasInterval;
        evidence << course.cells;
    }
    if (parts.isEmpty())
        return finding;
    addEvidence(&finding, evidence);
    finding.answer = answerOf(all, broken);
    finding.sentence = Text::tr("Ratio of the events/s, %1. It counts as the same within a factor of %2.")
                           .arg(parts.join(u"; "_s), QString::number(sameRatio));
    if (hasInterval)
        finding.sentence += u' ' + Text::tr("The intervals hold together at 95 %.");
    if (finding.answer != FindingAnswer::Yes) {
        finding.cause =
            Text::tr("A ratio that changes may come from one cell whose repeats were disturbed: see what is noted "
                     "of its repeats.");
        finding.check = Text::tr("Measure that prime limit again, interleaved, with more repeats.");
    }
    return finding;
}

} // namespace bv::analysis
