#include "cli/fairness_text.h"

#include <QCoreApplication>
#include <algorithm>

using namespace Qt::StringLiterals;

namespace bv::cli {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::cli::FairnessText)
};

using analysis::FairnessNote;
using analysis::FairnessSeverity;

QString lineOf(const FairnessNote& note)
{
    // A remark is for those who want to know; its consequence stands in exports and in the report.
    const bool isRemark = note.severity == FairnessSeverity::Remark;
    const QString text = isRemark || note.effect.isEmpty() ? note.sentence : note.sentence + u' ' + note.effect;
    return Text::tr("Fairness: %1").arg(text);
}

} // namespace

QStringList fairnessLines(const Plan& plan, const QJsonObject& host)
{
    QStringList lines;
    const QList<FairnessNote> notes = analysis::fairnessOf(plan, host);
    for (const FairnessNote& note : notes)
        lines << lineOf(note);
    const auto mendable =
        std::count_if(notes.cbegin(), notes.cend(), [](const FairnessNote& note) { return note.canMend; });
    if (mendable > 0)
        lines << Text::tr("Fairness: --fair mends %1 of these %2.").arg(mendable).arg(notes.size());
    return lines;
}

QStringList mendLines(const QList<FairnessNote>& applied)
{
    QStringList lines;
    for (const FairnessNote& note : applied)
        lines << Text::tr("Mended by --fair: %1 Before: %2").arg(note.mend, note.sentence);
    return lines;
}

} // namespace bv::cli
