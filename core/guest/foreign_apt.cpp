#include "guest/foreign_apt.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <algorithm>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::Guest)
};

constexpr QChar fieldEnd(0x1f); // in no URL and no path that apt takes

/// Where a distribution keeps the packages of an architecture elsewhere than those of others.
QString placeHint(const QStringList& sites, const GuestArchitecture& arch)
{
    const bool ubuntu = std::any_of(sites.begin(), sites.end(), [](const QString& site) {
        return site.contains("ubuntu.com/ubuntu"_L1) || site.contains("ubuntu-ports"_L1);
    });
    if (!ubuntu) {
        return Text::tr("Add a source that has them to /etc/apt/sources.list.d, with \"Architectures: %1\".")
            .arg(arch.debian);
    }
    const QString place =
        arch.debian == "amd64"_L1 ? u"http://archive.ubuntu.com/ubuntu"_s : u"http://ports.ubuntu.com/ubuntu-ports"_s;
    return Text::tr("Ubuntu keeps them at %1: add it as a source to /etc/apt/sources.list.d, with \"Architectures: "
                    "%2\".")
        .arg(place, arch.debian);
}

Error nothingForArch(const QList<PackageIndex>& indexes, const GuestArchitecture& arch)
{
    QStringList sites;
    for (const PackageIndex& index : indexes)
        sites << index.site;
    sites.removeDuplicates();
    if (sites.isEmpty()) {
        return Error(Error::Code::NotReady,
                     Text::tr("The guest for %1 is made from the packages for %2, and apt has no package sources for "
                              "them here. %3")
                         .arg(arch.name, arch.debian, placeHint(sites, arch)));
    }
    return Error(Error::Code::NotReady,
                 Text::tr("The guest for %1 is made from the packages for %2, which the package sources of this "
                          "machine do not offer. %3")
                     .arg(arch.name, arch.debian, placeHint(sites, arch)),
                 sites.join(u'\n'));
}

Async<QList<PackageIndex>> askIndexes(AptTools tools, bool alsoUnfetched, std::stop_token stop)
{
    QStringList arguments{u"indextargets"_s, u"--format"_s, indexTargetsFormat()};
    if (alsoUnfetched)
        arguments << u"--no-release-info"_s;
    arguments << u"Created-By: Packages"_s;
    ProcessSpec spec = aptSpec(tools, tools.aptGet, arguments);
    spec.timeout = std::chrono::seconds(30);
    const ProcessOutcome outcome = co_await runProcess(spec, stop);
    if (!outcome.ok())
        co_return packageError(outcome, Text::tr("The package sources of this machine cannot be read"));
    co_return parseIndexTargets(outcome.output);
}

bool hasArch(const QList<PackageIndex>& indexes, const GuestArchitecture& arch)
{
    return std::any_of(indexes.begin(), indexes.end(),
                       [&arch](const PackageIndex& index) { return index.arch == arch.debian; });
}

Result<> makePlaces(const QString& folder, const QString& configuration, const GuestArchitecture& arch)
{
    for (const auto& name : {u"state/lists/partial"_s, u"cache/archives/partial"_s, u"sources"_s, u"log"_s}) {
        if (!QDir().mkpath(folder + u'/' + name))
            return Error(Error::Code::Io, Text::tr("Cannot make the folder %1.").arg(folder + u'/' + name));
    }
    for (const auto& [name, text] : {std::pair(folder + u"/status"_s, QByteArray()),
                                     std::pair(configuration, foreignAptConfiguration(arch.debian))}) {
        QFile file(name);
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
            return Error(Error::Code::Io, Text::tr("Cannot write %1: %2.").arg(name, file.errorString()));
    }
    return Unit();
}

/// Only the files that have something for the architecture: what is for another one need not be fetched.
Result<> linkSources(const QList<PackageIndex>& indexes, const GuestArchitecture& arch, const QString& folder)
{
    QStringList files;
    for (const PackageIndex& index : indexes) {
        if (index.arch == arch.debian && !files.contains(index.sourceFile))
            files << index.sourceFile;
    }
    for (const QString& file : std::as_const(files)) {
        // Numbered, since /etc/apt/sources.list and one in sources.list.d may have the same name.
        const QString link = u"%1/sources/%2-%3"_s.arg(folder).arg(files.indexOf(file)).arg(QFileInfo(file).fileName());
        if (!QFile::link(file, link))
            return Error(Error::Code::Io, Text::tr("Cannot write %1.").arg(link));
    }
    return Unit();
}

/// The places as options of the command line, where no character of a path has a meaning.
QStringList privatePlaces(const QString& configuration, const QString& folder)
{
    QStringList options{u"-c"_s, configuration};
    for (const auto& [name, place] :
         {std::pair(u"Dir::State"_s, u"/state"_s), std::pair(u"Dir::State::status"_s, u"/status"_s),
          std::pair(u"Dir::Cache"_s, u"/cache"_s), std::pair(u"Dir::Log"_s, u"/log"_s)})
        options << u"-o"_s << name + u'=' + folder + place;
    return options;
}

/// Only the machine's files that were linked.
QStringList privateSources(const QString& folder)
{
    return {u"-o"_s, u"Dir::Etc::sourcelist=/dev/null"_s, u"-o"_s,
            u"Dir::Etc::sourceparts="_s + folder + u"/sources"_s};
}

} // namespace

QByteArray foreignAptConfiguration(const QString& debianArch)
{
    const QByteArray arch = debianArch.toUtf8();
    return "APT::Architecture \"" + arch + "\";\n#clear APT::Architectures;\nAPT::Architectures { \"" + arch +
           "\"; };\n"
           "#clear APT::Update::Pre-Invoke;\n"
           "#clear APT::Update::Post-Invoke;\n"
           "#clear APT::Update::Post-Invoke-Success;\n"
           "#clear APT::Default-Release;\n"
           "APT::Install-Recommends \"false\";\n"
           "APT::Install-Suggests \"false\";\n"
           "APT::Sandbox::User \"root\";\n" // only root has another one, who may not write here
           "#clear Acquire::Languages;\n"
           "Acquire::Languages { \"none\"; };\n"
           "Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled \"false\";\n"
           "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled \"false\";\n"
           "Acquire::IndexTargets::deb::DEP-11-icons-small::DefaultEnabled \"false\";\n"
           "Acquire::IndexTargets::deb::DEP-11-icons::DefaultEnabled \"false\";\n"
           "Acquire::IndexTargets::deb::DEP-11-icons-large::DefaultEnabled \"false\";\n"
           "Acquire::IndexTargets::deb::CNF::DefaultEnabled \"false\";\n"
           "Acquire::IndexTargets::deb-src::Sources::DefaultEnabled \"false\";\n"
           "Acquire::Retries \"2\";\n"
           "Acquire::http::Timeout \"15\";\n"
           "Acquire::https::Timeout \"15\";\n";
}

QString indexTargetsFormat()
{
    return QStringList{u"$(ARCHITECTURE)"_s, u"$(SOURCESENTRY)"_s, u"$(REPO_URI) $(RELEASE)"_s}.join(fieldEnd);
}

QList<PackageIndex> parseIndexTargets(const QByteArray& output)
{
    QList<PackageIndex> indexes;
    const QList<QByteArray> lines = output.split('\n');
    for (const QByteArray& line : lines) {
        const QStringList fields = QString::fromUtf8(line).split(fieldEnd);
        if (fields.size() != 3)
            continue;
        PackageIndex index;
        index.arch = fields.at(0);
        index.sourceFile = fields.at(1).section(u':', 0, -2); // ":3" is the line or stanza
        index.site = fields.at(2);
        indexes << index;
    }
    return indexes;
}

Async<AptTools> openForeignApt(AptTools tools, GuestArchitecture arch, QString folder, std::stop_token stop)
{
    const QString configuration = folder + u"/apt.conf"_s;
    if (const Result<> made = makePlaces(folder, configuration, arch); !made)
        co_return made.error();
    tools.options = privatePlaces(configuration, folder);
    const bool alsoUnfetched = true;
    const Result<QList<PackageIndex>> configured = co_await askIndexes(tools, alsoUnfetched, stop);
    if (!configured)
        co_return configured.error();
    if (!hasArch(*configured, arch))
        co_return nothingForArch(*configured, arch);
    if (const Result<> linked = linkSources(*configured, arch, folder); !linked)
        co_return linked.error();
    tools.options += privateSources(folder);

    const QStringList update{u"-q"_s, u"update"_s};
    ProcessSpec spec = aptSpec(tools, tools.aptGet, update);
    spec.timeout = std::chrono::minutes(5);
    const ProcessOutcome updated = co_await runProcess(spec, stop);
    if (updated.kind != ProcessOutcome::Kind::Exited)
        co_return packageError(updated, Text::tr("Fetching the package lists for %1").arg(arch.debian));
    // One source that does not answer is no harm while another has what is needed.
    const Result<QList<PackageIndex>> fetched = co_await askIndexes(tools, false, stop);
    if (!fetched)
        co_return fetched.error();
    if (hasArch(*fetched, arch))
        co_return tools;
    const QByteArray said = updated.errorOutput + updated.output;
    if (updated.exitCode == 0 && !said.contains("Failed to fetch"))
        co_return nothingForArch(*configured, arch);
    co_return packageError(updated, Text::tr("Fetching the package lists for %1").arg(arch.debian));
}

Async<QStringList> resolvePackages(AptTools tools, GuestArchitecture arch, QStringList names, std::stop_token stop)
{
    const QStringList arguments = QStringList{u"-q"_s, u"--simulate"_s, u"install"_s} + names;
    ProcessSpec spec = aptSpec(tools, tools.aptGet, arguments);
    spec.timeout = std::chrono::minutes(1);
    const ProcessOutcome outcome = co_await runProcess(spec, stop);
    if (outcome.kind != ProcessOutcome::Kind::Exited)
        co_return outcome.toError(Text::tr("Looking for the guest's packages"));
    const QStringList found = parseSimulation(outcome.output);
    QStringList missing;
    std::copy_if(names.begin(), names.end(), std::back_inserter(missing),
                 [&found](const QString& name) { return !found.contains(name); });
    if (!outcome.ok() || !missing.isEmpty()) {
        const QStringList wanted = missing.isEmpty() ? names : missing;
        co_return Error(Error::Code::NotReady,
                        Text::tr("The package sources of this machine do not have everything that the guest for %1 is "
                                 "made from (%2, for %3). Check /etc/apt/sources.list.d.")
                            .arg(arch.name, wanted.join(u", "_s), arch.debian),
                        QString::fromUtf8(outcome.errorOutput.right(1000)).trimmed());
    }
    co_return found;
}

} // namespace bv
