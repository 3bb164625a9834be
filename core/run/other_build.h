#pragma once

#include <QJsonArray>
#include <QJsonObject>
#include <QString>

namespace bv {

/// A target that runs another build of sysbench.
struct OtherBuild
{
    QString targetId; ///< empty: there is none
    QString note;     ///< for the user
};

/// The first of a session's targets whose sysbench is not, byte by byte, the one of this target: of another version, of
/// another distribution, or for another architecture. Targets are as in a session file. Pure.
OtherBuild otherBuildOf(const QString& targetId, const QJsonObject& provenance, const QJsonArray& targets);

} // namespace bv
