#include "export/report_document.h"

#include "analysis/fairness.h"
#include "analysis/findings.h"
#include "export/report_parts.h"

#include <QCoreApplication>
#include <algorithm>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

using analysis::Finding;
using analysis::FindingAnswer;
using analysis::FindingKind;
using report::Blocks;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::Report)
};

constexpr qsizetype summarySentences = 12;

QString answerText(FindingAnswer answer)
{
    switch (answer) {
    case FindingAnswer::Yes:
        return Text::tr("Yes");
    case FindingAnswer::No:
        return Text::tr("No");
    case FindingAnswer::NotShown:
        return Text::tr("Not shown");
    case FindingAnswer::NotMeasured:
        return Text::tr("Not measured");
    case FindingAnswer::Note:
        break;
    }
    return {};
}

bool isQuestion(const Finding& finding)
{
    return finding.kind < FindingKind::Comparison;
}

bool isDoubt(const Finding& finding)
{
    return finding.kind > FindingKind::Comparison;
}

/// Answers to the questions, where they are asked; the comparisons otherwise.
void addSummary(const QList<Finding>& findings, Blocks& blocks)
{
    blocks << ReportHeading{1, Text::tr("Summary")};
    ReportTable answers;
    answers.columns = {Text::tr("Statement"), Text::tr("Does it hold?"), Text::tr("What was found")};
    answers.textColumns = 3;
    for (const Finding& finding : findings) {
        if (isQuestion(finding))
            answers.rows << QStringList{finding.statement, answerText(finding.answer), finding.sentence};
    }
    if (!answers.rows.isEmpty()) {
        blocks << answers;
    } else {
        qsizetype told = 0;
        for (const Finding& finding : findings) {
            if (finding.kind == FindingKind::Comparison && told++ < summarySentences)
                blocks << ReportParagraph{finding.sentence};
        }
        if (told > summarySentences)
            blocks << ReportParagraph{
                Text::tr("And %n more, see Findings.", nullptr, static_cast<int>(told - summarySentences))};
        if (told == 0)
            blocks << ReportParagraph{Text::tr("The session has nothing to compare yet.")};
    }
    const auto doubts = std::count_if(findings.cbegin(), findings.cend(), isDoubt);
    if (doubts > 0)
        blocks << ReportParagraph{Text::tr("%n observation(s) make figures doubtful or unequal; see Findings.", nullptr,
                                           static_cast<int>(doubts))};
}

void addFindings(const QList<Finding>& findings, Blocks& blocks)
{
    blocks << ReportHeading{1, Text::tr("Findings")};
    struct Part
    {
        QString title;
        bool (*isIn)(const Finding&);
    };
    const QList<Part> parts{
        {Text::tr("Answers"), isQuestion},
        {Text::tr("Comparisons"), [](const Finding& finding) { return finding.kind == FindingKind::Comparison; }},
        {Text::tr("What makes figures doubtful"),
         [](const Finding& finding) { return isDoubt(finding) && finding.kind != FindingKind::Unfair; }},
        {Text::tr("Fairness: what the targets did not have the same"),
         [](const Finding& finding) { return finding.kind == FindingKind::Unfair; }},
    };
    for (const Part& part : parts) {
        bool first = true;
        for (const Finding& finding : findings) {
            if (!part.isIn(finding))
                continue;
            if (std::exchange(first, false))
                blocks << ReportHeading{2, part.title};
            blocks << ReportFinding{answerText(finding.answer), finding.statement, finding.sentence, finding.cause,
                                    finding.check};
        }
    }
    if (findings.isEmpty())
        blocks << ReportParagraph{Text::tr("There is nothing to tell yet.")};
}

QString programText(const Session& session)
{
    const QString version = session.app["version"_L1].toString();
    return version.isEmpty() ? Text::tr("Benchvisor") : Text::tr("Benchvisor %1").arg(version);
}

QString dateText(const Session& session)
{
    return session.created.isValid() ? session.created.toUTC().toString(u"yyyy-MM-dd HH:mm"_s) + u" UTC"_s : QString();
}

/// Each once, gravest first.
QString fairnessKinds(const Session& session)
{
    QStringList kinds;
    const QList<analysis::FairnessNote> notes = analysis::fairnessOf(session);
    for (const analysis::FairnessNote& note : notes) {
        const QString kind = QString(analysis::fairnessKindName(note.kind)).replace(u'_', u' ');
        if (!kinds.contains(kind))
            kinds << kind;
    }
    return kinds.join(u", "_s);
}

QString stateText(SessionState state)
{
    switch (state) {
    case SessionState::Running:
        return Text::tr("still running");
    case SessionState::Finished:
        return Text::tr("finished");
    case SessionState::Cancelled:
        return Text::tr("cancelled; some runs are missing");
    case SessionState::Failed:
        return Text::tr("failed; some runs are missing");
    case SessionState::Interrupted:
        return Text::tr("interrupted; some runs are missing");
    }
    return {};
}

} // namespace

QString sessionStamp(const Session& session)
{
    QStringList parts{programText(session), (session.id + u' ' + session.name).trimmed(), dateText(session)};
    parts.removeAll(QString());
    return parts.join(u" · "_s).simplified();
}

QString fairnessStamp(const Session& session)
{
    const QString kinds = fairnessKinds(session);
    return kinds.isEmpty() ? QString() : Text::tr("Fairness: %1").arg(kinds);
}

ReportDocument reportDocument(const Session& session, const ReportExtras& extras)
{
    ReportDocument document;
    document.title = session.name.isEmpty() ? Text::tr("Virtual machines and containers compared") : session.name;
    document.footer = sessionStamp(session);
    document.facts = {{Text::tr("Session"), session.id},
                      {Text::tr("Measured"), dateText(session)},
                      {Text::tr("State"), stateText(session.state)},
                      {Text::tr("Program"), programText(session)},
                      {Text::tr("Machine"), session.host["cpu_model"_L1].toString()},
                      {Text::tr("Fairness"), fairnessKinds(session)},
                      {Text::tr("Note"), session.note}};
    document.facts.removeIf([](const auto& fact) { return fact.second.isEmpty(); });
    const QList<Finding> findings = analysis::findingsOf(session);
    Blocks& blocks = document.blocks;
    addSummary(findings, blocks);
    report::addMachine(session, blocks);
    report::addVersions(session, blocks);
    report::addArrangements(session, blocks);
    report::addImages(session, blocks);
    report::addProofs(session, blocks);
    report::addTables(session, blocks);
    if (!extras.charts.isEmpty()) {
        blocks << ReportHeading{1, Text::tr("Charts")};
        for (const ReportChart& chart : extras.charts)
            blocks << chart;
    }
    addFindings(findings, blocks);
    report::addReproduction(session, extras.commands, blocks);
    return document;
}

} // namespace bv
