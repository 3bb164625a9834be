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

void EngineWorker::post(Job job)
{
    QMetaObject::invokeMethod(
        this, [this, job = std::move(job)] { runJob(job); }, Qt::QueuedConnection);
}

Task<> EngineWorker::runJob(Job job)
{
    ++m_busy;
    try {
        co_await job(m_jobsStop.get_token());
    } catch (const std::exception& fault) {
        qWarning("A job failed: %s", fault.what());
    }
    ended();
}

void EngineWorker::quitWhenIdle()
{
    m_quitting = true;
    m_jobsStop.request_stop();
    if (m_busy == 0)
        thread()->quit();
}

void EngineWorker::ended()
{
    if (--m_busy == 0 && m_quitting)
        thread()->quit();
}

Task<> EngineWorker::runSession(Plan plan, QString resumeId, std::stop_token stop)
{
    ++m_busy;
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
    emit finished(outcome);
    ended();
}

void EngineWorker::relay(const SessionRunner& runner)
{
    connect(&runner, &SessionRunner::phaseChanged, this, &EngineWorker::phaseChanged);
    connect(&runner, &SessionRunner::noteAdded, this, &EngineWorker::noteAdded);
    connect(&runner, &SessionRunner::planDecided, this, &EngineWorker::planDecided);
    connect(&runner, &SessionRunner::sessionStarted, this, &EngineWorker::sessionStarted);
    connect(&runner, &SessionRunner::runStarted, this, &EngineWorker::runStarted);
    connect(&runner, &SessionRunner::intervalArrived, this, &EngineWorker::intervalArrived);
    connect(&runner, &SessionRunner::utilizationSampled, this, &EngineWorker::utilizationSampled);
    connect(&runner, &SessionRunner::runFinished, this, &EngineWorker::runFinished);
    connect(&runner, &SessionRunner::runSkipped, this, &EngineWorker::runSkipped);
    connect(&runner, &SessionRunner::progressChanged, this, &EngineWorker::progressChanged);
    connect(&runner, &SessionRunner::logged, this, &EngineWorker::logged);
    connect(&runner, &SessionRunner::screenOffered, this, &EngineWorker::screenOffered);
}

} // namespace bv
