#pragma once

#include "analysis/ratio.h"
#include "session/session.h"

#include <QList>
#include <QString>
#include <optional>

namespace bv::analysis {

/// What a start-up time may depend on.
enum class StartFactor : quint8 { Cpus, Memory };

/// Does the start-up time of one target depend on its CPUs, or on its memory? Judged by the most against the fewest of
/// them; what else the runs differ in (memory where CPUs are judged, and the other way round) is held fixed.
struct StartDependence
{
    enum class Answer : quint8 {
        Shorter,  ///< more of it makes the start shorter: the interval of the ratio is below 1
        Longer,   ///< above 1
        None,     ///< there may be a difference, but the interval has none of 5 per cent or more
        NotShown, ///< the interval says neither; or there is none, for want of repeats or of spread
    };
    QString targetId;
    QString target; ///< for people
    bool cold = false;
    StartFactor factor = StartFactor::Cpus;
    double least = 0; ///< CPUs or MiB
    double most = 0;
    /// Start-up time with the most divided by that with the least: the geometric mean of the ratios at each value of
    /// the other factor, see ratioOfStrata().
    RatioEstimate ratio;
    int pairs = 0;   ///< ratios that went into it
    int fewest = 0;  ///< repeats in the smallest of the cells that went into it
    int figures = 0; ///< runs that went into it
    Answer answer = Answer::NotShown;
    /// Over all values of the factor, where there are at least 3: does every step change the time in the same
    /// direction as the ratio? By the geometric means over what is held fixed, without regard to chance.
    std::optional<bool> monotone;
    bool operator==(const StartDependence&) const = default;
};

/// One for each target, state of the cache and factor of which the session has at least two values with ok runs; in the
/// order of the plan's targets, warm before cold, CPUs before memory. Each interval is at 95 % by itself. A run without
/// a size of its own has that of its target in the plan. Pure.
QList<StartDependence> startDependences(const Session& session);

/// One sentence with its figures, for people: "QEMU: more CPUs make the start longer: with 4 instead of 1 it takes 1.17
/// times as long (95 % CI 1.12–1.22, 12 runs)."
QString sentenceFor(const StartDependence& dependence);

} // namespace bv::analysis
