#include "models/tsv.h"

#include "models/text.h"

#include <QLocale>

namespace bv {

QString tsvCell(QString text)
{
    if (text == absentText())
        return {};
    for (QChar& c : text) {
        if (c == u'\t' || c == u'\n' || c == u'\r')
            c = u' ';
    }
    if (!text.isEmpty() && QStringLiteral("=+-@").contains(text.front()))
        text.prepend(u'\'');
    return text;
}

QString tsvNumber(double number)
{
    return QString::number(number, 'g', QLocale::FloatingPointShortest);
}

QString tsvOf(const QAbstractItemModel& model, const QList<int>& rows, const QList<int>& columns, int exactRole)
{
    QStringList header;
    for (const int column : columns)
        header << tsvCell(model.headerData(column, Qt::Horizontal).toString());
    QStringList lines{header.join(u'\t')};
    for (const int row : rows) {
        QStringList cells;
        for (const int column : columns) {
            const QModelIndex cell = model.index(row, column);
            const QVariant exact = cell.data(exactRole);
            const bool isNumber = exact.typeId() == QMetaType::Double;
            cells << (isNumber ? tsvNumber(exact.toDouble()) : tsvCell(cell.data().toString()));
        }
        lines << cells.join(u'\t');
    }
    return lines.join(u'\n') + u'\n';
}

} // namespace bv
