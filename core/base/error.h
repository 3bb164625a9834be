#pragma once

#include <QString>
#include <utility>

namespace bv {

/// An expected failure, as a value. `code` is what the program branches on, `message` one sentence for the user that
/// says what to do, `detail` the evidence (end of stderr, QMP reply, errno text); detail may be empty.
struct Error
{
    enum class Code {
        Unset,
        Cancelled,   ///< the user or a signal asked for it
        BadInput,    ///< plan, file or argument that cannot be used
        NotFound,    ///< program, image, file or session that does not exist
        NotReady,    ///< the environment cannot do it (engine not running, no permission, KVM unusable)
        StartFailed, ///< a program did not start
        Crashed,
        NonZeroExit,
        TimedOut,
        Protocol, ///< QMP or guest agent answered something else than agreed
        Io,
        NoSpace,
        Locked, ///< someone else holds it
        TooNew, ///< written by a newer version
    };
    Code code = Code::Unset;
    QString message;
    QString detail;

    Error() = default;
    Error(Code c, QString m, QString d = {})
        : code(c)
        , message(std::move(m))
        , detail(std::move(d))
    {
    }
    bool operator==(const Error&) const = default;
};

} // namespace bv
