#include "cli/plan_arguments.h"

#include "base/suggest.h"
#include "cli/fairness_text.h"
#include "machine/host_facts.h"
#include "plan/paste.h"
#include "plan/plan_json.h"
#include "plan/presets.h"
#include "plan/target_id.h"
#include "plan/validate.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>
#include <CLI/CLI.hpp>
#include <functional>

using namespace Qt::StringLiterals;

namespace bv::cli {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::cli::PlanArguments)
};

Result<Plan> planFromFile(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return Error(Error::Code::BadInput, Text::tr("The plan %1 cannot be read: %2").arg(path, file.errorString()));
    auto plan = planFromJson(file.read(planSizeLimit + 1));
    if (!plan)
        return Error(plan.error().code, path + u": "_s + plan.error().message, plan.error().detail);
    return withPathsFrom(*plan, QFileInfo(path).absolutePath());
}

Result<QList<TargetKind>> targetKinds(const QString& list)
{
    QList<TargetKind> kinds;
    QStringList names;
    for (const TargetKind kind : {TargetKind::Host, TargetKind::Docker, TargetKind::Qemu})
        names << targetKindName(kind);
    const QStringList given = list.split(u',', Qt::SkipEmptyParts);
    for (const QString& name : given) {
        const qsizetype index = names.indexOf(name.trimmed());
        if (index < 0)
            return Error(
                Error::Code::BadInput,
                withSuggestion(
                    Text::tr("--targets: %1 is no kind of target; there are %2.").arg(name, names.join(u", "_s)), name,
                    names));
        if (kinds.contains(static_cast<TargetKind>(index)))
            return Error(Error::Code::BadInput,
                         Text::tr("--targets: %1 is listed twice. It chooses among the kinds of the plan's targets; "
                                  "more of a kind need a plan of your own.")
                             .arg(names.at(index)));
        kinds << static_cast<TargetKind>(index);
    }
    if (kinds.isEmpty())
        return Error(Error::Code::BadInput, Text::tr("--targets needs at least one of %1.").arg(names.join(u", "_s)));
    return kinds;
}

/// What became of a pasted command: a line for each piece.
QStringList explanation(const PastedTarget& pasted)
{
    constexpr int kindWidth = 9;
    QStringList lines{Text::tr("Pasted as %1:").arg(targetLabel(pasted.target))};
    for (const PastedPart& part : pasted.parts) {
        const QString what = part.argument.isEmpty() ? part.setting : part.argument;
        const QString name = what.isEmpty() ? QString() : what + u": "_s;
        lines << u"  "_s + pastedKindName(part.kind).leftJustified(kindWidth) + u' ' + name + part.words;
    }
    return lines;
}

Result<QList<TargetSettings>> pastedTargets(const std::vector<std::string>& commands, QStringList& notes)
{
    QList<TargetSettings> targets;
    QStringList ids;
    for (const std::string& command : commands) {
        auto pasted = pasteCommand(QString::fromStdString(command));
        if (!pasted)
            return Error(pasted.error().code, u"--paste: "_s + pasted.error().message);
        pasted->target.id = makeTargetId(pasted->target, ids);
        ids << pasted->target.id;
        targets << pasted->target;
        notes << explanation(*pasted);
    }
    return targets;
}

/// CLI11's own says of "abc" that it is not in the range.
std::function<std::string(const std::string&)> wholeNumber(int least, int most)
{
    return [least, most](const std::string& text) {
        bool isNumber = false;
        const int number = QString::fromStdString(text).toInt(&isNumber);
        if (isNumber && number >= least && number <= most)
            return std::string();
        return Text::tr("expected a whole number from %1 to %2, found \"%3\"")
            .arg(least)
            .arg(most)
            .arg(QString::fromStdString(text))
            .toStdString();
    };
}

} // namespace

void PlanArguments::addTo(CLI::App& command)
{
    auto* presetOption =
        command.add_option("--preset", preset, "quick, report, scenarios, grid or startup (default: quick)");
    auto* fileOption = command.add_option("--plan", planFile, "A plan file (benchvisor-plan/1)");
    presetOption->excludes(fileOption);
    auto* targetsOption = command.add_option("--targets", targets, "Only these kinds of targets: host,docker,qemu");
    command
        .add_option("--paste", pasted, "Instead: what a qemu-system-…, docker run or podman run line means; repeatable")
        ->allow_extra_args(false)
        ->excludes(targetsOption);
    command.add_option("--repeats", repeats, "Repeats of each run")->check(wholeNumber(1, 1000));
    command.add_flag("--fair", fair, "Mend what makes the targets unequal, as far as the plan can");
    command.add_option("--time", seconds, "Seconds of each run")->check(wholeNumber(1, 86400));
}

Result<Plan> PlanArguments::plan(QStringList& notes, const QJsonObject& host) const
{
    const MachineLimits limits = machineLimits();
    auto plan = planFile.empty() ? bv::preset(preset.empty() ? u"quick"_s : QString::fromStdString(preset), limits)
                                 : planFromFile(QString::fromStdString(planFile));
    if (!plan)
        return plan;
    Plan changed = *plan;
    if (!targets.empty()) {
        const auto kinds = targetKinds(QString::fromStdString(targets));
        if (!kinds)
            return kinds.error();
        changed = withTargets(changed, *kinds, limits);
    }
    if (!pasted.empty()) {
        const auto instead = pastedTargets(pasted, notes);
        if (!instead)
            return instead.error();
        changed.targets = *instead;
    }
    if (repeats > 0)
        changed = withRepeats(changed, repeats);
    if (seconds > 0)
        changed = withTime(changed, seconds);
    const auto valid = checkPlan(changed, limits);
    if (!valid)
        return valid.error();
    if (!fair)
        return changed;
    QList<analysis::FairnessNote> applied;
    changed = analysis::fairPlan(changed, host, &applied);
    notes << mendLines(applied);
    if (const auto still = checkPlan(changed, limits); !still)
        return still.error();
    return changed;
}

} // namespace bv::cli
