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

/// A measured plan with its evidence. `targets` holds one object per target: its settings and, under "provenance", what
/// was found out before measuring (versions, argv, image digest, limits seen inside, sysbench build, kernel, …).
struct Session
{
    QString id; ///< e.g. "20261123-054210-7f3a": sortable, safe as a file name
    QDateTime created; ///< UTC
    QString name;
    QString note;
    SessionState state = SessionState::Running;
    QJsonObject app;  ///< name, version
    QJsonObject host; ///< facts about the machine
    Plan plan;
    QJsonArray targets;
    QList<RunRecord> runs;
};

} // namespace bv
