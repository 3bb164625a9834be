#pragma once

#include <QDialog>

class QAbstractTableModel;
class QTableView;

namespace bv {

class Plot;

/// The numbers of a chart as a table, which can be read, selected and copied (as TSV).
class NumbersDialog : public QDialog
{
    Q_OBJECT
public:
    explicit NumbersDialog(const Plot& plot, QWidget* parent = nullptr);

private:
    void copy() const;

    QAbstractTableModel* m_numbers;
    QTableView* m_table;
};

} // namespace bv
