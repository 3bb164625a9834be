#pragma once

#include "support/e2e_world.h"

namespace bv::e2e {

/// A disk with the distribution of this machine, made from its own package sources, as a user would bring one: GPT,
/// EFI, GRUB, systemd, the guest agent, an ssh server for root with the key beside it, and cloud-init, which does
/// nothing without a seed. sysbench is not installed; its packages are a source of apt on the disk. Kept beside the
/// build, since making it takes minutes; never written to.
class DebianDisk
{
public:
    explicit DebianDisk(const World& world)
        : m_folder(QFileInfo(World::program()).absolutePath() + "/../e2e-cache/disk"_L1)
        , m_environment(world.environment())
    {
    }

    QString path() const { return m_folder + "/disk.qcow2"_L1; }
    QString key() const { return m_folder + "/key"_L1; }

    /// What is wrong; empty when it is there.
    QString make() const
    {
        QProcess process;
        process.setProcessEnvironment(m_environment);
        process.start(u"bash"_s, {QStringLiteral(BV_SOURCE_DIR) + "/tests/data/debian-disk/make.sh"_L1, m_folder});
        constexpr int timeoutMs = 540'000;
        const bool ended = process.waitForFinished(timeoutMs);
        if (!ended)
            process.kill();
        process.waitForFinished();
        if (ended && process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0)
            return {};
        return u"The disk was not made: "_s + QString::fromUtf8(process.readAllStandardError().right(4000));
    }

private:
    QString m_folder;
    QProcessEnvironment m_environment;
};

} // namespace bv::e2e
