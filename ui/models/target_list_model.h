#pragma once

#include "plan/plan.h"
#include "plan/problem.h"

#include <QAbstractListModel>
#include <optional>

namespace bv {

class PlanDocument;

/// The targets of the plan that is being edited, in its order: a check box for "in the plan", the name (editable: the
/// label), a summary and what is wrong with it. Rows can be moved. Follows the document, whoever changes it, by signals
/// of single rows, so that selection and editors of the others stay. GUI thread.
class TargetListModel : public QAbstractListModel
{
    Q_OBJECT
public:
    enum Role {
        KindRole = Qt::UserRole, ///< TargetKind as int
        SummaryRole,             ///< what the name does not say
        SeverityRole,            ///< PlanProblem::Severity as int; invalid without problems
        ProblemsRole,            ///< the messages, one a line
        IdRole,
    };

    explicit TargetListModel(PlanDocument& plan, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    QHash<int, QByteArray> roleNames() const override;

    Qt::DropActions supportedDropActions() const override { return Qt::MoveAction; }
    bool moveRows(const QModelIndex& sourceParent, int row, int count, const QModelIndex& targetParent,
                  int before) override;

private:
    struct Row
    {
        TargetSettings settings;
        bool enabled = true;
        std::optional<PlanProblem::Severity> severity;
        QString problems;
        bool operator==(const Row&) const = default;
    };
    QList<Row> rowsOfPlan() const;
    void follow();
    void takeChanges(const QList<Row>& rows, qsizetype first, qsizetype count);
    bool takeMove(const QList<Row>& rows, qsizetype first, qsizetype count);
    void takeRemovals(const QList<Row>& rows, qsizetype first, qsizetype count, qsizetype left);
    void takeInsertions(const QList<Row>& rows, qsizetype first, qsizetype count, qsizetype had);

    PlanDocument& m_plan;
    QList<Row> m_rows;
};

/// What the name of a target does not tell: "Built-in image, volume", "Scratch disk, raw 4 GiB, writethrough".
QString targetSummary(const TargetSettings& target);

} // namespace bv
