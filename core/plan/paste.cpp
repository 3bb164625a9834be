#include "plan/paste.h"

#include "plan/paste_parts.h"
#include "plan/target_id.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <algorithm>
#include <cmath>
#include <limits>

namespace bv {

namespace {

using namespace Qt::StringLiterals;
using Kind = PastedPart::Kind;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(Paste)
};

constexpr qsizetype longestText = 65536;

/// Text processors put their own quotes, dashes and blanks into commands.
QString withPlainSigns(QString text)
{
    static const QRegularExpression openSingle(u"(^|[\\s=])\u2018"_s, QRegularExpression::MultilineOption);
    static const QRegularExpression closeSingle(u"[\u2019](?=\\s|$)"_s, QRegularExpression::MultilineOption);
    static const QRegularExpression dashes(u"(^|\\s)[\u2010-\u2013\u2212]{1,2}(?=[A-Za-z-])"_s,
                                           QRegularExpression::MultilineOption);
    static const QRegularExpression longDash(u"(^|\\s)[\u2014](?=[A-Za-z])"_s, QRegularExpression::MultilineOption);
    text.replace(QChar(0x201c), u'"').replace(QChar(0x201d), u'"').replace(QChar(0x201e), u'"');
    text.replace(QChar(0xa0), u' ').remove(QChar(0x200b)).remove(QChar(0xfeff));
    text.replace(openSingle, u"\\1'"_s).replace(closeSingle, u"'"_s);
    return text.replace(dashes, u"\\1-"_s).replace(longDash, u"\\1--"_s);
}

/// "user@host:~$ ", "# ", "PS C:\> " before a command.
QString withoutPrompts(QString text)
{
    static const QRegularExpression prompt(
        uR"(^[ \t]*(\[?[\w.-]+@[^\n$#%]*[$#%]|[$#%>]|PS [^\n>]*>|[A-Za-z]:\\[^\n>]*>)[ \t]+(?=(&[ \t]*)?(sudo[ \t]+(-\w+[ \t]+)*)?)"
        uR"(["']?([^\s"']*[/\\])?(qemu|kvm\b|docker|podman)))"_s,
        QRegularExpression::MultilineOption);
    return text.remove(prompt);
}

QString programName(const QString& word)
{
    QString name = word.mid(std::max(word.lastIndexOf(u'/'), word.lastIndexOf(u'\\')) + 1);
    if (name.endsWith(".exe"_L1, Qt::CaseInsensitive))
        name.chop(4);
    return name;
}

bool isQemu(const QString& name)
{
    return name.startsWith("qemu-system-"_L1) || name == "qemu-kvm"_L1 || name == "kvm"_L1 || name == "qemu"_L1;
}

bool isContainerEngine(const QString& name)
{
    return name == "docker"_L1 || name == "podman"_L1;
}

/// What may stand before the program; empty for anything else.
QString wordsOfWrapper(const QString& word)
{
    static const QRegularExpression assignment(u"^[A-Za-z_]\\w*="_s);
    const QString name = programName(word);
    if (assignment.match(word).hasMatch())
        return Text::tr("A variable for the program; Benchvisor starts it with its own environment.");
    if (name == "sudo"_L1 || name == "doas"_L1)
        return Text::tr("Benchvisor starts the program as you, without root's rights.");
    static const QStringList placing{u"taskset"_s, u"numactl"_s, u"nice"_s, u"ionice"_s, u"chrt"_s};
    if (placing.contains(name))
        return Text::tr("Where and how urgently it runs is left to the system; this is not taken over.");
    static const QStringList harmless{u"env"_s,  u"nohup"_s,   u"time"_s,  u"exec"_s,   u"setsid"_s, u"timeout"_s,
                                      u"arch"_s, u"command"_s, u"start"_s, u"winpty"_s, u"screen"_s, u"caffeinate"_s,
                                      u"gdb"_s,  u"strace"_s,  u"perf"_s,  u"stdbuf"_s, u"then"_s,   u"do"_s};
    return harmless.contains(name) ? Text::tr("Not needed: Benchvisor starts, times and ends the program itself.")
                                   : QString();
}

/// A command of the text whose program is known.
struct Found
{
    QString program;
    QList<ShellWord> arguments;
    QStringList before; ///< words before the program
};

std::optional<Found> findProgram(const ShellCommand& command)
{
    for (qsizetype i = 0; i < command.words.size(); ++i) {
        const QString name = programName(command.words.at(i).text);
        if (isQemu(name) || isContainerEngine(name))
            return Found{name, command.words.mid(i + 1), command.texts().first(i)};
        // Between a wrapper and the program are the wrapper's own words.
        if (i == 0 && wordsOfWrapper(command.words.at(i).text).isEmpty())
            return std::nullopt;
    }
    return std::nullopt;
}

Error nothingFound(const QList<ShellCommand>& commands)
{
    const QStringList first = commands.isEmpty() ? QStringList() : commands.first().texts();
    const QString name = programName(first.value(0));
    if (name == "qemu-img"_L1)
        return {Error::Code::BadInput,
                Text::tr("qemu-img makes disks. Paste the line that starts the VM: qemu-system-x86_64 …")};
    if (name == "vagrant"_L1 || name == "virsh"_L1 || name == "virt-install"_L1 || name == "VBoxManage"_L1)
        return {Error::Code::BadInput,
                Text::tr("%1 makes its own VMs. Paste the line of QEMU itself: qemu-system-x86_64 …").arg(name)};
    return {Error::Code::BadInput,
            Text::tr("There is no command for a VM or a container in it. Paste a line that begins "
                     "with qemu-system-…, docker run or podman run.")};
}

void tellSurroundings(const Found& found, const ShellCommand& command, PastedTarget& pasted)
{
    for (qsizetype i = 0; i < found.before.size(); ++i) {
        const QString words = wordsOfWrapper(found.before.at(i));
        if (!words.isEmpty())
            pasted.parts << PastedPart{Kind::Left, found.before.at(i), {}, words};
        else if (!pasted.parts.isEmpty())
            pasted.parts.last().argument += u' ' + found.before.at(i);
    }
    for (const QString& redirection : command.redirections)
        pasted.parts << PastedPart{Kind::Left, redirection, {}, Text::tr("Benchvisor keeps what is printed itself.")};
}

} // namespace

std::optional<int> sizeInMib(const QString& text, char unit)
{
    static const QRegularExpression size(u"^([0-9]+(?:\\.[0-9]+)?)([bkmgt]?)(?:i?b)?$"_s,
                                         QRegularExpression::CaseInsensitiveOption);
    const auto match = size.match(text);
    if (!match.hasMatch())
        return std::nullopt;
    const QString letter = match.captured(2).isEmpty() ? QString(QLatin1Char(unit)) : match.captured(2).toLower();
    constexpr double kibi = 1024;
    const double power = static_cast<double>(u"bkmgt"_s.indexOf(letter)) - 2;
    const double mib = std::ceil(match.captured(1).toDouble() * std::pow(kibi, power));
    if (mib > std::numeric_limits<int>::max())
        return std::nullopt;
    return static_cast<int>(mib);
}

Result<PastedTarget> pasteCommand(const QString& text)
{
    if (text.size() > longestText)
        return Error(Error::Code::BadInput, Text::tr("The text is too long for a command. Paste the line alone."));
    const QString plain = withPlainSigns(text);
    const auto commands = splitShellText(withoutPrompts(plain));
    if (!commands)
        return commands.error();
    PastedTarget around;
    std::optional<Result<PastedTarget>> pasted;
    for (const ShellCommand& command : *commands) {
        const auto found = findProgram(command);
        if (!found) {
            around.parts << PastedPart{Kind::Left, shellLine(command.texts()), {}, Text::tr("Another command.")};
            continue;
        }
        if (pasted && *pasted) {
            around.parts << PastedPart{
                Kind::Left, shellLine(command.texts()), {}, Text::tr("Another target; paste it by itself.")};
            continue;
        }
        // A later one may be the right one: docker pull comes before docker run.
        auto target = isQemu(found->program) ? pasteQemu(found->program, found->arguments)
                                             : pasteContainer(found->program, found->arguments);
        if (target)
            tellSurroundings(*found, command, around);
        else
            around.parts << PastedPart{Kind::Left, shellLine(command.texts()), {}, target.error().message};
        if (target || !pasted)
            pasted = std::move(target);
    }
    if (!pasted)
        return nothingFound(*commands);
    if (!*pasted)
        return pasted->error();
    PastedTarget result = **pasted;
    if (plain != text)
        around.parts << PastedPart{
            Kind::Left, {}, {}, Text::tr("Typographic quotes, dashes and blanks were read as plain ones.")};
    result.parts += around.parts;
    result.target.id = makeTargetId(result.target, {});
    return result;
}

QString pastedKindName(PastedPart::Kind kind)
{
    switch (kind) {
    case Kind::Set:
        return Text::tr("set");
    case Kind::Default:
        return Text::tr("default");
    case Kind::Replaced:
        return Text::tr("replaced");
    case Kind::Kept:
        return Text::tr("kept");
    case Kind::Left:
        return Text::tr("left out");
    }
    return {};
}

} // namespace bv
