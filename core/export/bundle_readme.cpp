#include "analysis/fairness.h"
#include "export/bundle_parts.h"

#include <QCoreApplication>
#include <algorithm>

using namespace Qt::StringLiterals;

namespace bv::bundle {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::Bundle)
};

/// Text of the session, which Markdown must not take for a link, HTML or a table.
QString plain(const QString& text)
{
    QString safe;
    const QString line = oneLine(text);
    for (const QChar c : line) {
        if (u"\\`*_[]<>|&~"_s.contains(c))
            safe += u'\\';
        safe += c;
    }
    return safe;
}

bool has(const QList<BundleFile>& files, const QString& path)
{
    return std::any_of(files.cbegin(), files.cend(), [&path](const BundleFile& file) { return file.path == path; });
}

QString row(const QString& name, const QString& purpose)
{
    return u"| %1 | %2 |\n"_s.arg(name, purpose);
}

QString facts(const Session& session)
{
    const QJsonObject& host = session.host;
    QString text = u"| | |\n|---|---|\n"_s;
    text += row(Text::tr("session"), plain(session.id));
    if (!session.name.isEmpty())
        text += row(Text::tr("name"), plain(session.name));
    if (sessionOrigin(session) == SessionOrigin::Measured)
        text += row(Text::tr("measured"), session.created.toUTC().toString(Qt::ISODate));
    else
        text += row(Text::tr("measured"), plain(sessionOriginText(session)));
    QStringList machine{host["cpu_model"_L1].toString(), host["os"_L1].toString(), host["kernel"_L1].toString()};
    machine.removeAll(QString());
    text += row(Text::tr("machine"), machine.isEmpty() ? Text::tr("not known") : plain(machine.join(u", "_s)));
    const QString version = sysbenchVersion(session);
    if (!version.isEmpty())
        text += row(Text::tr("sysbench"), plain(version));
    for (const TargetSettings& target : session.plan.targets)
        text += row(Text::tr("target"), plain(u"%1 (%2)"_s.arg(targetLabel(target), target.id)));
    return text;
}

QString contents(const QList<sysbench::Test>& tests, const QList<BundleFile>& files)
{
    QString text = u"| | |\n|---|---|\n"_s;
    for (const sysbench::Test test : tests)
        text += row(u'`' + benchmarkName(test) + u'`',
                    Text::tr("the %1 tests, on any machine: this one or a virtual one").arg(testName(test)));
    for (const sysbench::Test test : tests) {
        if (has(files, containerName(test)))
            text += row(u'`' + containerName(test) + u'`', Text::tr("the same in the session's containers"));
    }
    if (has(files, u"Dockerfile"_s))
        text += row(u"`Dockerfile`"_s, Text::tr("the image these run in; they build it themselves"));
    if (has(files, u"Vagrantfile"_s))
        text +=
            row(u"`Vagrantfile`, `provision.sh`"_s, Text::tr("the session's virtual machines, and what they install"));
    text +=
        row(u"`commands.txt`"_s, Text::tr("the exact commands of the session, as `benchvisor commands` gives them"));
    text += row(u"`plan.json`"_s, Text::tr("the plan: `benchvisor run --plan plan.json` measures it again"));
    text += row(u"`runs.csv`"_s, Text::tr("every run with its figures"));
    text += row(u"`raw/`"_s, Text::tr("what each run printed; -r3 is the third repeat, -w1 the first warm-up"));
    return text + row(u"`bundle.json`"_s, Text::tr("by which Benchvisor replaces this folder"));
}

QString onThisMachine(sysbench::Test first)
{
    return Text::tr(
               "## On any machine\n\n"
               "It needs a shell and sysbench. Stand on the disk that is to be measured; as root the page cache is "
               "dropped before each file test.\n\n"
               "```\n"
               "sh %1 | tee results.txt\n"
               "benchvisor parse results.txt\n"
               "```\n\n"
               "What is printed while it works goes to the terminal, the results alone go into the file.\n")
        .arg(benchmarkName(first));
}

QString inContainers(const Session& session, sysbench::Test first)
{
    QString text =
        Text::tr(
            "## In containers\n\n"
            "```\n"
            "sh %1 | tee docker.txt\n"
            "```\n\n"
            "builds the image from `Dockerfile` (the first time it fetches the base and sysbench), makes a container "
            "with the limits of each of the session's, and measures in it. `DOCKER=podman` takes Podman, "
            "`BASE=NAME` another base, `BUILD_OPTIONS=--network=host` is for machines where a build has no network "
            "otherwise. Afterwards: `docker image rm` what it says it builds.\n")
            .arg(containerName(first));
    const QList<TargetSettings>& targets = session.plan.targets;
    if (std::any_of(targets.cbegin(), targets.cend(), [](const TargetSettings& target) {
            return target.kind == TargetKind::Docker && target.docker.image == "builtin"_L1;
        }))
        text +=
            Text::tr("\nThe session's own image was made from this machine's programs and is nowhere to be fetched: "
                     "`%1` takes its place.\n")
                .arg(distributionOf(session).image);
    return text;
}

QString inMachines(const Session& session, const QList<BundleFile>& files)
{
    QString names;
    for (const TargetSettings& target : session.plan.targets) {
        if (target.kind == TargetKind::Qemu)
            names += (names.isEmpty() ? QString() : u", "_s) + u'`' + safeName(target.id) + u'`';
    }
    return Text::tr(
               "## In virtual machines\n\n"
               "They need [Vagrant](https://www.vagrantup.com) with vagrant-libvirt, and a network the first time: "
               "the box `%1` takes the place of the session's guest (`BOX=NAME` another one). Start one at a time "
               "(%2), since two would measure each other:\n\n"
               "```\n"
               "vagrant up NAME\n"
               "vagrant ssh NAME -c 'cd /bench && sudo %3' | tee NAME.txt\n"
               "vagrant destroy NAME\n"
               "```\n\n"
               "`/bench` is a disk of its own with the session's format and cache. From inside a machine only its "
               "own page cache can be dropped; this machine's, behind the disk, stays.\n")
        .arg(distributionOf(session).box, names,
             has(files, benchmarkName(sysbench::Test::Fileio)) ? benchmarkName(sysbench::Test::Fileio)
                                                               : benchmarkName(testsOf(session).first()));
}

/// What made its figures unequal; empty where nothing did.
QString inequalities(const Session& session)
{
    const QList<analysis::FairnessNote> notes = analysis::fairnessOf(session);
    if (notes.isEmpty())
        return {};
    QString text = Text::tr("## What was unequal in the session\n\n");
    for (const analysis::FairnessNote& note : notes)
        text += u"- %1 %2\n"_s.arg(plain(note.sentence), plain(note.effect));
    return text + u'\n';
}

QString differences(const Session& session)
{
    QString text = Text::tr(
        "## What is different from the session\n\n"
        "- Benchvisor lets targets take turns, so that a drift of the machine is not read as a difference; these "
        "scripts measure one target after the other.\n"
        "- CPU and disk use, clocks and limits are not looked at.\n"
        "- Another base or box may have another sysbench; the scripts say so.\n");
    const auto isBoot = [](const Suite& suite) { return suite.test == sysbench::Test::Boot; };
    if (std::any_of(session.plan.suites.cbegin(), session.plan.suites.cend(), isBoot))
        text += Text::tr("- The start-up test is Benchvisor's own and has no script; the plan has it.\n");
    if (session.plan.adaptive)
        text += Text::tr("- Repeats were adaptive; the scripts repeat each test as often as the session did.\n");
    return text;
}

} // namespace

BundleFile readme(const Session& session, const QList<BundleFile>& files)
{
    const QList<sysbench::Test> tests = testsOf(session);
    QString text = Text::tr("# Measured again, without Benchvisor\n\n"
                            "This folder holds what it takes to repeat a session, and what the session measured.\n\n");
    text += facts(session) + u'\n' + contents(tests, files) + u'\n';
    if (!tests.isEmpty())
        text += onThisMachine(tests.first()) + u'\n';
    if (has(files, u"Dockerfile"_s))
        text += inContainers(session, tests.first()) + u'\n';
    if (has(files, u"Vagrantfile"_s))
        text += inMachines(session, files) + u'\n';
    return {u"README.md"_s, (text + inequalities(session) + differences(session)).toUtf8()};
}

} // namespace bv::bundle
