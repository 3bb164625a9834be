#include "cli/cli.h"
#include "cli/console.h"
#include "cli/progress_printer.h"

#include "base/suggest.h"
#include "disk/disk_image.h"
#include "install/vm_maker.h"
#include "install/vm_service.h"
#include "plan/target_json.h"
#include "run/engine_settings.h"
#include "target/qemu/accelerator_probe.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>

using namespace Qt::StringLiterals;

namespace bv::cli {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::VmCommand)
};

struct Options
{
    std::string action = "list";
    std::string name;
    std::string iso;
    std::string cloudImage;
    std::string disk;
    std::string size;
    std::string user = "bench";
    std::string arch;
    std::string firmware;
    std::string accel = "auto";
    int cpus = 2;
    int memoryMib = 2048;
    double patienceMinutes = 15;
    bool byHand = false;
    bool json = false;
    const CLI::App* command = nullptr;
};

Error wrong(const QString& message)
{
    return Error(Error::Code::BadInput, message);
}

QJsonObject toJson(const StoredVm& vm)
{
    return {{"name"_L1, vm.name},
            {"state"_L1, vmStateName(vm.state)},
            {"source"_L1, vm.source},
            {"created"_L1, vm.created},
            {"target"_L1, targetToJson(vm.target)}};
}

/// On a terminal every line of the console; else one line whenever a phase begins.
InstallProgress progressOn(const std::shared_ptr<ProgressPrinter>& printer)
{
    const auto last = std::make_shared<QString>();
    return [printer, last](const QString& step, double fraction) {
        const QString phase = fraction < 0 ? step : step.section(u": "_s, 0, 0);
        const bool isNew = phase != *last && !phase.startsWith(Text::tr("First boot: %1").section(u'%', 0, 0));
        *last = phase;
        if (printer->isTerminal() && fraction >= 0) {
            printer->show(step, fraction);
            return;
        }
        printer->end();
        if (isNew)
            printLine(stderr, fraction < 0 ? step : Text::tr("%1 % %2").arg(qRound(fraction * 100), 3).arg(step));
    };
}

Task<> makeThenExit(VmWish wish, VmPlaces places, bool json, std::stop_token stop)
{
    const auto printer = std::make_shared<ProgressPrinter>();
    const InstallProgress progress = progressOn(printer);
    const auto made = co_await makeVm(wish, places, progress, stop);
    printer->end();
    if (!made) {
        QCoreApplication::exit(fail(made.error()));
        co_return;
    }
    if (json)
        std::fputs(QJsonDocument(toJson(*made)).toJson().constData(), stdout);
    else
        printLine(stdout,
                  Text::tr("The VM %1 is made. For the targets of a plan: benchvisor vm show %1").arg(made->name));
    QCoreApplication::exit(Done);
}

Result<VmWish> wishOf(const Options& options, const EngineSettings& settings)
{
    VmWish wish(text(options.name));
    wish.iso = text(options.iso);
    wish.cloudImage = text(options.cloudImage);
    wish.disk = text(options.disk);
    wish.user = text(options.user);
    wish.arch = text(options.arch);
    wish.firmware = text(options.firmware);
    wish.smp = options.cpus;
    wish.memoryMib = options.memoryMib;
    wish.byHand = options.byHand;
    const bool display = !qEnvironmentVariableIsEmpty("DISPLAY") || !qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY");
    wish.screen = display ? VmWish::Screen::Window : VmWish::Screen::Socket;
    wish.patience = std::chrono::milliseconds(qRound64(options.patienceMinutes * 60000));
    if (!options.size.empty()) {
        const auto bytes = parseDiskSize(text(options.size));
        if (!bytes)
            return bytes.error();
        wish.bytes = *bytes;
    } else if (!wish.iso.isEmpty()) {
        wish.bytes = 20LL * 1024 * 1024 * 1024;
    }
    wish.accel = text(options.accel);
    if (wish.accel != "auto"_L1)
        return wish;
    const auto kvm = knownKvmOf(settings);
    wish.accel = kvm && kvm->usable ? u"kvm"_s : u"tcg"_s;
    if (!kvm)
        printLine(
            stderr,
            Text::tr("Whether KVM works was not tried yet (benchvisor doctor does): emulating, which takes long."));
    return wish;
}

int create(const Options& options, const EngineSettings& settings)
{
    const auto wish = wishOf(options, settings);
    if (!wish)
        return fail(wish.error());
    if (const Result<> made = makeFolders(settings); !made)
        return fail(made.error());
    const VmPlaces places = vmPlacesOf(settings);
    return runUntilStopped([&](std::stop_token stop) { makeThenExit(*wish, places, options.json, std::move(stop)); });
}

int list(const VmStore& store, bool json)
{
    const QList<StoredVm> all = store.list();
    if (json) {
        QJsonArray array;
        for (const StoredVm& vm : all)
            array << toJson(vm);
        std::fputs(QJsonDocument(array).toJson().constData(), stdout);
        return Done;
    }
    for (const StoredVm& vm : all)
        printLine(stdout,
                  u"%1 %2 %3"_s.arg(vm.name, -20).arg(vmStateName(vm.state), -10).arg(vm.target.qemu.disk.path));
    if (all.isEmpty())
        printLine(stderr, Text::tr("There is no VM yet. Make one: benchvisor vm create NAME --iso FILE"));
    return Done;
}

int remove(const VmStore& store, const StoredVm& vm, bool json)
{
    if (const Result<> removed = store.remove(vm); !removed)
        return fail(removed.error());
    if (json)
        std::fputs(QJsonDocument(QJsonObject{{"deleted"_L1, vm.name}}).toJson().constData(), stdout);
    else
        printLine(stdout, Text::tr("The VM %1 was deleted, with its disk.").arg(vm.name));
    return Done;
}

int runVm(const Options& options)
{
    const QString action = text(options.action);
    const QStringList actions{u"create"_s, u"list"_s, u"show"_s, u"delete"_s};
    if (!actions.contains(action))
        return fail(wrong(withSuggestion(
            Text::tr("`vm` can create, list, show or delete; \"%1\" is none of these.").arg(action), action, actions)));
    if (action != "list"_L1 && options.name.empty())
        return fail(wrong(Text::tr("Which VM? Write: benchvisor vm %1 NAME").arg(action)));
    if (action == "list"_L1 && !options.name.empty())
        return fail(
            wrong(Text::tr("`vm list` takes no name. Show that VM: benchvisor vm show %1").arg(text(options.name))));
    if (const QString other = optionOfAnotherAction(*options.command, action); !other.isEmpty())
        return fail(wrong(other));
    const auto settings = loadEngineSettings(Paths::fromEnvironment());
    if (!settings)
        return fail(settings.error());
    const VmStore store(settings->dataDir);
    if (action == "create"_L1)
        return create(options, *settings);
    if (action == "list"_L1)
        return list(store, options.json);
    const auto vm = store.load(text(options.name));
    if (!vm)
        return fail(vm.error());
    if (action == "delete"_L1)
        return remove(store, *vm, options.json);
    // What stands in a plan, either way: that is what it is shown for.
    const QJsonObject shown = options.json ? toJson(*vm) : targetToJson(vm->target);
    if (vm->state != StoredVm::State::Ready)
        printLine(stderr, Text::tr("It is not ready (%1). To go on: benchvisor vm create %2 …")
                              .arg(vmStateName(vm->state), vm->name));
    std::fputs(QJsonDocument(shown).toJson().constData(), stdout);
    return Done;
}

} // namespace

void addVm(CLI::App& app, Action& action)
{
    const auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("vm", "Make VMs with a system of their own, from an ISO or a cloud image");
    options->command = command;
    command->add_option("ACTION", options->action,
                        "create, list (the default), show (what to put into a plan) or delete");
    command->add_option("NAME", options->name, "The VM; small letters, digits and '-'");
    command->add_option("--iso", options->iso,
                        "create: an installer; Debian's and Ubuntu Server's need nobody's help (network needed)");
    command->add_option("--cloud-image", options->cloudImage,
                        "create: a disk image with cloud-init, as distributions offer them; it is copied");
    command->add_flag("--by-hand", options->byHand, "create: install the ISO yourself, on the VM's screen");
    command->add_option("--size", options->size, "create: of the disk, as in 20G (the default for an ISO)");
    command->add_option("--disk", options->disk,
                        "create: where the disk goes (default: the VM's folder); .raw or .img: raw");
    command->add_option("--user", options->user, "create: the account in the guest (default: bench); its key is made");
    command->add_option("--arch", options->arch, "create: of a cloud image (default: this machine's)")
        ->check(CLI::IsMember({"x86_64", "aarch64"}));
    command->add_option("--firmware", options->firmware,
                        "create: bios, uefi or a file (default: what the architecture needs)");
    command->add_option("--accel", options->accel, "create: auto (default), tcg or kvm")
        ->check(CLI::IsMember({"auto", "tcg", "kvm"}));
    command->add_option("--cpus", options->cpus, "create: CPUs (default: 2)")->check(CLI::Range(1, 255));
    command->add_option("--memory", options->memoryMib, "create: MiB (default: 2048)")->check(CLI::Range(256, 1 << 20));
    command
        ->add_option("--patience", options->patienceMinutes,
                     "create: minutes that the guest may say nothing before it is given up (default: 15)")
        ->check(CLI::Range(0.01, 1440.0));
    command->add_flag("--json", options->json, "Print the result as JSON");
    command->callback([options, &action] { action = [options] { return runVm(*options); }; });
}

} // namespace bv::cli
