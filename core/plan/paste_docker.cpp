#include "plan/paste_parts.h"

#include <QCoreApplication>
#include <QHash>
#include <QRegularExpression>
#include <algorithm>
#include <cmath>

namespace bv {

namespace {

using namespace Qt::StringLiterals;
using Kind = PastedPart::Kind;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(PasteDocker)
};

/// Options of `run` that take no value; all others do (docker-run(1), podman-run(1)).
bool isSwitch(const QString& option)
{
    static const QStringList switches{u"--detach"_s,
                                      u"--interactive"_s,
                                      u"--tty"_s,
                                      u"--rm"_s,
                                      u"--init"_s,
                                      u"--privileged"_s,
                                      u"--read-only"_s,
                                      u"--publish-all"_s,
                                      u"--sig-proxy"_s,
                                      u"--no-healthcheck"_s,
                                      u"--quiet"_s,
                                      u"--oom-kill-disable"_s,
                                      u"--replace"_s,
                                      u"--disable-content-trust"_s,
                                      u"--rmi"_s,
                                      u"--no-hosts"_s,
                                      u"--help"_s,
                                      u"--tls-verify"_s,
                                      u"--env-host"_s,
                                      u"--http-proxy"_s,
                                      u"--read-only-tmpfs"_s,
                                      u"--rootfs"_s};
    return switches.contains(option);
}

QString longName(QChar letter)
{
    static const QHash<QChar, QString> names{
        {u'd', u"--detach"_s},  {u'i', u"--interactive"_s}, {u't', u"--tty"_s},      {u'm', u"--memory"_s},
        {u'v', u"--volume"_s},  {u'e', u"--env"_s},         {u'p', u"--publish"_s},  {u'P', u"--publish-all"_s},
        {u'w', u"--workdir"_s}, {u'u', u"--user"_s},        {u'h', u"--hostname"_s}, {u'c', u"--cpu-shares"_s},
        {u'l', u"--label"_s},   {u'q', u"--quiet"_s},       {u'a', u"--attach"_s}};
    return names.value(letter);
}

struct Option
{
    QString name;  ///< long, "--memory"
    QString value; ///< of those that take one
    QString text;  ///< as it was written
    bool isReplaced = false;
};

class Reader
{
public:
    Reader(QString program, const QList<ShellWord>& words)
        : m_program(std::move(program))
        , m_words(words)
    {
        m_pasted.target.kind = TargetKind::Docker;
    }

    Result<PastedTarget> read()
    {
        const auto begun = skipToRun();
        if (!begun)
            return begun.error();
        m_settings.storage = u"layer"_s;
        while (m_at < m_words.size() && m_words.at(m_at).text.startsWith(u'-') && m_words.at(m_at).text.size() > 1)
            readWord();
        if (m_at >= m_words.size())
            return Error(Error::Code::BadInput,
                         Text::tr("%1 run names no image. Paste the whole line, as far as its image: %1 run ubuntu")
                             .arg(m_program));
        readImage();
        sayDefaults();
        m_pasted.target.docker = m_settings;
        return m_pasted;
    }

private:
    void say(Kind kind, const QString& argument, const QString& setting, const QString& words)
    {
        m_pasted.parts << PastedPart{kind, argument, setting, words};
    }

    /// "run", "container run" and, before it, options of the program itself.
    Result<> skipToRun()
    {
        static const QStringList withValue{u"-H"_s,       u"--host"_s, u"-c"_s,         u"--context"_s,
                                           u"--config"_s, u"-l"_s,     u"--log-level"_s};
        for (; m_at < m_words.size() && m_words.at(m_at).text.startsWith(u'-'); ++m_at) {
            QString text = m_words.at(m_at).text;
            if (withValue.contains(text) && m_at + 1 < m_words.size())
                text += u' ' + m_words.at(++m_at).text;
            say(Kind::Left, text, {}, Text::tr("Which engine is used is decided by Benchvisor's own settings."));
        }
        if (m_at < m_words.size() && m_words.at(m_at).text == "container"_L1)
            ++m_at;
        const QString command = m_at < m_words.size() ? m_words.at(m_at).text : QString();
        if (command != "run"_L1 && command != "create"_L1)
            return Error(
                Error::Code::BadInput,
                Text::tr("\"%1 %2\" starts no container. Paste the line with %1 run.").arg(m_program, command));
        ++m_at;
        return Unit();
    }

    void readWord()
    {
        const ShellWord word = m_words.at(m_at++);
        if (word.text.startsWith("--"_L1))
            readLong(word);
        else
            readShort(word);
    }

    ShellWord next() { return m_at < m_words.size() ? m_words.at(m_at++) : ShellWord(); }

    void readLong(const ShellWord& word)
    {
        Option option;
        const qsizetype equals = word.text.indexOf(u'=');
        option.name = word.text.left(equals);
        option.text = word.text;
        option.isReplaced = word.isReplaced;
        if (equals >= 0) {
            option.value = word.text.mid(equals + 1);
        } else if (!isSwitch(option.name)) {
            const ShellWord value = next();
            option.value = value.text;
            option.text += u' ' + value.text;
            option.isReplaced = option.isReplaced || value.isReplaced;
        }
        take(option);
    }

    /// "-it", "-m512m", "-v a:b".
    void readShort(const ShellWord& word)
    {
        for (qsizetype i = 1; i < word.text.size(); ++i) {
            Option option{longName(word.text.at(i)), {}, u'-' + QString(word.text.at(i)), word.isReplaced};
            if (!option.name.isEmpty() && isSwitch(option.name)) {
                take(option);
                continue;
            }
            ShellWord value{word.text.mid(i + 1), word.isReplaced};
            if (value.text.startsWith(u'='))
                value.text.remove(0, 1);
            option.text += value.text;
            if (value.text.isEmpty()) {
                value = next();
                option.text += u' ' + value.text;
            }
            option.value = value.text;
            option.isReplaced = option.isReplaced || value.isReplaced;
            take(option);
            return;
        }
    }

    void take(const Option& option)
    {
        if (!takeLimit(option) && !sayNoLimit(option) && !takeStorage(option))
            sayOther(option);
    }

    void setCpus(const Option& option, double cpus, const QString& words)
    {
        m_settings.cpus = cpus;
        m_cpusGiven = true;
        say(Kind::Set, option.text, u"cpus"_s, words);
    }

    bool takeLimit(const Option& option)
    {
        bool isNumber = false;
        const double number = option.value.toDouble(&isNumber);
        if (option.name == "--cpus"_L1 && isNumber && std::isfinite(number) && number != 0) {
            setCpus(option, number, Text::tr("CPUs it may use: %1.").arg(QString::number(number)));
        } else if (option.name == "--cpuset-cpus"_L1 && cpusOfSet(option.value) > 0) {
            const int cpus = cpusOfSet(option.value);
            setCpus(option, cpus, Text::tr("CPUs it may use: %1; which ones, Benchvisor chooses.").arg(cpus));
        } else if (option.name == "--cpu-quota"_L1 && isNumber && std::isfinite(number) && number > 0) {
            m_quota = number;
            setCpus(option, m_quota / m_period,
                    Text::tr("CPUs it may use: %1.").arg(QString::number(m_quota / m_period)));
        } else if (option.name == "--cpu-period"_L1 && isNumber && std::isfinite(number) && number > 0) {
            m_period = number;
            say(Kind::Set, option.text, u"cpus"_s, Text::tr("What a CPU quota refers to."));
            if (m_quota > 0)
                m_settings.cpus = m_quota / m_period;
        } else if (option.name == "--memory"_L1 && sizeInMib(option.value, 'b')) {
            m_settings.memoryMib = *sizeInMib(option.value, 'b');
            m_memoryGiven = true;
            say(Kind::Set, option.text, u"memory_mib"_s,
                Text::tr("It may use %1 MiB of memory.").arg(m_settings.memoryMib));
        } else {
            return false;
        }
        return true;
    }

    /// A limit that takeLimit() could not read, or that is none.
    bool sayNoLimit(const Option& option)
    {
        static const QStringList ofCpus{u"--cpus"_s, u"--cpuset-cpus"_s, u"--cpu-quota"_s, u"--cpu-period"_s};
        const bool isMemory = option.name == "--memory"_L1;
        if (!isMemory && !ofCpus.contains(option.name))
            return false;
        const QString setting = isMemory ? u"memory_mib"_s : u"cpus"_s;
        static const QRegularExpression unlimited(u"^(-1|0+(\\.0+)?)$"_s);
        if (unlimited.match(option.value).hasMatch() && option.name != "--cpuset-cpus"_L1) {
            say(Kind::Left, option.text, setting, Text::tr("It sets no limit."));
            return true;
        }
        m_unread << setting;
        QString words;
        if (option.isReplaced)
            words = Text::tr("A shell would have put in a value here. Write it out, if it is needed.");
        else if (isMemory)
            words = Text::tr("%1 is no size of memory; write it as 512m or 2g.").arg(option.value);
        else if (option.name == "--cpus"_L1)
            words = Text::tr("%1 is no number of CPUs; write it as 2 or 1.5.").arg(option.value);
        else if (option.name == "--cpuset-cpus"_L1)
            words = Text::tr("%1 is no list of CPUs; write it as 0-3 or 0,2.").arg(option.value);
        else
            words = Text::tr("%1 is no time in microseconds; write it as 100000.").arg(option.value);
        say(Kind::Left, option.text, setting, words);
        return true;
    }

    /// "0-3", "0,2": how many; 0 for anything else.
    static int cpusOfSet(const QString& set)
    {
        static const QRegularExpression range(u"^([0-9]{1,4})(?:-([0-9]{1,4}))?$"_s);
        int count = 0;
        const QStringList pieces = set.split(u',');
        for (const QString& piece : pieces) {
            const auto match = range.match(piece);
            if (!match.hasMatch())
                return 0;
            const int first = match.captured(1).toInt();
            const int last = match.captured(2).isEmpty() ? first : match.captured(2).toInt();
            count += std::max(0, last - first + 1);
        }
        return count;
    }

    bool takeStorage(const Option& option)
    {
        if (option.name == "--tmpfs"_L1) {
            m_settings.storage = u"tmpfs"_s;
            say(Kind::Set, option.text, u"storage"_s,
                Text::tr("Files are in memory. In Benchvisor's containers they are in %1.").arg(u"/bench"_s));
            return true;
        }
        if (option.name != "--volume"_L1 && option.name != "--mount"_L1)
            return false;
        if (m_settings.storage != "tmpfs"_L1)
            m_settings.storage = u"volume"_s;
        const bool bind = option.name == "--mount"_L1
                              ? option.value.contains("type=bind"_L1)
                              : u"/.~$\\"_s.contains(option.value.left(1)) || option.value.mid(1, 2) == ":\\"_L1;
        say(Kind::Set, option.text, u"storage"_s,
            bind
                ? Text::tr("A folder of this machine. The test's files go to a volume instead, which is about as fast; "
                           "the folder is not shown to the container.")
                : Text::tr("The test's files are in a volume; Benchvisor makes one of its own, empty."));
        return true;
    }

    void sayOther(const Option& option)
    {
        static const QStringList own{u"--rm"_s,           u"--interactive"_s, u"--tty"_s,       u"--detach"_s,
                                     u"--init"_s,         u"--attach"_s,      u"--sig-proxy"_s, u"--pull"_s,
                                     u"--memory-swap"_s,  u"--label"_s,       u"--quiet"_s,     u"--entrypoint"_s,
                                     u"--user"_s,         u"--workdir"_s,     u"--replace"_s,   u"--cap-drop"_s,
                                     u"--security-opt"_s, u"--pids-limit"_s,  u"--log-driver"_s};
        if (option.name == "--name"_L1) {
            m_pasted.target.label = option.value;
            say(Kind::Set, option.text, u"label"_s, Text::tr("The target's name."));
        } else if (option.name == "--network"_L1 || option.name == "--net"_L1 || option.name == "--publish"_L1 ||
                   option.name == "--publish-all"_L1) {
            const bool none = option.value == "none"_L1;
            say(none ? Kind::Replaced : Kind::Left, option.text, {},
                Text::tr("Benchvisor's containers have no network: nothing they measure needs one."));
        } else if (own.contains(option.name)) {
            say(Kind::Replaced, option.text, {},
                Text::tr("Benchvisor starts, watches and removes the container in its own way."));
        } else if (option.name == "--privileged"_L1) {
            say(Kind::Left, option.text, {},
                Text::tr("Benchvisor's containers have no privileges: nothing they measure needs them."));
        } else if (option.name == "--platform"_L1) {
            say(Kind::Left, option.text, {},
                Text::tr("An image of another architecture is emulated, and that is measured. Choose one of this "
                         "machine's."));
        } else if (option.isReplaced) {
            say(Kind::Left, option.text, {},
                Text::tr("A shell would have put in a value here. Write it out, if it is needed."));
        } else {
            say(Kind::Left, option.text, {}, Text::tr("No setting says this; it is not taken over."));
        }
    }

    void readImage()
    {
        const ShellWord image = next();
        m_settings.image = image.text;
        say(Kind::Set, image.text, u"image"_s,
            image.isReplaced ? Text::tr("A shell would have put in the image here. Write its name.")
                             : Text::tr("The image. It needs sysbench in it."));
        QStringList command;
        while (m_at < m_words.size())
            command << next().text;
        if (command.isEmpty())
            return;
        const bool sysbench = std::any_of(command.cbegin(), command.cend(),
                                          [](const QString& word) { return word.contains("sysbench"_L1); });
        say(Kind::Replaced, shellLine(command), {},
            sysbench ? Text::tr("Benchvisor runs sysbench itself; set the test among the suites.")
                     : Text::tr("Benchvisor runs sysbench in it, not this."));
    }

    void sayDefaults()
    {
        if (!m_cpusGiven)
            say(Kind::Default, {}, u"cpus"_s,
                (m_unread.contains(u"cpus"_s)
                     ? Text::tr("The limit cannot be told: the container gets %1. Set it yourself.")
                     : Text::tr("No limit was set: the container would have all CPUs. It gets %1; give VM and "
                                "container the same."))
                    .arg(QString::number(m_settings.cpus)));
        if (!m_memoryGiven)
            say(Kind::Default, {}, u"memory_mib"_s,
                (m_unread.contains(u"memory_mib"_s)
                     ? Text::tr("The limit cannot be told: the container gets %1 MiB. Set it yourself.")
                     : Text::tr("No limit was set: the container would have all memory. It gets %1 MiB; give VM and "
                                "container the same."))
                    .arg(m_settings.memoryMib));
        if (m_settings.storage == "layer"_L1)
            say(Kind::Default, {}, u"storage"_s,
                Text::tr("No volume was given: files are written to the container's own layer."));
    }

    QString m_program;
    const QList<ShellWord>& m_words;
    qsizetype m_at = 0;
    DockerSettings m_settings;
    PastedTarget m_pasted;
    double m_period = 100000; ///< microseconds, the kernel's default
    double m_quota = 0;
    QStringList m_unread; ///< settings whose limit was named in a way that cannot be read
    bool m_cpusGiven = false;
    bool m_memoryGiven = false;
};

} // namespace

Result<PastedTarget> pasteContainer(const QString& program, const QList<ShellWord>& arguments)
{
    return Reader(program, arguments).read();
}

} // namespace bv
