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
#include <QSysInfo>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::Guest)
};

/// Whether this version knows the architecture at all.
Result<> checkArch(const GuestBuildOptions& options)
{
    if (options.arch != "x86_64"_L1) {
        return Error(Error::Code::BadInput,
                     Text::tr("This version builds the guest for x86_64 only, not for %1.").arg(options.arch));
    }
    return Unit();
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
    QMap<QString, QString> now = hostPrograms(options);
    QString& agent = now[u"qemu-ga"_s];
    if (agent.isEmpty())
        agent = agentFolder(options) + u"/qemu-ga"_s;
    // The cache may be reached by another way than when it was filled (a link).
    const QString before = manifest.programs.value(u"qemu-ga"_s);
    const QString real = QFileInfo(agent).canonicalFilePath();
    if (!real.isEmpty() && real == QFileInfo(before).canonicalFilePath())
        agent = before;
    return now == manifest.programs;
}

} // namespace

Result<GuestFiles> builtGuest(const GuestBuildOptions& options)
{
    if (const Result<> known = checkArch(options); !known)
        return known.error();
    const Result<GuestManifest> manifest = readManifest(guestFolder(options));
    if (!manifest)
        return manifest.error();
    if (!outputsAreThere(*manifest)) {
        return Error(
            Error::Code::NotFound,
            Text::tr("The built-in guest in %1 is damaged. Run 'benchvisor guest build'.").arg(guestFolder(options)));
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
    if (const Result<> possible = checkArch(options); !possible)
        co_return possible.error();
    if (QSysInfo::currentCpuArchitecture() != "x86_64"_L1) {
        co_return Error(Error::Code::NotReady,
                        Text::tr("The guest is made from programs of an x86_64 host; this is none."));
    }
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
    GuestBuilder builder(options, progress, stop);
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
    const QStringList folders{guestFolder(options), kernelFolder(options), agentFolder(options),
                              options.cacheDir + u"/.build"_s};
    for (const QString& folder : folders) {
        if (!removeOwnFolder(folder))
            return Error(Error::Code::Io, Text::tr("Cannot remove %1.").arg(folder));
    }
    return Unit();
}

} // namespace bv
