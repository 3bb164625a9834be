#pragma once

#include "analysis/cells.h"
#include "analysis/finding.h"

#include <optional>

namespace bv::analysis {

/// Threads of sysbench: of the parameters, or else of the intervals. Nothing where neither tells.
std::optional<int> threadsOf(const RunRecord& run);

/// What a printed figure may be off by: half a unit of its last digit. A whole number from 20 on was perhaps rounded to
/// one, a number of one decimal from 2 on to that; any other has the two decimals of sysbench.
double roundingOf(double value);

/// Trial divisions of one event of cpu at least: those of the primes up to `limit`, Σ √p ≈ 2/3 limit^1.5 / ln limit
/// (prime number theorem; sysbench divides each number by all up to its root, sb_cpu.c). 0 for limits below 3.
double divisionsPerEvent(double limit);

/// Figures of single runs that cannot all be true, one finding of kind Implausible per cell and check, which gives the
/// figures of the worst run and names the others:
/// - a figure below zero or not finite; nothing done in a run that ended well;
/// - latencies: minimum ≤ average ≤ maximum, and the 95th percentile between, to 2 per cent (sysbench counts it in 1024
///   logarithmic classes from 0.001 to 100,000 ms, each 1.8 per cent wide);
/// - Little's law: events/s × average latency ≤ threads (5 per cent), and for cpu, which does nothing else, at least 80
///   per cent of them; beyond the rounding of the latency. Not with a given rate or asynchronous requests;
/// - events against rate × time (5 per cent), where sysbench printed all three, and not with a warm-up of its own;
/// - a test of a given time that took far longer (10 per cent, a second, and the longest event) or less (10 per cent);
/// - sysbench's time longer than the command's (2 per cent): the clock inside runs fast;
/// - more than 10^10 trial divisions a second and thread (cpu): ten times what a CPU can do.
/// Sources: Little, Operations Research 9 (1961) 383–387; sysbench 1.0.20, sb_histogram.c and sysbench.c.
QList<Finding> runCheckFindings(const Cell& cell);

} // namespace bv::analysis
