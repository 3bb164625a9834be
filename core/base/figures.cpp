#include "base/figures.h"

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace bv {

QString figureText(double value)
{
    if (!std::isfinite(value))
        return u"–"_s;
    if (value == 0)
        return u"0"_s;
    const int digits = static_cast<int>(std::floor(std::log10(std::abs(value))));
    if (digits >= 9 || digits < -3) // as a plain decimal it would lose its digits
        return QString::number(value, 'e', 2);
    return QString::number(value, 'f', std::clamp(3 - digits, 0, 4));
}

QString ratioText(double ratio)
{
    if (!std::isfinite(ratio))
        return u"–"_s;
    const double size = std::abs(ratio);
    if (size > 0 && size < 0.00995)
        return QString::number(ratio, 'g', 2);
    if (size >= 999999.5)
        return QString::number(ratio, 'e', 2);
    const int decimals = size < 0.0995 ? 3 : size < 99.995 ? 2 : size < 999.95 ? 1 : 0;
    return QString::number(ratio, 'f', decimals);
}

QString pValueText(double p)
{
    if (p < 0.001)
        return u"p < 0.001"_s;
    return u"p = "_s + QString::number(p, 'f', p < 0.0995 ? 3 : 2);
}

} // namespace bv
