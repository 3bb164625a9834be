#include "analysis/comparison.h"
#include "analysis/result_rows.h"
#include "analysis/scaling.h"

#include <QElapsedTimer>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <random>

using namespace Qt::StringLiterals;
using namespace bv;
using namespace bv::analysis;

// Are the statistics honest? Sessions are simulated in which all targets are equal, and it is counted how often a
// difference is claimed all the same, and how often intervals hold the truth; then how often a true slowdown is found.
// At the end, how long it takes for 10,000 runs. Of 2,000 sessions 5 % come out between 4.0 and 6.0.
//
// What to expect: Welch is cautious with 3 repeats, and so is everything under a drift, which widens what is known of a
// mean that it does not move. Equal means of very unequal spread are no equal targets; there Welch claims too much when
// repeats are few. No interval of few values covers a mean of strongly skewed ones.

namespace {

constexpr int sessions = 2000;
constexpr int tests = 6;

using Generator = std::mt19937_64;

/// How a figure comes about: chance, the target, and the place of the run in the session from 0 to 1. Its expectation
/// is 1 where there is no drift.
using Figure = std::function<double(Generator&, int target, double place)>;

struct Scenario
{
    const char* name = "";
    int targets = 2;
    int repeats = 5;
    Figure figure;
    bool interleaved = true;
};

double normal(Generator& random, double deviation)
{
    return 1 + deviation * std::normal_distribution<double>()(random);
}

/// Expectation 1; `sigma` is the deviation of the logarithm.
double lognormal(Generator& random, double sigma)
{
    return std::exp(sigma * std::normal_distribution<double>()(random) - sigma * sigma / 2);
}

Session emptySession(int targets)
{
    Session session;
    for (int i = 0; i < targets; ++i) {
        TargetSettings target;
        target.id = u"t%1"_s.arg(i);
        target.label = target.id;
        session.plan.targets << target;
    }
    return session;
}

void add(Session& session, int target, int test, double figure)
{
    RunRecord run;
    run.plannedIndex = static_cast<int>(session.runs.size());
    run.id = QString::number(run.plannedIndex);
    run.target = session.plan.targets[target].id;
    run.test = sysbench::Test::Cpu;
    run.params = {{u"cpu_max_prime"_s, 10000 + test}};
    run.status = RunStatus::Ok;
    run.metrics.set(sysbench::Metric::EventsPerSec, figure);
    session.runs << run;
}

/// The runs of each test one after the other; the targets take turns, or each is done before the next.
Session sessionOf(const Scenario& scenario, Generator& random)
{
    Session session = emptySession(scenario.targets);
    const int inTest = scenario.targets * scenario.repeats;
    for (int test = 0; test < tests; ++test) {
        for (int i = 0; i < inTest; ++i) {
            const int target = scenario.interleaved ? i % scenario.targets : i / scenario.repeats;
            const double place = static_cast<double>(i) / (inTest - 1);
            add(session, target, test, 1000 * scenario.figure(random, target, place));
        }
    }
    return session;
}

double perCent(int part, int whole)
{
    return 100.0 * part / whole;
}

void calibrate(const Scenario& scenario)
{
    Generator random(20260101);
    int falsely = 0;
    int means = 0;
    int meansHeld = 0;
    int ratios = 0;
    int ratiosHeld = 0;
    int byBca = 0;
    for (int i = 0; i < sessions; ++i) {
        const Session session = sessionOf(scenario, random);
        const QList<Comparison> all = comparisons(session);
        falsely += std::any_of(all.cbegin(), all.cend(), [](const Comparison& one) {
            return one.verdict != Comparison::Verdict::NoDifferenceShown;
        });
        for (const Comparison& one : all) {
            ++ratios;
            ratiosHeld += *one.ratio->low <= 1 && 1 <= *one.ratio->high;
        }
        for (const ResultRow& row : resultRows(session)) {
            ++means;
            meansHeld += *row.summary->ciLow <= 1000 && 1000 <= *row.summary->ciHigh;
            byBca += row.summary->ciMethod == IntervalMethod::Bca;
        }
    }
    std::printf("%-43s n %2d  targets %d  false %4.1f %%  mean held %5.1f %% (%3.0f %% BCa)  ratio held %5.1f %%\n",
                scenario.name, scenario.repeats, scenario.targets, perCent(falsely, sessions),
                perCent(meansHeld, means), perCent(byBca, means), perCent(ratiosHeld, ratios));
    std::fflush(stdout);
}

/// Containers that differ in CPUs or in memory, whose figures do not: answers of scalingFindings().
void calibrateScaling(int repeats)
{
    Generator random(20260104);
    int falsely = 0;
    for (int i = 0; i < sessions; ++i) {
        Session session = emptySession(6);
        for (int target = 0; target < 6; ++target) {
            session.plan.targets[target].label.clear();
            session.plan.targets[target].kind = TargetKind::Docker;
            session.plan.targets[target].docker.cpus = 1 << target % 3;
            session.plan.targets[target].docker.memoryMib = target < 3 ? 1024 : 2048;
        }
        for (int test = 0; test < 3; ++test) {
            for (int run = 0; run < 6 * repeats; ++run)
                add(session, run % 6, test, 1000 * normal(random, 0.02));
        }
        const QList<Finding> all = scalingFindings(session, cellsOf(session));
        falsely += std::any_of(all.cbegin(), all.cend(),
                               [](const Finding& one) { return one.answer != FindingAnswer::NotShown; });
    }
    std::printf("scaling, normal, CV 2 %%, n %2d: false %4.1f %%\n", repeats, perCent(falsely, sessions));
    std::fflush(stdout);
}

/// One of the tests of a session is slower on the second target by 5 %.
void findSlowdown(double variation, int repeats)
{
    Generator random(20260102);
    int found = 0;
    for (int i = 0; i < sessions; ++i) {
        Session session = emptySession(2);
        for (int test = 0; test < tests; ++test) {
            for (int run = 0; run < 2 * repeats; ++run)
                add(session, run % 2, test, (test == 0 && run % 2 == 1 ? 950 : 1000) * normal(random, variation));
        }
        found += comparisons(session).first().verdict == Comparison::Verdict::Higher;
    }
    std::printf("slower by 5 %% in one test of %d, CV %.0f %%, n %2d: found in %5.1f %% of sessions\n", tests,
                100 * variation, repeats, perCent(found, sessions));
    std::fflush(stdout);
}

/// Figures with few digits have ties, which take longer.
void measure(int targets, int repeats, bool rounded)
{
    constexpr int runs = 10000;
    Generator random(20260103);
    Session session = emptySession(targets);
    for (int i = 0; i < runs; ++i) {
        const double figure = 1000 * normal(random, 0.02);
        add(session, i % targets, i / (targets * repeats), rounded ? std::round(figure / 5) : figure);
    }
    QElapsedTimer timer;
    timer.start();
    const auto rows = resultRows(session).size();
    const double rowsMs = static_cast<double>(timer.nsecsElapsed()) / 1e6;
    timer.start();
    const auto pairs = comparisons(session).size();
    const double pairsMs = static_cast<double>(timer.nsecsElapsed()) / 1e6;
    std::printf("%d runs, %d targets, n %2d%s: %4d summaries %6.1f ms, %4d comparisons %6.1f ms\n", runs, targets,
                repeats, rounded ? ", ties" : "      ", static_cast<int>(rows), rowsMs, static_cast<int>(pairs),
                pairsMs);
    std::fflush(stdout);
}

} // namespace

int main()
{
    const Figure plain = [](Generator& random, int, double) { return normal(random, 0.02); };
    const Figure unequal = [](Generator& random, int target, double) {
        return normal(random, target == 0 ? 0.01 : 0.06);
    };
    const Figure skewed = [](Generator& random, int, double) { return lognormal(random, 0.25); };
    const Figure verySkewed = [](Generator& random, int, double) { return lognormal(random, 0.5); };
    const auto drifting = [](double drift) -> Figure {
        return [drift](Generator& random, int, double place) {
            return (1 + drift * (0.5 - place)) * normal(random, 0.02);
        };
    };
    std::printf("%d sessions each, %d tests; all targets are equal\n", sessions, tests);
    for (const int repeats : {3, 5, 10, 20}) {
        calibrate({"normal, CV 2 %", 2, repeats, plain});
        calibrate({"normal, CV 1 % and 6 % (equal means only)", 2, repeats, unequal});
        calibrate({"lognormal, skewness 0.8", 2, repeats, skewed});
        calibrate({"lognormal, skewness 1.8", 2, repeats, verySkewed});
        calibrate({"drift of 2 %, CV 2 %, interleaved", 2, repeats, drifting(0.02)});
        calibrate({"drift of 4 %, CV 2 %, interleaved", 2, repeats, drifting(0.04)});
        calibrate({"normal, CV 2 %", 4, repeats, plain});
    }
    calibrate({"drift of 4 %, CV 2 %, NOT interleaved", 2, 10, drifting(0.04), false});
    for (const int repeats : {3, 5, 10})
        calibrateScaling(repeats);
    for (const int repeats : {3, 5, 10})
        findSlowdown(0.02, repeats);
    for (const bool rounded : {false, true}) {
        measure(2, 5, rounded);
        measure(4, 5, rounded);
        measure(2, 10, rounded);
        measure(4, 15, rounded);
        measure(2, 50, rounded);
    }
    return 0;
}
