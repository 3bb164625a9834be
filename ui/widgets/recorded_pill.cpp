#include "widgets/recorded_pill.h"

#include "style/appearance.h"
#include "style/metrics.h"

#include <QPainter>

using namespace Qt::StringLiterals;

namespace bv {

RecordedPill::RecordedPill(QWidget* parent)
    : QLabel(tr("Recorded"), parent)
{
    setObjectName(u"recordedPill"_s);
    setAccessibleName(text());
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

QSize RecordedPill::sizeHint() const
{
    const QFontMetrics metrics(fontAt(TextStep::Strong, font()));
    return {metrics.horizontalAdvance(text()) + metrics.height(), metrics.height() + gapSmall};
}

void RecordedPill::paintEvent(QPaintEvent*)
{
    const Theme theme = Appearance::themeFor(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.warning);
    painter.drawRoundedRect(rect(), 4, 4);
    painter.setPen(theme.card);
    painter.setFont(fontAt(TextStep::Strong, font()));
    painter.drawText(rect(), Qt::AlignCenter, text());
}

} // namespace bv
