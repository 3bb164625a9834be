#pragma once

#include <QSortFilterProxyModel>

namespace bv {

/// The lines of one source and one run of a LogModel, or of all. The order stays.
class LogFilter : public QSortFilterProxyModel
{
    Q_OBJECT
public:
    using QSortFilterProxyModel::QSortFilterProxyModel;

    /// Null: all of them.
    void setSource(const QString& source);
    /// The number of a LogModel::Run; -1: all lines, in a run or not.
    void setRun(qint64 run);
    /// The next row below (or above) `row` whose text or source contains `text`; goes round once; -1 if there is none.
    int find(const QString& text, int row, bool backwards) const;

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

private:
    QString m_source;
    qint64 m_run = -1;
};

} // namespace bv
