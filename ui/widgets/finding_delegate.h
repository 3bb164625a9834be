#pragma once

#include "analysis/finding.h"
#include "style/state_icons.h"

#include <QStyledItemDelegate>

class QTreeView;

namespace bv {

/// The mark that stands beside the word of an answer: each has a shape of its own.
StateMark markOf(analysis::FindingAnswer answer, const Theme& theme);

/// Draws the rows of a FindingsModel: text wraps at the width of the view, the answer stands as a mark and a word
/// beside the sentence, or above it where there is little room. The view has to be laid out anew when its width
/// changes.
class FindingDelegate : public QStyledItemDelegate
{
    Q_OBJECT
public:
    explicit FindingDelegate(QTreeView* view);

    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    int widthOf(const QModelIndex& index) const;
    int wordWidth() const;
    bool isStacked(int width) const;
    int drawRow(QPainter* painter, const QRect& room, const QModelIndex& index, bool selected) const;
    int drawFinding(QPainter* painter, const QRect& room, const QModelIndex& index, bool selected) const;
    int drawGroup(QPainter* painter, const QRect& room, const QModelIndex& index, bool selected) const;

    QTreeView* m_view;
};

} // namespace bv
