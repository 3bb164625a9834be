#!/usr/bin/env bash
# A file is one room: 600 lines at most.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

while IFS= read -r file; do
    lines=$(wc -l <"$file")
    if ((lines > 600)); then
        printf '%s:%d: %d lines; split it by what it does (600 at most)\n' "$file" 601 "$lines"
        failed=1
    elif ((lines > 500)); then
        printf '%s:%d: %d lines; soon too long (600 at most)\n' "$file" 501 "$lines"
    fi
done < <(files '*.cpp' '*.h' '*.sh' '*.pl' '*.cmake' '*CMakeLists.txt' 'packaging/run' 'packaging/test' '.ci/run')
