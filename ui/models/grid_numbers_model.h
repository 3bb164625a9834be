#pragma once

#include "models/grid_data.h"

#include <QAbstractTableModel>

namespace bv {

/// A scaling chart or heat map as a table: a row per arrangement.
class GridNumbersModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column { Arrangement, Size, Count, Mean, Low, High, ColumnCount };
    struct Row
    {
        QString name;
        QString size;
        GridValue value;
    };
    using Rows = QList<Row>;

    GridNumbersModel(QString sizeTitle, QString unit, Rows rows, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QString m_sizeTitle;
    QString m_unit;
    Rows m_rows;
};

} // namespace bv
