#include "widgets/screen_view.h"

#include "style/appearance.h"
#include "style/metrics.h"

#include <QKeyEvent>
#include <QPainter>
#include <algorithm>
#include <iterator>
#include <utility>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

constexpr QSize usualScreen(800, 600);
constexpr int frameWidth = 2;
constexpr int wheelUp = 8;
constexpr int wheelDown = 16;

struct KeyName
{
    int key;
    quint32 keysym;
};

constexpr KeyName namedKeys[] = {
    {Qt::Key_Return, 0xff0d},   {Qt::Key_Enter, 0xff8d},   {Qt::Key_Backspace, 0xff08}, {Qt::Key_Tab, 0xff09},
    {Qt::Key_Backtab, 0xff09},  {Qt::Key_Escape, 0xff1b},  {Qt::Key_Delete, 0xffff},    {Qt::Key_Insert, 0xff63},
    {Qt::Key_Home, 0xff50},     {Qt::Key_Left, 0xff51},    {Qt::Key_Up, 0xff52},        {Qt::Key_Right, 0xff53},
    {Qt::Key_Down, 0xff54},     {Qt::Key_PageUp, 0xff55},  {Qt::Key_PageDown, 0xff56},  {Qt::Key_End, 0xff57},
    {Qt::Key_Shift, 0xffe1},    {Qt::Key_Control, 0xffe3}, {Qt::Key_Alt, 0xffe9},       {Qt::Key_AltGr, 0xfe03},
    {Qt::Key_Meta, 0xffeb},     {Qt::Key_Super_L, 0xffeb}, {Qt::Key_Super_R, 0xffec},   {Qt::Key_Menu, 0xff67},
    {Qt::Key_CapsLock, 0xffe5}, {Qt::Key_NumLock, 0xff7f}, {Qt::Key_Print, 0xff61},     {Qt::Key_Pause, 0xff13},
};

constexpr quint32 firstFunctionKey = 0xffbe;
constexpr quint32 unicodeKeysyms = 0x01000000; // a character beyond Latin-1 is this and its number

} // namespace

quint32 keysymOf(int key, const QString& text)
{
    for (const KeyName& name : namedKeys) {
        if (name.key == key)
            return name.keysym;
    }
    if (key >= Qt::Key_F1 && key <= Qt::Key_F24)
        return firstFunctionKey + static_cast<quint32>(key - Qt::Key_F1);
    char32_t typed = text.isEmpty() ? 0 : text.toUcs4().first();
    // With Ctrl a key types a control character: what counts is the key.
    if ((typed < 0x20 || typed == 0x7f) && key >= Qt::Key_Space && key <= Qt::Key_ydiaeresis)
        typed = QChar(key).toLower().unicode();
    if (typed < 0x20 || typed == 0x7f)
        return 0;
    return typed < 0x100 ? static_cast<quint32>(typed) : unicodeKeysyms + static_cast<quint32>(typed);
}

ScreenView::ScreenView(QWidget* parent)
    : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setAccessibleName(tr("Screen of the virtual machine"));
    setAccessibleDescription(
        tr("Keys and mouse are the machine's while this has the focus; Ctrl+Alt+G gives them back."));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

QSize ScreenView::sizeHint() const
{
    const QSize picture = m_picture.isNull() ? usualScreen : m_picture.size();
    return picture / devicePixelRatioF() + QSize(2 * frameWidth, 2 * frameWidth);
}

void ScreenView::setPicture(const QImage& picture)
{
    const bool resized = picture.size() != m_picture.size();
    m_picture = picture;
    if (resized)
        updateGeometry();
    update();
}

void ScreenView::setWords(const QString& words)
{
    m_words = words;
    update();
}

/// Never larger than it is: a text screen that is blown up is hard to read.
QRect ScreenView::pictureRect() const
{
    const QSizeF room = size() - QSize(2 * frameWidth, 2 * frameWidth);
    QSizeF shown = QSizeF(m_picture.size()) / devicePixelRatioF();
    if (shown.width() > room.width() || shown.height() > room.height())
        shown.scale(room, Qt::KeepAspectRatio);
    QRect rect(QPoint(), shown.toSize());
    rect.moveCenter(this->rect().center());
    return rect;
}

void ScreenView::paintEvent(QPaintEvent*)
{
    const Theme theme = Appearance::themeFor(palette());
    QPainter painter(this);
    painter.fillRect(rect(), QColor(24, 24, 26)); // a screen that is off, in either theme
    if (m_picture.isNull()) {
        painter.setPen(QColor(220, 220, 224));
        painter.setFont(fontAt(TextStep::Strong, font()));
        painter.drawText(rect().adjusted(gapLarge, gapLarge, -gapLarge, -gapLarge), Qt::AlignCenter | Qt::TextWordWrap,
                         m_words);
    } else {
        const QRect target = pictureRect();
        painter.setRenderHint(QPainter::SmoothPixmapTransform, target.size() * devicePixelRatioF() != m_picture.size());
        painter.drawImage(target, m_picture);
    }
    if (hasFocus()) {
        painter.setPen(QPen(theme.accent, frameWidth));
        painter.drawRect(rect().adjusted(1, 1, -1, -1));
    }
}

void ScreenView::sendPointer(const QPointF& at, Qt::MouseButtons buttons, int wheel)
{
    const QRect shown = pictureRect();
    if (m_picture.isNull() || shown.isEmpty())
        return;
    const auto scaled = [](double position, int from, int length, int pixels) {
        return std::clamp(static_cast<int>((position - from) * pixels / length), 0, pixels - 1);
    };
    int mask = wheel;
    mask |= buttons.testFlag(Qt::LeftButton) ? 1 : 0;
    mask |= buttons.testFlag(Qt::MiddleButton) ? 2 : 0;
    mask |= buttons.testFlag(Qt::RightButton) ? 4 : 0;
    emit pointerChanged(scaled(at.x(), shown.left(), shown.width(), m_picture.width()),
                        scaled(at.y(), shown.top(), shown.height(), m_picture.height()), mask);
}

void ScreenView::mousePressEvent(QMouseEvent* event)
{
    sendPointer(event->position(), event->buttons());
}

void ScreenView::mouseMoveEvent(QMouseEvent* event)
{
    sendPointer(event->position(), event->buttons());
}

void ScreenView::mouseReleaseEvent(QMouseEvent* event)
{
    sendPointer(event->position(), event->buttons());
}

void ScreenView::wheelEvent(QWheelEvent* event)
{
    if (event->angleDelta().y() == 0)
        return;
    sendPointer(event->position(), event->buttons(), event->angleDelta().y() > 0 ? wheelUp : wheelDown);
    sendPointer(event->position(), event->buttons());
}

/// Everything is a key of the VM, what else moves the focus or is a shortcut, too.
bool ScreenView::event(QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride) {
        event->accept();
        return true;
    }
    if (event->type() == QEvent::KeyPress) {
        keyPressEvent(static_cast<QKeyEvent*>(event)); // QWidget would take Tab
        return true;
    }
    return QWidget::event(event);
}

void ScreenView::keyPressEvent(QKeyEvent* event)
{
    event->accept();
    if (event->key() == Qt::Key_G && event->modifiers() == (Qt::ControlModifier | Qt::AltModifier)) {
        letGo();
        emit keysGivenBack();
        return;
    }
    const quint32 keysym = keysymOf(event->key(), event->text());
    if (keysym == 0)
        return;
    m_down.insert(event->key(), keysym);
    emit keyChanged(keysym, true);
}

void ScreenView::keyReleaseEvent(QKeyEvent* event)
{
    event->accept();
    if (event->isAutoRepeat() || !m_down.contains(event->key()))
        return;
    emit keyChanged(m_down.take(event->key()), false); // as it was pressed: Shift may be up by now
}

void ScreenView::letGo()
{
    const auto down = std::exchange(m_down, {});
    for (const quint32 keysym : down)
        emit keyChanged(keysym, false);
}

void ScreenView::sendKeys(const QList<quint32>& keysyms)
{
    for (const quint32 keysym : keysyms)
        emit keyChanged(keysym, true);
    for (auto keysym = keysyms.crbegin(); keysym != keysyms.crend(); ++keysym)
        emit keyChanged(*keysym, false);
}

void ScreenView::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    update();
}

void ScreenView::focusOutEvent(QFocusEvent* event)
{
    letGo();
    QWidget::focusOutEvent(event);
    update();
}

} // namespace bv
