#include "guest/kernel.h"

#include "guest/archive.h"
#include "guest/elf.h"
#include "guest/kernel_image.h"

#include <QCoreApplication>
#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>
#include <QSet>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::Guest)
};

/// Raise it when the list of drivers below changes: a cached kernel is then fetched again.
constexpr int KernelFormat = 1;

struct Driver
{
    QString module;
    bool isNeeded;
};

/// Disks and ports on PCI, then what only some machines and file systems ask for.
QList<Driver> drivers()
{
    return {{u"virtio_pci"_s, true},   {u"virtio_console"_s, true},  {u"virtio_blk"_s, true},
            {u"virtio_mmio"_s, false}, {u"crc32c_generic"_s, false}, {u"ext4"_s, true}};
}

/// "kernel/drivers/virtio/virtio-pci.ko.xz" → "virtio_pci"
QString moduleName(const QString& path)
{
    QString name = path.section(u'/', -1);
    name.truncate(name.indexOf(".ko"_L1));
    return name.replace(u'-', u'_');
}

class ModuleCollector
{
public:
    ModuleCollector(QString modulesDir, QString folder, std::stop_token stop)
        : m_folder(std::move(folder))
        , m_stop(std::move(stop))
    {
        QFile builtin(modulesDir + u"/modules.builtin"_s);
        if (builtin.open(QIODevice::ReadOnly)) {
            const QList<QByteArray> lines = builtin.readAll().split('\n');
            for (const QByteArray& line : lines)
                m_builtin.insert(moduleName(QString::fromUtf8(line)));
        }
        const QStringList patterns{u"*.ko"_s, u"*.ko.gz"_s, u"*.ko.xz"_s, u"*.ko.zst"_s};
        QDirIterator files(modulesDir, patterns, QDir::Files, QDirIterator::Subdirectories);
        while (files.hasNext()) {
            const QString path = files.next();
            m_files.insert(moduleName(path), path);
        }
    }

    /// Adds the module behind those it depends on.
    Result<> add(const QString& name, bool isNeeded)
    {
        if (m_builtin.contains(name) || m_seen.contains(name))
            return Unit();
        m_seen.insert(name);
        if (!m_files.contains(name)) {
            if (!isNeeded)
                return Unit();
            return Error(
                Error::Code::NotFound,
                Text::tr("The kernel for the guest has no driver %1, neither built in nor as a module.").arg(name));
        }
        KernelModule module;
        module.name = name;
        module.file = m_folder + u'/' + name + u".ko"_s;
        if (const Result<> unpacked = unpackFile(m_files.value(name), module.file, m_stop); !unpacked)
            return unpacked;
        QFile file(module.file);
        if (!file.open(QIODevice::ReadOnly))
            return Error(Error::Code::Io, Text::tr("Cannot read %1: %2.").arg(module.file, file.errorString()));
        Result<QStringList> dependencies = moduleDependencies(file.readAll());
        if (!dependencies)
            return Error(dependencies.error().code, dependencies.error().message, m_files.value(name));
        for (QString dependency : std::as_const(*dependencies)) {
            dependency.replace(u'-', u'_');
            if (const Result<> added = add(dependency, true); !added)
                return added;
            if (!m_builtin.contains(dependency))
                module.dependencies << dependency;
        }
        m_modules << module;
        return Unit();
    }

    const QList<KernelModule>& modules() const { return m_modules; }

private:
    QString m_folder;
    std::stop_token m_stop;
    QSet<QString> m_builtin;
    QHash<QString, QString> m_files;
    QSet<QString> m_seen;
    QList<KernelModule> m_modules;
};

Result<> writeKernelJson(const GuestKernel& kernel, const QString& folder)
{
    QJsonArray modules;
    for (const KernelModule& module : kernel.modules) {
        QJsonObject object;
        object["name"_L1] = module.name;
        object["depends"_L1] = QJsonArray::fromStringList(module.dependencies);
        modules << object;
    }
    QJsonObject root;
    root["format"_L1] = KernelFormat;
    root["release"_L1] = kernel.release;
    root["package"_L1] = kernel.package;
    root["modules"_L1] = modules;
    QSaveFile file(folder + u"/kernel.json"_s);
    if (!file.open(QIODevice::WriteOnly) || file.write(QJsonDocument(root).toJson()) < 0 || !file.commit())
        return Error(Error::Code::Io, Text::tr("Cannot write %1: %2.").arg(file.fileName(), file.errorString()));
    return Unit();
}

} // namespace

Result<GuestKernel> collectKernel(QString image, QString modulesDir, QString package, GuestArchitecture arch,
                                  QString folder, std::stop_token stop)
{
    if (!QDir().mkpath(folder))
        return Error(Error::Code::Io, Text::tr("Cannot make the folder %1.").arg(folder));
    GuestKernel kernel;
    kernel.package = package;
    kernel.image = folder + u"/vmlinuz"_s;
    QFile::remove(kernel.image);
    if (const Result<> copied = unpackKernelImage(image, kernel.image, arch, stop); !copied)
        return copied.error();
    const Result<QString> release = kernelRelease(kernel.image, arch);
    if (!release) // by the name that the user knows
        return Error(release.error().code, QString(release.error().message).replace(kernel.image, image));
    kernel.release = *release;
    if (!modulesDir.isEmpty()) {
        ModuleCollector collector(modulesDir, folder, stop);
        for (const Driver& driver : drivers()) {
            if (const Result<> added = collector.add(driver.module, driver.isNeeded); !added)
                return added.error();
        }
        kernel.modules = collector.modules();
    }
    if (const Result<> written = writeKernelJson(kernel, folder); !written)
        return written.error();
    return kernel;
}

Result<GuestKernel> readKernel(const QString& folder)
{
    QFile file(folder + u"/kernel.json"_s);
    const Error none(Error::Code::NotFound, Text::tr("There is no kernel for the guest in %1.").arg(folder));
    if (!file.open(QIODevice::ReadOnly))
        return none;
    const QJsonObject root = QJsonDocument::fromJson(file.readAll()).object();
    if (root["format"_L1].toInt() != KernelFormat)
        return none;
    GuestKernel kernel;
    kernel.release = root["release"_L1].toString();
    kernel.package = root["package"_L1].toString();
    kernel.image = folder + u"/vmlinuz"_s;
    bool complete = !kernel.release.isEmpty() && QFile::exists(kernel.image);
    const QJsonArray modules = root["modules"_L1].toArray();
    for (const auto& value : modules) {
        KernelModule module;
        module.name = value["name"_L1].toString();
        module.file = folder + u'/' + module.name + u".ko"_s;
        const QJsonArray dependencies = value["depends"_L1].toArray();
        for (const auto& dependency : dependencies)
            module.dependencies << dependency.toString();
        complete = complete && QFile::exists(module.file);
        kernel.modules << module;
    }
    if (!complete)
        return none;
    return kernel;
}

} // namespace bv
