#pragma once

#include <QIcon>
#include <QString>

namespace bv {

/// An icon of resources/icons by its file's name without ".svg". It is drawn in the palette's colour at the moment it
/// is painted, so it follows a change of the theme by itself. GUI thread. The name must exist (checked by a test).
QIcon icon(const QString& name);

/// The same in a colour of its own: what is good, doubtful or bad.
QIcon icon(const QString& name, const QColor& color);

/// The icon of the program.
QIcon programIcon();

} // namespace bv
