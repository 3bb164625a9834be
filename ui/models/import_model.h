#pragma once

#include "import/import_preview.h"

#include <QAbstractTableModel>

namespace bv {

/// The runs that are about to be imported, a row each. Whatever a file does not tell, or was guessed, can be written
/// into the cells. Qt Core only, GUI thread.
class ImportModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column { Source, Target, Kind, Parameters, Repeat, Figure, Remark, ColumnCount };
    enum Role {
        ChoicesRole = Qt::UserRole + 16, ///< QStringList: what may be chosen; empty where anything may be written
        MissingRole,                     ///< bool: the row cannot be stored as it is
        GuessedRole,                     ///< bool: the cell was guessed
    };

    using QAbstractTableModel::QAbstractTableModel;

    void setPreview(const ImportPreview& preview);
    const ImportPreview& preview() const { return m_preview; }
    /// Rows that are included.
    int includedCount() const { return m_included; }
    /// Included rows that something is missing of.
    int missingCount() const { return m_missing; }
    /// The first of these; -1 where there is none.
    int firstMissing() const;
    void setIncluded(const QList<int>& rows, bool included);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    /// False, and refused(), where the text cannot be what the column is about.
    bool setData(const QModelIndex& index, const QVariant& value, int role = Qt::EditRole) override;
    /// The same text in several rows; told as one change.
    bool setCells(const QList<int>& rows, int column, const QString& text);

signals:
    /// Which rows are included, or what is missing of them, has changed.
    void contentChanged();
    /// What was written cannot be used, and why.
    void refused(const QString& sentence);

private:
    Result<> write(ImportRow& row, int column, const QString& text) const;
    void count();
    QString display(const ImportRow& row, int column) const;
    QString edited(const ImportRow& row, int column) const;
    QStringList choices(int column) const;

    ImportPreview m_preview;
    int m_included = 0;
    int m_missing = 0;
};

} // namespace bv
