#pragma once

#include "run/engine.h"

#include <QElapsedTimer>
#include <QHash>
#include <QObject>
#include <QSet>
#include <QString>

namespace bv::cli {

/// Shows a running session on stderr: one bar that is drawn over on a terminal, plain lines otherwise.
class ProgressView : public QObject
{
    Q_OBJECT
public:
    ProgressView(Engine& engine, const Plan& plan, QObject* parent = nullptr);

    /// Takes the bar away, so that what follows begins on a line of its own.
    void end();

private:
    void setProgress(const SessionProgress& progress);
    bool isPlainProgressDue() const;
    void notePlainProgress();
    void setPhase(const QString& words, double fraction);
    void showRun(const PlannedRun& run);
    void showRecord(const RunRecord& record);
    void showSkipped(int plannedIndex);
    void draw();
    void printLine(const QString& text);
    QString describe(const PlannedRun& run) const;

    bool m_terminal;
    bool m_colour;
    Plan m_plan;
    QHash<int, PlannedRun> m_runs;
    QHash<sysbench::Test, QStringList> m_varying; ///< parameters that tell the runs of a test apart
    QSet<QString> m_converged;                    ///< cells whose runs left out were told
    QString m_sessionId;                          ///< until it was printed
    QString m_words;
    QString m_lastPlain;
    double m_fraction = -1;
    SessionProgress m_progress;
    QElapsedTimer m_sinceProgress;
    int m_plainDone = 0; ///< runs that were done when the time left was last said
    QElapsedTimer m_sincePlain;
    bool m_drawn = false;
};

} // namespace bv::cli
