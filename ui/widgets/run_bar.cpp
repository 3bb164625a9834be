#include "widgets/run_bar.h"

#include "models/session_model.h"
#include "plan/parameters.h"
#include "run/engine.h"
#include "style/metrics.h"

#include <QGridLayout>
#include <QLabel>
#include <QProgressBar>

using namespace Qt::StringLiterals;

namespace bv {

RunBar::RunBar(const Services& services, QWidget* parent)
    : QWidget(parent)
    , m_services(services)
    , m_words(new QLabel(this))
    , m_figures(new QLabel(this))
    , m_bar(new QProgressBar(this))
{
    auto* layout = new QGridLayout(this);
    layout->setContentsMargins(gapLarge, gapSmall, gapLarge, gapSmall);
    layout->setVerticalSpacing(gapSmall);
    layout->addWidget(m_words, 0, 0);
    layout->addWidget(m_figures, 0, 1, Qt::AlignRight);
    layout->addWidget(m_bar, 1, 0, 1, 2);
    layout->setColumnStretch(0, 1);
    m_words->setObjectName(u"runWords"_s);
    m_words->setWordWrap(true);
    m_words->setTextFormat(Qt::PlainText);
    m_words->setAccessibleName(tr("What is going on"));
    m_figures->setObjectName(u"runFigures"_s);
    m_bar->setObjectName(u"runProgress"_s);
    m_bar->setTextVisible(false);
    m_bar->setFixedHeight(6);
    m_bar->setAccessibleName(tr("Progress of the session"));

    connect(&services.engine, &Engine::phaseChanged, this, &RunBar::showPhase);
    connect(&services.engine, &Engine::runStarted, this, [this](const PlannedRun& run) {
        const QString repeat = run.discarded ? tr("warm-up %1").arg(run.repeat) : tr("repeat %1").arg(run.repeat);
        m_words->setText(tr("Measuring %1, %2, in %3")
                             .arg(describeParams(run.test, run.params), repeat, m_services.session.targetName(run)));
    });
    connect(&services.session, &SessionModel::progressChanged, this, &RunBar::showProgress);
    connect(&services.session, &SessionModel::reset, this, &RunBar::showProgress);
}

QString RunBar::words() const
{
    return m_words->text();
}

QString RunBar::figures() const
{
    return m_figures->text();
}

void RunBar::showWords(const QString& words)
{
    setPercent(-1);
    m_figures->clear();
    m_words->setText(words);
    // No "busy" animation: it would take CPU from what is measured.
    m_bar->setRange(0, 100);
    m_bar->setValue(0);
}

void RunBar::showPhase(const QString& words, double fraction)
{
    m_words->setText(fraction < 0 ? words : tr("%1: %2 %").arg(words).arg(qRound(fraction * 100)));
    if (fraction >= 0 && !m_services.session.isLive())
        m_bar->setValue(qRound(fraction * 100));
}

void RunBar::showProgress()
{
    const SessionProgress& progress = m_services.session.progress();
    if (progress.total <= 0 || !m_services.session.isLive())
        return;
    const int percent = progress.done * 100 / progress.total;
    m_bar->setValue(percent);
    const QString left = formatDuration(progress.remaining);
    m_figures->setText(progress.done < progress.total
                           ? tr("%1 of %2 runs · %3 left").arg(progress.done).arg(progress.total).arg(left)
                           : tr("%1 of %2 runs").arg(progress.done).arg(progress.total));
    setPercent(percent);
}

void RunBar::setPercent(int percent)
{
    if (std::exchange(m_percent, percent) != percent)
        emit percentChanged(percent);
}

} // namespace bv
