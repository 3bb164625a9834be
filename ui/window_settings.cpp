#include "window_settings.h"

#include "export/save_file.h"
#include "models/plan_document.h"
#include "plan/plan_json.h"

#include <QFile>
#include <QJsonDocument>
#include <QSettings>

using namespace Qt::StringLiterals;

namespace bv {

WindowSettings::WindowSettings(const Paths& paths)
    : m_planFile(paths.state + u"/last-plan.json"_s)
{
    (void)ensureDir(paths.state);
    m_settings = std::make_unique<QSettings>(paths.state + u"/window.ini"_s, QSettings::IniFormat);
}

WindowSettings::~WindowSettings() = default;

QByteArray WindowSettings::bytes(const QString& key) const
{
    return m_settings->value(key).toByteArray();
}

void WindowSettings::setBytes(const QString& key, const QByteArray& value)
{
    m_settings->setValue(key, value);
}

int WindowSettings::number(const QString& key, int fallback) const
{
    return m_settings->value(key, fallback).toInt();
}

void WindowSettings::setNumber(const QString& key, int value)
{
    m_settings->setValue(key, value);
}

QString WindowSettings::text(const QString& key) const
{
    return m_settings->value(key).toString();
}

void WindowSettings::setText(const QString& key, const QString& value)
{
    m_settings->setValue(key, value);
}

void WindowSettings::restorePlan(PlanDocument& plan) const
{
    const QString preset = text(u"plan/preset"_s);
    const QString name = text(u"plan/name"_s);
    if (!preset.isEmpty() && plan.loadPreset(preset)) { // a preset is made anew: the machine may have changed
        plan.setName(name);
        return;
    }
    QFile file(m_planFile);
    if (!file.open(QIODevice::ReadOnly))
        return;
    const auto last = planFromJson(file.read(planSizeLimit + 1));
    if (!last)
        return;
    plan.setPlan(*last, text(u"plan/base"_s));
    if (!name.isEmpty())
        plan.setName(name);
    plan.setDisabledTargets(m_settings->value(u"plan/off"_s).toStringList());
}

void WindowSettings::keepPlan(const PlanDocument& plan)
{
    setText(u"plan/preset"_s, plan.preset());
    setText(u"plan/base"_s, plan.basePreset());
    setText(u"plan/name"_s, plan.isNamed() ? plan.plan().name : QString());
    m_settings->setValue(u"plan/off"_s, plan.disabledTargets());
    if (plan.preset().isEmpty() && !plan.plan().targets.isEmpty() && !plan.plan().suites.isEmpty())
        (void)saveFile(m_planFile, QJsonDocument(planToJson(plan.plan())).toJson());
}

} // namespace bv
