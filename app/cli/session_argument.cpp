#include "cli/session_argument.h"

#include "base/paths.h"
#include "cli/cli.h"
#include "import/reference_session.h"
#include "session/session_json.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <cstdio>

namespace bv::cli {

namespace {

using namespace Qt::StringLiterals;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::cli::SessionArgument)
};

Error nothingStored()
{
    return {Error::Code::NotFound, Text::tr("No session is stored yet. Make one: benchvisor run --preset quick")};
}

} // namespace

Result<std::unique_ptr<SessionStore>> existingStore()
{
    const QString path = Paths::fromEnvironment().sessionStore();
    if (!QFileInfo::exists(path))
        return std::unique_ptr<SessionStore>();
    return SessionStore::open(path);
}

Result<QString> resolveSessionId(SessionStore& store, const QString& argument)
{
    if (isReferenceSession(argument))
        return Error(Error::Code::BadInput,
                     Text::tr("The session %1 ships with Benchvisor; it can be shown and exported, not changed.")
                         .arg(referenceSessionId));
    const bool isLast = argument == "last"_L1;
    const auto ids = store.idsBeginningWith(isLast ? QString() : argument);
    if (!ids)
        return ids.error();
    if (ids->contains(argument))
        return argument;
    if (isLast)
        return ids->isEmpty() ? Result<QString>(nothingStored()) : ids->first();
    if (ids->isEmpty() || argument.isEmpty())
        return Error(
            Error::Code::NotFound,
            Text::tr("No session begins with \"%1\". List them: benchvisor sessions list").arg(printable(argument)));
    if (ids->size() == 1)
        return ids->first();
    constexpr qsizetype shown = 10;
    QStringList named = ids->first(qMin(shown, ids->size()));
    if (ids->size() > shown)
        named.append(u"…"_s);
    return Error(Error::Code::BadInput, Text::tr("%1 sessions begin with \"%2\": %3. Give more of the id.")
                                            .arg(QString::number(ids->size()), argument, named.join(u", "_s)));
}

bool isReferenceSession(const QString& argument)
{
    return argument == referenceSessionId || argument == referenceSessionName;
}

Result<Session> sessionFromArgument(const QString& argument, SessionStore::Detail detail)
{
    if (isReferenceSession(argument))
        return referenceSession();
    if (argument.contains(u'/') || argument.endsWith(".json"_L1))
        return readSessionFile(argument);
    auto store = existingStore();
    if (!store)
        return store.error();
    const auto id = *store ? resolveSessionId(**store, argument) : Result<QString>(nothingStored());
    if (id)
        return (*store)->load(*id, detail);
    if (id.error().code == Error::Code::NotFound && QFileInfo(argument).isFile())
        return readSessionFile(argument);
    return id.error();
}

int reportError(const Error& error)
{
    std::fprintf(stderr, "%s\n", printable(error.message).toUtf8().constData());
    if (!error.detail.isEmpty())
        std::fprintf(stderr, "  %s\n", printable(error.detail).toUtf8().constData());
    return Usage;
}

QString printable(QString text)
{
    for (QChar& c : text) {
        if (!c.isPrint() && !c.isSurrogate())
            c = u'?';
    }
    return text;
}

QString printableLines(const QString& text)
{
    QStringList lines = text.split(u'\n');
    for (QString& line : lines)
        line = printable(line);
    return lines.join(u'\n');
}

} // namespace bv::cli
