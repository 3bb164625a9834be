#pragma once

#include "sysbench/line_facts.h"
#include "sysbench/parsed_run.h"

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <utility>

namespace bv::sysbench {

/// Puts the facts of successive lines together to runs. Where one run ends and the next begins:
/// - a header line, or a second "Running the test with following options:", begins a run;
/// - so does, in output that was filtered (grep), a figure that the run at hand already has, an interval whose time
/// goes
///   back, or anything after the last line of a report.
/// A header alone (as `prepare`, `cleanup` and `--version` print it) is no run. Pure; one thread at a time.
class RunAssembler
{
public:
    using IntervalHandler = std::function<void(const Interval&)>;

    /// Intervals kept per run; later ones reach the handler only. A day and a half at one a second.
    static constexpr qsizetype maximumIntervals = 131072;

    explicit RunAssembler(Test expected)
        : m_expected(expected)
    {
    }

    void setIntervalHandler(IntervalHandler handler) { m_onInterval = std::move(handler); }
    void apply(const Fact& fact);
    /// Ends the run at hand.
    void finish() { close(); }
    QList<ParsedRun> takeRuns() { return std::exchange(m_runs, {}); }

private:
    /// What is known of the run at hand beside what it will hand over.
    struct State
    {
        bool active = false;
        bool header = false;    ///< began with a header line
        bool started = false;   ///< "Running the test …" was there
        bool evidence = false;  ///< it is a run indeed, not only a header
        bool preparing = false; ///< output of `prepare`
        bool checkpoint = false;
        bool done = false;        ///< the last line of the report was there
        bool shortReport = false; ///< fileio of 1.1: the report ends with the latency
        bool cpuSpeed = false;    ///< events/s is that of "CPU speed:"
        bool isOtherTest = false; ///< SQL
        quint32 sections = 0;     ///< bit per Fact::Section
        double lastIntervalS = -1;
        Test hintedTest = Test::Unknown; ///< by the command line typed before
        QString hintedMode;
        std::optional<std::array<double, 3>> counts;  ///< reads, writes, others: see Fact::Kind::Counts
        std::optional<std::array<double, 2>> amounts; ///< MiB read, MiB written
        ParsedRun run;
    };

    void open();
    void close();
    void reopen();
    bool isHeadless() const { return !m_state.header && !m_state.started; }
    bool repeatsCpuSpeed(const Fact& fact) const;
    bool takeTest(const Fact& fact);
    bool readyFor(const Fact& fact, Metric metric);
    void setMetric(Metric metric, double value);
    void reportEnded();

    void onHeader(const Fact& fact);
    void onCommand(const Fact& fact);
    void onRunStart();
    void onSection(const Fact& fact);
    void onFigures(const Fact& fact);
    void onInterval(const Fact& fact);
    void onParameter(const Fact& fact);
    void onPercentile(const Fact& fact);
    void onMessage(const Fact& fact);
    void addError(std::string_view text);

    Test m_expected;
    IntervalHandler m_onInterval;
    State m_state;
    QList<ParsedRun> m_runs;
    Test m_commandTest = Test::Unknown;
    QString m_commandMode;
    bool m_commandSeen = false;
    std::string m_badOption; ///< stderr may stand before the header that stdout prints
};

} // namespace bv::sysbench
