#pragma once

#include "models/session_model.h"

#include <QDialog>
#include <QHash>

class QGridLayout;
class QLabel;
class QPlainTextEdit;
class QPushButton;
class QTabWidget;
class QTimer;

namespace bv {

class DataTable;
class FilterLine;
class GridModel;
class SeriesModel;

/// Everything about one run of the session that is shown: how it was called, how it ended, its figures, its points in
/// time and what sysbench printed. Not modal; follows the run while it is on, closes when another session is shown.
class RunDetails : public QDialog
{
    Q_OBJECT
public:
    /// `number` counts as in SessionModel.
    RunDetails(SessionModel& session, qsizetype number, QWidget* parent = nullptr);

    qsizetype number() const { return m_number; }
    void showRun(qsizetype number);

signals:
    /// Previous or Next was pressed.
    void numberChanged(qsizetype number);

protected:
    void changeEvent(QEvent* event) override;

private:
    QWidget* makeHead();
    QWidget* makeOverview();
    QWidget* makeTablePage(DataTable* table, const QString& whenEmpty, QLabel** emptyLabel);
    QWidget* makeOutputPage();
    void addLine(QGridLayout* lines, const QString& title, QLabel** label, const QString& name);
    /// A line without text is not shown.
    void setLine(QLabel* label, const QString& text);
    void step(int direction);
    qsizetype neighbour(int direction) const;
    void refresh();
    void updateTexts(const RunRecord* record);
    void updateFigures(const RunRecord* record);
    void updateSeries();
    void updateOutput();
    void search(bool backwards);

    SessionModel& m_session;
    qsizetype m_number;
    QLabel* m_title = nullptr;
    QLabel* m_mark = nullptr;
    QLabel* m_status = nullptr;
    QPushButton* m_previous = nullptr;
    QPushButton* m_next = nullptr;
    QTabWidget* m_tabs;
    QLabel* m_error = nullptr;
    QLabel* m_notes = nullptr;
    QLabel* m_started = nullptr;
    QLabel* m_duration = nullptr;
    QLabel* m_exit = nullptr;
    QLabel* m_parameters = nullptr;
    QLabel* m_sha = nullptr;
    QHash<QLabel*, QLabel*> m_lineTitles;
    QPlainTextEdit* m_command = nullptr;
    QPushButton* m_copyCommand = nullptr;
    GridModel* m_figures;
    SeriesModel* m_intervals;
    SeriesModel* m_samples;
    QLabel* m_noFigures = nullptr;
    QLabel* m_noIntervals = nullptr;
    QLabel* m_noSamples = nullptr;
    QWidget* m_outputPage = nullptr;
    QPlainTextEdit* m_output = nullptr;
    FilterLine* m_search = nullptr;
    QLabel* m_found = nullptr;
    QTimer* m_refresh;            ///< gathers what arrives while the run is on
    qsizetype m_outputShown = -1; ///< the run whose output is in the field
    QString m_outputText;
};

} // namespace bv
