#include "session/session_library.h"

#include "base/when_done.h"

#include <QtConcurrent/QtConcurrentRun>

namespace bv {

/// Used on the pool's thread only.
class SessionLibrary::Worker
{
public:
    explicit Worker(QString storeFile)
        : m_storeFile(std::move(storeFile))
    {
    }

    /// Opened at the first use, and tried again where that failed.
    Result<SessionStore*> store()
    {
        if (!m_store) {
            auto opened = SessionStore::open(m_storeFile);
            if (!opened)
                return opened.error();
            m_store = *std::move(opened);
        }
        return m_store.get();
    }
    void close() { m_store.reset(); }

private:
    QString m_storeFile;
    std::unique_ptr<SessionStore> m_store;
};

namespace {

template<class T, class Worker>
Result<T> work(const std::shared_ptr<Worker>& worker, const std::function<Result<T>(SessionStore&)>& job)
{
    const auto store = worker->store();
    return store ? job(**store) : Result<T>(store.error());
}

} // namespace

SessionLibrary::SessionLibrary(QString storeFile, QObject* parent)
    : QObject(parent)
    , m_worker(std::make_shared<Worker>(std::move(storeFile)))
{
    m_pool.setMaxThreadCount(1);
    m_pool.setExpiryTimeout(-1);
}

SessionLibrary::~SessionLibrary()
{
    (void)QtConcurrent::run(&m_pool, [worker = m_worker] { worker->close(); });
    m_pool.waitForDone(); // lint: what was asked for ends here; each call is a few small statements
}

template<class T>
QFuture<Result<T>> SessionLibrary::ask(std::function<Result<T>(SessionStore&)> job)
{
    return QtConcurrent::run(&m_pool, [worker = m_worker, job = std::move(job)] { return work<T>(worker, job); });
}

QFuture<Result<>> SessionLibrary::change(std::function<Result<>(SessionStore&)> job)
{
    const QFuture<Result<>> future = ask<Unit>(std::move(job));
    whenDone(future, this, [this](const Result<>& done) {
        if (done)
            emit changed();
    });
    return future;
}

QFuture<Result<QList<SessionSummary>>> SessionLibrary::list()
{
    return ask<QList<SessionSummary>>([](SessionStore& store) { return store.list(); });
}

QFuture<Result<SessionLibrary::SessionPtr>> SessionLibrary::load(QString id, SessionStore::Detail detail)
{
    return ask<SessionPtr>([id = std::move(id), detail](SessionStore& store) -> Result<SessionPtr> {
        auto session = store.load(id, detail);
        if (!session)
            return session.error();
        return SessionPtr(std::make_shared<Session>(*std::move(session)));
    });
}

QFuture<Result<>> SessionLibrary::rename(QString id, QString name)
{
    return change([id = std::move(id), name = std::move(name)](SessionStore& store) { return store.rename(id, name); });
}

QFuture<Result<>> SessionLibrary::setNote(QString id, QString note)
{
    return change(
        [id = std::move(id), note = std::move(note)](SessionStore& store) { return store.setNote(id, note); });
}

QFuture<Result<>> SessionLibrary::remove(QString id)
{
    return change([id = std::move(id)](SessionStore& store) { return store.remove(id); });
}

QFuture<Result<>> SessionLibrary::add(SessionPtr session)
{
    return change([session = std::move(session)](SessionStore& store) { return store.createSession(*session); });
}

} // namespace bv
