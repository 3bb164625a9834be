#pragma once

#include <QSortFilterProxyModel>

namespace bv {

/// The lines of one source of a LogModel, or of all. The order stays.
class LogFilter : public QSortFilterProxyModel
{
    Q_OBJECT
public:
    using QSortFilterProxyModel::QSortFilterProxyModel;

    /// Null: all of them.
    void setSource(const QString& source);
    /// The next row below (or above) `row` whose text or source contains `text`; goes round once; -1 if there is none.
    int find(const QString& text, int row, bool backwards) const;

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

private:
    QString m_source;
};

} // namespace bv
