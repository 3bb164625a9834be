#include "widgets/session_delegate.h"

#include "models/session_list_model.h"
#include "style/metrics.h"
#include "style/state_icons.h"

namespace bv {

void SessionDelegate::initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const
{
    QStyledItemDelegate::initStyleOption(option, index);
    option->textElideMode = Qt::ElideNone;
    if (index.column() == SessionListModel::Name)
        option->font = fontAt(TextStep::Strong, option->font);
    if (index.column() != SessionListModel::State)
        return;
    const auto state = static_cast<SessionState>(index.data(SessionListModel::StateRole).toInt());
    StateMark mark = markOf(state, Appearance::themeFor(option->palette));
    if (option->state.testFlag(QStyle::State_Selected))
        mark.color = option->palette.color(QPalette::HighlightedText);
    option->features |= QStyleOptionViewItem::HasDecoration;
    option->icon = markPixmap(mark, iconSize - 4, option->widget ? option->widget->devicePixelRatioF() : 1);
    option->decorationSize = QSize(iconSize - 4, iconSize - 4);
}

} // namespace bv
