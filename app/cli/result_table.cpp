#include "cli/result_table.h"

#include "analysis/result_rows.h"
#include "base/figures.h"

#include <QCoreApplication>
#include <QSet>

using namespace Qt::StringLiterals;

namespace bv::cli {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::cli::ResultTable)
};

constexpr int testWidth = 20;
constexpr int targetWidth = 20;

QString elided(const QString& text, int width)
{
    return text.size() <= width ? text.leftJustified(width) : text.left(width - 1) + u'…';
}

QString line(const QString& test, const QString& target, const QStringList& figures, const QString& unit,
             const QString& ratio)
{
    constexpr int widths[] = {3, 10, 9, 10, 10};
    QString text = elided(test, testWidth) + u' ' + elided(target, targetWidth);
    for (qsizetype i = 0; i < figures.size(); ++i)
        text += figures[i].rightJustified(widths[i]);
    text += u' ' + elided(unit, 8) + ratio.rightJustified(7);
    while (text.endsWith(u' '))
        text.chop(1);
    return text + u'\n';
}

} // namespace

QString resultTable(const Session& session)
{
    const QList<analysis::ResultRow> rows = analysis::resultRows(session);
    if (rows.isEmpty())
        return Text::tr("No run has ended.") + u'\n';
    QString text = line(Text::tr("Test"), Text::tr("Target"),
                        {u"n"_s, Text::tr("mean"), Text::tr("sd"), Text::tr("min"), Text::tr("max")}, Text::tr("unit"),
                        Text::tr("ratio"));
    QString lastKey;
    bool failures = false;
    for (const analysis::ResultRow& row : rows) {
        const QString test = row.comparisonKey == lastKey ? QString() : row.test;
        lastKey = row.comparisonKey;
        QStringList figures{u"0"_s, u"–"_s, u"–"_s, u"–"_s, u"–"_s};
        if (row.summary) {
            const analysis::Summary& summary = *row.summary;
            figures = {QString::number(summary.n), figureText(summary.mean),
                       summary.sd ? figureText(*summary.sd) : u"–"_s, figureText(summary.min), figureText(summary.max)};
        }
        const QString ratio = row.ratio ? ratioText(row.ratio->ratio) : QString();
        if (row.failed > 0) {
            failures = true;
            figures[0] += u'!';
        }
        text += line(test, row.target, figures, sysbench::metricUnit(row.metric), ratio);
    }
    text += Text::tr("mean and sd (n−1) over repeats; ratio: mean to the mean of the first target") + u'\n';
    if (failures)
        text += Text::tr("! some of its runs failed and do not count") + u'\n';
    return text;
}

} // namespace bv::cli
