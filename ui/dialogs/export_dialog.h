#pragma once

#include "base/result.h"
#include "plan/machine_limits.h"
#include "run/engine_settings.h"
#include "session/session.h"

#include <QDialog>
#include <QImage>
#include <QSet>
#include <QSize>
#include <functional>
#include <memory>

class QCheckBox;
class QComboBox;
class QGridLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QScrollArea;
class QSpinBox;

namespace bv {

class MessageBar;
class ReportMaker;
struct MadeReport;

/// A chart that can be exported.
struct ExportChart
{
    QString id;    ///< becomes part of the file's name: "cpu"
    QString title; ///< for people
};

enum class ChartFormat { Png, Svg };

/// A drawn chart; the image becomes a PNG on a pool thread.
struct DrawnChart
{
    QImage image;   ///< for Png
    QByteArray svg; ///< for Svg
};

/// Draws one chart, as PNG with `scale` times `size` pixels. Called on the GUI's thread.
using ChartRenderer =
    std::function<Result<DrawnChart>(const QString& chartId, ChartFormat format, const QSize& size, int scale)>;

/// Writes what is chosen of a session into a folder: the report, tables as CSV, everything as JSON, charts as PNG and
/// SVG, and the bundle that measures it again, which is a folder in that folder. The files are made and written beside
/// the GUI's thread. No file is replaced that the dialog has not named before. What does not fit on the screen is
/// scrolled; the buttons are always in sight. Open it with open() or show().
class ExportDialog : public QDialog
{
    Q_OBJECT
public:
    explicit ExportDialog(std::shared_ptr<const Session> session, QWidget* parent = nullptr);

    const std::shared_ptr<const Session>& session() const { return m_session; }
    /// Without charts their choices are not offered.
    void setCharts(const QList<ExportChart>& charts, ChartRenderer render);

    /// Offers the bundle and the report. What their commands need to be told.
    void setBundle(const EngineSettings& settings, const MachineLimits& limits);

    /// While files are written it begins no further one, and stays open.
    void reject() override;

signals:
    /// The files that have been written; some may have failed.
    void exported(const QStringList& paths);

private:
    enum class Content { Pdf, Html, SummaryCsv, RawCsv, Json, Bundle, Png, Svg };
    struct Choice
    {
        Content content;
        QCheckBox* box;
        QLabel* files;
    };
    struct Job
    {
        Content content;
        QString chart;
        QString path;
    };
    void addChoice(QGridLayout* grid, Content content, const QString& text, const QString& name, bool on);
    void showBundle(bool on);
    QWidget* makeContent();
    QLayout* makeButtons();
    void makeChartOptions(QGridLayout* grid);
    QWidget* makeFolderLine();
    QString folder() const;
    QStringList fileNames(Content content) const;
    QStringList chosenNames() const;
    void updateFiles();
    void lookAtFolder(const QStringList& names);
    void showExisting(const QSet<QString>& there);
    void updateReplaced();
    void updateSize();
    bool wantsTooLarge() const;
    void growToFit();
    void ask();
    void begin();
    void next();
    void draw(const Job& job);
    void writeReport(const Job& job);
    void take(const Job& job, const Result<>& written);
    void finish();

    std::shared_ptr<const Session> m_session;
    QList<ExportChart> m_charts;
    ChartRenderer m_render;
    EngineSettings m_settings; ///< for the bundle
    MachineLimits m_limits;
    ReportMaker* m_maker; ///< of the report, once for both of its forms
    std::shared_ptr<const MadeReport> m_report;
    QList<Choice> m_choices;
    QScrollArea* m_area;
    QWidget* m_chartOptions = nullptr;
    QSpinBox* m_width = nullptr;
    QSpinBox* m_height = nullptr;
    QComboBox* m_scale = nullptr;
    QLineEdit* m_folder = nullptr;
    QLabel* m_sizeText = nullptr;
    QLabel* m_replaced = nullptr;
    QPushButton* m_export = nullptr;
    QPushButton* m_close = nullptr;
    MessageBar* m_message;
    QList<Job> m_jobs;   ///< still to be begun
    qsizetype m_all = 0; ///< files of this export; 0: none is on
    QStringList m_written;
    QStringList m_errors;
    QSet<QString> m_existing; ///< names that are shown as being there
    int m_looks = 0;          ///< answers to an earlier look at the folder are dropped
    bool m_asking = false;    ///< the folder is looked at once more before files are written
};

} // namespace bv
