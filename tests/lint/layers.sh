#!/usr/bin/env bash
# The pure part of core (values in, values out) and who may include whom there:
#   base  <-  sysbench  <-  plan  <-  analysis, which may also read the values of a session.
# Import knows sessions; two of its files read, the others are pure.
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "$0")/common.sh"

# layer FOLDER ALLOWED-INCLUDES: quoted includes of the folder must begin with one of those.
layer() {
    local sources
    mapfile -t sources < <(files "core/$1/*.cpp" "core/$1/*.h")
    report "core/$1 may include \"${2//|/, }\" only; the arrow goes the other way" \
        < <(find_text '#[[:space:]]*include[[:space:]]*"' "${sources[@]}" | grep -vE "include[[:space:]]*\"($2)" || true)
}
layer base 'base/'
layer sysbench 'base/|sysbench/'
layer plan 'base/|sysbench/|plan/'
layer analysis 'base/|sysbench/|plan/|analysis/|session/run_record\.h|session/session\.h'

layer import 'base/|sysbench/|plan/|session/|import/'

mapfile -t pure < <(files 'core/sysbench/*.cpp' 'core/sysbench/*.h' 'core/plan/*.cpp' 'core/plan/*.h' \
    'core/analysis/*.cpp' 'core/analysis/*.h')
mapfile -t -O "${#pure[@]}" pure < <(files 'core/import/*.cpp' 'core/import/*.h' |
    grep -vE '/(import_preview|reference_session)\.cpp$') # these read files
advice="sysbench, plan, analysis and import are pure"
report "$advice: no objects with signals; return a value" \
    < <(find_code '\<(QObject|Q_OBJECT|QThread|QTimer|QEventLoop|QSettings|qApp)\>' "${pure[@]}")
report "$advice: no files, processes, sockets or databases; take the content as an argument" \
    < <(find_code '\<(QFile|QFileInfo|QDir|QSaveFile|QTemporary[A-Za-z]+|QProcess[A-Za-z]*|QStandardPaths|Q[A-Za-z]+Socket|QSql[A-Za-z]+|QNetwork[A-Za-z]+|fopen|getenv|qgetenv|qEnvironmentVariable|[io]?fstream)\>' "${pure[@]}")
report "$advice: no clock; take the time as an argument" \
    < <(find_code '\<(QElapsedTimer|QDeadlineTimer|currentDateTime(Utc)?|currentDate|currentTime|current(M)?SecsSinceEpoch|clock_gettime|gettimeofday)\>|_clock::now' "${pure[@]}")
report "$advice: no chance but a seed that is given; take the seed as an argument" \
    < <(find_code '\<random_device\>|QRandomGenerator(64)?::(global|system|securelySeeded)|\<s?rand[[:space:]]*\(' "${pure[@]}")
report "$advice: no coroutines; let the caller await" \
    < <(find_code '\<(co_await|co_return|co_yield)\>|#[[:space:]]*include[[:space:]]*<(Q[Cc]oro|coroutine)' "${pure[@]}")
