#pragma once

#include <QString>
#include <QStringList>
#include <functional>

class QWidget;

namespace bv {

struct Session;

/// Asks for the name of a file or folder without blocking. Everything in the window that needs a name asks here. The
/// folder of the last answer is where the next question begins. GUI thread.
class FileChooser
{
public:
    enum class Kind {
        Open,
        Save,   ///< asks before one that is there is replaced
        Either, ///< one that is there or one to be made
        Folder,
    };
    struct Question
    {
        Kind kind = Kind::Open;
        QString title;
        QString name = {};   ///< proposed; with a folder the question begins there
        QString filter = {}; ///< "Sessions (*.json)"
        QString suffix = {}; ///< added to a name without one: "json"
    };
    /// `answer` is called with a path, and not at all when the user cancels or `parent` has gone.
    static void ask(QWidget* parent, const Question& question, const std::function<void(const QString&)>& answer);

    /// The same for files that are there, one or more.
    static void askSeveral(QWidget* parent, const Question& question,
                           const std::function<void(const QStringList&)>& answer);

    /// Where the next question begins; the home folder at first. The window keeps it in its settings.
    static QString folder();
    static void setFolder(const QString& folder);

    /// The next question gets this answer at once and shows nothing (an empty one: the user cancelled). For tests and
    /// for scripts that drive the window.
    static void setNextFileName(const QString& path);
};

/// A file name of `parts`, joined by '-': letters, digits, '.', '_' and '-' only, at most 80 characters.
/// ("Report of Monday", "summary") with suffix "csv" gives "Report-of-Monday-summary.csv"; without one it names a
/// folder.
QString proposedFileName(const QStringList& parts, const QString& suffix);

/// For `what` of a session: "quick-20261124-0935-cpu-events.png", with its name and the local time it was begun, so
/// that the files of the next session do not replace those of this one.
QString exportFileName(const Session& session, const QString& what, const QString& suffix);

} // namespace bv
