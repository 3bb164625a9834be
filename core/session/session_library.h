#pragma once

#include "session/session_store.h"

#include <QFuture>
#include <QObject>
#include <QThreadPool>
#include <functional>
#include <memory>

namespace bv {

/// The session store as the window sees it: every call returns at once, the work is done on a thread of the library's
/// own, one call after the other. Consume a future with whenDone() of base/when_done.h. The errors are those of
/// SessionStore. Lives on the thread that made it.
class SessionLibrary : public QObject
{
    Q_OBJECT
public:
    /// `storeFile` is opened (and made, where it is missing) by the first call.
    explicit SessionLibrary(QString storeFile, QObject* parent = nullptr);
    /// Ends what was asked for.
    ~SessionLibrary() override;

    using SessionPtr = std::shared_ptr<const Session>;

    /// A session that ships with the program: it is listed after those of the store, marked read-only, and loaded by
    /// its id; what would change it is BadInput. `make` is called once, on the library's thread, by the first call that
    /// needs it. To be set before anything is asked for.
    void setShipped(QString id, std::function<Session()> make);

    QFuture<Result<QList<SessionSummary>>> list();
    QFuture<Result<SessionPtr>> load(QString id, SessionStore::Detail detail = SessionStore::Detail::Everything);
    QFuture<Result<>> rename(QString id, QString name);
    QFuture<Result<>> setNote(QString id, QString note);
    QFuture<Result<>> remove(QString id);
    /// Stores a session file's content, so that it is listed from then on. BadInput where the id is taken.
    QFuture<Result<>> add(SessionPtr session);

signals:
    /// A call of this library has changed the store.
    void changed();

private:
    class Worker;
    template<class T>
    QFuture<Result<T>> ask(std::function<Result<T>(SessionStore&)> work);
    QFuture<Result<>> change(const QString& id, std::function<Result<>(SessionStore&)> work);

    std::shared_ptr<Worker> m_worker;
    QThreadPool m_pool; ///< one thread that stays: a SQLite connection belongs to its thread
};

} // namespace bv
