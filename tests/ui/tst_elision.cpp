#include "support/strict_messages.h"
#include "support/window_tour.h"
#include "widgets/environment_bar.h"
#include "widgets/section.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QRadioButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSpinBox>
#include <QStyleOptionComboBox>
#include <QStyleOptionSpinBox>
#include <QTabBar>

using namespace Qt::StringLiterals;
using namespace bv;

namespace {

QString shortened(const QString& text)
{
    return u'"' + QString(text).replace(u'\n', u' ').left(60) + u'"';
}

QString withoutMnemonic(QString text)
{
    return text.replace(u"&&"_s, u"\1"_s).remove(u'&').replace(u'\1', u'&');
}

/// What is cut of the widget's own text; empty when nothing is.
QString cutOf(const QLabel* label)
{
    if (label->text().isEmpty() || !label->pixmap(Qt::ReturnByValue).isNull())
        return {};
    if (!label->wordWrap()) {
        if (label->width() < label->sizeHint().width() || label->height() < label->sizeHint().height())
            return u"label %1 is %2x%3, needs %4x%5"_s.arg(shortened(label->text()))
                .arg(label->width())
                .arg(label->height())
                .arg(label->sizeHint().width())
                .arg(label->sizeHint().height());
        return {};
    }
    if (label->width() < label->minimumSizeHint().width())
        return u"a word of %1 needs %2, has %3"_s.arg(shortened(label->text()))
            .arg(label->minimumSizeHint().width())
            .arg(label->width());
    if (label->height() < label->heightForWidth(label->width()))
        return u"lines of %1 need %2, have %3"_s.arg(shortened(label->text()))
            .arg(label->heightForWidth(label->width()))
            .arg(label->height());
    return {};
}

QString cutOf(const QAbstractButton* button)
{
    const auto* tool = qobject_cast<const QToolButton*>(button);
    if (const auto* bar = qobject_cast<const EnvironmentBar*>(button))
        return bar->height() < bar->heightForWidth(bar->width()) ? u"environment bar"_s : QString();
    if (button->text().isEmpty() ||
        (tool && tool->toolButtonStyle() == Qt::ToolButtonIconOnly && !tool->icon().isNull()))
        return {};
    const bool cut = button->width() < button->sizeHint().width() || button->height() < button->sizeHint().height();
    return cut ? u"button %1 is %2x%3, needs %4x%5"_s.arg(shortened(button->text()))
                     .arg(button->width())
                     .arg(button->height())
                     .arg(button->sizeHint().width())
                     .arg(button->sizeHint().height())
               : QString();
}

QString cutOf(const QString& kind, const QString& text, const QFontMetrics& metrics, const QSize& room)
{
    const int width = metrics.horizontalAdvance(text);
    return width > room.width() || metrics.height() > room.height() + 2
               ? u"%1 %2 needs %3x%4, has %5x%6"_s.arg(kind, shortened(text))
                     .arg(width)
                     .arg(metrics.height())
                     .arg(room.width())
                     .arg(room.height())
               : QString();
}

class ComboLook : public QComboBox
{
public:
    using QComboBox::initStyleOption;
};

class SpinLook : public QAbstractSpinBox
{
public:
    using QAbstractSpinBox::initStyleOption;
};

QString cutOf(const QComboBox* box)
{
    if (box->isEditable())
        return {}; // scrolls, as every line that is written into
    QStyleOptionComboBox option;
    (box->*(&ComboLook::initStyleOption))(&option);
    const QRect room = box->style()->subControlRect(QStyle::CC_ComboBox, &option, QStyle::SC_ComboBoxEditField, box);
    const int icon = box->itemIcon(box->currentIndex()).isNull() ? 0 : box->iconSize().width() + 4;
    return cutOf(u"choice"_s, box->currentText(), box->fontMetrics(), room.size() - QSize(icon, 0));
}

QString cutOf(const QAbstractSpinBox* box)
{
    QStyleOptionSpinBox option;
    (box->*(&SpinLook::initStyleOption))(&option);
    const QRect room = box->style()->subControlRect(QStyle::CC_SpinBox, &option, QStyle::SC_SpinBoxEditField, box);
    return cutOf(u"number"_s, box->text(), box->fontMetrics(), room.size());
}

QString cutOf(const QLineEdit* line)
{
    if (!line->text().isEmpty() || line->placeholderText().isEmpty())
        return {};
    return cutOf(u"placeholder"_s, line->placeholderText(), line->fontMetrics(), line->contentsRect().size());
}

QString cutOf(const QTabBar* tabs)
{
    for (int i = 0; i < tabs->count(); ++i) {
        const QRect tab = tabs->tabRect(i);
        if (tab.right() >= tabs->width())
            return u"tab %1 ends at %2 of %3"_s.arg(shortened(tabs->tabText(i))).arg(tab.right()).arg(tabs->width());
        const QString cut = cutOf(u"tab"_s, withoutMnemonic(tabs->tabText(i)), tabs->fontMetrics(), tab.size());
        if (!cut.isEmpty())
            return cut;
    }
    return {};
}

QString ownCut(const QWidget* widget)
{
    if (const auto* label = qobject_cast<const QLabel*>(widget))
        return cutOf(label);
    if (const auto* button = qobject_cast<const QAbstractButton*>(widget))
        return cutOf(button);
    if (const auto* box = qobject_cast<const QComboBox*>(widget))
        return cutOf(box);
    if (const auto* spin = qobject_cast<const QAbstractSpinBox*>(widget))
        return cutOf(spin);
    if (const auto* line = qobject_cast<const QLineEdit*>(widget))
        return cutOf(line);
    if (const auto* tabs = qobject_cast<const QTabBar*>(widget))
        return cutOf(tabs);
    return {};
}

bool hasText(const QWidget* widget)
{
    return qobject_cast<const QLabel*>(widget) || qobject_cast<const QAbstractButton*>(widget) ||
           qobject_cast<const QComboBox*>(widget) || qobject_cast<const QAbstractSpinBox*>(widget) ||
           qobject_cast<const QTabBar*>(widget);
}

/// Whether something around it cuts it off; what can be scrolled into view is not cut.
QString cutByOthers(const QWidget* widget)
{
    QRect rect = widget->rect();
    const QWidget* from = widget;
    for (const QWidget* parent = widget->parentWidget(); parent && !from->isWindow(); parent = parent->parentWidget()) {
        rect.translate(from->pos());
        from = parent;
        bool scrollsAcross = false;
        bool scrollsDown = false;
        const auto* area = qobject_cast<const QAbstractScrollArea*>(parent->parentWidget());
        if (area && area->viewport() == parent) {
            scrollsAcross = area->horizontalScrollBar()->maximum() > 0 &&
                            area->horizontalScrollBarPolicy() != Qt::ScrollBarAlwaysOff;
            scrollsDown =
                area->verticalScrollBar()->maximum() > 0 && area->verticalScrollBarPolicy() != Qt::ScrollBarAlwaysOff;
        }
        const QRect room = parent->rect();
        const bool across = !scrollsAcross && (rect.left() < room.left() || rect.right() > room.right());
        const bool down = !scrollsDown && (rect.top() < room.top() || rect.bottom() > room.bottom());
        if (across || down) {
            return u"is outside of %1 %2"_s.arg(QLatin1String(parent->metaObject()->className()), parent->objectName());
        }
        if (scrollsAcross || scrollsDown)
            return {};
    }
    return {};
}

QString describe(const QWidget* widget)
{
    QStringList path;
    for (; widget && path.size() < 4; widget = widget->parentWidget())
        path << QLatin1String(widget->metaObject()->className()) + u'#' + widget->objectName();
    return path.join(u" < "_s);
}

} // namespace

/// That all texts are shown whole: in the smallest window, with a large font. The whole test is run once more at a
/// scale of 200 %.
class TestElision : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void cleanup();

    void nothingIsCut_data();
    void nothingIsCut();

private:
    void look(QWidget* shown, const QString& name);

    QFont m_usual;
    QStringList m_faults;
    std::unique_ptr<WindowTour> m_tour;
};

void TestElision::initTestCase()
{
    StrictMessages::install();
    m_usual = QApplication::font();
}

void TestElision::cleanup()
{
    m_tour.reset();
    QApplication::setFont(m_usual);
    QCOMPARE(StrictMessages::faults(), QStringList());
}

void TestElision::look(QWidget* shown, const QString& name)
{
    const QList<QWidget*> all = shown->findChildren<QWidget*>();
    for (const QWidget* widget : all) {
        if (!widget->isVisible() || widget->window() != shown)
            continue;
        QString cut = ownCut(widget);
        if (cut.isEmpty() && hasText(widget))
            cut = cutByOthers(widget);
        if (!cut.isEmpty())
            m_faults << u"%1: %2: %3"_s.arg(name, cut, describe(widget));
    }
}

void TestElision::nothingIsCut_data()
{
    QTest::addColumn<QString>("state");
    QTest::addColumn<QSize>("size");
    QTest::addColumn<int>("fontPercent");
    for (const char* state : {"empty", "running", "finished", "dialogs"}) {
        const QString name = QString::fromLatin1(state);
        QTest::addRow("%s, 1024 x 700", state) << name << QSize(1024, 700) << 100;
        QTest::addRow("%s, a font of 200 %%", state) << name << QSize(1600, 1000) << 200;
    }
}

void TestElision::nothingIsCut()
{
    QFETCH(QString, state);
    QFETCH(QSize, size);
    QFETCH(int, fontPercent);
    m_faults.clear();
    QFont font = m_usual;
    font.setPointSizeF(m_usual.pointSizeF() * fontPercent / 100);
    QApplication::setFont(font);
    m_tour = std::make_unique<WindowTour>();
    QVERIFY(m_tour->open(size));
    const auto lookAt = [this](QWidget* shown, const QString& name) { look(shown, name); };
    if (state == "running"_L1)
        QVERIFY(m_tour->run());
    else if (state != "empty"_L1)
        QVERIFY(m_tour->finish());
    if (state == "dialogs"_L1)
        m_tour->visitDialogs(lookAt);
    else
        m_tour->visitPages(state, lookAt);
    QCOMPARE(m_tour->window().size(), size); // it could be made that small
    for (const QString& fault : std::as_const(m_faults))
        qInfo("%s", qPrintable(fault));
    QCOMPARE(m_faults.size(), 0);
}

QTEST_MAIN(TestElision)
#include "tst_elision.moc"
