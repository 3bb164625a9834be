#include "target/qemu/firmware.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QMap>
#include <QRegularExpression>
#include <algorithm>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::Firmware)
};

/// What a descriptor says, as far as it matters here.
struct Descriptor
{
    FirmwareFiles files;
    QMap<QString, QStringList> machines; ///< by architecture: patterns such as "pc-q35-*"
    bool isUsable = false;               ///< EFI, code and variables apart, for unsigned systems on plain VMs
};

QStringList texts(const QJsonValue& list)
{
    QStringList result;
    const QJsonArray array = list.toArray();
    for (const QJsonValue& value : array)
        result << value.toString();
    return result;
}

Descriptor readDescriptor(const QJsonObject& json)
{
    static const QStringList unwanted{u"requires-smm"_s, u"enrolled-keys"_s};
    Descriptor descriptor;
    const QJsonObject mapping = json["mapping"_L1].toObject();
    const QJsonObject code = mapping["executable"_L1].toObject();
    const QJsonObject vars = mapping["nvram-template"_L1].toObject();
    descriptor.files.code = code["filename"_L1].toString();
    descriptor.files.codeFormat = code["format"_L1].toString(u"raw"_s);
    descriptor.files.vars = vars["filename"_L1].toString();
    descriptor.files.varsFormat = vars["format"_L1].toString(u"raw"_s);
    descriptor.files.description = json["description"_L1].toString();
    const QJsonArray targets = json["targets"_L1].toArray();
    for (const QJsonValue& target : targets)
        descriptor.machines[target["architecture"_L1].toString()] += texts(target["machines"_L1]);
    const QStringList features = texts(json["features"_L1]);
    const bool fits = std::none_of(features.cbegin(), features.cend(),
                                   [](const QString& feature) { return unwanted.contains(feature); });
    const bool split =
        mapping["device"_L1].toString() == "flash"_L1 && mapping["mode"_L1].toString(u"split"_s) == "split"_L1;
    descriptor.isUsable = texts(json["interface-types"_L1]).contains(u"uefi"_s) && split && fits &&
                          !descriptor.files.code.isEmpty() && !descriptor.files.vars.isEmpty();
    return descriptor;
}

/// All descriptors in QEMU's order.
QList<Descriptor> descriptors(const FirmwarePlaces& places)
{
    QMap<QString, QString> paths; // by name
    for (const QString& folder : places.descriptorFolders) {
        const QFileInfoList files = QDir(places.root + folder).entryInfoList({u"*.json"_s}, QDir::Files, QDir::Name);
        for (const QFileInfo& file : files)
            paths.insert(file.fileName(), file.filePath());
    }
    QList<Descriptor> list;
    for (const QString& path : std::as_const(paths)) {
        QFile file(path);
        constexpr qint64 most = 64 * 1024;
        if (file.size() == 0 || file.size() > most || !file.open(QIODevice::ReadOnly))
            continue;
        list << readDescriptor(QJsonDocument::fromJson(file.readAll()).object());
    }
    return list;
}

/// The names that descriptors may have for a machine: those with a version stand for the one without.
QStringList versionedNames(const QString& machine)
{
    const QString name = optionHead(machine);
    if (name == "q35"_L1)
        return {name, u"pc-q35-0"_s};
    if (name == "pc"_L1)
        return {name, u"pc-i440fx-0"_s};
    if (name == "virt"_L1)
        return {name, u"virt-0"_s};
    return {name};
}

bool isFor(const Descriptor& descriptor, const QString& arch, const QString& machine)
{
    const QStringList names = versionedNames(machine);
    const QStringList patterns = descriptor.machines.value(arch);
    return std::any_of(patterns.cbegin(), patterns.cend(), [&names](const QString& pattern) {
        const QRegularExpression wildcard(QRegularExpression::wildcardToRegularExpression(pattern));
        return std::any_of(names.cbegin(), names.cend(),
                           [&wildcard](const QString& name) { return wildcard.match(name).hasMatch(); });
    });
}

struct KnownPair
{
    QString code;
    QString vars;
};

/// Where pairs are installed, best first. Names without folder are QEMU's own.
QList<KnownPair> knownPairs(const QString& arch)
{
    if (arch == "aarch64"_L1) {
        return {{u"/usr/share/AAVMF/AAVMF_CODE.no-secboot.fd"_s, u"/usr/share/AAVMF/AAVMF_VARS.fd"_s}, // Debian 13
                {u"/usr/share/AAVMF/AAVMF_CODE.fd"_s, u"/usr/share/AAVMF/AAVMF_VARS.fd"_s},            // Debian, Ubuntu
                {u"/usr/share/edk2/aarch64/QEMU_EFI-pflash.raw"_s,
                 u"/usr/share/edk2/aarch64/vars-template-pflash.raw"_s},                                    // Fedora
                {u"/usr/share/edk2/aarch64/QEMU_CODE.fd"_s, u"/usr/share/edk2/aarch64/QEMU_VARS.fd"_s},     // Arch
                {u"/usr/share/qemu/aavmf-aarch64-code.bin"_s, u"/usr/share/qemu/aavmf-aarch64-vars.bin"_s}, // openSUSE
                {u"edk2-aarch64-code.fd"_s, u"edk2-arm-vars.fd"_s}};
    }
    return {{u"/usr/share/OVMF/OVMF_CODE_4M.fd"_s, u"/usr/share/OVMF/OVMF_VARS_4M.fd"_s},     // Debian, Ubuntu
            {u"/usr/share/OVMF/OVMF_CODE.fd"_s, u"/usr/share/OVMF/OVMF_VARS.fd"_s},           // the same, before 2022
            {u"/usr/share/edk2/ovmf/OVMF_CODE.fd"_s, u"/usr/share/edk2/ovmf/OVMF_VARS.fd"_s}, // Fedora
            {u"/usr/share/edk2/x64/OVMF_CODE.4m.fd"_s, u"/usr/share/edk2/x64/OVMF_VARS.4m.fd"_s}, // Arch
            {u"/usr/share/edk2/x64/OVMF_CODE.fd"_s, u"/usr/share/edk2/x64/OVMF_VARS.fd"_s},
            {u"/usr/share/edk2-ovmf/x64/OVMF_CODE.fd"_s, u"/usr/share/edk2-ovmf/x64/OVMF_VARS.fd"_s},
            {u"/usr/share/qemu/ovmf-x86_64-4m-code.bin"_s, u"/usr/share/qemu/ovmf-x86_64-4m-vars.bin"_s}, // openSUSE
            {u"/usr/share/qemu/ovmf-x86_64-code.bin"_s, u"/usr/share/qemu/ovmf-x86_64-vars.bin"_s},
            {u"edk2-x86_64-code.fd"_s, u"edk2-i386-vars.fd"_s}};
}

/// Images for -bios.
QStringList knownImages(const QString& arch)
{
    if (arch == "aarch64"_L1) {
        return {u"/usr/share/qemu-efi-aarch64/QEMU_EFI.fd"_s,     // Debian, Ubuntu
                u"/usr/share/edk2/aarch64/QEMU_EFI.fd"_s,         // Fedora, Arch
                u"/usr/share/edk2-armvirt/aarch64/QEMU_EFI.fd"_s, // the same, before 2023
                u"/usr/share/qemu/qemu-uefi-aarch64.bin"_s,       // openSUSE
                u"edk2-aarch64-code.fd"_s};
    }
    return {u"/usr/share/ovmf/OVMF.fd"_s,         u"/usr/share/OVMF/OVMF.fd"_s,
            u"/usr/share/edk2/x64/OVMF.4m.fd"_s,  u"/usr/share/edk2/x64/OVMF.fd"_s,
            u"/usr/share/edk2/ovmf/OVMF.fd"_s,    u"/usr/share/edk2-ovmf/x64/OVMF.fd"_s,
            u"/usr/share/qemu/ovmf-x86_64.bin"_s, u"/usr/share/qemu/OVMF.fd"_s};
}

bool isFile(const FirmwarePlaces& places, const QString& path)
{
    return !path.isEmpty() && QFileInfo(places.root + path).isFile();
}

/// Where a file is: as it stands, or for a mere name in QEMU's folders; empty if it is nowhere.
QString located(const FirmwarePlaces& places, const QString& name)
{
    if (name.contains(u'/'))
        return isFile(places, name) ? name : QString();
    for (const QString& folder : places.qemuFolders) {
        const QString path = folder + u'/' + name;
        if (isFile(places, path))
            return path;
    }
    return {};
}

FirmwareFiles rooted(const FirmwarePlaces& places, FirmwareFiles files)
{
    for (QString* path : {&files.code, &files.vars, &files.bios}) {
        if (!path->isEmpty())
            *path = places.root + *path;
    }
    return files;
}

Error missing(const QString& arch)
{
    const QString package = arch == "aarch64"_L1 ? u"qemu-efi-aarch64"_s : u"ovmf"_s;
    return {Error::Code::NotFound,
            Text::tr("No EFI firmware for %1 is installed. Install it: sudo apt install %2 (elsewhere: edk2). Or name "
                     "an image as the VM's firmware.")
                .arg(arch, package)};
}

Result<FirmwareFiles> findImage(const FirmwarePlaces& places, const QString& arch)
{
    const QStringList names = knownImages(arch);
    for (const QString& name : names) {
        FirmwareFiles files;
        files.bios = located(places, name);
        files.description = files.bios;
        if (!files.bios.isEmpty())
            return rooted(places, files);
    }
    return missing(arch);
}

/// The variables that belong to a code image, by the names that distributions use; empty if there are none.
QString variablesBeside(const QString& code)
{
    static const QList<KnownPair> others{{u"edk2-x86_64-code.fd"_s, u"edk2-i386-vars.fd"_s},
                                         {u"edk2-aarch64-code.fd"_s, u"edk2-arm-vars.fd"_s},
                                         {u"QEMU_EFI-pflash.raw"_s, u"vars-template-pflash.raw"_s}};
    const QFileInfo info(code);
    QString name = info.fileName();
    const auto other =
        std::find_if(others.cbegin(), others.cend(), [&name](const KnownPair& pair) { return pair.code == name; });
    if (other != others.cend())
        name = other->vars;
    else
        name.replace(u"CODE"_s, u"VARS"_s).replace(u"code"_s, u"vars"_s).remove(u".secboot"_s).remove(u".no-secboot"_s);
    const QString path = info.path() + u'/' + name;
    return name != info.fileName() && QFileInfo(path).isFile() ? path : QString();
}

QString archByName(const QString& path)
{
    static const QRegularExpression arm(u"aavmf|aarch64|arm64|aa64"_s, QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression pc(u"ovmf|x86_64|x64|amd64"_s, QRegularExpression::CaseInsensitiveOption);
    const QString name = QFileInfo(path).fileName();
    if (arm.match(name).hasMatch())
        return u"aarch64"_s;
    return pc.match(name).hasMatch() ? u"x86_64"_s : QString();
}

/// What an image is for, by itself, else by a descriptor that names it, else by its name; empty if nothing tells.
QString archOf(const FirmwareImage& image, const QString& path, const FirmwarePlaces& places)
{
    if (image.arch == "i386"_L1) // the first stage of firmware for x86_64 may be that
        return u"x86_64"_s;
    if (!image.arch.isEmpty())
        return image.arch;
    const QList<Descriptor> all = descriptors(places);
    for (const Descriptor& descriptor : all) {
        const bool same = places.root + descriptor.files.code == path;
        if (same && descriptor.machines.size() == 1)
            return descriptor.machines.firstKey();
    }
    const bool efi = image.kind == FirmwareImage::Kind::Code || image.kind == FirmwareImage::Kind::Full ||
                     image.kind == FirmwareImage::Kind::Qcow2;
    return efi ? archByName(path) : QString();
}

/// Refuses what cannot be the code a VM starts with.
Result<> checkKind(const FirmwareImage& image, const QString& path)
{
    using Kind = FirmwareImage::Kind;
    QString why;
    switch (image.kind) {
    case Kind::Packed:
        why = Text::tr("%1 is packed. Unpack it first (gunzip, xz -d, unzip) and choose what comes out.");
        break;
    case Kind::Iso:
        why = Text::tr("%1 is a CD image, not firmware. Give it as the ISO.");
        break;
    case Kind::Program:
        why = Text::tr("%1 is a program, not firmware. Choose an image such as OVMF_CODE.fd or QEMU_EFI.fd.");
        break;
    case Kind::Vars:
        why =
            Text::tr("%1 holds the variables of EFI, not its code. Choose the image beside it with CODE in its name.");
        break;
    case Kind::Blank:
        why = Text::tr("%1 is blank. Choose another image, or \"uefi\" to have one found.");
        break;
    case Kind::Unknown:
        if (image.size == 0)
            why = Text::tr("%1 is empty. Choose another image, or \"uefi\" to have one found.");
        break;
    case Kind::Code:
    case Kind::Full:
    case Kind::Qcow2:
        break;
    }
    return why.isEmpty() ? Result<>(Unit()) : Result<>(Error(Error::Code::BadInput, why.arg(path)));
}

constexpr qint64 mib = 1024 * 1024;
constexpr qint64 armFlash = 64 * mib; ///< each of the two of machine virt, exactly
constexpr qint64 pcFlash = 8 * mib;   ///< both together, at most

bool goesIntoFlash(const QemuSettings& settings, const FirmwareImage& image)
{
    using Kind = FirmwareImage::Kind;
    if (!settings.firmwareAttach.isEmpty())
        return settings.firmwareAttach == "pflash"_L1;
    if (!settings.firmwareVars.isEmpty() || image.kind == Kind::Qcow2)
        return true;
    if (image.kind != Kind::Code)
        return false;
    return settings.arch != "aarch64"_L1 || image.size == armFlash;
}

/// QEMU refuses other sizes, in words that help nobody.
Result<> checkSize(const QemuSettings& settings, const FirmwareFiles& files, const FirmwareImage& image)
{
    const bool raw = image.kind != FirmwareImage::Kind::Qcow2;
    if (!files.code.isEmpty() && raw && settings.arch == "aarch64"_L1 && image.size != armFlash)
        return Error(Error::Code::BadInput,
                     Text::tr("%1 has %2 bytes; the flash of an aarch64 VM has exactly 64 MiB. Attach it as \"bios\", "
                              "or make it that long: truncate -s 64M.")
                         .arg(files.code)
                         .arg(image.size));
    const qint64 varsSize = files.vars.isEmpty() ? 0 : QFileInfo(files.vars).size();
    if (!files.code.isEmpty() && raw && settings.arch == "x86_64"_L1 &&
        (image.size + varsSize > pcFlash || image.size % 4096 != 0))
        return Error(Error::Code::BadInput,
                     Text::tr("%1 does not fit the flash of a PC: at most 8 MiB with its variables, in whole blocks of "
                              "4 KiB. Choose another image.")
                         .arg(files.code));
    constexpr qint64 block = 65536;
    if (!files.bios.isEmpty() && settings.arch == "x86_64"_L1 && (image.size % block != 0 || image.size > 2 * pcFlash))
        return Error(Error::Code::BadInput,
                     Text::tr("%1 has %2 bytes; a PC starts only from images of whole 64 KiB, at most 16 MiB. Is the "
                              "download complete?")
                         .arg(files.bios)
                         .arg(image.size));
    return Unit();
}

Result<FirmwareFiles> givenFirmware(const QemuSettings& settings, const FirmwarePlaces& places)
{
    QString path = QFileInfo(settings.firmware).isFile() ? QFileInfo(settings.firmware).absoluteFilePath() : QString();
    if (path.isEmpty() && !settings.firmware.contains(u'/'))
        path = located(places, settings.firmware);
    if (path.isEmpty())
        path = settings.firmware;
    else if (!QFileInfo(path).isFile())
        path = places.root + path;
    const auto image = inspectFirmwareFile(path);
    if (!image)
        return image.error();
    const auto kind = checkKind(*image, path);
    if (!kind)
        return kind.error();
    const QString arch = archOf(*image, path, places);
    if (!arch.isEmpty() && arch != settings.arch)
        return Error(
            Error::Code::BadInput,
            Text::tr("%1 is firmware for %2, but the VM is %3. Choose one for %3, or \"uefi\" to have it found.")
                .arg(path, arch, settings.arch));
    FirmwareFiles files;
    files.description = path;
    if (!goesIntoFlash(settings, *image)) {
        files.bios = path;
    } else {
        files.code = path;
        files.codeFormat = image->kind == FirmwareImage::Kind::Qcow2 ? u"qcow2"_s : u"raw"_s;
        files.varsFormat = files.codeFormat;
        files.vars = settings.firmwareVars.isEmpty() ? variablesBeside(path) : settings.firmwareVars;
    }
    const auto size = checkSize(settings, files, *image);
    if (!size)
        return size.error();
    return files;
}

/// Variables that were named in place of those found.
Result<FirmwareFiles> withOwnVariables(FirmwareFiles files, const QemuSettings& settings)
{
    if (files.code.isEmpty())
        return files;
    if (!settings.firmwareVars.isEmpty()) {
        const auto image = inspectFirmwareFile(settings.firmwareVars);
        if (!image)
            return image.error();
        const auto kind = image->kind;
        files.vars = settings.firmwareVars;
        files.varsFormat = kind == FirmwareImage::Kind::Qcow2 ? u"qcow2"_s : u"raw"_s;
    }
    if (files.vars.isEmpty() && settings.arch == "x86_64"_L1)
        return Error(Error::Code::NotFound,
                     Text::tr("The variables that belong to %1 were not found beside it. Name them (firmware_vars), or "
                              "attach the image as \"bios\".")
                         .arg(files.code));
    return files;
}

} // namespace

FirmwarePlaces FirmwarePlaces::ofThisMachine(const QString& qemuProgram)
{
    FirmwarePlaces places;
    places.qemuFolders = {u"/usr/share/qemu"_s, u"/usr/local/share/qemu"_s, u"/opt/homebrew/share/qemu"_s};
    const QString program = QFileInfo(qemuProgram).canonicalFilePath();
    if (!program.isEmpty())
        places.qemuFolders.prepend(QDir::cleanPath(QFileInfo(program).path() + "/../share/qemu"_L1));
    places.qemuFolders.removeDuplicates();
    for (auto folder = places.qemuFolders.crbegin(); folder != places.qemuFolders.crend(); ++folder)
        places.descriptorFolders << *folder + "/firmware"_L1;
    const QString config = qEnvironmentVariable("XDG_CONFIG_HOME");
    places.descriptorFolders << u"/etc/qemu/firmware"_s
                             << (config.startsWith(u'/') ? config : QDir::homePath() + "/.config"_L1) +
                                    "/qemu/firmware"_L1;
    return places;
}

Result<FirmwareFiles> findFirmware(const FirmwarePlaces& places, const QString& arch, const QString& machine)
{
    const QList<Descriptor> all = descriptors(places);
    for (const Descriptor& descriptor : all) {
        const FirmwareFiles& files = descriptor.files;
        if (descriptor.isUsable && isFor(descriptor, arch, machine) && isFile(places, files.code) &&
            isFile(places, files.vars))
            return rooted(places, files);
    }
    const QList<KnownPair> pairs = knownPairs(arch);
    for (const KnownPair& pair : pairs) {
        FirmwareFiles files;
        files.code = located(places, pair.code);
        files.vars = located(places, pair.vars);
        files.description = files.code;
        if (!files.code.isEmpty() && !files.vars.isEmpty())
            return rooted(places, files);
    }
    return findImage(places, arch);
}

Result<FirmwareFiles> resolveFirmware(const QemuSettings& settings, const FirmwarePlaces& places)
{
    const bool arm = settings.arch == "aarch64"_L1;
    const bool needed = arm && settings.guest != "builtin"_L1 && optionHead(settings.machine).startsWith("virt"_L1);
    if (settings.firmware.isEmpty() && !needed)
        return FirmwareFiles();
    if (settings.firmware == "bios"_L1) {
        if (!arm)
            return FirmwareFiles();
        return Error(Error::Code::BadInput,
                     Text::tr("There is no BIOS for aarch64, only EFI. Choose \"uefi\", or leave firmware empty."));
    }
    const bool byItself = QStringList{QString(), u"auto"_s, u"uefi"_s}.contains(settings.firmware);
    const auto files = !byItself                              ? givenFirmware(settings, places)
                       : settings.firmwareAttach == "bios"_L1 ? findImage(places, settings.arch)
                                                              : findFirmware(places, settings.arch, settings.machine);
    return files ? withOwnVariables(*files, settings) : files;
}

} // namespace bv
