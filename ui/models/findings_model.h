#pragma once

#include "analysis/finding.h"

#include <QAbstractItemModel>
#include <QTimer>

namespace bv {

class SessionModel;

/// What the session that is shown says, as a tree: groups, findings in them, and below each finding what could explain
/// it, what would test that and which runs it is about. Findings are made on the pool, one at a time: when the session
/// has changed, and while it is measured every few seconds at most. GUI thread; Qt Core only.
class FindingsModel : public QAbstractItemModel
{
    Q_OBJECT
public:
    enum class Group : quint8 { Questions, Comparisons, Doubts, Fairness };
    static constexpr int groupCount = 4;
    /// What a row is. Nothing: the one row of a group without findings, which says so.
    enum class Kind : quint8 { Group, Nothing, Finding, Cause, Check, Evidence };
    enum Role {
        KindRole = Qt::UserRole,
        WordRole,      ///< of a finding: "Yes", "No difference shown", "Unstable"
        AnswerRole,    ///< of a finding: analysis::FindingAnswer as int
        StatementRole, ///< of a finding: what was asked; empty where nothing was
        SentenceRole,  ///< of a finding: what was found
        KeyRole,       ///< of groups and findings: tells them again when the model was reset
        CountRole,     ///< of a group: its findings that are shown
    };

    /// `session` has to live longer.
    explicit FindingsModel(SessionModel& session, QObject* parent = nullptr);

    /// Whether anybody looks; findings are made only then. Off at first.
    void setWanted(bool wanted);
    /// Whether the findings of the session as it is now are still to come.
    bool isBehind() const { return m_stale || m_computing; }
    /// Nothing has been found yet, or there is no session.
    bool isEmpty() const { return m_findings.isEmpty(); }
    /// Only findings that have every word in their texts.
    void setSearch(const QString& text);
    bool isSearching() const { return !m_words.isEmpty(); }

    /// The finding of the row, or of the one above it; nullptr for groups. Until the next reset.
    const analysis::Finding* findingAt(const QModelIndex& index) const;
    /// The numbers in SessionModel of the runs that the finding is about.
    QList<qsizetype> runsOf(const analysis::Finding& finding) const;
    /// The findings of the rows, each once and in the order shown, as plain text; of all that are shown where none is
    /// given.
    QString textOf(const QModelIndexList& rows) const;
    /// The longest text that WordRole may have.
    static QStringList words();

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& index) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

signals:
    /// isBehind(), isEmpty() or the rows have changed.
    void contentChanged();

private:
    struct Detail
    {
        Kind kind = Kind::Cause;
        QString text;
    };
    struct Row
    {
        qsizetype finding = 0; ///< place in m_findings
        Group group = Group::Questions;
        QList<Detail> details;
    };
    void beginAnew();
    void later(int delayMs);
    void compute();
    void take(int generation, const QList<analysis::Finding>& findings);
    void fill();
    bool matches(const analysis::Finding& finding) const;
    Row rowOf(qsizetype finding) const;
    QVariant groupData(Group group, int role) const;
    QVariant findingData(const Row& row, int role) const;

    SessionModel& m_session;
    QTimer m_timer;
    QList<analysis::Finding> m_findings;
    QList<Row> m_rows;                                  ///< those that are shown
    QList<Group> m_groups;                              ///< those that are shown
    std::array<QList<qsizetype>, groupCount> m_members; ///< places in m_rows by group
    QStringList m_words;
    int m_generation = 0; ///< tells answers about an earlier session
    bool m_wanted = false;
    bool m_stale = false;
    bool m_computing = false;
};

} // namespace bv
