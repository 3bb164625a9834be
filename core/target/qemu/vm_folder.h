#pragma once

#include "plan/plan.h"

#include <QString>

namespace bv {

/// The folder for what belongs to a target's VM beyond a session: the key its guest is entered by, and the key of the
/// guest. That of a VM which Benchvisor made (see install/vm_store.h) where its key lies there, so that both go with
/// the VM; else one by the target's id and the disk or ISO it boots from, since other plans may have the same id for
/// another guest. Nothing is read or made; paths must be absolute.
QString vmFolderOf(const TargetSettings& target, const QString& dataDir);

/// How the names of all such folders end, below `<data>/vm`, whose guest boots from `disk`.
QString vmFolderEnding(const QString& disk);

} // namespace bv
