#pragma once

#include <QString>

namespace bv {

/// Shows a notification of the desktop (org.freedesktop.Notifications, Desktop Notifications Specification 1.2).
/// Returns at once; nothing happens where there is no notification service. GUI thread.
void showDesktopNotice(const QString& title, const QString& text);

} // namespace bv
