#!/usr/bin/env bash
# The lints are shown to find what they look for, and to leave alone what only looks like it. The samples are made in a
# temporary tree.
set -euo pipefail

lint_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
failures=0
count=0

# run LINT: its output and status, for a tree that holds one file with the sample on stdin.
sample() {
    find "$tree" -mindepth 1 -delete
    mkdir -p "$tree/$(dirname "$2")"
    cat >"$tree/$2"
    status=0
    output=$("$lint_dir/$1.sh" "$tree" 2>&1) || status=$?
    count=$((count + 1))
}

wrong() {
    printf '%s\n' "$1" "${output:-(no output)}" ""
    failures=$((failures + 1))
}

# refuses LINT FILE LINE <sample: the lint fails and names the line.
refuses() {
    sample "$1" "$2"
    ((status == 77)) && return
    if ((status != 1)) || [[ $output != *"$2:$3:"* ]]; then
        wrong "$1 should have refused $2:$3 (status $status):"
    fi
}

# accepts LINT FILE <sample: the lint passes.
accepts() {
    sample "$1" "$2"
    if ((status != 0 && status != 77)); then
        wrong "$1 should have accepted $2 (status $status):"
    fi
}

# boundaries
refuses boundaries core/a.h 2 <<<$'#pragma once\n#include <QWidget>'
refuses boundaries core/target/a.cpp 1 <<<'#include <QtGui/QImage>'
refuses boundaries core/a.cpp 1 <<<'#include <QChartView>'
refuses boundaries core/a.cpp 1 <<<'#include "../app/cli/cli.h"'
refuses boundaries core/CMakeLists.txt 2 <<<$'target_link_libraries(bv_core\n  PUBLIC Qt6::Widgets)'
refuses boundaries ui/pages/a.cpp 1 <<<'#include <QProcess>'
refuses boundaries ui/a.cpp 1 <<<'#include <QLocalSocket>'
refuses boundaries ui/a.cpp 1 <<<'#include <QCoro/QCoroTask>'
refuses boundaries ui/a.cpp 1 <<<'#include "process/process.h"'
refuses boundaries ui/a.cpp 1 <<<'void f() { co_await g(); }'
accepts boundaries core/a.cpp <<<$'#include <QProcess>\n#include <QCoro/QCoroTask>\n#include <QFontless>'
accepts boundaries ui/a.cpp <<<$'#include <QWidget>\n#include "run/engine.h"\n// co_await is not for here'

# layers
refuses layers core/base/a.h 1 <<<'#include "sysbench/metrics.h"'
refuses layers core/sysbench/a.cpp 1 <<<'#include "plan/plan.h"'
refuses layers core/plan/a.cpp 1 <<<'#include "analysis/summary.h"'
refuses layers core/analysis/a.cpp 1 <<<'#include "session/store.h"'
refuses layers core/plan/a.h 1 <<<'class A : public QObject {};'
refuses layers core/sysbench/a.cpp 1 <<<'QFile file(name);'
refuses layers core/sysbench/a.cpp 1 <<<'#include <QProcess>'
refuses layers core/plan/a.cpp 2 <<<$'\nauto t = QDateTime::currentDateTimeUtc();'
refuses layers core/analysis/a.cpp 1 <<<'auto t = std::chrono::steady_clock::now();'
refuses layers core/analysis/a.cpp 1 <<<'auto n = QRandomGenerator::global()->generate();'
refuses layers core/analysis/a.cpp 1 <<<'co_return 1;'
accepts layers core/analysis/a.cpp <<<$'#include "session/run_record.h"\n#include "sysbench/metrics.h"\n// QFile is not for here\nauto s = "QTimer";\nQRandomGenerator g(seed);'
refuses layers core/import/a.cpp 1 <<<'#include "export/csv.h"'
refuses layers core/import/a.cpp 1 <<<'QFile file(name);'
accepts layers core/import/import_preview.cpp <<<$'#include "session/session.h"\nQFile file(name);'
accepts layers core/run/a.cpp <<<$'#include "target/target.h"\nQFile f(QDateTime::currentDateTime());'

# coroutines
refuses coroutines core/a.cpp 1 <<<'co_await go(Spec{path});'
refuses coroutines core/a.cpp 1 <<<'auto r = co_await go({path});'
refuses coroutines core/a.cpp 2 <<<$'const auto r =\n    co_await go(first,\n                second,\n                Spec{.path = path});'
refuses coroutines core/a.cpp 1 <<<'co_await QtConcurrent::run([s] { return s->size(); });'
refuses coroutines core/a.cpp 1 <<<'co_await [this] { return f(); }();'
refuses coroutines core/a.cpp 1 <<<'const auto x = pick(Spec{path}, co_await go());'
refuses coroutines core/a.cpp 1 <<<'const auto x = pick(co_await go(), Spec{path});'
refuses coroutines core/a.cpp 1 <<<'return_value(Pair{co_await go(), 1});'
refuses coroutines tests/core/tst_a.cpp 1 <<<'auto r = co_await f({u"a"_s});'
accepts coroutines core/a.cpp <<'END'
Task<> f(const QList<int>& m_list)
{
    // co_await go(Spec{path});
    log("co_await go({path})");
    if (const auto r = co_await go(path); !r) {
        co_return;
    }
    if (!co_await ready(stop))
        co_return Spec{path};
    while (co_await next(m_list[0], m_map[key])) {
        count += 1;
    }
    const Spec spec{path};
    const auto work = [this] { return size(); };
    auto result = co_await go(spec, work);
    for (const auto& x : co_await list()) {
        use(x);
    }
    auto task = [](QString a) -> Task<> { co_await go(a); };
    co_await sleepFor(100ms, stop);
}
END

# calls
refuses calls core/a.cpp 1 <<<'connect(m_p, &QProcess::finished, [this](int code) { f(code); });'
refuses calls app/a.cpp 2 <<<$'void f() {\nQObject::connect(\n    p, qOverload<int, QString>(&A::changed),\n    [=] { g(a, b); });}'
refuses calls core/a.cpp 1 <<<'connect(m_p, &A::b, callback);'
refuses calls core/a.cpp 1 <<<'process.waitForFinished(500);'
refuses calls core/a.cpp 1 <<<'auto x = QCoro::waitFor<int>(task());'
refuses calls ui/a.cpp 1 <<<'QEventLoop loop;'
refuses calls core/a.cpp 1 <<<'std::this_thread::sleep_for(1s);'
refuses calls core/a.cpp 1 <<<'QThread::msleep(10);'
refuses calls ui/a.cpp 1 <<<'library.list().then(this, [this](const QString& a) { show(a); });'
refuses calls ui/a.cpp 1 <<<'future.then(context, f);'
accepts calls ui/a.cpp <<<'whenDone(future.then(QtFuture::Launch::Async, f), this, g);'
refuses calls core/a.h 1 <<<'friend class TestStore;'
refuses calls core/a.h 1 <<<'friend class tst_Store;'
accepts calls tests/core/tst_a.cpp <<<'process.waitForFinished(500); QTest::qSleep(5); sleep(1);'
accepts calls core/a.cpp <<'END'
connect(m_p, &QProcess::finished, this, [this](int code) { f(code); });
connect(m_p, qOverload<int, QString>(&A::changed), this, &B::update, Qt::QueuedConnection);
if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
    return;
co_await sleepFor(100ms, stop); // never sleep(1)
m_process.waitForFinished(500); // lint: killed just above, and Qt would wait as well
END

# length, headers, layout, words
refuses length core/a.cpp 601 < <(seq 601)
accepts length core/a.cpp < <(seq 600)
refuses headers core/a.h 1 <<<$'// words\n#pragma once'
accepts headers core/a.h <<<'#pragma once'
refuses layout scripts/a.sh 1 <<<'true'
refuses layout notes.md 1 <<<'text'
accepts layout packaging/a.sh <<<'true'
accepts layout .github/workflow.yml <<<'a: b'
refuses words core/a.cpp 2 <<<$'int a;\n// TODO: more'
refuses words README.md 1 <<<'This is not implemented yet.'
refuses words packaging/a.sh 1 <<<'cd /home/somebody/benchvisor'
accepts words core/a.cpp <<<'auto s = root + "src/work/x"; f("~/work/y", "http://a.example/work/z"); // todos'
refuses words tests/core/tst_a.cpp 1 <<<'run("/work/somebody/benchvisor");'
accepts words tests/core/tst_a.cpp <<<'qputenv("HOME", "/home/alice");'
accepts words tests/data/a.txt <<<'TODO in a recording of /home/somebody'

# shell, format: skipped where the tool is missing
refuses shell packaging/a.sh 2 <<<$'#!/bin/bash\necho $1'
accepts shell packaging/a.sh <<<$'#!/bin/bash\necho "$1"'
# shellcheck disable=SC2016 # a sample
refuses shell packaging/run 2 <<<$'#!/usr/bin/env bash\necho $1'
refuses format core/a.cpp 1 <<<'int   a ;'
accepts format core/a.cpp <<<'int a;'

if ((failures)); then
    printf '%d of %d samples were judged wrongly.\n' "$failures" "$count"
    exit 1
fi
printf '%d samples judged rightly.\n' "$count"
