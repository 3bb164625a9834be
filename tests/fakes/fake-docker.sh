#!/bin/sh
# A container engine's command line. Containers are processes that read their stdin; commands run on this machine.
# BV_FAKE_DOCKER, words:
#   down        no engine answers          forbidden  no permission
#   noimage     image inspect fails        refuses    run: exit status 125
#   noshell     run: exit status 127       noexec     run: exit status 126
#   hang        every command hangs        hangrun    run hangs
#   slowrun     the engine takes its time to make the container
#   refusescreate  create: exit status 1   hangcreate  create hangs, the engine makes the container all the same
#   hangpause, hangunpause  only these hang  nopause  pause is refused
#   diesinpause the container is killed while it is paused
#   dies        the container is killed in its first sysbench run (diesonce: only the first container)
#   late        once after that, the engine says that it still runs
#   lingers     once after that, the client that started the container does not notice
#   nosysbench  there is none in the image stubborn   the container ignores the end of its stdin
#   inuse       no image can be removed
#   bare        the image has no sysbench, but packages of it; what is built from it has
#   slowbuild   build does not come to its end
#   denied      pull: no such image        slowpull   pull does not come to its end
set -u
state=${BV_FAKE_DIR:?}/docker
mkdir -p "$state/containers" "$state/volumes" "$state/files"
echo "$*" >>"$state/log"

is() {
  case " ${BV_FAKE_DOCKER-} " in *" $1 "*) return 0 ;; esac
  return 1
}
fail() { # exit status, words
  status=$1
  shift
  echo "$*" >&2
  exit "$status"
}

no_daemon="Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?"
if is hang; then exec sleep 600; fi
if is forbidden; then
  fail 1 "Got permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock"
fi
if is down && [ "$1" != info ]; then fail 1 "$no_daemon"; fi

# What is in an image: the shell's script is run on this machine.
look() {
  is noshell && fail 127 'docker: Error response from daemon: exec: "sh": executable file not found.'
  # shellcheck disable=SC2123 # it is the search path that is meant
  if is nosysbench; then PATH=/nonexistent; else PATH=${0%/*}/inside:$PATH; fi
  export PATH
  exec /bin/sh -c "$1"
}

start() {
  case $* in
    *"--name benchvisor-look-"*)
      for last; do :; done
      case $* in
        *sha256:0123*) if is bare; then echo "packages=apt-get" && exit; fi ;;
      esac
      look "$last"
      ;;
  esac
  echo "$$" >"$state/client"
  name=
  while [ $# -gt 0 ]; do
    case $1 in
      --name) name=$2 ;;
    esac
    shift
  done
  is refuses && fail 125 "docker: Error response from daemon: Requested CPUs are not available."
  is noexec && fail 126 'docker: Error response from daemon: exec: "sh": permission denied: unknown.'
  # shellcheck disable=SC2016 # Docker's words
  is noshell && fail 127 'docker: Error response from daemon: exec: "sh": executable file not found in $PATH: unknown.'
  if is hangrun; then exec sleep 600; fi
  if is slowrun; then # the engine makes it, whatever becomes of its client
    # shellcheck disable=SC2016 # the inner shell's $1
    setsid sh -c 'sleep 0.5; echo - >"$1"' make "$state/containers/$name" &
    wait $!
  fi
  reader='exec cat >/dev/null'
  if is stubborn; then reader='exec sleep 600'; fi
  # shellcheck disable=SC2016 # the inner shell's $$
  sh -c 'echo "$$" >"$1"; echo ready; '"$reader" run "$state/containers/$name"
  status=$?
  rm -f "$state/containers/$name"
  if is lingers && [ -e "$state/died" ] && [ ! -e "$state/lingered" ]; then
    : >"$state/lingered"
    exec sleep 600
  fi
  exit "$status"
}

# The name of what is made, see docker-create(1).
create() {
  name=
  while [ $# -gt 0 ]; do
    case $1 in
      --name) name=$2 ;;
    esac
    shift
  done
  is refusescreate && fail 1 "Error response from daemon: Minimum memory limit allowed is 6MB."
  if is hangcreate; then # the engine makes it, whatever becomes of its client
    # shellcheck disable=SC2016 # the inner shell's $1
    setsid sh -c 'sleep 0.5; echo - >"$1"' make "$state/containers/$name" &
    exec sleep 600
  fi
  echo - >"$state/containers/$name"
  echo 0123
}

# Starts a container that was made, and is its input and output.
start_made() {
  for name; do :; done
  [ -f "$state/containers/$name" ] || fail 1 "Error: No such container: $name"
  # shellcheck disable=SC2016 # the inner shell's $$
  sh -c 'echo "$$" >"$1"; echo ready; exec cat >/dev/null' run "$state/containers/$name"
  status=$?
  rm -f "$state/containers/$name"
  exit "$status"
}

execute() {
  folder=/tmp
  if [ "$1" = --workdir ]; then
    folder=$2
    shift 2
  fi
  name=$1
  shift
  [ -f "$state/containers/$name" ] || fail 1 "Error response from daemon: No such container: $name"
  mkdir -p "$state/files/$name"
  case "${4-}" in kill) exit 0 ;; esac # all processes: would reach strangers on this machine
  case "${3-}" in *dd\ if=/dev/null*) exit 0 ;; esac
  if [ "$1" = mkdir ]; then
    mkdir -p "$state/files/$name${3#/bench}"
    exit
  fi
  case $folder in
    /bench*) cd "$state/files/$name${folder#/bench}" || exit 126 ;;
    *) cd "$state" || exit 126 ;;
  esac
  export BV_FAKE_PLACE=docker
  case "$*" in
    sysbench*run)
      if is dies || { is diesonce && [ ! -e "$state/died" ]; }; then
        : >"$state/died"
        read -r first _ <"$state/containers/$name"
        sleep 0.1
        kill -9 "$first"
        exit 137
      fi
      ;;
  esac
  if [ "$1" = sh ]; then
    shift
    set -- /bin/sh "$@"
  fi
  # shellcheck disable=SC2123 # it is the search path that is meant
  if is nosysbench; then PATH=/nonexistent; else PATH=${0%/*}/inside:$PATH; fi
  export PATH
  exec "$@"
}

image() {
  case $1 in
    inspect)
      for last; do :; done
      if [ "$last" = sha256:0456 ]; then
        echo '{"Id":"sha256:0456","RepoTags":[]}'
        exit
      fi
      if is noimage || { [ "$last" != present:1 ] && [ ! -e "$state/imported" ]; }; then
        fail 1 "Error: No such image: $last"
      fi
      case $* in
        *--format*json* | "inspect $last")
          echo '{"Id":"sha256:0123","RepoTags":["present:1"],"RepoDigests":["present@sha256:4567"]}'
          ;;
        *) echo "sha256:0123" ;;
      esac
      ;;
    ls)
      case $* in
        *label=org.benchvisor.builtin*) [ ! -e "$state/imported" ] || echo "benchvisor-builtin:aaaaaaaaaaaa 0123" ;;
        *)
          for name in present:1 $(cat "$state/pulled" 2>/dev/null); do
            echo "{\"Repository\":\"${name%%:*}\",\"Tag\":\"${name##*:}\",\"ID\":\"0123\",\"Size\":\"77.8MB\"," \
              '"CreatedSince":"2 weeks ago"}'
          done
          ;;
      esac
      ;;
    rm)
      is inuse && fail 1 "Error response from daemon: conflict: unable to delete $2 (must be forced)"
      rm -f "$state/imported"
      ;;
    *) ;;
  esac
}

pull() {
  is denied && fail 1 "Error response from daemon: pull access denied for $1, repository does not exist"
  echo "${1##*:}: Pulling from library/${1%%:*}"
  if is slowpull; then exec sleep 600; fi
  echo "$1" >>"$state/pulled"
  echo "Status: Downloaded newer image for $1"
}

build() {
  echo "Step 1/2 : FROM present:1"
  echo "Step 2/2 : RUN apt-get -q update"
  if is slowbuild; then exec sleep 600; fi
  while [ "$1" != --iidfile ]; do shift; done
  echo sha256:0456 >"$2"
}

volume() {
  for last; do :; done
  case $1 in
    create) : >"$state/volumes/$last" && echo "$last" ;;
    rm) rm -f "$state/volumes/$last" ;;
    inspect) echo "$state/volumes" ;;
    *) cat "$state/list-volumes" 2>/dev/null ;;
  esac
}

verb=$1
shift
case $verb in
  info)
    if is down; then
      echo "{\"ServerErrors\":[\"$no_daemon\"],\"ClientInfo\":{\"Version\":\"20.10.24\"}}"
    else
      echo '{"ServerVersion":"20.10.24","OperatingSystem":"Debian GNU/Linux 12","Driver":"overlay2","NCPU":2,' \
        '"DockerRootDir":"/var/lib/docker","CgroupVersion":"2","ClientInfo":{"Version":"20.10.24","Context":"default"}}'
    fi
    ;;
  image) image "$@" ;;
  pull) pull "$@" ;;
  build) build "$@" ;;
  tag) echo "$2" >>"$state/pulled" ;;
  container) fail 1 "Error: No such container: $3" ;;
  import) : >"$state/imported" ;;
  volume) volume "$@" ;;
  pause)
    if is hangpause; then exec sleep 600; fi
    if is nopause; then fail 1 "Error response from daemon: cannot pause a container without a freezer"; fi
    if is diesinpause; then
      read -r first _ <"$state/containers/$1"
      read -r client <"$state/client"
      kill -9 "$first"
      while kill -0 "$client" 2>/dev/null; do sleep 0.02; done
      fail 1 "Error response from daemon: No such container: $1"
    fi
    ;;
  unpause)
    if is hangunpause; then exec sleep 600; fi
    if is nopause; then fail 1 "Error response from daemon: Container $1 is not paused"; fi
    ;;
  ps)
    for file in "$state"/containers/*; do
      [ -f "$file" ] || continue
      echo "${file##*/}"
    done
    ;;
  run) start "$@" ;;
  create) create "$@" ;;
  start) start_made "$@" ;;
  exec) execute "$@" ;;
  inspect)
    for last; do :; done
    case $2 in
      *Running*)
        if is late && [ -e "$state/died" ] && [ ! -e "$state/late" ]; then
          : >"$state/late"
          echo true
          exit
        fi
        if [ -e "$state/containers/$last" ]; then
          read -r first _ <"$state/containers/$last"
          if [ "$first" != - ] && kill -0 "$first" 2>/dev/null; then echo true; else echo false; fi
        else
          fail 1 "Error: No such object: $last"
        fi
        ;;
      *) echo "0 elsewhere" ;;
    esac
    ;;
  rm)
    for last; do :; done
    read -r first _ <"$state/containers/$last" || fail 1 "Error: No such container: $last"
    [ "$first" = - ] || kill -9 "$first"
    rm -f "$state/containers/$last"
    ;;
  system) exec sleep 600 ;; # dial-stdio: an engine that tells nothing
  *) ;;
esac
