#pragma once

#include "session/session.h"

#include <QString>

namespace bv::cli {

/// The table a session ends with: per test and target n, mean, sd, min, max, unit and the ratio to the first target.
/// Every test and target has a name of its own. At most 100 columns wide. Ends with a newline.
QString resultTable(const Session& session);

} // namespace bv::cli
