#pragma once

#include "plan/plan.h"
#include "session/run_record.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonObject>

namespace bv {

/// Where a session stands. A session that is Running but whose program is gone is Interrupted.
enum class SessionState : quint8 { Running, Finished, Cancelled, Failed, Interrupted };

/// "running", "finished", "cancelled", "failed", "interrupted".
QLatin1StringView sessionStateName(SessionState state);
std::optional<SessionState> sessionStateFromName(QStringView name);

/// Where the figures of a session come from: this program measured them, on whatever machine; somebody brought them in
/// files; or they were published and ship with the program.
enum class SessionOrigin : quint8 { Measured, Imported, Published };
/// "measured", "imported", "published".
QLatin1StringView sessionOriginName(SessionOrigin origin);

/// A new id: the UTC time to the second and four random hexadecimal digits, e.g. "20261123-054210-7f3a". Any thread.
QString makeSessionId(const QDateTime& now);
/// Whether the text may be an id: 1 to 64 of A–Z a–z 0–9 '-' '_' '.', the first a letter or digit. Such a text is safe
/// as a file name and as an argument.
bool isSessionId(QStringView text);

/// A measured plan with its evidence. `targets` holds one object per target: its settings and, under "provenance", what
/// was found out before measuring (versions, argv, image digest, limits seen inside, sysbench build, kernel, …). A
/// target that could not be used, or not to the end, has the reason under "error"; one that never came up has no
/// provenance.
struct Session
{
    QString id;        ///< e.g. "20261123-054210-7f3a": sortable, safe as a file name
    QDateTime created; ///< UTC
    QString name;
    QString note;
    SessionState state = SessionState::Running;
    QJsonObject app;  ///< name, version of the program that measured; origin, see sessionOrigin()
    QJsonObject host; ///< facts about the machine
    Plan plan;
    QJsonArray targets;
    QList<RunRecord> runs;
};

/// The origin in Session::app: {"origin": {"kind": "imported", "text": "…"}}. Measured where there is none; Imported
/// for a kind that only a newer version knows.
SessionOrigin sessionOrigin(const QJsonObject& app);
SessionOrigin sessionOrigin(const Session& session);
/// What a reader must know of it, in a sentence or two; empty for Measured.
QString sessionOriginText(const Session& session);
void setSessionOrigin(Session& session, SessionOrigin origin, const QString& text);

/// Why a target could not be used, or not to the end; empty where it could.
QString targetError(const Session& session, const QString& targetId);

/// The attempts that count, in the order in which they are stored: of a planned run that was tried again the last one;
/// records without a plan each for themselves. They live as long as the session's list of runs does not change.
QList<const RunRecord*> attemptsThatCount(const Session& session);

} // namespace bv
