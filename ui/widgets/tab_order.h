#pragma once

class QWidget;

namespace bv {

/// Lets Tab meet what is below `top` in the order in which it is laid out, however late it was made: Qt puts a new
/// widget behind all others of the window. What is hidden has its place, too. Cheap where the order is right already:
/// call it whenever widgets may have been made. Nothing below may have a part of itself as focus proxy: Qt's Tab takes
/// both for stops.
void orderTabs(QWidget* top);

} // namespace bv
