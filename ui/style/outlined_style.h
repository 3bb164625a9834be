#pragma once

#include <QProxyStyle>

namespace bv {

/// Fusion with outlines that can be seen in the dark, where Fusion draws them darker than the window: 3:1 and more
/// against what is around.
class OutlinedStyle : public QProxyStyle
{
    Q_OBJECT
public:
    OutlinedStyle();

    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                       const QWidget* widget = nullptr) const override;
    void drawComplexControl(ComplexControl control, const QStyleOptionComplex* option, QPainter* painter,
                            const QWidget* widget = nullptr) const override;
};

} // namespace bv
