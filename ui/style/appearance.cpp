#include "style/appearance.h"

#include "style/outlined_style.h"

#include <QApplication>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusVariant>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

const QString portalService = u"org.freedesktop.portal.Desktop"_s;
const QString portalPath = u"/org/freedesktop/portal/desktop"_s;
const QString portalInterface = u"org.freedesktop.portal.Settings"_s;
const QString appearanceGroup = u"org.freedesktop.appearance"_s;
const QString schemeKey = u"color-scheme"_s;

Theme lightTheme()
{
    Theme theme;
    theme.dark = false;
    theme.card = QColor(0xff, 0xff, 0xff);
    theme.border = QColor(0xd5, 0xd9, 0xde);
    theme.text = QColor(0x1b, 0x1f, 0x24);
    theme.mutedText = QColor(0x59, 0x62, 0x6c);
    theme.grid = QColor(0xe6, 0xe9, 0xec);
    theme.accent = QColor(0x1f, 0x6f, 0xb5);
    theme.good = QColor(0x1a, 0x7f, 0x4b);
    theme.warning = QColor(0x9a, 0x67, 0x00);
    theme.bad = QColor(0xb4, 0x23, 0x18);
    return theme;
}

Theme darkTheme()
{
    Theme theme;
    theme.dark = true;
    theme.card = QColor(0x1d, 0x21, 0x26);
    theme.border = QColor(0x3a, 0x41, 0x49);
    theme.text = QColor(0xe8, 0xeb, 0xee);
    theme.mutedText = QColor(0xa3, 0xad, 0xb8);
    theme.grid = QColor(0x31, 0x37, 0x3f);
    theme.accent = QColor(0x5a, 0xa9, 0xe6);
    theme.good = QColor(0x4c, 0xc3, 0x8a);
    theme.warning = QColor(0xe3, 0xb3, 0x41);
    theme.bad = QColor(0xf4, 0x7f, 0x72);
    return theme;
}

QPalette paletteOf(const Theme& theme)
{
    const QColor window = theme.dark ? QColor(0x16, 0x19, 0x1d) : QColor(0xf3, 0xf4, 0xf6);
    const QColor button = theme.dark ? QColor(0x2a, 0x2f, 0x36) : QColor(0xf8, 0xf9, 0xfa);
    const QColor disabled = theme.dark ? QColor(0x6e, 0x78, 0x83) : QColor(0x9a, 0xa2, 0xab);
    QPalette palette(theme.text, button, theme.dark ? button.lighter(130) : Qt::white,
                     theme.dark ? button.darker(170) : QColor(0xb9, 0xc0, 0xc7),
                     theme.dark ? button.darker(130) : QColor(0xd2, 0xd7, 0xdc), theme.text, Qt::white, theme.card,
                     window);
    palette.setColor(QPalette::AlternateBase, theme.dark ? QColor(0x22, 0x27, 0x2d) : QColor(0xf7, 0xf8, 0xfa));
    palette.setColor(QPalette::ToolTipBase, theme.dark ? QColor(0x2a, 0x2f, 0x36) : QColor(0x26, 0x2b, 0x31));
    palette.setColor(QPalette::ToolTipText, QColor(0xf2, 0xf4, 0xf6));
    palette.setColor(QPalette::PlaceholderText, theme.mutedText);
    palette.setColor(QPalette::Highlight, theme.dark ? QColor(0x2b, 0x6c, 0xa3) : theme.accent);
    palette.setColor(QPalette::HighlightedText, Qt::white);
    palette.setColor(QPalette::Link, theme.accent);
    palette.setColor(QPalette::LinkVisited, theme.accent);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::HighlightedText})
        palette.setColor(QPalette::Disabled, role, disabled);
    palette.setColor(QPalette::Disabled, QPalette::Highlight, theme.dark ? button : QColor(0xd2, 0xd7, 0xdc));
    return palette;
}

} // namespace

Appearance::Appearance(QObject* parent)
    : QObject(parent)
{
    // The same style everywhere, because its metrics are what the layouts were looked at with.
    QApplication::setStyle(new OutlinedStyle);
    m_desktopDark = QApplication::palette().color(QPalette::Window).lightness() < 128;
    apply();
    askPortal();
}

Theme Appearance::themeFor(const QPalette& palette)
{
    return palette.color(QPalette::Window).lightness() < 128 ? darkTheme() : lightTheme();
}

void Appearance::setScheme(Scheme scheme)
{
    if (scheme == m_scheme)
        return;
    m_scheme = scheme;
    apply();
}

void Appearance::apply()
{
    const bool dark = m_scheme == Scheme::Dark || (m_scheme == Scheme::Desktop && m_desktopDark);
    const Theme theme = dark ? darkTheme() : lightTheme();
    if (theme == m_theme)
        return;
    m_theme = theme;
    QApplication::setPalette(paletteOf(theme));
    emit changed();
}

/// Qt 6.4 does not know of the setting; from 6.5 on QStyleHints::colorScheme() would do.
void Appearance::askPortal()
{
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected())
        return;
    bus.connect(portalService, portalPath, portalInterface, u"SettingChanged"_s, this,
                SLOT(takePortalSetting(QString, QString, QDBusVariant)));
    QDBusMessage question = QDBusMessage::createMethodCall(portalService, portalPath, portalInterface, u"Read"_s);
    question << appearanceGroup << schemeKey;
    auto* watcher = new QDBusPendingCallWatcher(bus.asyncCall(question, 2000), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher] {
        const QDBusPendingReply<QVariant> reply = *watcher;
        if (!reply.isError())
            takePortalSetting(appearanceGroup, schemeKey, QDBusVariant(reply.value()));
        watcher->deleteLater();
    });
}

void Appearance::takePortalSetting(const QString& group, const QString& key, const QDBusVariant& value)
{
    if (group != appearanceGroup || key != schemeKey)
        return;
    QVariant content = value.variant();
    while (content.canConvert<QDBusVariant>()) // Read() wraps it twice
        content = content.value<QDBusVariant>().variant();
    m_desktopDark = content.toUInt() == 1; // 0 no preference, 1 dark, 2 light
    apply();
}

} // namespace bv
