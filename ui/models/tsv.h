#pragma once

#include <QAbstractItemModel>

namespace bv {

/// A cell of tab-separated text: tabs and line ends become spaces, and what a spreadsheet would take for a formula gets
/// an apostrophe in front, as in the CSV files. An en dash for what is absent becomes an empty cell.
QString tsvCell(QString text);
/// A number with all its digits.
QString tsvNumber(double number);

/// Rows of a flat model as tab-separated text with a header. Where a cell has a number in `exactRole`, that is written.
QString tsvOf(const QAbstractItemModel& model, const QList<int>& rows, const QList<int>& columns, int exactRole);

} // namespace bv
