#include "panels/target_form.h"

#include "style/icons.h"
#include "style/metrics.h"
#include "widgets/field.h"
#include "widgets/file_chooser.h"
#include "widgets/number_box.h"
#include "widgets/section.h"

#include <QComboBox>
#include <QLineEdit>
#include <QToolButton>
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
    loadParts();
    loaded();
    m_loading = false;
}

void TargetForm::loadParts()
{
    for (qsizetype i = 0; i < m_parts.size(); ++i) {
        Part& part = m_parts[i];
        int errors = 0;
        bool warned = false;
        for (const Entry& entry : std::as_const(m_entries)) {
            if (entry.part != i || entry.where.isEmpty())
                continue;
            const QList<PlanProblem> problems = problemsOf(entry.where);
            for (const PlanProblem& problem : problems) {
                if (problem.severity == PlanProblem::Severity::Error)
                    ++errors;
                else
                    warned = true;
            }
        }
        if (errors > 0)
            part.section->header()->setNote(tr("Errors: %1").arg(errors), u"error"_s);
        else
            part.section->header()->setNote(part.summary ? part.summary(m_settings) : QString(),
                                            warned ? u"warning"_s : QString());
        // Only when it becomes wrong: whoever closes it then has seen it.
        if (errors > 0 && !part.wrong)
            part.section->setExpanded(true);
        part.wrong = errors > 0;
    }
}

QVBoxLayout* TargetForm::fields() const
{
    return m_part < 0 ? m_layout : m_parts.at(m_part).section->body();
}

Section* TargetForm::beginPart(const QString& title, const QString& name,
                               std::function<QString(const TargetSettings&)> summary)
{
    auto* section = new Section(title, m_prefix + name, this);
    section->setExpanded(false);
    section->body()->setSpacing(gap);
    section->header()->setFont(fontAt(TextStep::Strong, font())); // below the titles of the column
    m_layout->addWidget(section);
    m_parts << Part{section, std::move(summary), false};
    m_part = m_parts.size() - 1;
    return section;
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
    fields()->addWidget(field);
    m_entries << Entry{field, where, std::move(load), m_part};
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

Field* TargetForm::addPath(const QString& label, const QString& where, const QString& title, const QString& filter,
                           std::function<QString&(TargetSettings&)> place, bool make)
{
    auto* field = addText(
        label, where, [place](TargetSettings settings) { return place(settings); },
        [place](TargetSettings& settings, const QString& text) { place(settings) = text; });
    auto* browse = new QToolButton(this);
    browse->setObjectName(m_prefix + where + u".browse"_s);
    browse->setIcon(icon(u"open"_s));
    browse->setToolTip(title);
    browse->setAccessibleName(title);
    auto* line = static_cast<QLineEdit*>(field->control());
    connect(browse, &QToolButton::clicked, this, [this, line, title, filter, make] {
        FileChooser::Question question;
        question.kind = make ? FileChooser::Kind::Either : FileChooser::Kind::Open;
        question.title = title;
        question.name = line->text();
        question.filter = filter + tr(";;All files (*)");
        FileChooser::ask(this, question, [line](const QString& path) { line->setText(path); });
    });
    field->addBeside(browse);
    return field;
}

} // namespace bv
