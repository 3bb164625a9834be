#pragma once

#include "plan/plan.h"

#include <QColor>
#include <QIcon>
#include <QList>
#include <QPen>

namespace bv {

class SessionModel;
struct Theme;

/// Marks of data points; never colour alone tells targets apart.
enum class Marker : quint8 { Circle, Square, Triangle, Diamond, Cross, Star };

/// How a target looks everywhere in the program: a hue per kind (Okabe–Ito: host grey, containers blue, QEMU-KVM
/// orange, QEMU-TCG vermilion), a dash and a marker per arrangement of the kind.
struct TargetLook
{
    QColor color;
    QList<qreal> dashes; ///< for QPen::setDashPattern(); empty: solid
    Marker marker = Marker::Circle;

    /// A cosmetic pen of `width` pixels.
    QPen pen(qreal width = 1.8) const;
};

/// The look of one target among all of its plan. `accelerator` is "kvm" or "tcg" for VMs.
TargetLook targetLook(const QList<TargetSettings>& targets, const QString& targetId, const QString& accelerator,
                      const Theme& theme);
/// The look of a target of the session that is shown.
TargetLook targetLook(const SessionModel& session, const QString& targetId, const Theme& theme);

/// A piece of the target's line with its marker, as for a legend. `size` in device-independent pixels.
QIcon targetIcon(const TargetLook& look, const QSize& size = QSize(28, 14));
/// Draws the marker, `size` pixels wide, centred at `at`.
void drawMarker(QPainter& painter, Marker marker, const QPointF& at, qreal size);

} // namespace bv
