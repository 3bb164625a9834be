// For preset "tsan". Qt of the distributions is built without the thread sanitizer, which therefore does not see how Qt
// orders what one thread hands to another, and would take every queued call for a race. This library stands before Qt
// and tells it, for each hand-over by itself, so that what is ours is still checked:
// - a queued signal or call: from the sender to the delivery of the event;
// - a task of a thread pool: from its start to its first step;
// - a future: from each holder that lets go to the last one.

#include <QCoreApplication>
#include <QFutureInterface>
#include <QRunnable>
#include <QThreadPool>
#include <dlfcn.h>

extern "C" {
void __tsan_acquire(void* address);
void __tsan_release(void* address);
struct GMainContext;
}

namespace {

template<class Function>
Function next(const char* symbol)
{
    return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, symbol));
}

/// Of the thread that asks; the default one where it has none of its own.
void* contextOfThread()
{
    static const auto own = next<GMainContext* (*)()>("g_main_context_get_thread_default");
    static const auto common = next<GMainContext* (*)()>("g_main_context_default");
    GMainContext* const context = own ? own() : nullptr;
    return context ? context : common ? common() : nullptr;
}

/// The beginning of QEvent and of Qt's event for a queued call, which has no public header.
struct EventLayout
{
    void* table;
    quint16 type;
    quint16 flags[3];
    QObject* sender;
};

// The event was written by Qt, unseen.
__attribute__((no_sanitize("thread"))) QObject* senderOf(const void* event)
{
    const auto* layout = static_cast<const EventLayout*>(event);
    // Some events of that type are made otherwise; what is no address of an object would end the sanitizer.
    const auto address = reinterpret_cast<quintptr>(layout->sender);
    const bool isAddress = address % alignof(QObject) == 0 && address < (quintptr(1) << 47) && address > 0xffff;
    return layout->type == QEvent::MetaCall && isAddress ? layout->sender : nullptr;
}

/// Before Qt delivers an event: receiver, event, result.
bool beforeDelivery(void** data)
{
    __tsan_acquire(data[0]);
    if (QObject* const sender = senderOf(data[1]))
        __tsan_acquire(sender);
    if (void* const context = contextOfThread())
        __tsan_acquire(context);
    return false;
}

const bool registered = QInternal::registerCallback(QInternal::EventNotifyCallback, beforeDelivery);

/// Carries a task into the pool's thread.
class TaskCarrier : public QRunnable
{
public:
    explicit TaskCarrier(QRunnable* task)
        : m_task(task)
    {
        __tsan_release(this);
    }
    void run() override
    {
        __tsan_acquire(this);
        const bool isOwned = m_task->autoDelete();
        m_task->run();
        if (isOwned)
            delete m_task;
    }

private:
    QRunnable* m_task;
};

/// Carries a functor to its receiver; whoever lets go last destroys it, after the other.
class CallCarrier : public QtPrivate::QSlotObjectBase
{
public:
    explicit CallCarrier(QtPrivate::QSlotObjectBase* call)
        : QSlotObjectBase(&CallCarrier::serve)
        , m_call(call)
    {
        __tsan_release(this);
    }

private:
    static void serve(int which, QSlotObjectBase* base, QObject* receiver, void** arguments, bool* result)
    {
        auto* const self = static_cast<CallCarrier*>(base);
        __tsan_acquire(self);
        if (which == Destroy) {
            self->m_call->destroyIfLastRef();
            delete self;
        } else if (which == Call) {
            self->m_call->call(receiver, arguments);
            __tsan_release(self);
        } else {
            *result = false;
        }
    }

    QtPrivate::QSlotObjectBase* m_call;
};

} // namespace

// Each of these stands before the function of that name in Qt or GLib and calls it.

extern "C" void g_main_context_wakeup(GMainContext* context)
{
    static const auto real = next<void (*)(GMainContext*)>("g_main_context_wakeup");
    static const auto common = next<GMainContext* (*)()>("g_main_context_default");
    __tsan_release(context ? context : common());
    real(context);
}

void QThreadPool::start(QRunnable* task, int priority)
{
    static const auto real = next<void (*)(QThreadPool*, QRunnable*, int)>("_ZN11QThreadPool5startEP9QRunnablei");
    real(this, new TaskCarrier(task), priority);
}

bool QFutureInterfaceBase::derefT() const noexcept
{
    static const auto real = next<bool (*)(const QFutureInterfaceBase*)>("_ZNK20QFutureInterfaceBase6derefTEv");
    void* const shared = d;
    __tsan_release(shared);
    const bool isHeld = real(this);
    if (!isHeld)
        __tsan_acquire(shared);
    return isHeld;
}

void QMetaObject::activate(QObject* sender, const QMetaObject* type, int signal, void** arguments)
{
    static const auto real =
        next<void (*)(QObject*, const QMetaObject*, int, void**)>("_ZN11QMetaObject8activateEP7QObjectPKS_iPPv");
    __tsan_release(sender);
    real(sender, type, signal, arguments);
}

bool QMetaObject::invokeMethodImpl(QObject* object, QtPrivate::QSlotObjectBase* call, Qt::ConnectionType type,
                                   void* result)
{
    static const auto real = next<bool (*)(QObject*, QtPrivate::QSlotObjectBase*, Qt::ConnectionType, void*)>(
        "_ZN11QMetaObject16invokeMethodImplEP7QObjectPN9QtPrivate15QSlotObjectBaseEN2Qt14ConnectionTypeEPv");
    __tsan_release(object);
    return real(object, new CallCarrier(call), type, result);
}
