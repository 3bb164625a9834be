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
    const auto scale = [&font, &base](qreal factor) {
        if (base.pointSizeF() > 0)
            font.setPointSizeF(base.pointSizeF() * factor);
        else // the size was given in pixels
            font.setPixelSize(qRound(base.pixelSize() * factor));
    };
    switch (step) {
    case TextStep::Caption:
        scale(0.9);
        break;
    case TextStep::Body:
        break;
    case TextStep::Strong:
        font.setWeight(QFont::DemiBold);
        break;
    case TextStep::Title:
        scale(1.1);
        font.setWeight(QFont::DemiBold);
        break;
    case TextStep::Figure:
        scale(1.5);
        font.setWeight(QFont::DemiBold);
        break;
    }
    return font;
}

} // namespace bv
