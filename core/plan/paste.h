#pragma once

#include "base/result.h"
#include "plan/plan.h"

#include <QList>
#include <QString>

namespace bv {

/// What became of one piece of a pasted command.
struct PastedPart
{
    enum class Kind : quint8 {
        Set,      ///< it became a setting
        Default,  ///< it was not said; what the program does by itself became the setting
        Replaced, ///< Benchvisor does that in a way of its own
        Kept,     ///< no setting says it: it is kept as an extra argument
        Left,     ///< it was not taken over
    };
    Kind kind = Kind::Set;
    QString argument; ///< as it was written: "-smp 4"; empty for Default
    QString setting;  ///< key in the plan: "smp", "disk.cache"; may be empty
    QString words;    ///< what it means and what became of it, for people
    bool operator==(const PastedPart&) const = default;
};

struct PastedTarget
{
    TargetSettings target;   ///< with an id made from its settings; see makeTargetId() where that is taken
    QList<PastedPart> parts; ///< in the order of the command; defaults and what stood around it come last
};

/// The target that a command for a VM or a container means: a `qemu-system-…`, `kvm`, `docker run` or `podman run`
/// line, as it is found in scripts, reports and terminals (continued lines, quotes, sudo, variables before it, prompts,
/// comments; also of Windows). Nothing is run and nothing is dropped in silence. The settings may be such that they
/// cannot be run: validateTarget() says so. BadInput where no such command is in the text, with what to paste instead.
/// Pure.
Result<PastedTarget> pasteCommand(const QString& text);

/// "set", "default", "replaced", "kept", "left out": for people.
QString pastedKindName(PastedPart::Kind kind);

} // namespace bv
