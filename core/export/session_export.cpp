#include "export/session_export.h"

#include "analysis/fairness.h"
#include "export/save_file.h"
#include "session/session_json.h"

#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace bv {

QJsonObject exportedSession(const Session& session)
{
    QJsonObject json = sessionToJson(session);
    json.insert(u"fairness"_s, analysis::fairnessToJson(analysis::fairnessOf(session)));
    return json;
}

QByteArray exportedSessionText(const Session& session)
{
    return QJsonDocument(exportedSession(session)).toJson();
}

Result<> exportSessionFile(const QString& path, const Session& session)
{
    return saveFile(path, exportedSessionText(session));
}

} // namespace bv
