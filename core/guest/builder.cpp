#include "guest/builder.h"

#include "base/paths.h"
#include "guest/archive.h"
#include "guest/foreign_apt.h"
#include "guest/kernel.h"
#include "guest/kernel_image.h"
#include "guest/programs.h"

#include <QCoreApplication>
#include <QCoroFuture>
#include <QDateTime>
#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QFileInfo>
#include <QtConcurrent>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::Guest)
};

struct Wanted
{
    QString name;
    QString package;
    QStringList versionArguments;
};

QList<Wanted> wantedPrograms()
{
    const QStringList version(u"--version"_s);
    return {{u"sysbench"_s, u"sysbench"_s, version},
            {u"busybox"_s, u"busybox-static"_s, {}},
            {u"dd"_s, u"coreutils"_s, version},
            {u"mke2fs"_s, u"e2fsprogs"_s, QStringList(u"-V"_s)},
            {u"qemu-ga"_s, u"qemu-guest-agent"_s, version}};
}

/// vmlinuz and lib/modules/RELEASE of unpacked kernel packages; empty where there is none.
std::pair<QString, QString> findKernelFiles(const QString& folder)
{
    QString image;
    QString modules;
    for (const QString& place : {u"/boot"_s, u"/lib/modules"_s, u"/usr/lib/modules"_s}) {
        const QStringList patterns(u"vmlinuz*"_s);
        QDirIterator files(folder + place, patterns, QDir::Files, QDirIterator::Subdirectories);
        if (image.isEmpty() && files.hasNext())
            image = files.next();
    }
    for (const QString& place : {u"/lib/modules"_s, u"/usr/lib/modules"_s}) {
        const QFileInfoList releases =
            QDir(folder + place).entryInfoList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name);
        if (modules.isEmpty() && !releases.isEmpty())
            modules = releases.first().filePath();
    }
    return {image, modules};
}

AptTools aptOf(const GuestBuildOptions& options)
{
    return {findProgram(u"apt-get"_s, options.aptGet), findProgram(u"apt-cache"_s, options.aptCache),
            findProgram(u"dpkg-deb"_s, options.dpkgDeb)};
}

Error noKernelSource()
{
    return Error(Error::Code::NotReady,
                 Text::tr("The guest's kernel is fetched by apt-get, which is missing here. Give one that has "
                          "virtio drivers: benchvisor guest build --kernel FILE --modules /lib/modules/RELEASE"));
}

Error noPackageSource(const QString& arch)
{
    return Error(Error::Code::NotReady,
                 Text::tr("The guest for %1 is made from packages that apt-get fetches, which is missing here. "
                          "Only Debian, Ubuntu and their like can build it.")
                     .arg(arch));
}

} // namespace

Result<> guestCanBeBuilt(const GuestBuildOptions& options)
{
    const bool hasApt = aptOf(options).areThere();
    const bool hasKernel = !options.kernelImage.isEmpty() || readKernel(kernelFolder(options));
    if (options.arch != nativeArchitecture())
        return hasApt || (hasKernel && readForeignParts(partsFolder(options)))
                   ? Result<>(Unit())
                   : Result<>(noPackageSource(options.arch));
    const QMap<QString, QString> programs = guestPrograms(options);
    QStringList missing;
    QStringList packages;
    for (const Wanted& wanted : wantedPrograms()) {
        const bool canDownload = wanted.name == "qemu-ga"_L1 && options.qemuGa.isEmpty() && hasApt;
        if (programs.value(wanted.name).isEmpty() && !canDownload) {
            missing << wanted.name;
            packages << wanted.package;
        }
    }
    if (!missing.isEmpty())
        return Error(Error::Code::NotReady,
                     Text::tr("The guest is made from programs that are missing here: %1. Install the "
                              "packages that have them (Debian and Ubuntu: sudo apt-get install %2).")
                         .arg(missing.join(u", "_s), packages.join(u' ')));
    return hasApt || hasKernel ? Result<>(Unit()) : Result<>(noKernelSource());
}

QMap<QString, QString> guestPrograms(const GuestBuildOptions& options)
{
    if (options.arch != nativeArchitecture()) {
        QMap<QString, QString> programs;
        for (const Wanted& wanted : wantedPrograms()) {
            const QString path = foreignProgram(partsFolder(options), wanted.name);
            programs.insert(wanted.name, QFile::exists(path) ? path : QString());
        }
        return programs;
    }
    return {{u"sysbench"_s, findProgram(u"sysbench"_s, options.sysbench)},
            {u"busybox"_s, findProgram(u"busybox"_s, options.busybox)},
            {u"dd"_s, findProgram(u"dd"_s, options.dd)},
            {u"mke2fs"_s, findProgram(u"mke2fs"_s, options.mke2fs)},
            {u"qemu-ga"_s, findProgram(u"qemu-ga"_s, options.qemuGa)}};
}

Result<> replaceFolder(const QString& fresh, const QString& folder)
{
    const QByteArray from = QFile::encodeName(fresh);
    const QByteArray to = QFile::encodeName(folder);
    const bool isNew = ::renameat2(AT_FDCWD, from.constData(), AT_FDCWD, to.constData(), RENAME_NOREPLACE) == 0;
    if (isNew)
        return Unit();
    if (::renameat2(AT_FDCWD, from.constData(), AT_FDCWD, to.constData(), RENAME_EXCHANGE) != 0) {
        // Some file systems cannot exchange: for an instant there is no folder then.
        removeOwnFolder(folder);
        if (::rename(from.constData(), to.constData()) != 0)
            return Error(Error::Code::Io, Text::tr("Cannot replace %1: %2.").arg(folder, qt_error_string(errno)));
        return Unit();
    }
    removeOwnFolder(fresh);
    return Unit();
}

GuestBuilder::GuestBuilder(GuestBuildOptions options, GuestArchitecture arch, GuestProgress progress,
                           std::stop_token stop)
    : m_options(std::move(options))
    , m_arch(std::move(arch))
    , m_progress(std::move(progress))
    , m_stop(std::move(stop))
    , m_apt(aptOf(m_options))
    , m_workDir(m_options.cacheDir + u"/.build"_s)
{
}

GuestBuilder::~GuestBuilder()
{
    removeOwnFolder(m_workDir);
}

void GuestBuilder::report(const QString& step, double fraction) const
{
    if (m_progress)
        m_progress(step, fraction);
}

Error GuestBuilder::cancelled() const
{
    return Error(Error::Code::Cancelled, Text::tr("Building the guest was cancelled."));
}

Async<GuestFiles> GuestBuilder::build()
{
    // A build that was killed left it; the lock says that nobody uses it.
    removeOwnFolder(m_workDir);
    if (!QDir().mkpath(m_workDir))
        co_return Error(Error::Code::Io, Text::tr("Cannot make the folder %1.").arg(m_workDir));
    m_parts.arch = m_arch;
    // Two statements: GCC 12 destroys what is awaited in a ?: expression twice.
    Result<> prepared;
    if (m_arch.name == nativeArchitecture())
        prepared = co_await prepareNative();
    else
        prepared = co_await prepareForeign();
    if (!prepared)
        co_return prepared.error();
    co_return co_await pack();
}

Async<> GuestBuilder::prepareNative()
{
    report(Text::tr("Looking for programs"), 0);
    if (const Result<> found = guestCanBeBuilt(m_options); !found)
        co_return found.error();
    m_programs = guestPrograms(m_options);
    const Result<> kernel = co_await prepareKernel();
    if (!kernel)
        co_return kernel.error();
    const Result<> agent = co_await prepareAgent();
    if (!agent)
        co_return agent.error();
    report(Text::tr("Collecting libraries"), 0.7);
    co_return co_await inspectPrograms();
}

Async<> GuestBuilder::prepareForeign()
{
    const Result<> kernel = co_await prepareKernel();
    if (!kernel)
        co_return kernel.error();
    const Result<> parts = co_await prepareParts();
    if (!parts)
        co_return parts.error();
    m_programs = guestPrograms(m_options);
    co_return Result<>(Unit());
}

Async<> GuestBuilder::prepareAgent()
{
    QString& path = m_programs[u"qemu-ga"_s];
    if (!path.isEmpty())
        co_return Result<>(Unit());
    const QString cached = agentFolder(m_options) + u"/qemu-ga"_s;
    path = cached;
    if (!m_options.force && QFile::exists(cached))
        co_return Result<>(Unit());
    report(Text::tr("Downloading the guest agent"), 0.6);
    const QString folder = m_workDir + u"/agent"_s;
    const QString fresh = folder + u"/cache"_s;
    QDir().mkpath(fresh);
    const QStringList names(u"qemu-guest-agent"_s);
    const Result<QStringList> debs = co_await downloadPackages(m_apt, names, folder, m_stop);
    const bool keepOld = !debs && debs.error().code != Error::Code::Cancelled && QFile::exists(cached);
    if (keepOld)
        co_return Result<>(Unit());
    if (!debs)
        co_return debs.error();
    const Result<> unpacked = co_await unpackPackages(m_apt, *debs, folder, m_stop);
    if (!unpacked)
        co_return unpacked.error();
    for (const QString& place : {u"/usr/sbin/qemu-ga"_s, u"/usr/bin/qemu-ga"_s})
        QFile::rename(folder + place, fresh + u"/qemu-ga"_s);
    if (!QFile::exists(fresh + u"/qemu-ga"_s))
        co_return Error(Error::Code::NotFound, Text::tr("The package qemu-guest-agent has no program qemu-ga."));
    co_return replaceFolder(fresh, agentFolder(m_options));
}

/// For another architecture apt sees nothing until its lists are fetched; once for all that is downloaded.
Async<> GuestBuilder::needPackageLists()
{
    if (m_arch.name == nativeArchitecture())
        co_return Result<>(Unit());
    if (!m_lists) {
        const Error failure = co_await fetchPackageLists();
        m_lists = failure;
    }
    const Error known = *m_lists;
    co_return known.code == Error::Code::Unset ? Result<>(Unit()) : Result<>(known);
}

Task<Error> GuestBuilder::fetchPackageLists()
{
    if (!m_apt.areThere())
        co_return noPackageSource(m_arch.name);
    report(Text::tr("Fetching the package lists for %1").arg(m_arch.debian), 0.02);
    const QString folder = m_workDir + u"/apt"_s;
    const Result<AptTools> opened = co_await openForeignApt(m_apt, m_arch, folder, m_stop);
    if (!opened)
        co_return opened.error();
    m_apt = *opened;
    co_return Error();
}

Async<> GuestBuilder::prepareParts()
{
    const QString folder = partsFolder(m_options);
    Result<ForeignParts> parts = readForeignParts(folder);
    if (!parts || m_options.force) {
        const QString fresh = m_workDir + u"/parts"_s;
        const Result<ForeignParts> downloaded = co_await downloadedParts(fresh);
        // asked for newer ones, but there is no network
        const bool keepOld = !downloaded && parts && downloaded.error().code == Error::Code::NotReady;
        if (!downloaded && !keepOld)
            co_return downloaded.error();
        if (!keepOld) {
            if (const Result<> replaced = replaceFolder(fresh, folder); !replaced)
                co_return replaced.error();
        }
        parts = readForeignParts(folder);
        if (!parts)
            co_return parts.error();
    }
    m_parts.busybox = parts->busybox;
    m_parts.applets = parts->applets;
    m_parts.programs = parts->programs;
    m_parts.mke2fsConf = parts->mke2fsConf;
    co_return Result<>(Unit());
}

Async<ForeignParts> GuestBuilder::downloadedParts(QString target)
{
    const Result<> lists = co_await needPackageLists();
    if (!lists)
        co_return lists.error();
    report(Text::tr("Downloading the guest's programs for %1").arg(m_arch.debian), 0.5);
    ProgramPackages programs;
    const QList<Wanted> all = wantedPrograms();
    for (const Wanted& wanted : all)
        programs.insert(wanted.name, wanted.package);
    co_return co_await fetchForeignParts(m_apt, programs, m_arch, m_workDir, target, m_stop);
}

Async<> GuestBuilder::prepareKernel()
{
    const bool isGiven = !m_options.kernelImage.isEmpty();
    Result<GuestKernel> cached = readKernel(kernelFolder(m_options));
    if (cached && !isGiven && !m_options.force) {
        m_parts.kernel = *std::move(cached);
        co_return Result<>(Unit());
    }
    const QString fresh = m_workDir + u"/kernel"_s;
    Result<GuestKernel> kernel;
    if (isGiven)
        kernel = co_await givenKernel(fresh);
    else
        kernel = co_await downloadedKernel(fresh);
    const bool keepOld = !kernel && cached && !isGiven && kernel.error().code == Error::Code::NotReady;
    if (keepOld) { // asked for a newer one, but there is no network
        m_parts.kernel = *std::move(cached);
        co_return Result<>(Unit());
    }
    if (!kernel)
        co_return kernel.error();
    if (const Result<> replaced = replaceFolder(fresh, kernelFolder(m_options)); !replaced)
        co_return replaced.error();
    kernel = readKernel(kernelFolder(m_options));
    if (!kernel)
        co_return kernel.error();
    m_parts.kernel = *std::move(kernel);
    co_return Result<>(Unit());
}

Async<GuestKernel> GuestBuilder::givenKernel(QString target)
{
    report(Text::tr("Copying the kernel"), 0.1);
    const QString image = QFileInfo(m_options.kernelImage).absoluteFilePath();
    QString modules = m_options.modulesDir;
    if (modules.isEmpty()) {
        const QString plain = m_workDir + u"/given-kernel"_s;
        auto unpacking = QtConcurrent::run(unpackKernelImage, image, plain, m_arch, m_stop);
        const Result<> unpacked = co_await unpacking;
        if (!unpacked)
            co_return unpacked.error();
        const Result<QString> release = kernelRelease(plain, m_arch);
        if (release && QFileInfo(u"/lib/modules/"_s + *release).isDir())
            modules = u"/lib/modules/"_s + *release;
    } else if (!QFileInfo(modules).isDir()) {
        co_return Error(Error::Code::BadInput, Text::tr("There is no folder %1 with kernel modules.").arg(modules));
    }
    auto future = QtConcurrent::run(collectKernel, image, modules, image, m_arch, target, m_stop);
    co_return co_await future;
}

Async<GuestKernel> GuestBuilder::downloadedKernel(QString target)
{
    if (!m_apt.areThere() && m_arch.name == nativeArchitecture())
        co_return noKernelSource();
    const Result<> lists = co_await needPackageLists();
    if (!lists)
        co_return lists.error();
    report(Text::tr("Looking for the kernel package"), 0.05);
    const Result<QStringList> names = co_await findKernelPackages(m_apt, m_arch.cloudKernel, m_stop);
    if (!names)
        co_return names.error();
    report(Text::tr("Downloading %1").arg(names->first()), 0.1);
    const QString folder = m_workDir + u"/kernel-packages"_s;
    QDir().mkpath(folder);
    const Result<QStringList> debs = co_await downloadPackages(m_apt, *names, folder, m_stop);
    if (!debs)
        co_return debs.error();
    report(Text::tr("Unpacking %1").arg(names->first()), 0.4);
    const Result<> unpacked = co_await unpackPackages(m_apt, *debs, folder, m_stop);
    if (!unpacked)
        co_return unpacked.error();
    const auto [image, modules] = findKernelFiles(folder);
    QStringList packages;
    for (const QString& deb : *debs) {
        if (packageOfFile(deb).startsWith("linux-image"_L1))
            packages << packageOfFile(deb);
    }
    auto future = QtConcurrent::run(collectKernel, image, modules, packages.join(u", "_s), m_arch, target, m_stop);
    Result<GuestKernel> kernel = co_await future;
    removeOwnFolder(folder);
    co_return kernel;
}

Async<> GuestBuilder::inspectPrograms()
{
    m_parts.busybox = m_programs.value(u"busybox"_s);
    Result<QStringList> applets = co_await inspectBusybox(m_parts.busybox, m_stop);
    if (!applets)
        co_return applets.error();
    m_parts.applets = *std::move(applets);
    const QList<Wanted> all = wantedPrograms();
    for (const Wanted& wanted : all) {
        if (wanted.versionArguments.isEmpty())
            continue;
        const QString path = m_programs.value(wanted.name);
        Result<GuestProgram> program = co_await inspectProgram(wanted.name, path, wanted.versionArguments, m_stop);
        if (!program)
            co_return program.error();
        const bool cannotDropCache = wanted.name == "dd"_L1 && !program->version.contains("coreutils"_L1);
        if (cannotDropCache) {
            co_return Error(Error::Code::NotReady,
                            Text::tr("%1 cannot empty the page cache. Install the package coreutils.").arg(path));
        }
        m_parts.programs << *std::move(program);
    }
    const QString conf = u"/etc/mke2fs.conf"_s;
    m_parts.mke2fsConf = QFile::exists(conf) ? conf : QString();
    co_return Result<>(Unit());
}

Async<GuestFiles> GuestBuilder::pack()
{
    report(Text::tr("Reading the files of the guest"), 0.8);
    auto hashing = QtConcurrent::run(hashTree, guestTree(m_parts), m_stop);
    const Result<HashedTree> tree = co_await hashing;
    if (!tree)
        co_return tree.error();
    GuestFiles target;
    setGuestPaths(target, m_workDir + u"/guest"_s);
    QDir().mkpath(target.folder);
    report(Text::tr("Packing the VM's file system"), 0.85);
    auto packingInitrd = QtConcurrent::run(packTree, *tree, target.initrd, ArchiveFormat::Initramfs, m_stop);
    const Result<> initrd = co_await packingInitrd;
    if (!initrd)
        co_return initrd.error();
    report(Text::tr("Packing the container's image"), 0.9);
    auto packingImage = QtConcurrent::run(packTree, *tree, target.imageTar, ArchiveFormat::ImageTar, m_stop);
    const Result<> image = co_await packingImage;
    if (!image)
        co_return image.error();
    auto copying = QtConcurrent::run(unpackFile, m_parts.kernel.image, target.kernel, m_stop);
    const Result<> copied = co_await copying;
    if (!copied)
        co_return copied.error();
    report(Text::tr("Writing the manifest"), 0.95);
    auto finishing = QtConcurrent::run(&GuestBuilder::finish, this, *tree);
    co_return co_await finishing;
}

Result<GuestFiles> GuestBuilder::finish(const HashedTree& tree)
{
    const QString fresh = m_workDir + u"/guest"_s;
    GuestManifest manifest;
    manifest.recipe = guestRecipe();
    manifest.programs = m_programs;
    for (const GuestProgram& program : std::as_const(m_parts.programs))
        manifest.versions.insert(program.name, program.version);
    QMap<QString, GuestInput> inputs;
    for (const auto& [name, entry] : tree.tree.entries()) {
        if (!entry.source.isEmpty())
            inputs.insert(entry.source, GuestInput{entry.source, entry.size, entry.modified, entry.sha256});
    }
    GuestFiles& guest = manifest.guest;
    guest.arch = m_options.arch;
    guest.digest = tree.digest;
    guest.sysbenchVersion = manifest.versions.value(u"sysbench"_s).section(u' ', 1, 1);
    guest.sysbenchSha256 = QString::fromLatin1(inputs.value(m_programs.value(u"sysbench"_s)).sha256);
    guest.kernelRelease = m_parts.kernel.release;
    guest.kernelPackage = m_parts.kernel.package;
    if (const Result<> added = addOutputs(manifest, fresh); !added)
        return added.error();
    const QFileInfo kernel(m_parts.kernel.image);
    inputs.insert(kernel.filePath(),
                  GuestInput{kernel.filePath(), kernel.size(), kernel.lastModified().toMSecsSinceEpoch(),
                             manifest.outputs.last().sha256});
    manifest.inputs = inputs.values();
    if (const Result<> written = writeManifest(manifest, fresh); !written)
        return written.error();
    if (m_stop.stop_requested())
        return cancelled();
    if (const Result<> replaced = replaceFolder(fresh, guestFolder(m_options)); !replaced)
        return replaced.error();
    setGuestPaths(guest, guestFolder(m_options));
    return guest;
}

Result<> GuestBuilder::addOutputs(GuestManifest& manifest, const QString& folder) const
{
    for (const QString& name : {u"image.tar"_s, u"initrd.cpio"_s, u"vmlinuz"_s}) { // the kernel last, see finish()
        const QString path = folder + u'/' + name;
        Result<QByteArray> sum = hashFile(path, m_stop);
        if (!sum)
            return sum.error();
        manifest.outputs << GuestOutput{name, QFileInfo(path).size(), *std::move(sum)};
    }
    return Unit();
}

} // namespace bv
