#include "widgets/filter_line.h"

#include "style/icons.h"

#include <QAction>
#include <QKeyEvent>
#include <QShortcut>
#include <QToolButton>

using namespace Qt::StringLiterals;

namespace bv {

void nameClearButton(QLineEdit* line)
{
    const QList<QToolButton*> buttons = line->findChildren<QToolButton*>();
    for (QToolButton* button : buttons) {
        if (button->text().isEmpty() && button->accessibleName().isEmpty())
            button->setAccessibleName(FilterLine::tr("Clear"));
    }
}

FilterLine::FilterLine(const QString& placeholder, QWidget* parent)
    : QLineEdit(parent)
{
    setPlaceholderText(placeholder);
    setAccessibleName(placeholder);
    setToolTip(tr("Ctrl+F"));
    setClearButtonEnabled(true);
    addAction(icon(u"search"_s), QLineEdit::LeadingPosition)->setText(placeholder);
    nameClearButton(this);
    // Wide enough for the placeholder, the icon and the clear button.
    setMinimumWidth(fontMetrics().horizontalAdvance(placeholder) + 5 * fontMetrics().height());
}

void FilterLine::reachFrom(QWidget* page)
{
    auto* shortcut = new QShortcut(QKeySequence::Find, page);
    shortcut->setContext(Qt::WidgetWithChildrenShortcut);
    connect(shortcut, &QShortcut::activated, this, [this] {
        setFocus(Qt::ShortcutFocusReason);
        selectAll();
    });
}

bool FilterLine::event(QEvent* event)
{
    // Esc stops a session elsewhere in the window; here it first empties the line.
    if (event->type() == QEvent::ShortcutOverride) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if (key->key() == Qt::Key_Escape && !text().isEmpty()) {
            event->accept();
            return true;
        }
    }
    return QLineEdit::event(event);
}

void FilterLine::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape && !text().isEmpty()) {
        clear();
        return;
    }
    if (event->key() == Qt::Key_Down) {
        emit leftDown();
        return;
    }
    QLineEdit::keyPressEvent(event);
}

} // namespace bv
