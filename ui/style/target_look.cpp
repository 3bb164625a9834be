#include "style/target_look.h"

#include "models/session_model.h"
#include "style/appearance.h"

#include <QGuiApplication>
#include <QPainter>
#include <QPainterPath>
#include <cmath>
#include <numbers>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

constexpr int markerCount = 6;

/// Okabe and Ito, "Color Universal Design" (2008); the dark variants are lighter for contrast on a dark card.
QColor hueOf(const TargetSettings& target, const QString& accelerator, bool dark)
{
    switch (target.kind) {
    case TargetKind::Host:
        return dark ? QColor(0xb4, 0xba, 0xc1) : QColor(0x6b, 0x72, 0x7a);
    case TargetKind::Docker:
        return dark ? QColor(0x56, 0xb4, 0xe9) : QColor(0x00, 0x72, 0xb2);
    case TargetKind::Qemu:
        break;
    }
    if (accelerator == "kvm"_L1)
        return dark ? QColor(0xf0, 0xb4, 0x2c) : QColor(0xc9, 0x88, 0x00);
    return dark ? QColor(0xff, 0x7e, 0x3d) : QColor(0xd5, 0x5e, 0x00);
}

/// Dashes in units of the pen's width. Containers begin solid, VMs dashed, so that the usual pair differs in print.
QList<qreal> dashesOf(TargetKind kind, int place)
{
    static const QList<QList<qreal>> patterns{
        {}, {6, 3}, {2, 2}, {8, 3, 2, 3}, {12, 4}, {8, 3, 2, 3, 2, 3},
    };
    return patterns.at((place + (kind == TargetKind::Qemu ? 1 : 0)) % patterns.size());
}

} // namespace

QPen TargetLook::pen(qreal width) const
{
    QPen pen(color, width);
    pen.setCosmetic(true);
    pen.setJoinStyle(Qt::RoundJoin);
    pen.setCapStyle(Qt::FlatCap);
    if (!dashes.isEmpty())
        pen.setDashPattern(dashes);
    return pen;
}

TargetLook targetLook(const QList<TargetSettings>& targets, const QString& targetId, const QString& accelerator,
                      const Theme& theme)
{
    TargetLook look;
    look.color = theme.mutedText;
    int place = 0;
    const TargetSettings* target = nullptr;
    for (const TargetSettings& one : targets) {
        if (one.id == targetId) {
            target = &one;
            break;
        }
    }
    if (!target)
        return look;
    for (const TargetSettings& one : targets) {
        if (&one == target)
            break;
        place += one.kind == target->kind ? 1 : 0;
    }
    look.color = hueOf(*target, accelerator, theme.dark);
    // Arrangements of a kind step away from the hue a little, so that six lines do not look like one.
    if (place > 0) {
        const int step = 100 + 14 * (place % 4);
        look.color = (place % 2 == 0) == theme.dark ? look.color.darker(step) : look.color.lighter(step);
    }
    look.dashes = dashesOf(target->kind, place);
    look.marker = static_cast<Marker>((static_cast<int>(target->kind) + place) % markerCount);
    return look;
}

TargetLook targetLook(const SessionModel& session, const QString& targetId, const Theme& theme)
{
    QString accelerator;
    for (const TargetSettings& target : session.targets()) {
        if (target.id == targetId)
            accelerator = session.accelerator(target);
    }
    return targetLook(session.targets(), targetId, accelerator, theme);
}

void drawMarker(QPainter& painter, Marker marker, const QPointF& at, qreal size)
{
    const qreal r = size / 2;
    const auto polygon = [&](int corners, qreal turn, qreal inner) {
        QPolygonF points;
        const int count = inner > 0 ? corners * 2 : corners;
        for (int i = 0; i < count; ++i) {
            const qreal radius = inner > 0 && i % 2 == 1 ? r * inner : r * 1.15;
            const qreal angle = turn + 2 * std::numbers::pi * i / count;
            points << at + QPointF(radius * std::sin(angle), -radius * std::cos(angle));
        }
        painter.drawPolygon(points);
    };
    switch (marker) {
    case Marker::Circle:
        painter.drawEllipse(at, r, r);
        break;
    case Marker::Square:
        painter.drawRect(QRectF(at.x() - r * 0.9, at.y() - r * 0.9, r * 1.8, r * 1.8));
        break;
    case Marker::Triangle:
        polygon(3, 0, 0);
        break;
    case Marker::Diamond:
        polygon(4, 0, 0);
        break;
    case Marker::Cross:
        polygon(4, std::numbers::pi / 4, 0.35);
        break;
    case Marker::Star:
        polygon(5, 0, 0.45);
        break;
    }
}

QIcon targetIcon(const TargetLook& look, const QSize& size)
{
    const qreal ratio = qGuiApp->devicePixelRatio();
    QPixmap pixmap(size * ratio);
    pixmap.setDevicePixelRatio(ratio);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(look.pen(2));
    const qreal middle = size.height() / 2.0;
    painter.drawLine(QPointF(1, middle), QPointF(size.width() - 1, middle));
    painter.setPen(Qt::NoPen);
    painter.setBrush(look.color);
    drawMarker(painter, look.marker, QPointF(size.width() / 2.0, middle), 8);
    return pixmap;
}

} // namespace bv
