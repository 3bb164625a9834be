#pragma once

#include "import/import_text.h"

namespace bv::importing {

/// The text as UTF-8 without byte order mark, of UTF-8 (or Latin, as it is) and UTF-16 with or without a mark; nothing
/// for what is no text.
std::optional<QByteArray> asUtf8(const QByteArray& bytes);

/// Does the first line name columns of a table of runs, or of our own summary?
bool isTable(const QByteArray& utf8);
/// The runs of a table, see importText(). BadInput for a summary.
Result<ImportedFile> runsOfTable(const QString& path, const QByteArray& utf8, const std::stop_token& stop);
/// The runs in what sysbench printed; none where there are none.
Result<ImportedFile> runsOfOutput(const QString& path, const QByteArray& utf8, const std::stop_token& stop);

/// Fills in what `from` knows and the run does not, unless it is about another kind, and notes the source.
void fillArrangement(ImportedRun& run, const Arrangement& from, GuessSource source);
/// Fills in test, mode, prime limit and repeat, as far as the path tells and the run does not.
void fillFromPath(ImportedRun& run, const QString& path);
/// Gives the run its name, and its record what follows from the figures that are there: Failed without any.
void settle(ImportedRun& run);

/// A value as the option wants it, from a text: "20000", "1G", "on". Undefined where it cannot be one.
QJsonValue parameterFromText(sysbench::Test test, const QString& name, const QString& text);

} // namespace bv::importing
