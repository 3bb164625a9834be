#pragma once

#include "plan/plan.h"

#include <QJsonObject>
#include <QString>
#include <QStringList>

namespace bv {

enum class PlanDetail : quint8 {
    Usual, ///< without the rarer settings of a VM where they are as by default
    Full,  ///< every setting
};

/// One entry of "targets". Of a target only the settings of its kind are written.
QJsonObject targetToJson(const TargetSettings& target, PlanDetail detail = PlanDetail::Usual);

/// Reads one entry, whose place is `where`; what is wrong with its form is added to `complaints`. Keys that are missing
/// have the defaults of plan/plan.h, the machine that of its architecture. An id that is missing stays empty.
TargetSettings targetFromJson(const QJsonObject& json, const QString& where, QStringList& complaints);

} // namespace bv
