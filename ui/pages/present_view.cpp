#include "pages/present_view.h"

#include "analysis/findings.h"
#include "base/when_done.h"
#include "charts/bar_chart.h"
#include "charts/legend.h"
#include "charts/time_chart.h"
#include "models/chart_set.h"
#include "models/session_model.h"
#include "models/session_replay.h"
#include "run/engine.h"
#include "style/metrics.h"
#include "widgets/recorded_pill.h"
#include "widgets/replay_bar.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QStackedWidget>
#include <QtConcurrent/QtConcurrentRun>
#include <QVBoxLayout>
#include <algorithm>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

constexpr int redrawMs = 250;
constexpr int findMs = 1000;
constexpr double strokeFactor = 2.2;
// Of the type, as parts of the window.
constexpr double typeOfWidth = 1 / 62.0;
constexpr double typeOfHeight = 1 / 42.0;
constexpr double largest = 1.8; ///< a short sentence, against the type around it
constexpr double smallest = 0.9;
constexpr double sentenceOfHeight = 0.3;

} // namespace

PresentView::PresentView(const Services& services, SessionReplay& replay, QWidget* parent)
    : QWidget(parent, Qt::Window)
    , m_services(services)
    , m_replay(replay)
    , m_charts(new ChartSet(services.session, this))
    , m_stack(new QStackedWidget(this))
    , m_heading(new QLabel(this))
    , m_state(new QLabel(this))
    , m_pill(new RecordedPill(this))
    , m_sentence(new QLabel(this))
    , m_status(new QLabel(this))
    , m_count(new QLabel(this))
{
    setObjectName(u"presentView"_s);
    setWindowTitle(tr("Benchvisor, presented"));
    setAccessibleName(windowTitle());
    setMinimumSize(640, 480);
    setFocusPolicy(Qt::StrongFocus);
    const LookSource looks = [&session = services.session](const QString& id, const Theme& theme) {
        return targetLook(session, id, theme);
    };
    m_time = new TimeChart(looks);
    m_bars = new BarChart(looks);
    makeContent();
    makeCovers();
    m_redraw.setSingleShot(true);
    m_redraw.setInterval(redrawMs);
    m_find.setSingleShot(true);
    m_find.setInterval(findMs);
    connect(&m_redraw, &QTimer::timeout, this, &PresentView::refresh);
    connect(&m_find, &QTimer::timeout, this, &PresentView::findOut);
    follow();
    recolour();
    refresh();
    findOut();
}

PresentView::~PresentView() = default;

void PresentView::makeContent()
{
    auto* top = new QHBoxLayout;
    top->addWidget(m_heading, 1);
    top->addWidget(m_state);
    top->addWidget(m_pill);
    auto* bottom = new QHBoxLayout;
    bottom->addWidget(m_status, 1);
    bottom->addWidget(m_count);
    auto* layout = new QVBoxLayout(this);
    layout->addLayout(top);
    layout->addWidget(m_stack, 1);
    layout->addWidget(m_sentence);
    layout->addLayout(bottom);
    m_stack->addWidget(makePage(m_time));
    m_stack->addWidget(makePage(m_bars));
    m_stack->addWidget(new QWidget(m_stack));
    const auto name = [](QLabel* label, const QString& objectName, const QString& accessibleName) {
        label->setObjectName(objectName);
        label->setAccessibleName(accessibleName);
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
    };
    name(m_heading, u"presentHeading"_s, tr("What it is about"));
    name(m_state, u"presentState"_s, tr("Where these figures come from"));
    name(m_sentence, u"presentSentence"_s, tr("What was found"));
    name(m_status, u"presentStatus"_s, tr("What is going on"));
    name(m_count, u"presentCount"_s, tr("Which finding"));
    m_state->setWordWrap(false);
    m_count->setWordWrap(false);
}

/// A chart below its legend. Keys are the window's, so neither takes the focus.
QWidget* PresentView::makePage(ChartView* view)
{
    auto* page = new QWidget(m_stack);
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    auto* legend = new Legend(*view, page);
    legend->setAttribute(Qt::WA_TransparentForMouseEvents);
    layout->addWidget(legend);
    layout->addWidget(view, 1);
    view->setFocusPolicy(Qt::NoFocus);
    view->setAttribute(Qt::WA_TransparentForMouseEvents);
    view->plot().setStrokes(strokeFactor);
    return page;
}

void PresentView::makeCovers()
{
    m_blank = new QWidget(this);
    m_blank->setObjectName(u"presentBlank"_s);
    m_blank->setAccessibleName(tr("The screen is blank; B shows it again"));
    m_blank->setAutoFillBackground(true);
    m_blank->setPalette(QPalette(Qt::black));
    m_blank->hide();
    m_keys = new QLabel(this);
    m_keys->setObjectName(u"presentKeys"_s);
    m_keys->setAccessibleName(tr("Keys"));
    m_keys->setAutoFillBackground(true);
    m_keys->setFrameShape(QFrame::Box);
    m_keys->setTextFormat(Qt::RichText);
    const QList<std::pair<QString, QString>> rows{
        {u"→ ←"_s, tr("next and previous finding")},
        {u"Home"_s, tr("what is going on")},
        {tr("Space"), tr("pause or play a replay")},
        {u"+ −"_s, tr("speed of a replay")},
        {u"B"_s, tr("blank the screen")},
        {u"?"_s, tr("these keys")},
        {u"Esc"_s, tr("leave")},
    };
    QString text = u"<table cellpadding=6>"_s;
    for (const auto& [key, what] : rows)
        text += u"<tr><td><b>%1</b></td><td>%2</td></tr>"_s.arg(key.toHtmlEscaped(), what.toHtmlEscaped());
    m_keys->setText(text + u"</table>"_s);
    m_keys->hide();
}

void PresentView::follow()
{
    const SessionModel& session = m_services.session;
    connect(m_charts, &ChartSet::changed, this, &PresentView::touch);
    connect(m_charts, &ChartSet::rebuilt, this, &PresentView::touch);
    connect(&session, &SessionModel::runChanged, this, [this](qsizetype number) {
        m_phase.clear();
        touch();
        if (m_services.session.record(number) && !m_find.isActive())
            m_find.start();
    });
    connect(&session, &SessionModel::reset, this, [this] {
        m_choosing = true;
        m_slide = 0;
        m_slides.clear();
        touch();
        m_find.start();
    });
    connect(&session, &SessionModel::liveChanged, this, &PresentView::touch);
    connect(&m_replay, &SessionReplay::changed, this, &PresentView::touch);
    connect(&m_services.engine, &Engine::phaseChanged, this, [this](const QString& words) {
        m_phase = words;
        touch();
    });
    connect(&m_services.engine, &Engine::finished, this, [this] {
        m_phase.clear();
        m_find.start();
        touch();
    });
}

/// Something has changed: it is drawn soon, and several changes at once.
void PresentView::touch()
{
    if (isVisible() && !m_redraw.isActive())
        m_redraw.start();
}

/// What was found is worked out on the pool; beside a measurement, which that would disturb, only what is known anyway.
void PresentView::findOut()
{
    const SessionModel& session = m_services.session;
    if (session.isLive()) {
        takeSlides(liveSlides(session));
        return;
    }
    if (std::exchange(m_findingOut, true)) {
        m_findAgain = true;
        return;
    }
    const auto copy = std::make_shared<const Session>(session.session());
    whenDone(QtConcurrent::run([copy] { return analysis::findingsOf(*copy); }), this,
             [this](const QList<analysis::Finding>& findings) {
                 m_findingOut = false;
                 if (std::exchange(m_findAgain, false)) {
                     findOut();
                     return;
                 }
                 if (!m_services.session.isLive())
                     takeSlides(slidesOf(m_services.session, findings));
             });
}

/// The slide that is seen stays, wherever it is in the new order.
void PresentView::takeSlides(const QList<PresentSlide>& slides)
{
    const QString id = m_slide > 0 ? m_slides.at(m_slide - 1).id : QString();
    m_slides = slides;
    const auto same =
        std::find_if(slides.cbegin(), slides.cend(), [&id](const PresentSlide& one) { return one.id == id; });
    if (m_slide > 0)
        m_slide = same == slides.cend() ? std::min<qsizetype>(m_slide, slides.size()) : same - slides.cbegin() + 1;
    const SessionModel& session = m_services.session;
    if (std::exchange(m_choosing, false) && !session.isLive() && !session.isRecorded() && !slides.isEmpty())
        m_slide = 1;
    refresh();
}

void PresentView::goTo(qsizetype slide)
{
    m_choosing = false;
    m_slide = std::clamp<qsizetype>(slide, 0, m_slides.size());
    refresh();
}

void PresentView::refresh()
{
    if (m_slide == 0)
        showNow();
    else
        showFinding(m_slides.at(m_slide - 1));
    m_count->setText(m_slide == 0 ? tr("? shows the keys")
                                  : tr("Finding %1 of %2 · ? shows the keys").arg(m_slide).arg(m_slides.size()));
    showState();
    setAccessibleDescription(m_sentence->text());
    // No line ends within a figure.
    m_sentence->setText(m_sentence->text().replace(u'–', u"\u2060–\u2060"_s).replace(u" %"_s, u"\u00a0%"_s));
    fitSentence();
}

/// The chart of the test that is on or was last, with what can be said of it.
void PresentView::showNow()
{
    const SessionModel& session = m_services.session;
    if (session.isEmpty()) {
        m_heading->setText(tr("Benchvisor"));
        m_sentence->setText(m_phase.isEmpty() ? tr("Nothing is shown yet: press Run, or open a session.") : m_phase);
        m_stack->setCurrentIndex(2);
        return;
    }
    qsizetype run = session.runningNumber();
    for (qsizetype number = session.runCount() - 1; number >= 0 && run < 0; --number)
        run = session.record(number) ? number : -1;
    run = std::max<qsizetype>(run, 0);
    const int current = m_charts->groups().groupOf(run);
    const RunGroup& group = m_charts->groups().group(current);
    const auto kind = chartKindOf(group.test);
    const int place = kind ? m_charts->placeOf(*kind) : -1;
    PresentSlide bars;
    bars.test = group.test;
    const BarData results = place >= 0 && !m_charts->chart(place).isEmpty() ? BarData() : barsOf(session, bars);
    if (results.groups.isEmpty() && place >= 0) {
        m_time->setData(m_charts->chart(place));
        emit m_time->plotChanged(); // for its legend
        m_stack->setCurrentIndex(0);
    } else {
        m_bars->setData(results);
        m_stack->setCurrentIndex(results.groups.isEmpty() ? 2 : 1);
    }
    m_heading->setText(group.label);
    QStringList sentences;
    QString label;
    for (int i = current; i >= 0 && sentences.isEmpty(); --i) {
        if (m_charts->groups().group(i).test == group.test) {
            sentences = comparisonSentences(session, m_charts->groups().group(i));
            label = m_charts->groups().group(i).label;
        }
    }
    m_sentence->setText(sentences.isEmpty() ? QString() : label + u": "_s + sentences.join(u'\n'));
}

void PresentView::showFinding(const PresentSlide& slide)
{
    m_heading->setText(slide.heading);
    m_sentence->setText(slide.sentence);
    const BarData bars = barsOf(m_services.session, slide);
    m_bars->setData(bars);
    m_stack->setCurrentIndex(bars.groups.isEmpty() ? 2 : 1);
}

/// Measured now, played back or stored; and what goes on.
void PresentView::showState()
{
    const SessionModel& session = m_services.session;
    const bool measured = session.isLive() || session.isEmpty();
    m_pill->setVisible(!measured);
    QString state;
    if (session.isRecorded()) {
        const QString place = tr("%1 of %2 runs").arg(m_replay.position()).arg(m_replay.runCount());
        state = m_replay.isPlaying() ? tr("%1× · %2").arg(m_replay.speed()).arg(place)
                : m_replay.isAtEnd() ? tr("ended · %1").arg(place)
                                     : tr("paused · %1× · %2").arg(m_replay.speed()).arg(place);
    } else if (session.isLive()) {
        state = tr("%1 of %2 runs").arg(session.progress().done).arg(session.progress().total);
    }
    m_state->setText(state);
    QString status = m_phase;
    if (status.isEmpty() && session.runningNumber() >= 0)
        status = runningText(session, m_charts->groups(), session.runningNumber());
    else if (status.isEmpty() && !measured)
        status = recordedTitle(session.session());
    m_status->setText(status);
}

/// Esc is not Stop here, nor any key what it is in the window below.
bool PresentView::event(QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride) {
        event->accept();
        return true;
    }
    return QWidget::event(event);
}

void PresentView::keyPressEvent(QKeyEvent* event)
{
    event->accept();
    switch (event->key()) {
    case Qt::Key_Escape:
        if (isBlank())
            m_blank->hide();
        else if (areKeysShown())
            m_keys->hide();
        else
            close();
        break;
    case Qt::Key_F11:
        close();
        break;
    case Qt::Key_Right:
    case Qt::Key_PageDown:
        goTo(m_slide + 1);
        break;
    case Qt::Key_Left:
    case Qt::Key_PageUp:
        goTo(m_slide - 1);
        break;
    case Qt::Key_Home:
        goTo(0);
        break;
    case Qt::Key_End:
        goTo(m_slides.size());
        break;
    case Qt::Key_Space:
        m_replay.togglePlaying();
        break;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        m_replay.faster();
        break;
    case Qt::Key_Minus:
        m_replay.slower();
        break;
    case Qt::Key_B:
    case Qt::Key_Period: // what remote controls send
        m_blank->setVisible(!isBlank());
        m_blank->raise();
        break;
    case Qt::Key_Question:
        m_keys->setVisible(!areKeysShown());
        m_keys->raise();
        scaleType();
        break;
    default:
        break;
    }
}

/// There is nothing to go to: all keys are the window's.
bool PresentView::focusNextPrevChild(bool)
{
    return false;
}

bool PresentView::isBlank() const
{
    return m_blank->isVisibleTo(this);
}

bool PresentView::areKeysShown() const
{
    return m_keys->isVisibleTo(this);
}

QString PresentView::sentence() const
{
    return accessibleDescription();
}

QString PresentView::heading() const
{
    return m_heading->text();
}

const Plot* PresentView::plot() const
{
    switch (m_stack->currentIndex()) {
    case 0:
        return &m_time->plot();
    case 1:
        return &m_bars->plot();
    default:
        return nullptr;
    }
}

void PresentView::scaleType()
{
    const double pixels = std::min(width() * typeOfWidth, height() * typeOfHeight);
    QFont type = font();
    type.setPointSizeF(std::max(8.0, pixels * 72 / logicalDpiY()));
    if (type != font())
        setFont(type);
    const int margin = static_cast<int>(pixels);
    layout()->setContentsMargins(margin, margin / 2, margin, margin / 2);
    layout()->setSpacing(margin / 2);
    QFont heading = fontAt(TextStep::Strong, type);
    heading.setPointSizeF(type.pointSizeF() * 1.4);
    m_heading->setFont(heading);
    m_keys->setMargin(margin);
    m_keys->adjustSize();
    m_keys->move((width() - m_keys->width()) / 2, (height() - m_keys->height()) / 2);
    m_blank->setGeometry(rect());
}

/// As large as the sentence can be without taking the chart its room; alone it has the window.
void PresentView::fitSentence()
{
    const bool alone = m_stack->currentIndex() == 2;
    const QMargins margins = layout()->contentsMargins();
    const int room = width() - margins.left() - margins.right();
    const int most = static_cast<int>(height() * (alone ? 2 : 1) * sentenceOfHeight);
    QFont type = font();
    for (double factor = largest; factor >= smallest; factor *= 0.94) {
        type.setPointSizeF(font().pointSizeF() * factor);
        const QRect needed =
            QFontMetrics(type).boundingRect(QRect(0, 0, room, 10'000), Qt::TextWordWrap, m_sentence->text());
        if (needed.height() <= most)
            break;
    }
    m_sentence->setFont(type);
    m_sentence->setAlignment(alone ? Qt::AlignCenter : Qt::AlignLeft | Qt::AlignVCenter);
    m_sentence->setVisible(!m_sentence->text().isEmpty());
}

void PresentView::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    scaleType();
    fitSentence();
}

void PresentView::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    scaleType();
    refresh();
    setFocus();
}

void PresentView::recolour()
{
    const Theme theme = Appearance::themeFor(palette());
    QPalette muted;
    muted.setColor(QPalette::WindowText, theme.mutedText);
    for (QLabel* label : {m_state, m_status, m_count})
        label->setPalette(muted);
    QPalette card;
    card.setColor(QPalette::Window, theme.card);
    m_keys->setPalette(card);
}

void PresentView::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_keys)
        recolour();
}

/// The colour of charts, so that they have no edge.
void PresentView::paintEvent(QPaintEvent*)
{
    QPainter(this).fillRect(rect(), Appearance::themeFor(palette()).card);
}

} // namespace bv
