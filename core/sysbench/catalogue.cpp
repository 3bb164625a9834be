#include "sysbench/catalogue.h"

#include <QCoreApplication>
#include <QJsonObject>
#include <algorithm>
#include <limits>

namespace bv::sysbench {

namespace {

using namespace Qt::StringLiterals;

constexpr const char* context = "bv::sysbench::Catalogue";
constexpr qint64 intMaximum = std::numeric_limits<int>::max();
constexpr qint64 sizeMaximum = qint64(1) << 50; // 1 PiB
constexpr qint64 dayS = 86400;

OptionInfo integer(QLatin1StringView name, QJsonValue value, qint64 minimum, qint64 maximum, const char* explanation)
{
    OptionInfo option;
    option.name = name;
    option.defaultValue = std::move(value);
    option.minimum = minimum;
    option.maximum = maximum;
    option.explanationSource = explanation;
    return option;
}

OptionInfo size(QLatin1StringView name, QLatin1StringView value, qint64 minimum, qint64 maximum,
                const char* explanation)
{
    OptionInfo option = integer(name, QString(value), minimum, maximum, explanation);
    option.type = ValueType::Size;
    return option;
}

OptionInfo choice(QLatin1StringView name, QJsonValue value, QList<QLatin1StringView> choices, const char* explanation)
{
    OptionInfo option = integer(name, std::move(value), 0, 0, explanation);
    option.type = ValueType::Choice;
    option.choices = std::move(choices);
    return option;
}

OptionInfo flag(QLatin1StringView name, QJsonValue value, const char* explanation)
{
    OptionInfo option = integer(name, std::move(value), 0, 0, explanation);
    option.type = ValueType::Flag;
    return option;
}

OptionInfo since(Version version, OptionInfo option)
{
    option.since = version;
    return option;
}

OptionInfo required(OptionInfo option)
{
    option.required = true;
    return option;
}

/// sysbench's own default holds.
QJsonValue none()
{
    return QJsonValue(QJsonValue::Undefined);
}

#define BV_TEXT(text) QT_TRANSLATE_NOOP("bv::sysbench::Catalogue", text)

QList<OptionInfo> generalOptions()
{
    return {
        integer("threads"_L1, 1, 1, 4096, BV_TEXT("Number of threads that work at the same time.")),
        integer("time_s"_L1, 10, 1, dayS, BV_TEXT("Seconds a run lasts; mutex ends when its work is done.")),
        integer("events"_L1, 0, 0, intMaximum,
                BV_TEXT("Ends the run after this many events; 0 lets the time decide, which a comparison wants.")),
        integer("rate"_L1, 0, 0, intMaximum,
                BV_TEXT("Starts this many events a second on average; 0 means as many as possible.")),
        integer("percentile"_L1, 95, 0, 100,
                BV_TEXT("Percentile of the latency that is reported; tables show the 95th only, 0 turns it off.")),
        integer("report_interval"_L1, 1, 0, 3600,
                BV_TEXT("Seconds between two points of the live curve; 0 turns it off.")),
        since(version11,
              integer("warmup_time"_L1, none(), 0, dayS, BV_TEXT("Seconds of work before the figures count."))),
    };
}

QList<OptionInfo> randomOptions()
{
    return {
        choice("rand_type"_L1, none(), {"uniform"_L1, "gaussian"_L1, "special"_L1, "pareto"_L1, "zipfian"_L1},
               BV_TEXT("Distribution of the random positions; sysbench 1.0 takes special, 1.1 uniform by itself.")),
        integer("rand_seed"_L1, none(), 0, intMaximum,
                BV_TEXT("Seed of the random numbers; the same seed gives the same positions, 0 takes the clock.")),
    };
}

QList<OptionInfo> fileioOptions()
{
    return {
        required(choice("file_test_mode"_L1, none(),
                        {"seqwr"_L1, "seqrewr"_L1, "seqrd"_L1, "rndrd"_L1, "rndwr"_L1, "rndrw"_L1},
                        BV_TEXT("What is done to the files: sequential or random, reading or writing."))),
        integer("file_num"_L1, 128, 1, 65536, BV_TEXT("Number of files the set is divided into.")),
        size("file_total_size"_L1, "2G"_L1, 1, sizeMaximum,
             BV_TEXT("Size of all files together; below the memory's size the page cache is measured.")),
        size("file_block_size"_L1, "16384"_L1, 1, qint64(1) << 30, BV_TEXT("Bytes read or written at a time.")),
        choice("file_io_mode"_L1, "sync"_L1, {"sync"_L1, "async"_L1, "mmap"_L1},
               BV_TEXT("How the files are accessed: system calls, Linux AIO or memory mapping.")),
        integer("file_async_backlog"_L1, none(), 1, 65536,
                BV_TEXT("Requests in flight per thread when file_io_mode is async.")),
        choice("file_extra_flags"_L1, ""_L1, {""_L1, "sync"_L1, "dsync"_L1, "direct"_L1},
               BV_TEXT("Flag to open the files with; direct goes around the page cache.")),
        integer("file_fsync_freq"_L1, 100, 0, intMaximum,
                BV_TEXT("Calls fsync() after this many requests; 0 never does.")),
        flag("file_fsync_all"_L1, false, BV_TEXT("Calls fsync() after every write.")),
        flag("file_fsync_end"_L1, true, BV_TEXT("Calls fsync() at the end of the run.")),
        choice("file_fsync_mode"_L1, "fsync"_L1, {"fsync"_L1, "fdatasync"_L1},
               BV_TEXT("The call that brings the data to the disk.")),
        integer("file_merged_requests"_L1, 0, 0, 65536,
                BV_TEXT("Merges up to this many sequential requests; 0 merges none.")),
        [] {
            OptionInfo ratio = integer("file_rw_ratio"_L1, 1.5, 0, 1000000, BV_TEXT("Reads per write of rndrw."));
            ratio.type = ValueType::Number;
            return ratio;
        }(),
    };
}

QList<OptionInfo> memoryOptions()
{
    OptionInfo block = size("memory_block_size"_L1, "1K"_L1, 8, qint64(1) << 40,
                            BV_TEXT("Size of the block that is read or written, a power of two."));
    block.powerOfTwo = true;
    return {
        block,
        size("memory_total_size"_L1, "0"_L1, 0, std::numeric_limits<qint64>::max(),
             BV_TEXT("Ends the run when this much was moved; 0 lets the time decide, which a comparison wants.")),
        choice("memory_scope"_L1, "global"_L1, {"global"_L1, "local"_L1},
               BV_TEXT("One block for all threads (global), or one for each (local).")),
        flag("memory_hugetlb"_L1, none(),
             BV_TEXT("Takes the block from the pool of huge pages, which must be set up.")),
        choice("memory_oper"_L1, "write"_L1, {"read"_L1, "write"_L1, "none"_L1}, BV_TEXT("What is done to the block.")),
        choice("memory_access_mode"_L1, "seq"_L1, {"seq"_L1, "rnd"_L1},
               BV_TEXT("Walks through the block in order, or at random.")),
    };
}

QList<OptionInfo> testOptions(Test test)
{
    switch (test) {
    case Test::Cpu:
        return {integer("cpu_max_prime"_L1, 10000, 3, intMaximum,
                        BV_TEXT("An event looks for the primes up to this number; more is slower."))};
    case Test::Fileio:
        return fileioOptions() + randomOptions();
    case Test::Memory:
        return memoryOptions() + randomOptions();
    case Test::Threads:
        return {integer("thread_yields"_L1, 1000, 1, intMaximum, BV_TEXT("Lock, yield, unlock rounds per event.")),
                integer("thread_locks"_L1, 8, 1, 1000000, BV_TEXT("Number of locks the threads share."))};
    case Test::Mutex:
        return {integer("mutex_num"_L1, 4096, 1, 100000000, BV_TEXT("Number of mutexes.")),
                integer("mutex_locks"_L1, 50000, 1, intMaximum,
                        BV_TEXT("How often each thread locks a mutex; this decides how long the run takes.")),
                integer("mutex_loops"_L1, 10000, 0, intMaximum, BV_TEXT("Empty loops between two locks."))};
    default:
        return {};
    }
}

#undef BV_TEXT

QList<OptionInfo> allOptions(Test test)
{
    const QList<OptionInfo> own = testOptions(test);
    return own.isEmpty() ? own : generalOptions() + own;
}

} // namespace

QString OptionInfo::explanation() const
{
    return QCoreApplication::translate(context, explanationSource);
}

QString OptionInfo::argumentName() const
{
    if (name == "time_s"_L1)
        return u"--time"_s;
    return u"--"_s + QString(name).replace(u'_', u'-');
}

const QList<OptionInfo>& optionsOf(Test test)
{
    static const QList<OptionInfo> cpu = allOptions(Test::Cpu);
    static const QList<OptionInfo> fileio = allOptions(Test::Fileio);
    static const QList<OptionInfo> memory = allOptions(Test::Memory);
    static const QList<OptionInfo> threads = allOptions(Test::Threads);
    static const QList<OptionInfo> mutex = allOptions(Test::Mutex);
    static const QList<OptionInfo> noOptions;
    switch (test) {
    case Test::Cpu:
        return cpu;
    case Test::Fileio:
        return fileio;
    case Test::Memory:
        return memory;
    case Test::Threads:
        return threads;
    case Test::Mutex:
        return mutex;
    default:
        return noOptions;
    }
}

const OptionInfo* findOption(Test test, QStringView name)
{
    const QList<OptionInfo>& options = optionsOf(test);
    const auto found =
        std::find_if(options.begin(), options.end(), [name](const OptionInfo& o) { return name == o.name; });
    return found == options.end() ? nullptr : &*found;
}

QStringList optionNames(Test test)
{
    QStringList names;
    for (const OptionInfo& option : optionsOf(test))
        names.append(option.name);
    return names;
}

} // namespace bv::sysbench
