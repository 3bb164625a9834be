#include "panels/target_form.h"

#include "style/metrics.h"
#include "widgets/field.h"
#include "widgets/number_box.h"

#include <QComboBox>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace bv {

void showChoice(QComboBox* combo, const QString& value)
{
    int index = combo->findData(value);
    if (index < 0) {
        combo->addItem(value, value);
        index = combo->count() - 1;
    }
    if (combo->currentIndex() != index)
        combo->setCurrentIndex(index);
}

TargetForm::TargetForm(QWidget* parent)
    : QWidget(parent)
    , m_layout(new QVBoxLayout(this))
{
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(gap);
}

void TargetForm::load(const TargetSettings& settings, const QList<PlanProblem>& problems)
{
    m_loading = true;
    m_settings = settings;
    m_problems = problems;
    for (const Entry& entry : std::as_const(m_entries)) {
        entry.load(settings);
        if (!entry.where.isEmpty())
            entry.field->setProblems(problemsAt(problems, entry.where));
    }
    loaded();
    m_loading = false;
}

QList<PlanProblem> TargetForm::problemsOf(const QString& where) const
{
    return problemsAt(m_problems, where);
}

void TargetForm::edit(const Setter& change)
{
    if (m_loading)
        return;
    TargetSettings changed = m_settings;
    change(changed);
    if (changed == m_settings)
        return;
    m_settings = changed;
    emit edited(changed);
}

Field* TargetForm::add(Field* field, const QString& where, std::function<void(const TargetSettings&)> load)
{
    m_layout->addWidget(field);
    m_entries << Entry{field, where, std::move(load)};
    return field;
}

Field* TargetForm::addNumber(const QString& label, const QString& where, const NumberStyle& style,
                             std::function<double(const TargetSettings&)> get,
                             std::function<void(TargetSettings&, double)> set)
{
    auto* box = new NumberBox(style.decimals, style.step, style.unit, this);
    box->setDoubling(style.doubling);
    auto* field = add(new Field(label, box, m_prefix + where, this), where,
                      [box, get = std::move(get)](const TargetSettings& settings) {
                          if (box->value() != get(settings))
                              box->setValue(get(settings));
                      });
    connect(box, &NumberBox::valueChanged, this, [this, set = std::move(set)](double value) {
        edit([&](TargetSettings& settings) { set(settings, value); });
    });
    return field;
}

Field* TargetForm::addChoice(const QString& label, const QString& where, const QList<Choice>& choices,
                             std::function<QString&(TargetSettings&)> place)
{
    auto* combo = new QComboBox(this);
    for (const Choice& choice : choices)
        combo->addItem(choice.text, choice.value);
    auto* field = add(new Field(label, combo, m_prefix + where, this), where,
                      [combo, place](TargetSettings settings) { showChoice(combo, place(settings)); });
    connect(combo, &QComboBox::currentIndexChanged, this, [this, combo, place = std::move(place)] {
        const QString value = combo->currentData().toString();
        edit([&](TargetSettings& settings) { place(settings) = value; });
    });
    return field;
}

Field* TargetForm::addText(const QString& label, const QString& where,
                           std::function<QString(const TargetSettings&)> get,
                           std::function<void(TargetSettings&, const QString&)> set, bool above)
{
    auto* line = new QLineEdit(this);
    auto* field = add(new Field(label, line, m_prefix + where, this, above), where,
                      [line, get, set](const TargetSettings& settings) {
                          // "a  b" and "a b" may mean the same: what is being typed is left alone then.
                          TargetSettings typed = settings;
                          set(typed, line->text());
                          if (!(typed == settings))
                              line->setText(get(settings));
                      });
    connect(line, &QLineEdit::textChanged, this, [this, set = std::move(set)](const QString& text) {
        edit([&](TargetSettings& settings) { set(settings, text); });
    });
    return field;
}

} // namespace bv
