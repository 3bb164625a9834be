#include "install/console_watch.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::Install)
};

constexpr qsizetype linesKept = 30;
constexpr qsizetype longestRest = 4000;

struct Phase
{
    const char* words; ///< in a line of the console
    double fraction;
    const char* name;
};

// In the order of an installation; shares of its time roughly as on a machine of today.
constexpr std::array phases{
    Phase{"Linux version", 0.01, QT_TRANSLATE_NOOP("bv::Install", "Starting the kernel")},
    // Debian's installer
    Phase{"Detecting network hardware", 0.04, QT_TRANSLATE_NOOP("bv::Install", "Looking for the network")},
    Phase{"Configuring the network", 0.05, QT_TRANSLATE_NOOP("bv::Install", "Setting up the network")},
    Phase{"Checking the Debian archive mirror", 0.07, QT_TRANSLATE_NOOP("bv::Install", "Asking the package source")},
    Phase{"Downloading Release files", 0.08, QT_TRANSLATE_NOOP("bv::Install", "Asking the package source")},
    Phase{"Loading additional components", 0.10, QT_TRANSLATE_NOOP("bv::Install", "Fetching the installer")},
    Phase{"Detecting disks", 0.14, QT_TRANSLATE_NOOP("bv::Install", "Looking for disks")},
    Phase{"Partitions formatting", 0.18, QT_TRANSLATE_NOOP("bv::Install", "Formatting the disk")},
    Phase{"Installing the base system", 0.22, QT_TRANSLATE_NOOP("bv::Install", "Installing the base system")},
    Phase{"Configuring apt", 0.55, QT_TRANSLATE_NOOP("bv::Install", "Setting up the package source")},
    Phase{"Select and install software", 0.65, QT_TRANSLATE_NOOP("bv::Install", "Installing software")},
    Phase{"Installing GRUB boot loader", 0.90, QT_TRANSLATE_NOOP("bv::Install", "Installing the boot loader")},
    Phase{"Finishing the installation", 0.95, QT_TRANSLATE_NOOP("bv::Install", "Finishing")},
    // Ubuntu's
    Phase{"subiquity/Network", 0.06, QT_TRANSLATE_NOOP("bv::Install", "Setting up the network")},
    Phase{"subiquity/Mirror", 0.08, QT_TRANSLATE_NOOP("bv::Install", "Asking the package source")},
    Phase{"cmd-block-meta", 0.18, QT_TRANSLATE_NOOP("bv::Install", "Formatting the disk")},
    Phase{"cmd-extract", 0.22, QT_TRANSLATE_NOOP("bv::Install", "Installing the base system")},
    Phase{"cmd-curthooks", 0.55, QT_TRANSLATE_NOOP("bv::Install", "Setting up the system")},
    Phase{"subiquity/Install/install/postinstall", 0.70, QT_TRANSLATE_NOOP("bv::Install", "Installing software")},
    Phase{"subiquity/Late/run", 0.93, QT_TRANSLATE_NOOP("bv::Install", "Finishing")},
    Phase{"subiquity/Shutdown", 0.97, QT_TRANSLATE_NOOP("bv::Install", "Finishing")},
    // cloud-init
    Phase{"running 'init-local'", 0.3, QT_TRANSLATE_NOOP("bv::Install", "Looking for the seed")},
    Phase{"running 'init'", 0.5, QT_TRANSLATE_NOOP("bv::Install", "Setting up the guest")},
    Phase{"running 'modules:config'", 0.6, QT_TRANSLATE_NOOP("bv::Install", "Setting up the guest")},
    Phase{"running 'modules:final'", 0.8, QT_TRANSLATE_NOOP("bv::Install", "Setting up the guest")},
    Phase{"Benchvisor: the guest is set up", 0.95, QT_TRANSLATE_NOOP("bv::Install", "Shutting down")},
    // all of them
    Phase{"reboot: Power down", 1.0, QT_TRANSLATE_NOOP("bv::Install", "Shutting down")},
};

/// Colours, cursors, character sets, titles; and what moves the cursor counts as the end of a line.
QString withoutEscapes(QString line)
{
    static const QRegularExpression moves(u"\\x1b\\[[0-9;]*[HfJABG]"_s);
    static const QRegularExpression others(
        u"\\x1b\\[[0-9;?=<>]*[A-Za-z]|\\x1b[()][A-Z0-9]|\\x1b\\][^\\a]*\\a|\\x1b[=>78cM]"_s);
    static const QRegularExpression rest(u"[\\x00-\\x09\\x0b-\\x1f\\x7f]"_s);
    return line.replace(moves, u"\n"_s).remove(others).remove(rest);
}

/// Up to where an escape sequence begins whose end has not come yet.
qsizetype lengthWithoutHalfEscape(const QByteArray& text)
{
    constexpr qsizetype longestEscape = 20;
    const qsizetype begin = text.lastIndexOf('\x1b');
    if (begin < 0 || text.size() - begin > longestEscape)
        return text.size();
    const QByteArray escape = text.mid(begin + 1);
    if (escape.isEmpty())
        return begin;
    if (escape.at(0) == '[')
        return std::any_of(escape.begin() + 1, escape.end(), [](char c) { return c >= '@' && c <= '~'; }) ? text.size()
                                                                                                          : begin;
    const bool charset = escape.at(0) == '(' || escape.at(0) == ')';
    return charset && escape.size() < 2 ? begin : text.size();
}

bool isStatusBar(const QString& line)
{
    // Of screen(1), which Debian's installer runs in.
    return line.contains("(1*installer"_L1) || line.contains("start  "_L1) || line.contains("(4*log"_L1) ||
           line.contains("4- log"_L1);
}

} // namespace

bool ConsoleWatch::take(const QByteArray& piece)
{
    m_rest += piece;
    const qsizetype whole = lengthWithoutHalfEscape(m_rest);
    const QStringList lines = withoutEscapes(QString::fromUtf8(m_rest.left(whole)).replace(u'\r', u'\n')).split(u'\n');
    // A prompt has no end of line, and a progress that goes on in its line neither: what is there is looked at, and
    // kept for what follows it.
    const QString before = m_lastLine;
    for (const QString& line : lines)
        takeLine(line.trimmed());
    const qsizetype end = std::max(m_rest.lastIndexOf('\n', whole - 1), m_rest.lastIndexOf('\r', whole - 1));
    m_rest = m_rest.mid(end + 1).right(longestRest);
    return m_lastLine != before;
}

void ConsoleWatch::takeLine(const QString& line)
{
    if (line.isEmpty() || isStatusBar(line))
        return;
    const bool continues = !m_lastLine.isEmpty() && line.startsWith(m_lastLine);
    if (continues && !m_tail.isEmpty())
        m_tail.last() = line;
    else
        m_tail << line;
    if (m_tail.size() > linesKept)
        m_tail.removeFirst();
    const bool asks = line.startsWith("Prompt: "_L1) || line.contains("(yes|no)"_L1) ||
                      line.contains("Press Enter to"_L1) || line.contains("[Press enter"_L1) ||
                      line.contains("Go back to the menu"_L1);
    if (asks)
        m_question = m_tail.mid(std::max<qsizetype>(0, m_tail.size() - 9)).join(u'\n');
    else if (!continues)
        m_question.clear();
    m_lastLine = line;
    for (const Phase& phase : phases) {
        if (phase.fraction > m_fraction && line.contains(QLatin1StringView(phase.words))) {
            m_fraction = phase.fraction;
            m_phase = Text::tr(phase.name);
        }
    }
}

} // namespace bv
