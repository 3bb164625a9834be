#include "sysbench/run_figures.h"

namespace bv::sysbench {

namespace {

void derive(Metrics& metrics, Metric metric, double value)
{
    if (!metrics.value(metric))
        metrics.setDerived(metric, value);
}

void deriveSum(Metrics& metrics, Metric metric, Metric first, Metric second)
{
    const auto a = metrics.value(first);
    const auto b = metrics.value(second);
    if (a && b)
        derive(metrics, metric, *a + *b);
}

} // namespace

void addDerived(ParsedRun& run, const std::optional<std::array<double, 3>>& counts,
                const std::optional<std::array<double, 2>>& amounts)
{
    Metrics& metrics = run.metrics;
    const double seconds = metrics.value(Metric::TotalTimeS).value_or(0);
    if (seconds > 0) {
        if (const auto events = metrics.value(Metric::TotalEvents))
            derive(metrics, Metric::EventsPerSec, *events / seconds);
        if (counts) {
            derive(metrics, Metric::ReadsPerSec, (*counts)[0] / seconds);
            derive(metrics, Metric::WritesPerSec, (*counts)[1] / seconds);
            derive(metrics, Metric::FsyncsPerSec, (*counts)[2] / seconds);
        }
        if (amounts) {
            derive(metrics, Metric::ReadMibPerSec, (*amounts)[0] / seconds);
            derive(metrics, Metric::WrittenMibPerSec, (*amounts)[1] / seconds);
        }
    }
    deriveSum(metrics, Metric::RequestsPerSec, Metric::ReadsPerSec, Metric::WritesPerSec);
    deriveSum(metrics, Metric::TransferMibPerSec, Metric::ReadMibPerSec, Metric::WrittenMibPerSec);
}

void dropEmptyFigures(Metrics& metrics)
{
    Metrics kept;
    if (metrics.value(Metric::TotalEvents).value_or(0) > 0) {
        for (std::size_t i = 0; i < metricCount; ++i) {
            const auto metric = static_cast<Metric>(i);
            const double value = metrics.value(metric).value_or(0);
            if (value == 0)
                continue;
            if (metrics.isDerived(metric))
                kept.setDerived(metric, value);
            else
                kept.set(metric, value);
        }
    }
    metrics = kept;
}

} // namespace bv::sysbench
