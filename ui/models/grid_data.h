#pragma once

#include "session/session.h"

#include <QList>
#include <QString>
#include <QStringList>
#include <optional>

namespace bv {

/// The mean of the repeats of one arrangement.
struct GridValue
{
    double mean = 0;
    std::optional<double> ciLow; ///< ends of the 95 % interval of the mean; absent for one value
    std::optional<double> ciHigh;
    int n = 0;
};

/// Arrangements that differ in one thing only.
struct ScalingSeries
{
    QString targetId;                           ///< of its first point, for the look
    QString name;                               ///< what they have in common
    QList<std::pair<double, GridValue>> points; ///< by what varies
};

/// How a figure changes with CPUs, memory or threads, all else equal.
struct ScalingData
{
    QString title; ///< "cpu 20000 by CPUs"
    QString unit;
    QString axis; ///< "CPUs", "Memory, MiB", "Threads"
    QString stem;
    QList<ScalingSeries> series; ///< each of two points or more
};

/// One technology: its figure for each number of CPUs and size of memory.
struct HeatPanel
{
    QString targetId;
    QString name;
    QList<QList<std::optional<GridValue>>> cells; ///< by row, then column
};

/// One test over the grid of CPUs and memory.
struct HeatData
{
    QString title;
    QString unit;
    QString stem;
    bool lowerIsBetter = false;
    QStringList columns; ///< "1 CPU", "2 CPU"
    QStringList rows;    ///< "512 MiB"
    QList<HeatPanel> panels;
};

/// One for each test and each of CPUs, memory and threads that varies between arrangements that are equal otherwise, in
/// the order of the plan. The figure is the test's headline. Pure.
QList<ScalingData> scalingData(const Session& session);

/// One for each test that was measured with two or more numbers of CPUs and two or more sizes of memory of what is
/// equal otherwise. Pure.
QList<HeatData> heatData(const Session& session);

} // namespace bv
