#include "dialogs/screen_window.h"

#include "run/vm_screen.h"
#include "style/metrics.h"
#include "widgets/screen_view.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

constexpr QSize usualSize(840, 580); // 800 × 600 is what firmware shows at most, and 720 × 400 its text
constexpr quint32 controlKey = 0xffe3;
constexpr quint32 altKey = 0xffe9;
constexpr quint32 deleteKey = 0xffff;

} // namespace

ScreenWindow::ScreenWindow(QWidget* parent)
    : QDialog(parent)
    , m_choice(new QComboBox(this))
    , m_state(new QLabel(this))
    , m_advice(tr("Ctrl+Alt+G gives the keyboard back. Close this window while it measures: looking costs the "
                  "machine some CPU."))
    , m_view(new ScreenView(this))
{
    setObjectName(u"screenWindow"_s);
    setWindowTitle(tr("Screen of the virtual machine"));
    setSizeGripEnabled(true);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(gap, gap, gap, gap);
    layout->setSpacing(gap);
    auto* row = new QHBoxLayout;
    row->setSpacing(gap);
    m_choice->setObjectName(u"screenChoice"_s);
    m_choice->setAccessibleName(tr("Virtual machine"));
    m_state->setObjectName(u"screenState"_s);
    m_state->setWordWrap(true);
    auto* keys = new QPushButton(tr("Send &Ctrl+Alt+Del"), this);
    keys->setObjectName(u"screenKeys"_s);
    keys->setAutoDefault(false);
    row->addWidget(m_choice);
    row->addWidget(m_state, 1);
    row->addWidget(keys);
    layout->addLayout(row);
    m_view->setObjectName(u"screenView"_s);
    layout->addWidget(m_view, 1);
    connect(m_choice, &QComboBox::currentIndexChanged, this, &ScreenWindow::connectScreen);
    connect(keys, &QPushButton::clicked, m_view, [this] { m_view->sendKeys({controlKey, altKey, deleteKey}); });
    connect(m_view, &ScreenView::keysGivenBack, keys, [keys] { keys->setFocus(Qt::OtherFocusReason); });
    connect(m_view, &ScreenView::keyChanged, this, [this](quint32 keysym, bool down) {
        if (m_screen)
            m_screen->sendKey(keysym, down);
    });
    connect(m_view, &ScreenView::pointerChanged, this, [this](int x, int y, int buttons) {
        if (m_screen)
            m_screen->sendPointer(x, y, buttons);
    });
    sayState();
    resize(usualSize);
}

ScreenWindow::~ScreenWindow() = default;

void ScreenWindow::addScreen(const QString& targetId, const QString& name, const QString& socketPath)
{
    if (m_ended) { // of the session before
        m_ended = false;
        m_choice->clear();
        m_paths.clear();
    }
    const bool known = m_paths.contains(targetId);
    const bool moved = m_paths.value(targetId) != socketPath;
    m_paths.insert(targetId, socketPath);
    if (!known)
        m_choice->addItem(name, targetId); // the first one becomes the current one
    else if (moved && m_choice->currentData() == targetId)
        connectScreen();
    m_choice->setVisible(m_choice->count() > 1);
    sayState();
}

void ScreenWindow::setAdvice(const QString& advice)
{
    m_advice = advice;
    sayState();
}

void ScreenWindow::clear()
{
    m_ended = true;
    m_screen.reset();
    sayState();
}

void ScreenWindow::connectScreen()
{
    m_screen.reset();
    m_view->setPicture({});
    const QString path = m_paths.value(m_choice->currentData().toString());
    if (path.isEmpty() || m_ended || !isVisible()) {
        sayState();
        return;
    }
    m_screen = std::make_unique<VmScreen>(path);
    connect(m_screen.get(), &VmScreen::connectedChanged, this, &ScreenWindow::sayState);
    connect(m_screen.get(), &VmScreen::frameArrived, this, [this](const ScreenFrame& frame) {
        const QImage view(reinterpret_cast<const uchar*>(frame.pixels.constData()), frame.width, frame.height,
                          frame.width * 4, QImage::Format_RGB32);
        m_view->setPicture(view.copy());
    });
    sayState();
}

void ScreenWindow::sayState()
{
    const bool connected = m_screen && m_screen->isConnected();
    if (m_ended) {
        m_state->setText(tr("The virtual machine has ended."));
    } else if (connected) {
        m_state->setText(m_advice);
    } else {
        m_state->setText(tr("Waiting for the virtual machine to start…"));
    }
    m_view->setWords(m_state->text());
}

void ScreenWindow::showEvent(QShowEvent* event)
{
    QDialog::showEvent(event);
    if (!m_screen)
        connectScreen();
}

void ScreenWindow::hideEvent(QHideEvent* event)
{
    m_screen.reset();
    QDialog::hideEvent(event);
}

} // namespace bv
