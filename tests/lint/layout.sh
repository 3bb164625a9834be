#!/usr/bin/env bash
# What stands at the top of the tree; everything else has a place below.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

allowed=" app core ui resources tests packaging CMakeLists.txt CMakePresets.json README.md CHANGELOG.md CONTRIBUTING.md LICENSE "
while IFS= read -r file; do
    top=${file%%/*}
    if [[ $top != .* && $allowed != *" $top "* ]]; then
        printf '%s:1: "%s" does not belong at the top of the tree; see the layout in CONTRIBUTING.md\n' "$file" "$top"
        failed=1
    fi
done < <(files '*')
