#include "session/sample_columns.h"

#include <QtEndian>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>

namespace bv {

namespace {

// Layout, all numbers little-endian: one byte `format`; then twice (intervals, utilisation) a table: quint32 rows,
// quint8 columns; per column quint8 name (its place in the list below), quint32 count of the rows that have it; where
// that is not all of them, a bitmap of (rows + 7) / 8 bytes; the values as IEEE doubles.

constexpr quint8 format = 1;

template<class Row>
struct Column
{
    std::optional<double> (*get)(const Row&);
    void (*set)(Row&, double);
};

template<class Row, auto member>
constexpr Column<Row> plain()
{
    return {[](const Row& row) -> std::optional<double> { return row.*member; },
            [](Row& row, double value) { row.*member = value; }};
}

/// Every row has a time, as it has when it is read from JSON; so a row never is without any value.
template<class Row>
constexpr Column<Row> time()
{
    return {[](const Row& row) { return std::optional<double>(std::isfinite(row.timeS) ? row.timeS : 0); },
            [](Row& row, double value) { row.timeS = value; }};
}

using sysbench::Interval;

// Append only: the place is the column's name in the file.
constexpr std::array intervalColumns{
    time<Interval>(),
    Column<Interval>{
        [](const Interval& row) -> std::optional<double> {
            return row.threads ? std::optional<double>(*row.threads) : std::nullopt;
        },
        [](Interval& row, double value) { row.threads = value > 0 && value < 1e9 ? static_cast<int>(value) : 0; }},
    plain<Interval, &Interval::eventsPerSec>(),
    plain<Interval, &Interval::latP95Ms>(),
    plain<Interval, &Interval::readMibPerSec>(),
    plain<Interval, &Interval::writtenMibPerSec>(),
    plain<Interval, &Interval::fsyncsPerSec>(),
    plain<Interval, &Interval::opsPerSec>(),
    plain<Interval, &Interval::mibPerSec>(),
};

constexpr std::array sampleColumns{
    time<UtilizationSample>(),
    plain<UtilizationSample, &UtilizationSample::userPct>(),
    plain<UtilizationSample, &UtilizationSample::systemPct>(),
    plain<UtilizationSample, &UtilizationSample::cpuPct>(),
    plain<UtilizationSample, &UtilizationSample::diskUtilPct>(),
    plain<UtilizationSample, &UtilizationSample::guestUserPct>(),
    plain<UtilizationSample, &UtilizationSample::guestSystemPct>(),
    plain<UtilizationSample, &UtilizationSample::guestDiskUtilPct>(),
    plain<UtilizationSample, &UtilizationSample::stealPct>(),
};

template<class Number>
void append(QByteArray* bytes, Number number)
{
    const Number little = qToLittleEndian(number);
    bytes->append(reinterpret_cast<const char*>(&little), sizeof little);
}

template<class Row, std::size_t columnCount>
void packTable(QByteArray* bytes, const QList<Row>& rows, const std::array<Column<Row>, columnCount>& columns)
{
    append(bytes, static_cast<quint32>(rows.size()));
    const qsizetype countPlace = bytes->size();
    append(bytes, quint8{0});
    quint8 written = 0;
    for (std::size_t name = 0; name < columnCount; ++name) {
        QByteArray bitmap((rows.size() + 7) / 8, '\0');
        QByteArray values;
        quint32 count = 0;
        for (qsizetype i = 0; i < rows.size(); ++i) {
            const auto value = columns[name].get(rows[i]);
            if (!value || !std::isfinite(*value))
                continue;
            bitmap[i / 8] = static_cast<char>(bitmap[i / 8] | (1 << (i % 8)));
            append(&values, std::bit_cast<quint64>(*value));
            ++count;
        }
        if (count == 0)
            continue;
        append(bytes, static_cast<quint8>(name));
        append(bytes, count);
        if (count != static_cast<quint32>(rows.size()))
            bytes->append(bitmap);
        bytes->append(values);
        ++written;
    }
    (*bytes)[countPlace] = static_cast<char>(written);
}

class Reader
{
public:
    explicit Reader(const QByteArray& bytes)
        : m_at(bytes.constData())
        , m_left(bytes.size())
    {
    }
    const char* take(qsizetype size)
    {
        if (size > m_left || m_failed) {
            m_failed = true;
            return nullptr;
        }
        m_left -= size;
        return std::exchange(m_at, m_at + size);
    }
    template<class Number>
    Number number()
    {
        const char* at = take(sizeof(Number));
        return at ? qFromLittleEndian<Number>(at) : Number{};
    }
    qsizetype left() const { return m_left; }
    bool failed() const { return m_failed; }

private:
    const char* m_at;
    qsizetype m_left;
    bool m_failed = false;
};

template<class Row, std::size_t columnCount>
bool unpackTable(Reader* reader, QList<Row>* rows, const std::array<Column<Row>, columnCount>& columns)
{
    const auto rowCount = static_cast<qsizetype>(reader->number<quint32>());
    const int written = reader->number<quint8>();
    if (reader->failed() || rowCount > reader->left() / qsizetype{sizeof(double)}) // each row has a time
        return false;
    rows->resize(rowCount);
    Row* const begin = rows->data();
    for (int i = 0; i < written; ++i) {
        const std::size_t name = reader->number<quint8>();
        const auto count = static_cast<qsizetype>(reader->number<quint32>());
        if (reader->failed() || count > rowCount)
            return false;
        const char* bitmap = count == rowCount ? nullptr : reader->take((rowCount + 7) / 8);
        const char* values = reader->take(count * qsizetype{sizeof(double)});
        if (reader->failed())
            return false;
        if (name >= columnCount)
            continue;
        qsizetype used = 0;
        for (qsizetype row = 0; row < rowCount; ++row) {
            if (bitmap && (bitmap[row / 8] >> (row % 8) & 1) == 0)
                continue;
            if (used == count)
                return false;
            const auto bits = qFromLittleEndian<quint64>(values + used++ * qsizetype{sizeof(double)});
            columns[name].set(begin[row], std::bit_cast<double>(bits));
        }
    }
    return true;
}

} // namespace

QByteArray packSamples(const QList<Interval>& intervals, const QList<UtilizationSample>& utilization)
{
    QByteArray bytes;
    append(&bytes, format);
    packTable(&bytes, intervals, intervalColumns);
    packTable(&bytes, utilization, sampleColumns);
    return bytes;
}

bool unpackSamples(const QByteArray& bytes, RunRecord* run)
{
    Reader reader(bytes);
    if (reader.number<quint8>() == format && unpackTable(&reader, &run->intervals, intervalColumns) &&
        unpackTable(&reader, &run->utilization, sampleColumns))
        return true;
    run->intervals.clear();
    run->utilization.clear();
    return false;
}

} // namespace bv
