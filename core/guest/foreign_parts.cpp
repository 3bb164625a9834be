#include "guest/foreign_parts.h"

#include "base/paths.h"
#include "guest/archive.h"
#include "guest/foreign_apt.h"
#include "guest/unpacked_programs.h"

#include <QCoreApplication>
#include <QCoroFuture>
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QSaveFile>
#include <QtConcurrent>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::Guest)
};

/// Raise it when what is copied, or how, changes: cached parts are then fetched again.
constexpr int PartsFormat = 1;

/// "sysbench 1.0.20" of "1.0.20+ds-5": as the program says it itself, which cannot be asked here.
QString versionLine(const QString& name, const QString& packageVersion)
{
    static const QRegularExpression upstream(u"^(?:\\d+:)?(\\d+(?:\\.\\d+)*)"_s);
    const QString plain = upstream.match(packageVersion).captured(1);
    return u"%1 %2 (package %3)"_s.arg(name, plain.isEmpty() ? packageVersion : plain, packageVersion);
}

/// Copies files, each once, into a folder of the parts.
class Copier
{
public:
    Copier(QString folder, std::stop_token stop)
        : m_folder(std::move(folder))
        , m_stop(std::move(stop))
    {
    }

    Result<QString> copy(const QString& source, const QString& name)
    {
        const QString target = m_folder + u'/' + name;
        if (QFile::exists(target))
            return target;
        if (!QDir().mkpath(target.section(u'/', 0, -2)))
            return Error(Error::Code::Io, Text::tr("Cannot make the folder %1.").arg(target.section(u'/', 0, -2)));
        if (const Result<> copied = unpackPart(source, 0, QFileInfo(source).size(), Compression::None, target, m_stop);
            !copied)
            return copied.error();
        return target;
    }

private:
    QString m_folder;
    std::stop_token m_stop;
};

Result<> writeParts(const ForeignParts& parts, const QString& folder)
{
    QJsonArray programs;
    for (const GuestProgram& program : parts.programs) {
        programs << QJsonObject{{u"name"_s, program.name},
                                {u"version"_s, program.version},
                                {u"libraries"_s, QJsonArray::fromStringList(program.libraries.keys())}};
    }
    const QJsonObject root{{u"format"_s, PartsFormat},
                           {u"applets"_s, QJsonArray::fromStringList(parts.applets)},
                           {u"programs"_s, programs},
                           {u"mke2fs_conf"_s, !parts.mke2fsConf.isEmpty()}};
    QSaveFile file(folder + u"/parts.json"_s);
    if (!file.open(QIODevice::WriteOnly) || file.write(QJsonDocument(root).toJson()) < 0 || !file.commit())
        return Error(Error::Code::Io, Text::tr("Cannot write %1: %2.").arg(file.fileName(), file.errorString()));
    return Unit();
}

QString libraryPath(const QString& folder, const QString& name)
{
    return folder + u"/lib/"_s + name;
}

QString confPath(const QString& folder)
{
    return folder + u"/mke2fs.conf"_s;
}

/// A dynamic program with its libraries.
Result<GuestProgram> copyProgram(const QString& name, const QString& source, const QString& root,
                                 const GuestArchitecture& arch, Copier& copier)
{
    GuestProgram program;
    program.name = name;
    const Result<QMap<QString, QString>> libraries = librariesBelow(root, source, arch);
    if (!libraries)
        return libraries.error();
    const Result<QString> copied = copier.copy(source, u"bin/"_s + name);
    if (!copied)
        return copied.error();
    program.path = *copied;
    for (auto it = libraries->begin(); it != libraries->end(); ++it) {
        const Result<QString> library = copier.copy(it.value(), u"lib/"_s + it.key());
        if (!library)
            return library.error();
        program.libraries.insert(it.key(), *library);
    }
    return program;
}

} // namespace

QString foreignProgram(const QString& folder, const QString& name)
{
    return folder + u"/bin/"_s + name;
}

Result<ForeignParts> collectForeignParts(QString root, ProgramPackages programs, QMap<QString, QString> versions,
                                         GuestArchitecture arch, QString folder, std::stop_token stop)
{
    ForeignParts parts;
    Copier copier(folder, stop);
    for (auto it = programs.begin(); it != programs.end(); ++it) {
        const QString source = programBelow(root, it.key());
        if (source.isEmpty()) {
            return Error(Error::Code::NotReady,
                         Text::tr("The package %1 for %2 has no program %3.").arg(it.value(), arch.debian, it.key()));
        }
        if (it.key() == "busybox"_L1) {
            Result<QStringList> applets = appletsInside(source, arch);
            const Result<> complete = applets ? checkApplets(source, *applets) : Result<>(applets.error());
            if (!complete)
                return complete.error();
            const Result<QString> copied = copier.copy(source, u"bin/busybox"_s);
            if (!copied)
                return copied.error();
            parts.busybox = *copied;
            parts.applets = *std::move(applets);
            continue;
        }
        Result<GuestProgram> program = copyProgram(it.key(), source, root, arch, copier);
        if (!program)
            return program.error();
        program->version = versionLine(it.key(), versions.value(it.value()));
        parts.programs << *std::move(program);
    }
    const QString conf = fileBelow(root, u"/etc/mke2fs.conf"_s);
    if (!conf.isEmpty()) {
        const Result<QString> copied = copier.copy(conf, u"mke2fs.conf"_s);
        if (!copied)
            return copied.error();
        parts.mke2fsConf = *copied;
    }
    if (const Result<> written = writeParts(parts, folder); !written)
        return written.error();
    return parts;
}

Result<ForeignParts> readForeignParts(const QString& folder)
{
    QFile file(folder + u"/parts.json"_s);
    const Error none(Error::Code::NotFound, Text::tr("There are no programs for the guest in %1.").arg(folder));
    if (!file.open(QIODevice::ReadOnly))
        return none;
    const QJsonObject root = QJsonDocument::fromJson(file.readAll()).object();
    if (root["format"_L1].toInt() != PartsFormat)
        return none;
    ForeignParts parts;
    parts.busybox = foreignProgram(folder, u"busybox"_s);
    bool complete = QFile::exists(parts.busybox);
    const QJsonArray applets = root["applets"_L1].toArray();
    for (const auto& applet : applets)
        parts.applets << applet.toString();
    const QJsonArray programs = root["programs"_L1].toArray();
    for (const auto& value : programs) {
        GuestProgram program;
        program.name = value["name"_L1].toString();
        program.version = value["version"_L1].toString();
        program.path = foreignProgram(folder, program.name);
        complete = complete && QFile::exists(program.path);
        const QJsonArray libraries = value["libraries"_L1].toArray();
        for (const auto& library : libraries) {
            const QString path = libraryPath(folder, library.toString());
            complete = complete && QFile::exists(path);
            program.libraries.insert(library.toString(), path);
        }
        parts.programs << program;
    }
    if (root["mke2fs_conf"_L1].toBool())
        parts.mke2fsConf = confPath(folder);
    complete = complete && !parts.programs.isEmpty() && (parts.mke2fsConf.isEmpty() || QFile::exists(parts.mke2fsConf));
    if (!complete)
        return none;
    return parts;
}

Async<ForeignParts> fetchForeignParts(AptTools apt, ProgramPackages programs, GuestArchitecture arch, QString workDir,
                                      QString folder, std::stop_token stop)
{
    const Result<QStringList> names = co_await resolvePackages(apt, arch, programs.values(), stop);
    if (!names)
        co_return names.error();
    const QString packages = workDir + u"/packages"_s;
    const QString root = workDir + u"/root"_s;
    if (!QDir().mkpath(packages) || !QDir().mkpath(root) || !QDir().mkpath(folder))
        co_return Error(Error::Code::Io, Text::tr("Cannot make the folder %1.").arg(packages));
    const Result<QStringList> debs = co_await downloadPackages(apt, *names, packages, stop);
    if (!debs)
        co_return debs.error();
    const Result<> unpacked = co_await unpackPackages(apt, *debs, root, stop);
    if (!unpacked)
        co_return unpacked.error();
    QMap<QString, QString> versions;
    for (const QString& deb : *debs)
        versions.insert(packageOfFile(deb).section(u' ', 0, 0), packageOfFile(deb).section(u' ', 1));
    auto future = QtConcurrent::run(collectForeignParts, root, programs, versions, arch, folder, stop);
    Result<ForeignParts> parts = co_await future;
    removeOwnFolder(packages);
    removeOwnFolder(root);
    co_return parts;
}

} // namespace bv
