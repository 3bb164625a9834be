#include "base/suggest.h"

#include <QCoreApplication>
#include <QList>
#include <algorithm>
#include <numeric>

namespace bv {

namespace {

using namespace Qt::StringLiterals;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(Suggest)
};

constexpr qsizetype longestWord = 64; // nothing of ours is longer, and the cost is quadratic

QString folded(const QString& word)
{
    return word.toCaseFolded().replace(u'-', u'_');
}

qsizetype distance(const QString& a, const QString& b)
{
    QList<qsizetype> beforeLast(b.size() + 1);
    QList<qsizetype> last(b.size() + 1);
    QList<qsizetype> row(b.size() + 1);
    std::iota(last.begin(), last.end(), 0);
    for (qsizetype i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (qsizetype j = 1; j <= b.size(); ++j) {
            const qsizetype change = a[i - 1] == b[j - 1] ? 0 : 1;
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + change});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], beforeLast[j - 2] + 1);
        }
        beforeLast.swap(last);
        last.swap(row);
    }
    return last[b.size()];
}

QString onlyCompletion(const QString& word, const QStringList& candidates)
{
    constexpr qsizetype shortestPrefix = 3;
    if (word.size() < shortestPrefix)
        return {};
    QString found;
    for (const QString& candidate : candidates) {
        if (!folded(candidate).startsWith(word))
            continue;
        if (!found.isEmpty())
            return {};
        found = candidate;
    }
    return found;
}

} // namespace

QString nearest(const QString& word, const QStringList& candidates)
{
    if (word.isEmpty() || word.size() > longestWord)
        return {};
    const QString wanted = folded(word);
    QString best;
    qsizetype bestDistance = longestWord;
    for (const QString& candidate : candidates) {
        if (candidate.isEmpty() || candidate.size() > longestWord)
            continue;
        const qsizetype limit = std::clamp<qsizetype>(std::max(wanted.size(), candidate.size()) / 3, 1, 3);
        const qsizetype d = distance(wanted, folded(candidate));
        // A one-letter word is as near to every other letter; that is no suggestion.
        if (d <= limit && d < bestDistance && d < std::max(wanted.size(), candidate.size())) {
            best = candidate;
            bestDistance = d;
        }
    }
    return best.isEmpty() ? onlyCompletion(wanted, candidates) : best;
}

QString withSuggestion(const QString& sentence, const QString& word, const QStringList& candidates)
{
    const QString near = nearest(word, candidates);
    return near.isEmpty() ? sentence : sentence + u' ' + Text::tr("Did you mean \"%1\"?").arg(near);
}

QString unknownKeyMessage(const QString& where, const QString& key, const QStringList& candidates)
{
    const QString shown = key.size() > longestWord ? key.left(longestWord) + u'…' : key;
    const QString sentence = where.isEmpty() ? Text::tr("Unknown key \"%1\".").arg(shown)
                                             : Text::tr("%1: unknown key \"%2\".").arg(where, shown);
    return withSuggestion(sentence, key, candidates);
}

} // namespace bv
