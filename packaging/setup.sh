# shellcheck shell=bash
# What packaging/run and packaging/test share: installing, building, making the guest, and ending well. Sourced.
# Everything is said on stderr; stdout belongs to the program.

source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
ask=true
if [[ ${CI:-} == true || ! -t 0 ]]; then
    ask=false
fi

say() { printf '%s\n' "$*" >&2; }

# die STATUS MESSAGE…
die() {
    local status=$1
    shift
    say "$@"
    exit "$status"
}

# --- Ending: whatever happens, the command that runs is ended first, then what the script put on the clean-up list.

group=
cleanups=()

# on_exit COMMAND: called when the script ends, last one first, with its output thrown away.
on_exit() { cleanups=("$1" "${cleanups[@]}"); }

clean_up() {
    local status=$? command
    trap '' INT TERM HUP
    set +e
    for command in "${cleanups[@]}"; do
        "$command"
    done >/dev/null 2>&1
    exit "$status"
}

# interrupted NUMBER NAME: passes the signal on to all that runs, once, and ends. What has not ended in 10 s is killed.
interrupted() {
    trap '' INT TERM HUP
    if [[ -n $group ]]; then
        kill -s "$2" -- "-$group" 2>/dev/null || true
        for ((i = 0; i < 100; ++i)); do
            kill -0 -- "-$group" 2>/dev/null || break
            sleep 0.1
        done
        kill -KILL -- "-$group" 2>/dev/null || true
    fi
    exit $((128 + $1))
}

trap clean_up EXIT
trap 'interrupted 1 HUP' HUP
trap 'interrupted 2 INT' INT
trap 'interrupted 15 TERM' TERM

# guarded COMMAND…: runs it in a process group of its own and waits. Bash would otherwise look at a signal only when the
# command has ended, and a signal sent to this script alone would never reach what the command started.
guarded() {
    local status=0
    set -m
    "$@" &
    group=$!
    set +m
    wait "$group" || status=$?
    group=
    return "$status"
}

# temporary_folder: prints a new folder of mode 0700. Its path is short, because the paths of unix sockets end at 107
# bytes, and it lies in /var/tmp, because /tmp may be memory and files in it would measure memory.
temporary_folder() {
    local base=/var/tmp
    [[ -d $base && -w $base ]] || base=/tmp
    base=$(mktemp -d -p "$base" --suffix=.bvd)
    printf '%s\n' "$$" >"$base/owner"
    printf '%s\n' "$base"
}

# --- Packages

# packages COLUMN USE…: the names in that column of dependencies.txt (1 is apt), one a line.
packages() {
    awk -F '|' -v column="$1" -v uses="${*:2}" '
        /^#/ || NF < 6 { next }
        { use = $1; name = $(column + 1); gsub(/ /, "", use); gsub(/ /, "", name) }
        index(" " uses " ", " " use " ") && name != "-" && !seen[name]++ { print name }
    ' "$source_dir/packaging/dependencies.txt"
}

# A client with an engine that can be started or is there already; or Podman, which needs none.
have_container_tool() {
    command -v podman >/dev/null && return
    command -v docker >/dev/null || return
    [[ -n ${DOCKER_HOST:-} || -n ${DOCKER_CONTEXT:-} || -S /var/run/docker.sock ]] || PATH=$PATH:/usr/sbin command -v dockerd >/dev/null
}

# missing_packages USE…: the apt packages that are not installed, one a line.
missing_packages() {
    local wanted installed name
    mapfile -t wanted < <(packages 1 "$@")
    installed=$'\n'$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "${wanted[@]}" 2>/dev/null || true)$'\n'
    for name in "${wanted[@]}"; do
        if [[ $installed != *$'\n'"$name installed"$'\n'* ]]; then
            [[ $name == docker.io ]] && have_container_tool && continue
            printf '%s\n' "$name"
        fi
    done
}

# Systems without apt: says what to install when a tool is missing; there is no cheap way to ask for the libraries, which
# the configuration step names when it does not find them.
require_without_apt() {
    local tool missing=() column=2 installer="(the names are Fedora's)"
    for tool in c++ cmake ninja qemu-system-x86_64 qemu-img sysbench busybox; do
        command -v "$tool" >/dev/null || missing+=("$tool")
    done
    have_container_tool || missing+=("docker or podman")
    ((${#missing[@]})) || return 0
    if command -v dnf >/dev/null; then
        installer="sudo dnf install"
    elif command -v pacman >/dev/null; then
        column=3 installer="sudo pacman -S --needed"
    elif command -v zypper >/dev/null; then
        column=4 installer="sudo zypper install"
    fi
    say "Not found: $(printf '%s, ' "${missing[@]}" | sed 's/, $//')."
    say "Only apt systems are set up automatically. Please install:"
    say "  $installer $(packages "$column" "$@" | tr '\n' ' ')"
    exit 2
}

as_root() {
    if ((EUID == 0)); then
        "$@"
    else
        sudo "$@"
    fi
}

apt_get() { as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=120 "$@" >&2; }

have_package_lists() { compgen -G '/var/lib/apt/lists/*_Packages*' >/dev/null; }

# install_missing USE…
install_missing() {
    local missing answer
    if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
        require_without_apt "$@"
        return
    fi
    mapfile -t missing < <(missing_packages "$@")
    ((${#missing[@]})) || return 0

    say "Benchvisor needs these packages, which are not installed:"
    say "  ${missing[*]}"
    if ((EUID != 0)) && ! command -v sudo >/dev/null; then
        die 2 "Please install them as root and try again:" $'\n'"  apt-get install --no-install-recommends ${missing[*]}"
    fi
    if [[ $ask == true ]]; then
        read -r -p "Install them now? [Y/n] " answer >&2 || answer=n
        [[ ${answer,,} =~ ^(|y|yes)$ ]] || die 2 "Nothing was installed."
    fi
    have_package_lists || apt_get update || die 2 "The package lists could not be fetched; the reason is above."
    # From Debian 13 on the client is a package of its own that docker.io only recommends.
    if [[ " ${missing[*]} " == *" docker.io "* ]] && apt-cache show docker-cli >/dev/null 2>&1; then
        missing+=(docker-cli)
    fi
    apt_get install -y --no-install-recommends "${missing[@]}" && return
    say "Once more, with fresh package lists."
    if ! apt_get update || ! apt_get install -y --no-install-recommends "${missing[@]}"; then
        die 2 "The packages could not be installed; the reason is above. Benchvisor needs Debian 12, Ubuntu 24.04 or newer."
    fi
}

# --- Building

# build PRESET: configures only when the build folder does not know how to do so itself (no build files yet, the presets
# changed, or the source folder was moved); all else ninja finds out.
build() {
    local folder=$source_dir/build/$1 fresh=() quiet=()
    if [[ -e $folder/CMakeCache.txt ]] &&
        ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$source_dir" "$folder/CMakeCache.txt"; then
        fresh=(--fresh)
    fi
    if [[ ${#fresh[@]} -gt 0 || ! -e $folder/build.ninja || $source_dir/CMakePresets.json -nt $folder/build.ninja ]]; then
        say "Configuring build/$1."
        guarded cmake -S "$source_dir" --preset "$1" "${fresh[@]}" >&2 ||
            die 1 "The build could not be configured; the reason is above. What is needed: packaging/dependencies.txt"
    fi
    if [[ -x $folder/app/benchvisor ]]; then
        quiet=(-- --quiet)
    else
        say "Building build/$1. This takes some minutes the first time."
    fi
    guarded cmake --build "$folder" "${quiet[@]}" >&2 || die 1 "The build failed; the reason is above."
}

# make_guest PROGRAM: the built-in guest. Its kernel comes from the package lists, which minimal machines do not have.
make_guest() {
    if ((EUID == 0)) && command -v apt-get >/dev/null && ! have_package_lists; then
        apt_get update || true
    fi
    guarded "$1" guest build >&2 || die 2 "The built-in guest could not be made; the reason is above."
}
