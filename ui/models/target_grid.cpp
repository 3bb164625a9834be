#include "models/target_grid.h"

#include <QCoreApplication>
#include <algorithm>
#include <functional>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

/// Each of `targets` with each of `values`; unchanged where there are none.
template<class Value>
QList<TargetSettings> times(const QList<TargetSettings>& targets, const QList<Value>& values,
                            const std::function<void(TargetSettings&, const Value&)>& set)
{
    if (values.isEmpty())
        return targets;
    QList<TargetSettings> all;
    for (const TargetSettings& target : targets) {
        for (const Value& value : values) {
            TargetSettings varied = target;
            set(varied, value);
            all << varied;
        }
    }
    return all;
}

void nameBy(QList<TargetSettings>& targets, const std::function<QString(const TargetSettings&)>& what)
{
    for (TargetSettings& target : targets)
        target.label = targetLabel(target) + u", "_s + what(target);
}

} // namespace

qsizetype gridSize(const TargetSettings& base, const TargetGrid& grid)
{
    const auto count = [](qsizetype size) { return std::max<qsizetype>(1, size); };
    const qsizetype common = count(grid.cpus.size()) * count(grid.memoryMib.size());
    switch (base.kind) {
    case TargetKind::Host:
        return 1;
    case TargetKind::Docker:
        return common * count(grid.storages.size());
    case TargetKind::Qemu:
        return common * count(grid.formats.size()) * count(grid.caches.size()) * count(grid.accelerators.size());
    }
    return 1;
}

QList<TargetSettings> makeGrid(const TargetSettings& base, const TargetGrid& grid)
{
    if (gridSize(base, grid) > gridLimit)
        return {};
    TargetSettings unnamed = base;
    unnamed.id.clear();
    unnamed.label.clear();
    QList<TargetSettings> all{unnamed};
    if (base.kind == TargetKind::Docker) {
        all = times<double>(all, grid.cpus, [](TargetSettings& t, double cpus) { t.docker.cpus = cpus; });
        all = times<int>(all, grid.memoryMib, [](TargetSettings& t, int mib) { t.docker.memoryMib = mib; });
        all = times<QString>(all, grid.storages, [](TargetSettings& t, const QString& s) { t.docker.storage = s; });
        if (grid.storages.size() > 1)
            nameBy(all, [](const TargetSettings& t) { return t.docker.storage; });
    } else if (base.kind == TargetKind::Qemu) {
        all = times<double>(all, grid.cpus, [](TargetSettings& t, double cpus) { t.qemu.smp = qRound(cpus); });
        all = times<int>(all, grid.memoryMib, [](TargetSettings& t, int mib) { t.qemu.memoryMib = mib; });
        all = times<QString>(all, grid.accelerators, [](TargetSettings& t, const QString& a) { t.qemu.accel = a; });
        all = times<QString>(all, grid.formats, [](TargetSettings& t, const QString& f) { t.qemu.disk.format = f; });
        all = times<QString>(all, grid.caches, [](TargetSettings& t, const QString& c) { t.qemu.disk.cache = c; });
        if (grid.caches.size() > 1)
            nameBy(all, [](const TargetSettings& t) { return t.qemu.disk.cache; });
    }
    return all;
}

bool sameArrangement(TargetSettings one, const TargetSettings& other)
{
    one.id = other.id;
    one.label = other.label;
    return one == other;
}

} // namespace bv
