#include "widgets/card.h"

#include "style/appearance.h"
#include "style/metrics.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

namespace bv {

Card::Card(const QString& title, QWidget* parent)
    : QFrame(parent)
    , m_title(new QLabel(this))
    , m_header(new QHBoxLayout)
    , m_body(new QVBoxLayout)
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(gapLarge, gap, gapLarge, gapLarge);
    layout->setSpacing(gap);
    m_header->setSpacing(gapSmall);
    m_header->addWidget(m_title, 1);
    QSizePolicy stretching = m_title->sizePolicy();
    stretching.setRetainSizeWhenHidden(true); // what else the header holds stays at the right
    m_title->setSizePolicy(stretching);
    m_body->setSpacing(gap);
    layout->addLayout(m_header);
    layout->addLayout(m_body, 1);
    m_title->setFont(fontAt(TextStep::Title, font()));
    setTitle(title);
}

void Card::setTitle(const QString& title)
{
    m_title->setText(title);
    m_title->setVisible(!title.isEmpty());
    setAccessibleName(title);
}

void Card::paintEvent(QPaintEvent*)
{
    const Theme theme = Appearance::themeFor(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme.border, 1));
    painter.setBrush(theme.card);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
}

void Card::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::FontChange)
        m_title->setFont(fontAt(TextStep::Title, font()));
    QFrame::changeEvent(event);
}

Caption::Caption(const QString& text, QWidget* parent)
    : QWidget(parent)
    , m_label(new QLabel(text, this))
{
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_label);
    m_label->setFont(fontAt(TextStep::Caption, font()));
    m_label->setWordWrap(true);
    recolour();
}

void Caption::setText(const QString& text)
{
    m_label->setText(text);
}

QString Caption::text() const
{
    return m_label->text();
}

void Caption::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange)
        recolour();
    QWidget::changeEvent(event);
}

void Caption::recolour()
{
    QPalette colours;
    colours.setColor(QPalette::WindowText, Appearance::themeFor(palette()).mutedText);
    m_label->setPalette(colours);
}

} // namespace bv
