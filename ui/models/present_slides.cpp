#include "models/present_slides.h"

#include "models/run_groups.h"
#include "models/session_model.h"
#include "plan/parameters.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

/// Of a finding: that of its first run. Of one about several tests, its bars are better than an empty screen.
sysbench::Test testOf(const QHash<QString, sysbench::Test>& tests, const analysis::Finding& finding)
{
    return finding.runs.isEmpty() ? sysbench::Test::Unknown : tests.value(finding.runs.first());
}

QString labelOf(const SessionModel& session, const QString& key)
{
    const RunGroups groups(session);
    for (const RunGroup& group : groups.groups()) {
        if (comparisonKey(group.test, group.params) == key)
            return group.label;
    }
    return {};
}

} // namespace

QList<PresentSlide> slidesOf(const SessionModel& session, const QList<analysis::Finding>& findings)
{
    QList<PresentSlide> slides;
    QHash<QString, QString> labels;
    QHash<QString, sysbench::Test> tests;
    for (const RunRecord& run : session.session().runs)
        tests.insert(run.id, run.test);
    for (const analysis::Finding& finding : findings) {
        if (finding.answer == analysis::FindingAnswer::NotMeasured || finding.sentence.isEmpty())
            continue;
        PresentSlide slide;
        slide.id = QStringList{analysis::findingKindName(finding.kind), finding.comparisonKey,
                               finding.targets.join(u','), finding.statement}
                       .join(u'|');
        slide.sentence = finding.sentence;
        slide.comparisonKey = finding.comparisonKey;
        slide.test = testOf(tests, finding);
        if (!slide.comparisonKey.isEmpty() && !labels.contains(slide.comparisonKey))
            labels.insert(slide.comparisonKey, labelOf(session, slide.comparisonKey));
        const QString label = labels.value(slide.comparisonKey);
        slide.heading = label.isEmpty() ? finding.statement : label;
        slides << slide;
    }
    return slides;
}

QList<PresentSlide> liveSlides(const SessionModel& session)
{
    QList<PresentSlide> slides;
    const RunGroups groups(session);
    for (const RunGroup& group : groups.groups()) {
        const QStringList sentences = comparisonSentences(session, group);
        if (sentences.isEmpty())
            continue;
        const QString key = comparisonKey(group.test, group.params);
        slides << PresentSlide{key, group.label, sentences.join(u'\n'), group.test, key};
    }
    return slides;
}

BarData barsOf(const SessionModel& session, const PresentSlide& slide)
{
    if (slide.test == sysbench::Test::Unknown)
        return {};
    const QList<BarData> all = barData(session);
    const auto found =
        std::find_if(all.cbegin(), all.cend(), [&slide](const BarData& one) { return one.test == slide.test; });
    if (found == all.cend())
        return {};
    BarData bars = *found;
    if (!slide.comparisonKey.isEmpty()) {
        const QString label = labelOf(session, slide.comparisonKey);
        const QList<BarGroup> whole = bars.groups;
        bars.groups.removeIf([&label](const BarGroup& group) { return group.label != label; });
        if (bars.groups.isEmpty()) // a finding about something within the test
            bars.groups = whole;
    }
    return bars;
}

} // namespace bv
