#pragma once

#include "run/engine.h"

#include <QPointer>

namespace bv {

/// For a service of the window whose work is done on the engine's thread: a function that may be called there, and
/// calls `slot(service, values…)` on the service's thread, unless the service is gone by then. By way of the engine,
/// which outlives every job.
template<class Service, class Slot>
auto relay(Engine& engine, Service* service, Slot slot)
{
    return [home = QPointer<QObject>(&engine), self = QPointer<Service>(service), slot](const auto&... values) {
        const auto call = [self, slot, values...] {
            if (self)
                slot(*self, values...);
        };
        QMetaObject::invokeMethod(home, call, Qt::QueuedConnection);
    };
}

} // namespace bv
