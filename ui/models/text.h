#pragma once

#include <QString>

namespace bv {

/// A tool tip or "what's this" that shows `text` as it is: Qt would take a text with tags for markup. Lines are kept.
inline QString plainToolTip(const QString& text)
{
    return text.isEmpty() ? QString()
                          : QStringLiteral("<p style=\"white-space:pre-wrap\">%1</p>").arg(text.toHtmlEscaped());
}

/// What stands where nothing was measured.
inline QString absentText()
{
    return QStringLiteral("–");
}

/// A cell of tab-separated text: tabs and line ends become spaces, and what a spreadsheet would take for a formula gets
/// an apostrophe in front, as in the CSV files.
inline QString tsvCell(QString text)
{
    for (QChar& c : text) {
        if (c == u'\t' || c == u'\n' || c == u'\r')
            c = u' ';
    }
    if (!text.isEmpty() && QStringLiteral("=+-@").contains(text.front()))
        text.prepend(u'\'');
    return text;
}

} // namespace bv
