#include "analysis/fairness_ground.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace bv::analysis::fairness {

namespace {

using Kind = FairnessKind;
using Severity = FairnessSeverity;
using sysbench::Test;

constexpr double mib = 1024.0 * 1024;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::analysis::Fairness)
};

bool equal(const std::optional<double>& a, const std::optional<double>& b)
{
    constexpr double tolerance = 0.01; // limits are rounded to pages, quotas to periods
    return !a || !b || std::abs(*a - *b) <= tolerance * std::max(*a, *b);
}

/// A container and the VM that it is to be compared with. `isExtra`: one of them has a partner of its own already.
struct Pair
{
    const Side* container = nullptr;
    const Side* vm = nullptr;
    bool isExtra = false;
};

bool isSameSize(const Side* a, const Side* b)
{
    return equal(a->cpus, b->cpus) && equal(a->memoryMib, b->memoryMib);
}

/// One of the other kind that is nearest in size, for a target that is left over.
const Side* nearest(const Side* side, const QList<const Side*>& others)
{
    for (const Side* other : others) {
        if (equal(side->cpus, other->cpus))
            return other;
    }
    return others.first();
}

/// Arrangements are varied on purpose, so a target is compared with one of the same size where there is one; the others
/// in their order.
QList<Pair> partners(const Ground& ground)
{
    const QList<const Side*> containers = ofKind(ground, TargetKind::Docker);
    const QList<const Side*> vms = ofKind(ground, TargetKind::Qemu);
    QList<Pair> pairs;
    if (containers.isEmpty() || vms.isEmpty())
        return pairs;
    const auto without = [](const QList<const Side*>& sides, const QList<const Side*>& others) {
        QList<const Side*> left;
        for (const Side* side : sides) {
            const auto isPartner = [side](const Side* other) { return isSameSize(side, other); };
            if (std::none_of(others.cbegin(), others.cend(), isPartner))
                left << side;
        }
        return left;
    };
    const QList<const Side*> lone = without(containers, vms);
    const QList<const Side*> loneVms = without(vms, containers);
    const qsizetype both = std::min(lone.size(), loneVms.size());
    for (qsizetype i = 0; i < both; ++i)
        pairs << Pair{lone[i], loneVms[i], false};
    for (qsizetype i = both; i < lone.size(); ++i)
        pairs << Pair{lone[i], nearest(lone[i], vms), true};
    for (qsizetype i = both; i < loneVms.size(); ++i)
        pairs << Pair{nearest(loneVms[i], containers), loneVms[i], true};
    return pairs;
}

/// A size, of one sort: number of CPUs or memory.
struct Size
{
    std::optional<double> Side::*value;
    QString (*text)(double);
};

/// "Docker 4 CPUs against QEMU 2 CPUs", of several pairs; and whom it is about.
QString pairsText(const QList<Pair>& pairs, const Size& size, FairnessNote& note)
{
    QStringList texts;
    bool isSeen = true;
    for (const Pair& pair : pairs) {
        texts << Text::tr("%1 has %2 and %3 has %4")
                     .arg(pair.container->name, size.text(*(pair.container->*size.value)), pair.vm->name,
                          size.text(*(pair.vm->*size.value)));
        isSeen = isSeen && pair.container->isSeen && pair.vm->isSeen;
        for (const Side* side : {pair.container, pair.vm}) {
            if (!note.targets.contains(side->settings.id))
                note.targets << side->settings.id;
        }
    }
    constexpr qsizetype most = 3;
    QString text = texts.first(std::min(most, texts.size())).join(u"; "_s);
    if (texts.size() > most)
        text += Text::tr("; and %1 more").arg(texts.size() - most);
    return isSeen ? Text::tr("%1, as seen inside").arg(text) : text;
}

/// Does the start-up test start targets with CPUs of their own?
bool startsDiffer(const Ground& ground)
{
    return std::any_of(ground.loads.cbegin(), ground.loads.cend(),
                       [](const Load& load) { return load.test == Test::Boot && !load.params.contains("smp"_L1); });
}

/// `starts`: they are started by the start-up test, which uses the CPUs there are.
void judgeCpus(const Ground& ground, double fewest, double most, bool starts, FairnessNote& note)
{
    note.kind = Kind::Cpus;
    if (ground.mostThreads() > fewest || starts) {
        const double usable = std::min(most, std::max<double>(ground.mostThreads(), fewest));
        note.severity = Severity::Breaks;
        note.effect = Text::tr("With %1 threads the larger one can do up to %2 times the work, whatever it runs in.")
                          .arg(ground.mostThreads())
                          .arg(QString::number(std::round(usable / fewest * 10) / 10));
        if (usable <= fewest)
            note.effect = Text::tr("Work that is spread over CPUs is done sooner on the larger one, whatever it runs "
                                   "in.");
    } else {
        note.severity = Severity::Remark;
        note.effect = Text::tr("The tests have no more than %1 at work, so that the figures hardly depend on it; what "
                               "runs beside them does.")
                          .arg(cpuText(ground.mostThreads()));
    }
}

void judgeMemory(const Ground& ground, double least, double most, FairnessNote& note)
{
    note.kind = Kind::Memory;
    bool isBetween = false;
    bool reads = false;
    for (const Load& load : ground.loads) {
        const auto size = static_cast<double>(load.fileBytes()) / mib;
        const bool isCached = load.reads() && !load.isDirect();
        reads = reads || isCached;
        isBetween = isBetween || (isCached && size > least && size < most);
    }
    note.tests = {Test::Fileio};
    note.readsOnly = reads;
    if (isBetween) {
        note.severity = Severity::Breaks;
        // A set of 2 GiB read at random in published student reports: VM with 2 GB and with 4 GB.
        note.effect =
            Text::tr("The file set fits into one memory and not into the other, so the page cache decides who "
                     "reads faster: up to 40 times were seen.");
    } else if (reads) {
        note.severity = Severity::Distorts;
        note.effect = Text::tr("More memory caches more of the files that are read.");
    } else {
        note.severity = Severity::Remark;
        note.effect =
            Text::tr("None of these tests reads files through a page cache; the others hardly depend on the memory.");
        note.tests.clear();
    }
}

/// The settings that make the pairs equal: the VM's, or, where this machine has not so many CPUs, all that it has.
QJsonObject cpuChange(const Ground& ground, const QList<Pair>& pairs)
{
    QJsonObject targets;
    const double machine = ground.host["cpus"_L1].toDouble();
    for (const Pair& pair : pairs) {
        const QemuSettings& qemu = pair.vm->settings.qemu;
        const bool isTooMany = machine > 0 && qemu.smp > machine;
        const int cpus = isTooMany ? static_cast<int>(machine) : qemu.smp;
        if (pair.container->settings.docker.cpus != cpus)
            targets.insert(pair.container->settings.id, QJsonObject{{u"cpus"_s, cpus}});
        if (qemu.smp != cpus)
            targets.insert(pair.vm->settings.id, QJsonObject{{u"smp"_s, cpus}});
    }
    return targets;
}

QJsonObject memoryChange(const QList<Pair>& pairs)
{
    QJsonObject targets;
    for (const Pair& pair : pairs) {
        if (pair.container->settings.docker.memoryMib != pair.vm->settings.qemu.memoryMib)
            targets.insert(pair.container->settings.id,
                           QJsonObject{{u"memory_mib"_s, pair.vm->settings.qemu.memoryMib}});
    }
    return targets;
}

void addMend(const Ground& ground, const QList<Pair>& pairs, FairnessNote& note)
{
    const bool isCpus = note.kind == Kind::Cpus;
    for (const Pair& pair : pairs) {
        if (!pair.container->isSet || !pair.vm->isSet)
            return;
    }
    const QJsonObject targets = isCpus ? cpuChange(ground, pairs) : memoryChange(pairs);
    if (targets.isEmpty()) {
        note.mend = Text::tr("The settings are equal: the engine does not enforce its limits. Use one that does (%1).")
                        .arg(u"docker info"_s);
        return;
    }
    note.change = {{u"targets"_s, targets}};
    const auto isTooLarge = [&ground](const Pair& pair) {
        const double machine = ground.host["cpus"_L1].toDouble();
        return machine > 0 && pair.vm->settings.qemu.smp > machine;
    };
    if (isCpus && std::any_of(pairs.cbegin(), pairs.cend(), isTooLarge))
        note.mend =
            Text::tr("Give both no more CPUs than this machine has (%1).").arg(ground.host["cpus"_L1].toDouble());
    else
        note.mend = isCpus ? Text::tr("Give the container as many CPUs as the VM.")
                           : Text::tr("Give the container as much memory as the VM.");
}

void checkSize(const Ground& ground, const Size& size, Notes& notes)
{
    const bool isCpus = size.value == &Side::cpus;
    QList<Pair> unequal;
    QList<Pair> extra;
    double least = 0;
    double most = 0;
    const QList<Pair> pairs = partners(ground);
    for (const Pair& pair : pairs) {
        const auto& a = pair.container->*size.value;
        const auto& b = pair.vm->*size.value;
        if (equal(a, b))
            continue;
        (pair.isExtra ? extra : unequal) << pair;
        const bool isMore = least == 0 || std::max(*a, *b) / std::min(*a, *b) > most / least;
        if (!pair.isExtra && isMore) {
            least = std::min(*a, *b);
            most = std::max(*a, *b);
        }
    }
    FairnessNote note;
    if (!unequal.isEmpty()) {
        const QString text = pairsText(unequal, size, note);
        note.sentence = isCpus ? Text::tr("The numbers of CPUs differ: %1.").arg(text)
                               : Text::tr("The memory differs: %1.").arg(text);
        if (isCpus)
            judgeCpus(ground, least, most, startsDiffer(ground), note);
        else
            judgeMemory(ground, least, most, note);
        addMend(ground, unequal, note);
        notes << note;
    }
    if (!extra.isEmpty()) {
        FairnessNote lone;
        lone.kind = isCpus ? Kind::Cpus : Kind::Memory;
        const QString text = pairsText(extra, size, lone);
        lone.sentence = Text::tr("Not every arrangement has one of its size in the other technology: %1.").arg(text);
        lone.effect = Text::tr("Such a pair differs in more than container and VM.");
        lone.mend = Text::tr("Add an arrangement of that size, or compare only those of equal size.");
        notes << lone;
    }
}

/// The host has no limits.
void checkHostSize(const Ground& ground, const Size& size, Notes& notes)
{
    const QList<const Side*> hosts = ofKind(ground, TargetKind::Host);
    if (hosts.isEmpty() || !(hosts.first()->*size.value))
        return;
    const Side* host = hosts.first();
    const double most = *(host->*size.value);
    const Side* smallest = nullptr;
    for (const Side& side : ground.sides) {
        const auto& value = side.*size.value;
        if (value && *value < most && !equal(value, most) && (!smallest || *value < *(smallest->*size.value)))
            smallest = &side;
    }
    if (!smallest)
        return;
    FairnessNote note;
    const double least = *(smallest->*size.value);
    if (size.value == &Side::cpus)
        judgeCpus(ground, least, most, false, note); // it has no start-up
    else
        judgeMemory(ground, least, most, note);
    if (note.severity == Severity::Remark)
        return; // as it must be with a host; it changes nothing here
    note.sentence = Text::tr("%1 has all of this machine (%2), %3 has %4.")
                        .arg(host->name, size.text(most), smallest->name, size.text(least));
    note.mend = Text::tr("Read the host as what the machine can do at most, not as a competitor.");
    note.targets = {host->settings.id};
    notes << note;
}

void checkQuota(const Ground& ground, Notes& notes)
{
    QList<const Side*> fractional;
    QJsonObject targets;
    for (const Side& side : ground.sides) {
        const double cpus = side.settings.docker.cpus;
        if (side.settings.kind != TargetKind::Docker || !side.isSet || cpus == std::trunc(cpus))
            continue;
        fractional << &side;
        targets.insert(side.settings.id, QJsonObject{{u"cpus"_s, std::max(1.0, std::floor(cpus))}});
    }
    if (fractional.isEmpty())
        return;
    FairnessNote note;
    note.kind = Kind::CpuQuota;
    note.severity = Severity::Distorts;
    note.sentence = Text::tr("%1: a fraction of a CPU is a quota, which no VM has.").arg(namesOf(fractional));
    // The default period of the kernel's CPU bandwidth control.
    note.effect = Text::tr("The container is stopped in every period of 100 ms once its share is used up: rates go by "
                           "the share, and the highest latencies are those stops.");
    note.mend = Text::tr("Use whole CPUs.");
    note.change = {{u"targets"_s, targets}};
    note.targets = idsOf(fractional);
    notes << note;
}

} // namespace

void checkSizes(const Ground& ground, Notes& notes)
{
    const Size cpus{&Side::cpus, cpuText};
    const Size memory{&Side::memoryMib, mibText};
    checkQuota(ground, notes);
    if (ground.matters("smp"_L1)) {
        checkSize(ground, cpus, notes);
        checkHostSize(ground, cpus, notes);
    }
    if (ground.matters("memory_mib"_L1)) {
        checkSize(ground, memory, notes);
        checkHostSize(ground, memory, notes);
    }
}

} // namespace bv::analysis::fairness
