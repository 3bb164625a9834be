#pragma once

#include "models/run_tree_model.h"

#include <QSortFilterProxyModel>

namespace bv {

/// Filters and sorts a RunTreeModel. Repeats are sorted within their target; tests, targets and summary rows keep their
/// places. Rows without a value come last, whatever the order.
class RunFilterModel : public QSortFilterProxyModel
{
    Q_OBJECT
public:
    enum class Status { Any, Ok, Failed, Cancelled, Running };

    explicit RunFilterModel(RunTreeModel& runs, QObject* parent = nullptr);

    /// Every word must be found in test, target, repeat, status or remarks.
    void setText(const QString& text);
    /// Empty: any.
    void setTarget(const QString& id);
    void setTest(const QString& key);
    void setStatus(Status status);
    bool isFiltering() const;

    void sort(int column, Qt::SortOrder order) override;

    /// The rows (in the order they are shown, any column) as tab-separated text with a header; test and target stand in
    /// each line. Numbers have all their digits; what is absent is an empty cell.
    QString tsv(const QModelIndexList& rows, const QList<int>& columns) const;

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;
    bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;

private:
    QStringList tsvRow(const QModelIndex& row, const QList<int>& columns) const;

    RunTreeModel& m_runs;
    QStringList m_words;
    QString m_target;
    QString m_test;
    Status m_status = Status::Any;
    Qt::SortOrder m_order = Qt::AscendingOrder;
};

} // namespace bv
