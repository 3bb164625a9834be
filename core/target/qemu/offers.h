#pragma once

#include "async/task.h"

#include <QByteArray>
#include <QString>
#include <QStringList>
#include <stop_token>

namespace bv {

/// What a QEMU program can emulate. Names as its options take them.
struct QemuOffers
{
    QString version;      ///< "7.2.22"
    QStringList machines; ///< those of the current version, the usual ones first: "q35", "pc", "microvm"
    QStringList cpus;     ///< "max" first; without the versioned ones ("Haswell-v4") of a model that is there itself
    QStringList accelerators; ///< "kvm", "tcg"
    bool operator==(const QemuOffers&) const = default;
};

/// From what QEMU says on its control socket to the commands of askQemuOffers() (QMP: query-machines,
/// query-cpu-definitions, qom-list-types). Protocol where that is something else. Pure.
Result<QemuOffers> parseQemuOffers(const QByteArray& qmpOutput);

/// Starts QEMU without a machine and asks it; takes about 0.2 s. NotFound where there is no such program; TimedOut,
/// Crashed, Protocol. On the engine thread.
Async<QemuOffers> askQemuOffers(QString program, std::stop_token stop);

} // namespace bv
