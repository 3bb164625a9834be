#include "import/import_parts.h"

#include "import/delimited_text.h"
#include "import/table_columns.h"
#include "plan/parameters.h"
#include "plan/target_id.h"
#include "sysbench/catalogue.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>

namespace bv::importing {

namespace {

using namespace Qt::StringLiterals;
using sysbench::Metric;
using sysbench::Test;
using Role = TableColumn::Role;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::ImportText)
};

/// Warnings, of which a table with a wrong column would have one per row.
class Complaints
{
public:
    void add(qsizetype row, const QString& text)
    {
        ++m_count;
        if (m_texts.size() < most)
            m_texts << Text::tr("Row %1: %2").arg(row).arg(text);
    }
    QStringList texts() const
    {
        if (m_count <= most)
            return m_texts;
        return m_texts + QStringList{Text::tr("And %1 more of this kind.").arg(m_count - most)};
    }

private:
    static constexpr qsizetype most = 20;
    QStringList m_texts;
    qsizetype m_count = 0;
};

QList<TableColumn> columnsOf(const QStringList& titles)
{
    QList<TableColumn> columns;
    for (const QString& title : titles)
        columns << columnOf(title);
    return columns;
}

bool hasMetric(const QList<TableColumn>& columns)
{
    return std::any_of(columns.cbegin(), columns.cend(),
                       [](const TableColumn& column) { return column.role == Role::Metric; });
}

/// A field as it was before it was made harmless for spreadsheets (export/csv.h).
QString unquoted(const QString& field)
{
    const bool isEscaped = field.size() > 1 && field[0] == u'\'' && u"=+-@"_s.contains(field[1]);
    return (isEscaped ? field.sliced(1) : field).left(10'000);
}

/// A name that can be an id: what cannot stand in one becomes '-'.
QString asTargetId(const QString& name)
{
    QString id = name.trimmed().left(60);
    for (QChar& c : id) {
        if (!isValidTargetId(QString(u'a') + c))
            c = u'-';
    }
    while (id.startsWith(u'-') || id.startsWith(u'.') || id.startsWith(u'_'))
        id.remove(0, 1);
    return id;
}

/// The table and what is said about it.
class Table
{
public:
    Table(const QStringList& titles, bool hasDecimalCommas)
        : m_columns(columnsOf(titles))
        , m_hasDecimalCommas(hasDecimalCommas)
    {
    }

    ImportedRun runOf(const QStringList& fields, qsizetype row, const QString& path);
    QStringList warnings() const;

private:
    void take(const TableColumn& column, const QString& field, qsizetype row, ImportedRun& run);
    void takeMetric(const TableColumn& column, const QString& field, qsizetype row, ImportedRun& run);
    void takeArrangement(const TableColumn& column, const QString& field, qsizetype row, ImportedRun& run);
    void takeParameters(const QStringList& fields, qsizetype row, ImportedRun& run);
    Test testOf(const QStringList& fields, const ImportedRun& run) const;
    std::optional<double> number(const QString& field) const { return numberFromField(field, m_hasDecimalCommas); }
    QString notUnderstood(const TableColumn& column, const QString& field) const
    {
        return Text::tr("\"%1\" is no value of %2; left out.").arg(field.left(40), column.title);
    }

    QList<TableColumn> m_columns;
    bool m_hasDecimalCommas;
    Complaints m_complaints;
};

void Table::takeMetric(const TableColumn& column, const QString& field, qsizetype row, ImportedRun& run)
{
    if (const auto value = number(field))
        run.record.metrics.set(column.metric, *value);
    else
        m_complaints.add(row, notUnderstood(column, field));
}

void Table::takeArrangement(const TableColumn& column, const QString& field, qsizetype row, ImportedRun& run)
{
    Arrangement& arrangement = run.arrangement;
    const auto value = number(field);
    constexpr double most = 1e6;
    const bool isCount = value && *value > 0 && *value <= most;
    if (column.role == Role::Cpus && isCount)
        arrangement.cpus = *value;
    else if (column.role == Role::Memory && isCount)
        arrangement.memoryMib = static_cast<int>(std::lround(*value));
    else if (column.role == Role::Accel && QStringList{u"tcg"_s, u"kvm"_s, u"hvf"_s, u"whpx"_s}.contains(field))
        arrangement.accel = field;
    else if (column.role == Role::DiskFormat && QStringList{u"raw"_s, u"qcow2"_s}.contains(field))
        arrangement.diskFormat = field;
    else
        m_complaints.add(row, notUnderstood(column, field));
}

void Table::take(const TableColumn& column, const QString& field, qsizetype row, ImportedRun& run)
{
    RunRecord& record = run.record;
    switch (column.role) {
    case Role::Target:
        run.targetName = asTargetId(field);
        break;
    case Role::Repeat: {
        const auto value = number(field);
        if (value && *value >= 1 && *value <= importedRunLimit && std::trunc(*value) == *value)
            run.repeat = static_cast<int>(*value);
        else
            m_complaints.add(row, notUnderstood(column, field));
        break;
    }
    case Role::Version:
        run.version = field.left(40);
        break;
    case Role::Cpus:
    case Role::Memory:
    case Role::Accel:
    case Role::DiskFormat:
        takeArrangement(column, field.toLower(), row, run);
        break;
    case Role::Started:
        record.started = QDateTime::fromString(field, Qt::ISODateWithMs).toUTC();
        break;
    case Role::Status:
        if (const auto status = runStatusFromName(field))
            record.status = *status;
        else
            m_complaints.add(row, notUnderstood(column, field));
        break;
    case Role::Error:
        record.error = field;
        break;
    case Role::Discarded:
        record.discarded = field == "true"_L1;
        break;
    case Role::Superseded:
        run.isSuperseded = field == "true"_L1;
        break;
    case Role::Metric:
        takeMetric(column, field, row, run);
        break;
    case Role::Test:
    case Role::Parameter: // once all is known
    case Role::Unknown:
    case Role::Ignored:
        break;
    }
}

/// By its column; else by the parameters and figures that only one test has.
Test Table::testOf(const QStringList& fields, const ImportedRun& run) const
{
    const auto field = [&](qsizetype column) { return fields.value(column); };
    for (qsizetype i = 0; i < m_columns.size(); ++i) {
        if (m_columns[i].role != Role::Test || field(i).isEmpty())
            continue;
        const Test named = sysbench::testFromName(field(i).toLower());
        return named != Test::Unknown ? named : testInPath(field(i).left(200));
    }
    for (qsizetype i = 0; i < m_columns.size(); ++i) {
        if (m_columns[i].role != Role::Parameter || field(i).isEmpty())
            continue;
        for (const Test test : {Test::Cpu, Test::Fileio, Test::Memory, Test::Threads, Test::Mutex}) {
            const QString prefix = test == Test::Fileio ? u"file_"_s : QString(sysbench::testName(test)) + u'_';
            if (m_columns[i].parameter.startsWith(prefix))
                return test;
        }
    }
    const sysbench::Metrics& metrics = run.record.metrics;
    if (metrics.value(Metric::TransferMibPerSec))
        return Test::Fileio;
    return metrics.value(Metric::BootMs) ? Test::Boot : Test::Unknown;
}

void Table::takeParameters(const QStringList& fields, qsizetype row, ImportedRun& run)
{
    for (qsizetype i = 0; i < m_columns.size(); ++i) {
        const TableColumn& column = m_columns[i];
        const QString field = unquoted(fields.value(i));
        if (column.role != Role::Parameter || field.isEmpty())
            continue;
        QString text = field;
        const sysbench::OptionInfo* option = sysbench::findOption(run.record.test, column.parameter);
        const bool isNumber =
            option && (option->type == sysbench::ValueType::Integer || option->type == sysbench::ValueType::Number);
        if (const auto value = isNumber ? number(field) : std::nullopt)
            text = QString::number(*value, 'g', 17);
        const QJsonValue value = parameterFromText(run.record.test, column.parameter, text);
        if (!value.isUndefined())
            run.record.params.insert(column.parameter, value);
        else
            m_complaints.add(row, notUnderstood(column, field));
    }
}

ImportedRun Table::runOf(const QStringList& fields, qsizetype row, const QString& path)
{
    ImportedRun run;
    run.record.status = RunStatus::Ok;
    for (qsizetype i = 0; i < m_columns.size(); ++i) {
        const QString field = unquoted(fields.value(i));
        if (!field.isEmpty())
            take(m_columns[i], field, row, run);
    }
    if (!run.targetName.isEmpty()) {
        const Arrangement named = arrangementInPath(run.targetName);
        Arrangement& known = run.arrangement;
        known.kind = named.kind;
        known.cpus = known.cpus ? known.cpus : named.cpus;
        known.memoryMib = known.memoryMib ? known.memoryMib : named.memoryMib;
        known.accel = known.accel.isEmpty() ? named.accel : known.accel;
        known.diskFormat = known.diskFormat.isEmpty() ? named.diskFormat : known.diskFormat;
    }
    run.record.test = testOf(fields, run);
    if (run.record.test == Test::Unknown) {
        run.record.test = testInPath(path);
        if (run.record.test != Test::Unknown)
            run.guessed.insert(u"test"_s, GuessSource::Path);
    }
    takeParameters(fields, row, run);
    return run;
}

QStringList Table::warnings() const
{
    QStringList unknown;
    for (const TableColumn& column : m_columns) {
        if (column.role == Role::Unknown)
            unknown << u'"' + column.title + u'"';
    }
    QStringList texts;
    if (!unknown.isEmpty())
        texts
            << Text::tr("Columns that are not understood and were left out: %1.").arg(unknown.mid(0, 30).join(u", "_s));
    return texts + m_complaints.texts();
}

} // namespace

bool isTable(const QByteArray& utf8)
{
    DelimitedText text(utf8);
    const QStringList titles = text.nextRow();
    return titles.size() > 1 && (isSummaryHeader(titles) || hasMetric(columnsOf(titles)));
}

Result<ImportedFile> runsOfTable(const QString& path, const QByteArray& utf8, const std::stop_token& stop)
{
    DelimitedText text(utf8);
    const QStringList titles = text.nextRow();
    if (isSummaryHeader(titles))
        return Error(Error::Code::BadInput,
                     Text::tr("The file %1 is a summary, which has no single runs. Import the table of runs instead: "
                              "benchvisor export ID --raw-csv FILE")
                         .arg(path));
    ImportedFile file;
    Table table(titles, text.hasDecimalCommas());
    qsizetype row = 1; // as a spreadsheet counts; empty rows apart
    while (!stop.stop_requested()) {
        const QStringList fields = text.nextRow();
        if (fields.isEmpty())
            break;
        ++row;
        if (file.runs.size() >= importedRunLimit)
            return Error(
                Error::Code::BadInput,
                Text::tr("The file %1 has more than %2 rows; import it in parts.").arg(path).arg(importedRunLimit));
        const ImportedRun run = table.runOf(fields, row, path);
        // A row of a spreadsheet that only adds up or parts others is no run.
        if (!run.record.metrics.isEmpty() || run.record.status != RunStatus::Ok)
            file.runs << run;
    }
    file.warnings = table.warnings();
    return file;
}

} // namespace bv::importing
