#pragma once

#include <QByteArray>
#include <QList>
#include <QString>
#include <QStringList>
#include <optional>

namespace bv::importing {

/// A table as text: fields parted by ',', ';' or tabs, quoted as in RFC 4180 (quotes doubled, line ends within quotes).
class DelimitedText
{
public:
    /// The first row decides what parts the fields; a line "sep=;" before it, as spreadsheets write it, as well. `text`
    /// has to live as long as this.
    explicit DelimitedText(QByteArrayView text);

    char separator() const { return m_separator; }
    /// Decimal commas are to be expected where no comma parts the fields.
    bool hasDecimalCommas() const { return m_separator != ','; }
    bool atEnd() const { return m_at >= m_text.size(); }
    /// The fields of the next row, without blanks around them; empty rows are passed over, and an empty list is the
    /// end. A row of more than 1 MiB or 1000 fields ends there.
    QStringList nextRow();

private:
    QStringList row();

    QByteArrayView m_text;
    qsizetype m_at = 0;
    char m_separator = ',';
};

/// A number as people and programs write it: "3495.79", with `decimalCommas` also "3495,79" and "1.294,30"; thousands
/// parted by blanks or apostrophes. Nothing for anything else: NaN, infinity, hexadecimal, negative, units.
std::optional<double> numberFromField(const QString& field, bool decimalCommas);

} // namespace bv::importing
