#!/usr/bin/env bash
# The formatting of .clang-format. Versions disagree, so it is version 14 for everybody.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

tool=
for candidate in clang-format-14 clang-format; do
    if "$candidate" --version 2>/dev/null | grep -qE 'version 14\.'; then
        tool=$candidate
        break
    fi
done
[[ -n $tool ]] || need "clang-format version 14"
mapfile -t sources < <(files '*.cpp' '*.h')
((${#sources[@]})) || exit 0
if ! "$tool" --dry-run -Werror --ferror-limit=3 "${sources[@]}" 2>&1; then
    printf 'Mend it with: %s -i FILE…\n' "$tool"
    failed=1
fi
