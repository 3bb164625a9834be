#pragma once

#include <QAbstractTableModel>
#include <QDateTime>
#include <deque>

namespace bv {

class Engine;

/// What the programs, the engine and the window said, newest last. At most `limit` lines; the oldest go first. GUI
/// thread.
class LogModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column { Time, Source, Text, ColumnCount };
    static constexpr int limit = 20'000;

    explicit LogModel(QObject* parent = nullptr);

    /// Takes down what `engine` says from now on: phases, notes, log lines of targets, beginnings and ends of runs.
    void follow(Engine& engine);
    void add(const QString& source, const QString& text);

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
    };
    std::deque<Line> m_lines;
};

} // namespace bv
