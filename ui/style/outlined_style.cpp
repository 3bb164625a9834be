#include "style/outlined_style.h"

#include "style/appearance.h"

#include <QPainter>
#include <QStyleFactory>
#include <QStyleOption>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

/// Fusion marks the focus by the same outline in the highlight's colour; that one stays.
bool needsOutline(const QStyleOption* option)
{
    return Appearance::themeFor(option->palette).dark && !option->state.testFlag(QStyle::State_HasFocus);
}

QColor outlineOf(const QStyleOption* option)
{
    QColor color = Appearance::themeFor(option->palette).mutedText;
    color.setAlphaF(option->state.testFlag(QStyle::State_Enabled) ? 0.6F : 0.25F);
    return color;
}

void drawOutline(const QStyleOption* option, QPainter* painter, bool round)
{
    const QRectF rect = QRectF(option->rect).adjusted(0.5, 0.5, -0.5, -0.5);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(outlineOf(option), 1));
    painter->setBrush(Qt::NoBrush);
    if (round)
        painter->drawEllipse(rect);
    else
        painter->drawRoundedRect(rect, 2, 2);
    painter->restore();
}

} // namespace

OutlinedStyle::OutlinedStyle()
    : QProxyStyle(QStyleFactory::create(u"Fusion"_s))
{
}

void OutlinedStyle::drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                                  const QWidget* widget) const
{
    QProxyStyle::drawPrimitive(element, option, painter, widget);
    if (!needsOutline(option))
        return;
    if (element == PE_IndicatorCheckBox || element == PE_IndicatorItemViewItemCheck) {
        drawOutline(option, painter, false);
    } else if (element == PE_IndicatorRadioButton) {
        drawOutline(option, painter, true);
    } else if (element == PE_PanelLineEdit) {
        const auto* frame = qstyleoption_cast<const QStyleOptionFrame*>(option);
        if (frame && frame->lineWidth > 0) // those inside of spin and combo boxes have none
            drawOutline(option, painter, false);
    }
}

void OutlinedStyle::drawComplexControl(ComplexControl control, const QStyleOptionComplex* option, QPainter* painter,
                                       const QWidget* widget) const
{
    QProxyStyle::drawComplexControl(control, option, painter, widget);
    if (!needsOutline(option))
        return;
    const auto* spin = qstyleoption_cast<const QStyleOptionSpinBox*>(option);
    const auto* combo = qstyleoption_cast<const QStyleOptionComboBox*>(option);
    if ((control == CC_SpinBox && spin && spin->frame) || (control == CC_ComboBox && combo && combo->frame))
        drawOutline(option, painter, false);
}

} // namespace bv
