#pragma once

#include <QString>

namespace bv {

/// A measured figure for people: four significant digits and never a digit that means nothing ("1294", "337.9",
/// "0.05127"), '.' as decimal sign, thousands not parted; from 10^9 on "1.23e+09",
/// below 0.001 "2.00e-05". "–" where it is not finite.
QString figureText(double value);

/// A ratio for people: "3.83", below 0.1 "0.083", below 0.01 "0.0029" or "2.9e-05", from 100 on four digits ("128.4",
/// "34236"), from a million on "1.23e+06". "–" where it is not finite.
QString ratioText(double ratio);

/// A p value with its name: "p = 0.43", "p = 0.012", "p < 0.001".
QString pValueText(double p);

} // namespace bv
