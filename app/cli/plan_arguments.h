#pragma once

#include "base/result.h"
#include "plan/plan.h"

#include <QJsonObject>
#include <QString>
#include <QStringList>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace bv::cli {

/// The options by which `run` and `commands` are told what to run. Defaults: preset quick.
struct PlanArguments
{
    std::string preset;
    std::string planFile;
    std::string targets;             ///< "host,docker,qemu"
    std::vector<std::string> pasted; ///< commands that become the targets
    int repeats = 0;                 ///< 0: as the plan says
    int seconds = 0;
    bool fair = false; ///< mend what makes the targets unequal

    void addTo(CLI::App& command);
    /// The plan they mean, checked for this machine, of which `host` has the facts (measuringHost()). BadInput, with
    /// what to write instead. `notes` gets what became of pasted commands and what was mended, line by line, also where
    /// the plan cannot be run.
    Result<Plan> plan(QStringList& notes, const QJsonObject& host) const;
};

} // namespace bv::cli
