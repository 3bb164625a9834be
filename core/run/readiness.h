#pragma once

#include "guest/guest.h"
#include "plan/plan.h"
#include "run/engine_settings.h"
#include "target/qemu/accelerator_probe.h"
#include "target/target.h"

#include <QMap>
#include <QStringList>
#include <functional>

namespace bv {

/// A plan that can be run, with what was found out for it.
struct Readiness
{
    Plan plan;                        ///< accelerators decided: "auto" has become "kvm" or "tcg"
    QMap<QString, GuestFiles> guests; ///< by architecture, as far as the plan needs them
    KvmAnswer kvm;                    ///< only where the plan needs the answer
    QStringList notes;                ///< for the user: "QEMU runs under TCG because …"
};

/// How the built-in guest is built with these settings.
GuestBuildOptions guestOptions(const EngineSettings& settings, const QString& arch = nativeArchitecture());

/// The architectures of which targets use the built-in guest or its image.
QStringList guestArchitecturesOf(const Plan& plan);
/// Of the guest that a target uses: its own for a VM, this machine's for a container.
QString guestArchitectureOf(const TargetSettings& target);

/// Does any target use the built-in guest or its image?
bool planNeedsGuest(const Plan& plan);

/// The Debian package of QEMU for an architecture. Pure.
QString qemuPackage(const QString& arch);

using PhaseHandler = std::function<void(const QString& words, double fraction)>;

/// Checks, before anything is measured, that everything the plan needs is there: programs, engine and images, the
/// built-in guest (built here when it is not), the accelerator, disk space. Errors: NotReady or NotFound with the mend
/// for each thing that is missing (one a line in the detail where there are several); Cancelled. Engine thread.
Async<Readiness> makeReady(Plan plan, EngineSettings settings, PhaseHandler phase, std::stop_token stop);

/// The accelerator's answer, from a guest of this machine's architecture that is built. Engine thread.
Async<KvmAnswer> askAccelerator(EngineSettings settings, GuestFiles guest, bool fresh, std::stop_token stop);

/// First line of `program --version`. NotFound with the package to install.
Async<QString> programVersion(QString program, QString package, std::stop_token stop);

} // namespace bv
