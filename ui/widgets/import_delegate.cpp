#include "widgets/import_delegate.h"

#include "models/import_model.h"
#include "style/metrics.h"
#include "style/state_icons.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <QLineEdit>

using namespace Qt::StringLiterals;

namespace bv {

ImportDelegate::ImportDelegate(QAbstractItemView* view)
    : QStyledItemDelegate(view)
    , m_view(view)
{
}

QWidget* ImportDelegate::createEditor(QWidget* parent, const QStyleOptionViewItem& option,
                                      const QModelIndex& index) const
{
    const QString name = index.model()->headerData(index.column(), Qt::Horizontal).toString();
    const QStringList choices = index.data(ImportModel::ChoicesRole).toStringList();
    QWidget* editor = nullptr;
    if (choices.isEmpty()) {
        editor = QStyledItemDelegate::createEditor(parent, option, index);
    } else {
        auto* box = new QComboBox(parent);
        box->setEditable(true);
        box->setInsertPolicy(QComboBox::NoInsert);
        box->addItems(choices);
        editor = box;
    }
    editor->setAccessibleName(name);
    return editor;
}

void ImportDelegate::setEditorData(QWidget* editor, const QModelIndex& index) const
{
    const QString text = index.data(Qt::EditRole).toString();
    if (auto* box = qobject_cast<QComboBox*>(editor)) {
        box->setCurrentText(text);
        box->lineEdit()->selectAll();
    } else if (auto* line = qobject_cast<QLineEdit*>(editor)) {
        line->setText(text);
    }
}

void ImportDelegate::setModelData(QWidget* editor, QAbstractItemModel* model, const QModelIndex& index) const
{
    const auto* box = qobject_cast<QComboBox*>(editor);
    const auto* line = qobject_cast<QLineEdit*>(editor);
    const QString text = box ? box->currentText() : line ? line->text() : QString();
    if (text == index.data(Qt::EditRole).toString())
        return; // nothing was written
    QList<int> rows;
    const QModelIndexList selected = m_view->selectionModel()->selectedRows();
    for (const QModelIndex& row : selected)
        rows << row.row();
    if (!rows.contains(index.row()))
        rows = {index.row()};
    static_cast<ImportModel*>(model)->setCells(rows, index.column(), text);
}

void ImportDelegate::initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const
{
    QStyledItemDelegate::initStyleOption(option, index);
    option->textElideMode = Qt::ElideNone;
    const Theme theme = Appearance::themeFor(option->palette);
    const bool isLeftOut = index.siblingAtColumn(ImportModel::Source).data(Qt::CheckStateRole) == Qt::Unchecked;
    if (isLeftOut)
        option->palette.setColor(QPalette::Text, theme.mutedText);
    // In sight also where the table is scrolled.
    const bool isMarked = index.column() == ImportModel::Source || index.column() == ImportModel::Remark;
    if (!isMarked || !index.data(ImportModel::MissingRole).toBool())
        return;
    StateMark mark{u"warning"_s, theme.warning};
    if (option->state.testFlag(QStyle::State_Selected))
        mark.color = option->palette.color(QPalette::HighlightedText);
    option->features |= QStyleOptionViewItem::HasDecoration;
    option->icon = markPixmap(mark, iconSize - 4, option->widget ? option->widget->devicePixelRatioF() : 1);
    option->decorationSize = QSize(iconSize - 4, iconSize - 4);
}

} // namespace bv
