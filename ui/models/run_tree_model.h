#pragma once

#include "analysis/summary.h"
#include "models/session_model.h"

#include <QAbstractItemModel>
#include <QBitArray>
#include <limits>
#include <memory>
#include <vector>

namespace bv {

struct Figure;

/// The runs of a SessionModel that have begun: tests with their parameters; below each its targets, which carry the
/// mean of the repeats; below each target a row per repeat and, from two good repeats on, the deviation, the median and
/// the confidence interval. Follows the session run by run with row signals. GUI thread.
class RunTreeModel : public QAbstractItemModel
{
    Q_OBJECT
public:
    enum class Kind { Test, Target, Run, Deviation, Median, Interval };
    Q_ENUM(Kind)
    /// The columns of figures stand between Status and Started; see figureColumns().
    enum Column { Name, Status, FirstFigure };
    enum Role {
        SortRole = Qt::UserRole, ///< a number, a time or a text; nothing where there is no value
        KindRole,                ///< int of Kind
        RunRole,                 ///< the run's number in SessionModel, -1 for other rows
        StateRole,               ///< int of RunState of a run; -1 for other rows
        WarmUpRole,              ///< bool: a run that does not count
        FailedRole,              ///< bool: a run that ended badly, or a target with such runs
        TargetRole,              ///< the target's id
        TestRole,                ///< the comparison key of the test
        SearchRole,              ///< the words a filter looks in
        ExactRole,               ///< the figure of a cell with all its digits; nothing where there is none
    };

    explicit RunTreeModel(SessionModel& session, QObject* parent = nullptr);
    ~RunTreeModel() override;

    static int startedColumn();
    static int durationColumn();
    static int remarkColumn();

    /// Whether any row has something in that column.
    bool hasValues(int column) const { return m_filled.testBit(column); }
    /// Whether any figure was computed instead of printed.
    bool hasDerived() const { return m_derived.count(true) > 0; }
    /// A text as wide as any figure in that column, of runs and of what they come to.
    QString widestFigure(int column) const;
    /// The row of a run; invalid for one that has not begun.
    QModelIndex indexOfRun(qsizetype number, int column = 0) const;
    const SessionModel& session() const { return m_session; }

    struct Choice
    {
        QString key;
        QString name;
    };
    QList<Choice> tests() const;
    QList<Choice> targets() const;

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& index) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

signals:
    /// hasValues(), hasDerived(), tests() or targets() have changed.
    void contentChanged();

private:
    /// Of figures, by which they are as wide as they are; 0 has one digit.
    struct Extent
    {
        double smallest = std::numeric_limits<double>::infinity();
        double largest = 0;
        void add(double value);
        void add(const Extent& other);
    };
    struct Node
    {
        Kind kind = Kind::Test;
        Node* parent = nullptr;
        int row = 0;
        qint64 rank = 0; ///< orders the children of a node
        std::vector<std::unique_ptr<Node>> children;
        QString key;           ///< of a test the comparison key, of a target its id
        qsizetype number = -1; ///< of a run

        // Of a target; the summaries are made when they are looked at.
        int good = 0;
        int failed = 0;
        mutable bool stale = true;
        mutable QList<std::optional<analysis::Summary>> summaries; ///< by column of figures
        mutable QBitArray derived;                                 ///< whether one of those figures was computed
        mutable QList<Extent> extents;                             ///< of what the summaries show
    };
    void build();
    void update(qsizetype number);
    void removeRun(Node* run);
    Node* testFor(qsizetype number);
    Node* targetFor(Node* test, const QString& id);
    /// A child at its place among its brothers, which are ordered by `rank`; made where it is missing.
    Node* childAt(Node* parent, Kind kind, qint64 rank, const QString& key = {}, qsizetype number = -1);
    void removeChild(Node* parent, int row);
    void updateSummaryRows(Node* target);
    void announce(Node* node);
    bool noteValues(qsizetype number);
    QString keyOf(qsizetype number);

    QModelIndex indexOf(const Node* node, int column = 0) const;
    const analysis::Summary* summary(const Node* target, int column) const;
    void summarize(const Node* target) const;
    QVariant display(const Node* node, int column) const;
    QVariant sortValue(const Node* node, int column) const;
    QString runText(const Node* node, int column) const;
    /// The figure a cell shows, and whether it was computed by this program instead of printed by sysbench.
    std::optional<Figure> figure(const Node* node, int column) const;
    QString statusText(const Node* node) const;
    QString nameText(const Node* node) const;
    QString searchText(const Node* node) const;

    SessionModel& m_session;
    std::unique_ptr<Node> m_root;
    QHash<qsizetype, Node*> m_runs;
    QHash<QString, qint64> m_testRanks;
    QHash<QString, QString> m_testNames;
    QHash<QString, qint64> m_targetRanks;
    QBitArray m_filled;
    QList<Extent> m_extents; ///< of the runs' figures, by column
    QBitArray m_derived;     ///< columns of figures of which some were computed
    bool m_building = false;
    // Neighbouring runs mostly have the same parameters.
    QJsonObject m_lastParams;
    sysbench::Test m_lastTest = sysbench::Test::Unknown;
    QString m_lastKey;
};

/// The words of a run's state in tables: "done", "failed", "timed out", …; a warm-up says that it does not count.
QString runStatusText(RunState state, const RunRecord* record, bool discarded);

} // namespace bv
