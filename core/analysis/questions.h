#pragma once

#include "analysis/cells.h"
#include "analysis/finding.h"

#include <QList>

namespace bv::analysis {

// The six inferences of the report that Benchvisor reproduces, as questions to a session. Containers stand for
// virtualization by the operating system, virtual machines for that of the whole system. Each function gives exactly
// one finding, NotMeasured where the session has nothing that could tell. `cells` are cellsOf(session). Pure.

/// 1. Do virtual machines start faster with more memory and more cores? Yes: both were varied, and of every VM both
/// shorten the start; No: at least one of them makes it longer, or none changes it by 5 per cent. By the intervals of
/// startDependences(), widened to hold together at 95 % (Bonferroni).
Finding startUpQuestion(const Session& session);

/// 2. Is events/s of the cpu test higher in containers than in VMs? Yes: in every test, for every pair of pairsOf(), by
/// the verdict of comparisonsOf() over all of them; No: lower in every one.
Finding cpuRateQuestion(const Session& session, const QList<Cell>& cells);

/// 3. Does events/s fall as cpu_max_prime rises? Yes: for every target, the interval of the exponent of fitPower() lies
/// below 0 and every step goes down; No: for one of them it lies above -0.05. Of two limits: by the ratio of the means.
Finding primeLimitQuestion(const Session& session, const QList<Cell>& cells);

/// 4. Does the ratio between container and VM hold as cpu_max_prime rises? By the ratio at each limit over that at the
/// lowest one, with intervals that hold at 95 % together (Bonferroni). Yes: all of them lie between 1/1.1 and 1.1;
/// No: one lies outside of that; NotShown otherwise.
Finding ratioHoldsQuestion(const Session& session, const QList<Cell>& cells);

/// 5. Are transfer rate and requests/s of fileio higher in containers? As 2., for each of the two figures by itself;
/// where one of them is not there, NotShown.
Finding transferQuestion(const Session& session, const QList<Cell>& cells);

/// 6. Do containers perform better over all? By the geometric mean of the ratios in each of the two suites, which are
/// never averaged as figures. Yes: the interval lies above 1 for every suite and pair; No: below. NotShown where a test
/// has no ratio.
Finding overallQuestion(const Session& session, const QList<Cell>& cells);

} // namespace bv::analysis
