#pragma once

#include "panels/setup_panel.h"
#include "support/fake_services.h"
#include "widgets/field.h"
#include "widgets/section.h"

#include <QAbstractSpinBox>
#include <QComboBox>
#include <QLineEdit>
#include <QListView>
#include <QScrollArea>
#include <QTest>

namespace bv {

/// The setup column in a window of its own, on a machine of fakes; fresh for each test.
class SetupWindow
{
public:
    SetupWindow()
        : panel(fakes.services)
    {
    }
    /// False when the window did not come up.
    bool show(const QSize& size = {320, 900})
    {
        panel.resize(size);
        panel.show();
        panel.activateWindow();
        return QTest::qWaitForWindowActive(&panel);
    }
    template<class Widget = QWidget>
    Widget* child(const QString& name) const
    {
        return panel.findChild<Widget*>(name);
    }
    QListView* list() const { return child<QListView>(u"targetList"_s); }
    PlanDocument& plan() { return fakes.plan; }
    void select(int row) const
    {
        list()->selectionModel()->setCurrentIndex(list()->model()->index(row, 0), QItemSelectionModel::ClearAndSelect);
    }
    void expandAll() { panel.setExpandedSections({u"suites"_s, u"repeats"_s, u"fairness"_s, u"commands"_s}); }
    /// Types into the control of that name as a user does: over all that stands in it.
    void type(const QString& name, const QString& text) const
    {
        auto* widget = child(name);
        for (QWidget* above = widget; above; above = above->parentWidget()) {
            if (auto* section = qobject_cast<Section*>(above))
                section->setExpanded(true);
        }
        widget->setFocus();
        if (auto* spin = qobject_cast<QAbstractSpinBox*>(widget))
            spin->selectAll();
        else if (auto* combo = qobject_cast<QComboBox*>(widget))
            combo->lineEdit()->selectAll();
        else
            static_cast<QLineEdit*>(widget)->selectAll();
        if (text.isEmpty())
            QTest::keyClick(widget, Qt::Key_Backspace);
        QTest::keyClicks(widget, text);
    }
    /// What is said below the control.
    QString messages(const QString& name) const
    {
        for (QWidget* widget = child(name); widget; widget = widget->parentWidget()) {
            if (const auto* field = qobject_cast<Field*>(widget))
                return field->messages();
        }
        return {};
    }
    QString note(const QString& name) const
    {
        for (QWidget* widget = child(name); widget; widget = widget->parentWidget()) {
            if (const auto* field = qobject_cast<Field*>(widget))
                return field->note();
        }
        return {};
    }

    FakeServices fakes;
    SetupPanel panel;
};

} // namespace bv
