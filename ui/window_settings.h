#pragma once

#include "base/paths.h"
#include "style/appearance.h"

#include <QByteArray>
#include <QString>
#include <QStringList>
#include <memory>

class QSettings;

namespace bv {

class PlanDocument;

/// What the window keeps from one start to the next: layout in `<state>/window.ini`, the plan that was edited last in
/// `<state>/last-plan.json`. A file that cannot be read counts as not there; one that cannot be written loses the
/// layout, nothing else. Small files; GUI thread.
class WindowSettings
{
public:
    explicit WindowSettings(const Paths& paths);
    ~WindowSettings();

    QByteArray bytes(const QString& key) const;
    void setBytes(const QString& key, const QByteArray& value);
    int number(const QString& key, int fallback) const;
    void setNumber(const QString& key, int value);
    QString text(const QString& key) const;
    void setText(const QString& key, const QString& value);

    void restorePlan(PlanDocument& plan) const;
    void keepPlan(const PlanDocument& plan);

private:
    QString m_planFile;
    std::unique_ptr<QSettings> m_settings;
};

} // namespace bv
