#include "run/engine.h"

#include "run/engine_worker.h"

using namespace Qt::StringLiterals;

namespace bv {

Engine::Engine(EngineSettings settings, QObject* parent)
    : QObject(parent)
    , m_settings(std::move(settings))
    , m_worker(new EngineWorker(m_settings))
{
    m_thread.setObjectName(u"engine"_s);
    m_worker->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_worker, &QObject::deleteLater);
    connect(m_worker, &EngineWorker::phaseChanged, this, &Engine::phaseChanged);
    connect(m_worker, &EngineWorker::noteAdded, this, &Engine::noteAdded);
    connect(m_worker, &EngineWorker::planDecided, this, &Engine::planDecided);
    connect(m_worker, &EngineWorker::sessionStarted, this, &Engine::sessionStarted);
    connect(m_worker, &EngineWorker::runStarted, this, &Engine::runStarted);
    connect(m_worker, &EngineWorker::intervalArrived, this, &Engine::intervalArrived);
    connect(m_worker, &EngineWorker::utilizationSampled, this, &Engine::utilizationSampled);
    connect(m_worker, &EngineWorker::runFinished, this, &Engine::runFinished);
    connect(m_worker, &EngineWorker::runSkipped, this, &Engine::runSkipped);
    connect(m_worker, &EngineWorker::progressChanged, this, &Engine::progressChanged);
    connect(m_worker, &EngineWorker::logged, this, &Engine::logged);
    connect(m_worker, &EngineWorker::screenOffered, this, &Engine::screenOffered);
    connect(m_worker, &EngineWorker::finished, this, [this](const SessionOutcome& outcome) {
        m_running = false;
        emit runningChanged(false);
        emit finished(outcome);
    });
    m_thread.start();
}

Engine::~Engine()
{
    m_stop.request_stop();
    QMetaObject::invokeMethod(
        m_worker, [worker = m_worker] { worker->quitWhenIdle(); }, Qt::QueuedConnection);
    m_thread.wait();
}

void Engine::start(const Plan& plan)
{
    launch(plan, {});
}

void Engine::resume(const QString& sessionId)
{
    launch({}, sessionId);
}

void Engine::launch(const Plan& plan, const QString& resumeId)
{
    if (m_running)
        return;
    m_running = true;
    m_stop = std::stop_source();
    QMetaObject::invokeMethod(
        m_worker,
        [worker = m_worker, plan, resumeId, stop = m_stop.get_token()] { worker->launch(plan, resumeId, stop); },
        Qt::QueuedConnection);
    emit runningChanged(true);
}

void Engine::stop()
{
    m_stop.request_stop();
}

} // namespace bv
