# shellcheck shell=bash
# A Docker engine of one's own, for machines where none is running: data, state and socket in one temporary folder;
# without systemd, bridge or iptables. Needs root, and setup.sh sourced before.

engine_folder=
engine_pid=
engine_mounted_cgroup=

# docker_reachable: true when Docker (DOCKER_HOST and contexts included) answers within 5 s; the tests need it.
docker_reachable() {
    command -v docker >/dev/null &&
        timeout 5 docker version --format '{{.Server.Version}}' >/dev/null 2>&1 </dev/null
}

# engine_reachable: true when that or Podman does.
engine_reachable() {
    if docker_reachable; then
        return
    fi
    command -v podman >/dev/null && timeout 5 podman info >/dev/null 2>&1 </dev/null
}

engine_answers() {
    timeout 2 docker --host "unix://$engine_folder/docker.sock" version >/dev/null 2>&1 </dev/null
}

# engine_start: 0 when the engine answers; DOCKER_HOST is then exported. Otherwise 1, with the reason said.
# The caller ends it with engine_stop.
engine_start() {
    local deadline=$((SECONDS + 30))
    PATH=$PATH:/usr/sbin:/sbin
    if ! command -v dockerd >/dev/null || ! command -v docker >/dev/null; then
        say "There is no dockerd to start (package docker.io)."
        return 1
    fi
    engine_sweep
    engine_folder=$(temporary_folder)
    if ! awk '$3 ~ /^cgroup/ { found = 1 } END { exit !found }' /proc/self/mounts &&
        mount -t cgroup2 none /sys/fs/cgroup 2>/dev/null; then
        engine_mounted_cgroup=true
    fi
    # In a session of its own, so that Ctrl-C does not take it away from those who are still cleaning up; with a parent's
    # death signal, so that it does not outlive a script that was killed.
    # containerd writes to TMPDIR when it is ended in haste.
    TMPDIR=$engine_folder setpriv --pdeathsig TERM setsid dockerd --iptables=false --bridge=none --shutdown-timeout 3 \
        --data-root "$engine_folder/data" --exec-root "$engine_folder/exec" \
        --host "unix://$engine_folder/docker.sock" --pidfile "$engine_folder/pid" \
        >"$engine_folder/log" 2>&1 </dev/null &
    engine_pid=$!
    until engine_answers; do
        if ! kill -0 "$engine_pid" 2>/dev/null || ((SECONDS >= deadline)); then
            say "The Docker engine did not start. Its last words:"
            tail -n 5 "$engine_folder/log" | sed 's/^/  /' >&2
            engine_stop
            return 1
        fi
        sleep 0.1
    done
    unset DOCKER_CONTEXT
    export DOCKER_HOST=unix://$engine_folder/docker.sock
}

# engine_stop: ends the engine and its containers, and removes all it left. Says nothing.
engine_stop() {
    [[ -n $engine_folder ]] || return 0
    {
        timeout 10 docker --host "unix://$engine_folder/docker.sock" ps --quiet |
            xargs -r timeout 10 docker --host "unix://$engine_folder/docker.sock" kill
        if [[ -n $engine_pid ]]; then
            kill -TERM "$engine_pid"
            for ((i = 0; i < 150; ++i)); do
                kill -0 "$engine_pid" || break
                sleep 0.1
            done
        fi
        engine_remove "$engine_folder"
        wait "$engine_pid"
        [[ -z $engine_mounted_cgroup ]] || umount /sys/fs/cgroup
        rmdir /run/containerd/s /run/containerd
    } >/dev/null 2>&1 </dev/null || true
    engine_folder=
    engine_pid=
    unset DOCKER_HOST
}

# engine_remove FOLDER: kills what still works on an engine's folder (containerd, shims), unmounts and removes it.
engine_remove() {
    local process mount
    # The folder's name is given in a file, because grep would find itself otherwise.
    while IFS=/ read -r _ _ process _; do
        kill -KILL "$process" 2>/dev/null || true
    done < <(grep -lsaFf <(printf '%s\n' "$1/") /proc/[0-9]*/cmdline)
    while read -r mount; do
        umount -l "$mount" 2>/dev/null || true
    done < <(awk -v folder="$1/" 'index($2, folder) == 1 { print $2 }' /proc/self/mounts | sort -r)
    rm -rf --one-file-system "$1"
}

# engine_sweep: removes what scripts left that were killed.
engine_sweep() {
    local owner
    for owner in /var/tmp/tmp.*.bvd/owner /tmp/tmp.*.bvd/owner; do
        if [[ -O $owner ]] && ! kill -0 "$(<"$owner")" 2>/dev/null; then
            engine_remove "${owner%/owner}"
        fi
    done
}

# engine_advice: says what to do where no engine answers.
engine_advice() {
    say "No container engine answers."
    if [[ -S /var/run/docker.sock && ! -w /var/run/docker.sock ]]; then
        say "  Docker runs, but you may not use it:  sudo usermod -aG docker $(id -un)   and log in again."
    elif [[ -n ${DOCKER_HOST:-}${DOCKER_CONTEXT:-} ]]; then
        say "  DOCKER_HOST or DOCKER_CONTEXT is set to one that does not answer; unset it, or start that engine."
    elif [[ -d /run/systemd/system ]]; then
        say "  Start it:  sudo systemctl start docker"
    else
        say "  Start dockerd as root, or run this as root: it then starts an engine of its own and stops it at the end."
    fi
}
