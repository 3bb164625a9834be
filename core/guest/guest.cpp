#include "guest/guest.h"

#include "async/sleep.h"
#include "base/paths.h"
#include "guest/build_lock.h"
#include "guest/builder.h"
#include "guest/file_tree.h"
#include "guest/manifest.h"
#include "guest/recipe.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <algorithm>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::Guest)
};

Result<GuestArchitecture> knownArch(const GuestBuildOptions& options)
{
    const auto arch = guestArchitecture(options.arch);
    if (arch)
        return *arch;
    return Error(Error::Code::BadInput, Text::tr("There is no built-in guest for %1; there is one for %2.")
                                            .arg(options.arch, guestArchitectureNames().join(Text::tr(" and for "))));
}

QString buildCommand(const GuestBuildOptions& options)
{
    return options.arch == nativeArchitecture() ? u"benchvisor guest build"_s
                                                : u"benchvisor guest build --arch "_s + options.arch;
}

bool outputsAreThere(const GuestManifest& manifest)
{
    return std::all_of(manifest.outputs.begin(), manifest.outputs.end(), [&](const GuestOutput& output) {
        const QFileInfo file(manifest.guest.folder + u'/' + output.name);
        return file.isFile() && file.size() == output.size;
    });
}

bool isUnchanged(const GuestInput& input)
{
    const QFileInfo file(input.path);
    if (!file.isFile() || file.size() != input.size)
        return false;
    if (file.lastModified().toMSecsSinceEpoch() == input.modified)
        return true;
    const Result<QByteArray> sum = hashFile(input.path, std::stop_token());
    return sum && *sum == input.sha256;
}

bool programsAreTheSame(const GuestManifest& manifest, const GuestBuildOptions& options)
{
    QMap<QString, QString> now = guestPrograms(options);
    QString& agent = now[u"qemu-ga"_s];
    if (agent.isEmpty())
        agent = agentFolder(options) + u"/qemu-ga"_s;
    if (now.keys() != manifest.programs.keys())
        return false;
    return std::all_of(now.keyBegin(), now.keyEnd(), [&](const QString& name) {
        const QString path = now.value(name);
        const QString before = manifest.programs.value(name);
        // The cache may be reached by another way than when it was filled (a link).
        const QString real = QFileInfo(path).canonicalFilePath();
        return path == before || (!real.isEmpty() && real == QFileInfo(before).canonicalFilePath());
    });
}

} // namespace

Result<GuestFiles> builtGuest(const GuestBuildOptions& options)
{
    if (const auto known = knownArch(options); !known)
        return known.error();
    const Result<GuestManifest> manifest = readManifest(guestFolder(options));
    if (!manifest && options.arch == nativeArchitecture()) {
        return Error(Error::Code::NotFound,
                     Text::tr("The built-in guest has not been built yet. Run '%1'.").arg(buildCommand(options)));
    }
    if (!manifest) {
        return Error(Error::Code::NotFound, Text::tr("The built-in guest for %1 has not been built yet. Run '%2'.")
                                                .arg(options.arch, buildCommand(options)));
    }
    if (!outputsAreThere(*manifest)) {
        return Error(Error::Code::NotFound, Text::tr("The built-in guest in %1 is damaged. Run '%2'.")
                                                .arg(guestFolder(options), buildCommand(options)));
    }
    return manifest->guest;
}

Result<bool> guestUpToDate(const GuestBuildOptions& options)
{
    const Result<GuestManifest> manifest = readManifest(guestFolder(options));
    if (!manifest)
        return false;
    // A given kernel may have changed; it is not worth a record to find out.
    const bool mayDiffer = options.force || !options.kernelImage.isEmpty();
    return !mayDiffer && manifest->recipe == guestRecipe() && outputsAreThere(*manifest) &&
           programsAreTheSame(*manifest, options) &&
           std::all_of(manifest->inputs.begin(), manifest->inputs.end(), isUnchanged);
}

Async<GuestFiles> buildGuest(GuestBuildOptions options, GuestProgress progress, std::stop_token stop)
{
    const Result<GuestArchitecture> arch = knownArch(options);
    if (!arch)
        co_return arch.error();
    options.cacheDir = QFileInfo(options.cacheDir).absoluteFilePath();
    if (!QDir().mkpath(options.cacheDir))
        co_return Error(Error::Code::Io, Text::tr("Cannot make the folder %1.").arg(options.cacheDir));
    BuildLock lock;
    for (bool waited = false;; waited = true) {
        const Result<bool> taken = lock.tryTake(options.cacheDir);
        if (!taken)
            co_return taken.error();
        if (*taken)
            break;
        if (!waited && progress)
            progress(Text::tr("Waiting for another build of the guest"), 0);
        const bool go = co_await sleepFor(std::chrono::milliseconds(100), stop);
        if (!go)
            co_return Error(Error::Code::Cancelled, Text::tr("Building the guest was cancelled."));
    }
    if (const Result<bool> current = guestUpToDate(options); current && *current)
        co_return builtGuest(options);
    GuestBuilder builder(options, *arch, progress, stop);
    Result<GuestFiles> guest = co_await builder.build();
    if (guest && progress)
        progress(Text::tr("The guest is ready"), 1);
    co_return guest;
}

Result<> removeGuest(const GuestBuildOptions& options)
{
    if (!QFileInfo(options.cacheDir).isDir())
        return Unit();
    BuildLock lock;
    const Result<bool> taken = lock.tryTake(options.cacheDir);
    if (!taken)
        return taken.error();
    if (!*taken)
        return Error(Error::Code::Locked, Text::tr("The guest is being built right now. Try again afterwards."));
    const QStringList folders{guestFolder(options), kernelFolder(options), agentFolder(options), partsFolder(options),
                              options.cacheDir + u"/.build"_s};
    for (const QString& folder : folders) {
        if (!removeOwnFolder(folder))
            return Error(Error::Code::Io, Text::tr("Cannot remove %1.").arg(folder));
    }
    return Unit();
}

} // namespace bv
