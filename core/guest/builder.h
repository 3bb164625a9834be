#pragma once

#include "async/task.h"
#include "guest/architecture.h"
#include "guest/file_tree.h"
#include "guest/foreign_parts.h"
#include "guest/guest.h"
#include "guest/manifest.h"
#include "guest/packages.h"
#include "guest/recipe.h"

#include <optional>
#include <stop_token>

namespace bv {

/// One build of the guest, from the lookup of the programs to the finished folder. The coroutine that awaits build()
/// owns it; it must outlive the wait. The guest of this machine's architecture is made from the machine's programs,
/// that of another one from packages. Engine thread.
class GuestBuilder
{
public:
    /// `arch` is that of the options.
    GuestBuilder(GuestBuildOptions options, GuestArchitecture arch, GuestProgress progress, std::stop_token stop);
    /// Removes what an unfinished build left.
    ~GuestBuilder();
    GuestBuilder(const GuestBuilder&) = delete;
    GuestBuilder& operator=(const GuestBuilder&) = delete;

    /// Once, by the holder of the cache's lock.
    Async<GuestFiles> build();

private:
    Async<> prepareNative();
    Async<> prepareForeign();
    Async<> prepareAgent();
    Async<> prepareParts();
    Async<ForeignParts> downloadedParts(QString target);
    Async<> needPackageLists();
    Task<Error> fetchPackageLists();
    Async<> prepareKernel();
    Async<GuestKernel> givenKernel(QString target);
    Async<GuestKernel> downloadedKernel(QString target);
    Async<> inspectPrograms();
    Async<GuestFiles> pack();
    Result<GuestFiles> finish(const HashedTree& tree);
    Result<> addOutputs(GuestManifest& manifest, const QString& folder) const;
    void report(const QString& step, double fraction) const;
    Error cancelled() const;

    GuestBuildOptions m_options;
    GuestArchitecture m_arch;
    GuestProgress m_progress;
    std::stop_token m_stop;
    AptTools m_apt;               ///< of another architecture once its lists are there
    std::optional<Error> m_lists; ///< whether these are there: Unset; asked for once
    QString m_workDir;
    QMap<QString, QString> m_programs; ///< name → path, on the host or among the parts
    GuestParts m_parts;
};

/// Puts the folder `fresh` in the place of `folder`, in one step where the kernel can, and removes what was there. Io.
Result<> replaceFolder(const QString& fresh, const QString& folder);

/// Name → path of every program that the guest takes, as found now, on the host or, for another architecture, in the
/// cache; empty paths for missing ones.
QMap<QString, QString> guestPrograms(const GuestBuildOptions& options);

} // namespace bv
