#!/bin/sh
# A qemu-img that makes empty disks. BV_FAKE_QEMU_IMG=full: finds the disk full.
set -u
if [ "${1-}" = --version ]; then
  echo "qemu-img version 7.2.22 (fake)"
  exit
fi
if [ "${1-}" = info ]; then
  for file; do :; done
  format=raw
  case $file in *.qcow2) format=qcow2 ;; esac
  printf '[{"filename": "%s", "format": "%s", "virtual-size": 536870912, "actual-size": 4096}]\n' "$file" "$format"
  exit
fi
if [ "${1-}" = measure ]; then
  echo '{"required": 327680, "fully-allocated": 536870912}'
  exit
fi
if [ "${1-}" = resize ]; then
  exit
fi
if [ "${1-}" = convert ]; then
  for file; do :; done
  : >"$file"
  exit
fi
if [ "${1-}" = dd ]; then # the first block of a disk that somebody installed a system on
  for word; do case $word in of=*) file=${word#of=} ;; esac; done
  printf '%510s\125\252' '' >"$file"
  exit
fi
if [ "${BV_FAKE_QEMU_IMG-}" = full ]; then
  echo "qemu-img: $5: Could not resize file: No space left on device" >&2
  exit 1
fi
: >"$5"
