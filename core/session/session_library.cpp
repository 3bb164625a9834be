#include "session/session_library.h"

#include "base/when_done.h"

#include <QCoreApplication>
#include <QtConcurrent/QtConcurrentRun>

using namespace Qt::StringLiterals;

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

    void setShipped(QString id, std::function<Session()> make)
    {
        m_shippedId = std::move(id);
        m_makeShipped = std::move(make);
    }
    bool isShipped(const QString& id) const { return !m_shippedId.isEmpty() && id == m_shippedId; }
    /// Nothing where none was set.
    SessionPtr shipped()
    {
        if (!m_shipped && m_makeShipped)
            m_shipped = std::make_shared<const Session>(m_makeShipped());
        return m_shipped;
    }

private:
    QString m_shippedId;
    std::function<Session()> m_makeShipped;
    SessionPtr m_shipped;
    QString m_storeFile;
    std::unique_ptr<SessionStore> m_store;
};

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(SessionLibrary)
};

Error shippedError(const QString& id)
{
    return {Error::Code::BadInput,
            Text::tr("The session %1 ships with Benchvisor and cannot be changed, replaced or deleted.").arg(id)};
}

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

QFuture<Result<>> SessionLibrary::change(const QString& id, std::function<Result<>(SessionStore&)> job)
{
    const QFuture<Result<>> future =
        ask<Unit>([worker = m_worker, id, job = std::move(job)](SessionStore& store) -> Result<> {
            if (worker->isShipped(id))
                return shippedError(id);
            return job(store);
        });
    whenDone(future, this, [this](const Result<>& done) {
        if (done)
            emit changed();
    });
    return future;
}

void SessionLibrary::setShipped(QString id, std::function<Session()> make)
{
    m_worker->setShipped(std::move(id), std::move(make));
}

QFuture<Result<QList<SessionSummary>>> SessionLibrary::list()
{
    return ask<QList<SessionSummary>>([worker = m_worker](SessionStore& store) {
        auto listed = store.list();
        const SessionPtr shipped = worker->shipped();
        if (listed && shipped) {
            listed->removeIf([&](const SessionSummary& stored) { return stored.id == shipped->id; });
            listed->append(summaryOf(*shipped));
            listed->last().isReadOnly = true;
        }
        return listed;
    });
}

QFuture<Result<SessionLibrary::SessionPtr>> SessionLibrary::load(QString id, SessionStore::Detail detail)
{
    return ask<SessionPtr>([worker = m_worker, id = std::move(id), detail](SessionStore& store) -> Result<SessionPtr> {
        if (worker->isShipped(id))
            return worker->shipped();
        auto session = store.load(id, detail);
        if (!session)
            return session.error();
        return SessionPtr(std::make_shared<Session>(*std::move(session)));
    });
}

QFuture<Result<>> SessionLibrary::rename(QString id, QString name)
{
    return change(id, [id, name = std::move(name)](SessionStore& store) { return store.rename(id, name); });
}

QFuture<Result<>> SessionLibrary::setNote(QString id, QString note)
{
    return change(id, [id, note = std::move(note)](SessionStore& store) { return store.setNote(id, note); });
}

QFuture<Result<>> SessionLibrary::remove(QString id)
{
    return change(id, [id](SessionStore& store) { return store.remove(id); });
}

QFuture<Result<>> SessionLibrary::add(SessionPtr session)
{
    return change(session->id, [session](SessionStore& store) { return store.createSession(*session); });
}

} // namespace bv
