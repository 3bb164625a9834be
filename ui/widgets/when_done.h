#pragma once

#include <QFuture>
#include <QFutureWatcher>
#include <QObject>

namespace bv {

/// Calls `use` with the result on the thread of `context`; not at all where that is gone by then. In Qt 6.4
/// QFuture::then(context, …) aborts in the pool's thread when the context has died before the future has finished.
template<class T, class Use>
void whenDone(const QFuture<T>& future, QObject* context, Use use)
{
    auto* watcher = new QFutureWatcher<T>(context);
    QObject::connect(watcher, &QFutureWatcherBase::finished, context, [watcher, use = std::move(use)] {
        watcher->deleteLater();
        if (watcher->future().resultCount() > 0)
            use(watcher->result());
    });
    watcher->setFuture(future);
}

} // namespace bv
