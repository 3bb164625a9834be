#include "guest/recipe.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QFileInfo>

using namespace Qt::StringLiterals;

// Outside the namespace, as Qt demands; needed because bv_core is a static library.
static void registerGuestScripts()
{
    Q_INIT_RESOURCE(guest);
}

namespace bv {

namespace {

/// Raise it when guestTree() changes.
constexpr int RecipeVersion = 1;

QByteArray script(const QString& name)
{
    registerGuestScripts();
    QFile file(u":/guest/"_s + name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QString libraryFolder(const GuestArchitecture& arch)
{
    return u"usr/lib/"_s + arch.libraryFolder;
}

void addFolders(FileTree& tree, const GuestArchitecture& arch)
{
    // /usr merged, sbin too; lib64 (where the loader must be found) is the folder of the libraries under another name
    tree.addSymlink(u"bin"_s, u"usr/bin"_s);
    tree.addSymlink(u"sbin"_s, u"usr/bin"_s);
    tree.addSymlink(u"usr/sbin"_s, u"bin"_s);
    tree.addSymlink(u"lib"_s, u"usr/lib"_s);
    tree.addSymlink(u"lib64"_s, u"usr/lib64"_s);
    tree.addSymlink(u"usr/lib64"_s, u"lib/"_s + arch.libraryFolder);
    if (!arch.loaderLink.isEmpty())
        tree.addSymlink(arch.loaderLink, arch.libraryFolder + u'/' + arch.loaderLink.section(u'/', -1));
    const QString libraries = libraryFolder(arch);
    for (const auto& folder : {u"bench"_s, u"dev"_s, u"proc"_s, u"run"_s, u"sys"_s, libraries, u"var/log"_s})
        tree.addDirectory(folder);
    tree.addDirectory(u"root"_s, 0700);
    tree.addDirectory(u"tmp"_s, 01777);
    tree.addDirectory(u"var/tmp"_s, 01777);
    tree.addSymlink(u"var/run"_s, u"../run"_s);
}

void addScripts(FileTree& tree)
{
    for (const auto& name : {u"group"_s, u"hostname"_s, u"hosts"_s, u"nsswitch.conf"_s, u"os-release"_s, u"passwd"_s})
        tree.addContent(u"etc/"_s + name, script(name));
    tree.addContent(u"usr/bin/shutdown"_s, script(u"shutdown"_s), 0755);
    tree.addContent(u"etc/fstab"_s, script(u"fstab"_s));
    tree.addContent(u"init"_s, script(u"init"_s), 0755);
    tree.addDevice(u"dev/console"_s, 5, 1);
    for (const auto& path : {u"etc/fstab"_s, u"init"_s, u"dev/console"_s})
        tree.setVmOnly(path);
}

void addPrograms(FileTree& tree, const GuestParts& parts)
{
    tree.addFile(u"usr/bin/busybox"_s, parts.busybox, 0755);
    for (const QString& applet : parts.applets) {
        const QString path = u"usr/bin/"_s + applet;
        if (!applet.contains(u'/') && !tree.entries().contains(path))
            tree.addSymlink(path, u"busybox"_s);
    }
    for (const GuestProgram& program : parts.programs) {
        tree.addFile(u"usr/bin/"_s + program.name, program.path, 0755);
        for (auto it = program.libraries.begin(); it != program.libraries.end(); ++it)
            tree.addFile(libraryFolder(parts.arch) + u'/' + it.key(), it.value(), 0755);
    }
    if (!parts.mke2fsConf.isEmpty())
        tree.addFile(u"etc/mke2fs.conf"_s, parts.mke2fsConf);
}

/// The modules, the list that /init loads, and modules.dep as depmod(8) writes it: "a.ko: b.ko c.ko", all that a module
/// needs, directly or not, the ones needed most deeply last.
void addModules(FileTree& tree, const GuestKernel& kernel)
{
    const QString folder = u"usr/lib/modules/"_s + kernel.release;
    QStringList order;
    QByteArray dep;
    QMap<QString, QStringList> needed;
    for (const KernelModule& module : kernel.modules) {
        QStringList all;
        for (const QString& direct : module.dependencies)
            all = all + QStringList(direct) + needed.value(direct);
        QStringList unique;
        for (auto it = all.crbegin(); it != all.crend(); ++it) {
            if (!unique.contains(*it))
                unique.prepend(*it);
        }
        needed.insert(module.name, unique);
        order << module.name;
        dep += module.name.toUtf8() + ".ko:";
        for (const QString& name : std::as_const(unique))
            dep += ' ' + name.toUtf8() + ".ko";
        dep += '\n';
        const QString path = folder + u'/' + module.name + u".ko"_s;
        tree.addFile(path, module.file);
        tree.setVmOnly(path);
    }
    tree.addContent(folder + u"/modules.dep"_s, dep);
    tree.addContent(u"etc/modules"_s, order.join(u' ').toUtf8() + '\n');
    for (const QString& path : {u"usr/lib/modules"_s, folder, folder + u"/modules.dep"_s, u"etc/modules"_s})
        tree.setVmOnly(path);
}

} // namespace

FileTree guestTree(const GuestParts& parts)
{
    FileTree tree;
    addFolders(tree, parts.arch);
    addScripts(tree);
    addPrograms(tree, parts);
    addModules(tree, parts.kernel);
    return tree;
}

QString guestRecipe()
{
    registerGuestScripts();
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData(QByteArray::number(RecipeVersion));
    const QStringList names = QDir(u":/guest"_s).entryList(QDir::Files, QDir::Name);
    for (const QString& name : names)
        hash.addData(name.toUtf8() + '\n' + script(name));
    return QString::fromLatin1(hash.result().toHex());
}

} // namespace bv
