#include "sysbench/run_assembler.h"

#include "sysbench/run_figures.h"

#include <utility>

namespace bv::sysbench {

namespace {

using Kind = Fact::Kind;

constexpr std::size_t longestMessage = 500;
constexpr qsizetype longestError = 2000;

/// min of a run without events is the largest 64-bit number of nanoseconds in some versions.
constexpr double impossibleLatencyMs = 1e13;
/// What 0.4 and 0.5 print for a percentile beyond the end of their histogram.
constexpr double overflownPercentileMs = 1e7;

QString textOf(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

quint32 bitOf(Fact::Section section)
{
    return 1U << static_cast<unsigned>(section);
}

bool isLatency(Metric metric)
{
    return metric >= Metric::LatMinMs && metric <= Metric::LatP95Ms;
}

} // namespace

void RunAssembler::apply(const Fact& fact)
{
    switch (fact.kind) {
    case Kind::None:
        return;
    case Kind::Header:
        return onHeader(fact);
    case Kind::Command:
        return onCommand(fact);
    case Kind::RunStart:
        return onRunStart();
    case Kind::PrepareStart:
        m_state.preparing = m_state.active && !m_state.started && !m_state.evidence;
        return;
    case Kind::Checkpoint:
        m_state.checkpoint = m_state.active && !m_state.done;
        return;
    case Kind::Section:
        return onSection(fact);
    case Kind::Value:
    case Kind::Pair:
    case Kind::Counts:
    case Kind::Amounts:
    case Kind::Rates:
        return onFigures(fact);
    case Kind::IntervalLine:
        return onInterval(fact);
    case Kind::Threads:
    case Kind::Mode:
    case Kind::Evidence:
    case Kind::Parameter:
        return onParameter(fact);
    case Kind::Percentile:
        return onPercentile(fact);
    case Kind::Fatal:
    case Kind::Warning:
    case Kind::BadOption:
        return onMessage(fact);
    case Kind::OtherTest:
        m_state.isOtherTest = m_state.active && !m_state.done;
        return;
    }
}

void RunAssembler::open()
{
    m_state = {};
    m_state.active = true;
    m_state.hintedTest = std::exchange(m_commandTest, Test::Unknown);
    m_state.hintedMode = std::exchange(m_commandMode, {});
    m_commandSeen = false;
}

void RunAssembler::close()
{
    State state = std::exchange(m_state, {});
    if (!state.active)
        return;
    if (!state.evidence) {
        if (!state.header || m_badOption.empty())
            return;
        state.run.error = textOf(std::exchange(m_badOption, {}));
    }
    m_badOption.clear();
    if (state.checkpoint)
        state.run.metrics = {};
    ParsedRun& run = state.run;
    if (run.test == Test::Unknown && !state.isOtherTest)
        run.test = state.hintedTest != Test::Unknown ? state.hintedTest : m_expected;
    if (run.test == Test::Fileio && run.mode.isEmpty())
        run.mode = state.hintedMode;
    addDerived(run, state.counts, state.amounts);
    if (!run.error.isEmpty())
        dropEmptyFigures(run.metrics);
    const bool hasEnd = state.done && (state.shortReport || run.metrics.value(Metric::TotalTimeS));
    run.complete = hasEnd && run.error.isEmpty();
    m_runs.append(std::move(run));
}

void RunAssembler::reopen()
{
    close();
    open();
}

/// A line that only another test prints belongs to another run.
bool RunAssembler::takeTest(const Fact& fact)
{
    if (fact.test == Test::Unknown)
        return true;
    if (m_state.run.test != Test::Unknown && m_state.run.test != fact.test) {
        if (!fact.strong)
            return false;
        reopen();
    }
    m_state.run.test = fact.test;
    return true;
}

/// Makes sure that there is a run which `metric` may be added to.
bool RunAssembler::readyFor(const Fact& fact, Metric metric)
{
    if (!m_state.active || m_state.done) {
        if (!fact.strong)
            return false;
        reopen();
    } else if (m_state.run.metrics.value(metric) && !repeatsCpuSpeed(fact)) {
        if (!fact.strong && !isHeadless())
            return false;
        reopen();
    }
    return takeTest(fact);
}

/// cpu of 1.1 prints its speed twice: "events per second: 880.27" and, with more digits, "events/s (eps): 880.2741".
bool RunAssembler::repeatsCpuSpeed(const Fact& fact) const
{
    return fact.metric == Metric::EventsPerSec && fact.test == Test::Unknown && m_state.cpuSpeed;
}

void RunAssembler::setMetric(Metric metric, double value)
{
    m_state.evidence = true;
    const bool isOverflow = (isLatency(metric) && value >= impossibleLatencyMs) ||
                            (metric == Metric::LatP95Ms && value == overflownPercentileMs);
    if (!isOverflow)
        m_state.run.metrics.set(metric, value);
}

void RunAssembler::reportEnded()
{
    if (!m_state.checkpoint) {
        m_state.done = true;
        return;
    }
    m_state.checkpoint = false;
    m_state.run.metrics = {};
    m_state.counts.reset();
    m_state.amounts.reset();
    m_state.sections = 0;
}

void RunAssembler::onHeader(const Fact& fact)
{
    reopen();
    m_state.header = true;
    m_state.run.version = textOf(fact.text);
}

void RunAssembler::onCommand(const Fact& fact)
{
    const bool isRun = fact.name.empty();
    m_commandSeen = true;
    m_commandTest = isRun ? fact.test : Test::Unknown;
    m_commandMode.clear();
    for (const std::string_view mode : {"seqwr", "seqrewr", "seqrd", "rndrd", "rndwr", "rndrw"}) {
        if (isRun && fact.text == mode)
            m_commandMode = textOf(mode);
    }
}

void RunAssembler::onRunStart()
{
    if (!m_state.active || m_state.started || m_state.evidence)
        reopen();
    m_state.started = true;
    m_state.evidence = true;
}

void RunAssembler::onSection(const Fact& fact)
{
    const bool isNew = !m_state.active || m_state.done || (m_state.sections & bitOf(fact.section)) != 0;
    if (isNew) {
        if (!fact.strong)
            return;
        reopen();
    }
    if (takeTest(fact))
        m_state.sections |= bitOf(fact.section);
}

void RunAssembler::onFigures(const Fact& fact)
{
    const bool isAmounts = fact.kind == Kind::Amounts;
    const bool isCounts = fact.kind == Kind::Counts;
    if (!readyFor(fact, isAmounts ? Metric::TransferMibPerSec : fact.metric))
        return;
    if (isCounts) {
        if (m_state.counts)
            reopen();
        m_state.run.test = fact.test;
        m_state.evidence = true;
        m_state.counts = fact.values;
        return;
    }
    if (isAmounts) {
        m_state.amounts = {fact.values[0], fact.values[1]};
        setMetric(Metric::TransferMibPerSec, fact.values[2]);
        return;
    }
    setMetric(fact.metric, fact.values[0]);
    if (fact.metric == Metric::EventsPerSec)
        m_state.cpuSpeed = fact.test == Test::Cpu;
    if (fact.kind == Kind::Pair)
        setMetric(fact.secondMetric, fact.values[1]);
    if (fact.kind == Kind::Rates) {
        m_state.shortReport = true;
        if (fact.metric != Metric::FsyncsPerSec)
            setMetric(fact.secondMetric, fact.values[1]);
    }
    if (fact.metric == Metric::ThreadTimeAvgS || (fact.metric == Metric::LatSumMs && m_state.shortReport))
        reportEnded();
}

void RunAssembler::onInterval(const Fact& fact)
{
    const Interval& interval = fact.interval;
    if (!m_state.active || m_state.done || interval.timeS < m_state.lastIntervalS)
        reopen();
    Fact evidence = fact;
    evidence.strong = true;
    takeTest(evidence);
    m_state.evidence = true;
    m_state.lastIntervalS = interval.timeS;
    if (m_state.run.intervals.size() < maximumIntervals)
        m_state.run.intervals.append(interval);
    if (m_onInterval)
        m_onInterval(interval);
}

void RunAssembler::onParameter(const Fact& fact)
{
    ParsedRun& run = m_state.run;
    const bool isNext = m_state.done || (isHeadless() && !run.metrics.isEmpty());
    if (!m_state.active || isNext) {
        if (!fact.strong)
            return;
        reopen();
    }
    if (!takeTest(fact))
        return;
    if (fact.kind == Kind::Threads) {
        if (fact.values[0] >= 1 && fact.values[0] <= 1e6)
            run.threads = static_cast<int>(fact.values[0]);
    } else if (fact.kind == Kind::Mode) {
        run.mode = textOf(fact.text);
    } else if (fact.kind == Kind::Parameter) {
        const QString name = textOf(fact.name);
        run.parameters.insert(name, fact.text.empty() ? QJsonValue(fact.values[0]) : QJsonValue(textOf(fact.text)));
    }
}

void RunAssembler::onPercentile(const Fact& fact)
{
    Fact value = fact;
    value.metric = Metric::LatP95Ms;
    if (!readyFor(value, Metric::LatP95Ms))
        return;
    using namespace Qt::StringLiterals;
    m_state.run.parameters.insert("percentile"_L1, fact.values[0]);
    if (fact.values[0] == 95)
        setMetric(Metric::LatP95Ms, fact.values[1]);
}

void RunAssembler::onMessage(const Fact& fact)
{
    const bool isRunning = m_state.active && !m_state.done;
    if (fact.kind == Kind::BadOption) {
        if (!isRunning && m_commandSeen)
            reopen();
        if (m_state.active && !m_state.done && !m_state.evidence)
            addError(fact.text);
        else if (!isRunning || isHeadless())
            m_badOption = fact.text.substr(0, longestMessage);
        return;
    }
    if (fact.kind == Kind::Warning) {
        if (isRunning && !m_state.run.error.isEmpty())
            addError(fact.text);
        return;
    }
    if (!isRunning)
        reopen();
    addError(fact.text);
}

void RunAssembler::addError(std::string_view text)
{
    m_state.evidence = true;
    QString& error = m_state.run.error;
    if (error.size() >= longestError)
        return;
    if (!error.isEmpty())
        error += u'\n';
    else if (m_state.preparing)
        error += QStringLiteral("prepare: ");
    error += textOf(text.substr(0, longestMessage));
}

} // namespace bv::sysbench
