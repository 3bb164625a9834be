#include "models/argument_text.h"

#include <algorithm>

namespace bv {

QStringList splitArguments(const QString& text)
{
    QStringList arguments;
    QString current;
    bool quoted = false;
    bool begun = false;
    for (qsizetype i = 0; i < text.size(); ++i) {
        const QChar c = text.at(i);
        if (quoted && c == u'\\' && i + 1 < text.size()) {
            current += text.at(++i);
        } else if (c == u'"') {
            quoted = !quoted;
            begun = true;
        } else if (c.isSpace() && !quoted) {
            if (begun)
                arguments << current;
            current.clear();
            begun = false;
        } else {
            current += c;
            begun = true;
        }
    }
    if (begun)
        arguments << current;
    return arguments;
}

QString joinArguments(const QStringList& arguments)
{
    QStringList pieces;
    for (const QString& argument : arguments) {
        const bool plain = !argument.isEmpty() && std::none_of(argument.cbegin(), argument.cend(),
                                                               [](QChar c) { return c.isSpace() || c == u'"'; });
        QString piece = argument;
        if (!plain) {
            piece.replace(u'\\', QStringLiteral("\\\\")).replace(u'"', QStringLiteral("\\\""));
            piece = u'"' + piece + u'"';
        }
        pieces << piece;
    }
    return pieces.join(u' ');
}

} // namespace bv
