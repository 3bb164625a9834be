#pragma once

#include <QStyledItemDelegate>

class QAbstractItemView;

namespace bv {

/// Edits an ImportModel: a list to choose from where the column has one, and what is written goes into all selected
/// rows. What is missing is told by icon, beside its words.
class ImportDelegate : public QStyledItemDelegate
{
    Q_OBJECT
public:
    explicit ImportDelegate(QAbstractItemView* view);

    QWidget* createEditor(QWidget* parent, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    void setEditorData(QWidget* editor, const QModelIndex& index) const override;
    void setModelData(QWidget* editor, QAbstractItemModel* model, const QModelIndex& index) const override;

protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override;

private:
    QAbstractItemView* m_view;
};

} // namespace bv
