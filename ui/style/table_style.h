#pragma once

class QAbstractItemView;
class QHeaderView;

namespace bv {

/// Room at both sides of the cells and headers of a table, so that a right-aligned column does not touch the next one.
void useTableStyle(QAbstractItemView* view, QHeaderView* header);

/// What useTableStyle() adds to the height of a line of text.
int tableRowHeight(const QAbstractItemView* view);

} // namespace bv
