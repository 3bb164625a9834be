#include "analysis/question_texts.h"

#include "base/figures.h"

using namespace Qt::StringLiterals;

namespace bv::analysis {

Finding question(FindingKind kind, const QString& statement, const QString& notMeasured)
{
    Finding finding;
    finding.kind = kind;
    finding.answer = FindingAnswer::NotMeasured;
    finding.statement = statement;
    finding.sentence = notMeasured;
    return finding;
}

void addEvidence(Finding* finding, const QList<const Cell*>& cells)
{
    for (const Cell* cell : cells) {
        if (!finding->targets.contains(cell->targetId))
            finding->targets << cell->targetId;
        for (const RunRecord* run : cell->runs)
            finding->runs << run->id;
    }
    finding->runs.removeDuplicates();
}

void addEvidence(Finding* finding, const QList<Comparison>& comparisons)
{
    QList<const Cell*> cells;
    for (const Comparison& comparison : comparisons)
        cells << &comparison.first << &comparison.second;
    addEvidence(finding, cells);
}

QString listed(const QStringList& words)
{
    if (words.size() < 2)
        return words.join(QString());
    return QuestionText::tr("%1 and %2").arg(words.mid(0, words.size() - 1).join(u", "_s), words.last());
}

QString withInterval(const RatioEstimate& ratio)
{
    if (!ratio.low || !ratio.high)
        return ratioText(ratio.ratio);
    return QuestionText::tr("%1 (95 % CI %2–%3)")
        .arg(ratioText(ratio.ratio), ratioText(*ratio.low), ratioText(*ratio.high));
}

} // namespace bv::analysis
