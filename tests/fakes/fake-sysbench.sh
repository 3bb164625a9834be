#!/bin/sh
# A sysbench that replays recorded output. BV_FAKE_SYSBENCH, words; "docker:hang" is for containers only (host, docker,
# qemu):
#   hang      two intervals, then nothing
#   fatal     FATAL and a report of zeros, exit status 1
#   fatal0    the same, exit status 0
#   crash     SIGSEGV after an interval (crashseqwr: in that mode only)
#   pieces    the output in pieces that do not end at line ends
#   cut       half a report, exit status 0
#   mute      nothing, exit status 0
#   full      prepare finds the disk full
#   noversion --version fails
#   took=S    the total time it prints, in place of the recorded one
#   v1.1      it says that it is sysbench 1.1
# BV_FAKE_PACE: seconds between two intervals.
set -u
how=
for word in ${BV_FAKE_SYSBENCH-}; do
  case $word in
    "${BV_FAKE_PLACE:-host}:"*) how=${word#*:} ;;
    *:*) ;;
    *) how=$word ;;
  esac
done
recorded=${0%/*}/recorded

replay() { # file, number of lines
  head -n "$2" "$1" | while IFS= read -r line; do
    case $line in "[ "*) sleep "${BV_FAKE_PACE:-0.02}" ;; esac
    if [ "$how" = pieces ]; then
      rest=${line#??????????}
      printf '%s' "${line%"$rest"}"
      sleep 0.01
      printf '%s\n' "$rest"
    else
      printf '%s\n' "$line"
    fi
  done
}

if [ "${1-}" = --version ]; then
  [ "$how" = noversion ] && { echo "error while loading shared libraries: libaio.so.1" >&2; exit 127; }
  if [ "$how" = v1.1 ]; then echo "sysbench 1.1.0-df89d34"; else echo "sysbench 1.0.20"; fi
  exit
fi
[ -n "${BV_FAKE_DIR-}" ] && echo "${BV_FAKE_PLACE:-host} $*" >>"$BV_FAKE_DIR/sysbench.log"
command=
mode=rndwr
for word; do
  command=$word
  case $word in --file-test-mode=*) mode=${word#*=} ;; esac
done
case $command in
  prepare)
    if [ "$how" = full ]; then
      echo "FATAL: Failed to write file! errno = 28 (No space left on device)"
      exit 1
    fi
    echo data >test_file.0
    exit
    ;;
  cleanup)
    rm -f test_file.*
    exit
    ;;
esac
file=$recorded/1.0.20-$1.txt
if [ "$1" = fileio ]; then
  file=$recorded/1.0.20-fileio-$mode.txt
  [ -r "$file" ] || file=$recorded/1.0.20-fileio-rndwr.txt
  [ -r test_file.0 ] || { cat "$recorded/1.0.20-no-files.txt"; exit 1; }
  if [ "$mode" = seqwr ]; then # makes them anew, and does not get to their end
    echo short >test_file.0
  elif grep -q short test_file.0; then
    echo "FATAL: Size of file 'test_file.0' is 1MiB, but at least 16MiB is expected."
    exit 1
  fi
fi
case $how in
  hang)
    replay "$file" 16
    exec sleep 600
    ;;
  fatal | fatal0)
    cat "$recorded/fatal-then-zeros.txt"
    [ "$how" = fatal0 ] || exit 1
    ;;
  crash)
    replay "$file" 15
    kill -SEGV $$
    ;;
  crashseqwr)
    [ "$mode" != seqwr ] || kill -SEGV $$
    replay "$file" 1000
    ;;
  cut) replay "$file" 20 ;;
  took=*) sed "s/total time: .*/total time: ${how#*=}s/" "$file" ;;
  mute) ;;
  *) replay "$file" 1000 ;;
esac
