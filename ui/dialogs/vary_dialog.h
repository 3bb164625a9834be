#pragma once

#include "models/target_grid.h"
#include "plan/plan.h"

#include <QDialog>

class QDialogButtonBox;
class QLabel;
class QLineEdit;
class QRadioButton;
class QTimer;

namespace bv {

class ChoiceBoxes;
class Field;
class PlanDocument;

/// Makes a grid of arrangements from one: CPUs × memory × what its kind can vary. Says how many targets and runs that
/// gives and how long they take, before it is done. What is chosen is in targets() when it was accepted.
class VaryDialog : public QDialog
{
    Q_OBJECT
public:
    VaryDialog(const PlanDocument& plan, int row, QWidget* parent = nullptr);

    /// The grid without what the plan has already (when adding).
    const QList<TargetSettings>& targets() const { return m_targets; }
    /// Whether the grid stands in for the target it was made from.
    bool replaces() const;

protected:
    bool event(QEvent* event) override;

private:
    void addFields(QLayout* layout);
    void addOutcome(QLayout* layout);
    /// Nothing where a field is wrong; that is said beside it.
    bool readGrid(TargetGrid& grid);
    bool readNumbers(Field* field, double least, double most, bool whole, QList<double>& numbers);
    void refresh();
    void preview();
    void showPreview();

    const PlanDocument& m_plan;
    TargetSettings m_base;
    QList<TargetSettings> m_targets;
    Field* m_cpus = nullptr;
    Field* m_memory = nullptr;
    ChoiceBoxes* m_formats = nullptr;
    ChoiceBoxes* m_caches = nullptr;
    ChoiceBoxes* m_accelerators = nullptr;
    ChoiceBoxes* m_storages = nullptr;
    QRadioButton* m_replace = nullptr;
    QRadioButton* m_add = nullptr;
    QLabel* m_outcome = nullptr;
    QDialogButtonBox* m_buttons = nullptr;
    PlanDocument* m_preview; ///< the plan with the grid in it
    QTimer* m_later;
};

} // namespace bv
