#!/usr/bin/env bash
# Every header begins with #pragma once.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

while IFS= read -r file; do
    if [[ $(head -n 1 "$file") != '#pragma once' ]]; then
        printf '%s:1: begin a header with #pragma once\n' "$file"
        failed=1
    fi
done < <(files '*.h')
