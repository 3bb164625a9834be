#pragma once

#include "async/task.h"
#include "guest/guest.h"
#include "machine/usage.h"
#include "plan/plan.h"
#include "process/process.h"
#include "sysbench/metrics.h"

#include <QJsonObject>
#include <QObject>
#include <QStringList>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>

namespace bv {

/// The programs that targets use. Each is a name looked up in PATH or an absolute path. Settings, not PATH, hand in
/// other ones (tests: fakes).
struct Tools
{
    QString docker = QStringLiteral("docker"); ///< or podman
    QString qemuX86 = QStringLiteral("qemu-system-x86_64");
    QString qemuAarch64 = QStringLiteral("qemu-system-aarch64");
    QString qemuImg = QStringLiteral("qemu-img");
    QString sysbench = QStringLiteral("sysbench");
    QString sshKeygen = QStringLiteral("ssh-keygen");
    QString ssh = QStringLiteral("ssh");

    /// QEMU for guests of an architecture ("x86_64" or "aarch64").
    const QString& qemuFor(const QString& arch) const { return arch == u"aarch64" ? qemuAarch64 : qemuX86; }
};

/// What a target is given to work with. All folders are private to the session and removed with it.
struct TargetContext
{
    QString sessionId;
    QString owner;     ///< who this Benchvisor is: label of containers and volumes, see run/leftovers.h
    QString socketDir; ///< short (Unix sockets), for this target alone; may not exist yet
    QString workDir;   ///< on a real disk: scratch disks, host file sets; may not exist yet
    QString vmDir;     ///< what belongs to this VM beyond a session: ssh keys. May not exist yet
    Tools tools;
    GuestFiles guest;                          ///< the built-in guest, as the target needs it; empty where it does not
    std::chrono::milliseconds bootDeadline{0}; ///< for a guest to answer; 0: by accelerator
};

/// One command inside a target.
struct ExecSpec
{
    QStringList argv;
    QString folder = QStringLiteral("/tmp");
    std::chrono::milliseconds timeout{0}; ///< 0: none
    bool sample = false;                  ///< have the inside report its utilisation meanwhile, see usage()

    ExecSpec() = default;
    ExecSpec(QStringList a, QString f)
        : argv(std::move(a))
        , folder(std::move(f))
    {
    }
};

struct ExecOutcome
{
    enum class Kind {
        Exited,
        TimedOut,
        Cancelled,
        TargetGone, ///< the VM or the container ended, or the engine
        NotRun,     ///< the command could not be started in the target
    };
    Kind kind = Kind::NotRun;
    int exitCode = -1;
    QByteArray output; ///< stdout and stderr as they came; the last 1 MiB
    QString message;   ///< why, for all but Exited
    double seconds = 0;

    bool ok() const { return kind == Kind::Exited && exitCode == 0; }
};

/// What a start that was measured came to.
struct StartReport
{
    sysbench::Metrics times; ///< boot_ms and its phases; what was not observed is absent
    QStringList command;     ///< the argv that it began with
    QString output;          ///< what the guest wrote to its console, or the container first
    QStringList notes;       ///< for the record
};

/// Cumulative CPU and disk time of a target, for the utilisation sampler. What cannot be had is absent.
struct UsageCounters
{
    std::optional<CpuTimes> cpu;        ///< seen from the host
    std::optional<double> diskBusyS;    ///< device that holds the files, on the host
    std::optional<double> guestUserPct; ///< inside the VM, over its last second
    std::optional<double> guestSystemPct;
    std::optional<double> guestDiskPct;
    std::optional<double> atS;    ///< the source's own clock, where it stamps its figures
    std::optional<double> stealS; ///< of this machine, see machineStealSeconds(); the sampler's, not the target's
};

/// An arrangement brought to life: the host, a container or a VM. Lives on the engine thread. One command at a time.
class Target : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;

    /// Starts it and waits until it answers; fills provenance(). On failure nothing is left running.
    virtual Async<> open(std::stop_token stop) = 0;
    /// Starts it as open() does, for the time this takes: it is not asked what it is, and not started a second time.
    /// `cold`: what is read meanwhile is dropped from this machine's page cache before. startReport() tells the rest,
    /// also of a failure, after which nothing is left running. BadInput for the host, which has no start.
    virtual Async<> start(bool cold, std::stop_token stop);
    /// Ends it and removes what it made: container, volume, VM, sockets, scratch disk. May be called at any time, more
    /// than once; does not heed stop.
    virtual Task<> close() = 0;
    /// Takes all CPU from an idle target / gives it back. After a stop it may be either; close() works all the same.
    virtual Async<> pause(std::stop_token stop) = 0;
    virtual Async<> resume(std::stop_token stop) = 0;
    /// Runs one command and hands over its output as it comes. A command that exceeds its time or is stopped is killed
    /// inside the target.
    virtual Task<ExecOutcome> exec(ExecSpec spec, std::stop_token stop, OutputHandler onOutput) = 0;
    /// The folder for file sets in the target, made on first use (for a VM: formats and mounts the disk).
    virtual Async<QString> prepareFileFolder(std::stop_token stop) = 0;
    /// Drops the page cache of the file set in `folder`, everywhere it may be cached. Returns notes for the record on
    /// what could not be dropped; empty when all was.
    virtual Task<QStringList> dropPageCache(QString folder, std::stop_token stop) = 0;
    /// At most a few small reads; at 1 Hz.
    virtual UsageCounters usage() = 0;
    /// The sysbench inside the target.
    virtual QString sysbench() const { return QStringLiteral("sysbench"); }
    /// The exact argv behind exec(): on this machine, for a VM inside the guest.
    virtual QStringList commandFor(const ExecSpec& spec) const = 0;
    /// True when the VM or container is up. False after gone().
    virtual bool isOpen() const = 0;

    const TargetSettings& settings() const { return m_settings; }
    /// What it is, found out by open(): versions, argv, image digest, limits seen inside, sysbench build, kernel, …
    const QJsonObject& provenance() const { return m_provenance; }
    /// Of the last start().
    const StartReport& startReport() const { return m_startReport; }

signals:
    /// A line for the log.
    void said(const QString& line);

protected:
    Target(TargetSettings settings, TargetContext context)
        : m_settings(std::move(settings))
        , m_context(std::move(context))
    {
    }

    TargetSettings m_settings;
    TargetContext m_context;
    QJsonObject m_provenance;
    StartReport m_startReport;
};

/// Makes the target for these settings.
std::unique_ptr<Target> makeTarget(const TargetSettings& settings, const TargetContext& context);

} // namespace bv
