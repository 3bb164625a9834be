#include "desktop_notice.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QVariantMap>

using namespace Qt::StringLiterals;

namespace bv {

void showDesktopNotice(const QString& title, const QString& text)
{
    const QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected())
        return;
    QDBusMessage call =
        QDBusMessage::createMethodCall(u"org.freedesktop.Notifications"_s, u"/org/freedesktop/Notifications"_s,
                                       u"org.freedesktop.Notifications"_s, u"Notify"_s);
    // The body may be read as markup.
    call << u"Benchvisor"_s << quint32(0) << u"benchvisor"_s << title << text.toHtmlEscaped() << QStringList()
         << QVariantMap{{u"desktop-entry"_s, u"benchvisor"_s}} << qint32(-1);
    bus.send(call);
}

} // namespace bv
