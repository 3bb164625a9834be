#!/usr/bin/env bash
# Every shell script passes shellcheck.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

command -v shellcheck >/dev/null || need shellcheck
mapfile -t scripts < <({ files '*.sh'; find_text '^#!.*\<(bash|sh)$' packaging/* .ci/*; } 2>/dev/null | sed 's/:1:.*//' | sort -u)
((${#scripts[@]})) || exit 0
shellcheck --external-sources --format=gcc "${scripts[@]}" || failed=1
