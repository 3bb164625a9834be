#!/usr/bin/env bash
# Makes disk.qcow2 and the ssh key of its root in the folder $1, where they are missing; see tests/support/debian_disk.h.
# Needs no mount, and root or user namespaces only as mmdebstrap does.
set -euo pipefail

scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
mkdir -p "$1"
cd "$1"
exec 9>lock
flock 9 # two tests may ask at once
# shellcheck source=/dev/null
. /etc/os-release
if [[ -e disk.qcow2 && $(cat made-of 2>/dev/null) == "$VERSION_CODENAME $(cat "$scripts"/* | sha256sum)" ]]; then exit; fi
rm -rf part disk.qcow2 key
mkdir part
cd part

shopt -s nullglob
sources=(/etc/apt/sources.list.d/*.sources /etc/apt/sources.list.d/*.list)
if [[ -s /etc/apt/sources.list ]]; then sources+=(/etc/apt/sources.list); fi
# Proxies and clocks of CI machines are as odd as they are.
apt-config dump | grep -E '^Acquire::(http|https|Check|Retries|Languages)' >apt.conf || :
kernel=linux-image-cloud-amd64
if [[ $ID == ubuntu ]]; then kernel=linux-image-virtual; fi
ssh-keygen -q -t ed25519 -N '' -C benchvisor-test -f key
export here=$PWD
mmdebstrap --quiet --variant=minbase --format=null --aptopt="$PWD/apt.conf" \
    --aptopt='APT::Install-Recommends "false"' --dpkgopt=force-unsafe-io \
    --dpkgopt='path-exclude=/usr/share/{doc,man,locale}/*' \
    --dpkgopt='path-exclude=/usr/lib/modules/*/kernel/{sound,drivers/{gpu,media,infiniband}}/*' \
    --include="$kernel,initramfs-tools,systemd-sysv,udev,qemu-guest-agent,openssh-server,dbus,cloud-init,sudo" \
    --essential-hook="sh '$scripts/early.sh' \"\$1\"" --customize-hook="sh '$scripts/settle.sh' \"\$1\"" \
    "$VERSION_CODENAME" /dev/null "${sources[@]}"

cat >grub.cfg <<'END'
serial --unit=0
terminal_output serial
set gfxpayload=text
search --no-floppy --set=root --label bvroot
linux /vmlinuz root=LABEL=bvroot rw console=ttyS0 quiet tsc=reliable clocksource=tsc
initrd /initrd.img
boot
END
grub-mkstandalone -O x86_64-efi -o grub.efi --modules='normal linux ext2 part_gpt search search_label serial' \
    --install-modules= --fonts= --locales= --themes= boot/grub/grub.cfg=grub.cfg
truncate -s 24M esp
mformat -i esp ::
mmd -i esp ::/EFI ::/EFI/BOOT
mcopy -i esp grub.efi ::/EFI/BOOT/BOOTX64.EFI
truncate -s 1430M disk.raw
printf 'label: gpt\nstart=2048, size=49152, type=uefi\nstart=51200, size=%s, type=linux\n' $((1400 * 2048)) |
    sfdisk -q disk.raw
dd if=esp of=disk.raw bs=1M seek=1 conv=notrunc status=none
dd if=root.ext4 of=disk.raw bs=1M seek=25 conv=notrunc,sparse status=none
qemu-img convert -O qcow2 disk.raw disk.qcow2
chmod 0444 disk.qcow2
mv key disk.qcow2 ..
cd ..
rm -rf part
echo "$VERSION_CODENAME $(cat "$scripts"/* | sha256sum)" >made-of
