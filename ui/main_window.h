#pragma once

#include "base/error.h"
#include "services.h"

#include <QMainWindow>
#include <QTimer>
#include <functional>
#include <memory>

class QAction;
class QComboBox;
class QLabel;
class QSplitter;
class QTabWidget;

namespace bv {

struct Plan;
struct Session;
struct SessionOutcome;
class ExportDialog;
class FindingsPage;
class LivePage;
class MessageBar;
class ResultsPage;
class RunBar;
class ScreenWindow;
class SessionFlow;
class SessionsPage;
class SetupPanel;
class WindowSettings;

/// The window: toolbar, setup column, pages, status line. It asks `SessionFlow` for everything that happens to
/// sessions.
class MainWindow : public QMainWindow
{
    Q_OBJECT
public:
    MainWindow(const Services& services, WindowSettings& settings, QWidget* parent = nullptr);
    ~MainWindow() override;

    /// Opens a session or plan file; what is wrong with it is said in the window.
    void openFile(const QString& path);
    /// The same for one session or plan; other files and folders are results to import.
    void openFiles(const QStringList& paths);
    /// Ends at once what can be ended, as after SIGTERM: a session that runs is stopped, then the window closes.
    void closeWithoutAsking();

    SessionFlow& flow() const { return *m_flow; }

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void makeActions();
    void makeToolBar();
    void makeBody();
    void makeStatusLine();
    void connectFlow();
    void restoreLayout();
    void keepLayout();

    void updatePlan();
    void updateRunning();
    void updateTitle();
    void updateRunBar();
    void sayWritten(const QString& path);
    void choosePlan(int index);
    void savePlan();
    void askForFile();
    void showImport(const QStringList& paths);
    void showEnvironment();
    void showExport();
    void toggleReplay();
    void present();
    void showScreen();
    void offerScreen(const QString& targetId, const QString& socketPath);
    void offerCharts(ExportDialog* dialog);
    void showAbout();
    void showShortcuts();
    void showRunDetails(qsizetype number);
    void showRuns(const QList<qsizetype>& numbers);
    void showOutcome(const SessionOutcome& outcome, double seconds);
    std::function<void()> planUndo() const;
    void askBeforeClosing();

    Services m_services;
    WindowSettings& m_settings;
    std::unique_ptr<SessionFlow> m_flow;
    QAction* m_run = nullptr;
    QAction* m_stop = nullptr;
    QAction* m_open = nullptr;
    QAction* m_savePlan = nullptr;
    QAction* m_export = nullptr;
    QAction* m_environment = nullptr;
    QAction* m_replayAction = nullptr;
    QAction* m_present = nullptr;
    QAction* m_screenAction = nullptr;
    QAction* m_quit = nullptr;
    QComboBox* m_plans = nullptr;
    QLabel* m_summary = nullptr;
    RunBar* m_runBar = nullptr;
    MessageBar* m_message = nullptr;
    QSplitter* m_splitter = nullptr;
    SetupPanel* m_setup = nullptr;
    QTabWidget* m_pages = nullptr;
    LivePage* m_live = nullptr;
    ScreenWindow* m_screen = nullptr; ///< made with the first VM that has one
    ResultsPage* m_results = nullptr;
    FindingsPage* m_findings = nullptr;
    SessionsPage* m_sessions = nullptr;
    QTimer m_keepPlan;           ///< the plan is stored a moment after the last edit
    bool m_engineSpeaks = false; ///< the engine has said what it does
    bool m_closing = false;      ///< closes as soon as the session has ended
};

} // namespace bv
