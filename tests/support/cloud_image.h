#pragma once

#include "support/e2e_world.h"

namespace bv::e2e {

/// Makes a disk with Debian and cloud-init, as clouds have it, that boots by EFI and speaks on its serial line, from
/// this machine's package sources. Needs root. What is wrong; empty when it is there.
inline QString makeCloudImage(const World& world, const QString& folder, const QString& image)
{
    QDir().mkpath(folder);
    const QString script = uR"sh(set -e; cd "$1"
mmdebstrap --quiet --variant=minbase --include=linux-image-cloud-amd64,systemd-sysv,udev,cloud-init,openssh-server,sudo,ifupdown,isc-dhcp-client,iproute2 bookworm root.tar
mkdir -p tree esp/EFI/BOOT
tar -C tree -xf root.tar --exclude='./dev/*'
echo 'LABEL=cloudroot / ext4 defaults 0 1' >tree/etc/fstab
echo 'datasource_list: [ NoCloud, None ]' >tree/etc/cloud/cloud.cfg.d/90_dpkg.cfg
rm -f tree/etc/ssh/ssh_host_*
: >tree/etc/machine-id
cat >grub.cfg <<'END'
search --no-floppy --set=root --label cloudroot
linux /vmlinuz root=LABEL=cloudroot ro console=ttyS0 net.ifnames=0
initrd /initrd.img
boot
END
grub-mkstandalone -O x86_64-efi -o esp/EFI/BOOT/BOOTX64.EFI \
  --modules="part_gpt ext2 search search_label linux normal" boot/grub/grub.cfg=grub.cfg
truncate -s 32M esp.img
mformat -i esp.img ::
mcopy -i esp.img -s esp/EFI ::
mke2fs -q -t ext4 -L cloudroot -d tree root.img 1400M
truncate -s 1441M disk.raw
printf 'label: gpt\nstart=2048,size=65536,type=U\nstart=67584,size=2867200,type=L\n' | sfdisk -q disk.raw
dd if=esp.img of=disk.raw bs=1M seek=1 conv=notrunc,sparse status=none
dd if=root.img of=disk.raw bs=1M seek=33 conv=notrunc,sparse status=none
qemu-img convert -O qcow2 disk.raw "$2"
rm -rf tree esp root.tar root.img esp.img disk.raw)sh"_s;
    // Apart from World::say(), which waits for three minutes.
    QProcess maker;
    maker.setProcessEnvironment(world.environment());
    maker.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
    maker.start(u"sh"_s, {u"-c"_s, script, u"sh"_s, folder, image});
    const bool ended = maker.waitForFinished(900'000);
    if (ended && maker.exitStatus() == QProcess::NormalExit && maker.exitCode() == 0)
        return {};
    return u"No image with cloud-init: "_s + QString::fromUtf8(maker.readAllStandardError().right(2000));
}

} // namespace bv::e2e
