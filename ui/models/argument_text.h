#pragma once

#include <QString>
#include <QStringList>

namespace bv {

// Arguments of a program in one line. Blanks part them; what stands between double quotes stays together, and there a
// backslash takes the next character as it is. splitArguments(joinArguments(a)) == a. Pure.

QStringList splitArguments(const QString& text);
QString joinArguments(const QStringList& arguments);

} // namespace bv
