#pragma once

#include "plan/plan.h"
#include "plan/problem.h"

#include <QWidget>
#include <functional>

class QComboBox;
class QLineEdit;
class QVBoxLayout;

namespace bv {

class Field;
class NumberBox;
class Section;

/// The settings of one kind of target as fields. load() shows them without touching a control whose value is right
/// already, so that the cursor of the one being typed in stays; edited() says what the user made of them.
class TargetForm : public QWidget
{
    Q_OBJECT
public:
    explicit TargetForm(QWidget* parent);

    /// `problems`: those of this target, `where` as in PlanDocument::problemsOfTarget().
    void load(const TargetSettings& settings, const QList<PlanProblem>& problems);

signals:
    void edited(const bv::TargetSettings& settings);

protected:
    using Setter = std::function<void(TargetSettings&)>;
    struct Choice
    {
        QString value;
        QString text;
    };
    struct NumberStyle
    {
        QString unit;
        int decimals = 0;
        double step = 1;
        bool doubling = false;
    };
    /// Fields are named after `where`: the object name is `prefix` + where, "vm.smp".
    Field* addNumber(const QString& label, const QString& where, const NumberStyle& style,
                     std::function<double(const TargetSettings&)> get,
                     std::function<void(TargetSettings&, double)> set);
    /// A value that is none of the choices is shown as it is.
    Field* addChoice(const QString& label, const QString& where, const QList<Choice>& choices,
                     std::function<QString&(TargetSettings&)> place);
    Field* addText(const QString& label, const QString& where, std::function<QString(const TargetSettings&)> get,
                   std::function<void(TargetSettings&, const QString&)> set, bool above = false);
    /// A path, with a button that asks for one. `filter`: "ISO images (*.iso)". With `make` it may be one that is not
    /// there yet.
    Field* addPath(const QString& label, const QString& where, const QString& title, const QString& filter,
                   std::function<QString&(TargetSettings&)> place, bool make = false);
    Field* add(Field* field, const QString& where, std::function<void(const TargetSettings&)> load);
    /// The fields added from now on stand in a part of the form that is closed at first; it opens when one of them
    /// becomes wrong. `summary` is said in its header.
    Section* beginPart(const QString& title, const QString& name,
                       std::function<QString(const TargetSettings&)> summary = {});
    void endPart() { m_part = -1; }
    void edit(const Setter& change);
    const TargetSettings& settings() const { return m_settings; }
    QList<PlanProblem> problemsOf(const QString& where) const;
    bool isLoading() const { return m_loading; }
    /// After the fields were loaded: notes.
    virtual void loaded() {}
    void setPrefix(const QString& prefix) { m_prefix = prefix; }
    QVBoxLayout* fields() const;

private:
    struct Entry
    {
        Field* field = nullptr;
        QString where;
        std::function<void(const TargetSettings&)> load;
        qsizetype part = -1; ///< it stands in; -1: in none
    };
    struct Part
    {
        Section* section = nullptr;
        std::function<QString(const TargetSettings&)> summary;
        bool wrong = false;
    };
    void loadParts();
    TargetSettings m_settings;
    QList<PlanProblem> m_problems;
    QList<Entry> m_entries;
    QList<Part> m_parts;
    qsizetype m_part = -1; ///< in which fields are added
    QVBoxLayout* m_layout;
    QString m_prefix;
    bool m_loading = false;
};

/// Shows `value` in `combo`, whose items have their values as data; adds an item for an unknown one.
void showChoice(QComboBox* combo, const QString& value);

} // namespace bv
