#pragma once

#include "base/result.h"
#include "sysbench/metrics.h"

#include <QDateTime>
#include <QJsonObject>
#include <QList>
#include <QString>
#include <QStringList>
#include <optional>

namespace bv {

/// How a run ended.
enum class RunStatus : quint8 { Ok, Failed, Timeout, Cancelled };

/// "ok", "failed", "timeout", "cancelled".
QLatin1StringView runStatusName(RunStatus status);
/// The inverse; nothing for an unknown name.
std::optional<RunStatus> runStatusFromName(QStringView name);

/// One utilisation sample. CPU in per cent of one core (two busy cores are 200), disk in per cent of the time the
/// device was busy. `user`/`system` are the target as seen from the host (cgroup or QEMU process), guest… as seen
/// inside the VM. `cpu` is their sum where only the sum can be had (a remote engine). Absent where it could not be had.
struct UtilizationSample
{
    double timeS = 0;
    std::optional<double> userPct;
    std::optional<double> systemPct;
    std::optional<double> cpuPct;
    std::optional<double> diskUtilPct;
    std::optional<double> guestUserPct;
    std::optional<double> guestSystemPct;
    std::optional<double> guestDiskUtilPct;
    std::optional<double> stealPct; ///< what this machine's own host took from all its CPUs, in per cent of one core

    /// Keys: t_s user_pct system_pct cpu_pct disk_util_pct guest_user_pct guest_system_pct guest_disk_util_pct
    /// steal_pct.
    QJsonObject toJson() const;
    static UtilizationSample fromJson(const QJsonObject& json);
    bool operator==(const UtilizationSample&) const = default;
};

/// The evidence of one run.
struct RunRecord
{
    QString id; ///< unique in the session: "<planned index>" or "<planned index>.<attempt>" from the 2nd attempt
    int plannedIndex = -1; ///< PlannedRun::index; -1 where the run did not come from a plan
    QString target;        ///< TargetSettings::id
    sysbench::Test test = sysbench::Test::Unknown;
    QJsonObject params;
    int repeat = 1;
    bool discarded = false;
    RunStatus status = RunStatus::Failed;
    QDateTime started;    ///< UTC
    double durationS = 0; ///< wall seconds of the command
    std::optional<int> exitCode;
    QStringList command; ///< exact argv on this machine; for a VM the argv inside the guest
    sysbench::Metrics metrics;
    QList<sysbench::Interval> intervals;
    QList<UtilizationSample> utilization;
    QString sysbenchSha256; ///< of the sysbench that ran, hex; empty where it could not be told
    QStringList notes;      ///< what a reader must know: "page cache of the host was not dropped: …"
    QString output;         ///< raw output; at most outputLimit characters, the middle left out beyond that
    QString error;          ///< one sentence; empty when ok

    static constexpr qsizetype outputLimit = 1'000'000;

    /// The run of schema benchvisor-session/1 (interface): id target test params repeat discarded status started
    /// duration_s exit_code command metrics intervals utilization output error, plus planned_index and notes.
    QJsonObject toJson() const;
    /// BadInput names the key that is missing or of the wrong type. Unknown keys are ignored.
    static Result<RunRecord> fromJson(const QJsonObject& json);
    bool operator==(const RunRecord&) const = default;
};

/// The output as it may be kept: at most `limit` characters (no fewer than 200), the middle replaced by a line that
/// says how many were left out. toJson() does this too.
QString limitedOutput(const QString& output, qsizetype limit = RunRecord::outputLimit);

} // namespace bv
