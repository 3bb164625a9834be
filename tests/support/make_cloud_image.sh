#!/usr/bin/env bash
# make_cloud_image.sh FOLDER: makes a disk of this machine's distribution with cloud-init, kept in the folder; prints its
# path. Sources, proxies and clocks of CI machines are as odd as they are; all of it is handed in.
set -euo pipefail
mkdir -p "$1"; cd "$1"
# shellcheck source=/dev/null
. /etc/os-release
image=$1/cloud-$VERSION_CODENAME.qcow2
echo "$image"
[[ ! -e $image ]] || exit 0
packages=systemd-sysv,udev,cloud-init,openssh-server,sudo,iproute2
case $ID in
  ubuntu) packages+=,linux-image-virtual,netplan.io ;;
  *) packages+=,linux-image-cloud-amd64,ifupdown,isc-dhcp-client ;;
esac
shopt -s nullglob
sources=(/etc/apt/sources.list.d/*.sources /etc/apt/sources.list.d/*.list)
if [[ -s /etc/apt/sources.list ]]; then sources+=(/etc/apt/sources.list); fi
rm -rf cloud && mkdir -p cloud/tree cloud/esp/EFI/BOOT && cd cloud
apt-config dump | grep -E '^Acquire::(http|https|Check|Retries|Languages)' >apt.conf || :
mmdebstrap --quiet --variant=minbase --aptopt="$PWD/apt.conf" --dpkgopt='path-exclude=/usr/share/{doc,man,locale}/*' \
  --include="$packages" "$VERSION_CODENAME" root.tar "${sources[@]}"
tar -C tree -xf root.tar --exclude='./dev/*'
echo 'LABEL=cloudroot / ext4 defaults 0 1' >tree/etc/fstab
echo 'datasource_list: [ NoCloud, None ]' >tree/etc/cloud/cloud.cfg.d/90_dpkg.cfg
rm -f tree/etc/ssh/ssh_host_*
: >tree/etc/machine-id
kernel=(tree/boot/vmlinuz-*)
initrd=(tree/boot/initrd.img-*)
printf '%s\n' 'search --no-floppy --set=root --label cloudroot' \
  "linux ${kernel[0]#tree} root=LABEL=cloudroot ro console=ttyS0 net.ifnames=0" "initrd ${initrd[0]#tree}" boot >grub.cfg
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
qemu-img convert -O qcow2 disk.raw part.qcow2
mv part.qcow2 "$image"
cd .. && rm -rf cloud
