#pragma once

#include "style/appearance.h"

#include <QIcon>

class QPixmap;

namespace bv {

enum class RunState : quint8;
enum class SessionState : quint8;

/// What shows a state beside its word: an icon of a shape of its own and its colour.
struct StateMark
{
    QString icon; ///< of bv::icon(); empty: nothing
    QColor color;
};
StateMark markOf(RunState state, const Theme& theme);
StateMark markOf(SessionState state, const Theme& theme);

/// The mark as a pixmap of `side` device-independent pixels; kept, since tables paint it over and over.
QPixmap markPixmap(const StateMark& mark, int side, qreal devicePixelRatio);

} // namespace bv
