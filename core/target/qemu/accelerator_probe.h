#pragma once

#include "target/target.h"

#include <chrono>
#include <optional>

namespace bv {

/// Can guests of this machine's architecture be run under KVM here? Proven by booting one, not by looking at /dev/kvm.
struct KvmAnswer
{
    bool usable = false;
    QString reason; ///< one sentence, with the mend where there is one
    qint64 bootMs = 0;
    bool cached = false; ///< found out earlier since this machine was started

    QJsonObject toJson() const;
};

struct KvmProbe
{
    Tools tools;
    GuestFiles guest;  ///< of this machine's architecture
    QString socketDir; ///< private and short; made and removed
    QString cacheFile; ///< keeps the answer for this boot of the machine; empty: not kept
    QString device = QStringLiteral("/dev/kvm");
    bool fresh = false; ///< ask again even if an answer is kept
    std::chrono::milliseconds deadline{6000};
    /// How long a guest that did not come up in time counts; a second time in a row it counts like any other answer.
    /// The machine may have been busy the first time.
    std::chrono::seconds doubtfulFor{600};
};

/// Boots the built-in guest under KVM, for at most `deadline`: under KVM it needs less than the 2.5 s of TCG. KVM that
/// is there and does not work (nested machines) hangs or stops with an internal error. Errors: Cancelled only; a
/// failing probe is an answer.
Async<KvmAnswer> probeKvm(KvmProbe probe, std::stop_token stop);

/// The answer as far as it is known without booting anything: from the device or kept from earlier. Nothing: not tried
/// yet.
std::optional<KvmAnswer> knownKvmAnswer(const KvmProbe& probe);

} // namespace bv
