#include "analysis/kendall.h"
#include "analysis/level_shift.h"
#include "analysis/plausibility.h"
#include "analysis/stability.h"
#include "support/analysis_session.h"

#include <QElapsedTimer>
#include <QTextStream>
#include <algorithm>
#include <array>
#include <functional>

using namespace bv;
using namespace bv::analysis;
using namespace bv::figures_only;

// How often noise is called odd, how often what is odd is found, and how long a session of 10,000 runs takes.

namespace {

constexpr int lists = 20000;
constexpr double alpha = 0.005; // of stabilityFindings()

using Draw = std::function<double(std::mt19937_64&)>;

QString percent(int count, int of)
{
    return QString::number(100.0 * count / of, 'f', 2).rightJustified(6);
}

void noise(const QString& name, const Draw& draw)
{
    QTextStream out(stdout);
    for (const int n : {3, 4, 5, 7, 10, 20, 50}) {
        std::mt19937_64 random(1);
        int shifts = 0;
        int outliers = 0;
        int levels = 0;
        for (int i = 0; i < lists; ++i) {
            QList<double> values;
            for (int k = 0; k < n; ++k)
                values << draw(random);
            shifts += shiftOf(values, alpha) ? 1 : 0;
            outliers += outliersOf(values) ? 1 : 0;
            levels += twoLevelsOf(values) ? 1 : 0;
        }
        out << name << ", n = " << QString::number(n).rightJustified(2) << ": shift " << percent(shifts, lists)
            << " %, outlier " << percent(outliers, lists) << " %, two levels " << percent(levels, lists) << " %\n";
    }
}

void driftOfNoise()
{
    QTextStream out(stdout);
    for (const int cells : {2, 6, 12}) {
        std::mt19937_64 random(2);
        int found = 0;
        for (int i = 0; i < lists / 4; ++i) {
            QList<QList<double>> series;
            for (int cell = 0; cell < cells; ++cell)
                series << normalFigures(random, 5, 100, 0.05);
            const auto trend = orderTrend(series);
            found += trend && trend->p < alpha ? 1 : 0;
        }
        out << "drift of noise, " << cells << " cells of 5: " << percent(found, lists / 4) << " % below p = " << alpha
            << '\n';
    }
}

void power()
{
    QTextStream out(stdout);
    for (const int n : {5, 10}) {
        for (const double change : {0.05, 0.1, 0.2, 0.5}) {
            std::mt19937_64 random(3);
            int steps = 0;
            int outliers = 0;
            for (int i = 0; i < lists / 4; ++i) {
                QList<double> values = normalFigures(random, n, 100, 0.02);
                QList<double> stepped = values;
                for (int k = n / 2; k < n; ++k)
                    stepped[k] *= 1 - change;
                values[n / 2] *= 1 - change;
                steps += shiftOf(stepped, alpha) ? 1 : 0;
                outliers += outliersOf(values) ? 1 : 0;
            }
            out << "n = " << QString::number(n).rightJustified(2) << ", CV 2 %, " << 100 * change
                << " % less: step found " << percent(steps, lists / 4) << " %, outlier found "
                << percent(outliers, lists / 4) << " %\n";
        }
    }
}

Session largeSession(int cells, int repeats)
{
    std::mt19937_64 random(4);
    std::normal_distribution<double> around(1, 0.03);
    Session session = emptySession();
    for (int cell = 0; cell < cells; ++cell) {
        for (int repeat = 1; repeat <= repeats; ++repeat) {
            RunRecord& run = addRun(session, cell % 2 == 0 ? u"docker"_s : u"qemu"_s, sysbench::Test::Cpu,
                                    {{u"cpu_max_prime"_s, 1000 + cell / 2}, {u"threads"_s, 1}}, repeat);
            const double rate = 1000 * around(random);
            run.metrics.set(sysbench::Metric::EventsPerSec, rate);
            run.metrics.set(sysbench::Metric::LatAvgMs, 1000 / rate);
            for (int second = 1; second <= 60; ++second) {
                sysbench::Interval interval;
                interval.timeS = second;
                interval.eventsPerSec = rate * around(random);
                run.intervals << interval;
            }
        }
    }
    return session;
}

void speed(int cells, int repeats)
{
    const Session session = largeSession(cells, repeats);
    std::array<double, 5> stable{};
    std::array<double, 5> plausible{};
    qsizetype findings = 0;
    for (std::size_t i = 0; i < stable.size(); ++i) {
        QElapsedTimer timer;
        timer.start();
        findings = stabilityFindings(session).size();
        stable[i] = static_cast<double>(timer.nsecsElapsed()) * 1e-6;
        timer.start();
        findings += plausibilityFindings(session).size();
        plausible[i] = static_cast<double>(timer.nsecsElapsed()) * 1e-6;
    }
    std::sort(stable.begin(), stable.end());
    std::sort(plausible.begin(), plausible.end());
    QTextStream(stdout) << session.runs.size() << " runs of 60 intervals in " << cells << " cells: stability "
                        << qRound(stable[2]) << " ms, plausibility " << qRound(plausible[2]) << " ms (medians of 5), "
                        << findings << " findings\n";
}

} // namespace

int main()
{
    std::normal_distribution<double> normal(100, 5);
    noise(u"normal, CV 5 %"_s, [&normal](std::mt19937_64& random) { return normal(random); });
    std::lognormal_distribution<double> skewed(4, 0.1);
    noise(u"lognormal, CV 10 %"_s, [&skewed](std::mt19937_64& random) { return skewed(random); });
    std::uniform_real_distribution<double> uniform(80, 120);
    noise(u"uniform, ± 20 %"_s, [&uniform](std::mt19937_64& random) { return uniform(random); });
    std::exponential_distribution<double> tail(0.2);
    noise(u"90 + exponential of 5"_s, [&tail](std::mt19937_64& random) { return 90 + tail(random); });
    driftOfNoise();
    power();
    speed(2000, 5);
    speed(200, 50);
    speed(2, 5000);
    return 0;
}
