#include "guest/unpacked_programs.h"

#include "guest/elf.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>
#include <algorithm>
#include <filesystem>
#include <string>
#include <system_error>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::Guest)
};

constexpr int MostLinks = 40; ///< as the kernel allows in one path

Result<ElfProgram> readProgramOf(const QString& path, const GuestArchitecture& arch)
{
    Result<ElfProgram> program = readElfProgram(path);
    if (!program)
        return Error(Error::Code::NotReady, program.error().message, program.error().detail);
    if (program->machine != arch.elfMachine) {
        return Error(Error::Code::NotReady,
                     Text::tr("%1 is not a program for %2; the guest is one.").arg(path, arch.name));
    }
    return program;
}

/// Where the loader looks: ld.so(8), with the folders of Debian's and Fedora's.
QStringList libraryFolders(const ElfProgram& of, const QString& folderOfFile, const GuestArchitecture& arch)
{
    QStringList folders;
    for (QString path : of.runPaths) {
        path.replace("${ORIGIN}"_L1, folderOfFile).replace("$ORIGIN"_L1, folderOfFile);
        folders << path;
    }
    return folders << u"/lib/"_s + arch.libraryFolder << u"/usr/lib/"_s + arch.libraryFolder << u"/lib64"_s
                   << u"/usr/lib64"_s << u"/lib"_s << u"/usr/lib"_s;
}

QString findLibrary(const QString& root, const QString& name, const QStringList& folders)
{
    for (const QString& folder : folders) {
        const QString file = fileBelow(root, folder + u'/' + name);
        if (!file.isEmpty())
            return file;
    }
    return {};
}

bool isAppletName(const QByteArray& name)
{
    return !name.isEmpty() && name.size() < 32 && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '[' || c == '-' ||
               c == '_' || c == '.' || c == '+';
    });
}

/// The names that stand one behind the other from there on, each greater than the one before: busybox searches them by
/// halves (busybox/libbb/appletlib.c, applet_names).
QStringList namesAt(const QByteArray& image, qsizetype at)
{
    QStringList names;
    QByteArray last;
    while (at < image.size()) {
        const qsizetype end = image.indexOf('\0', at);
        const QByteArray name = image.mid(at, (end < 0 ? image.size() : end) - at);
        if (!isAppletName(name) || name <= last)
            break;
        names << QString::fromLatin1(name);
        last = name;
        at += name.size() + 1;
    }
    return names;
}

} // namespace

QString fileBelow(const QString& root, const QString& path)
{
    QStringList left = path.split(u'/', Qt::SkipEmptyParts);
    QStringList place; // below the root
    for (int links = 0; !left.isEmpty();) {
        const QString part = left.takeFirst();
        if (part == "."_L1)
            continue;
        if (part == ".."_L1) {
            if (!place.isEmpty())
                place.removeLast();
            continue;
        }
        const QString here = root + u'/' + (place + QStringList(part)).join(u'/');
        const QFileInfo info(here);
        if (!info.isSymLink()) {
            place << part;
            continue;
        }
        if (++links > MostLinks)
            return {};
        std::error_code error;
        const std::string link = std::filesystem::read_symlink(QFile::encodeName(here).toStdString(), error);
        const QString target = QFile::decodeName(link.c_str());
        if (target.startsWith(u'/'))
            place.clear();
        left = target.split(u'/', Qt::SkipEmptyParts) + left;
    }
    const QString file = root + u'/' + place.join(u'/');
    return QFileInfo(file).isFile() ? file : QString();
}

QString programBelow(const QString& root, const QString& name)
{
    for (const auto& folder : {u"/usr/bin/"_s, u"/bin/"_s, u"/usr/sbin/"_s, u"/sbin/"_s}) {
        const QString file = fileBelow(root, folder + name);
        if (!file.isEmpty())
            return file;
    }
    return {};
}

Result<QMap<QString, QString>> librariesBelow(const QString& root, const QString& program,
                                              const GuestArchitecture& arch)
{
    QMap<QString, QString> libraries;
    QStringList toRead(program);
    while (!toRead.isEmpty()) {
        const QString path = toRead.takeFirst();
        const Result<ElfProgram> elf = readProgramOf(path, arch);
        if (!elf)
            return elf.error();
        QStringList needed = elf->needed;
        const QStringList folders = libraryFolders(*elf, path.sliced(root.size()).section(u'/', 0, -2), arch);
        if (!elf->interpreter.isEmpty()) {
            const QString loader = fileBelow(root, elf->interpreter);
            if (loader.isEmpty())
                needed << elf->interpreter.section(u'/', -1); // said to be missing below
            else
                libraries.insert(elf->interpreter.section(u'/', -1), loader);
        }
        for (const QString& name : std::as_const(needed)) {
            if (libraries.contains(name))
                continue;
            const QString file = findLibrary(root, name, folders);
            if (file.isEmpty()) {
                return Error(Error::Code::NotReady, Text::tr("The packages for %1 do not have the library %2, which %3 "
                                                             "needs. Try again with: benchvisor guest build --arch %1 "
                                                             "--force")
                                                        .arg(arch.name, name, path.section(u'/', -1)));
            }
            libraries.insert(name, file);
            toRead << file;
        }
    }
    return libraries;
}

Result<QStringList> appletsInside(const QString& busybox, const GuestArchitecture& arch)
{
    const Result<ElfProgram> elf = readProgramOf(busybox, arch);
    if (!elf)
        return elf.error();
    if (!elf->interpreter.isEmpty()) {
        return Error(Error::Code::NotReady,
                     Text::tr("%1 is not static, so it does not run in the guest.").arg(busybox));
    }
    QFile file(busybox);
    if (!file.open(QIODevice::ReadOnly))
        return Error(Error::Code::Io, Text::tr("Cannot read %1: %2.").arg(busybox, file.errorString()));
    const QByteArray image = file.readAll();
    QStringList best;
    // The first two of every configuration that distributions build.
    const QByteArray first("\0[\0[[\0", 6);
    for (qsizetype at = image.indexOf(first); at >= 0; at = image.indexOf(first, at + 1)) {
        const QStringList names = namesAt(image, at + 1);
        if (names.size() > best.size())
            best = names;
    }
    if (best.isEmpty())
        return Error(Error::Code::NotReady, Text::tr("%1 does not say which commands it has.").arg(busybox));
    return best;
}

} // namespace bv
