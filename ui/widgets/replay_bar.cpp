#include "widgets/replay_bar.h"

#include "models/session_list_model.h"
#include "models/session_replay.h"
#include "style/icons.h"
#include "style/metrics.h"
#include "widgets/recorded_pill.h"

#include <QAbstractButton>
#include <QComboBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLocale>
#include <QSlider>
#include <QToolButton>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

/// Above this many runs the place is taken when the slider is let go: each place draws everything anew.
constexpr int mostTracked = 500;

} // namespace

ReplayBar::ReplayBar(SessionReplay& replay, QWidget* parent)
    : QWidget(parent)
    , m_replay(replay)
    , m_title(new QLabel(this))
    , m_place(new QLabel(this))
    , m_speed(new QComboBox(this))
    , m_slider(new QSlider(Qt::Horizontal, this))
{
    setObjectName(u"replayBar"_s);
    setAccessibleName(tr("Replay"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gapSmall);
    auto* top = new QHBoxLayout;
    top->setSpacing(gap);
    top->addWidget(new RecordedPill(this));
    m_title->setObjectName(u"replayTitle"_s);
    m_title->setAccessibleName(tr("What is played back"));
    m_title->setTextFormat(Qt::PlainText);
    m_title->setWordWrap(true);
    top->addWidget(m_title, 1);
    QToolButton* end = addButton(top, u"replayEnd"_s, u"close"_s, tr("End the replay, show the whole session"));
    end->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    end->setText(tr("&End replay"));
    connect(end, &QToolButton::clicked, &m_replay, &SessionReplay::stop);
    layout->addLayout(top);
    auto* controls = new QHBoxLayout;
    controls->setSpacing(gapSmall);
    makeControls(controls);
    layout->addLayout(controls);
    connect(&m_replay, &SessionReplay::activeChanged, this, &ReplayBar::showSession);
    connect(&m_replay, &SessionReplay::changed, this, &ReplayBar::refresh);
    showSession();
}

QToolButton* ReplayBar::addButton(QHBoxLayout* layout, const QString& name, const QString& iconName,
                                  const QString& text)
{
    auto* button = new QToolButton(this);
    button->setObjectName(name);
    button->setIcon(icon(iconName));
    button->setIconSize(QSize(iconSize, iconSize));
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::StrongFocus);
    button->setToolTip(text);
    button->setAccessibleName(text);
    button->installEventFilter(this);
    layout->addWidget(button);
    return button;
}

void ReplayBar::makeControls(QHBoxLayout* layout)
{
    m_back = addButton(layout, u"replayBack"_s, u"step-back"_s, tr("Back to the beginning of a run (Shift+←)"));
    m_play = addButton(layout, u"replayPlay"_s, u"run"_s, tr("Play (Space)"));
    m_step = addButton(layout, u"replayStep"_s, u"step"_s, tr("Next interval (→)"));
    m_stepRun = addButton(layout, u"replayStepRun"_s, u"step-run"_s, tr("Next run (Shift+→)"));
    connect(m_back, &QToolButton::clicked, &m_replay, &SessionReplay::stepBack);
    connect(m_play, &QToolButton::clicked, &m_replay, &SessionReplay::togglePlaying);
    connect(m_step, &QToolButton::clicked, &m_replay, &SessionReplay::stepInterval);
    connect(m_stepRun, &QToolButton::clicked, &m_replay, &SessionReplay::stepRun);
    m_speed->setObjectName(u"replaySpeed"_s);
    m_speed->setAccessibleName(tr("Speed"));
    m_speed->setToolTip(tr("Speed (+ and −)"));
    for (const int speed : SessionReplay::speeds())
        m_speed->addItem(tr("%1×").arg(speed), speed);
    m_speed->installEventFilter(this);
    connect(m_speed, &QComboBox::activated, this,
            [this](int index) { m_replay.setSpeed(m_speed->itemData(index).toInt()); });
    layout->addWidget(m_speed);
    m_slider->setObjectName(u"replaySlider"_s);
    m_slider->setAccessibleName(tr("Runs that have ended"));
    m_slider->setToolTip(tr("Goes to a run"));
    m_slider->installEventFilter(this);
    connect(m_slider, &QSlider::valueChanged, this, [this](int value) {
        if (value != m_replay.position())
            m_replay.seek(value);
    });
    layout->addSpacing(gap);
    layout->addWidget(m_slider, 1);
    m_place->setObjectName(u"replayPlace"_s);
    m_place->setAccessibleName(tr("Place in the replay"));
    layout->addSpacing(gap);
    layout->addWidget(m_place);
}

void ReplayBar::showSession()
{
    const bool active = m_replay.isActive();
    setVisible(active);
    if (!active)
        return;
    m_title->setText(recordedTitle(m_replay.session()));
    m_slider->setTracking(m_replay.runCount() <= mostTracked);
    const QSignalBlocker quiet(m_slider);
    m_slider->setRange(0, static_cast<int>(m_replay.runCount()));
    m_slider->setPageStep(std::max(1, static_cast<int>(m_replay.runCount() / 10)));
    // As wide as it will become, so that the slider keeps its length.
    m_place->setMinimumWidth(m_place->fontMetrics().horizontalAdvance(
        tr("%1 of %2 runs").arg(m_replay.runCount()).arg(m_replay.runCount())));
    refresh();
}

void ReplayBar::refresh()
{
    if (!m_replay.isActive())
        return;
    const QString play = m_replay.isPlaying() ? tr("Pause (Space)")
                         : m_replay.isAtEnd() ? tr("Play again from the beginning (Space)")
                                              : tr("Play (Space)");
    if (m_play->toolTip() != play) {
        m_play->setIcon(icon(m_replay.isPlaying() ? u"pause"_s : u"run"_s));
        m_play->setToolTip(play);
        m_play->setAccessibleName(play);
    }
    m_step->setEnabled(!m_replay.isAtEnd());
    m_stepRun->setEnabled(!m_replay.isAtEnd());
    m_speed->setCurrentIndex(m_speed->findData(m_replay.speed()));
    m_place->setText(tr("%1 of %2 runs").arg(m_replay.position()).arg(m_replay.runCount()));
    if (!m_slider->isSliderDown()) {
        const QSignalBlocker quiet(m_slider);
        m_slider->setValue(static_cast<int>(m_replay.position()));
    }
}

QString ReplayBar::title() const
{
    return m_title->text();
}

QString ReplayBar::place() const
{
    return m_place->text();
}

void ReplayBar::takeFocus()
{
    m_play->setFocus(Qt::OtherFocusReason);
}

bool ReplayBar::handleKey(const QKeyEvent& event)
{
    const bool shift = event.modifiers().testFlag(Qt::ShiftModifier);
    if (!m_replay.isActive() || (event.modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier)))
        return false;
    switch (event.key()) {
    case Qt::Key_Space:
        m_replay.togglePlaying();
        return true;
    case Qt::Key_Right:
        if (shift)
            m_replay.stepRun();
        else
            m_replay.stepInterval();
        return true;
    case Qt::Key_Left:
        if (shift)
            m_replay.stepBack();
        return shift;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        m_replay.faster();
        return true;
    case Qt::Key_Minus:
        m_replay.slower();
        return true;
    default:
        return false;
    }
}

/// Buttons press themselves by Space, the slider moves by arrows; everything else is the bar's.
bool ReplayBar::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::KeyPress) {
        const auto& key = *static_cast<QKeyEvent*>(event);
        const bool own = key.key() == Qt::Key_Space ? qobject_cast<QAbstractButton*>(watched) || watched == m_speed
                                                    : watched == m_slider && key.modifiers() == Qt::NoModifier &&
                                                          (key.key() == Qt::Key_Left || key.key() == Qt::Key_Right);
        if (!own && handleKey(key))
            return true;
    }
    return QWidget::eventFilter(watched, event);
}

QString recordedTitle(const Session& session)
{
    const QString name = sessionTitle(session.name, session.plan.name);
    if (!session.created.isValid())
        return name;
    return ReplayBar::tr("%1, %2").arg(name, QLocale().toString(session.created.toLocalTime(), QLocale::ShortFormat));
}

} // namespace bv
