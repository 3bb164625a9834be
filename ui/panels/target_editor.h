#pragma once

#include "services.h"

#include <QWidget>

class QLabel;

namespace bv {

class Caption;
class ProblemList;
class TargetForm;

/// The settings of the selected target. Follows the plan; each kind's form is made when it is first needed.
class TargetEditor : public QWidget
{
    Q_OBJECT
public:
    explicit TargetEditor(const Services& services, QWidget* parent = nullptr);

    void setRow(int row);

private:
    void load();
    TargetForm* formFor(int kind);

    Services m_services;
    int m_row = -1;
    QLabel* m_title;
    Caption* m_note;
    ProblemList* m_problems;
    TargetForm* m_forms[3] = {};
};

} // namespace bv
