#include "run/engine_worker.h"

#include <QThread>
#include <exception>

namespace bv {

EngineWorker::EngineWorker(EngineSettings settings)
    : m_settings(std::move(settings))
{
}

void EngineWorker::launch(const Plan& plan, const QString& resumeId, std::stop_token stop)
{
    runSession(plan, resumeId, std::move(stop)); // the frame keeps itself until it ends; quitWhenIdle() waits for that
}

void EngineWorker::quitWhenIdle()
{
    m_quitting = true;
    if (!m_busy)
        thread()->quit();
}

Task<> EngineWorker::runSession(Plan plan, QString resumeId, std::stop_token stop)
{
    m_busy = true;
    SessionOutcome outcome;
    {
        SessionRunner runner(m_settings);
        relay(runner);
        // Expected failures are values; an exception is a fault of ours, and must end the session instead of hanging
        // it.
        try {
            if (resumeId.isEmpty())
                outcome = co_await runner.run(plan, stop);
            else
                outcome = co_await runner.resume(resumeId, stop);
        } catch (const std::exception& fault) {
            outcome.error = Error(Error::Code::Io, tr("Benchvisor failed: %1").arg(QString::fromUtf8(fault.what())));
        }
    }
    m_busy = false;
    emit finished(outcome);
    if (m_quitting)
        thread()->quit();
}

void EngineWorker::relay(const SessionRunner& runner)
{
    connect(&runner, &SessionRunner::phaseChanged, this, &EngineWorker::phaseChanged);
    connect(&runner, &SessionRunner::noteAdded, this, &EngineWorker::noteAdded);
    connect(&runner, &SessionRunner::sessionStarted, this, &EngineWorker::sessionStarted);
    connect(&runner, &SessionRunner::runStarted, this, &EngineWorker::runStarted);
    connect(&runner, &SessionRunner::intervalArrived, this, &EngineWorker::intervalArrived);
    connect(&runner, &SessionRunner::utilizationSampled, this, &EngineWorker::utilizationSampled);
    connect(&runner, &SessionRunner::runFinished, this, &EngineWorker::runFinished);
    connect(&runner, &SessionRunner::runSkipped, this, &EngineWorker::runSkipped);
    connect(&runner, &SessionRunner::progressChanged, this, &EngineWorker::progressChanged);
    connect(&runner, &SessionRunner::logged, this, &EngineWorker::logged);
}

} // namespace bv
