#pragma once

#include "async/task.h"

#include <QList>
#include <QMap>
#include <QString>
#include <QStringList>
#include <stop_token>

namespace bv {

/// The path of a program: `override` as it is if not empty (relative names made absolute), else looked up in PATH and
/// in the folders of the administrator's programs. Empty when there is none. Any thread; quick.
QString findProgram(const QString& name, const QString& override);

/// One of the host's programs that goes into the guest.
struct GuestProgram
{
    QString name;                     ///< in the guest: /usr/bin/NAME
    QString path;                     ///< on the host
    QString version;                  ///< first line of what it says of itself
    QMap<QString, QString> libraries; ///< file name → path on the host, the loader included
};

/// Asks a program for its version, and the loader for its libraries. NotReady when it is not one for this machine, does
/// not run or lacks a library. Engine thread.
Async<GuestProgram> inspectProgram(QString name, QString path, QStringList versionArguments, std::stop_token stop);

/// The applets of a busybox that runs here. NotReady when it is not static or lacks one that the guest's scripts call;
/// says which package has the right one. Engine thread.
Async<QStringList> inspectBusybox(QString path, std::stop_token stop);

/// NotReady when a busybox lacks an applet that the guest's scripts call. Pure.
Result<> checkApplets(const QString& path, const QStringList& applets);

/// File name → path, of the output of `ld.so --list`. NotReady when a library was not found. Pure.
Result<QMap<QString, QString>> parseLibraryList(const QByteArray& output);

} // namespace bv
