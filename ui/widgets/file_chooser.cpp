#include "widgets/file_chooser.h"

#include "models/session_list_model.h"
#include "session/session.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <optional>

namespace bv {

namespace {

QString& rememberedFolder()
{
    static QString folder;
    return folder;
}

std::optional<QString>& nextFileName()
{
    static std::optional<QString> name;
    return name;
}

} // namespace

QString FileChooser::folder()
{
    return rememberedFolder().isEmpty() ? QDir::homePath() : rememberedFolder();
}

void FileChooser::setFolder(const QString& folder)
{
    rememberedFolder() = folder;
}

void FileChooser::setNextFileName(const QString& path)
{
    nextFileName() = path;
}

namespace {

/// `several`: of files that are there, any number.
void askFor(QWidget* parent, const FileChooser::Question& question, bool several,
            const std::function<void(const QStringList&)>& answer)
{
    const auto take = [kind = question.kind, answer](const QStringList& paths) {
        if (paths.isEmpty() || paths.first().isEmpty())
            return;
        FileChooser::setFolder(kind == FileChooser::Kind::Folder ? paths.first()
                                                                 : QFileInfo(paths.first()).absolutePath());
        answer(paths);
    };
    if (nextFileName()) {
        const QString given = *std::exchange(nextFileName(), std::nullopt);
        take({given});
        return;
    }
    using Kind = FileChooser::Kind;
    auto* dialog = new QFileDialog(parent, question.title, FileChooser::folder(), question.filter);
    dialog->setObjectName(QStringLiteral("fileDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(several                         ? QFileDialog::ExistingFiles
                        : question.kind == Kind::Open   ? QFileDialog::ExistingFile
                        : question.kind == Kind::Folder ? QFileDialog::Directory
                                                        : QFileDialog::AnyFile);
    dialog->setAcceptMode(question.kind == Kind::Save ? QFileDialog::AcceptSave : QFileDialog::AcceptOpen);
    dialog->setOption(QFileDialog::ShowDirsOnly, question.kind == Kind::Folder);
    dialog->setDefaultSuffix(question.suffix);
    if (!question.name.isEmpty())
        dialog->selectFile(question.name);
    QObject::connect(dialog, &QFileDialog::filesSelected, dialog, take);
    dialog->open();
}

} // namespace

void FileChooser::ask(QWidget* parent, const Question& question, const std::function<void(const QString&)>& answer)
{
    askFor(parent, question, false, [answer](const QStringList& paths) { answer(paths.first()); });
}

void FileChooser::askSeveral(QWidget* parent, const Question& question,
                             const std::function<void(const QStringList&)>& answer)
{
    askFor(parent, question, true, answer);
}

QString proposedFileName(const QStringList& parts, const QString& suffix)
{
    constexpr qsizetype longest = 80;
    QString name;
    for (const QString& part : parts) {
        if (!name.isEmpty())
            name += u'-';
        for (const QChar c : part.simplified()) {
            const bool plain = (c.isLetterOrNumber() && !c.isSurrogate()) || QStringLiteral("._-").contains(c);
            if (plain)
                name += c;
            else if (!name.endsWith(u'-'))
                name += u'-';
        }
    }
    name.truncate(longest);
    while (name.startsWith(u'.') || name.startsWith(u'-')) // neither hidden nor an option
        name.remove(0, 1);
    while (name.endsWith(u'-'))
        name.chop(1);
    if (name.isEmpty())
        name = QStringLiteral("benchvisor");
    return suffix.isEmpty() ? name : name + u'.' + suffix;
}

QString exportFileName(const Session& session, const QString& what, const QString& suffix)
{
    constexpr qsizetype longestTitle = 40; // leaves room for what tells the files apart
    const QDateTime time = session.created.isValid() ? session.created.toLocalTime() : QDateTime::currentDateTime();
    return proposedFileName({sessionTitle(session.name, session.plan.name).left(longestTitle),
                             time.toString(QStringLiteral("yyyyMMdd-HHmm")), what},
                            suffix);
}

} // namespace bv
