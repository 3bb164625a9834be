#pragma once

#include "style/state_icons.h"
#include "system/environment_check.h"

namespace bv {

/// Icon and colour of what the environment check says of a thing, and the words beside them.
StateMark markOf(EnvironmentItem::State state, const Theme& theme);
QString environmentStateText(EnvironmentItem::State state);

} // namespace bv
