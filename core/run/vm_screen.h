#pragma once

#include <QByteArray>
#include <QMetaType>
#include <QObject>
#include <memory>

namespace bv {

/// A picture of a VM's screen.
struct ScreenFrame
{
    int width = 0;     ///< pixels
    int height = 0;    ///< pixels
    QByteArray pixels; ///< rows from the top, each of width × 4 bytes: blue, green, red, nothing
};

/// The screen of a VM that offers it by VNC on a Unix socket (RFC 6143, by libvncclient), which is talked to on a
/// thread of its own. Connects when something listens on the socket, and again when it has gone: a VM may not be up
/// yet, or be started once more. Its signals come on the thread it lives on, at most ten pictures a second. While one
/// looks at it the VM takes CPU for that.
class VmScreen : public QObject
{
    Q_OBJECT
public:
    explicit VmScreen(const QString& socketPath, QObject* parent = nullptr);
    /// Ends the connection; waits a few milliseconds at most.
    ~VmScreen() override;

    bool isConnected() const { return m_connected; }
    /// The pointer stands at a pixel of the last frame. `buttons`: 1 left, 2 middle, 4 right, 8 wheel up, 16 wheel
    /// down, those that are down in sum. Dropped without a connection.
    void sendPointer(int x, int y, int buttons);
    /// A key by its X11 keysym.
    void sendKey(quint32 keysym, bool down);

signals:
    void frameArrived(const bv::ScreenFrame& frame);
    void connectedChanged(bool connected);

private:
    class Link;
    std::shared_ptr<Link> m_link;
    bool m_connected = false;
};

} // namespace bv

Q_DECLARE_METATYPE(bv::ScreenFrame)
