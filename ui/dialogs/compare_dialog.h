#pragma once

#include "models/session_comparison.h"

#include <QDialog>

namespace bv {

class DataTable;

/// Two or more sessions side by side: their figures, and what differs between their machines and targets. Not modal.
class CompareDialog : public QDialog
{
    Q_OBJECT
public:
    /// At least two sessions; the first is what the others are compared with.
    explicit CompareDialog(const Sessions& sessions, QWidget* parent = nullptr);

private:
    QWidget* makeHead();
    QWidget* makeResults();
    QWidget* makeProvenance();
    void updateProvenance(bool onlyDifferences);

    Sessions m_sessions;
    GridModel* m_results;
    GridModel* m_facts;
    DataTable* m_factTable = nullptr;
};

} // namespace bv
