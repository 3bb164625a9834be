#pragma once

#include "analysis/finding.h"
#include "models/bar_data.h"

#include <QList>

namespace bv {

class SessionModel;

/// What is shown at once when a session is presented: a sentence and the chart that belongs to it.
struct PresentSlide
{
    QString id;       ///< the same for what is told of the same, whatever the figures are by now
    QString heading;  ///< what it is about
    QString sentence; ///< with figures
    sysbench::Test test = sysbench::Test::Unknown; ///< whose bars are shown; Unknown: the sentence stands alone
    QString comparisonKey;                         ///< only this group of them; empty: all
    bool operator==(const PresentSlide&) const = default;
};

/// A slide for each finding that says something; what was not measured is left out. Pure but for reading the model.
QList<PresentSlide> slidesOf(const SessionModel& session, const QList<analysis::Finding>& findings);
/// What can be told at once while a session is measured: a slide for each test with parameters of which two targets
/// have figures.
QList<PresentSlide> liveSlides(const SessionModel& session);
/// The bars of a slide; without groups where it has none.
BarData barsOf(const SessionModel& session, const PresentSlide& slide);

} // namespace bv
