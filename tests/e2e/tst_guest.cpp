#include "guest/guest.h"

#include <QCoro/QCoroTask>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace bv;

namespace {

/// The guest agent over its Unix socket, blocking: enough for a test.
class Agent
{
public:
    ~Agent()
    {
        if (m_fd >= 0)
            ::close(m_fd);
    }

    bool connectTo(const QString& path)
    {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        const QByteArray name = QFile::encodeName(path);
        if (name.size() >= qsizetype(sizeof address.sun_path))
            return false;
        memcpy(address.sun_path, name.constData(), size_t(name.size()));
        m_fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (::connect(m_fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
            return true;
        ::close(std::exchange(m_fd, -1));
        return false;
    }

    bool sync(int deadlineMs)
    {
        send(QByteArray("\xff{\"execute\":\"guest-sync-delimited\",\"arguments\":{\"id\":4711}}\n"));
        QElapsedTimer clock;
        clock.start();
        while (!m_buffer.contains("\"return\": 4711") && clock.elapsed() < deadlineMs)
            receive(100);
        const bool answered = m_buffer.contains("\"return\": 4711");
        m_buffer.clear();
        return answered;
    }

    QJsonObject call(const QString& command, const QJsonObject& arguments)
    {
        QJsonObject request;
        request["execute"_L1] = command;
        request["arguments"_L1] = arguments;
        send(QJsonDocument(request).toJson(QJsonDocument::Compact) + '\n');
        for (int i = 0; i < 300 && !m_buffer.contains('\n'); ++i)
            receive(100);
        const qsizetype end = m_buffer.indexOf('\n');
        const QByteArray line = m_buffer.left(end);
        m_buffer.remove(0, end + 1);
        return QJsonDocument::fromJson(line).object();
    }

    /// Output of a command, stdout and stderr, and its exit status.
    std::pair<int, QString> exec(const QStringList& argv)
    {
        QJsonObject arguments;
        arguments["path"_L1] = argv.first();
        arguments["arg"_L1] = QJsonArray::fromStringList(argv.mid(1));
        arguments["capture-output"_L1] = true;
        QJsonObject id;
        id["pid"_L1] = call(u"guest-exec"_s, arguments)["return"_L1]["pid"_L1];
        for (int i = 0; i < 600; ++i) {
            const QJsonValue status = call(u"guest-exec-status"_s, id)["return"_L1];
            if (!status["exited"_L1].toBool()) {
                QTest::qSleep(50);
                continue;
            }
            const QByteArray output = QByteArray::fromBase64(status["out-data"_L1].toString().toLatin1());
            const QByteArray errors = QByteArray::fromBase64(status["err-data"_L1].toString().toLatin1());
            return {status["exitcode"_L1].toInt(-1), QString::fromUtf8(output + errors)};
        }
        return {-1, u"no answer"_s};
    }

private:
    void send(const QByteArray& data) const
    {
        QCOMPARE(::write(m_fd, data.constData(), size_t(data.size())), data.size());
    }
    void receive(int waitMs)
    {
        pollfd waiting{m_fd, POLLIN, 0};
        if (::poll(&waiting, 1, waitMs) <= 0)
            return;
        char piece[4096];
        const auto got = ::read(m_fd, piece, sizeof piece);
        if (got > 0)
            m_buffer.append(piece, got);
        else
            QTest::qSleep(waitMs);
    }

    int m_fd = -1;
    QByteArray m_buffer;
};

/// A machine as in the documentation of the guest, under TCG.
QStringList machine(const GuestFiles& guest, const QTemporaryDir& dir)
{
    const auto port = [&](const QString& id, const QString& name) {
        return QStringList{u"-chardev"_s, u"socket,id=%1,path=%2,server=on,wait=off"_s.arg(id, dir.filePath(id)),
                           u"-device"_s, u"virtserialport,chardev=%1,name=%2"_s.arg(id, name)};
    };
    QStringList argv{u"-M"_s,          u"q35,hpet=off"_s,
                     u"-accel"_s,      u"tcg,thread=multi"_s,
                     u"-cpu"_s,        u"max"_s,
                     u"-smp"_s,        u"2"_s,
                     u"-m"_s,          u"512"_s,
                     u"-nodefaults"_s, u"-no-reboot"_s,
                     u"-display"_s,    u"none"_s,
                     u"-kernel"_s,     guest.kernel,
                     u"-initrd"_s,     guest.initrd,
                     u"-append"_s,     u"console=ttyS0 quiet tsc=reliable clocksource=tsc"_s,
                     u"-serial"_s,     u"file:"_s + dir.filePath(u"console"_s),
                     u"-device"_s,     u"virtio-serial-pci"_s};
    argv +=
        port(u"qga"_s, u"org.qemu.guest_agent.0"_s) + port(u"out"_s, u"stream.0"_s) + port(u"stats"_s, u"stats.0"_s);
    argv += QStringList{u"-drive"_s, u"file=%1,format=raw,if=none,id=d0"_s.arg(dir.filePath(u"disk"_s)), u"-device"_s,
                        u"virtio-blk-pci,drive=d0"_s};
    return argv;
}

} // namespace

/// The real thing: the distribution's kernel from its package server, booted by QEMU.
class TestGuest : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void runsItsProgramsInAVm_data();
    void runsItsProgramsInAVm();
    void shutsDownThroughTheAgent();
    void imageHoldsNoInit();
    void cleanupTestCase();

private:
    bool boot();
    QTemporaryDir m_cache;
    QTemporaryDir m_run;
    GuestFiles m_guest;
    QProcess m_qemu;
    Agent m_agent;
};

bool TestGuest::boot()
{
    QFile disk(m_run.filePath(u"disk"_s));
    if (!disk.open(QIODevice::WriteOnly) || !disk.resize(64 << 20))
        return false;
    m_qemu.start(u"qemu-system-x86_64"_s, machine(m_guest, m_run));
    if (!m_qemu.waitForStarted())
        return false;
    for (int i = 0; i < 200 && !m_agent.connectTo(m_run.filePath(u"qga"_s)); ++i)
        QTest::qSleep(20);
    return m_agent.sync(60'000);
}

void TestGuest::initTestCase()
{
    GuestBuildOptions options;
    options.cacheDir = m_cache.path();
    GuestProgress progress = [](const QString& step, double) { qInfo("%s", qPrintable(step)); };
    const auto guest = QCoro::waitFor(buildGuest(options, progress, std::stop_token()));
    QVERIFY2(guest, guest ? "" : qPrintable(guest.error().message + u'\n' + guest.error().detail));
    m_guest = *guest;
    QVERIFY(*guestUpToDate(options));
    QElapsedTimer clock;
    clock.start();
    QFile console(m_run.filePath(u"console"_s));
    const bool ready = boot();
    const QByteArray said = console.open(QIODevice::ReadOnly) ? console.readAll().right(2000) : QByteArray();
    QVERIFY2(ready, (m_qemu.readAllStandardError() + said).constData());
    qInfo("ready after %.2f s", double(clock.elapsed()) / 1000);
}

void TestGuest::runsItsProgramsInAVm_data()
{
    QTest::addColumn<QStringList>("argv");
    QTest::addColumn<QString>("output");
    const auto sh = [](const QString& script) { return QStringList{u"/bin/sh"_s, u"-c"_s, script}; };
    QTest::newRow("sysbench") << QStringList{u"/usr/bin/sysbench"_s, u"--version"_s} << u"sysbench "_s;
    QTest::newRow("cpu test") << QStringList{u"/usr/bin/sysbench"_s, u"cpu"_s, u"--time=1"_s, u"run"_s}
                              << u"events per second"_s;
    QTest::newRow("cat") << QStringList{u"/bin/cat"_s, u"/proc/sys/kernel/osrelease"_s} << QString();
    QTest::newRow("ports") << sh(u"ls /dev/virtio-ports"_s) << u"org.qemu.guest_agent.0\nstats.0\nstream.0"_s;
    QTest::newRow("clock")
        << sh(u"read -r c </sys/devices/system/clocksource/clocksource0/current_clocksource; echo \"${c%%-*}\""_s)
        << u"tsc"_s; // or tsc-early: the same counter before it is calibrated
    QTest::newRow("processors") << sh(u"nproc"_s) << u"2"_s;
    QTest::newRow("mounts") << sh(u"cat /proc/mounts"_s) << u"tmpfs /dev/shm"_s;
    QTest::newRow("format") << QStringList{u"/sbin/mke2fs"_s, u"-q"_s, u"-t"_s, u"ext4"_s, u"/dev/vda"_s} << QString();
    QTest::newRow("mount") << sh(u"mount -t ext4 /dev/vda /bench && df /bench"_s) << u"/dev/vda"_s;
    QTest::newRow("page cache")
        << sh(u"cd /bench && /bin/dd if=/dev/zero of=f bs=1M count=1 && /bin/dd if=f iflag=nocache count=0"_s)
        << u"0 bytes copied"_s;
    QTest::newRow("drop_caches") << sh(u"sync && echo 3 >/proc/sys/vm/drop_caches && echo done"_s) << u"done"_s;
    QTest::newRow("live lines") << sh(u"echo hello >/dev/virtio-ports/stream.0"_s) << QString();
    QTest::newRow("user") << sh(u"id -un"_s) << u"root"_s;
}

void TestGuest::runsItsProgramsInAVm()
{
    QFETCH(QStringList, argv);
    QFETCH(QString, output);
    if (QLatin1StringView(QTest::currentDataTag()) == "cat"_L1)
        output = m_guest.kernelRelease;
    Agent stream; // QEMU drops what nobody reads
    QVERIFY(stream.connectTo(m_run.filePath(u"out"_s)));
    const auto [status, said] = m_agent.exec(argv);
    QVERIFY2(status == 0, qPrintable(said));
    QVERIFY2(said.contains(output), qPrintable(said));
}

void TestGuest::shutsDownThroughTheAgent()
{
    // No answer comes: the guest is gone.
    const auto [status, said] = m_agent.exec({u"/bin/sh"_s, u"-c"_s, u"test -x /sbin/shutdown && echo there"_s});
    QCOMPARE(status, 0);
    QVERIFY(said.startsWith(u"there"_s));
    QProcess* qemu = &m_qemu;
    QJsonObject arguments;
    arguments["path"_L1] = u"/sbin/shutdown"_s;
    arguments["arg"_L1] = QJsonArray{u"-P"_s, u"+0"_s};
    m_agent.call(u"guest-exec"_s, arguments);
    QVERIFY(qemu->waitForFinished(20'000));
    QCOMPARE(qemu->exitCode(), 0);
}

void TestGuest::imageHoldsNoInit()
{
    QProcess tar;
    tar.start(u"tar"_s, {u"-tf"_s, m_guest.imageTar});
    QVERIFY(tar.waitForFinished());
    const QList<QByteArray> names = tar.readAllStandardOutput().split('\n');
    QVERIFY(names.contains("usr/bin/sysbench"));
    QVERIFY(names.contains("usr/bin/dd"));
    QVERIFY(!names.contains("init"));
    QVERIFY(std::none_of(names.begin(), names.end(), [](const QByteArray& name) { return name.endsWith(".ko"); }));
}

void TestGuest::cleanupTestCase()
{
    if (m_qemu.state() == QProcess::NotRunning)
        return;
    m_qemu.kill();
    m_qemu.waitForFinished(5000);
}

QTEST_GUILESS_MAIN(TestGuest)
#include "tst_guest.moc"
