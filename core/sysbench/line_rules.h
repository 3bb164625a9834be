#pragma once

#include "sysbench/line_facts.h"

#include <array>
#include <string_view>

/// The lines of sysbench's output that can be read from a table. Internal to readLine(), which names the sources.
namespace bv::sysbench::rules {

/// A line "key   figure[suffix]".
struct ValueRule
{
    std::string_view key;
    Metric metric;
    Test test;
    bool strong;
    int decimals;            ///< 0: a whole number
    std::string_view suffix; ///< directly behind the figure
    bool suffixNeeded;
    double scale = 1; ///< from the printed unit to the metric's
};

inline constexpr auto any = Test::Unknown;

inline constexpr std::array valueRules{
    ValueRule{"events per second:", Metric::EventsPerSec, Test::Cpu, true, 2, "", false},
    ValueRule{"events/s (eps):", Metric::EventsPerSec, any, true, 4, "", false},
    ValueRule{"total time:", Metric::TotalTimeS, any, true, 4, "s", true},
    ValueRule{"time elapsed:", Metric::TotalTimeS, any, true, 4, "s", true},
    ValueRule{"total number of events:", Metric::TotalEvents, any, true, 0, "", false},
    ValueRule{"total time taken by event execution:", Metric::LatSumMs, any, true, 4, "s", false, 1000},
    ValueRule{"min:", Metric::LatMinMs, any, false, 2, "ms", false},
    ValueRule{"avg:", Metric::LatAvgMs, any, false, 2, "ms", false},
    ValueRule{"max:", Metric::LatMaxMs, any, false, 2, "ms", false},
    ValueRule{"sum:", Metric::LatSumMs, any, false, 2, "", false},
    ValueRule{"reads/s:", Metric::ReadsPerSec, Test::Fileio, true, 2, "", false},
    ValueRule{"writes/s:", Metric::WritesPerSec, Test::Fileio, true, 2, "", false},
    ValueRule{"fsyncs/s:", Metric::FsyncsPerSec, Test::Fileio, true, 2, "", false},
    ValueRule{"read, MiB/s:", Metric::ReadMibPerSec, Test::Fileio, true, 2, "", false},
    ValueRule{"written, MiB/s:", Metric::WrittenMibPerSec, Test::Fileio, true, 2, "", false},
};

struct SectionRule
{
    std::string_view text;
    Fact::Section section;
    Test test;
    bool strong;
};

inline constexpr std::array sectionRules{
    SectionRule{"General statistics:", Fact::Section::General, any, true},
    SectionRule{"Test execution summary:", Fact::Section::General, any, true},
    SectionRule{"Latency (ms):", Fact::Section::Latency, any, true},
    SectionRule{"response time:", Fact::Section::OldLatency, any, false},
    SectionRule{"per-request statistics:", Fact::Section::OldLatency, any, false},
    SectionRule{"Threads fairness:", Fact::Section::Fairness, any, true},
    SectionRule{"CPU speed:", Fact::Section::CpuSpeed, Test::Cpu, true},
    SectionRule{"File operations:", Fact::Section::FileOperations, Test::Fileio, true},
    SectionRule{"Throughput:", Fact::Section::Throughput, any, false},
};

/// A line that says which test, or which fileio mode, is run.
struct WordRule
{
    std::string_view text;
    Test test;
    std::string_view mode;
};

inline constexpr std::array wordRules{
    WordRule{"Doing CPU performance benchmark", Test::Cpu, ""},
    WordRule{"Doing memory operations speed test", Test::Memory, ""},
    WordRule{"Running memory speed test with the following options:", Test::Memory, ""},
    WordRule{"Doing thread subsystem performance test", Test::Threads, ""},
    WordRule{"Doing mutex performance test", Test::Mutex, ""},
    WordRule{"Extra file open flags:", Test::Fileio, ""},
    WordRule{"Doing sequential write (creation) test", Test::Fileio, "seqwr"},
    WordRule{"Doing sequential rewrite test", Test::Fileio, "seqrewr"},
    WordRule{"Doing sequential read test", Test::Fileio, "seqrd"},
    WordRule{"Doing random read test", Test::Fileio, "rndrd"},
    WordRule{"Doing random write test", Test::Fileio, "rndwr"},
    WordRule{"Doing random r/w test", Test::Fileio, "rndrw"},
};

enum class ParameterType : quint8 { Count, Size, Word };

struct ParameterRule
{
    std::string_view key;
    std::string_view name;
    Test test;
    ParameterType type;
    bool strong;
};

inline constexpr std::array parameterRules{
    ParameterRule{"Prime numbers limit:", "cpu_max_prime", Test::Cpu, ParameterType::Count, true},
    ParameterRule{"Primer numbers limit:", "cpu_max_prime", Test::Cpu, ParameterType::Count, true},
    ParameterRule{"Maximum prime number checked in CPU test:", "cpu_max_prime", Test::Cpu, ParameterType::Count, true},
    ParameterRule{"Memory block size:", "memory_block_size", Test::Memory, ParameterType::Size, true},
    ParameterRule{"Memory transfer size:", "memory_total_size", Test::Memory, ParameterType::Size, true},
    ParameterRule{"Memory operations type:", "memory_oper", Test::Memory, ParameterType::Word, true},
    ParameterRule{"Memory scope type:", "memory_scope", Test::Memory, ParameterType::Word, true},
    ParameterRule{"block size:", "memory_block_size", Test::Memory, ParameterType::Size, false},
    ParameterRule{"total size:", "memory_total_size", Test::Memory, ParameterType::Size, false},
    ParameterRule{"operation:", "memory_oper", Test::Memory, ParameterType::Word, false},
    ParameterRule{"scope:", "memory_scope", Test::Memory, ParameterType::Word, false},
    ParameterRule{"Block size ", "file_block_size", Test::Fileio, ParameterType::Size, false},
    ParameterRule{"Thread yields per test:", "thread_yields", Test::Threads, ParameterType::Count, false},
};

} // namespace bv::sysbench::rules
