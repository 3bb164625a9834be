# shellcheck shell=bash
# What every lint starts with; sourced. A lint is called with the tree to read (default: this one), prints each finding
# as "file:line: what is wrong; what to do", and ends with 1 if there was one. It never writes into the tree.
set -euo pipefail

lint_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
cd "${1:-$lint_dir/../..}"
failed=0

# files PATTERN…: the files of the tree, one a line, whose name matches one of the shell patterns; untracked ones too,
# ignored ones not. Works outside git (a source archive) as well.
files() {
    local file pattern
    if [[ $(git rev-parse --show-toplevel 2>/dev/null || true) == "$PWD" ]]; then
        git ls-files --cached --others --exclude-standard
    else
        find . -type f -not -path './build*' -not -path './.git/*' -not -path './.cache/*' -printf '%P\n'
    fi | LC_ALL=C sort -u | while IFS= read -r file; do
        for pattern in "$@"; do
            # shellcheck disable=SC2053 # a pattern is meant
            if [[ $file == $pattern && -f $file ]]; then
                printf '%s\n' "$file"
                break
            fi
        done
    done
}

# report MESSAGE: reads "file:line: …" lines and prints file:line with the message, and what stands there.
report() {
    local line rest
    while IFS= read -r line; do
        failed=1
        rest=${line#*:*:}
        printf '%s: %s\n    %s\n' "${line%":$rest"}" "$1" "${rest#"${rest%%[![:space:]]*}"}"
    done
}

# code FILE…: "file:line:text" of the files with comments and literals blanked.
code() { (($# == 0)) || perl "$lint_dir/cpp.pl" lines "$@"; }

# find_code REGEX FILE…: the lines of code that match (extended regular expression on the text).
find_code() {
    local regex=$1
    shift
    code "$@" | grep -E "^[^:]*:[0-9]+:.*($regex)" || true
}

# find_text REGEX FILE…: the same on the text as it is.
find_text() {
    local regex=$1
    shift
    (($# == 0)) || grep -HnIE -e "$regex" -- "$@" || true
}

# need PROGRAM-DESCRIPTION: ends the lint because a tool is missing. CI has them all, so there it is a failure.
need() {
    printf '%s\n' "$1 is missing (packaging/test installs it)."
    [[ ${CI:-} != true ]] || exit 1
    exit 77
}

ended() {
    local status=$?
    ((status)) || exit "$failed"
    exit "$status"
}
trap ended EXIT
