#include "style/state_icons.h"

#include "models/session_model.h"
#include "style/icons.h"

#include <QPixmap>
#include <QPixmapCache>

using namespace Qt::StringLiterals;

namespace bv {

StateMark markOf(RunState state, const Theme& theme)
{
    switch (state) {
    case RunState::Ok:
        return {u"ok"_s, theme.good};
    case RunState::Failed:
        return {u"error"_s, theme.bad};
    case RunState::Cancelled:
        return {u"stop"_s, theme.mutedText};
    case RunState::Running:
        return {u"run"_s, theme.accent};
    case RunState::Waiting:
    case RunState::Skipped:
        break;
    }
    return {};
}

StateMark markOf(SessionState state, const Theme& theme)
{
    switch (state) {
    case SessionState::Running:
        return {u"run"_s, theme.accent};
    case SessionState::Finished:
        return {u"ok"_s, theme.good};
    case SessionState::Cancelled:
        return {u"stop"_s, theme.mutedText};
    case SessionState::Failed:
        return {u"error"_s, theme.bad};
    case SessionState::Interrupted:
        return {u"warning"_s, theme.warning};
    }
    return {};
}

QPixmap markPixmap(const StateMark& mark, int side, qreal devicePixelRatio)
{
    if (mark.icon.isEmpty())
        return {};
    const int pixels = qRound(side * devicePixelRatio);
    const QString key = u"bv-mark/%1/%2/%3"_s.arg(mark.icon, mark.color.name()).arg(pixels);
    QPixmap pixmap;
    if (!QPixmapCache::find(key, &pixmap)) {
        pixmap = icon(mark.icon, mark.color).pixmap(QSize(pixels, pixels), 1.0);
        QPixmapCache::insert(key, pixmap);
    }
    pixmap.setDevicePixelRatio(devicePixelRatio);
    return pixmap;
}

} // namespace bv
