#include "run/other_build.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::OtherBuild)
};

/// "1.0.20 aarch64"
QString describe(const QJsonValue& provenance)
{
    return QString(provenance["sysbench"_L1]["version"_L1].toString() + u' ' +
                   provenance["inside"_L1]["machine"_L1].toString())
        .trimmed();
}

} // namespace

OtherBuild otherBuildOf(const QString& targetId, const QJsonObject& provenance, const QJsonArray& targets)
{
    const QString build = provenance["sysbench"_L1]["sha256"_L1].toString();
    for (const QJsonValue& other : targets) {
        const QString otherId = other["id"_L1].toString();
        const QJsonValue of = other["provenance"_L1];
        const QString otherBuild = of["sysbench"_L1]["sha256"_L1].toString();
        if (otherId == targetId || build.isEmpty() || otherBuild.isEmpty() || otherBuild == build)
            continue;
        return {otherId, Text::tr("%1 runs another build of sysbench (%2) than %3 (%4): a difference between them may "
                                  "come from that, too.")
                             .arg(targetId, describe(QJsonValue(provenance)), otherId, describe(of))};
    }
    return {};
}

} // namespace bv
