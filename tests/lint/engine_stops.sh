#!/usr/bin/env bash
# packaging/docker-engine.sh leaves nothing: no process, mount or folder, whether the script that started the engine
# ends, is interrupted while a container runs, or is killed (then by the next start).
set -euo pipefail

packaging=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../packaging" && pwd -P)
((EUID == 0)) || { echo "Needs root." && exit 77; }

scratch=$(mktemp -d)
failures=0
nap=86400$$ # seconds; nobody else's container sleeps just as long
trap 'rm -rf "$scratch"' EXIT

# What packaging/run and packaging/test do, with a command that outlives any test.
cat >"$scratch/script" <<'END'
#!/usr/bin/env bash
set -euo pipefail
. "$1/setup.sh"
. "$1/docker-engine.sh"
on_exit engine_stop
engine_start
tar -C / -cf - "$(realpath --relative-to=/ "$(command -v busybox)")" | docker import - bv-engine-test >/dev/null
docker run --detach --rm --network none bv-engine-test "$(realpath "$(command -v busybox)")" sleep "$4" >/dev/null
printf '%s\n' "$engine_folder" >"$2"
[[ $3 != end ]] || exit 0
guarded setpriv --pdeathsig KILL sleep 600
END
chmod +x "$scratch/script"

left() {
    local found=0
    if grep -lsaFf <(printf '%s\n' "$1/" "$nap") /proc/[0-9]*/cmdline; then found=1; fi
    if grep -F "$1/" /proc/self/mounts; then found=1; fi
    if [[ -e $1 ]]; then ls -d "$1" && found=1; fi
    return $((1 - found))
}

for how in end INT TERM HUP KILL; do
    rm -f "$scratch/folder"
    # A job of its own with the signals as a terminal gives them; bash would have them ignored otherwise.
    env --default-signal=INT,TERM,HUP "$scratch/script" "$packaging" "$scratch/folder" "$how" "$nap" &
    script=$!
    for ((i = 0; i < 600; ++i)); do
        [[ -s $scratch/folder ]] && break
        kill -0 "$script" 2>/dev/null || break
        sleep 0.1
    done
    if ! folder=$(cat "$scratch/folder" 2>/dev/null); then
        echo "$how: the engine did not start"
        failures=1
        continue
    fi
    [[ $how == end ]] || kill -s "$how" "$script"
    status=0
    wait "$script" 2>/dev/null || status=$?
    if [[ $how == KILL ]]; then
        # The engine follows its script; the folder goes with the next start.
        for ((i = 0; i < 100; ++i)); do
            [[ -e $folder/pid ]] || break
            sleep 0.1
        done
        bash -c '. "$1/setup.sh"; . "$1/docker-engine.sh"; engine_sweep' - "$packaging"
    fi
    if left "$folder"; then
        echo "$how: the engine left this behind"
        failures=1
    else
        echo "$how: nothing left (status $status)"
    fi
done
exit "$failures"
