#pragma once

#include <QMutex>
#include <QStringList>

/// Makes a test fail when Qt complains of a life-time or thread fault that does not end the program: a process
/// destroyed while running, a timer or notifier of another thread. One on the stack of each test function, checked at
/// its end:
///     void cleanup() { QCOMPARE(StrictMessages::faults(), QStringList()); }
namespace bv::StrictMessages {

inline QMutex mutex;
inline QStringList caught;
inline QtMessageHandler previous = nullptr;

inline void handle(QtMsgType type, const QMessageLogContext& context, const QString& message)
{
    static const char* const faults[] = {"Destroyed while process",
                                         "QObject::startTimer",
                                         "QObject::killTimer",
                                         "Timers cannot be",
                                         "Cannot create children",
                                         "QSocketNotifier",
                                         "Destroyed while thread",
                                         "QSqlDatabasePrivate",
                                         "QLocalSocket",
                                         "wait for condition timed",
                                         "unique connections",
                                         "nullptr",
                                         "Cannot filter events",
                                         "already"};
    for (const char* fault : faults) {
        if (message.contains(QLatin1String(fault))) {
            const QMutexLocker lock(&mutex);
            caught << message;
        }
    }
    if (previous)
        previous(type, context, message);
}

/// In initTestCase().
inline void install()
{
    previous = qInstallMessageHandler(handle);
}

/// What was complained of since the last call.
inline QStringList faults()
{
    const QMutexLocker lock(&mutex);
    return std::exchange(caught, {});
}

} // namespace bv::StrictMessages
