#pragma once

#include "base/figures.h"

#include <QCoreApplication>
#include <QString>

namespace bv {

/// A tool tip or "what's this" that shows `text` as it is: Qt would take a text with tags for markup. Lines are kept.
inline QString plainToolTip(const QString& text)
{
    return text.isEmpty() ? QString()
                          : QStringLiteral("<p style=\"white-space:pre-wrap\">%1</p>").arg(text.toHtmlEscaped());
}

/// Why a button is off that would disturb a measurement.
inline QString measuringReason()
{
    return QCoreApplication::translate("bv::Text", "Not while a session is measured: it would disturb the figures.");
}

/// What stands where nothing was measured.
inline QString absentText()
{
    return QStringLiteral("–");
}

/// One reading, not a mean: as figureText(), but without the zeros behind it that nobody measured: "0.72" where
/// sysbench printed that, and "776" for a count.
inline QString readingText(double value)
{
    const QString figure = figureText(value);
    const QString exact = QString::number(value, 'g', 15);
    return exact.size() < figure.size() ? exact : figure;
}

} // namespace bv
