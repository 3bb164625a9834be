#include "charts/chart_view.h"
#include "support/strict_messages.h"
#include "support/window_tour.h"

#include <QAbstractScrollArea>
#include <QAbstractSpinBox>
#include <QAccessible>
#include <QComboBox>
#include <QGroupBox>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QRadioButton>
#include <QScrollBar>
#include <QSet>
#include <QTabBar>

using namespace Qt::StringLiterals;
using namespace bv;

namespace {

QString describe(const QWidget* widget)
{
    QStringList path;
    for (; widget && path.size() < 4; widget = widget->parentWidget())
        path << QLatin1String(widget->metaObject()->className()) + u'#' + widget->objectName();
    return path.join(u" < "_s);
}

/// A part of another control, which speaks for it.
bool isPart(const QWidget* widget)
{
    for (const QWidget* parent = widget->parentWidget(); parent; parent = parent->parentWidget()) {
        if (qobject_cast<const QComboBox*>(parent) || qobject_cast<const QAbstractSpinBox*>(parent))
            return true;
        if (parent->isWindow())
            return false;
    }
    return false;
}

bool isInteractive(QAccessible::Role role)
{
    static const QList<QAccessible::Role> roles{
        QAccessible::Button,   QAccessible::ButtonMenu, QAccessible::CheckBox,     QAccessible::RadioButton,
        QAccessible::ComboBox, QAccessible::SpinBox,    QAccessible::EditableText, QAccessible::PageTab,
        QAccessible::List,     QAccessible::Tree,       QAccessible::Table,        QAccessible::MenuItem,
        QAccessible::Link,     QAccessible::Slider,     QAccessible::Dial,         QAccessible::ProgressBar,
        QAccessible::Chart,    QAccessible::Graphic,    QAccessible::HotkeyField,  QAccessible::Dialog,
    };
    return roles.contains(role);
}

/// Below these stand thousands of cells, whose names are their texts.
bool isItemView(const QAccessibleInterface* interface)
{
    const auto role = interface->role();
    return role == QAccessible::List || role == QAccessible::Tree || role == QAccessible::Table;
}

void findUnnamed(QAccessibleInterface* interface, QStringList* unnamed)
{
    const QAccessible::State state = interface->state();
    if (!interface->isValid() || state.invisible)
        return;
    const auto* widget = qobject_cast<QWidget*>(interface->object());
    if (widget && (!widget->isVisible() || isPart(widget)))
        return;
    const bool scrolls = qobject_cast<const QScrollBar*>(widget);
    const bool wanted = isInteractive(interface->role()) || (state.focusable && !scrolls);
    if (wanted && interface->text(QAccessible::Name).trimmed().isEmpty())
        *unnamed << u"role %1: "_s.arg(interface->role()) + describe(widget);
    if (isItemView(interface))
        return;
    for (int i = 0; i < interface->childCount(); ++i) {
        if (QAccessibleInterface* child = interface->child(i))
            findUnnamed(child, unnamed);
    }
}

QList<QWidget*> visibleWidgets(QWidget* top)
{
    QList<QWidget*> found = top->findChildren<QWidget*>();
    found.removeIf([top](const QWidget* widget) { return !widget->isVisible() || widget->window() != top; });
    return found;
}

/// Whose turn it is with Tab: the proxy, or the control that a line or viewport is a part of.
QWidget* ownerOf(QWidget* widget)
{
    while (widget->focusProxy())
        widget = widget->focusProxy();
    for (QWidget* parent = widget->parentWidget(); parent && !widget->isWindow(); parent = parent->parentWidget()) {
        if (qobject_cast<QComboBox*>(parent) || qobject_cast<QAbstractSpinBox*>(parent))
            return parent;
    }
    return widget;
}

/// The text that may hold a mnemonic, where it is one that works.
QStringList mnemonicTexts(const QWidget* widget)
{
    if (const auto* label = qobject_cast<const QLabel*>(widget))
        return label->buddy() && label->buddy()->isVisible() && label->buddy()->isEnabled() ? QStringList{label->text()}
                                                                                            : QStringList();
    if (const auto* button = qobject_cast<const QAbstractButton*>(widget))
        return {button->text()};
    if (const auto* box = qobject_cast<const QGroupBox*>(widget))
        return {box->title()};
    QStringList texts;
    if (const auto* tabs = qobject_cast<const QTabBar*>(widget)) {
        for (int i = 0; i < tabs->count(); ++i)
            texts << tabs->tabText(i);
    }
    return texts;
}

QStringList clashesOf(const QStringList& texts)
{
    QMap<QString, QStringList> users;
    for (const QString& text : texts) {
        const QKeySequence key = QKeySequence::mnemonic(text);
        if (!key.isEmpty())
            users[key.toString()] << text;
    }
    QStringList clashes;
    for (auto it = users.cbegin(); it != users.cend(); ++it) {
        if (it->size() > 1)
            clashes << it.key() + u": "_s + it->join(u" | "_s);
    }
    return clashes;
}

} // namespace

/// That nothing in the window needs eyes or a mouse.
class TestAccessibility : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase()
    {
        StrictMessages::install();
        QAccessible::setActive(true);
    }
    void init();
    void cleanup();

    void emptyWindow();
    void finishedSession();
    void runningSession();
    void dialogs();
    void menus();

private:
    void check(QWidget* shown, const QString& name);
    void checkNames(QWidget* shown, const QString& name);
    void checkTabOrder(QWidget* shown, const QString& name);
    void checkMnemonics(QWidget* shown, const QString& name);
    void report();
    void tell(const QString& name, const QString& sentence, const QStringList& found);

    std::unique_ptr<WindowTour> m_tour;
    QStringList m_faults;
};

void TestAccessibility::init()
{
    m_faults.clear();
    m_tour = std::make_unique<WindowTour>();
    QVERIFY(m_tour->open({1280, 800}));
}

void TestAccessibility::cleanup()
{
    m_tour.reset();
    QCOMPARE(StrictMessages::faults(), QStringList());
}

void TestAccessibility::tell(const QString& name, const QString& sentence, const QStringList& found)
{
    for (const QString& one : found)
        m_faults << name + u": "_s + sentence + u": "_s + one;
}

/// Not in one message, which Qt Test cuts.
void TestAccessibility::report()
{
    for (const QString& fault : std::as_const(m_faults))
        qInfo("%s", qPrintable(fault));
    QCOMPARE(m_faults.size(), 0);
}

void TestAccessibility::check(QWidget* shown, const QString& name)
{
    checkNames(shown, name);
    checkMnemonics(shown, name);
    checkTabOrder(shown, name);
}

void TestAccessibility::checkNames(QWidget* shown, const QString& name)
{
    QStringList unnamed;
    findUnnamed(QAccessible::queryAccessibleInterface(shown), &unnamed);
    const QList<QWidget*> widgets = visibleWidgets(shown);
    for (const QWidget* widget : widgets) {
        const auto* chart = qobject_cast<const ChartView*>(widget);
        if (chart && (chart->accessibleName().isEmpty() || chart->accessibleDescription().isEmpty()))
            unnamed << u"chart: "_s + describe(chart);
    }
    tell(name, u"has no name"_s, unnamed);
}

void TestAccessibility::checkMnemonics(QWidget* shown, const QString& name)
{
    QStringList texts;
    const QList<QWidget*> widgets = visibleWidgets(shown);
    for (const QWidget* widget : widgets) {
        if (widget->isEnabled())
            texts << mnemonicTexts(widget);
    }
    tell(name, u"mnemonic used twice"_s, clashesOf(texts));
}

/// Tab goes round, and meets everything that can have the focus.
void TestAccessibility::checkTabOrder(QWidget* shown, const QString& name)
{
    constexpr int most = 400;
    shown->activateWindow();
    if (!QApplication::focusWidget() || QApplication::focusWidget()->window() != shown)
        QTest::keyClick(shown, Qt::Key_Tab);
    QWidget* first = QApplication::focusWidget();
    if (!first || first->window() != shown) {
        tell(name, u"nothing takes the focus"_s, {QString()});
        return;
    }
    QSet<QWidget*> met;
    QWidget* now = first;
    int presses = 0;
    do {
        met << ownerOf(now);
        QTest::keyClick(now, Qt::Key_Tab);
        QWidget* next = QApplication::focusWidget();
        if (next == now && now == first)
            break; // nothing else to go to
        if (!next || next == now) {
            tell(name, u"Tab does not leave"_s, {describe(now)});
            return;
        }
        now = next;
    } while (now != first && ++presses < most);
    if (now != first)
        tell(name, u"Tab does not come round; last at"_s, {describe(now)});
    QStringList missed;
    const QList<QWidget*> widgets = visibleWidgets(shown);
    for (QWidget* widget : widgets) {
        const bool wants = (widget->focusPolicy() & Qt::TabFocus) != 0 && widget->isEnabled();
        // Of radio buttons only the chosen one has a turn; arrows do the rest.
        const auto* radio = qobject_cast<const QRadioButton*>(widget);
        if (wants && !met.contains(ownerOf(widget)) && !(radio && !radio->isChecked()))
            missed << describe(widget);
    }
    tell(name, u"Tab does not meet"_s, missed);
    // And whatever is pressed by mouse can be reached by key.
    QStringList mouseOnly;
    for (const QWidget* widget : widgets) {
        const auto* button = qobject_cast<const QAbstractButton*>(widget);
        if (button && button->isEnabled() && (button->focusPolicy() & Qt::TabFocus) == 0 && !isPart(button) &&
            button->actions().isEmpty() && !qobject_cast<const QRadioButton*>(button) &&
            !qobject_cast<const QLineEdit*>(button->parentWidget()) &&
            !qobject_cast<const QTabBar*>(button->parentWidget()) &&
            !qobject_cast<const QAbstractScrollArea*>(button->parentWidget()))
            mouseOnly << describe(button);
    }
    tell(name, u"is for the mouse only"_s, mouseOnly);
}

void TestAccessibility::emptyWindow()
{
    m_tour->visitPages(u"empty"_s, [this](QWidget* shown, const QString& name) { check(shown, name); });
    report();
}

void TestAccessibility::finishedSession()
{
    QVERIFY(m_tour->finish());
    m_tour->visitPages(u"finished"_s, [this](QWidget* shown, const QString& name) { check(shown, name); });
    report();
}

void TestAccessibility::runningSession()
{
    QVERIFY(m_tour->run());
    m_tour->visitPages(u"running"_s, [this](QWidget* shown, const QString& name) { checkNames(shown, name); });
    report();
}

void TestAccessibility::dialogs()
{
    QVERIFY(m_tour->finish());
    m_tour->visitDialogs([this](QWidget* shown, const QString& name) { check(shown, name); });
    report();
}

void TestAccessibility::menus()
{
    QVERIFY(m_tour->finish());
    const QList<QMenu*> menus = m_tour->window().findChildren<QMenu*>();
    QVERIFY(!menus.isEmpty());
    for (const QMenu* menu : menus) {
        QStringList texts;
        const QList<QAction*> actions = menu->actions();
        for (const QAction* action : actions) {
            texts << action->text().section(u'\t', 0, 0);
            if (!action->isSeparator() && action->text().isEmpty())
                m_faults << u"no text: "_s + describe(menu);
        }
        tell(describe(menu), u"mnemonic used twice"_s, clashesOf(texts));
    }
    report();
}

QTEST_MAIN(TestAccessibility)
#include "tst_accessibility.moc"
