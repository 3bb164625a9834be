#pragma once

#include "import/import_preview.h"

namespace bv {

// What a user says better than a file does, on the command line. Pure.

/// Does a pattern mean the row? With '*' and '?' it has to match the path, one part of it, or the target's name, whole;
/// without, it is looked for in the path, or is the target's name. Case does not count.
bool isMeant(const ImportRow& row, const QString& pattern);

/// "docker/*=docker-2c-1g": the rows that the pattern means were measured in that arrangement, which the id tells as a
/// path would (arrangementInPath()). BadInput where there is no such row, or the id tells no kind.
Result<> correctTarget(ImportPreview& preview, const QString& patternAndId);
/// "mutex*=mutex": the rows are of that test. BadInput where there is no such row or test.
Result<> correctTest(ImportPreview& preview, const QString& patternAndTest);
/// "threads=16": a parameter of the rows whose test has it and whose file does not tell it. BadInput where no row is
/// such, or the value cannot be one.
Result<> addParameter(ImportPreview& preview, const QString& nameAndValue);

} // namespace bv
