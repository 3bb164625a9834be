#include "run/vm_screen.h"

#include <QLocalServer>
#include <QLocalSocket>
#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <optional>

using namespace Qt::StringLiterals;
using namespace bv;

/// The screen of a real QEMU: SeaBIOS with its boot menu, which answers to a key.
class TestScreen : public QObject
{
    Q_OBJECT
private slots:
    void showsAndObeys();
    void comesAgain();
    void survivesWhatIsNoScreen();
};

namespace {

/// QEMU without a guest: the firmware's own screen.
class Firmware
{
public:
    explicit Firmware(const QString& socket)
    {
        m_process.start(u"qemu-system-x86_64"_s,
                        {u"-machine"_s, u"pc,accel=tcg"_s, u"-nodefaults"_s, u"-vga"_s, u"std"_s, u"-display"_s,
                         u"vnc=unix:"_s + socket, u"-boot"_s, u"menu=on,splash-time=60000"_s});
    }
    ~Firmware() { end(); }
    void end()
    {
        m_process.kill();
        QTRY_COMPARE_WITH_TIMEOUT(m_process.state(), QProcess::NotRunning, 20000);
    }

private:
    QProcess m_process;
};

qsizetype litPixels(const ScreenFrame& frame)
{
    qsizetype lit = 0;
    for (qsizetype i = 0; i + 2 < frame.pixels.size(); i += 4)
        lit += frame.pixels.at(i) != 0 || frame.pixels.at(i + 1) != 0 || frame.pixels.at(i + 2) != 0 ? 1 : 0;
    return lit;
}

} // namespace

void TestScreen::showsAndObeys()
{
    const QTemporaryDir folder(u"/tmp/bvs"_s);
    const QString socket = folder.filePath(u"vnc"_s);
    VmScreen screen(socket); // before there is anything
    ScreenFrame last;
    connect(&screen, &VmScreen::frameArrived, this, [&last](const ScreenFrame& frame) { last = frame; });
    const Firmware firmware(socket);
    QTRY_VERIFY_WITH_TIMEOUT(screen.isConnected(), 60000);
    QTRY_VERIFY_WITH_TIMEOUT(litPixels(last) > 1000, 60000); // "SeaBIOS (version …", "Press ESC for boot menu."
    QVERIFY(last.width >= 640 && last.height >= 350);
    QCOMPARE(last.pixels.size(), qsizetype(last.width) * last.height * 4);
    const qsizetype before = litPixels(last);
    const auto menuIsThere = [&] {
        screen.sendKey(0xff1b, true);
        screen.sendKey(0xff1b, false);
        return litPixels(last) > before + 500; // "Select boot device:" and more
    };
    QTRY_VERIFY_WITH_TIMEOUT(menuIsThere(), 60000);
    screen.sendPointer(10, 10, 1); // nothing listens, nothing breaks
    screen.sendPointer(10, 10, 0);
    QVERIFY(screen.isConnected());
}

void TestScreen::comesAgain()
{
    const QTemporaryDir folder(u"/tmp/bvs"_s);
    const QString socket = folder.filePath(u"vnc"_s);
    VmScreen screen(socket);
    QSignalSpy changed(&screen, &VmScreen::connectedChanged);
    std::optional<Firmware> firmware(socket);
    QTRY_VERIFY_WITH_TIMEOUT(screen.isConnected(), 60000);
    firmware.reset();
    QTRY_VERIFY_WITH_TIMEOUT(!screen.isConnected(), 60000);
    firmware.emplace(socket);
    QTRY_VERIFY_WITH_TIMEOUT(screen.isConnected(), 60000);
    QCOMPARE(changed.size(), 3);
}

void TestScreen::survivesWhatIsNoScreen()
{
    const QTemporaryDir folder(u"/tmp/bvs"_s);
    QLocalServer server;
    QVERIFY(server.listen(folder.filePath(u"vnc"_s)));
    int callers = 0;
    connect(&server, &QLocalServer::newConnection, this, [&] {
        QLocalSocket* peer = server.nextPendingConnection();
        // Nothing, rubbish, and a beginning that promises more than it holds.
        const QList<QByteArray> answers{{}, "HTTP/1.1 400 Bad Request\r\n\r\n", "RFB 003.008\n\x01\x01"};
        peer->write(answers.at(callers++ % answers.size()));
        if (callers % 2 == 0)
            peer->disconnectFromServer();
    });
    {
        VmScreen screen(server.fullServerName());
        QTRY_VERIFY_WITH_TIMEOUT(callers > 0, 20000);
        QVERIFY(!screen.isConnected());
    } // in the middle of a message
    VmScreen screen(server.fullServerName());
    QTRY_VERIFY_WITH_TIMEOUT(callers > 2, 30000); // it tries again
    QVERIFY(!screen.isConnected());
}

QTEST_GUILESS_MAIN(TestScreen)
#include "tst_screen.moc"
