#include "analysis/steal.h"

#include "analysis/run_words.h"
#include "analysis/summary.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace bv::analysis {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::analysis::Steal)
};

constexpr double clearPercent = 5; // of one core

std::optional<double> stealOf(const RunRecord& run)
{
    QList<double> samples;
    for (const UtilizationSample& sample : run.utilization) {
        if (sample.stealPct)
            samples << *sample.stealPct;
    }
    const auto summary = summarize(samples);
    return summary ? std::optional(summary->mean) : std::nullopt;
}

} // namespace

QList<Finding> stealFindings(const QList<Cell>& cells)
{
    Finding finding;
    finding.kind = FindingKind::Throttling;
    int measured = 0;
    double most = 0;
    QString worst;
    for (const Cell& cell : cells) {
        for (const RunRecord* run : cell.runs) {
            const auto steal = stealOf(*run);
            measured += steal ? 1 : 0;
            if (!steal || *steal < clearPercent)
                continue;
            finding.runs << run->id;
            if (!finding.targets.contains(cell.targetId))
                finding.targets << cell.targetId;
            if (*steal > most) {
                most = *steal;
                worst = runName(cell, *run);
            }
        }
    }
    if (finding.runs.isEmpty())
        return {};
    finding.sentence =
        Text::tr("The host of this machine took CPU time from it (steal) in %1 of %2 runs, at least 5 % of "
                 "a core on average. %3 lost most: %4 % of a core.")
            .arg(QString::number(finding.runs.size()), QString::number(measured), worst, QString::number(most, 'f', 0));
    finding.cause = Text::tr("This machine is a virtual one, and others on the same host, or a limit, had the CPU "
                             "meanwhile; what ran then looks slower than it is.");
    finding.check =
        Text::tr("Measure again when the host is quiet, or on a machine of its own; runs that lost nothing can "
                 "be compared.");
    return {finding};
}

} // namespace bv::analysis
