#pragma once

#include "sysbench/line_splitter.h"
#include "sysbench/parsed_run.h"
#include "sysbench/run_assembler.h"

#include <QByteArrayView>
#include <QList>

namespace bv::sysbench {

/// Reads the output of sysbench 0.4, 0.5, 1.0 and 1.1, all five tests, as it comes: bytes in chunks cut anywhere, any
/// number of runs, and whatever stands around them (titles, prompts, typed commands, CRLF, lone CR, terminal escapes,
/// quoting, indentation, line numbers, time stamps, UTF-16 with ASCII in it). The formats: see readLine(). What is not
/// sysbench's is passed over; there are no errors, only runs that are not there or not complete.
/// Memory: a line of at most 8 KiB, one run with at most 131072 intervals, and the finished runs that were not taken.
/// Pure, no locale; one thread at a time; the result does not depend on where the chunks were cut.
class OutputParser
{
public:
    using IntervalHandler = RunAssembler::IntervalHandler;

    /// `expected`: the test of runs that do not tell it themselves (threads and mutex since 0.5), where the caller
    /// knows.
    explicit OutputParser(Test expected = Test::Unknown)
        : m_assembler(expected)
    {
    }

    /// `handler` is called inside feed() and finish() for each interval line, as soon as its end was fed.
    void setIntervalHandler(IntervalHandler handler) { m_assembler.setIntervalHandler(std::move(handler)); }

    void feed(QByteArrayView chunk);
    /// The input has ended: the run at hand is ended, too. Afterwards the parser may be fed another input.
    void finish();
    /// The runs that ended since the last call, in the order of the input. A run ends when the next one begins, or with
    /// finish(), not with the last line of its report.
    QList<ParsedRun> takeRuns() { return m_assembler.takeRuns(); }

private:
    LineSplitter m_splitter;
    RunAssembler m_assembler;
};

/// All runs in `output`, in order.
QList<ParsedRun> parseOutput(QByteArrayView output, Test expected = Test::Unknown);

} // namespace bv::sysbench
