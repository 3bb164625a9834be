#!/bin/sh
# Run as root in each machine of the Vagrantfile: installs sysbench and the scripts, and makes a file system on the second
# disk, which is the one that is measured.
set -eu

if ! command -v sysbench >/dev/null; then
  if command -v apt-get >/dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get -q update
    apt-get -q install -y --no-install-recommends sysbench
  else
    dnf -y install sysbench
  fi
fi
sysbench --version

for script in /tmp/benchvisor/benchmark*.sh; do
  cp "$script" /usr/local/bin/
  chmod 0755 "/usr/local/bin/${script##*/}"
done

disk=/dev/disk/by-id/virtio-benchvisor
if [ -e "$disk" ]; then
  # A disk that has something on it is left alone.
  if ! blkid "$disk" >/dev/null; then mkfs.ext4 -q "$disk"; fi
  mkdir -p /bench
  if ! grep -q "^$disk " /etc/fstab; then echo "$disk /bench ext4 defaults 0 2" >>/etc/fstab; fi
  if ! mountpoint -q /bench; then mount /bench; fi
fi
