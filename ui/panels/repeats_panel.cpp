#include "panels/repeats_panel.h"

#include "models/plan_document.h"
#include "style/metrics.h"
#include "widgets/field.h"
#include "widgets/number_box.h"

#include <QComboBox>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace bv {

RepeatsPanel::RepeatsPanel(PlanDocument& plan, QWidget* parent)
    : QWidget(parent)
    , m_plan(plan)
{
    setObjectName(u"repeatsPanel"_s);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap);
    addAdaptive();
    addOrder();
    connect(&plan, &PlanDocument::changed, this, &RepeatsPanel::load);
    load();
}

NumberBox* RepeatsPanel::addNumber(const QString& label, const QString& where, const QString& unit, int decimals,
                                   std::function<double(const Plan&)> get, std::function<void(Plan&, double)> set)
{
    auto* box = new NumberBox(decimals, decimals > 0 ? 0.5 : 1, unit, this);
    auto* field = new Field(label, box, u"repeats."_s + where.section(u'.', -1), this);
    layout()->addWidget(field);
    m_entries << Entry{field, where, [box, get = std::move(get)](const Plan& plan) {
                           if (box->value() != get(plan))
                               box->setValue(get(plan));
                       }};
    connect(box, &NumberBox::valueChanged, this,
            [this, set = std::move(set)](double value) { edit([&](Plan& plan) { set(plan, value); }); });
    return box;
}

QComboBox* RepeatsPanel::addChoice(const QString& label, const QString& name, const QStringList& texts,
                                   std::function<int(const Plan&)> get, std::function<void(Plan&, int)> set)
{
    auto* combo = new QComboBox(this);
    combo->addItems(texts);
    auto* field = new Field(label, combo, u"repeats."_s + name, this);
    layout()->addWidget(field);
    m_entries << Entry{field, {}, [combo, get = std::move(get)](const Plan& plan) {
                           if (combo->currentIndex() != get(plan))
                               combo->setCurrentIndex(get(plan));
                       }};
    connect(combo, &QComboBox::currentIndexChanged, this,
            [this, set = std::move(set)](int index) { edit([&](Plan& plan) { set(plan, index); }); });
    return combo;
}

void RepeatsPanel::addAdaptive()
{
    addChoice(
        tr("Repeat"), u"mode"_s, {tr("A fixed number"), tr("Until precise")},
        [](const Plan& plan) { return plan.adaptive ? 1 : 0; },
        [this](Plan& plan, int index) {
            plan.adaptive = index == 1 ? std::optional<AdaptiveRepeats>(m_remembered) : std::nullopt;
        });
    m_entries.last().field->control()->setToolTip(
        tr("Until precise: on until the 95 % confidence interval of the mean is narrow enough."));
    addNumber(
        tr("Repeats"), u"repeats"_s, {}, 0, [](const Plan& plan) { return plan.repeats; },
        [](Plan& plan, double value) { plan.repeats = qRound(value); });
    m_fixed << m_entries.last().field;
    const auto adaptive = [this](const QString& label, const QString& where, const QString& unit, int decimals,
                                 const auto& place) {
        addNumber(
            label, u"adaptive."_s + where, unit, decimals,
            [place](const Plan& plan) {
                AdaptiveRepeats settings = plan.adaptive.value_or(AdaptiveRepeats());
                return static_cast<double>(place(settings));
            },
            [place](Plan& plan, double value) {
                if (plan.adaptive)
                    place(*plan.adaptive) = static_cast<std::decay_t<decltype(place(*plan.adaptive))>>(value);
            });
        m_adaptive << m_entries.last().field;
    };
    adaptive(tr("Half-width at most"), u"half_width_pct"_s, u"%"_s, 4,
             [](AdaptiveRepeats& settings) -> double& { return settings.halfWidthPct; });
    adaptive(tr("At least"), u"min_repeats"_s, {}, 0,
             [](AdaptiveRepeats& settings) -> int& { return settings.minRepeats; });
    adaptive(tr("At most"), u"max_repeats"_s, {}, 0,
             [](AdaptiveRepeats& settings) -> int& { return settings.maxRepeats; });
}

void RepeatsPanel::addOrder()
{
    addNumber(
        tr("Warm-up runs"), u"warmup"_s, {}, 0, [](const Plan& plan) { return plan.warmup; },
        [](Plan& plan, double value) { plan.warmup = qRound(value); });
    m_entries.last().field->control()->setToolTip(tr("Done before the repeats of each cell and not counted."));
    addChoice(
        tr("Order"), u"order"_s, {tr("Interleaved"), tr("Blocked")},
        [](const Plan& plan) { return plan.order == RunOrder::Blocked ? 1 : 0; },
        [](Plan& plan, int index) { plan.order = index == 1 ? RunOrder::Blocked : RunOrder::Interleaved; });
    m_entries.last().field->control()->setToolTip(
        tr("Interleaved: A B A B, so that drift of the machine hits all alike. Blocked: one target after the other."));
    addNumber(
        tr("Rest between runs"), u"cooldown_s"_s, tr("s"), 3, [](const Plan& plan) { return plan.cooldownS; },
        [](Plan& plan, double value) { plan.cooldownS = value; });
    addChoice(
        tr("Page cache"), u"page_cache"_s, {tr("Drop before file runs"), tr("Keep")},
        [](const Plan& plan) { return plan.dropPageCache ? 0 : 1; },
        [](Plan& plan, int index) { plan.dropPageCache = index == 0; });
}

void RepeatsPanel::edit(const std::function<void(Plan&)>& change)
{
    if (m_loading)
        return;
    Plan options = m_plan.plan();
    change(options);
    m_plan.setOptions(options);
}

void RepeatsPanel::load()
{
    m_loading = true;
    const Plan& plan = m_plan.plan();
    if (plan.adaptive)
        m_remembered = *plan.adaptive;
    for (const Entry& entry : std::as_const(m_entries)) {
        entry.load(plan);
        if (!entry.where.isEmpty())
            entry.field->setProblems(problemsAt(m_plan.problems(), entry.where));
    }
    for (Field* field : std::as_const(m_fixed))
        field->setVisible(!plan.adaptive);
    for (Field* field : std::as_const(m_adaptive))
        field->setVisible(plan.adaptive.has_value());
    m_loading = false;
}

QString RepeatsPanel::summary() const
{
    const Plan& plan = m_plan.plan();
    const QString times = plan.adaptive
                              ? tr("%1–%2 of each").arg(plan.adaptive->minRepeats).arg(plan.adaptive->maxRepeats)
                              : tr("%1 of each").arg(plan.repeats);
    return plan.order == RunOrder::Blocked ? tr("%1, blocked").arg(times) : tr("%1, interleaved").arg(times);
}

} // namespace bv
