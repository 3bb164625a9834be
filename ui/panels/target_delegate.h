#pragma once

#include <QFont>
#include <QHash>
#include <QStyledItemDelegate>

namespace bv {

class PlanDocument;

/// A row of the list of targets: check box, the kind's icon, name and the target's line as charts draw it, a summary
/// below, and a mark where something is wrong. Name and summary wrap.
class TargetDelegate : public QStyledItemDelegate
{
    Q_OBJECT
public:
    TargetDelegate(const PlanDocument& plan, QObject* parent);

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    bool editorEvent(QEvent* event, QAbstractItemModel* model, const QStyleOptionViewItem& option,
                     const QModelIndex& index) override;
    QWidget* createEditor(QWidget* parent, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    void updateEditorGeometry(QWidget* editor, const QStyleOptionViewItem& option,
                              const QModelIndex& index) const override;

    /// Where the check box of a row in `row` is, for a mouse.
    static QRect checkRect(const QRect& row);

private:
    const PlanDocument& m_plan;
    mutable QHash<QString, int> m_heights; ///< of rows with these texts, at this width and in this font
    mutable int m_width = 0;
    mutable QFont m_font;
};

} // namespace bv
