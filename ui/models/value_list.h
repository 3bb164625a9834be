#pragma once

#include "sysbench/catalogue.h"

#include <QJsonArray>
#include <QList>
#include <QString>
#include <optional>

namespace bv {

// Values as they are typed, parted by commas: "20000, 50000, 90000". Pure.

/// The values of a parameter as a plan has them. A piece that is no value of the type stays in as text, so that the
/// plan says that it is wrong; `option` nullptr: numbers where they are, else text. Empty pieces are left out.
QJsonArray parseValues(const QString& text, const sysbench::OptionInfo* option);
/// The text that parseValues() reads back.
QString valuesText(const QJsonArray& values);
/// The value as it is typed: "20000", "1G", "on".
QString valueText(const QJsonValue& value);
/// What is wrong with the way it is typed, a sentence that says what to write; empty where that is in order. Ranges are
/// the plan's business.
QString complaintOfTyping(const QString& text, const sysbench::OptionInfo& option);

/// Numbers, each once, in the order given; nothing where a piece is no number.
std::optional<QList<double>> parseNumbers(const QString& text);

} // namespace bv
