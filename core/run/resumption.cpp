#include "run/resumption.h"

#include "machine/host_facts.h"
#include "plan/parameters.h"

using namespace Qt::StringLiterals;

namespace bv {

Plan withMeasuredAccelerators(const Session& session)
{
    Plan plan = session.plan;
    for (TargetSettings& target : plan.targets) {
        for (const QJsonValue& measured : session.targets) {
            const QString accel = measured["provenance"_L1]["accel"_L1].toString();
            if (measured["id"_L1].toString() == target.id && !accel.isEmpty())
                target.qemu.accel = accel;
        }
    }
    return plan;
}

bool isRecordOf(const RunRecord& record, const QList<PlannedRun>& runs)
{
    if (record.plannedIndex < 0 || record.plannedIndex >= runs.size())
        return false;
    const PlannedRun& run = runs[record.plannedIndex];
    return run.targetId == record.target && run.test == record.test && run.repeat == record.repeat &&
           run.discarded == record.discarded && comparisonKey(run) == comparisonKey(record.test, record.params);
}

MachineLimits limitsOf(const Session& session)
{
    MachineLimits limits = machineLimits();
    limits.memoryMib = session.host["memory_mib"_L1].toInteger(limits.memoryMib);
    limits.logicalCpus = session.host["cpus"_L1].toInt(limits.logicalCpus);
    return limits;
}

} // namespace bv
