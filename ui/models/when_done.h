#pragma once

#include <QFuture>
#include <QFutureWatcher>

namespace bv {

/// Calls `take(result)` on the thread of `context` when the future is finished, and not at all when `context` is gone
/// by then. QFuture::then(context, …) of Qt 6.4 asserts that it is not.
template<class Value, class Function>
void whenDone(const QFuture<Value>& future, QObject* context, Function take)
{
    auto* watcher = new QFutureWatcher<Value>(context);
    QObject::connect(watcher, &QFutureWatcher<Value>::finished, context, [watcher, take = std::move(take)]() mutable {
        watcher->deleteLater();
        if (!watcher->isCanceled())
            take(watcher->result());
    });
    watcher->setFuture(future);
}

} // namespace bv
