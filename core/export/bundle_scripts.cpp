#include "base/shell_line.h"
#include "export/bundle_parts.h"
#include "sysbench/command_line.h"
#include "target/docker/command_line.h"

#include <QJsonArray>
#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace bv::bundle {

using sysbench::Test;

namespace {

/// One line of shell. Words hold no line ends: parameters were validated, ids and titles made safe.
QString command(const QString& function, const QStringList& words)
{
    return function + u' ' + shellLine(words) + u'\n';
}

QString leftOut(const QString& what, const QString& why)
{
    return command(u"say"_s, {u"Left out: %1: %2"_s.arg(what, why)});
}

QString measureLine(const Cell& cell)
{
    // Where it is not known which sysbench there is, the line says all that the session says.
    const QStringList arguments = sysbench::runArguments(cell.test, cell.params, sysbench::version11);
    const QStringList words{QString::number(cell.warmups), QString::number(cell.repeats), cell.title};
    return command(u"measure"_s, words + arguments);
}

QString measureLines(const QList<Cell>& cells)
{
    QString lines;
    const Cell* files = nullptr; // whose files are there
    const auto cleanUp = [&lines, &files] {
        if (files)
            lines += command(u"clean_up"_s, sysbench::cleanupArguments(files->test, files->params));
    };
    for (const Cell& cell : cells) {
        if (!cell.problem.isEmpty()) {
            lines += leftOut(cell.title, cell.problem);
            continue;
        }
        const bool needsFiles = cell.test == Test::Fileio;
        if (needsFiles && (!files || sysbench::fileSetKey(files->params) != sysbench::fileSetKey(cell.params))) {
            cleanUp();
            lines += command(u"file_set"_s, sysbench::prepareArguments(cell.test, cell.params));
            files = &cell;
        }
        lines += measureLine(cell);
    }
    cleanUp();
    return lines;
}

/// A reference as Docker takes it, which no shell and no Dockerfile could take for anything else.
bool isReference(const QString& image)
{
    static const QRegularExpression reference(u"\\A[A-Za-z0-9][A-Za-z0-9._/:@-]{0,254}\\z"_s);
    return reference.match(image).hasMatch();
}

/// What the image of a target is built on; empty where the session's cannot be used.
QString baseOf(const Session& session, const TargetSettings& target)
{
    if (target.docker.image == "builtin"_L1)
        return distributionOf(session).image;
    const QString digest = provenanceOf(session, target.id)["image"_L1]["digest"_L1].toString();
    const QString base = digest.isEmpty() ? target.docker.image : digest;
    return isReference(base) ? base : QString();
}

/// The CPUs it was pinned to; the first ones where that is not known. Empty for a quota.
QString cpusetOf(const Session& session, const TargetSettings& target)
{
    const QJsonArray argv = provenanceOf(session, target.id)["argv"_L1].toArray();
    static const QRegularExpression list(u"\\A[0-9][0-9,-]*\\z"_s);
    for (qsizetype i = 0; i + 1 < argv.size(); ++i) {
        const QString value = argv[i + 1].toString();
        if (argv[i] == "--cpuset-cpus"_L1 && list.match(value).hasMatch())
            return value;
    }
    const double cpus = target.docker.cpus;
    const bool whole = cpus >= 1 && cpus <= 4096 && static_cast<int>(cpus) == cpus;
    if (!argv.isEmpty() || !whole)
        return {};
    return cpus == 1 ? u"0"_s : u"0-%1"_s.arg(static_cast<int>(cpus) - 1);
}

QStringList storageOptions(const DockerSettings& settings)
{
    if (settings.storage == "volume"_L1)
        return {u"--volume"_s, containerFileFolder};
    if (settings.storage == "tmpfs"_L1)
        return {u"--tmpfs"_s, u"%1:rw,size=%2m"_s.arg(containerFileFolder).arg(settings.memoryMib)};
    return {};
}

QList<TargetSettings> containersOf(const Session& session)
{
    QList<TargetSettings> targets = session.plan.targets;
    targets.removeIf([](const TargetSettings& target) { return target.kind != TargetKind::Docker; });
    return targets;
}

QString containerLines(const Session& session)
{
    QString lines;
    QStringList bases;
    const QList<TargetSettings> targets = containersOf(session);
    for (const TargetSettings& target : targets) {
        const QString title = safeName(target.id);
        lines += u"# "_s + oneLine(targetLabel(target)) + u'\n';
        const QString base = baseOf(session, target);
        if (base.isEmpty()) {
            lines += leftOut(title, u"its image cannot be named here."_s);
            continue;
        }
        if (!bases.contains(base))
            bases << base;
        const QString tag =
            u"benchvisor-bundle:%1-%2"_s.arg(safeName(session.id)).arg(bases.indexOf(base) + 1); // at most 128 letters
        const QStringList words{title, base, tag};
        lines += command(u"container"_s, words + containerLimits(target.docker, cpusetOf(session, target)) +
                                             storageOptions(target.docker));
    }
    return lines;
}

BundleFile dockerfile(const Session& session, const QString& firstScript)
{
    QString base;
    const QList<TargetSettings> targets = containersOf(session);
    for (const TargetSettings& target : targets) {
        if (base.isEmpty())
            base = baseOf(session, target);
    }
    if (base.isEmpty())
        base = distributionOf(session).image;
    return {u"Dockerfile"_s, filled(u"Dockerfile.in"_s, {{u"session"_s, sessionTitle(session)},
                                                         {u"base"_s, base},
                                                         {u"folder"_s, containerFileFolder},
                                                         {u"first"_s, firstScript}})};
}

} // namespace

BundleFile benchmarkScript(const Session& session, Test test)
{
    QHash<QString, QString> words{{u"test"_s, sysbench::testName(test)},
                                  {u"session"_s, sessionTitle(session)},
                                  {u"version"_s, shellLine({sysbenchVersion(session)})},
                                  {u"cells"_s, measureLines(cellsOf(session, test))}};
    if (test == Test::Fileio) {
        words[u"place"_s] = u"# The files are made where you stand: stand on the disk that is to be measured.\n"_s;
        words[u"files"_s] = QString::fromUtf8(filled(u"files.sh.in"_s, {}));
        words[u"skip"_s] = u"  if [ -z \"$folder\" ]; then return; fi\n"_s;
        if (session.plan.dropPageCache) {
            words[u"files"_s] += QString::fromUtf8(filled(u"drop.sh.in"_s, {}));
            words[u"drop"_s] = u"  drop_page_cache\n"_s;
        }
    }
    return {benchmarkName(test), filled(u"benchmark.sh.in"_s, words), true};
}

QList<BundleFile> containerFiles(const Session& session)
{
    const QList<Test> tests = testsOf(session);
    if (containersOf(session).isEmpty() || tests.isEmpty())
        return {};
    QList<BundleFile> files;
    for (const Test test : tests) {
        files << BundleFile{containerName(test),
                            filled(u"container.sh.in"_s, {{u"test"_s, sysbench::testName(test)},
                                                          {u"session"_s, sessionTitle(session)},
                                                          {u"confinement"_s, shellLine(containerConfinement())},
                                                          {u"folder"_s, containerFileFolder},
                                                          {u"containers"_s, containerLines(session)}}),
                            true};
    }
    files << dockerfile(session, benchmarkName(tests.first()));
    files << BundleFile{u".dockerignore"_s, "*\n!benchmark*.sh\n"};
    return files;
}

} // namespace bv::bundle
