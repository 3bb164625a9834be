#pragma once

#include "services.h"

#include <QWidget>

class QLineEdit;
class QScrollArea;
class QVBoxLayout;

namespace bv {

class Caption;
class CommandsView;
class FairnessPanel;
class Field;
class RepeatsPanel;
class Section;
class TargetEditor;
class TargetList;

/// The left column: targets and the settings of the selected one, tests, repeats and the exact commands. Shows and
/// changes the plan of the services and keeps nothing of it itself.
class SetupPanel : public QWidget
{
    Q_OBJECT
public:
    explicit SetupPanel(const Services& services, QWidget* parent = nullptr);
    ~SetupPanel() override;

    /// Names of the sections that are open.
    QStringList expandedSections() const;
    void setExpandedSections(const QStringList& names);
    /// The same for the settings file. What is no state changes nothing.
    QByteArray saveState() const;
    void restoreState(const QByteArray& state);

    QSize sizeHint() const override;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    Field* makeName(QWidget* parent);
    void showName();
    void fitWidth();
    Section* addSection(const QString& title, const QString& name, QWidget* content, bool expanded);
    void updateNotes();

    Services m_services;
    QScrollArea* m_area;
    QVBoxLayout* m_column;
    Caption* m_running;
    QLineEdit* m_name;
    TargetList* m_targets;
    TargetEditor* m_editor;
    RepeatsPanel* m_repeats;
    FairnessPanel* m_fairness;
    CommandsView* m_commands;
    Section* m_suitesSection;
    Section* m_repeatsSection;
    Section* m_fairnessSection;
    Section* m_commandsSection;
};

} // namespace bv
