#include "models/import_model.h"

#include "base/figures.h"
#include "import/import_corrections.h"
#include "models/text.h"
#include "models/value_list.h"
#include "plan/parameters.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

using sysbench::Test;

constexpr Test tests[] = {Test::Cpu, Test::Fileio, Test::Memory, Test::Threads, Test::Mutex, Test::Boot};

QString parametersText(const QJsonObject& params)
{
    QStringList texts;
    for (auto it = params.begin(); it != params.end(); ++it)
        texts << it.key() + u'=' + valueText(it.value());
    return texts.join(u' ');
}

QString figureOf(const RunRecord& record)
{
    const sysbench::Metric metric = sysbench::headlineMetric(record.test);
    const auto value = record.metrics.value(metric);
    return value ? figureText(*value) + u' ' + QString(sysbench::metricUnit(metric)) : absentText();
}

/// The name of what the column holds in ImportedRun::guessed.
QString guessedName(int column)
{
    switch (column) {
    case ImportModel::Target:
        return u"target"_s;
    case ImportModel::Kind:
        return u"test"_s;
    case ImportModel::Repeat:
        return u"repeat"_s;
    default:
        return {};
    }
}

bool isGuessed(const ImportRow& row, int column)
{
    if (column != ImportModel::Parameters)
        return row.run.guessed.contains(guessedName(column));
    const QStringList names = row.run.record.params.keys();
    return std::any_of(names.cbegin(), names.cend(),
                       [&row](const QString& name) { return row.run.guessed.contains(name); });
}

Result<> writeParameters(ImportRow& row, const QString& text)
{
    ImportPreview one;
    one.rows << row;
    one.rows.first().run.record.params = {};
    const QStringList words = text.split(u' ', Qt::SkipEmptyParts);
    for (const QString& word : words) {
        if (const auto added = addParameter(one, word); !added)
            return added.error();
    }
    QJsonObject params = one.rows.first().run.record.params;
    const QStringList names = row.run.record.params.keys() + params.keys();
    for (const QString& name : names) {
        if (params.value(name) != row.run.record.params.value(name))
            row.run.guessed.remove(name);
    }
    row.run.record.params = params;
    return Unit();
}

} // namespace

void ImportModel::setPreview(const ImportPreview& preview)
{
    beginResetModel();
    m_preview = preview;
    count();
    endResetModel();
    emit contentChanged();
}

void ImportModel::count()
{
    m_included = 0;
    m_missing = 0;
    for (const ImportRow& row : std::as_const(m_preview.rows)) {
        m_included += row.isIncluded ? 1 : 0;
        m_missing += missingOf(row).isEmpty() ? 0 : 1;
    }
}

int ImportModel::firstMissing() const
{
    const auto found = std::find_if(m_preview.rows.cbegin(), m_preview.rows.cend(),
                                    [](const ImportRow& row) { return !missingOf(row).isEmpty(); });
    return found == m_preview.rows.cend() ? -1 : static_cast<int>(found - m_preview.rows.cbegin());
}

void ImportModel::setIncluded(const QList<int>& rows, bool included)
{
    for (const int row : rows)
        m_preview.rows[row].isIncluded = included;
    count();
    if (!rows.isEmpty()) {
        const auto [first, last] = std::minmax_element(rows.cbegin(), rows.cend());
        emit dataChanged(index(*first, 0), index(*last, ColumnCount - 1));
    }
    emit contentChanged();
}

int ImportModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_preview.rows.size());
}

int ImportModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString ImportModel::edited(const ImportRow& row, int column) const
{
    const ImportedRun& run = row.run;
    switch (column) {
    case Target:
        return run.targetName;
    case Kind:
        return run.record.test == Test::Unknown ? QString() : QString(sysbench::testName(run.record.test));
    case Parameters:
        return parametersText(run.record.params);
    case Repeat:
        return run.repeat ? QString::number(*run.repeat) : QString();
    default:
        return {};
    }
}

QString ImportModel::display(const ImportRow& row, int column) const
{
    switch (column) {
    case Source:
        return tr("%1, run %2").arg(row.file).arg(row.number);
    case Figure:
        return figureOf(row.run.record);
    case Remark: {
        if (!row.isIncluded)
            return row.run.isSuperseded ? tr("left out: tried again later") : tr("left out");
        const QString missing = missingOf(row);
        return missing.isEmpty() ? row.run.record.error : missing;
    }
    default: {
        const QString text = edited(row, column);
        if (text.isEmpty())
            return column == Target || column == Kind ? u"?"_s : absentText();
        return isGuessed(row, column) ? text + u" ?"_s : text;
    }
    }
}

/// What stands in the file list below the field: everything that may be meant.
QStringList ImportModel::choices(int column) const
{
    QStringList texts;
    if (column == Kind) {
        for (const Test test : tests)
            texts << QString(sysbench::testName(test));
    } else if (column == Target) {
        for (const ImportRow& row : m_preview.rows) {
            const QString& name = row.run.targetName;
            if (!name.isEmpty() && !texts.contains(name))
                texts << name;
            constexpr qsizetype most = 20;
            if (texts.size() >= most)
                break;
        }
        for (const QString& usual : {u"host"_s, u"docker"_s, u"qemu-kvm"_s, u"qemu-tcg"_s}) {
            if (!texts.contains(usual))
                texts << usual;
        }
    }
    return texts;
}

QVariant ImportModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const ImportRow& row = m_preview.rows.at(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return display(row, index.column());
    case Qt::EditRole:
        return edited(row, index.column());
    case Qt::CheckStateRole:
        return index.column() == Source ? QVariant(row.isIncluded ? Qt::Checked : Qt::Unchecked) : QVariant();
    case Qt::TextAlignmentRole:
        return headerData(index.column(), Qt::Horizontal, role);
    case Qt::ToolTipRole:
        if (isGuessed(row, index.column()))
            return tr("Guessed from names of files and folders, or from titles. Enter the right one if it is wrong.");
        return {};
    case ChoicesRole:
        return choices(index.column());
    case MissingRole:
        return !missingOf(row).isEmpty();
    case GuessedRole:
        return isGuessed(row, index.column());
    default:
        return {};
    }
}

QVariant ImportModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    const bool number = section == Figure || section == Repeat;
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(Qt::AlignVCenter | (number ? Qt::AlignRight : Qt::AlignLeft));
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Source:
        return tr("File");
    case Target:
        return tr("Target");
    case Kind:
        return tr("Test");
    case Parameters:
        return tr("Parameters");
    case Repeat:
        return tr("Repeat");
    case Figure:
        return tr("Figure");
    case Remark:
        return tr("Remark");
    default:
        return {};
    }
}

Qt::ItemFlags ImportModel::flags(const QModelIndex& index) const
{
    Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    if (index.column() == Source)
        flags |= Qt::ItemIsUserCheckable;
    if (index.column() >= Target && index.column() <= Repeat)
        flags |= Qt::ItemIsEditable;
    return flags;
}

Result<> ImportModel::write(ImportRow& row, int column, const QString& text) const
{
    switch (column) {
    case Target: {
        // A name that tells no kind renames what is known already.
        const Arrangement told = arrangementInPath(text);
        setArrangement(row, told.kind ? told : row.run.arrangement, text);
        return Unit();
    }
    case Kind: {
        const Test test = sysbench::testFromName(text);
        if (test == Test::Unknown)
            return Error(Error::Code::BadInput,
                         tr("There is no test \"%1\"; there are %2.").arg(text.left(100), choices(Kind).join(u", "_s)));
        row.run.record.test = test;
        row.run.guessed.remove(u"test"_s);
        return Unit();
    }
    case Parameters:
        return writeParameters(row, text);
    case Repeat: {
        bool ok = false;
        const int repeat = text.toInt(&ok);
        if (!text.isEmpty() && (!ok || repeat < 1))
            return Error(Error::Code::BadInput,
                         tr("\"%1\" is no number of a repeat; write 1, 2, … or nothing.").arg(text.left(100)));
        row.run.repeat = text.isEmpty() ? std::nullopt : std::optional(repeat);
        row.run.guessed.remove(u"repeat"_s);
        return Unit();
    }
    default:
        return Unit();
    }
}

bool ImportModel::setCells(const QList<int>& rows, int column, const QString& text)
{
    QList<ImportRow> changed;
    for (const int row : rows) { // all or none
        changed << m_preview.rows.at(row);
        if (const auto written = write(changed.last(), column, text.simplified()); !written) {
            emit refused(written.error().message);
            return false;
        }
    }
    for (qsizetype i = 0; i < rows.size(); ++i)
        m_preview.rows[rows.at(i)] = changed.at(i);
    count();
    if (!rows.isEmpty()) {
        const auto [first, last] = std::minmax_element(rows.cbegin(), rows.cend());
        emit dataChanged(index(*first, 0), index(*last, ColumnCount - 1));
    }
    emit contentChanged();
    return true;
}

bool ImportModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return false;
    if (role == Qt::CheckStateRole && index.column() == Source) {
        setIncluded({index.row()}, value.toInt() == Qt::Checked);
        return true;
    }
    if (role != Qt::EditRole || !flags(index).testFlag(Qt::ItemIsEditable))
        return false;
    return setCells({index.row()}, index.column(), value.toString());
}

} // namespace bv
