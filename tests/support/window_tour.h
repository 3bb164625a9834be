#pragma once

#include "base/english_plurals.h"
#include "base/when_done.h"
#include "main_window.h"
#include "pages/report_page.h"
#include "pages/results_page.h"
#include "pages/sessions_page.h"
#include "session_flow.h"
#include "support/fake_services.h"
#include "support/rich_session.h"
#include "window_settings.h"

#include <QAbstractItemView>
#include <QAction>
#include <QDialog>
#include <QTabWidget>
#include <QTest>
#include <QToolButton>
#include <functional>

namespace bv {

/// A window on a machine of fakes, and a walk through all that it can show: pages, dialogs, states.
class WindowTour
{
public:
    /// What is shown, and a name for it in messages.
    using Visitor = std::function<void(QWidget* shown, const QString& name)>;

    WindowTour() { QCoreApplication::installTranslator(&m_plurals); }
    ~WindowTour() { close(); }

    /// Opens a new window; false when it did not come up.
    bool open(const QSize& size)
    {
        close();
        m_expanded = false;
        m_fakes = std::make_unique<FakeServices>();
        Paths paths;
        paths.state = m_fakes->machine.path(u"statehome"_s);
        m_settings = std::make_unique<WindowSettings>(paths);
        (void)m_fakes->plan.loadPreset(u"report"_s);
        m_window = std::make_unique<MainWindow>(m_fakes->services, *m_settings);
        m_window->resize(size);
        m_window->show();
        m_window->activateWindow();
        if (!m_fakes->machine.makeGuest() || !QTest::qWaitForWindowActive(m_window.get()))
            return false;
        m_fakes->environment.check();
        return QTest::qWaitFor([this] { return !m_fakes->environment.isChecking(); }, 30'000);
    }
    void close()
    {
        if (m_window && m_window->flow().isBusy()) {
            m_window->flow().stop();
            (void)QTest::qWaitFor([this] { return !m_window->flow().isBusy(); }, 20'000);
        }
        m_window.reset();
        m_settings.reset();
        m_fakes.reset();
    }
    MainWindow& window() { return *m_window; }
    FakeServices& fakes() { return *m_fakes; }

    /// Shows a finished session; two are in the store.
    bool finish()
    {
        int stored = 0;
        for (const QString& id : {u"20261123-054210-7f3a"_s, u"20261124-101500-01ab"_s}) {
            const auto session = std::make_shared<const Session>(rich::session(id));
            whenDone(m_fakes->library.add(session), m_window.get(), [&stored](const Result<>&) { ++stored; });
        }
        if (!QTest::qWaitFor([&stored] { return stored == 2; }, 20'000))
            return false;
        m_window->flow().open(u"20261124-101500-01ab"_s);
        return QTest::qWaitFor([this] { return !m_fakes->session.isEmpty(); }, 20'000);
    }
    /// Runs a plan that takes its time; comes back when a run has ended.
    bool run()
    {
        qputenv("BV_FAKE_PACE", "0.3");
        m_fakes->plan.setPlan(fakePlan({u"docker"_s, u"qemu"_s}, 3));
        trigger(u"runAction"_s);
        return QTest::qWaitFor([this] { return m_fakes->session.progress().done > 0; }, 30'000);
    }

    void visitPages(const QString& state, const Visitor& visit)
    {
        for (const QString& section :
             {u"suitesHeader"_s, u"repeatsHeader"_s, u"fairnessHeader"_s, u"commandsHeader"_s}) {
            auto* header = m_window->findChild<QToolButton*>(section);
            if (!m_expanded)
                QTest::keyClick(header, Qt::Key_Right);
        }
        m_expanded = true;
        auto* pages = m_window->findChild<QTabWidget*>(u"pages"_s);
        auto* targets = m_window->findChild<QAbstractItemView*>(u"targetList"_s);
        for (int i = 0; i < pages->count(); ++i) {
            pages->setCurrentIndex(i);
            const QModelIndex target = targets->model()->index(i % targets->model()->rowCount(), 0);
            targets->selectionModel()->setCurrentIndex(target, QItemSelectionModel::ClearAndSelect);
            if (auto* report = qobject_cast<ReportPage*>(pages->widget(i)))
                QTRY_VERIFY(!report->isMaking());
            settle();
            visit(m_window.get(), state + u", page "_s + pages->tabText(i).remove(u'&'));
        }
    }

    /// Every dialog that the window opens, with a finished session.
    void visitDialogs(const Visitor& visit)
    {
        auto* pages = m_window->findChild<QTabWidget*>(u"pages"_s);
        const auto visitOne = [&](const QString& name, const std::function<void()>& open) {
            m_window->activateWindow();
            (void)QTest::qWaitForWindowActive(m_window.get());
            open();
            settle();
            QDialog* dialog = shownDialog();
            QVERIFY2(dialog, qPrintable(name));
            dialog->activateWindow();
            (void)QTest::qWaitForWindowActive(dialog);
            visit(dialog, name);
            const QList<QTabWidget*> tabs = dialog->findChildren<QTabWidget*>();
            for (QTabWidget* tab : tabs) {
                for (int i = 1; i < tab->count(); ++i) {
                    tab->setCurrentIndex(i);
                    settle();
                    visit(dialog, name + u", "_s + tab->tabText(i));
                }
            }
            dialog->close();
            QTRY_VERIFY2(!shownDialog(), qPrintable(name));
        };
        visitOne(u"environment"_s, [this] { trigger(u"environmentAction"_s); });
        visitOne(u"export"_s, [this] { trigger(u"exportAction"_s); });
        visitOne(u"vary"_s, [this] { click(u"varyTarget"_s); });
        visitOne(u"new virtual machine"_s, [this] { trigger(u"newVm"_s); });
        visitOne(u"all options of cpu"_s, [this] { click(u"cpu.options"_s); });
        visitOne(u"all options of fileio"_s, [this] { click(u"fileio.options"_s); });
        visitOne(u"run details"_s, [this] { emit m_window->findChild<ResultsPage*>()->runActivated(0); });
        pages->setCurrentIndex(1);
        visitOne(u"numbers"_s, [this] { triggerShown(u"chartNumbers"_s); });
        visitOne(u"image"_s, [this] { triggerShown(u"chartPng"_s); });
        pages->setCurrentWidget(m_window->findChild<SessionsPage*>());
        auto* table = m_window->findChild<QAbstractItemView*>(u"sessionTable"_s);
        QTRY_COMPARE(table->model()->rowCount(), 2);
        table->selectAll();
        visitOne(u"compare"_s, [this] { trigger(u"compareSessions"_s); });
        visitOne(u"shortcuts"_s, [this] { QTest::keyClick(m_window.get(), Qt::Key_F1); });
        visitOne(u"about"_s, [this] { trigger(u"aboutAction"_s); });
    }

private:
    /// What is queued is laid out and painted: no widget has moved for a while. On a busy machine, or under a
    /// sanitizer, that takes longer; what is still wrong then stays wrong.
    static void settle()
    {
        QHash<const QWidget*, QRect> before;
        for (int turn = 0; turn < 20; ++turn) {
            QTest::qWait(250); // longer than what the pages gather before they fit their columns
            QHash<const QWidget*, QRect> now;
            const QList<QWidget*> all = QApplication::allWidgets();
            for (const QWidget* widget : all)
                now.insert(widget, widget->geometry());
            if (now == before)
                return;
            before = now;
        }
    }
    void trigger(const QString& action) { m_window->findChild<QAction*>(action)->trigger(); }
    void triggerShown(const QString& action)
    {
        const QList<QAction*> all = m_window->findChildren<QAction*>(action);
        for (QAction* one : all) {
            const auto* owner = qobject_cast<QWidget*>(one->parent()); // a menu of the chart's frame
            if (owner && owner->parentWidget()->isVisible()) {
                one->trigger();
                return;
            }
        }
    }
    void click(const QString& button) { m_window->findChild<QToolButton*>(button)->click(); }
    QDialog* shownDialog() const
    {
        const QList<QDialog*> all = m_window->findChildren<QDialog*>();
        for (QDialog* dialog : all) {
            if (dialog->isVisible())
                return dialog;
        }
        return nullptr;
    }

    EnglishPlurals m_plurals;
    std::unique_ptr<FakeServices> m_fakes;
    std::unique_ptr<WindowSettings> m_settings;
    std::unique_ptr<MainWindow> m_window;
    bool m_expanded = false;
};

} // namespace bv
