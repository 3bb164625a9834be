#pragma once

#include <QStyledItemDelegate>

namespace bv {

/// Rows of a SessionListModel (or a proxy of it): an icon beside the state.
class SessionDelegate : public QStyledItemDelegate
{
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;

protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override;
};

} // namespace bv
