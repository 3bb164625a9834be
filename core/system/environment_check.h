#pragma once

#include "async/task.h"
#include "run/engine_settings.h"

#include <QJsonObject>
#include <QList>
#include <QString>
#include <stop_token>

namespace bv {

/// One thing Benchvisor needs or would like to have.
struct EnvironmentItem
{
    enum class State : quint8 {
        Ok,
        Warning, ///< works, with a limit that is said
        Missing, ///< what needs it cannot be run
    };
    QString id; ///< "qemu", "qemu-foreign", "qemu-img", "container-engine", "sysbench", "guest", "kvm", "memory",
                ///< "disk", "store"
    QString title;
    State state = State::Ok;
    QString detail; ///< version or what was found
    QString mend;   ///< what to do; empty where there is nothing to do
    QString bars; ///< of what few need, whatever the state: why these cannot be run; empty where they can. Not in JSON

    /// Keys: id title state ("ok", "warning", "missing") detail mend.
    QJsonObject toJson() const;
};

/// "ok", "warning", "missing".
QLatin1StringView environmentStateName(EnvironmentItem::State state);

/// Looks at everything, after removing what dead sessions left. `fresh`: asks for KVM again, by a boot that takes up to
/// 8 s. Engine thread (or any thread with an event loop that lives as long as the program).
Task<QList<EnvironmentItem>> checkEnvironment(EngineSettings settings, bool fresh, std::stop_token stop);

} // namespace bv
