#pragma once

#include "analysis/comparison.h"
#include "analysis/finding.h"

#include <QCoreApplication>
#include <QList>

namespace bv::analysis {

// What the files of the questions share.

struct QuestionText
{
    Q_DECLARE_TR_FUNCTIONS(bv::analysis::Question)
};

/// A finding of that kind which is not measured.
Finding question(FindingKind kind, const QString& statement, const QString& notMeasured);

/// Adds the runs and targets of the cells, each once.
void addEvidence(Finding* finding, const QList<const Cell*>& cells);
void addEvidence(Finding* finding, const QList<Comparison>& comparisons);

/// "a", "a and b", "a, b and c".
QString listed(const QStringList& words);

/// "38.1 (95 % CI 36.9–39.3)"; without an interval the figure alone.
QString withInterval(const RatioEstimate& ratio);

} // namespace bv::analysis
