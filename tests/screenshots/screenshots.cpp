// Renders every page and state of the window into PNG files: screenshots FOLDER [WIDTH HEIGHT] [light|dark]
// The session that is shown is a real one (tests/data/session/quick.json, startup.json); the running ones are of the
// fakes.

#include "base/english_plurals.h"
#include "base/when_done.h"
#include "dialogs/import_dialog.h"
#include "main_window.h"
#include "models/findings_model.h"
#include "pages/findings_page.h"
#include "panels/fairness_panel.h"
#include "panels/setup_panel.h"
#include "session/session_json.h"
#include "session_flow.h"
#include "support/fake_services.h"
#include "window_settings.h"

#include <QAction>
#include <QApplication>
#include <QDialog>
#include <QDir>
#include <QTabWidget>
#include <QToolButton>

using namespace Qt::StringLiterals;
using namespace bv;

namespace {

/// One window with fresh folders, and the pictures of it.
class Studio
{
public:
    Studio(QString folder, QSize size, Appearance::Scheme scheme)
        : m_folder(std::move(folder))
        , m_size(size)
        , m_scheme(scheme)
    {
    }

    /// Opens a new window; false when the machine of fakes could not be set up.
    bool open()
    {
        close();
        m_fakes = std::make_unique<FakeServices>();
        m_fakes->log.follow(m_fakes->engine);
        Paths paths;
        paths.state = m_fakes->machine.path(u"statehome"_s);
        m_settings = std::make_unique<WindowSettings>(paths);
        m_fakes->appearance.setScheme(m_scheme);
        m_window = std::make_unique<MainWindow>(m_fakes->services, *m_settings);
        m_window->resize(m_size);
        m_window->show();
        return m_fakes->machine.makeGuest() && QTest::qWaitForWindowExposed(m_window.get());
    }
    void close()
    {
        if (m_window && m_window->flow().isBusy()) {
            m_window->flow().stop();
            (void)QTest::qWaitFor([this] { return !m_window->flow().isBusy(); }, 20000);
        }
        m_window.reset();
        m_settings.reset();
        m_fakes.reset();
    }
    void take(const QString& name)
    {
        QTest::qWait(150); // what is queued is painted
        QWidget* top = m_window.get();
        const QList<QDialog*> dialogs = m_window->findChildren<QDialog*>();
        for (QDialog* dialog : dialogs) {
            if (dialog->isVisible())
                top = dialog;
        }
        const QString file = m_folder + u'/' + name + u".png"_s;
        if (!top->grab().save(file))
            qFatal("%s cannot be written", qPrintable(file));
        std::printf("%s\n", qPrintable(file));
    }
    void takePages(const QString& name)
    {
        auto* pages = m_window->findChild<QTabWidget*>(u"pages"_s);
        for (int i = 0; i < pages->count(); ++i) {
            pages->setCurrentIndex(i);
            take(name + u'-' + pages->tabText(i).remove(u'&').toLower());
        }
        pages->setCurrentIndex(0);
    }
    FakeServices& fakes() { return *m_fakes; }
    MainWindow& window() { return *m_window; }
    void trigger(const char* action) { m_window->findChild<QAction*>(QString::fromLatin1(action))->trigger(); }
    template<class Condition>
    void waitFor(const Condition& condition)
    {
        if (!QTest::qWaitFor(condition, 30000))
            qFatal("a state that was to be shown did not come");
    }

private:
    QString m_folder;
    QSize m_size;
    Appearance::Scheme m_scheme;
    std::unique_ptr<FakeServices> m_fakes;
    std::unique_ptr<WindowSettings> m_settings;
    std::unique_ptr<MainWindow> m_window;
};

void takeEmpty(Studio& studio)
{
    if (!studio.open())
        qFatal("no window");
    (void)studio.fakes().plan.loadPreset(u"quick"_s);
    studio.fakes().environment.check(); // as the program does
    studio.waitFor([&] { return !studio.fakes().environment.items().isEmpty(); });
    studio.takePages(u"empty"_s);
    studio.trigger("environmentAction");
    studio.take(u"environment"_s);
}

void takeRunning(Studio& studio)
{
    if (!studio.open())
        qFatal("no window");
    Plan plan = fakePlan({u"docker"_s, u"qemu"_s}, 3);
    plan.name = u"Quick"_s;
    plan.suites << fileioSuite();
    studio.fakes().plan.setPlan(plan);
    qputenv("BV_FAKE_PACE", "0.2");
    studio.trigger("runAction");
    studio.waitFor([&] { return studio.fakes().session.session().runs.size() >= 8; });
    studio.takePages(u"running"_s);
    qputenv("BV_FAKE_PACE", "0.02");
}

void takeFinished(Studio& studio, const QString& file, const QString& name)
{
    if (!studio.open())
        qFatal("no window");
    const auto session = readSessionFile(QStringLiteral(BV_TEST_DATA) + u"/session/"_s + file);
    if (!session)
        qFatal("%s", qPrintable(session.error().message));
    const auto stored = std::make_shared<const Session>(*session);
    studio.fakes().plan.setPlan(stored->plan);
    bool added = false;
    whenDone(studio.fakes().library.add(stored), &studio.window(), [&added](const Result<>&) { added = true; });
    studio.waitFor([&added] { return added; });
    studio.window().flow().open(stored->id);
    studio.waitFor([&] { return !studio.fakes().session.isEmpty(); });
    studio.takePages(name);
}

/// What makes the plan unequal, and what findings say when they are opened.
void takeJudgements(Studio& studio)
{
    auto* setup = studio.window().findChild<SetupPanel*>();
    const QStringList open = setup->expandedSections();
    setup->setExpandedSections({u"fairness"_s});
    auto* fairness = setup->findChild<FairnessPanel*>();
    studio.waitFor([fairness] { return !fairness->isBehind(); });
    auto* pages = studio.window().findChild<QTabWidget*>(u"pages"_s);
    auto* findings = studio.window().findChild<FindingsPage*>();
    pages->setCurrentWidget(findings);
    studio.waitFor([findings] { return !findings->findings().isBehind(); });
    studio.trigger("openFindings");
    setup->findChild<QToolButton*>(u"fairnessHeader"_s)->setFocus(); // comes into view
    studio.take(u"judgements"_s);
    setup->setExpandedSections(open);
    pages->setCurrentIndex(0);
}

/// Results of others, as they are brought in.
void takeImport(Studio& studio)
{
    studio.window().openFiles({QStringLiteral(BV_TEST_DATA) + u"/reference/cpu.csv"_s,
                               QStringLiteral(BV_TEST_DATA) + u"/sysbench/1.0.20-cpu.txt"_s});
    auto* dialog = studio.window().findChild<ImportDialog*>();
    studio.waitFor([dialog] { return !dialog->isReading(); });
    studio.take(u"import"_s);
    dialog->close();
}

void takeFailed(Studio& studio)
{
    if (!studio.open())
        qFatal("no window");
    qputenv("BV_FAKE_DOCKER", "down");
    studio.trigger("runAction");
    studio.waitFor([&] { return !studio.window().flow().isBusy(); });
    studio.takePages(u"failed"_s);
    qunsetenv("BV_FAKE_DOCKER");
}

} // namespace

int main(int argc, char** argv)
{
    const QApplication application(argc, argv);
    QCoreApplication::installTranslator(new EnglishPlurals(qApp));
    const QStringList arguments = QApplication::arguments();
    const QString folder = arguments.value(1, u"screenshots"_s);
    QDir().mkpath(folder);
    const QSize size(arguments.value(2, u"1280"_s).toInt(), arguments.value(3, u"800"_s).toInt());
    const auto scheme = arguments.value(4) == "dark"_L1 ? Appearance::Scheme::Dark : Appearance::Scheme::Light;
    Studio studio(folder, size, scheme);
    takeEmpty(studio);
    takeRunning(studio);
    takeFinished(studio, u"startup.json"_s, u"startup"_s);
    takeFinished(studio, u"quick.json"_s, u"finished"_s);
    takeJudgements(studio);
    takeImport(studio);
    studio.trigger("exportAction");
    studio.take(u"export"_s);
    takeFailed(studio);
    studio.close();
    return 0;
}
