#pragma once

#include "plan/plan.h"

#include <QList>
#include <QWidget>
#include <functional>

class QComboBox;

namespace bv {

class Field;
class NumberBox;
class PlanDocument;

/// How often, in which order and with what between them the runs are done.
class RepeatsPanel : public QWidget
{
    Q_OBJECT
public:
    explicit RepeatsPanel(PlanDocument& plan, QWidget* parent = nullptr);

    /// "5 of each, interleaved".
    QString summary() const;

private:
    struct Entry
    {
        Field* field = nullptr;
        QString where;
        std::function<void(const Plan&)> load;
    };
    NumberBox* addNumber(const QString& label, const QString& where, const QString& unit, int decimals,
                         std::function<double(const Plan&)> get, std::function<void(Plan&, double)> set);
    QComboBox* addChoice(const QString& label, const QString& name, const QStringList& texts,
                         std::function<int(const Plan&)> get, std::function<void(Plan&, int)> set);
    void addAdaptive();
    void addOrder();
    void edit(const std::function<void(Plan&)>& change);
    void load();

    PlanDocument& m_plan;
    QList<Entry> m_entries;
    QList<Field*> m_fixed;
    QList<Field*> m_adaptive;
    AdaptiveRepeats m_remembered; ///< while the number is fixed
    bool m_loading = false;
};

} // namespace bv
