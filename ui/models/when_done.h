#pragma once

#include <QFuture>
#include <QFutureWatcher>
#include <QObject>

namespace bv {

/// Calls `handler` with the future's result on `context`'s thread, unless `context` has gone by then. QFuture::then()
/// with a context cannot be used for what may outlive it: Qt 6.4 asserts that the context is still there.
template<class T, class Handler>
void whenDone(QObject* context, const QFuture<T>& future, Handler handler)
{
    auto* watcher = new QFutureWatcher<T>(context);
    QObject::connect(watcher, &QFutureWatcherBase::finished, context,
                     [watcher, handler = std::move(handler)]() mutable {
                         watcher->deleteLater();
                         if (watcher->future().resultCount() > 0) // none: whoever was asked has ended first
                             handler(watcher->result());
                     });
    watcher->setFuture(future);
}

} // namespace bv
