#!/bin/sh
# A qemu-img that makes empty disks. BV_FAKE_QEMU_IMG=full: finds the disk full.
set -u
if [ "${1-}" = --version ]; then
  echo "qemu-img version 7.2.22 (fake)"
  exit
fi
if [ "${BV_FAKE_QEMU_IMG-}" = full ]; then
  echo "qemu-img: $5: Could not resize file: No space left on device" >&2
  exit 1
fi
: >"$5"
