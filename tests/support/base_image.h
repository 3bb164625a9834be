#pragma once

#include "support/e2e_world.h"

namespace bv::e2e {

/// An image with apt and nothing else, made from this machine's own package sources: what a user's "debian:12" is where
/// no registry can be reached. The archive is kept beside the build, the image goes with this.
class BaseImage
{
public:
    BaseImage(const World& world, const QString& name)
        : m_world(world)
        , m_name(name)
    {
    }
    ~BaseImage()
    {
        if (m_isThere)
            m_world.docker({u"image"_s, u"rm"_s, u"--force"_s, m_name});
    }
    BaseImage(const BaseImage&) = delete;
    BaseImage& operator=(const BaseImage&) = delete;

    const QString& name() const { return m_name; }

    /// What is wrong; empty when it is there.
    QString make()
    {
        // Sources, proxies and clocks of CI machines are as odd as they are; all of it is handed in.
        const QString script = uR"sh(set -euo pipefail
mkdir -p "$1"; cd "$1"
exec 9>base.lock; flock 9
. /etc/os-release
tar=base-$VERSION_CODENAME.tar
if [[ ! -e $tar ]]; then
  shopt -s nullglob
  sources=(/etc/apt/sources.list.d/*.sources /etc/apt/sources.list.d/*.list)
  if [[ -s /etc/apt/sources.list ]]; then sources+=(/etc/apt/sources.list); fi
  apt-config dump | grep -E '^Acquire::(http|https|Check|Retries|Languages)' >apt.conf || :
  mmdebstrap --quiet --variant=apt --aptopt="$PWD/apt.conf" --dpkgopt='path-exclude=/usr/share/{doc,man,locale}/*' \
    "$VERSION_CODENAME" "part-$tar" "${sources[@]}"
  mv "part-$tar" "$tar"
fi
docker import --change 'CMD ["/bin/bash"]' "$tar" "$2")sh"_s;
        const QString folder = QFileInfo(World::program()).absolutePath() + "/../e2e-cache"_L1;
        QProcess process;
        process.setProcessEnvironment(m_world.environment());
        process.start(u"bash"_s, {u"-c"_s, script, u"base"_s, folder, m_name});
        constexpr int timeoutMs = 480'000;
        const bool ended = process.waitForFinished(timeoutMs);
        if (!ended)
            process.kill();
        process.waitForFinished();
        m_isThere = ended && process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0;
        return m_isThere ? QString()
                         : u"The base image was not made: "_s + QString::fromUtf8(process.readAllStandardError());
    }

private:
    const World& m_world;
    QString m_name;
    bool m_isThere = false;
};

} // namespace bv::e2e
