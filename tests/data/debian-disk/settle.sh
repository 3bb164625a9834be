#!/bin/sh
# When all packages are there: network, key, sysbench to install, and no unit that only costs time. Then the file system
# is written; $here is where to.
set -eu
root=$1
printf '[Match]\nName=en*\n[Network]\nDHCP=ipv4\n' >"$root/etc/systemd/network/any.network"
chroot "$root" systemctl --quiet enable systemd-networkd ssh
for unit in apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service \
    fstrim.timer systemd-logind.service dev-hugepages.mount dev-mqueue.mount sys-kernel-debug.mount \
    sys-kernel-tracing.mount kmod-static-nodes.service systemd-binfmt.service modprobe@drm.service \
    modprobe@fuse.service systemd-networkd-wait-online.service getty@tty1.service serial-getty@ttyS0.service \
    systemd-tmpfiles-clean.timer ldconfig.service systemd-journal-flush.service; do
    chroot "$root" systemctl --quiet mask "$unit"
done
echo guest >"$root/etc/hostname"
install -d -m 0700 "$root/root/.ssh"
# shellcheck disable=SC2154 # exported by make.sh
cp "$here/key.pub" "$root/root/.ssh/authorized_keys"
echo 'LABEL=bvroot / ext4 defaults 0 0' >"$root/etc/fstab"
: >"$root/etc/machine-id"

# Asks for a seed, and is not there at all where there is none: with one source alone it would always run.
echo 'datasource_list: [ NoCloud, ConfigDrive, None ]' >"$root/etc/cloud/cloud.cfg.d/90_dpkg.cfg"
echo 'policy: search,found=all,maybe=none,notfound=disabled' >"$root/etc/cloud/ds-identify.cfg"

# A source of packages that needs no network.
APT_CONFIG=$MMDEBSTRAP_APT_CONFIG apt-get --quiet --yes install --download-only sysbench
mkdir "$root/opt/repo"
mv "$root"/var/cache/apt/archives/*.deb "$root/opt/repo"
cd "$root/opt/repo"
for deb in *.deb; do
    dpkg-deb --field "$deb"
    printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "$deb" "$(stat -c %s "$deb")" "$(sha256sum "$deb" | cut -d' ' -f1)"
done >Packages
rm -f "$root"/etc/apt/sources.list.d/* "$root"/var/lib/apt/lists/*_*
echo 'deb [trusted=yes] file:/opt/repo ./' >"$root/etc/apt/sources.list"

cd "$here"
mkdir tree
tar -C "$root" --one-file-system --exclude='./proc/*' --exclude='./sys/*' --exclude='./dev/*' -cf - . |
    tar -C tree -xpf -
truncate -s 1400M root.ext4
mke2fs -q -t ext4 -L bvroot -d tree root.ext4
rm -rf tree
