#pragma once

#include "async/task.h"
#include "guest/file_tree.h"
#include "guest/guest.h"
#include "guest/manifest.h"
#include "guest/packages.h"
#include "guest/recipe.h"

#include <stop_token>

namespace bv {

/// One build of the guest, from the lookup of the programs to the finished folder. The coroutine that awaits build()
/// owns it; it must outlive the wait. Engine thread.
class GuestBuilder
{
public:
    GuestBuilder(GuestBuildOptions options, GuestProgress progress, std::stop_token stop);
    /// Removes what an unfinished build left.
    ~GuestBuilder();
    GuestBuilder(const GuestBuilder&) = delete;
    GuestBuilder& operator=(const GuestBuilder&) = delete;

    /// Once, by the holder of the cache's lock.
    Async<GuestFiles> build();

private:
    Async<> prepareAgent();
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
    GuestProgress m_progress;
    std::stop_token m_stop;
    AptTools m_apt;
    QString m_workDir;
    QMap<QString, QString> m_programs; ///< name → path on the host
    GuestParts m_parts;
};

/// Puts the folder `fresh` in the place of `folder`, in one step where the kernel can, and removes what was there. Io.
Result<> replaceFolder(const QString& fresh, const QString& folder);

/// Name → path of every program of the host that the guest takes, as found now; empty paths for missing ones.
QMap<QString, QString> hostPrograms(const GuestBuildOptions& options);

} // namespace bv
