#include "plan/file_sets.h"

#include "sysbench/command_line.h"

#include <QHash>
#include <algorithm>

namespace bv {

FileSetNeed fileSetNeed(const QList<PlannedRun>& runs, const QString& targetId)
{
    const auto usesFiles = [&targetId](const PlannedRun& run) {
        return run.targetId == targetId && run.test == sysbench::Test::Fileio;
    };
    QHash<QString, qsizetype> lastUse;
    for (qsizetype i = 0; i < runs.size(); ++i) {
        if (usesFiles(runs.at(i)))
            lastUse.insert(sysbench::fileSetKey(runs.at(i).params), i);
    }
    QHash<QString, qint64> there;
    QHash<QString, qint64> all;
    qint64 now = 0;
    FileSetNeed need;
    for (qsizetype i = 0; i < runs.size(); ++i) {
        const PlannedRun& run = runs.at(i);
        if (!usesFiles(run))
            continue;
        const QString key = sysbench::fileSetKey(run.params);
        const qint64 bytes = sysbench::fileSetBytes(run.params);
        if (!there.contains(key)) {
            there.insert(key, bytes);
            now += bytes;
            need.inTurn += all.contains(key) ? 0 : bytes;
            all.insert(key, bytes);
            need.atOnce = std::max(need.atOnce, now);
        }
        if (lastUse.value(key) == i)
            now -= there.take(key);
    }
    return need;
}

} // namespace bv
