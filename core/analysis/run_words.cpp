#include "analysis/run_words.h"

#include "base/figures.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace bv::analysis {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::analysis::RunWords)
};

} // namespace

QString runName(const Cell& cell, const RunRecord& run)
{
    return Text::tr("Repeat %1 of %2 on %3").arg(QString::number(run.repeat), cell.test, cell.target);
}

QString cellName(const Cell& cell)
{
    return Text::tr("%1 on %2").arg(cell.test, cell.target);
}

QString numberList(const QList<int>& numbers)
{
    constexpr qsizetype most = 8;
    constexpr qsizetype shown = 6;
    QStringList texts;
    for (const int number : numbers.first(numbers.size() > most ? shown : numbers.size()))
        texts << QString::number(number);
    if (texts.size() < numbers.size())
        texts << Text::tr("%1 more").arg(numbers.size() - texts.size());
    if (texts.size() < 2)
        return texts.join(u", "_s);
    const QString last = texts.takeLast();
    return Text::tr("%1 and %2", "the last two of a list").arg(texts.join(u", "_s), last);
}

QString repeatList(const Cell& cell, const QList<qsizetype>& places)
{
    QList<int> numbers;
    for (const qsizetype place : places)
        numbers << cell.runs[place]->repeat;
    std::sort(numbers.begin(), numbers.end());
    return numberList(numbers);
}

QString figureWithUnit(double value, sysbench::Metric metric)
{
    const QString unit = sysbench::metricUnit(metric);
    return unit.isEmpty() ? figureText(value) : figureText(value) + u' ' + unit;
}

QString pText(double p)
{
    constexpr double least = 0.0001;
    return p < least ? u"p < 0.0001"_s : u"p = "_s + QString::number(p, 'g', 1);
}

QString percentText(double share)
{
    const double percent = 100 * share;
    return Text::tr("%1 %", "per cent").arg(QString::number(percent, 'f', std::abs(percent) < 9.95 ? 1 : 0));
}

Finding noteAbout(FindingKind kind, const Cell& cell, const QList<const RunRecord*>& runs)
{
    Finding finding;
    finding.kind = kind;
    for (const RunRecord* run : runs)
        finding.runs << run->id;
    finding.targets << cell.targetId;
    finding.comparisonKey = cell.comparisonKey;
    return finding;
}

} // namespace bv::analysis
