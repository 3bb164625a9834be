#pragma once

#include "support/e2e_world.h"

namespace bv::e2e {

/// Makes a disk of this machine's distribution with cloud-init, as clouds have it, that boots by EFI and speaks on its
/// serial line; kept beside the build. Needs root. What is wrong; empty when it is there, and `image` is its path.
inline QString makeCloudImage(const World& world, QString* image)
{
    const QString folder = QDir::cleanPath(QFileInfo(World::program()).absolutePath() + "/../e2e-cache"_L1);
    // Apart from World::say(), which waits for three minutes.
    QProcess maker;
    maker.setProcessEnvironment(world.environment());
    maker.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
    maker.start(u"bash"_s, {QStringLiteral(BV_SOURCE_DIR "/tests/support/make_cloud_image.sh"), folder});
    const bool ended = maker.waitForFinished(900'000);
    *image = QString::fromUtf8(maker.readAllStandardOutput()).section(u'\n', 0, 0);
    if (ended && maker.exitStatus() == QProcess::NormalExit && maker.exitCode() == 0)
        return {};
    return u"No image with cloud-init: "_s + QString::fromUtf8(maker.readAllStandardError().right(2000));
}

} // namespace bv::e2e
