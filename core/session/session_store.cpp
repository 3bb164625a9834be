#include "session/session_store.h"

#include "base/paths.h"
#include "plan/expand.h"
#include "plan/plan_json.h"
#include "session/json_fields.h"
#include "session/owner.h"
#include "session/sample_columns.h"
#include "session/session_json.h"
#include "session/store_file.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QJsonDocument>
#include <QtSql/QSqlError>
#include <QtSql/QSqlQuery>
#include <QUuid>

namespace bv {

namespace {

using namespace Qt::StringLiterals;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(SessionStore)
};

constexpr std::array bulkKeys{"output"_L1, "intervals"_L1, "utilization"_L1};

QString toText(const QJsonObject& object)
{
    return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

QString toText(const QJsonArray& array)
{
    return QString::fromUtf8(QJsonDocument(array).toJson(QJsonDocument::Compact));
}

/// A damaged text gives an empty object; what must be in it is then found missing.
QJsonObject toObject(const QVariant& text)
{
    return QJsonDocument::fromJson(text.toString().toUtf8()).object();
}

QDateTime toTime(const QVariant& text)
{
    return QDateTime::fromString(text.toString(), Qt::ISODateWithMs).toUTC();
}

QString timeText(const QDateTime& time)
{
    return time.toUTC().toString(Qt::ISODateWithMs);
}

/// SQLite tells NULL from an empty text, QString hardly does.
QString notNull(const QString& text)
{
    return text.isNull() ? u""_s : text;
}

QByteArray notNull(const QByteArray& bytes)
{
    return bytes.isNull() ? QByteArray("") : bytes;
}

SessionState stateNow(const QString& stored, const QString& owner)
{
    const SessionState state = sessionStateFromName(stored).value_or(SessionState::Interrupted);
    return state == SessionState::Running && !isOwnerAlive(owner) ? SessionState::Interrupted : state;
}

Error noSession(const QString& id)
{
    return {Error::Code::NotFound,
            Text::tr("There is no session \"%1\". List the sessions: benchvisor sessions list").arg(id)};
}

} // namespace

SessionSummary summaryOf(const Session& session)
{
    SessionSummary summary;
    summary.id = session.id;
    summary.created = session.created;
    summary.name = session.name;
    summary.note = session.note;
    summary.hostName = session.host.value("hostname"_L1).toString();
    summary.planName = session.plan.name;
    summary.state = session.state;
    summary.origin = sessionOrigin(session);
    for (const RunRecord* run : attemptsThatCount(session))
        ++summary.counts[static_cast<std::size_t>(run->status)];
    summary.plannedRuns = summary.runs();
    return summary;
}

SessionStore::SessionStore(QString path, QString connection, std::unique_ptr<StoreUse> use)
    : m_use(std::move(use))
    , m_path(std::move(path))
    , m_connection(std::move(connection))
    , m_db(QSqlDatabase::addDatabase(u"QSQLITE"_s, m_connection))
{
}

SessionStore::~SessionStore()
{
    m_db.close();
    m_db = QSqlDatabase(); // removeDatabase() wants no handle to be left
    QSqlDatabase::removeDatabase(m_connection);
}

Result<std::unique_ptr<SessionStore>> SessionStore::open(const QString& path, const StoreOptions& options)
{
    const QString file = QFileInfo(path).absoluteFilePath();
    if (const auto folder = ensureDir(QFileInfo(file).absolutePath()); !folder)
        return folder.error();
    auto use = StoreUse::begin(file);
    if (!use)
        return use.error();
    const QString connection = "session-store-"_L1 + QUuid::createUuid().toString(QUuid::WithoutBraces);
    std::unique_ptr<SessionStore> store(new SessionStore(file, connection, *std::move(use)));
    if (!store->m_db.isValid())
        return Error(Error::Code::NotReady,
                     Text::tr("Qt's SQLite driver is missing. Install it: sudo apt install libqt6sql6-sqlite"));
    store->m_db.setDatabaseName(file);
    store->m_db.setConnectOptions(u"QSQLITE_BUSY_TIMEOUT=%1"_s.arg(options.busyTimeoutMs));
    if (!store->m_db.open())
        return storeError(store->m_db.lastError(), file);
    if (const auto prepared = prepareStore(store->m_db, file, options.busyTimeoutMs); !prepared)
        return prepared.error();
    if (options.maxPages > 0) {
        if (const auto limited = store->query(u"PRAGMA max_page_count = %1"_s.arg(options.maxPages)); !limited)
            return limited.error();
    }
    return store;
}

Result<QSqlQuery> SessionStore::query(const QString& sql, const QVariantList& values)
{
    QSqlQuery sqlQuery(m_db);
    sqlQuery.setForwardOnly(true);
    if (!sqlQuery.prepare(sql))
        return storeError(sqlQuery.lastError(), m_path);
    for (const QVariant& value : values)
        sqlQuery.addBindValue(value);
    if (!sqlQuery.exec())
        return storeError(sqlQuery.lastError(), m_path);
    return sqlQuery;
}

template<class Work>
auto SessionStore::inTransaction(const Work& work) -> decltype(work())
{
    // IMMEDIATE takes the write lock at once, with the busy timeout; a read that turns into a write would not wait.
    if (const auto begun = query(u"BEGIN IMMEDIATE"_s); !begun)
        return begun.error();
    auto done = work();
    if (done) {
        const auto committed = query(u"COMMIT"_s);
        if (committed)
            return done;
        done = committed.error();
    }
    // Fails harmlessly where SQLite has rolled back by itself (full disk).
    static_cast<void>(query(u"ROLLBACK"_s));
    return done;
}

Result<> SessionStore::requireSession(const QString& id)
{
    auto found = query(u"SELECT 1 FROM session WHERE id = ?"_s, {id});
    if (!found)
        return found.error();
    if (!found->next())
        return noSession(id);
    return Unit();
}

Result<> SessionStore::createSession(const Session& session)
{
    if (!isSessionId(session.id))
        return Error(Error::Code::BadInput, Text::tr("\"%1\" cannot be the id of a session.").arg(session.id));
    return inTransaction([&]() -> Result<> {
        if (const auto taken = requireSession(session.id); taken)
            return Error(Error::Code::BadInput, Text::tr("There is a session \"%1\" already.").arg(session.id));
        else if (taken.error().code != Error::Code::NotFound)
            return taken;
        const QString owner = session.state == SessionState::Running ? ownerToken() : u""_s;
        const QVariantList values{session.id,
                                  timeText(session.created),
                                  notNull(session.name),
                                  notNull(session.note),
                                  QString(sessionStateName(session.state)),
                                  owner,
                                  notNull(session.host.value("hostname"_L1).toString()),
                                  notNull(session.plan.name),
                                  countRuns(session.plan),
                                  toText(finiteOnly(session.app)),
                                  toText(finiteOnly(session.host)),
                                  toText(finiteOnly(planToJson(session.plan))),
                                  toText(finiteOnly(QJsonValue(session.targets)).toArray())};
        const auto inserted =
            query(u"INSERT INTO session (id, created, name, note, state, owner, host_name, plan_name, planned_runs, "
                  "app, host, plan, targets) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"_s,
                  values);
        if (!inserted)
            return inserted.error();
        for (const RunRecord& run : session.runs) {
            if (const auto stored = insertRun(session.id, run); !stored)
                return stored;
        }
        return Unit();
    });
}

Result<> SessionStore::change(const QString& id, const QString& assignment, const QVariantList& values)
{
    const auto changed = query(u"UPDATE session SET %1 WHERE id = ?"_s.arg(assignment), values + QVariantList{id});
    if (!changed)
        return changed.error();
    if (changed->numRowsAffected() == 0)
        return noSession(id);
    return Unit();
}

Result<> SessionStore::setTargets(const QString& id, const QJsonArray& targets)
{
    return change(id, u"targets = ?"_s, {toText(finiteOnly(QJsonValue(targets)).toArray())});
}

Result<> SessionStore::rename(const QString& id, const QString& name)
{
    return change(id, u"name = ?"_s, {notNull(name)});
}

Result<> SessionStore::setNote(const QString& id, const QString& note)
{
    return change(id, u"note = ?"_s, {notNull(note)});
}

Result<> SessionStore::setState(const QString& id, SessionState state)
{
    return inTransaction([&]() -> Result<> {
        QString owner = u""_s;
        if (state == SessionState::Running) {
            auto found = query(u"SELECT state, owner FROM session WHERE id = ?"_s, {id});
            if (!found)
                return found.error();
            owner = ownerToken();
            if (found->next() && found->value(1).toString() != owner &&
                stateNow(found->value(0).toString(), found->value(1).toString()) == SessionState::Running)
                return Error(Error::Code::Locked,
                             Text::tr("The session %1 is running in another program; stop it first.").arg(id));
        }
        return change(id, u"state = ?, owner = ?"_s, {QString(sessionStateName(state)), owner});
    });
}

Result<> SessionStore::insertRun(const QString& sessionId, const RunRecord& run)
{
    auto taken = query(u"SELECT 1 FROM run WHERE session = ? AND id = ?"_s, {sessionId, notNull(run.id)});
    if (!taken)
        return taken.error();
    if (taken->next())
        return Error(Error::Code::BadInput,
                     Text::tr("The session %1 has a run \"%2\" already.").arg(sessionId, run.id));
    RunRecord narrow = run;
    narrow.output.clear();
    narrow.intervals.clear();
    narrow.utilization.clear();
    QJsonObject record = narrow.toJson();
    for (const QLatin1StringView key : bulkKeys)
        record.remove(key);
    const auto inserted =
        query(u"INSERT INTO run (session, id, planned_index, status, record, bulk, output, samples) "
              "VALUES (?, ?, ?, ?, ?, '', ?, ?)"_s,
              {sessionId, notNull(run.id), run.plannedIndex, QString(runStatusName(run.status)), toText(record),
               notNull(limitedOutput(run.output).toUtf8()), packSamples(run.intervals, run.utilization)});
    if (!inserted)
        return inserted.error();
    return Unit();
}

Result<> SessionStore::addRun(const QString& sessionId, const RunRecord& run)
{
    return inTransaction([&]() -> Result<> {
        if (const auto found = requireSession(sessionId); !found)
            return found;
        return insertRun(sessionId, run);
    });
}

Result<QString> SessionStore::nextAttemptId(const QString& sessionId, int plannedIndex)
{
    if (const auto found = requireSession(sessionId); !found)
        return found.error();
    auto attempts =
        query(u"SELECT count(*) FROM run WHERE session = ? AND planned_index = ?"_s, {sessionId, plannedIndex});
    if (!attempts || !attempts->next())
        return attempts ? storeError(attempts->lastError(), m_path) : attempts.error();
    const int count = attempts->value(0).toInt();
    const QString first = QString::number(plannedIndex);
    return count == 0 ? first : first + u'.' + QString::number(count + 1);
}

Result<Session> SessionStore::load(const QString& id, Detail detail)
{
    // One transaction for both reads: a run added meanwhile is in neither or both.
    if (const auto begun = query(u"BEGIN"_s); !begun)
        return begun.error();
    auto loaded = [&]() -> Result<Session> {
        auto row = query(u"SELECT created, name, note, state, owner, app, host, plan, targets FROM session "
                         "WHERE id = ?"_s,
                         {id});
        if (!row)
            return row.error();
        if (!row->next())
            return row->lastError().isValid() ? storeError(row->lastError(), m_path) : noSession(id);
        Session session;
        session.id = id;
        int column = 0;
        session.created = toTime(row->value(column++));
        session.name = row->value(column++).toString();
        session.note = row->value(column++).toString();
        const QString state = row->value(column++).toString();
        session.state = stateNow(state, row->value(column++).toString());
        session.app = toObject(row->value(column++));
        session.host = toObject(row->value(column++));
        auto plan = planOfSession(toObject(row->value(column++)));
        if (!plan)
            return damaged(id, u"plan."_s + plan.error().message);
        session.plan = *std::move(plan);
        session.targets = QJsonDocument::fromJson(row->value(column++).toString().toUtf8()).array();
        auto runs = loadRuns(id, detail);
        if (!runs)
            return runs.error();
        session.runs = *std::move(runs);
        return session;
    }();
    static_cast<void>(query(u"COMMIT"_s)); // nothing was written
    return loaded;
}

Result<QList<RunRecord>> SessionStore::loadRuns(const QString& id, Detail detail)
{
    const QString columns = detail == Detail::Everything ? u"record, samples, output, bulk"_s : u"record"_s;
    auto rows = query(u"SELECT %1 FROM run WHERE session = ? ORDER BY seq"_s.arg(columns), {id});
    if (!rows)
        return rows.error();
    QList<RunRecord> runs;
    while (rows->next()) {
        QJsonObject record = toObject(rows->value(0));
        const QVariant samples = detail == Detail::Everything ? rows->value(1) : QVariant();
        const bool isOldRow = detail == Detail::Everything && samples.isNull(); // of schema 1
        if (isOldRow) {
            const QJsonObject bulk = toObject(rows->value(3));
            for (const QLatin1StringView key : bulkKeys)
                record.insert(key, bulk.value(key));
        }
        auto run = RunRecord::fromJson(record);
        if (!run)
            return damaged(id, u"runs[%1].%2"_s.arg(runs.size()).arg(run.error().message));
        if (detail == Detail::Everything && !isOldRow) {
            if (!unpackSamples(samples.toByteArray(), &*run))
                return damaged(id, u"runs[%1].samples"_s.arg(runs.size()));
            run->output = QString::fromUtf8(rows->value(2).toByteArray());
        }
        runs.append(*std::move(run));
    }
    if (rows->lastError().isValid())
        return storeError(rows->lastError(), m_path);
    return runs;
}

Result<QList<SessionSummary>> SessionStore::list()
{
    // One statement, so that it is one consistent view. Of the attempts at a planned run the last one counts (SQLite
    // takes `status` from the row of max(seq): https://www.sqlite.org/lang_select.html#bareagg); runs without a plan
    // stand each for itself.
    auto rows =
        query(u"SELECT s.id, s.created, s.name, s.note, s.host_name, s.plan_name, s.state, s.owner, s.planned_runs, "
              "s.app, a.status, count(a.status) FROM session s LEFT JOIN (SELECT session, status, max(seq) FROM run "
              "GROUP BY session, planned_index, CASE WHEN planned_index < 0 THEN seq ELSE 0 END) a ON a.session = s.id "
              "GROUP BY s.id, a.status ORDER BY s.created DESC, s.id DESC"_s);
    if (!rows)
        return rows.error();
    QList<SessionSummary> sessions;
    while (rows->next()) {
        const QString id = rows->value(0).toString();
        if (sessions.isEmpty() || sessions.last().id != id) {
            SessionSummary summary;
            int column = 0;
            summary.id = rows->value(column++).toString();
            summary.created = toTime(rows->value(column++));
            summary.name = rows->value(column++).toString();
            summary.note = rows->value(column++).toString();
            summary.hostName = rows->value(column++).toString();
            summary.planName = rows->value(column++).toString();
            const QString state = rows->value(column++).toString();
            summary.state = stateNow(state, rows->value(column++).toString());
            summary.plannedRuns = rows->value(column++).toLongLong();
            summary.origin = sessionOrigin(toObject(rows->value(column++)));
            sessions.append(summary);
        }
        constexpr int statusColumn = 10;
        if (const auto status = runStatusFromName(rows->value(statusColumn).toString()))
            sessions.last().counts[static_cast<std::size_t>(*status)] += rows->value(statusColumn + 1).toInt();
    }
    if (rows->lastError().isValid())
        return storeError(rows->lastError(), m_path);
    return sessions;
}

Result<QStringList> SessionStore::idsBeginningWith(const QString& prefix)
{
    auto rows = query(u"SELECT id FROM session WHERE substr(id, 1, ?) = ? ORDER BY created DESC, id DESC"_s,
                      {prefix.size(), notNull(prefix)});
    if (!rows)
        return rows.error();
    QStringList ids;
    while (rows->next())
        ids.append(rows->value(0).toString());
    if (rows->lastError().isValid())
        return storeError(rows->lastError(), m_path);
    return ids;
}

Result<> SessionStore::remove(const QString& id)
{
    return inTransaction([&]() -> Result<> {
        auto found = query(u"SELECT state, owner FROM session WHERE id = ?"_s, {id});
        if (!found)
            return found.error();
        if (!found->next())
            return noSession(id);
        if (stateNow(found->value(0).toString(), found->value(1).toString()) == SessionState::Running)
            return Error(Error::Code::Locked, Text::tr("The session %1 is running; stop it first.").arg(id));
        found->finish();
        const auto removed = query(u"DELETE FROM session WHERE id = ?"_s, {id}); // its runs go with it
        if (!removed)
            return removed.error();
        return Unit();
    });
}

Result<QStringList> SessionStore::reapInterrupted()
{
    const auto abandoned = [this]() -> Result<QStringList> {
        auto rows = query(u"SELECT id, owner FROM session WHERE state = ?"_s,
                          {QString(sessionStateName(SessionState::Running))});
        if (!rows)
            return rows.error();
        QStringList ids;
        while (rows->next()) {
            if (!isOwnerAlive(rows->value(1).toString()))
                ids.append(rows->value(0).toString());
        }
        return ids;
    };
    // Most often there is none, and then nobody is kept waiting by a write lock.
    const auto any = abandoned();
    if (!any || any->isEmpty())
        return any;
    return inTransaction([&]() -> Result<QStringList> {
        const auto ids = abandoned(); // one of them may have been resumed meanwhile
        if (!ids)
            return ids.error();
        for (const QString& id : *ids) {
            const auto marked =
                change(id, u"state = ?, owner = ?"_s, {QString(sessionStateName(SessionState::Interrupted)), u""_s});
            if (!marked)
                return marked.error();
        }
        return ids;
    });
}

Error SessionStore::damaged(const QString& id, const QString& what) const
{
    return {Error::Code::Io,
            Text::tr("The session %1 in %2 is damaged. The other sessions can still be used; remove this one: "
                     "benchvisor sessions delete %1")
                .arg(id, m_path),
            what};
}

} // namespace bv
