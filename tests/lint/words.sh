#!/usr/bin/env bash
# Unfinished work goes into an issue, and paths of one machine into nobody's tree. Recorded data is as it is.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

mapfile -t texts < <(files '*' | grep -vE '\.svg$|^LICENSE$|^tests/data/|^tests/fuzz/corpus/|^tests/lint/selftest\.sh$')
report "unfinished work; finish it or open an issue" \
    < <(find_text 'TO[D]O|FIX[M]E|X[X]X|[Nn]ot implemente[d]' "${texts[@]}")
# Tests make up home folders; that is no machine's path.
mapfile -t product < <(printf '%s\n' "${texts[@]}" | grep -v '^tests/')
advice="a path of one machine; compute it or take it as an argument"
report "$advice" < <(find_text '(^|[^A-Za-z0-9_.$}~/])/work/[A-Za-z0-9]' "${texts[@]}")
report "$advice" < <(find_text '(^|[^A-Za-z0-9_.$}~/])/(home|Users)/[A-Za-z0-9]' "${product[@]}")
