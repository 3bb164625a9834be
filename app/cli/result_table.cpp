#include "cli/result_table.h"
#include "cli/session_argument.h"

#include "analysis/result_rows.h"
#include "analysis/start_dependence.h"
#include "base/figures.h"
#include "cli/console.h"

#include <QCoreApplication>
#include <QHash>
#include <QSet>
#include <algorithm>

using namespace Qt::StringLiterals;

namespace bv::cli {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::cli::ResultTable)
};

constexpr int tableWidth = 100;
constexpr int namesWidth = 41; ///< of test and target together, with what stands between them
constexpr int indentation = 2;
constexpr int figureWidths[] = {4, 10, 9, 10, 10};

/// Shortened in the middle: beginnings are alike, and what tells names apart often stands at the end.
QString elided(const QString& text, qsizetype width)
{
    if (text.size() <= width)
        return text;
    const qsizetype tail = (width - 1) / 2;
    return text.left(width - 1 - tail) + u'…' + text.right(tail);
}

/// Where tests and targets stand: beside each other, or, where that is too narrow, each test on a line above its
/// targets.
struct Layout
{
    bool headings = false;
    qsizetype testWidth = 0;
    qsizetype targetWidth = 0;
    QHash<QString, QString> names; ///< by keyOf(); no two targets have the same one

    QString left(const QString& test, const QString& target) const
    {
        const QString first = headings ? QString(indentation, u' ') : test.leftJustified(testWidth + 1);
        return first + target.leftJustified(targetWidth);
    }
};

qsizetype longest(const QStringList& texts)
{
    qsizetype length = 0;
    for (const QString& text : texts)
        length = std::max(length, text.size());
    return length;
}

QStringList shortened(QStringList names, qsizetype width)
{
    for (QString& one : names)
        one = elided(one, width);
    return names;
}

/// A target has another label beside starts with sizes of their own.
QString keyOf(const analysis::ResultRow& row)
{
    return row.targetId + u'\n' + row.target;
}

bool tellApart(const QStringList& names, const QStringList& ids)
{
    QHash<QString, QString> known;
    for (qsizetype i = 0; i < names.size(); ++i) {
        if (known.value(names[i], ids[i]) != ids[i])
            return false;
        known.insert(names[i], ids[i]);
    }
    return true;
}

/// The labels; where these are alike or become so when they are shortened the ids, which never are alike.
QStringList namesOf(const QStringList& ids, const QStringList& labels, qsizetype width)
{
    for (const QStringList& names : {shortened(labels, width), shortened(ids, width)}) {
        if (tellApart(names, ids))
            return names;
    }
    QStringList numbered;
    for (qsizetype i = 0; i < ids.size(); ++i)
        numbered << elided(ids[i], width - 5) + u" #%1"_s.arg(i + 1);
    return numbered;
}

Layout layoutOf(const QList<analysis::ResultRow>& rows)
{
    QStringList ids;
    QStringList labels;
    QStringList tests;
    QStringList keys;
    for (const analysis::ResultRow& row : rows) {
        tests << row.test;
        if (keys.contains(keyOf(row)))
            continue;
        keys << keyOf(row);
        ids << row.targetId;
        labels << row.target;
    }
    Layout layout;
    QStringList names = tellApart(labels, ids) ? labels : ids;
    layout.testWidth = std::max(longest(tests), Text::tr("Test").size());
    layout.headings = layout.testWidth + 1 + longest(names) > namesWidth;
    if (layout.headings)
        names = namesOf(ids, labels, namesWidth - indentation);
    layout.targetWidth = layout.headings ? namesWidth - indentation : namesWidth - layout.testWidth - 1;
    for (qsizetype i = 0; i < ids.size(); ++i)
        layout.names.insert(keys[i], names[i]);
    return layout;
}

QString line(const QString& left, const QStringList& figures, const QString& unit, const QString& ratio)
{
    QString text = left;
    for (qsizetype i = 0; i < figures.size(); ++i)
        text += figures[i].rightJustified(figureWidths[i]);
    text += u' ' + unit.leftJustified(8) + ratio.rightJustified(7);
    while (text.endsWith(u' '))
        text.chop(1);
    return text + u'\n';
}

/// What the names stand for, where they are not the labels.
QString legend(const QList<analysis::ResultRow>& rows, const Layout& layout)
{
    QString text;
    QSet<QString> told;
    for (const analysis::ResultRow& row : rows) {
        const QString name = layout.names.value(keyOf(row));
        if (name == row.target || told.contains(keyOf(row)))
            continue;
        told.insert(keyOf(row));
        text += elided(name + u": "_s + row.target, tableWidth) + u'\n';
    }
    return text;
}

/// With names and errors as a terminal may show them: they can be those of a foreign file.
QList<analysis::ResultRow> printableRows(const Session& session)
{
    QList<analysis::ResultRow> rows = analysis::resultRows(session);
    for (analysis::ResultRow& row : rows) {
        row.test = printable(row.test);
        row.targetId = printable(row.targetId);
        row.target = printable(row.target);
        row.targetError = printableLines(row.targetError);
    }
    return rows;
}

/// Whether start-up times depend on CPUs and memory; empty where none were measured with different ones.
QString startFindings(const Session& session)
{
    const QList<analysis::StartDependence> dependences = analysis::startDependences(session);
    if (dependences.isEmpty())
        return {};
    QString text = Text::tr("Start-up time against CPUs and memory, each interval by itself:") + u'\n';
    for (const analysis::StartDependence& dependence : dependences)
        text += wrappedText(analysis::sentenceFor(dependence), 0, indentation);
    return text;
}

} // namespace

QString resultTable(const Session& session)
{
    const QList<analysis::ResultRow> rows = printableRows(session);
    if (rows.isEmpty())
        return Text::tr("No run has ended.") + u'\n';
    const Layout layout = layoutOf(rows);
    const QString test = layout.headings ? QString() : Text::tr("Test");
    const QString target = layout.headings ? Text::tr("Test and target") : Text::tr("Target");
    QString text =
        line(layout.left(test, target), {u"n"_s, Text::tr("mean"), Text::tr("sd"), Text::tr("min"), Text::tr("max")},
             Text::tr("unit"), Text::tr("ratio"));
    QString lastKey;
    bool failures = false;
    QStringList unused; ///< targets that could not be used to the end, each with the reason
    bool times = false;
    for (const analysis::ResultRow& row : rows) {
        const bool isFirst = row.comparisonKey != lastKey;
        lastKey = row.comparisonKey;
        if (isFirst && layout.headings)
            text += elided(row.test, tableWidth) + u'\n';
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
        const QString name = layout.names.value(keyOf(row));
        const QString unusedLine = name + u": "_s + row.targetError.section(u'\n', 0, 0);
        if (!row.targetError.isEmpty() && !unused.contains(unusedLine))
            unused << unusedLine;
        if (!row.targetError.isEmpty() && !figures[0].endsWith(u'!'))
            figures[0] += u'!';
        times = times || sysbench::lowerIsBetter(row.metric);
        text +=
            line(layout.left(isFirst ? row.test : QString(), name), figures, sysbench::metricUnit(row.metric), ratio);
    }
    text += legend(rows, layout);
    text += Text::tr("mean and sd (n−1) over repeats; ratio: mean to the mean of the first target") + u'\n';
    if (times)
        text += Text::tr("s and ms are times: less is better") + u'\n';
    if (failures)
        text += Text::tr("! some of its runs failed and do not count") + u'\n';
    for (const QString& one : std::as_const(unused)) {
        const QString note = Text::tr("! not used to the end: %1").arg(one);
        text += (note.size() > tableWidth ? note.left(tableWidth - 1) + u'…' : note) + u'\n';
    }
    text += startFindings(session);
    return text;
}

} // namespace bv::cli
