#pragma once

#include "analysis/fairness.h"

#include <optional>

/// What fairness is judged by, the same before a run and after it. Internal to fairness.
namespace bv::analysis::fairness {

/// A target with what it has, as far as that is known.
struct Side
{
    TargetSettings settings;
    bool isSet = true;       ///< the settings are what it ran with; not so where a session came from elsewhere
    bool areFilesSet = true; ///< so is where its files are and how its disk is attached
    bool isSeen = false;     ///< it was asked while it was up
    QString name;            ///< for people
    QString accel;           ///< of a VM: "tcg", "kvm", …; "auto" where it is not decided yet
    QString arch;            ///< "x86_64"; empty where not known
    std::optional<double> cpus;
    std::optional<double> memoryMib;
    QString version;    ///< of sysbench
    QStringList builds; ///< sha256 of sysbench; several where it was changed meanwhile
    QString os;
    QString kernel;
    QString product; ///< of the container engine
    QString engineOs;
    QString hostDisk; ///< the disk of this machine that holds its files
};

/// A test with one set of parameters.
struct Load
{
    sysbench::Test test = sysbench::Test::Unknown;
    QJsonObject params;

    bool reads() const;       ///< fileio: what was written before
    bool isDirect() const;    ///< fileio past the page cache
    qint64 fileBytes() const; ///< size of the file set; 0 where there is none
    int threads() const;      ///< 0 where it has none
};

struct Ground
{
    Plan plan;
    QJsonObject host;
    QList<Side> sides;
    QList<Load> loads;
    const Session* session = nullptr; ///< after a run
    int fewestRepeats = 0;            ///< of anything that was measured, then

    bool has(sysbench::Test test) const;
    /// It was measured elsewhere: of the method is known only what somebody told.
    bool isForeign() const;
    int mostThreads() const;
    /// Where start-ups set CPUs ("smp") or memory ("memory_mib") themselves, those of the targets do not matter.
    bool matters(QLatin1StringView setting) const;
};

/// The architecture of this machine as QEMU and the kernel name it; empty where it is not known.
QString architectureOf(const QJsonObject& host);

Ground groundOf(const Plan& plan, const QJsonObject& host);
Ground groundOf(const Session& session);

using Notes = QList<FairnessNote>;

// Each adds what it finds.
void checkMachines(const Ground& ground, Notes& notes); ///< accelerator, architecture, engine
void checkPrograms(const Ground& ground, Notes& notes); ///< sysbench, build, system
void checkSizes(const Ground& ground, Notes& notes);    ///< quota, CPUs, memory
void checkThreads(const Ground& ground, Notes& notes);
void checkFiles(const Ground& ground, Notes& notes);  ///< storage, disks, caches
void checkHost(const Ground& ground, Notes& notes);   ///< the machine below all targets
void checkMethod(const Ground& ground, Notes& notes); ///< repeats, order, page cache

QList<const Side*> ofKind(const Ground& ground, TargetKind kind);

// Words.
QString listed(const QStringList& names); ///< of many the first
QString namesOf(const QList<const Side*>& sides);
QStringList idsOf(const QList<const Side*>& sides);
QString mibText(double mib);  ///< "1 GiB", "512 MiB"
QString cpuText(double cpus); ///< "2 CPUs", "1 CPU"

} // namespace bv::analysis::fairness
