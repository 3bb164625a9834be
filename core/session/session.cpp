#include "session/session.h"

#include <QHash>
#include <QRandomGenerator>
#include <algorithm>
#include <array>

namespace bv {

namespace {

using namespace Qt::StringLiterals;

constexpr std::array<QLatin1StringView, 5> stateNames{"running"_L1, "finished"_L1, "cancelled"_L1, "failed"_L1,
                                                      "interrupted"_L1};

constexpr std::array<QLatin1StringView, 3> originNames{"measured"_L1, "imported"_L1, "published"_L1};

bool isLetterOrDigit(QChar c)
{
    return (c >= u'0' && c <= u'9') || (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z');
}

} // namespace

QLatin1StringView sessionStateName(SessionState state)
{
    return stateNames[static_cast<std::size_t>(state)];
}

std::optional<SessionState> sessionStateFromName(QStringView name)
{
    for (std::size_t i = 0; i < stateNames.size(); ++i) {
        if (name == stateNames[i])
            return static_cast<SessionState>(i);
    }
    return std::nullopt;
}

QLatin1StringView sessionOriginName(SessionOrigin origin)
{
    return originNames[static_cast<std::size_t>(origin)];
}

SessionOrigin sessionOrigin(const QJsonObject& app)
{
    const QString kind = app["origin"_L1]["kind"_L1].toString();
    if (kind.isEmpty() || kind == originNames[0])
        return SessionOrigin::Measured;
    return kind == originNames[2] ? SessionOrigin::Published : SessionOrigin::Imported;
}

SessionOrigin sessionOrigin(const Session& session)
{
    return sessionOrigin(session.app);
}

QString sessionOriginText(const Session& session)
{
    return session.app["origin"_L1]["text"_L1].toString();
}

void setSessionOrigin(Session& session, SessionOrigin origin, const QString& text)
{
    session.app.insert("origin"_L1, QJsonObject{{"kind"_L1, sessionOriginName(origin)}, {"text"_L1, text}});
}

QString makeSessionId(const QDateTime& now)
{
    constexpr int hexadecimal = 16;
    const quint32 random = QRandomGenerator::global()->bounded(0x10000U);
    return now.toUTC().toString(u"yyyyMMdd-HHmmss-"_s) + u"%1"_s.arg(random, 4, hexadecimal, QChar(u'0'));
}

bool isSessionId(QStringView text)
{
    constexpr qsizetype longest = 64;
    return !text.isEmpty() && text.size() <= longest && isLetterOrDigit(text.front()) &&
           std::all_of(text.begin(), text.end(),
                       [](QChar c) { return isLetterOrDigit(c) || c == u'-' || c == u'_' || c == u'.'; });
}

QString targetError(const Session& session, const QString& targetId)
{
    for (const QJsonValue& target : session.targets) {
        if (target["id"_L1].toString() == targetId)
            return target["error"_L1].toString();
    }
    return {};
}

QList<const RunRecord*> attemptsThatCount(const Session& session)
{
    QHash<int, const RunRecord*> last;
    for (const RunRecord& run : session.runs) {
        if (run.plannedIndex >= 0)
            last.insert(run.plannedIndex, &run);
    }
    QList<const RunRecord*> counting;
    for (const RunRecord& run : session.runs) {
        if (run.plannedIndex < 0 || last.value(run.plannedIndex) == &run)
            counting << &run;
    }
    return counting;
}

} // namespace bv
