#include "guest/guest.h"

#include "cli/cli.h"
#include "cli/console.h"
#include "cli/progress_printer.h"
#include "run/readiness.h"
#include "target/docker/images.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>

using namespace Qt::StringLiterals;

namespace bv::cli {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::Guest)
};

struct Request
{
    std::string action = "info";
    std::string arch = nativeArchitecture().toStdString();
    std::string kernel;
    std::string modules;
    bool json = false;
    bool force = false;
};

/// As the sessions build it, so that they take what is built here.
GuestBuildOptions buildOptions(const EngineSettings& settings, const Request& request)
{
    GuestBuildOptions options = guestOptions(settings, QString::fromStdString(request.arch));
    options.kernelImage = QString::fromStdString(request.kernel);
    options.modulesDir = QString::fromStdString(request.modules);
    options.force = request.force;
    return options;
}

void print(std::FILE* stream, const QString& text)
{
    std::fputs(text.toLocal8Bit().constData(), stream);
    std::fflush(stream);
}

int fail(const Error& error)
{
    print(stderr, u"benchvisor: "_s + error.message + u'\n');
    if (!error.detail.isEmpty() && !error.message.contains(error.detail))
        print(stderr, error.detail.trimmed() + u'\n');
    if (error.code == Error::Code::Cancelled)
        return Interrupted;
    return error.code == Error::Code::BadInput ? Usage : NotReady;
}

QJsonObject toJson(const GuestFiles& guest)
{
    QJsonObject object;
    object["built"_L1] = true;
    object["arch"_L1] = guest.arch;
    object["digest"_L1] = guest.digest;
    object["sysbench_version"_L1] = guest.sysbenchVersion;
    object["sysbench_sha256"_L1] = guest.sysbenchSha256;
    object["kernel_release"_L1] = guest.kernelRelease;
    object["kernel_package"_L1] = guest.kernelPackage;
    object["folder"_L1] = guest.folder;
    object["kernel"_L1] = guest.kernel;
    object["initrd"_L1] = guest.initrd;
    object["image"_L1] = guest.imageTar;
    return object;
}

QString mebibytes(const QString& path)
{
    return Text::tr("%1 MiB").arg(static_cast<double>(QFileInfo(path).size()) / 1048576, 0, 'f', 1);
}

void describe(const GuestFiles& guest, bool upToDate, bool json)
{
    if (json) {
        QJsonObject object = toJson(guest);
        object["up_to_date"_L1] = upToDate;
        print(stdout, QString::fromUtf8(QJsonDocument(object).toJson()));
        return;
    }
    const bool native = guest.arch == nativeArchitecture();
    const QString command = native ? u"benchvisor guest build"_s : u"benchvisor guest build --arch "_s + guest.arch;
    const QString state = upToDate ? Text::tr("up to date") : Text::tr("out of date: '%1' renews it").arg(command);
    const QList<std::pair<QString, QString>> lines{
        {Text::tr("Guest"), u"%1, %2"_s.arg(guest.arch, state)},
        {Text::tr("Digest"), guest.digest},
        {Text::tr("sysbench"), u"%1, SHA-256 %2"_s.arg(guest.sysbenchVersion, guest.sysbenchSha256)},
        {Text::tr("Kernel"), u"%1 (%2), %3"_s.arg(guest.kernelRelease, guest.kernelPackage, mebibytes(guest.kernel))},
        {Text::tr("VM"), u"%1, %2"_s.arg(guest.initrd, mebibytes(guest.initrd))},
        {Text::tr("Container"), u"%1, %2"_s.arg(guest.imageTar, mebibytes(guest.imageTar))}};
    for (const auto& [name, value] : lines)
        print(stdout, u"%1 %2\n"_s.arg(name + u':', -10).arg(value));
}

Task<> buildThenExit(GuestBuildOptions options, bool json, std::stop_token stop)
{
    const Result<bool> current = guestUpToDate(options);
    const bool wasCurrent = current && *current;
    const auto printer = std::make_shared<ProgressPrinter>();
    GuestProgress progress = [printer](const QString& step, double fraction) { printer->show(step, fraction); };
    const Result<GuestFiles> guest = co_await buildGuest(options, progress, stop);
    printer->end();
    if (!guest) {
        QCoreApplication::exit(fail(guest.error()));
        co_return;
    }
    if (wasCurrent)
        print(stderr, Text::tr("The guest is up to date.") + u'\n');
    describe(*guest, true, json);
    QCoreApplication::exit(Done);
}

int build(const GuestBuildOptions& options, const Request& request)
{
    return runUntilStopped([&](std::stop_token stop) { buildThenExit(options, request.json, std::move(stop)); });
}

int info(const GuestBuildOptions& options, const Request& request)
{
    const Result<GuestFiles> guest = builtGuest(options);
    if (!guest) {
        if (request.json)
            print(stdout, u"{\"built\": false}\n"_s);
        return fail(guest.error());
    }
    const Result<bool> current = guestUpToDate(options);
    describe(*guest, current && *current, request.json);
    return Done;
}

/// The engine has a copy of the guest, as an image.
Task<> removeImagesThenExit(ContainerEngine engine, bool json, std::stop_token stop)
{
    const QString all;
    const Result<RemovedImages> images = co_await removeBuiltinImages(engine, all, stop);
    if (images && images->removed > 0 && !json)
        print(stdout, Text::tr("Removed from the container engine: %n image(s).", nullptr, images->removed) + u'\n');
    for (const QString& kept : images ? images->kept : QStringList())
        print(stderr, Text::tr("The image %1 is in use and stays in the container engine.").arg(kept) + u'\n');
    if (!images && images.error().code == Error::Code::Cancelled) {
        QCoreApplication::exit(Interrupted);
        co_return;
    }
    // Without the program there never was an image.
    if (!images && images.error().code != Error::Code::NotFound)
        print(stderr,
              Text::tr("Images made from the guest may be left in the container engine: %1 Remove them later by "
                       "the same command.")
                      .arg(images.error().message) +
                  u'\n');
    QCoreApplication::exit(Done);
}

int remove(const GuestBuildOptions& options, const EngineSettings& settings, const Request& request)
{
    const Result<> removed = removeGuest(options);
    if (!removed)
        return fail(removed.error());
    if (request.json)
        print(stdout, u"{\"built\": false}\n"_s);
    else
        print(stdout, Text::tr("The guest and what was downloaded for it are removed.") + u'\n');
    if (options.arch != nativeArchitecture())
        return Done; // no images are made from it
    const ContainerEngine engine(settings.tools.docker);
    return runUntilStopped([&](std::stop_token stop) { removeImagesThenExit(engine, request.json, std::move(stop)); });
}

int run(const Request& request)
{
    const auto settings = loadEngineSettings(Paths::fromEnvironment());
    if (!settings) {
        print(stderr, settings.error().message + u'\n');
        return Usage;
    }
    const GuestBuildOptions options = buildOptions(*settings, request);
    if (request.action == "build")
        return build(options, request);
    return request.action == "remove" ? remove(options, *settings, request) : info(options, request);
}

} // namespace

void addGuest(CLI::App& app, Action& action)
{
    const auto request = std::make_shared<Request>();
    CLI::App* command = app.add_subcommand("guest", "The built-in guest that VM and container share");
    command->add_option("action", request->action, "build, info (default) or remove")
        ->check(CLI::IsMember({"build", "info", "remove"}));
    command
        ->add_option("--arch", request->arch,
                     "Architecture of the guest (default: this machine's); another one is made from its packages")
        ->check(CLI::IsMember({"x86_64", "aarch64"}));
    command->add_flag("--json", request->json, "Print the result as JSON");
    command->add_flag("--force", request->force, "build: also when nothing changed, with the newest kernel package");
    CLI::Option* kernel =
        command->add_option("--kernel", request->kernel, "build: a kernel to take instead of the package's")
            ->check(CLI::ExistingFile);
    command->add_option("--modules", request->modules, "build: its lib/modules/RELEASE")
        ->check(CLI::ExistingDirectory)
        ->needs(kernel);
    command->callback([request, &action] { action = [request] { return run(*request); }; });
}

} // namespace bv::cli
