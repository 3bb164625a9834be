#include "widgets/message_bar.h"

#include "style/appearance.h"
#include "style/icons.h"
#include "style/metrics.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QToolButton>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

QColor colourOf(MessageBar::Tone tone, const Theme& theme)
{
    switch (tone) {
    case MessageBar::Tone::Good:
        return theme.good;
    case MessageBar::Tone::Warning:
        return theme.warning;
    case MessageBar::Tone::Bad:
        return theme.bad;
    case MessageBar::Tone::Info:
        break;
    }
    return theme.accent;
}

QString iconOf(MessageBar::Tone tone)
{
    switch (tone) {
    case MessageBar::Tone::Good:
        return u"ok"_s;
    case MessageBar::Tone::Warning:
        return u"warning"_s;
    case MessageBar::Tone::Bad:
        return u"error"_s;
    case MessageBar::Tone::Info:
        break;
    }
    return u"info"_s;
}

} // namespace

MessageBar::MessageBar(QWidget* parent)
    : QFrame(parent)
    , m_icon(new QLabel(this))
    , m_text(new QLabel(this))
    , m_action(new QToolButton(this))
    , m_close(new QToolButton(this))
{
    setObjectName(u"messageBar"_s);
    setAccessibleName(tr("Message"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(gapLarge, gapSmall, gapSmall, gapSmall);
    layout->setSpacing(gap);
    layout->addWidget(m_icon, 0, Qt::AlignTop);
    layout->addWidget(m_text, 1);
    layout->addWidget(m_action);
    layout->addWidget(m_close);
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_text->setTextFormat(Qt::PlainText);
    m_action->setObjectName(u"messageAction"_s);
    m_close->setObjectName(u"messageClose"_s);
    m_close->setIcon(icon(u"close"_s));
    m_close->setAutoRaise(true);
    m_close->setToolTip(tr("Close this message"));
    m_close->setAccessibleName(m_close->toolTip());
    connect(m_close, &QToolButton::clicked, this, &MessageBar::dismiss);
    connect(m_action, &QToolButton::clicked, this, &MessageBar::act);
    hide();
}

void MessageBar::say(Tone tone, const QString& sentence, const QString& action, std::function<void()> onAction)
{
    end();
    m_tone = tone;
    m_open = true;
    m_onAction = std::move(onAction);
    showTone();
    m_text->setText(sentence);
    setAccessibleDescription(sentence);
    m_action->setText(action);
    m_action->setAccessibleName(action);
    m_action->setVisible(!action.isEmpty());
    show();
}

/// In the colours of the theme that is shown.
void MessageBar::showTone()
{
    const QColor colour = colourOf(m_tone, Appearance::themeFor(palette()));
    m_icon->setPixmap(icon(iconOf(m_tone), colour).pixmap(iconSize, iconSize));
    update(); // the frame
}

void MessageBar::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange)
        showTone();
    QFrame::changeEvent(event);
}

void MessageBar::act()
{
    const auto onAction = std::exchange(m_onAction, {});
    m_open = false;
    hide();
    if (onAction)
        onAction();
}

void MessageBar::dismiss()
{
    hide();
    end();
}

void MessageBar::end()
{
    m_onAction = {};
    if (std::exchange(m_open, false))
        emit closed();
}

QString MessageBar::text() const
{
    return m_text->text();
}

void MessageBar::paintEvent(QPaintEvent*)
{
    const Theme theme = Appearance::themeFor(palette());
    QColor fill = colourOf(m_tone, theme);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(fill, 1));
    fill.setAlphaF(theme.dark ? 0.18F : 0.09F);
    painter.setBrush(fill);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
}

} // namespace bv
