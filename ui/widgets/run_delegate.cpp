#include "widgets/run_delegate.h"

#include "models/grid_model.h"
#include "models/run_tree_model.h"
#include "models/text.h"
#include "style/metrics.h"
#include "style/state_icons.h"

#include <QPainter>
#include <algorithm>

namespace bv {

namespace {

void setTextColour(QStyleOptionViewItem* option, const QColor& colour)
{
    for (const auto group : {QPalette::Active, QPalette::Inactive})
        option->palette.setColor(group, QPalette::Text, colour);
}

} // namespace

QSize RunDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    QSize size = QStyledItemDelegate::sizeHint(option, index);
    size.setHeight(std::max(size.height(), option.fontMetrics.height() + gap));
    return size;
}

void RunDelegate::initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const
{
    QStyledItemDelegate::initStyleOption(option, index);
    option->textElideMode = Qt::ElideNone;
    const Theme theme = Appearance::themeFor(option->palette);
    const auto kind = static_cast<RunTreeModel::Kind>(index.data(RunTreeModel::KindRole).toInt());
    if (kind == RunTreeModel::Kind::Test || kind == RunTreeModel::Kind::Target)
        option->font = fontAt(TextStep::Strong, option->font);
    if (kind == RunTreeModel::Kind::Test)
        option->backgroundBrush = option->palette.color(QPalette::AlternateBase);
    const bool muted = option->text == absentText() || kind > RunTreeModel::Kind::Run ||
                       index.data(RunTreeModel::WarmUpRole).toBool() ||
                       (kind == RunTreeModel::Kind::Target && index.column() == RunTreeModel::Status);
    const bool failed = index.data(RunTreeModel::FailedRole).toBool();
    const bool tellsFailure = index.column() == RunTreeModel::Status || index.column() == RunTreeModel::remarkColumn();
    if (failed && tellsFailure)
        setTextColour(option, theme.bad);
    else if (muted)
        setTextColour(option, theme.mutedText);
    if (index.column() != RunTreeModel::Status || kind != RunTreeModel::Kind::Run)
        return;
    const auto state = static_cast<RunState>(index.data(RunTreeModel::StateRole).toInt());
    const qreal ratio = option->widget ? option->widget->devicePixelRatioF() : 1;
    StateMark mark = markOf(state, theme);
    if (option->state.testFlag(QStyle::State_Selected))
        mark.color = option->palette.color(QPalette::HighlightedText);
    const QPixmap pixmap = markPixmap(mark, iconSize - 4, ratio);
    if (pixmap.isNull())
        return;
    option->features |= QStyleOptionViewItem::HasDecoration;
    option->icon = pixmap;
    option->decorationSize = QSize(iconSize - 4, iconSize - 4);
}

void GridDelegate::initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const
{
    QStyledItemDelegate::initStyleOption(option, index);
    option->textElideMode = Qt::ElideNone;
    if (index.data(GridModel::StrongRole).toBool())
        option->font = fontAt(TextStep::Strong, option->font);
}

} // namespace bv
