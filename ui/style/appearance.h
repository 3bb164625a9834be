#pragma once

#include <QColor>
#include <QDBusVariant>
#include <QObject>
#include <QPalette>

namespace bv {

/// The colours of the program beyond QPalette, for light and for dark.
struct Theme
{
    bool dark = false;
    QColor card;      ///< background of charts, tables and cards
    QColor border;    ///< hairlines round cards
    QColor text;      ///< what is read first
    QColor mutedText; ///< captions, units, axis labels; at least 4.5:1 on card and window
    QColor grid;      ///< chart grid
    QColor accent;    ///< focus, links, the Run button
    QColor good;
    QColor warning;
    QColor bad;
    bool operator==(const Theme&) const = default;
};

/// Light or dark: follows the desktop (the portal's color-scheme setting, else the platform's palette) or the user's
/// choice, and changes while the program runs. Sets the application's style and palette. One per application, GUI
/// thread.
class Appearance : public QObject
{
    Q_OBJECT
public:
    enum class Scheme { Desktop, Light, Dark };
    Q_ENUM(Scheme)

    explicit Appearance(QObject* parent = nullptr);

    Scheme scheme() const { return m_scheme; }
    void setScheme(Scheme scheme);
    /// The theme in use.
    const Theme& theme() const { return m_theme; }
    bool isDark() const { return m_theme.dark; }

    /// The theme whose window colour is as dark as the palette's; for widgets, which learn of a change by
    /// QEvent::PaletteChange.
    static Theme themeFor(const QPalette& palette);

signals:
    void changed();

public slots:
    /// The portal's answer; see org.freedesktop.portal.Settings.
    void takePortalSetting(const QString& group, const QString& key, const QDBusVariant& value);

private:
    void askPortal();
    void apply();

    Scheme m_scheme = Scheme::Desktop;
    bool m_desktopDark = false;
    Theme m_theme;
};

} // namespace bv
