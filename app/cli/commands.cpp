#include "cli/cli.h"
#include "cli/plan_arguments.h"

#include "export/commands.h"
#include "machine/host_facts.h"
#include "plan/expand.h"
#include "run/readiness.h"
#include "target/qemu/accelerator_probe.h"

#include <QCoreApplication>
#include <QDir>
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

using namespace Qt::StringLiterals;

namespace bv::cli {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::cli::Commands)
};

int fail(const Error& error, int status)
{
    std::fprintf(stderr, "%s\n", qPrintable(error.message));
    if (!error.detail.isEmpty())
        std::fprintf(stderr, "%s\n", qPrintable(error.detail));
    return status;
}

/// Nothing is run: what "auto" would be is taken from an earlier answer.
void decideAccelerators(Plan& plan, const EngineSettings& settings, const GuestFiles& guest)
{
    KvmProbe probe;
    probe.tools = settings.tools;
    probe.guest = guest;
    probe.cacheFile = settings.acceleratorFile();
    probe.device = settings.kvmDevice;
    const auto kvm = knownKvmAnswer(probe);
    bool undecided = false;
    for (TargetSettings& target : plan.targets) {
        if (target.kind != TargetKind::Qemu || target.qemu.accel != "auto"_L1)
            continue;
        undecided = true;
        target.qemu.accel = kvm && kvm->usable ? u"kvm"_s : u"tcg"_s;
    }
    if (undecided && !kvm)
        std::fprintf(stderr, "%s\n",
                     qPrintable(Text::tr(
                         "Whether KVM works was not tried yet (benchvisor doctor does): tcg is shown for auto.")));
}

int commands(const PlanArguments& arguments)
{
    const auto settings = loadEngineSettings(Paths::fromEnvironment());
    if (!settings)
        return fail(settings.error(), Usage);
    const auto asked = arguments.plan();
    if (!asked)
        return fail(asked.error(), Usage);
    Plan plan = *asked;
    const auto runs = expandPlan(plan, machineLimits());
    if (!runs)
        return fail(runs.error(), Usage);
    CommandPlaces places;
    places.tools = settings->tools;
    places.folder = QDir::tempPath() + u"/benchvisor-manual"_s;
    if (planNeedsGuest(plan)) {
        const auto guest = builtGuest(guestOptions(*settings));
        if (!guest)
            return fail(guest.error(), NotReady);
        places.guest = *guest;
    }
    decideAccelerators(plan, *settings, places.guest);
    const QStringList lines = planCommands(plan, *runs, places);
    std::fprintf(stdout, "%s\n", qPrintable(lines.join(u'\n')));
    return Done;
}

} // namespace

void addCommands(CLI::App& app, Action& action)
{
    CLI::App* command = app.add_subcommand("commands", "Print the exact commands of a plan; runs nothing");
    const auto arguments = std::make_shared<PlanArguments>();
    arguments->addTo(*command);
    command->callback([arguments, &action] { action = [arguments] { return commands(*arguments); }; });
}

} // namespace bv::cli
