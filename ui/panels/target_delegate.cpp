#include "panels/target_delegate.h"

#include "models/plan_document.h"
#include "models/target_list_model.h"
#include "style/appearance.h"
#include "style/icons.h"
#include "style/metrics.h"
#include "style/target_look.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QLineEdit>
#include <QMouseEvent>
#include <QPainter>
#include <QTextLayout>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

constexpr int checkSize = 18;
constexpr int swatchWidth = 28;
constexpr int markSize = 16;
constexpr qsizetype mostHeights = 2000;

QString iconOf(const QModelIndex& index)
{
    switch (static_cast<TargetKind>(index.data(TargetListModel::KindRole).toInt())) {
    case TargetKind::Host:
        return u"host"_s;
    case TargetKind::Docker:
        return u"container"_s;
    case TargetKind::Qemu:
        break;
    }
    return u"vm"_s;
}

/// Where the texts of a row stand.
QRect textRect(const QRect& row)
{
    const int left = gap + checkSize + gap + iconSize + gap;
    const int right = gap + swatchWidth + gapSmall + markSize + gap;
    return row.adjusted(left, gapSmall, -right, -gapSmall);
}

/// Text broken into lines; long words are broken, too.
class Wrapped
{
public:
    Wrapped(const QString& text, const QFont& font, int width)
        : m_layout(text, font)
    {
        QTextOption option;
        option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
        m_layout.setTextOption(option);
        m_layout.beginLayout();
        for (QTextLine line = m_layout.createLine(); line.isValid(); line = m_layout.createLine()) {
            line.setLineWidth(std::max(40, width));
            line.setPosition(QPointF(0, m_height));
            m_height += line.height();
        }
        m_layout.endLayout();
    }
    int height() const { return static_cast<int>(std::ceil(m_height)); }
    void draw(QPainter* painter, const QPoint& at) const { m_layout.draw(painter, at); }

private:
    QTextLayout m_layout;
    qreal m_height = 0;
};

QFont nameFont(const QStyleOptionViewItem& option)
{
    return fontAt(TextStep::Strong, option.font);
}

QFont summaryFont(const QStyleOptionViewItem& option)
{
    return fontAt(TextStep::Caption, option.font);
}

int viewWidth(const QStyleOptionViewItem& option)
{
    const auto* view = qobject_cast<const QAbstractItemView*>(option.widget);
    return view ? view->viewport()->width() : option.rect.width();
}

} // namespace

TargetDelegate::TargetDelegate(const PlanDocument& plan, QObject* parent)
    : QStyledItemDelegate(parent)
    , m_plan(plan)
{
}

QRect TargetDelegate::checkRect(const QRect& row)
{
    return {row.left() + gap, row.top() + (row.height() - checkSize) / 2, checkSize, checkSize};
}

void TargetDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const Theme theme = Appearance::themeFor(option.palette);
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    const bool enabled = index.data(Qt::CheckStateRole).toInt() == Qt::Checked;
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    QStyle* style = option.widget ? option.widget->style() : QApplication::style();
    if (selected) {
        QColor fill = theme.accent;
        fill.setAlphaF(theme.dark ? 0.30F : 0.15F);
        painter->fillRect(option.rect, fill);
        painter->fillRect(QRect(option.rect.topLeft(), QSize(3, option.rect.height())), theme.accent);
    }
    QStyleOptionViewItem check = option;
    check.rect = checkRect(option.rect);
    check.state = (option.state & QStyle::State_Enabled) | (enabled ? QStyle::State_On : QStyle::State_Off);
    style->drawPrimitive(QStyle::PE_IndicatorItemViewItemCheck, &check, painter, option.widget);
    const QRect kind(check.rect.right() + 1 + gap, option.rect.center().y() - iconSize / 2, iconSize, iconSize);
    icon(iconOf(index), enabled ? theme.text : theme.mutedText).paint(painter, kind);

    const QRect texts = textRect(option.rect);
    const Wrapped name(index.data().toString(), nameFont(option), texts.width());
    const Wrapped summary(index.data(TargetListModel::SummaryRole).toString(), summaryFont(option), texts.width());
    painter->setPen(enabled ? theme.text : theme.mutedText);
    name.draw(painter, texts.topLeft());
    painter->setPen(theme.mutedText);
    summary.draw(painter, texts.topLeft() + QPoint(0, name.height()));

    const TargetSettings& target = m_plan.target(index.row());
    const QString accel = target.qemu.accel != "auto"_L1 ? target.qemu.accel : m_plan.kvmUsable() ? u"kvm"_s : u"tcg"_s;
    const TargetLook look = targetLook(m_plan.plan().targets, target.id, accel, theme);
    const QRect swatch(texts.right() + 1 + gap, option.rect.center().y() - 7, swatchWidth, 14);
    painter->setOpacity(enabled ? 1 : 0.4);
    targetIcon(look, swatch.size()).paint(painter, swatch);
    painter->setOpacity(1);
    if (const QVariant severity = index.data(TargetListModel::SeverityRole); severity.isValid()) {
        const bool error = severity.toInt() == static_cast<int>(PlanProblem::Severity::Error);
        const QRect mark(swatch.right() + 1 + gapSmall, option.rect.center().y() - markSize / 2, markSize, markSize);
        icon(error ? u"error"_s : u"warning"_s, error ? theme.bad : theme.warning).paint(painter, mark);
    }
    if (option.state.testFlag(QStyle::State_HasFocus)) {
        painter->setPen(QPen(theme.accent, 1.5));
        painter->setBrush(Qt::NoBrush);
        painter->drawRect(QRectF(option.rect).adjusted(1, 1, -1, -1));
    }
    painter->restore();
}

QSize TargetDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const int width = viewWidth(option);
    // The view asks for all rows whenever one changes.
    if (m_width != width || m_font != option.font || m_heights.size() > mostHeights) {
        m_heights.clear();
        m_width = width;
        m_font = option.font;
    }
    const QString name = index.data().toString();
    const QString summary = index.data(TargetListModel::SummaryRole).toString();
    int& height = m_heights[name + u'\n' + summary];
    if (height == 0) {
        const int texts = textRect(QRect(0, 0, width, 100)).width();
        height = Wrapped(name, nameFont(option), texts).height() +
                 Wrapped(summary, summaryFont(option), texts).height() + 2 * gapSmall;
    }
    return {width, height};
}

bool TargetDelegate::editorEvent(QEvent* event, QAbstractItemModel* model, const QStyleOptionViewItem& option,
                                 const QModelIndex& index)
{
    const auto type = event->type();
    if (type != QEvent::MouseButtonPress && type != QEvent::MouseButtonRelease && type != QEvent::MouseButtonDblClick)
        return QStyledItemDelegate::editorEvent(event, model, option, index); // the space key
    const auto* mouse = static_cast<QMouseEvent*>(event);
    const bool inside = checkRect(option.rect).adjusted(-gap, -gap, gapSmall, gap).contains(mouse->pos());
    if (!inside || mouse->button() != Qt::LeftButton)
        return false;
    if (type == QEvent::MouseButtonRelease) {
        const bool on = index.data(Qt::CheckStateRole).toInt() == Qt::Checked;
        model->setData(index, on ? Qt::Unchecked : Qt::Checked, Qt::CheckStateRole);
    }
    return true;
}

QWidget* TargetDelegate::createEditor(QWidget* parent, const QStyleOptionViewItem&, const QModelIndex&) const
{
    auto* edit = new QLineEdit(parent);
    edit->setObjectName(u"targetName"_s);
    edit->setAccessibleName(tr("Name of the target"));
    edit->setMaxLength(200);
    return edit;
}

void TargetDelegate::updateEditorGeometry(QWidget* editor, const QStyleOptionViewItem& option, const QModelIndex&) const
{
    // Over name and summary, so that no half of a line looks out from behind it.
    const int left = textRect(option.rect).left() - gapSmall;
    editor->setGeometry(option.rect.adjusted(left - option.rect.left(), 1, -gapSmall, -1));
}

} // namespace bv
