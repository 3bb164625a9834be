#include "base/shell_line.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace bv {

QString shellLine(const QStringList& argv)
{
    static const QString plain = u"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_@%+=:,./-"_s;
    QStringList words;
    for (QString word : argv) {
        const bool safe =
            !word.isEmpty() && std::all_of(word.cbegin(), word.cend(), [](QChar c) { return plain.contains(c); });
        if (!safe)
            word = u'\'' + word.replace(u'\'', u"'\\''"_s) + u'\'';
        words << word;
    }
    return words.join(u' ');
}

} // namespace bv
