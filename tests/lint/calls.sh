#!/usr/bin/env bash
# Calls the program does without. Where one is right all the same, its line ends in "// lint: REASON".
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

mapfile -t product < <(files 'app/*.cpp' 'app/*.h' 'core/*.cpp' 'core/*.h' 'ui/*.cpp' 'ui/*.h')
((${#product[@]})) || exit 0
report "the lambda outlives what it captures; give connect() a context object as third argument" \
    < <(perl "$lint_dir/cpp.pl" connects "${product[@]}")
report "nothing may block or nest an event loop outside tests; await it, or connect to its signal" \
    < <(find_code '\<waitFor[A-Za-z]*[[:space:]]*(<[^>]*>)?\(|\<QEventLoop\>' "${product[@]}")
report "QFuture::then of Qt 6.4 aborts when the context has died; use whenDone() of base/when_done.h" \
    < <(find_code '\.then[[:space:]]*\([[:space:]]*(this|&|[a-z_]+[[:space:]]*,)' "${product[@]}")
report "never sleep; wait for what is to happen, with a deadline" \
    < <(find_code '\<(sleep|msleep|usleep|nanosleep|clock_nanosleep|sleep_for|sleep_until)[[:space:]]*\(' "${product[@]}")
report "tests use what everybody may use; make it part of the interface or test it from outside" \
    < <(find_code '\<friend[[:space:]]+(class|struct)[[:space:]]+([A-Za-z_:]*[Tt]est|tst_)' "${product[@]}")
