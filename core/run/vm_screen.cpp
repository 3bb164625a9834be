#include "run/vm_screen.h"

#include <QElapsedTimer>
#include <QFile>
#include <QList>
#include <condition_variable>
#include <mutex>
#include <rfb/rfbclient.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>

namespace bv {

namespace {

constexpr int frameIntervalMs = 100;
constexpr unsigned int inputDelayUs = 20000; // between a key and its being sent, at most
constexpr int readTimeoutS = 5;              // of a server that stops in the middle of a message
constexpr std::chrono::milliseconds retryDelay(300);
constexpr int mostPixels = 1 << 26; // 8192 × 8192; a server that says more is not believed

void sayNothing(const char*, ...) {}

int connectTo(const QString& path)
{
    sockaddr_un address{};
    const QByteArray name = QFile::encodeName(path);
    if (name.size() >= static_cast<qsizetype>(sizeof address.sun_path))
        return -1;
    address.sun_family = AF_UNIX;
    std::copy(name.cbegin(), name.cend(), address.sun_path);
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        ::close(fd);
        return -1;
    }
    return fd;
}

} // namespace

/// What the thread and the screen share. The thread holds it until it has ended.
class VmScreen::Link
{
public:
    struct Input
    {
        bool isKey = false;
        quint32 keysym = 0;
        bool down = false;
        int x = 0;
        int y = 0;
        int buttons = 0;
    };

    Link(VmScreen* screen, QString path)
        : m_screen(screen)
        , m_path(std::move(path))
    {
    }

    void run();
    void end();
    void send(const Input& input)
    {
        const std::lock_guard lock(m_mutex);
        if (m_fd >= 0)
            m_inputs << input;
    }

private:
    void talk(rfbClient* client);
    bool sendInputs(rfbClient* client);
    void publish(const rfbClient* client);
    bool begin(rfbClient* client);
    bool pauseBeforeRetry();
    template<class Call>
    void tell(Call call);

    static rfbBool resize(rfbClient* client);
    static void touched(rfbClient* client, int x, int y, int width, int height);
    static Link* of(rfbClient* client) { return static_cast<Link*>(rfbClientGetClientData(client, &s_tag)); }

    static inline int s_tag = 0; ///< its address is the key of the client's data
    std::mutex m_mutex;
    std::condition_variable m_wake;
    VmScreen* m_screen; ///< null when it goes; guarded
    QString m_path;
    int m_fd = -1;
    bool m_ended = false;
    QList<Input> m_inputs;
    QByteArray m_pixels; ///< the thread's own
    bool m_dirty = false;
};

/// Queued on the screen's thread, while there is a screen: its destructor takes the same lock.
template<class Call>
void VmScreen::Link::tell(Call call)
{
    const std::lock_guard lock(m_mutex);
    if (m_screen)
        QMetaObject::invokeMethod(
            m_screen, [screen = m_screen, call = std::move(call)] { call(*screen); }, Qt::QueuedConnection);
}

void VmScreen::Link::end()
{
    const std::lock_guard lock(m_mutex);
    m_ended = true;
    m_screen = nullptr;
    if (m_fd >= 0)
        ::shutdown(m_fd, SHUT_RDWR); // whatever the thread waits for ends
    m_wake.notify_all();
}

rfbBool VmScreen::Link::resize(rfbClient* client)
{
    Link* link = of(client);
    const qint64 pixels = qint64(client->width) * client->height;
    if (pixels <= 0 || pixels > mostPixels)
        return FALSE;
    link->m_pixels = QByteArray(pixels * 4, '\0');
    client->frameBuffer = reinterpret_cast<uint8_t*>(link->m_pixels.data());
    return TRUE;
}

void VmScreen::Link::touched(rfbClient* client, int, int, int, int)
{
    of(client)->m_dirty = true;
}

void VmScreen::Link::publish(const rfbClient* client)
{
    ScreenFrame frame;
    frame.width = client->width;
    frame.height = client->height;
    frame.pixels = QByteArray(m_pixels.constData(), m_pixels.size()); // the library goes on writing into its own
    m_dirty = false;
    tell([frame](VmScreen& screen) { emit screen.frameArrived(frame); });
}

bool VmScreen::Link::sendInputs(rfbClient* client)
{
    QList<Input> inputs;
    {
        const std::lock_guard lock(m_mutex);
        inputs.swap(m_inputs);
    }
    bool ok = true;
    for (const Input& input : std::as_const(inputs)) {
        ok = ok && (input.isKey ? SendKeyEvent(client, input.keysym, input.down ? TRUE : FALSE)
                                : SendPointerEvent(client, input.x, input.y, input.buttons));
    }
    return ok;
}

/// As rfbInitClient(), which would connect by itself, to a socket that nobody else can close.
bool VmScreen::Link::begin(rfbClient* client)
{
    if (!InitialiseRFBConnection(client))
        return false;
    client->width = client->si.framebufferWidth;
    client->height = client->si.framebufferHeight;
    client->updateRect.x = 0;
    client->updateRect.y = 0;
    client->updateRect.w = client->width;
    client->updateRect.h = client->height;
    return client->MallocFrameBuffer(client) && SetFormatAndEncodings(client) &&
           SendFramebufferUpdateRequest(client, 0, 0, client->width, client->height, FALSE);
}

void VmScreen::Link::talk(rfbClient* client)
{
    if (!begin(client))
        return;
    tell([](VmScreen& screen) {
        screen.m_connected = true;
        emit screen.connectedChanged(true);
    });
    QElapsedTimer sinceFrame;
    while (sendInputs(client)) {
        const int ready = WaitForMessage(client, inputDelayUs);
        if (ready < 0 || (ready > 0 && !HandleRFBServerMessage(client)))
            break;
        if (m_dirty && (!sinceFrame.isValid() || sinceFrame.elapsed() >= frameIntervalMs)) {
            sinceFrame.start();
            publish(client);
        }
    }
    tell([](VmScreen& screen) {
        screen.m_connected = false;
        emit screen.connectedChanged(false);
    });
}

bool VmScreen::Link::pauseBeforeRetry()
{
    std::unique_lock lock(m_mutex);
    return !m_wake.wait_for(lock, retryDelay, [this] { return m_ended; });
}

void VmScreen::Link::run()
{
    do {
        const int fd = connectTo(m_path);
        if (fd < 0)
            continue;
        rfbClient* client = rfbGetClient(8, 3, 4);
        client->sock = fd;
        client->format.redShift = 16; // as a 32-bit image of Qt's has it in memory
        client->format.greenShift = 8;
        client->format.blueShift = 0;
        client->canHandleNewFBSize = TRUE;
        client->readTimeout = readTimeoutS;
        client->appData.encodingsString = "copyrect hextile raw";
        client->MallocFrameBuffer = resize;
        client->GotFrameBufferUpdate = touched;
        rfbClientSetClientData(client, &s_tag, this);
        {
            const std::lock_guard lock(m_mutex);
            m_fd = m_ended ? -1 : fd;
        }
        if (m_fd >= 0)
            talk(client);
        {
            const std::lock_guard lock(m_mutex);
            m_fd = -1;
            m_inputs.clear();
        }
        client->frameBuffer = nullptr; // not the library's
        rfbClientCleanup(client);      // closes the socket
    } while (pauseBeforeRetry());
}

VmScreen::VmScreen(const QString& socketPath, QObject* parent)
    : QObject(parent)
    , m_link(std::make_shared<Link>(this, socketPath))
{
    static const bool quiet = (rfbClientLog = rfbClientErr = sayNothing, true);
    Q_UNUSED(quiet)
    // It ends by itself, soon after end(); it uses nothing but the link.
    std::thread([link = m_link] { link->run(); }).detach();
}

VmScreen::~VmScreen()
{
    m_link->end();
}

void VmScreen::sendPointer(int x, int y, int buttons)
{
    Link::Input input;
    input.x = x;
    input.y = y;
    input.buttons = buttons;
    m_link->send(input);
}

void VmScreen::sendKey(quint32 keysym, bool down)
{
    Link::Input input;
    input.isKey = true;
    input.keysym = keysym;
    input.down = down;
    m_link->send(input);
}

} // namespace bv
