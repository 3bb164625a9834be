#include "plan/validate_target.h"

#include "plan/target_id.h"
#include "plan/validate_qemu.h"
#include "plan/validate_values.h"

#include <QCoreApplication>
#include <cmath>

namespace bv {

namespace {

using namespace Qt::StringLiterals;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(ValidateTarget)
};

constexpr int leastContainerMib = 6; // the container engines refuse less

void validateDocker(const DockerSettings& docker, const QString& where, const MachineLimits& limits,
                    PlanProblems& problems)
{
    requireText(docker.image, where + u".image"_s, problems);
    const QString image = docker.image.trimmed();
    if (image.startsWith(u'-') || image.contains(u' '))
        problems.error(where + u".image"_s,
                       Text::tr("\"%1\" is not the name of an image. Write it as in \"ubuntu:22.04\", "
                                "or \"builtin\".")
                           .arg(docker.image.left(40)));
    constexpr double leastCpus = 0.01; // the engines' own smallest step
    if (!(docker.cpus >= leastCpus)) {
        problems.error(where + u".cpus"_s,
                       Text::tr("A container needs some CPU. Give at least 1, or a fraction such as 0.5."));
    } else if (limits.logicalCpus > 0 && docker.cpus > limits.logicalCpus) {
        problems.error(where + u".cpus"_s, Text::tr("%1 CPUs are more than this machine has (%2). Give at most %2.")
                                               .arg(QString::number(docker.cpus))
                                               .arg(limits.logicalCpus));
    } else if (docker.cpus != std::trunc(docker.cpus)) {
        problems.unequal(where + u".cpus"_s,
                         Text::tr("A fraction of a CPU is a quota: the container is stopped and started "
                                  "many times a second, which distorts latencies. Whole CPUs are fairer."));
    }
    validateMemory(docker.memoryMib, leastContainerMib, where + u".memory_mib"_s, limits, problems);
    requireOneOf(docker.storage, {u"volume"_s, u"layer"_s, u"tmpfs"_s}, where + u".storage"_s, problems);
    if (docker.storage == "tmpfs"_L1)
        problems.unequal(where + u".storage"_s,
                         Text::tr("Files on tmpfs are in memory: fileio measures memory, not a disk."));
}

} // namespace

void validateTarget(const TargetSettings& target, const QString& where, const MachineLimits& limits,
                    PlanProblems& problems)
{
    if (!isValidTargetId(target.id)) {
        problems.error(where + u".id"_s,
                       Text::tr("\"%1\" cannot be an id. Use 1 to 64 letters (a to z), digits, \".\", \"_\" and "
                                "\"-\", the first a letter or digit.")
                           .arg(target.id.left(70)));
    }
    refuseControlCharacters(target.label, where + u".label"_s, problems);
    if (target.kind == TargetKind::Docker)
        validateDocker(target.docker, where, limits, problems);
    else if (target.kind == TargetKind::Qemu)
        validateQemu(target.qemu, where, limits, problems);
}

} // namespace bv
