#pragma once

#include <QAbstractTableModel>
#include <QDateTime>
#include <deque>

namespace bv {

class Engine;
struct PlannedRun;

/// What the programs, the engine and the window said, newest last, and in which run. At most `limit` lines; the oldest
/// go first. GUI thread.
class LogModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column { Time, Source, Text, ColumnCount };
    enum Role { RunRole = Qt::UserRole }; ///< the number of the Run that the line belongs to; -1: to none
    static constexpr int limit = 20'000;

    /// A run that lines are left of. Sessions follow each other in one log, so it has a number of its own.
    struct Run
    {
        qint64 number = 0;
        QString source; ///< as the lines name it
        QString title;  ///< "docker: cpu 20000, repeat 1 (08:05:12)"
        qint64 end = 0; ///< the place behind its last line, counted from the first line ever
    };

    explicit LogModel(QObject* parent = nullptr);

    /// Takes down what `engine` says from now on: phases, notes, log lines of targets, beginnings and ends of runs.
    void follow(Engine& engine);
    void add(const QString& source, const QString& text);
    /// The oldest first.
    const std::deque<Run>& runs() const { return m_runs; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Line
    {
        QDateTime time;
        QString source; ///< a target's id, or empty for the program itself
        QString text;
        qint64 run = -1;
    };
    void begin(const PlannedRun& run);
    void dropLines(int count);

    std::deque<Line> m_lines;
    std::deque<Run> m_runs;
    qint64 m_dropped = 0; ///< lines that have gone
    qint64 m_nextRun = 0;
    bool m_inRun = false; ///< the last of m_runs is on
};

} // namespace bv
