#include "english_plurals.h"

using namespace Qt::StringLiterals;

namespace bv {

QString EnglishPlurals::translate(const char*, const char* source, const char*, int n) const
{
    if (n < 0) // a text without a number
        return {};
    QString text = QString::fromUtf8(source);
    if (!text.contains("(s)"_L1))
        return {};
    return text.replace("(s)"_L1, n == 1 ? u""_s : u"s"_s);
}

} // namespace bv
