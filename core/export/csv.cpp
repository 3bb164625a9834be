#include "export/csv.h"

#include "analysis/fairness.h"
#include "analysis/summary.h"
#include "plan/parameters.h"

#include <QHash>
#include <QJsonDocument>
#include <QSet>
#include <array>
#include <charconv>
#include <cmath>

namespace bv {

namespace {

using namespace Qt::StringLiterals;
using sysbench::Metric;

using Row = QList<QByteArray>;

/// The repeats of one test with one set of parameters on one target.
struct Cell
{
    QString target;
    sysbench::Test test = sysbench::Test::Unknown;
    QJsonObject params;
    int discarded = 0;
    int failed = 0;
    QList<const RunRecord*> good;
};

void append(QByteArray& csv, const Row& row)
{
    csv += row.join(',') + "\r\n";
}

QByteArray value(const QJsonValue& json)
{
    switch (json.type()) {
    case QJsonValue::Double:
        return csvNumber(json.toDouble());
    case QJsonValue::Bool:
        return json.toBool() ? "true" : "false";
    case QJsonValue::String:
        return csvText(json.toString());
    case QJsonValue::Array:
        return csvText(QString::fromUtf8(QJsonDocument(json.toArray()).toJson(QJsonDocument::Compact)));
    case QJsonValue::Object:
        return csvText(QString::fromUtf8(QJsonDocument(json.toObject()).toJson(QJsonDocument::Compact)));
    default:
        return {};
    }
}

QByteArray number(const std::optional<double>& optional)
{
    return optional ? csvNumber(*optional) : QByteArray();
}

/// The names of all parameters of all runs.
QStringList parametersOf(const Session& session)
{
    QSet<QString> names;
    for (const RunRecord& run : session.runs) {
        const QStringList keys = run.params.keys();
        names.unite(QSet<QString>(keys.begin(), keys.end()));
    }
    QStringList sorted = names.values();
    sorted.sort();
    return sorted;
}

void appendParameterNames(Row& row, const QStringList& parameters)
{
    for (const QString& name : parameters)
        row.append(csvText("param_"_L1 + name));
}

void appendParameters(Row& row, const QStringList& parameters, const QJsonObject& params)
{
    for (const QString& name : parameters)
        row.append(value(params.value(name)));
}

/// The cells by test and parameters in the order of their first run, within these by target in that order.
QList<Cell> cellsOf(const Session& session)
{
    QList<Cell> cells;
    QHash<QString, qsizetype> indexOfCell;
    QHash<QString, QList<qsizetype>> cellsOfTest;
    QStringList tests;
    const QList<const RunRecord*> runs = attemptsThatCount(session);
    for (const RunRecord* counted : runs) {
        const RunRecord& run = *counted;
        const QString key = cellKey(run.test, run.params, run.target);
        auto index = indexOfCell.constFind(key);
        if (index == indexOfCell.constEnd()) {
            const QString test = comparisonKey(run.test, run.params);
            if (!cellsOfTest.contains(test))
                tests.append(test);
            cellsOfTest[test].append(cells.size());
            index = indexOfCell.insert(key, cells.size());
            cells.append({run.target, run.test, run.params, 0, 0, {}});
        }
        Cell& cell = cells[*index];
        if (run.discarded)
            ++cell.discarded;
        else if (run.status != RunStatus::Ok)
            ++cell.failed;
        else
            cell.good.append(&run);
    }
    QList<Cell> ordered;
    ordered.reserve(cells.size());
    for (const QString& test : tests) {
        const QList<qsizetype> indexes = cellsOfTest.value(test);
        QSet<QString> measured;
        for (const qsizetype index : indexes) {
            ordered.append(cells[index]);
            measured.insert(cells[index].target);
        }
        const Cell& like = cells[indexes.first()];
        for (const TargetSettings& target : session.plan.targets) {
            if (!measured.contains(target.id) && !targetError(session, target.id).isEmpty())
                ordered.append({target.id, like.test, like.params, 0, 0, {}});
        }
    }
    return ordered;
}

QString acceleratorOf(const Session& session, const TargetSettings& target)
{
    if (target.kind != TargetKind::Qemu)
        return {};
    for (const QJsonValue& found : session.targets) {
        const QString accel = found["provenance"_L1]["accel"_L1].toString();
        if (found["id"_L1].toString() == target.id && !accel.isEmpty())
            return accel;
    }
    return target.qemu.accel;
}

/// The kinds of what makes a test on a target unequal, gravest first.
QByteArray fairnessColumn(const QList<analysis::FairnessNote>& notes, const QString& target, sysbench::Test test,
                          const QJsonObject& params)
{
    QStringList kinds;
    for (const analysis::FairnessNote& note : notes) {
        const QString kind = analysis::fairnessKindName(note.kind);
        if (note.isKnown && note.concerns(target, test, params) && !kinds.contains(kind))
            kinds << kind;
    }
    return csvText(kinds.join(u';'));
}

/// When it was made, and with which version of this program.
Row stampColumns(const Session& session)
{
    const QString created = session.created.isValid() ? session.created.toUTC().toString(Qt::ISODateWithMs) : QString();
    return {csvText(created), csvText(session.app["version"_L1].toString())};
}

/// The columns of a row that name its cell.
Row cellColumns(const Session& session, const Cell& cell, const QStringList& parameters)
{
    QString kind;
    QString accel;
    for (const TargetSettings& target : session.plan.targets) {
        if (target.id == cell.target) {
            kind = targetKindName(target.kind);
            accel = acceleratorOf(session, target);
        }
    }
    Row row{csvText(session.id), csvText(cell.target), csvText(kind), csvText(accel),
            csvText(sysbench::testName(cell.test))};
    appendParameters(row, parameters, cell.params);
    return row;
}

struct MetricColumns
{
    Row figures;
    QByteArray ciMethod; ///< empty where there is no interval
};

/// The columns of one metric of a cell; nothing where no run has it.
std::optional<MetricColumns> metricColumns(const Cell& cell, Metric metric)
{
    QList<double> values;
    for (const RunRecord* run : cell.good) {
        const auto figure = run->metrics.value(metric);
        if (figure && std::isfinite(*figure))
            values.append(*figure);
    }
    const auto summary = analysis::summarize(values);
    const bool isHeadline = metric == sysbench::headlineMetric(cell.test);
    if (!summary && !(isHeadline && cell.good.isEmpty()))
        return std::nullopt;
    Row row{csvText(sysbench::metricName(metric)), csvText(sysbench::metricUnit(metric))};
    if (summary) {
        row += {QByteArray::number(summary->n), csvNumber(summary->mean), number(summary->sd),
                csvNumber(summary->median),     csvNumber(summary->min),  csvNumber(summary->max),
                number(summary->ciLow),         number(summary->ciHigh)};
    } else {
        row += {"0", {}, {}, {}, {}, {}, {}, {}};
    }
    row += {QByteArray::number(cell.discarded), QByteArray::number(cell.failed)};
    const bool hasInterval = summary && summary->ciLow;
    return MetricColumns{row, hasInterval ? csvText(analysis::intervalMethodName(summary->ciMethod)) : QByteArray()};
}

} // namespace

QByteArray csvText(const QString& text)
{
    static const QString formulaStarts = u"=+-@\t\r\n"_s;
    QByteArray field = text.toUtf8();
    if (!text.isEmpty() && formulaStarts.contains(text.front()))
        field.prepend('\'');
    const bool needsQuotes = field.contains(',') || field.contains('"') || field.contains('\r') || field.contains('\n');
    if (!needsQuotes)
        return field;
    return '"' + field.replace('"', "\"\"") + '"';
}

QByteArray csvNumber(double number)
{
    if (!std::isfinite(number))
        return {};
    if (number == 0)
        return "0"; // also for -0
    // Plain digits where people would write them so, powers of ten beyond.
    constexpr double smallest = 1e-5;
    constexpr double largest = 1e15;
    const double size = std::abs(number);
    const auto format = size >= smallest && size < largest ? std::chars_format::fixed : std::chars_format::scientific;
    std::array<char, 64> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, format);
    return QByteArray(buffer.data(), end.ptr - buffer.data());
}

QByteArray summaryCsv(const Session& session)
{
    const QStringList parameters = parametersOf(session);
    Row header{"session", "target", "kind", "accel", "test"};
    appendParameterNames(header, parameters);
    header += {"metric",  "unit",      "n",      "mean",  "sd",       "median",  "min",         "max",      "ci_low",
               "ci_high", "discarded", "failed", "error", "fairness", "created", "app_version", "ci_method"};
    QByteArray csv;
    append(csv, header);
    const QList<Cell> cells = cellsOf(session);
    const QList<analysis::FairnessNote> notes = analysis::fairnessOf(session);
    const Row stamp = stampColumns(session);
    for (const Cell& cell : cells) {
        const QByteArray fairness = fairnessColumn(notes, cell.target, cell.test, cell.params);
        const Row first = cellColumns(session, cell, parameters);
        const QByteArray error = csvText(targetError(session, cell.target));
        for (std::size_t i = 0; i < sysbench::metricCount; ++i) {
            if (const auto columns = metricColumns(cell, static_cast<Metric>(i)))
                append(csv, first + columns->figures + Row{error, fairness} + stamp + Row{columns->ciMethod});
        }
    }
    return csv;
}

QByteArray rawCsv(const Session& session)
{
    const QStringList parameters = parametersOf(session);
    Row header{"id", "started", "target", "test"};
    appendParameterNames(header, parameters);
    header += {"repeat", "discarded", "status"};
    for (std::size_t i = 0; i < sysbench::metricCount; ++i)
        header.append(csvText(sysbench::metricName(static_cast<Metric>(i))));
    header += {"error", "superseded", "fairness", "session", "created", "app_version"};
    QByteArray csv;
    append(csv, header);
    const QList<analysis::FairnessNote> notes = analysis::fairnessOf(session);
    const QList<const RunRecord*> counting = attemptsThatCount(session);
    const Row stamp = Row{csvText(session.id)} + stampColumns(session);
    const QSet<const RunRecord*> counted(counting.cbegin(), counting.cend());
    for (const RunRecord& run : session.runs) {
        const QString started = run.started.isValid() ? run.started.toUTC().toString(Qt::ISODateWithMs) : QString();
        Row row{csvText(run.id), csvText(started), csvText(run.target), csvText(sysbench::testName(run.test))};
        appendParameters(row, parameters, run.params);
        row += {QByteArray::number(run.repeat), run.discarded ? "true" : "false", csvText(runStatusName(run.status))};
        for (std::size_t i = 0; i < sysbench::metricCount; ++i)
            row.append(number(run.metrics.value(static_cast<Metric>(i))));
        row += {csvText(run.error), counted.contains(&run) ? "false" : "true",
                fairnessColumn(notes, run.target, run.test, run.params)};
        append(csv, row + stamp);
    }
    return csv;
}

} // namespace bv
