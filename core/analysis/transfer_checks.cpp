#include "analysis/transfer_checks.h"

#include "analysis/run_checks.h"
#include "analysis/run_words.h"
#include "base/figures.h"
#include "plan/parameters.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace bv::analysis {

namespace {

using sysbench::Metric;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::analysis::TransferChecks)
};

constexpr double bytesPerMib = 1024.0 * 1024.0;
constexpr double bytesPerKib = 1024.0;
constexpr qint64 usualBlock = 16384;

QString blockText(double bytes)
{
    return bytes >= bytesPerKib ? Text::tr("%1 KiB").arg(QString::number(bytes / bytesPerKib))
                                : Text::tr("%1 bytes").arg(QString::number(bytes));
}

/// "76437 requests/s of 16 KiB are 1194 MiB/s, not the 989.0 MiB/s beside it".
QString claimOf(const TransferCheck& check)
{
    return Text::tr("%1 requests/s of %2 are %3 MiB/s, not the %4 MiB/s beside it")
        .arg(figureText(check.requestsPerSec), blockText(check.blockBytes), figureText(check.computed),
             figureText(check.stated));
}

bool writes(const Cell& cell)
{
    const QString mode = cell.params["file_test_mode"_L1].toString();
    return mode.contains(u"wr"_s) || mode == "rndrw"_L1;
}

struct Deviating
{
    const Cell* cell = nullptr;
    const RunRecord* run = nullptr;
    TransferCheck check;
};

QList<Deviating> deviating(const Cell& cell, bool clear)
{
    QList<Deviating> found;
    for (const RunRecord* run : cell.runs) {
        const auto check = transferCheck(*run);
        if (check && (check->deviation >= clearDeviation) == clear)
            found << Deviating{&cell, run, *check};
    }
    return found;
}

/// A figure that another run of the cell has to the last digit is probably that one's.
QString copiedFrom(const Cell& cell, const Deviating& worst)
{
    constexpr int fewestDigits = 100; // smaller counts meet by chance
    for (const RunRecord* run : cell.runs) {
        const auto other = transferCheck(*run);
        if (run == worst.run || (other && other->deviation >= clearDeviation))
            continue;
        if (run->metrics.value(Metric::RequestsPerSec) == worst.check.requestsPerSec &&
            worst.check.requestsPerSec >= fewestDigits)
            return Text::tr("Repeat %1 has the same %2 requests/s, which may have been copied from there.")
                .arg(QString::number(run->repeat), figureText(worst.check.requestsPerSec));
        if (run->metrics.value(Metric::TransferMibPerSec) == worst.check.stated)
            return Text::tr("Repeat %1 has the same %2 MiB/s, which may have been copied from there.")
                .arg(QString::number(run->repeat), figureText(worst.check.stated));
    }
    return {};
}

const Deviating& worstOf(const QList<Deviating>& found)
{
    return *std::max_element(found.cbegin(), found.cend(), [](const Deviating& a, const Deviating& b) {
        return a.check.deviation < b.check.deviation;
    });
}

} // namespace

std::optional<TransferCheck> transferCheck(const RunRecord& run)
{
    const auto stated = run.metrics.value(Metric::TransferMibPerSec);
    const auto reads = run.metrics.value(Metric::ReadsPerSec);
    const auto writes = run.metrics.value(Metric::WritesPerSec);
    auto requests = run.metrics.value(Metric::RequestsPerSec);
    if (reads && writes)
        requests = *reads + *writes;
    if (run.test != sysbench::Test::Fileio || !stated || !requests || !(*stated > 0) || !(*requests > 0) ||
        run.params["file_merged_requests"_L1].toDouble() > 0)
        return std::nullopt;
    const auto block = static_cast<double>(sizeInBytes(run.params["file_block_size"_L1]).value_or(usualBlock));
    constexpr double tolerance = 0.02;
    TransferCheck check{*requests, block, *requests * block / bytesPerMib, *stated, 0};
    const double slack = roundingOf(*stated) + roundingOf(*requests) * block / bytesPerMib;
    const auto [low, high] = std::minmax(check.computed, check.stated);
    if (!std::isfinite(high) || high - low <= tolerance * high + slack)
        return std::nullopt;
    check.deviation = high / low - 1;
    return check;
}

QList<Finding> clearTransferFindings(const Cell& cell)
{
    const QList<Deviating> found = deviating(cell, true);
    if (found.isEmpty())
        return {};
    const Deviating& worst = worstOf(found);
    QList<const RunRecord*> runs;
    QList<int> others;
    for (const Deviating& one : found) {
        runs << one.run;
        if (one.run != worst.run)
            others << one.run->repeat;
    }
    Finding finding = noteAbout(FindingKind::Implausible, cell, runs);
    finding.sentence = Text::tr("%1: %2.").arg(runName(cell, *worst.run), claimOf(worst.check));
    if (others.size() == 1)
        finding.sentence += Text::tr(" In repeat %1 they do not agree either.").arg(numberList(others));
    else if (!others.isEmpty())
        finding.sentence += Text::tr(" In repeats %1 they do not agree either.").arg(numberList(others));
    finding.cause = Text::tr("sysbench counts both at the same requests, so one of the two is probably of another run, "
                             "mistyped or misread, or the blocks had another size.");
    const QString copied = copiedFrom(cell, worst);
    if (!copied.isEmpty())
        finding.cause += u' ' + copied;
    else if (writes(cell) && worst.check.computed > worst.check.stated)
        finding.cause += u' ' + Text::tr("Where fsyncs were counted as requests, these are too many.");
    finding.check = Text::tr("Look both up in the raw output of the run; until then trust neither.");
    return {finding};
}

QList<Finding> slightTransferFindings(const QList<Cell>& cells)
{
    QList<Deviating> found;
    for (const Cell& cell : cells)
        found << deviating(cell, false);
    if (found.isEmpty())
        return {};
    const Deviating& worst = worstOf(found);
    Finding finding = noteAbout(FindingKind::Implausible, *worst.cell, {});
    finding.targets.clear();
    for (const Deviating& one : std::as_const(found)) {
        finding.runs << one.run->id;
        if (!finding.targets.contains(one.cell->targetId))
            finding.targets << one.cell->targetId;
        if (one.cell->comparisonKey != worst.cell->comparisonKey)
            finding.comparisonKey.clear();
    }
    const QString count = Text::tr("%n run(s)", nullptr, static_cast<int>(found.size()));
    finding.sentence = Text::tr("MiB/s and requests/s of %1 differ by 2 to 10 %, although sysbench counts both at the "
                                "same requests. %2: %3.")
                           .arg(count, runName(*worst.cell, *worst.run), claimOf(worst.check));
    finding.cause = Text::tr("Figures that were noted by hand may be rounded, averaged, or of different moments of the "
                             "run.");
    finding.check = Text::tr("Take both from the report at the end of the raw output: there they agree to the last "
                             "digit.");
    return {finding};
}

} // namespace bv::analysis
