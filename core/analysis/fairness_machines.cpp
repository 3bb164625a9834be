#include "analysis/fairness_ground.h"

#include <QCoreApplication>
#include <QMap>
#include <algorithm>

using namespace Qt::StringLiterals;

namespace bv::analysis::fairness {

namespace {

using Kind = FairnessKind;
using Severity = FairnessSeverity;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::analysis::Fairness)
};

/// Targets by what is said of each, where that is known.
using Groups = QMap<QString, QList<const Side*>>;

template<typename Value>
Groups groupedBy(const Ground& ground, Value value)
{
    Groups groups;
    for (const Side& side : ground.sides) {
        const QString text = value(side);
        if (!text.isEmpty())
            groups[text] << &side;
    }
    return groups;
}

/// "1.0.20 in Host and Docker; 1.0.18 in QEMU"
QString groupsText(const Groups& groups)
{
    QStringList parts;
    for (auto it = groups.cbegin(); it != groups.cend(); ++it)
        parts << Text::tr("%1 in %2").arg(it.key(), namesOf(it.value()));
    return parts.join(u"; "_s);
}

QStringList idsOf(const Groups& groups)
{
    QStringList ids;
    for (const auto& sides : groups)
        ids << fairness::idsOf(sides);
    return ids;
}

void checkAccelerator(const Ground& ground, Notes& notes)
{
    QList<const Side*> emulated;
    const QString own = architectureOf(ground.host);
    for (const Side& side : ground.sides) {
        const bool isForeign = !own.isEmpty() && !side.arch.isEmpty() && side.arch != own; // told by itself
        if (side.settings.kind == TargetKind::Qemu && side.accel == "tcg"_L1 && !isForeign)
            emulated << &side;
    }
    if (emulated.isEmpty())
        return;
    FairnessNote note;
    note.kind = Kind::Accelerator;
    note.severity = Severity::Distorts;
    note.sentence = Text::tr("%1: the CPU is emulated (accelerator tcg).").arg(namesOf(emulated));
    // 3.7 times: tests/data/session/quick.json; 38 times: the published report of 2023, cpu_max_prime 20000.
    note.effect =
        Text::tr("Its figures show translated code, not virtualization: CPU work was seen to be 4 to 38 times "
                 "slower than in a container, and files and start-up suffer as well.");
    // Beside a VM under KVM the emulated one is there on purpose.
    const bool isChosen = std::any_of(ground.sides.cbegin(), ground.sides.cend(),
                                      [](const Side& side) { return side.accel == "kvm"_L1; });
    const bool usable = ground.host["kvm"_L1].toBool() && !isChosen;
    note.mend = usable ? Text::tr("Set the accelerator to kvm, which works here, or name the emulation wherever the "
                                  "result is told.")
                       : Text::tr("Use a machine where KVM works (benchvisor doctor), or name the emulation wherever "
                                  "the result is told.");
    note.targets = fairness::idsOf(emulated);
    if (usable && !ground.session) {
        QJsonObject targets;
        for (const Side* side : emulated)
            targets.insert(side->settings.id, QJsonObject{{u"accel"_s, u"kvm"_s}});
        note.change = {{u"targets"_s, targets}};
    }
    notes << note;
}

void checkArchitecture(const Ground& ground, Notes& notes)
{
    const Groups groups = groupedBy(ground, [](const Side& side) { return side.arch; });
    if (groups.size() < 2)
        return;
    FairnessNote note;
    note.kind = Kind::Architecture;
    note.severity = Severity::Breaks;
    note.sentence = Text::tr("The architectures differ: %1.").arg(groupsText(groups));
    note.effect = Text::tr("Different instructions are compared, one of them emulated: the figures tell nothing of "
                           "containers and VMs, nor of a real machine of that architecture.");
    note.mend = Text::tr("Give the VM the architecture of this machine.");
    note.targets = idsOf(groups);
    notes << note;
}

void checkEngine(const Ground& ground, Notes& notes)
{
    QList<const Side*> inside;
    QString why;
    const QString own = ground.host["kernel"_L1].toString();
    for (const Side& side : ground.sides) {
        if (side.settings.kind != TargetKind::Docker)
            continue;
        const bool isDesktop =
            side.product == "Docker Desktop"_L1 || side.engineOs.contains("Docker Desktop"_L1, Qt::CaseInsensitive);
        const bool isElsewhere = !own.isEmpty() && !side.kernel.isEmpty() && side.kernel != own;
        if (!isDesktop && !isElsewhere)
            continue;
        inside << &side;
        why = isDesktop ? Text::tr("the engine is Docker Desktop, which runs containers in a VM of its own")
                        : Text::tr("its kernel is %1, that of this machine %2: the engine runs in a VM or on another "
                                   "machine")
                              .arg(side.kernel, own);
    }
    if (inside.isEmpty())
        return;
    FairnessNote note;
    note.kind = Kind::Engine;
    note.severity = Severity::Breaks;
    note.sentence = Text::tr("%1: %2.").arg(namesOf(inside), why);
    note.effect = Text::tr("A container in a VM is compared, so the difference between container and VM is not what is "
                           "measured; its page cache and CPU time cannot be seen in full either.");
    note.mend = Text::tr("Use a container engine of this machine: Docker Engine or Podman on Linux.");
    note.targets = fairness::idsOf(inside);
    notes << note;
}

void checkVersions(const Ground& ground, Notes& notes)
{
    const Groups versions = groupedBy(ground, [](const Side& side) { return side.version; });
    if (versions.size() < 2)
        return;
    FairnessNote note;
    note.kind = Kind::Sysbench;
    note.severity = Severity::Breaks;
    note.sentence = Text::tr("The versions of sysbench differ: %1.").arg(groupsText(versions));
    // 8 %: 1.0.19 against 1.0.20 in hardinfo2, https://github.com/hardinfo2/hardinfo2/issues/128; before 0.5 the cpu
    // test had another loop and reported totals only.
    note.effect =
        Text::tr("Versions measure differently: one step of the last digit alone moved a CPU score by 8 %, and "
                 "0.4 is not comparable with 1.0 at all.");
    note.mend = Text::tr("Use the image and the guest \"builtin\", which have the same sysbench, or install the same "
                         "version in both.");
    note.targets = idsOf(versions);
    notes << note;
}

void checkBuilds(const Ground& ground, Notes& notes)
{
    constexpr qsizetype shortHash = 12;
    // Another version or architecture cannot be the same program; that is told by itself.
    QMap<QString, Groups> byVersion;
    QList<const Side*> changed;
    for (const Side& side : ground.sides) {
        if (side.builds.size() > 1)
            changed << &side;
        for (const QString& build : side.builds)
            byVersion[side.version + u' ' + side.arch][build.left(shortHash)] << &side;
    }
    FairnessNote note;
    note.kind = Kind::Build;
    note.severity = Severity::Distorts;
    note.effect =
        Text::tr("Another compiler or its options change the loop that is timed; such a build let a VM appear "
                 "8 % faster than a container.");
    note.mend = Text::tr("Use the image and the guest \"builtin\", which have the same program.");
    if (!changed.isEmpty()) {
        note.severity = Severity::Breaks;
        note.sentence = Text::tr("%1: sysbench was replaced while the session ran.").arg(namesOf(changed));
        note.targets = fairness::idsOf(changed);
        notes << note;
        return;
    }
    for (const Groups& builds : byVersion) {
        if (builds.size() < 2)
            continue;
        note.sentence =
            Text::tr("sysbench is of the same version but not the same program (SHA-256): %1.").arg(groupsText(builds));
        note.targets = idsOf(builds);
        notes << note;
    }
}

/// Where the programs in a target come from.
QString sourceOf(const Side& side)
{
    if (!side.isSet)
        return {};
    if (side.settings.kind == TargetKind::Docker)
        return side.settings.docker.image == "builtin"_L1 ? Text::tr("the built-in system")
                                                          : Text::tr("image %1").arg(side.settings.docker.image);
    if (side.settings.kind == TargetKind::Qemu && side.settings.qemu.guest != "builtin"_L1)
        return Text::tr("the guest's own disk");
    return Text::tr("the built-in system"); // which is made of this machine's programs
}

void checkSystems(const Ground& ground, Notes& notes)
{
    FairnessNote note;
    note.kind = Kind::System;
    if (ground.session) {
        // The same program of the same libraries: the names of the systems say nothing more.
        const Groups builds = groupedBy(ground, [](const Side& side) { return side.builds.value(0, side.name); });
        const Groups systems = groupedBy(ground, [](const Side& side) { return side.os; });
        if (builds.size() < 2 || systems.size() < 2)
            return;
        note.sentence = Text::tr("The systems differ: %1.").arg(groupsText(systems));
        note.targets = idsOf(systems);
    } else {
        const Groups sources = groupedBy(ground, sourceOf);
        if (sources.size() < 2)
            return;
        note.sentence = Text::tr("The systems come from different sources: %1. Whether sysbench is the same in all is "
                                 "found out when they are up.")
                            .arg(groupsText(sources));
        note.targets = idsOf(sources);
    }
    note.effect = Text::tr("C library, compiler and file system settings are part of what is measured.");
    note.mend = Text::tr("Use the image and the guest \"builtin\", or the same distribution in both.");
    notes << note;
}

} // namespace

void checkMachines(const Ground& ground, Notes& notes)
{
    checkAccelerator(ground, notes);
    checkArchitecture(ground, notes);
    checkEngine(ground, notes);
}

void checkPrograms(const Ground& ground, Notes& notes)
{
    if (ground.sides.isEmpty())
        return;
    checkVersions(ground, notes);
    checkBuilds(ground, notes);
    checkSystems(ground, notes);
}

} // namespace bv::analysis::fairness
