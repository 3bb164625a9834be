#pragma once

#include <QFont>
#include <QWidget>

namespace bv {

// The one grid of the window: distances in device-independent pixels, and the steps of the type scale.

inline constexpr int gapSmall = 4;  ///< between a field and its message
inline constexpr int gap = 8;       ///< between controls
inline constexpr int gapLarge = 12; ///< inside cards, between groups
inline constexpr int iconSize = 18;

/// The steps of the type scale: Caption for units, notes and axes; Body; Strong for names; Title for cards; Figure for
/// the value that is read from afar.
enum class TextStep { Caption, Body, Strong, Title, Figure };

/// `base` (the widget's or application's font) at that step.
inline QFont fontAt(TextStep step, const QFont& base)
{
    QFont font = base;
    const qreal size = base.pointSizeF() > 0 ? base.pointSizeF() : 10;
    switch (step) {
    case TextStep::Caption:
        font.setPointSizeF(size * 0.9);
        break;
    case TextStep::Body:
        break;
    case TextStep::Strong:
        font.setWeight(QFont::DemiBold);
        break;
    case TextStep::Title:
        font.setPointSizeF(size * 1.1);
        font.setWeight(QFont::DemiBold);
        break;
    case TextStep::Figure:
        font.setPointSizeF(size * 1.5);
        font.setWeight(QFont::DemiBold);
        break;
    }
    return font;
}

} // namespace bv
