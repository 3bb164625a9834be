#include "sysbench/parsed_run.h"

#include <QJsonArray>

namespace bv::sysbench {

using namespace Qt::StringLiterals;

QJsonObject toJson(const ParsedRun& run)
{
    const auto textOrNull = [](const QString& text) { return text.isEmpty() ? QJsonValue() : QJsonValue(text); };
    QJsonArray intervals;
    for (const Interval& interval : run.intervals)
        intervals.append(interval.toJson());
    return {{"test"_L1, testName(run.test)},
            {"version"_L1, textOrNull(run.version)},
            {"threads"_L1, run.threads ? QJsonValue(*run.threads) : QJsonValue()},
            {"mode"_L1, textOrNull(run.mode)},
            {"complete"_L1, run.complete},
            {"error"_L1, run.error},
            {"metrics"_L1, run.metrics.toJson()},
            {"intervals"_L1, intervals}};
}

} // namespace bv::sysbench
