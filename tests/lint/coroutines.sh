#!/usr/bin/env bash
# GCC 12 destroys some temporaries of a co_await expression twice (braces, capturing lambdas).
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

mapfile -t sources < <(files '*.cpp' '*.h')
((${#sources[@]})) || exit 0
report "no braces and no lambda in a co_await expression: GCC 12 destroys them twice; name it on a line of its own first" \
    < <(perl "$lint_dir/cpp.pl" coroutines "${sources[@]}")
report "QCoro 0.8 moves out of the member; return a const copy that has a name" \
    < <(find_code '\<co_return[[:space:]]+\*?(this->)?m_[A-Za-z0-9_.]*(->[A-Za-z0-9_.]+)*[[:space:]]*;' "${sources[@]}")
