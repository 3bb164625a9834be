#pragma once

#include "analysis/finding.h"
#include "session/session.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QList>
#include <QString>
#include <QStringList>

namespace bv::analysis {

/// What can be unequal between targets, or makes all their figures less than they seem. In the order in which it is
/// told, and in which fairPlan() mends.
enum class FairnessKind : quint8 {
    Accelerator,   ///< a VM is emulated (TCG)
    Architecture,  ///< targets of different architectures
    Engine,        ///< containers inside a VM of their own (Docker Desktop), or on another machine
    Sysbench,      ///< different versions
    Build,         ///< one version, different programs
    System,        ///< different images or guests
    CpuQuota,      ///< a fraction of a CPU
    Cpus,          ///< different numbers of CPUs
    Memory,        ///< different memory
    Threads,       ///< more threads than CPUs
    ThreadScaling, ///< CPUs that no thread uses
    Storage,       ///< files in memory, in the container's layer, or encrypted
    UnsafeDisk,    ///< flushes are ignored
    HostCache,     ///< this machine caches the guest's disk
    CachedFiles,   ///< the file set fits into memory
    HostDisk,      ///< files on different disks of this machine
    PageCache,     ///< not dropped
    HostVm,        ///< this machine is itself a VM
    Clock,         ///< frequency governor, turbo
    Battery,
    Load, ///< other work on this machine
    Repeats,
    Order,
};

/// "accelerator", "cached_files", …: the word in JSON and CSV.
QLatin1StringView fairnessKindName(FairnessKind kind);

enum class FairnessSeverity : quint8 {
    Breaks,   ///< the figures must not be compared as they are: another thing is compared than it seems
    Distorts, ///< moves the figures of some targets
    Remark,   ///< small, the same for all targets, or on purpose
};

/// "breaks", "distorts", "remark".
QLatin1StringView fairnessSeverityName(FairnessSeverity severity);

/// One inequality. Texts are for people: whole sentences, plain text.
struct FairnessNote
{
    FairnessKind kind = FairnessKind::Accelerator;
    FairnessSeverity severity = FairnessSeverity::Remark;
    QString sentence;            ///< what is unequal, with figures
    QString effect;              ///< what that does to the result, how much where it is known
    QString mend;                ///< what to do; empty where there is nothing
    bool canMend = false;        ///< mended() does it
    QJsonObject change;          ///< what mended() changes; empty unless canMend
    QStringList targets;         ///< TargetSettings::id; empty: all
    QStringList runs;            ///< RunRecord::id, where it is about some runs only
    QList<sysbench::Test> tests; ///< that it bears on; empty: all
    bool isKnown = true;         ///< false: nothing tells whether it is so (sessions that were measured elsewhere)
    bool readsOnly = false;      ///< of fileio: on modes that read
    bool operator==(const FairnessNote&) const = default;

    /// Does it bear on this test with these parameters on this target?
    bool concerns(const QString& targetId, sysbench::Test test, const QJsonObject& params = {}) const;
};

/// What is known before a run: settings of the plan and facts of the machine, which are those of hostFacts() and may
/// also hold "kvm" (bool: VMs of this machine's architecture can run under KVM). What is not known gives no note.
/// Gravest first, then by kind. Pure.
QList<FairnessNote> fairnessOf(const Plan& plan, const QJsonObject& host);

/// What is known after a run: limits, programs and systems as seen inside the targets that were measured, the
/// accelerator asked of the running VM, notes of runs. Pure and fixed by the session, so that whatever shows or exports
/// it says the same.
QList<FairnessNote> fairnessOf(const Session& session);

/// The plan with the note's mend; the same plan where it has none. Applied twice it changes nothing more.
Plan mended(Plan plan, const FairnessNote& note);

/// The plan with all mends that are possible on this machine. `applied`, if given, gets the notes that were mended, in
/// that order. fairPlan() of its result changes nothing.
Plan fairPlan(Plan plan, const QJsonObject& host, QList<FairnessNote>* applied = nullptr);

/// Keys: kind severity sentence effect mend targets runs tests; those without a value are left out. "known" is there,
/// and false, where it is not known whether it is so.
QJsonObject fairnessToJson(const FairnessNote& note);
QJsonArray fairnessToJson(const QList<FairnessNote>& notes);

/// fairnessOf() the session as findings of kind Unfair, whose `check` is the mend.
QList<Finding> fairnessFindings(const Session& session);

} // namespace bv::analysis
