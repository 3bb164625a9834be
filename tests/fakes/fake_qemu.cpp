// A QEMU without a machine: QMP, guest agent, output and statistics on the sockets named in its argv; what the guest is
// told to run, it runs on this machine. BV_FAKE_QEMU, words:
//   exits       an error on stderr, exit status 1, at once (exitslate: when somebody has connected; hangs up first)
//   silent      the guest never answers (silentonce: the first time)
//   silentstart  nor does one whose start is measured
//   reset       as soon as the guest is asked for, the agent's socket closes, and QEMU ends a moment later
//   kvmerror    under KVM the guest stops with an internal error
//   claimskvm, claimstcg   what query-kvm says, whatever -accel is
//   nosocket    QEMU never gets as far as its sockets    mute  it takes the connection and says nothing
//   garbage     no QMP on the QMP socket   pieces  every message in two pieces, noise before the agent's
//   dies        killed in the first sysbench run (diesonce: only the first VM),
//   panics      in it the guest's kernel panics and restarts (pvpanics: and QEMU notices)    restarts  just so
//   diskfull    the host's disk is found full in the first sysbench run of each VM: QEMU pauses it
//   wedged      the agent is silent from the first sysbench run on
//   stubborn    ignores quit and SIGTERM   deaf    answers neither stop nor cont    nopause  refuses stop
//   nosysbench  there is none in the guest
//   unasked     what the guest is told to run first never ends
//   installs    a guest with answers (a seed, a kernel's command line) speaks on the console and shuts down
//               (asks: stops with a question, lingers: never ends); any other one shuts down when there is a file
//               "poweroff"
// The commands on the QMP socket are written to qmp.log.
#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLocalServer>
#include <QLocalSocket>
#include <QPointer>
#include <QProcess>
#include <QRegularExpression>
#include <QTimer>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <sys/prctl.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace {

bool is(const QString& word)
{
    static const QStringList words = qEnvironmentVariable("BV_FAKE_QEMU").split(u' ');
    return words.contains(word);
}

QString stateDir()
{
    return qEnvironmentVariable("BV_FAKE_DIR");
}

/// True for the first process that asks.
bool isFirst(const QString& what)
{
    QFile mark(stateDir() + u'/' + what);
    return mark.open(QIODevice::WriteOnly | QIODevice::NewOnly);
}

int refuse()
{
    std::fputs("qemu-system-x86_64: warning: this is no reason\n"
               "qemu-system-x86_64: unable to find CPU model 'max'\nUse -cpu help to list what there is\n",
               stderr);
    return 1;
}

/// A socket that one peer talks to in lines.
class Port
{
public:
    void listen(const QString& path, std::function<void()> greet, std::function<void(const QByteArray&)> take)
    {
        QObject::connect(&m_server, &QLocalServer::newConnection, &m_server, [this, greet, take] {
            m_peer = m_server.nextPendingConnection();
            QObject::connect(m_peer, &QLocalSocket::readyRead, m_peer, [this, take] {
                while (m_peer->canReadLine())
                    take(m_peer->readLine().trimmed());
            });
            if (greet)
                greet();
        });
        if (path.isEmpty()) // it has no such port
            return;
        QFile::remove(path); // QEMU takes the place of a socket that was left behind
        if (!m_server.listen(path))
            qFatal("%s: %s", qPrintable(path), qPrintable(m_server.errorString()));
    }

    void hangUp()
    {
        if (m_peer)
            m_peer->abort();
        m_peer = nullptr;
    }

    void write(const QByteArray& bytes)
    {
        if (!m_peer)
            return;
        if (!is(u"pieces"_s)) {
            m_peer->write(bytes);
            m_peer->flush();
            return;
        }
        const qsizetype half = bytes.size() / 2;
        m_peer->write(bytes.left(half));
        m_peer->flush();
        ::usleep(5000);
        m_peer->write(bytes.mid(half));
        m_peer->flush();
    }

    void write(const QJsonObject& json) { write(QJsonDocument(json).toJson(QJsonDocument::Compact) + '\n'); }

private:
    QLocalServer m_server;
    QLocalSocket* m_peer = nullptr;
};

class Machine
{
public:
    explicit Machine(const QStringList& arguments);

private:
    void takeQmp(const QByteArray& line);
    void takeAgent(QByteArray line);
    void boot(const QByteArray& line);
    void install(bool hasAnswers);
    void shutDown();
    void say(const QByteArray& words) const;
    void execute(const QStringList& arguments);
    void run(const QString& token, const QString& folder, QStringList argv);
    void beginRun(const QByteArray& token, qint64 pid);
    void endRun(const QByteArray& token, int status);
    bool misbehaveInRun();

    Port m_qmp;
    Port m_agent;
    Port m_stream;
    Port m_stats;
    QString m_accel;
    QString m_console;
    QString m_bench = stateDir() + u"/bench"_s;
    bool m_silent = false;
    bool m_watched = false; ///< the kernel is to speak on the console, so that its start can be measured
    QPointer<QProcess> m_command;
};

Machine::Machine(const QStringList& arguments)
{
    m_accel = arguments.value(arguments.indexOf(u"-accel"_s) + 1).section(u',', 0, 0);
    m_silent = is(u"silent"_s) || (is(u"silentonce"_s) && isFirst(u"silent"_s));
    m_watched = arguments.join(u' ').contains(u"loglevel=6"_s);
    m_silent = m_silent || (m_watched && is(u"silentstart"_s));
    if (is(u"nosocket"_s))
        return;
    const QString all = arguments.join(u'\n');
    const auto pathOf = [&all](const QString& pattern) {
        return QRegularExpression(pattern).match(all).captured(1).replace(u",,"_s, u","_s);
    };
    m_console = pathOf(u"file:([^\n]*/console)"_s);
    m_qmp.listen(
        pathOf(u"unix:(.*?),server=on"_s),
        [this] {
            if (is(u"mute"_s))
                return;
            if (is(u"exitslate"_s)) {
                m_qmp.hangUp();
                QTimer::singleShot(100, qApp, [] { QCoreApplication::exit(refuse()); });
                return;
            }
            const QByteArray greeting =
                R"({"QMP":{"version":{"qemu":{"micro":22,"minor":2,"major":7},"package":""},"capabilities":[]}})";
            m_qmp.write(is(u"garbage"_s) ? QByteArray("SSH-2.0-OpenSSH_9.2\r\n") : greeting + "\r\n");
        },
        [this](const QByteArray& line) { takeQmp(line); });
    m_agent.listen(pathOf(u"id=qga,path=(.*?),server=on"_s), {}, [this](const QByteArray& line) { takeAgent(line); });
    m_stream.listen(pathOf(u"id=out0,path=(.*?),server=on"_s), {}, [](const QByteArray&) {});
    m_stats.listen(pathOf(u"id=st0,path=(.*?),server=on"_s), {}, [](const QByteArray&) {});
    if (is(u"installs"_s))
        install(all.contains("/seed.iso"_L1) || arguments.contains(u"-append"_s));
    if (is(u"kvmerror"_s) && m_accel == u"kvm"_s) {
        m_silent = true;
        std::fputs("KVM internal error. Suberror: 1\nemulation failure\n", stderr);
    }
}

void Machine::takeQmp(const QByteArray& line)
{
    const QJsonObject request = QJsonDocument::fromJson(line).object();
    const QString command = request["execute"_L1].toString();
    QFile log(stateDir() + u"/qmp.log"_s);
    if (log.open(QIODevice::WriteOnly | QIODevice::Append))
        log.write(command.toUtf8() + '\n');
    log.close();
    if (is(u"garbage"_s) || is(u"mute"_s) || (is(u"stubborn"_s) && command == "quit"_L1))
        return;
    if (is(u"deaf"_s) && (command == "stop"_L1 || command == "cont"_L1)) {
        isFirst(u"deaf"_s);
        return;
    }
    if (is(u"nopause"_s) && command == "stop"_L1) {
        m_qmp.write(QJsonObject{{u"id"_s, request["id"_L1]}, {u"error"_s, QJsonObject{{u"desc"_s, u"not now"_s}}}});
        return;
    }
    QJsonObject answer;
    if (command == "query-kvm"_L1) {
        const bool kvm = is(u"claimskvm"_s) || (m_accel == u"kvm"_s && !is(u"claimstcg"_s));
        answer = {{u"enabled"_s, kvm}, {u"present"_s, true}};
    }
    if (command == "bad-command"_L1) {
        m_qmp.write(
            QJsonObject{{u"id"_s, request["id"_L1]},
                        {u"error"_s, QJsonObject{{u"class"_s, u"CommandNotFound"_s},
                                                 {u"desc"_s, u"The command bad-command has not been found"_s}}}});
        return;
    }
    m_qmp.write(QJsonObject{{u"return"_s, answer}, {u"id"_s, request["id"_L1]}});
    if (command == "stop"_L1 || command == "cont"_L1)
        m_qmp.write(QJsonObject{{u"event"_s, command == "stop"_L1 ? u"STOP"_s : u"RESUME"_s},
                                {u"timestamp"_s, QJsonObject{{u"seconds"_s, 1}}}});
    if (command == "quit"_L1)
        QTimer::singleShot(0, qApp, [] { QCoreApplication::quit(); });
}

void Machine::say(const QByteArray& words) const
{
    QFile console(m_console);
    if (console.open(QIODevice::WriteOnly | QIODevice::Append))
        console.write(words + "\r\n");
}

void Machine::install(bool hasAnswers)
{
    QList<QByteArray> story{"[    0.000000] Linux version 6.1.0-fake",
                            "[   12.100000] cloud-init[311]: Cloud-init v. 22.4.2 running 'init'",
                            "[   20.700000] cloud-init[402]: Setting up sysbench (1.0.20)"};
    if (is(u"asks"_s))
        story << "Downloading a file failed:"
              << "Prompt: '?' for help, default=1>";
    constexpr int silence = 10; // long enough for what was said to be read
    const bool ends = !is(u"asks"_s) && !is(u"lingers"_s);
    auto* timer = new QTimer(qApp);
    QObject::connect(timer, &QTimer::timeout, qApp, [this, hasAnswers, ends, story, left = silence]() mutable {
        if (!hasAnswers && QFile::exists(stateDir() + u"/poweroff"_s))
            shutDown();
        if (hasAnswers && story.isEmpty() && ends && --left == 0)
            shutDown();
        if (hasAnswers && !story.isEmpty())
            say(story.takeFirst());
    });
    timer->start(100);
}

void Machine::shutDown()
{
    m_qmp.write(QJsonObject{{u"event"_s, u"SHUTDOWN"_s},
                            {u"data"_s, QJsonObject{{u"guest"_s, true}, {u"reason"_s, u"guest-shutdown"_s}}}});
    QTimer::singleShot(0, qApp, [] { QCoreApplication::quit(); });
}

/// What the guest says on the console before its agent answers.
void Machine::boot(const QByteArray& line)
{
    m_watched = false;
    if (!is(u"quietkernel"_s))
        say("[    0.000000] Linux version 6.1.0-fake");
    QTimer::singleShot(50, qApp, [this] { say("benchvisor: the first process runs"); });
    QTimer::singleShot(100, qApp, [this, line] { takeAgent(line); });
}

void Machine::takeAgent(QByteArray line)
{
    if (m_watched && !m_silent) {
        boot(line);
        return;
    }
    if (is(u"reset"_s)) {
        m_agent.hangUp();
        QTimer::singleShot(200, qApp, [] { QCoreApplication::quit(); });
    }
    if (m_silent || is(u"reset"_s))
        return;
    const QJsonObject request = QJsonDocument::fromJson(line.replace('\xff', "")).object();
    const QJsonObject arguments = request["arguments"_L1].toObject();
    if (request["execute"_L1].toString() == "guest-sync-delimited"_L1) {
        if (is(u"pieces"_s))
            m_agent.write(QByteArray("{\"return\": 1}\nnoise\n"));
        m_agent.write(QByteArray("\xff") +
                      QJsonDocument(QJsonObject{{u"return"_s, arguments["id"_L1]}}).toJson(QJsonDocument::Compact) +
                      '\n');
        return;
    }
    if (request["execute"_L1].toString() != "guest-exec"_L1) {
        m_agent.write(QJsonObject{{u"error"_s, QJsonObject{{u"desc"_s, u"The command has been disabled"_s}}}});
        return;
    }
    QStringList words;
    const QJsonArray list = arguments["arg"_L1].toArray();
    for (const QJsonValue& word : list)
        words << word.toString();
    execute(words);
}

/// `words`: -c SCRIPT bv TOKEN FOLDER SAMPLE ARGV…, as AgentChannel sends them, or -c SCRIPT kill -GROUP.
void Machine::execute(const QStringList& words)
{
    const bool isRun = words.value(6).endsWith("sysbench"_L1) && words.last() == "run"_L1;
    if (isRun && is(u"wedged"_s)) {
        m_silent = true;
        return;
    }
    m_agent.write(QJsonObject{{u"return"_s, QJsonObject{{u"pid"_s, 4711}}}});
    if (words.value(2) == "kill"_L1) {
        if (m_command && words.last() == QString::number(-m_command->processId()))
            ::kill(static_cast<pid_t>(-m_command->processId()), SIGKILL);
        return;
    }
    if (is(u"unasked"_s)) {
        isFirst(u"unasked"_s);
        return;
    }
    if (isRun && misbehaveInRun())
        return;
    if (words.value(5) == "1"_L1) {
        m_stats.write(QByteArray("10.00 100 cpu 100 0 50 900 0 0 0 0 0 0\n"));
        m_stats.write(QByteArray("11.00 600 cpu 150 0 75 925 0 0 0 0 0 0\n"));
    }
    run(words.value(3), words.value(4), words.mid(6));
}

bool Machine::misbehaveInRun()
{
    if (is(u"dies"_s) || (is(u"diesonce"_s) && isFirst(u"died"_s))) {
        QTimer::singleShot(100, qApp, [] { ::kill(::getpid(), SIGKILL); });
        return true;
    }
    if (is(u"diskfull"_s)) {
        m_qmp.write(QJsonObject{{u"event"_s, u"BLOCK_IO_ERROR"_s},
                                {u"data"_s, QJsonObject{{u"device"_s, u"d0"_s},
                                                        {u"operation"_s, u"write"_s},
                                                        {u"action"_s, u"stop"_s},
                                                        {u"nospace"_s, true},
                                                        {u"reason"_s, u"No space left on device"_s}}}});
        m_qmp.write(QJsonObject{{u"event"_s, u"STOP"_s}});
        return true;
    }
    if (is(u"panics"_s) || is(u"restarts"_s)) {
        QFile console(m_console);
        if (is(u"panics"_s) && console.open(QIODevice::WriteOnly))
            console.write("[   12.3] Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000100\r\n"
                          "[   12.3] CPU: 0 PID: 1 Comm: init\r\n");
        console.close();
        m_qmp.write(QJsonObject{{u"event"_s, u"SHUTDOWN"_s},
                                {u"data"_s, QJsonObject{{u"guest"_s, true}, {u"reason"_s, u"guest-reset"_s}}}});
        QTimer::singleShot(0, qApp, [] { QCoreApplication::quit(); });
        return true;
    }
    if (is(u"pvpanics"_s)) {
        m_qmp.write(
            QJsonObject{{u"event"_s, u"GUEST_PANICKED"_s}, {u"data"_s, QJsonObject{{u"action"_s, u"pause"_s}}}});
        return true;
    }
    return false;
}

void Machine::run(const QString& token, const QString& folder, QStringList argv)
{
    const QByteArray mark = token.toLatin1();
    // What would reach beyond a guest when it is run on this machine.
    const bool mounts = argv.value(3) == "mount"_L1;
    if (mounts || argv.value(2).contains("drop_caches"_L1)) {
        beginRun(mark, 0);
        endRun(mark, 0);
        return;
    }
    QDir().mkpath(m_bench);
    for (QString& word : argv)
        word.replace(QRegularExpression(u"^/bench"_s), m_bench);
    QString where = folder;
    where.replace(QRegularExpression(u"^/bench"_s), m_bench);
    if (argv.first() == "sh"_L1)
        argv.first() = u"/bin/sh"_s;
    const QString inside = QCoreApplication::applicationDirPath() + u"/inside"_s;
    if (argv.first() == "sysbench"_L1)
        argv.first() = inside + u"/sysbench"_s;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"PATH"_s,
                       is(u"nosysbench"_s) ? u"/nonexistent"_s : inside + u':' + environment.value(u"PATH"_s));
    environment.insert(u"BV_FAKE_PLACE"_s, u"qemu"_s);
    auto* const process = new QProcess(qApp);
    m_command = process;
    m_command->setProcessEnvironment(environment);
    m_command->setProcessChannelMode(QProcess::MergedChannels);
    m_command->setStandardInputFile(QProcess::nullDevice());
    m_command->setWorkingDirectory(where == "/tmp"_L1 ? stateDir() : where);
    m_command->setChildProcessModifier([parent = ::getpid()] {
        ::setpgid(0, 0);
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() != parent)
            ::_exit(1);
    });
    QObject::connect(process, &QProcess::readyRead, process, [this, process] { m_stream.write(process->readAll()); });
    QObject::connect(process, &QProcess::finished, process, [this, mark, process](int status) {
        endRun(mark, status);
        process->deleteLater(); // the next command may have begun
        if (m_command == process)
            m_command.clear();
    });
    m_command->start(argv.first(), argv.mid(1));
    beginRun(mark, process->processId());
}

void Machine::beginRun(const QByteArray& token, qint64 pid)
{
    m_stream.write("left over\x1e"
                   "B " +
                   token + ' ' + QByteArray::number(pid) + '\n');
}

void Machine::endRun(const QByteArray& token, int status)
{
    m_stream.write("\x1e"
                   "E " +
                   token + ' ' + QByteArray::number(status) + '\n');
}

} // namespace

int main(int argc, char** argv)
{
    QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.contains(u"--version"_s)) {
        std::puts("QEMU emulator version 7.2.22 (fake)");
        return 0;
    }
    if (is(u"exits"_s))
        return refuse();
    if (arguments.contains(u"none"_s) && arguments.contains(u"stdio"_s)) { // asked what it can emulate
        std::puts(R"({"QMP":{"version":{"qemu":{"major":7,"minor":2,"micro":22}},"capabilities":[]}}
{"id":"machines","return":[{"name":"pc-q35-7.2","alias":"q35"},{"name":"pc-i440fx-7.2","alias":"pc"}]}
{"id":"cpus","return":[{"name":"max"},{"name":"Nehalem"},{"name":"fake-cpu"}]}
{"id":"accelerators","return":[{"name":"tcg-accel"}]})");
        return 0;
    }
    if (is(u"stubborn"_s))
        std::signal(SIGTERM, SIG_IGN);
    const Machine machine(arguments);
    return QCoreApplication::exec();
}
