#pragma once

#include "guest/architecture.h"
#include "guest/file_tree.h"
#include "guest/kernel.h"
#include "guest/programs.h"

#include <QList>
#include <QString>
#include <QStringList>

namespace bv {

/// What the guest is made from, found and inspected.
struct GuestParts
{
    GuestArchitecture arch;
    QString busybox;
    QStringList applets;          ///< of busybox
    QList<GuestProgram> programs; ///< they take precedence over applets of the same name
    QString mke2fsConf;           ///< empty: none
    GuestKernel kernel;
};

/// The tree of the guest: merged /usr, everything executable in /usr/bin, every library in one folder that the loader
/// searches without a cache. Pure but for the compiled-in scripts it reads.
FileTree guestTree(const GuestParts& parts);

/// SHA-256, hex, over the compiled-in scripts and the version of the rules above. Any thread.
QString guestRecipe();

} // namespace bv
