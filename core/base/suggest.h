#pragma once

#include <QString>
#include <QStringList>

namespace bv {

/// The candidate that was probably meant by `word`; empty if none is near. Near is a Damerau–Levenshtein distance
/// (restricted: optimal string alignment; Damerau 1964, Levenshtein 1966) of at most a third of the longer word, at
/// least 1 and at most 3. Case does not count and '-' equals '_'. Of equally near candidates the first is given; where
/// none is near, the only candidate that begins with the word ("memory" for "memory_mib").
QString nearest(const QString& word, const QStringList& candidates);

/// `sentence` followed by ` Did you mean "…"?` if a candidate is near the word, else as it is.
QString withSuggestion(const QString& sentence, const QString& word, const QStringList& candidates);

/// `Unknown key "repeates". Did you mean "repeats"?`; with a place, `targets[1].disk: unknown key "chache". Did …`.
QString unknownKeyMessage(const QString& where, const QString& key, const QStringList& candidates);

} // namespace bv
