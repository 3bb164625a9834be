#pragma once

#include <QMetaObject>
#include <QObject>
#include <QTimer>
#include <chrono>
#include <coroutine>
#include <memory>
#include <optional>
#include <stop_token>

namespace bv {

/// An event that happens once and carries a value: the one primitive through which a coroutine waits for signals,
/// timers and stop requests. The first resolve() wins, later ones are ignored. Copies share the event. Use it on one
/// thread, the one it was made on; only resolveLater() may be called from others. One coroutine at a time may wait.
///
/// QCoro 0.8's own signal awaiter is not used: two queued emissions make it resume a dead frame, and a deleted sender
/// leaves it suspended for ever.
template<class T>
class OneShot
{
    struct State
    {
        QObject context;
        std::optional<T> value;
        std::coroutine_handle<> waiter;
    };

public:
    OneShot()
        : m_state(std::make_shared<State>())
    {
    }

    bool isResolved() const { return m_state->value.has_value(); }
    const T& value() const { return *m_state->value; }

    /// Lives as long as any copy of this: the context object for connect(), so that no signal arrives afterwards.
    QObject* context() const { return &m_state->context; }

    void resolve(T value) const
    {
        if (m_state->value)
            return;
        m_state->value = std::move(value);
        if (m_state->waiter)
            QMetaObject::invokeMethod(
                &m_state->context, [state = m_state] { wake(*state); }, Qt::QueuedConnection);
    }

    /// Resolves from any thread, through the event loop of the thread this was made on.
    void resolveLater(T value) const
    {
        QMetaObject::invokeMethod(
            &m_state->context, [self = *this, v = std::move(value)]() mutable { self.resolve(std::move(v)); },
            Qt::QueuedConnection);
    }

    /// Resolves with `value` after `delay` unless something else did before. Not at all for a delay <= 0.
    void resolveAfter(std::chrono::milliseconds delay, T value) const
    {
        if (delay.count() <= 0)
            return;
        QTimer::singleShot(delay, &m_state->context,
                           [weak = std::weak_ptr<State>(m_state), v = std::move(value)]() mutable {
                               if (const auto state = weak.lock())
                                   OneShot(state).resolve(std::move(v));
                           });
    }

    class Awaiter
    {
    public:
        explicit Awaiter(std::shared_ptr<State> state)
            : m_state(std::move(state))
        {
        }
        Awaiter(Awaiter&&) noexcept = default;
        Awaiter& operator=(Awaiter&&) noexcept = default;
        Awaiter(const Awaiter&) = delete;
        Awaiter& operator=(const Awaiter&) = delete;
        ~Awaiter()
        {
            if (m_state)
                m_state->waiter = {};
        }
        bool await_ready() const noexcept { return m_state->value.has_value(); }
        void await_suspend(std::coroutine_handle<> handle) const noexcept { m_state->waiter = handle; }
        T await_resume() const { return *m_state->value; }

    private:
        std::shared_ptr<State> m_state;
    };

    /// `co_await oneShot.wait()` gives the value, at once when it is there already, else from the event loop.
    Awaiter wait() const { return Awaiter(m_state); }

private:
    explicit OneShot(std::shared_ptr<State> state)
        : m_state(std::move(state))
    {
    }
    static void wake(State& state)
    {
        if (const auto waiter = std::exchange(state.waiter, {}))
            waiter.resume();
    }

    std::shared_ptr<State> m_state;
};

/// Resolves `event` with `value` when stop is requested, from whichever thread. Keep it alive while waiting.
template<class T>
class ResolveOnStop
{
    struct Callback
    {
        OneShot<T> event;
        T value;
        Callback(OneShot<T> e, T v)
            : event(std::move(e))
            , value(std::move(v))
        {
        }
        void operator()() const { event.resolveLater(value); }
    };

public:
    ResolveOnStop(const std::stop_token& stop, OneShot<T> event, T value)
        : m_callback(stop, Callback(std::move(event), std::move(value)))
    {
    }

private:
    std::stop_callback<Callback> m_callback;
};

} // namespace bv
