#pragma once

#include <QHash>
#include <QTableView>

namespace bv {

/// A flat table in the look of the program: rows are selected, Ctrl+C copies them as tab-separated text with a header
/// (numbers in full where the model has them in Qt::UserRole), nothing is elided. Columns are as wide as their content.
class DataTable : public QTableView
{
    Q_OBJECT
public:
    explicit DataTable(const QString& accessibleName, QWidget* parent = nullptr);

    void setModel(QAbstractItemModel* model) override;
    /// The selected rows; all where none is selected.
    void copyRows();
    /// Columns by their content; done by itself when the model is reset.
    void fitColumns();
    /// Columns that have become too narrow for their content grow; one the user has set stays as it is.
    void growColumns();

private:
    QHash<int, int> m_widths; ///< as set here; a width that differs is the user's
};

} // namespace bv
