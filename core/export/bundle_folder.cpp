#include "export/bundle_folder.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QSet>
#include <QTemporaryDir>
#include <cerrno>
#include <cstdio>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::BundleFolder)
};

const QString manifestName = u"bundle.json"_s;

/// The manifest of the bundle in the folder; empty where there is none.
QJsonObject manifestIn(const QString& folder)
{
    QFile file(folder + u'/' + manifestName);
    constexpr qint64 longest = 16 * 1024 * 1024;
    if (!QFileInfo(file.fileName()).isFile() || !file.open(QIODevice::ReadOnly))
        return {};
    const QJsonObject json = QJsonDocument::fromJson(file.read(longest)).object();
    return json["schema"_L1].toString().startsWith("benchvisor-bundle/"_L1) ? json : QJsonObject();
}

Error notWritten(const QString& folder, const QString& why, int number)
{
    if (number == ENOSPC || number == EDQUOT)
        return {Error::Code::NoSpace,
                Text::tr("The disk is full: the bundle was not written into %1. Free some space.").arg(folder), why};
    return {Error::Code::Io, Text::tr("%1 cannot be written into. Check the permissions.").arg(folder), why};
}

/// Errors tell the system's errno.
Result<> write(const QString& path, const BundleFile& file, const QString& folder)
{
    QFile out(path);
    errno = 0;
    if (!out.open(QIODevice::WriteOnly | QIODevice::NewOnly) || out.write(file.content) != file.content.size() ||
        !out.flush())
        return notWritten(folder, out.errorString(), errno);
    if (!file.executable)
        return Unit();
    // Whoever may read it may run it.
    QFile::Permissions mode = out.permissions();
    for (const auto& [read, execute] : {std::pair(QFile::ReadOwner, QFile::ExeOwner | QFile::ExeUser),
                                        std::pair(QFile::ReadGroup, QFile::Permissions(QFile::ExeGroup)),
                                        std::pair(QFile::ReadOther, QFile::Permissions(QFile::ExeOther))}) {
        if (mode & read)
            mode |= execute;
    }
    return out.setPermissions(mode) ? Result<>(Unit()) : notWritten(folder, out.errorString(), errno);
}

/// Writes all files into a folder beside where they belong, then puts each in its place, so that a full disk leaves the
/// older ones as they are.
Result<> place(const QString& folder, const QList<BundleFile>& files)
{
    const QTemporaryDir fresh(folder + u"/.new-"_s + QString(6, u'X'));
    if (!fresh.isValid())
        return notWritten(folder, fresh.errorString(), errno);
    for (qsizetype i = 0; i < files.size(); ++i) {
        if (const auto written = write(fresh.filePath(QString::number(i)), files[i], folder); !written)
            return written.error();
    }
    for (qsizetype i = 0; i < files.size(); ++i) {
        const QString path = folder + u'/' + files[i].path;
        const QFileInfo parent(QFileInfo(path).path());
        if (parent.filePath() != folder && parent.isSymLink())
            return Error(
                Error::Code::BadInput,
                Text::tr("%1 is a link to somewhere else. Remove it, or give another folder.").arg(parent.filePath()));
        errno = 0;
        QDir().mkdir(parent.filePath());
        const QByteArray from = QFile::encodeName(fresh.filePath(QString::number(i)));
        if (std::rename(from.constData(), QFile::encodeName(path).constData()) != 0)
            return notWritten(folder, path + u": "_s + qt_error_string(errno), errno);
    }
    return Unit();
}

/// Files of the older bundle that the new one does not have; only names that a bundle can have are believed.
void removeOlder(const QString& folder, const QJsonObject& older, const QList<BundleFile>& files)
{
    QSet<QString> kept;
    for (const BundleFile& file : files)
        kept << file.path;
    static const QRegularExpression name(u"\\A(raw/)?\\.?[A-Za-z0-9][A-Za-z0-9._-]*\\z"_s);
    const QJsonArray paths = older["files"_L1].toArray();
    for (const QJsonValue& value : paths) {
        const QString path = value.toString();
        if (name.match(path).hasMatch() && !kept.contains(path))
            QFile::remove(folder + u'/' + path);
    }
    if (!QFileInfo(folder + u"/raw"_s).isSymLink())
        QDir().rmdir(folder + u"/raw"_s); // if nothing is in it any more
}

} // namespace

Result<QString> saveBundle(const QString& path, const QList<BundleFile>& files)
{
    const QString folder = QDir::cleanPath(QFileInfo(path).absoluteFilePath());
    const QFileInfo info(folder);
    if ((info.exists() || info.isSymLink()) && !info.isDir())
        return Error(Error::Code::BadInput, Text::tr("%1 is no folder. Give the name of a folder.").arg(path));
    const bool isNew = !info.exists();
    const QJsonObject older = manifestIn(folder);
    const auto all = QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot;
    if (older.isEmpty() && !isNew && !QDir(folder).isEmpty(all))
        return Error(Error::Code::BadInput,
                     Text::tr("%1 is not empty and holds no earlier bundle. Give a new or an empty folder.").arg(path));
    errno = 0;
    if (!QDir().mkpath(folder))
        return notWritten(path, Text::tr("The folder cannot be made."), errno);
    if (const auto placed = place(folder, files); !placed) {
        if (isNew)
            QDir(folder).removeRecursively();
        return placed.error();
    }
    removeOlder(folder, older, files);
    return older["session"_L1].toString();
}

} // namespace bv
