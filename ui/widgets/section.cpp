#include "widgets/section.h"

#include "style/appearance.h"
#include "style/icons.h"
#include "style/metrics.h"

#include <QAccessibleWidget>
#include <QKeyEvent>
#include <QPainter>
#include <QStyle>
#include <QStyleOptionFocusRect>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

constexpr int arrowSize = 14;

class AccessibleHeader : public QAccessibleWidget
{
public:
    explicit AccessibleHeader(SectionHeader* header)
        : QAccessibleWidget(header, QAccessible::Button)
    {
    }

    QAccessible::State state() const override
    {
        QAccessible::State state = QAccessibleWidget::state();
        const bool expanded = header()->isExpanded();
        state.expandable = true;
        state.expanded = expanded;
        state.collapsed = !expanded;
        return state;
    }
    QStringList actionNames() const override { return {pressAction()}; }
    void doAction(const QString& name) override
    {
        if (name == pressAction())
            header()->click();
    }

private:
    SectionHeader* header() const { return static_cast<SectionHeader*>(widget()); }
};

QAccessibleInterface* makeAccessible(const QString&, QObject* object)
{
    auto* header = qobject_cast<SectionHeader*>(object);
    return header ? new AccessibleHeader(header) : nullptr;
}

} // namespace

SectionHeader::SectionHeader(const QString& title, QWidget* parent)
    : QToolButton(parent)
{
    static const bool installed = (QAccessible::installFactory(makeAccessible), true);
    Q_UNUSED(installed)
    setText(title);
    QString name = title;
    setAccessibleName(name.remove(u'&'));
    setFont(fontAt(TextStep::Title, font()));
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAutoRaise(true);
}

void SectionHeader::setExpanded(bool expanded)
{
    if (m_expanded == expanded)
        return;
    m_expanded = expanded;
    update();
    QAccessible::State changed;
    changed.expanded = true;
    changed.collapsed = true;
    QAccessibleStateChangeEvent event(this, changed);
    QAccessible::updateAccessibility(&event);
}

void SectionHeader::setNote(const QString& note, const QString& iconName)
{
    if (m_note == note && m_iconName == iconName)
        return;
    m_note = note;
    m_iconName = iconName;
    setAccessibleDescription(note);
    updateGeometry();
    update();
}

QFont SectionHeader::noteFont() const
{
    QFont font = fontAt(TextStep::Caption, parentWidget()->font());
    font.setWeight(QFont::Normal); // else it takes the title's
    return font;
}

bool SectionHeader::noteFits() const
{
    const QFontMetrics small(noteFont());
    const int needed = gapLarge + arrowSize + gap + fontMetrics().horizontalAdvance(text().remove(u'&')) + gap +
                       (m_iconName.isEmpty() ? 0 : arrowSize + gapSmall) + small.horizontalAdvance(m_note) + gapLarge;
    return needed <= width();
}

QSize SectionHeader::sizeHint() const
{
    return {fontMetrics().horizontalAdvance(text()) + arrowSize + 4 * gap, fontMetrics().height() + 2 * gap};
}

void SectionHeader::paintEvent(QPaintEvent*)
{
    const Theme theme = Appearance::themeFor(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (isDown() || underMouse()) {
        QColor hover = theme.text;
        hover.setAlphaF(isDown() ? 0.10F : 0.05F);
        painter.setPen(Qt::NoPen);
        painter.setBrush(hover);
        painter.drawRoundedRect(rect(), 4, 4);
    }
    const QRect arrow(gapSmall, (height() - arrowSize) / 2, arrowSize, arrowSize);
    painter.save();
    painter.translate(arrow.center() + QPointF(0.5, 0.5));
    painter.setPen(QPen(theme.text, 1.6, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.rotate(m_expanded ? 90 : 0);
    painter.drawPolyline(QPolygonF{QPointF(-2, -4), QPointF(2, 0), QPointF(-2, 4)});
    painter.restore();
    const QRect textRect(arrow.right() + gap, 0, width() - arrow.right() - gap, height());
    painter.setPen(theme.text);
    const bool underlined = style()->styleHint(QStyle::SH_UnderlineShortcut, nullptr, this) != 0;
    painter.drawText(textRect, Qt::AlignVCenter | (underlined ? Qt::TextShowMnemonic : Qt::TextHideMnemonic), text());
    if (noteFits()) {
        painter.setFont(noteFont());
        painter.setPen(theme.mutedText);
        const QRect noteRect(0, 0, width() - gapLarge, height());
        painter.drawText(noteRect, Qt::AlignVCenter | Qt::AlignRight, m_note);
        const int noteWidth = painter.fontMetrics().horizontalAdvance(m_note);
        if (!m_iconName.isEmpty()) {
            const QColor color = m_iconName == "error"_L1 ? theme.bad : theme.warning;
            bv::icon(m_iconName, color)
                .paint(&painter, noteRect.right() - noteWidth - gapSmall - arrowSize, arrow.top(), arrowSize,
                       arrowSize);
        }
    }
    if (hasFocus()) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(theme.accent, 2));
        painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 4, 4);
    }
}

void SectionHeader::keyPressEvent(QKeyEvent* event)
{
    const bool opens = event->key() == Qt::Key_Right || event->key() == Qt::Key_Plus;
    const bool closes = event->key() == Qt::Key_Left || event->key() == Qt::Key_Minus;
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter || (opens && !m_expanded) ||
        (closes && m_expanded))
        click();
    else
        QToolButton::keyPressEvent(event);
}

Section::Section(const QString& title, const QString& objectName, QWidget* parent)
    : QWidget(parent)
    , m_header(new SectionHeader(title, this))
    , m_content(new QWidget(this))
    , m_body(new QVBoxLayout(m_content))
{
    setObjectName(objectName);
    m_header->setObjectName(objectName + u"Header"_s);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gapSmall);
    layout->addWidget(m_header);
    layout->addWidget(m_content);
    m_body->setContentsMargins(gapSmall, 0, gapSmall, gapLarge);
    m_body->setSpacing(gap);
    connect(m_header, &QToolButton::clicked, this, [this] { setExpanded(!isExpanded()); });
}

void Section::setExpanded(bool expanded)
{
    if (expanded == isExpanded())
        return;
    m_header->setExpanded(expanded);
    m_content->setVisible(expanded);
    emit expandedChanged(expanded);
}

} // namespace bv
