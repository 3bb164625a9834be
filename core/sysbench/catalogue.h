#pragma once

#include "base/result.h"
#include "sysbench/metrics.h"
#include "sysbench/version.h"

#include <QJsonValue>
#include <QLatin1StringView>
#include <QList>
#include <QString>
#include <QStringView>
#include <optional>

namespace bv::sysbench {

/// How the value of an option is written in a plan.
enum class ValueType : quint8 {
    Integer, ///< JSON number without fraction
    Number,  ///< JSON number
    Size,    ///< bytes: a JSON number, or text as sysbench takes it ("16384", "16K", "1G")
    Choice,  ///< one of `choices`
    Flag,    ///< JSON bool; "on" or "off" for sysbench
};

/// One option of a test. Source: `sysbench <test> help` of 1.0.20, and the option tables and checks in sysbench's
/// sysbench.c and tests/ (1.0.20, master); ranges are this program's where sysbench checks none.
struct OptionInfo
{
    QLatin1StringView name; ///< sysbench's, with '_' for '-': "cpu_max_prime". "time_s" is --time.
    ValueType type = ValueType::Integer;
    /// What a plan without the option gets. Undefined: the option is left out, and sysbench's own default holds.
    QJsonValue defaultValue = QJsonValue(QJsonValue::Undefined);
    qint64 minimum = 0; ///< of Integer, Number and Size (bytes)
    qint64 maximum = 0;
    QList<QLatin1StringView> choices;
    const char* explanationSource = ""; ///< untranslated; see explanation()
    bool required = false;              ///< has no default, and sysbench does not run without it
    bool powerOfTwo = false;            ///< of Size
    Version since = version10;          ///< the first version that knows the option

    /// One sentence for the user.
    QString explanation() const;
    /// "--cpu-max-prime", "--time".
    QString argumentName() const;
};

/// The options of cpu, fileio, memory, threads and mutex, general ones first; empty for other tests. The defaults are
/// sysbench's, except where a comparison needs others:
/// - memory_total_size "0" (no limit; sysbench: 100G), because a fast machine moves 100G before the time is up, and the
///   runs of a comparison must last equally long. sysbench takes 0 (checked in 1.0.20 and the source of 1.1);
/// - report_interval 1 (sysbench: 0, none), because the live curves come from it.
/// `events` stays 0: the time ends the run. mutex is the exception: one event per thread, a fixed amount of work,
/// whatever time_s says. Pure; any thread.
const QList<OptionInfo>& optionsOf(Test test);

/// The option, or nullptr. The pointer stays valid.
const OptionInfo* findOption(Test test, QStringView name);

/// The names of optionsOf(), in its order.
QStringList optionNames(Test test);

/// Whether sysbench can take the value. BadInput, with a message that says what to write instead.
Result<> validateOption(const OptionInfo& option, const QJsonValue& value);

/// Checks all of `params`: every name known, every value valid, required options there, and what depends on two options
/// (a file of a file set must hold at least one block). BadInput with a message that says what to do.
Result<> validateParameters(Test test, const QJsonObject& params);

/// "1G" → 1073741824: digits and at most one of K, M, G, T (either case), 2^10 units as in sysbench. Nothing for
/// anything else, "1.5G" and "1GB" included (sysbench reads them as 0 or wrongly), or above 2^63-1.
std::optional<qint64> parseSize(QStringView text);
/// The shortest text that parseSize reads back: 1073741824 → "1G", 1000 → "1000".
QString formatSize(qint64 bytes);

} // namespace bv::sysbench
