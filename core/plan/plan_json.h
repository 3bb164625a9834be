#pragma once

#include "plan/plan.h"
#include "plan/target_json.h"

namespace bv {

/// The name of the schema read and written here.
inline constexpr QLatin1StringView planSchema{"benchvisor-plan/1"};
/// The longest plan text that is read, in bytes.
inline constexpr qsizetype planSizeLimit = 1024 * 1024;

/// The plan in schema benchvisor-plan/1; see targetToJson() for its targets. A parameter with one value is written as
/// that value, otherwise as a list. Parameters of a suite have no order in JSON: see normalized() in plan/parameters.h.
QJsonObject planToJson(const Plan& plan, PlanDetail detail = PlanDetail::Usual);

/// The plan of a file. Keys that are missing have the defaults of plan/plan.h; a target without id gets one made from
/// its settings. The result is normalized(), so that planFromJson(planToJson(p)) equals normalized(p) for a plan of
/// valid form. Only the form is judged here (keys, types, names of kinds and tests, empty lists, ids used twice);
/// whether the values can be run is validatePlan()'s business. Errors: BadInput with the first complaint as message
/// (place, what was expected, what was found; line and column for broken JSON) and the others, one a line, as detail;
/// TooNew for a schema of a later version.
Result<Plan> planFromJson(const QByteArray& text);
Result<Plan> planFromJson(const QJsonObject& json);

} // namespace bv
