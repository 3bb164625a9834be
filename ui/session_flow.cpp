#include "session_flow.h"

#include "base/when_done.h"
#include "models/plan_document.h"
#include "models/session_model.h"
#include "plan/plan_json.h"
#include "run/engine.h"
#include "session/session_json.h"
#include "session/session_library.h"
#include "system/environment_monitor.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtConcurrent/QtConcurrentRun>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

/// What a file turned out to be.
struct OpenedFile
{
    std::optional<Plan> plan;
    SessionLibrary::SessionPtr session;
};

/// On the pool.
Result<OpenedFile> readFile(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return Error(Error::Code::Io, SessionFlow::tr("%1 cannot be read: %2.").arg(path, file.errorString()));
    // A plan is small; whether a file is one is seen without reading a session of many megabytes twice.
    const QByteArray beginning = file.peek(planSizeLimit + 1);
    OpenedFile opened;
    const QString schema = QJsonDocument::fromJson(beginning).object()["schema"_L1].toString();
    if (schema.startsWith("benchvisor-plan/"_L1)) {
        auto plan = planFromJson(beginning);
        if (!plan)
            return Error(plan.error().code, path + u": "_s + plan.error().message, plan.error().detail);
        opened.plan = withPathsFrom(*plan, QFileInfo(path).absolutePath());
        return opened;
    }
    file.close();
    auto session = readSessionFile(path);
    if (!session)
        return session.error();
    opened.session = std::make_shared<Session>(*std::move(session));
    return opened;
}

} // namespace

SessionFlow::SessionFlow(const Services& services, QObject* parent)
    : QObject(parent)
    , m_services(services)
    , m_replay(services.session)
{
    connect(&services.engine, &Engine::finished, this, &SessionFlow::end);
    connect(&services.environment, &EnvironmentMonitor::checkingChanged, this, [this](bool checking) {
        if (!checking && m_waiting)
            std::exchange(m_waiting, {})();
    });
}

/// The environment check may boot a guest to try KVM; nothing may be measured beside that.
void SessionFlow::begin(const std::function<void()>& launch)
{
    m_replay.stop();
    m_busy = true;
    m_clock.start();
    emit busyChanged(true);
    if (m_services.environment.isChecking()) {
        m_waiting = launch;
        emit waiting(tr("Finishing the environment check"));
        return;
    }
    emit waiting(tr("Beginning"));
    launch();
}

bool SessionFlow::refuseWhileBusy()
{
    if (!m_busy)
        return false;
    emit failed(Error(Error::Code::Locked, tr("A session is being measured, and showing another one would disturb it. "
                                              "Wait for its end, or stop it.")));
    return true;
}

void SessionFlow::run()
{
    if (m_busy)
        return;
    if (!m_services.plan.canRun()) {
        emit failed(Error(Error::Code::BadInput, m_services.plan.summary()));
        return;
    }
    const Plan plan = m_services.plan.enabledPlan();
    begin([this, plan] {
        m_services.session.follow(m_services.engine, plan);
        m_services.engine.start(plan);
    });
}

void SessionFlow::resume(const QString& sessionId)
{
    if (refuseWhileBusy())
        return;
    m_busy = true; // from now on: the loading is part of it
    m_loading = true;
    m_clock.start();
    emit busyChanged(true);
    emit waiting(tr("Loading the session"));
    const int attempt = ++m_attempt;
    whenDone(m_services.library.load(sessionId), this,
             [this, attempt](const Result<SessionLibrary::SessionPtr>& loaded) {
                 if (attempt != m_attempt || !std::exchange(m_loading, false))
                     return; // stopped meanwhile
                 if (!loaded) {
                     m_busy = false;
                     emit busyChanged(false);
                     emit failed(loaded.error());
                     return;
                 }
                 const SessionLibrary::SessionPtr session = *loaded;
                 begin([this, session] {
                     m_services.session.followResumed(m_services.engine, *session);
                     m_services.engine.resume(session->id);
                 });
             });
}

void SessionFlow::stop()
{
    const bool loading = std::exchange(m_loading, false);
    const bool waited = bool(std::exchange(m_waiting, {}));
    if (loading || waited) { // nothing had begun
        SessionOutcome outcome;
        outcome.state = SessionState::Cancelled;
        outcome.error = Error(Error::Code::Cancelled, tr("Cancelled."));
        end(outcome);
        return;
    }
    m_services.engine.stop();
}

void SessionFlow::end(const SessionOutcome& outcome)
{
    m_busy = false;
    emit busyChanged(false);
    emit ended(outcome, static_cast<double>(m_clock.elapsed()) / 1000);
    if (outcome.sessionId.isEmpty())
        return;
    whenDone(m_services.library.load(outcome.sessionId, SessionStore::Detail::WithoutOutput), this,
             [this](const Result<SessionLibrary::SessionPtr>& stored) {
                 if (stored)
                     m_services.session.takeStored(**stored);
             });
}

void SessionFlow::open(const QString& sessionId)
{
    if (refuseWhileBusy())
        return;
    whenDone(m_services.library.load(sessionId), this, [this](const Result<SessionLibrary::SessionPtr>& loaded) {
        if (m_busy)
            return; // a run was begun meanwhile
        if (!loaded) {
            emit failed(loaded.error());
            return;
        }
        m_services.session.show(*loaded);
        emit opened();
    });
}

void SessionFlow::replay(const QString& sessionId)
{
    if (refuseWhileBusy())
        return;
    if (sessionId.isEmpty()) {
        const SessionModel& shown = m_services.session;
        play(shown.isRecorded() ? shown.recorded() : std::make_shared<const Session>(shown.session()));
        return;
    }
    whenDone(m_services.library.load(sessionId), this, [this](const Result<SessionLibrary::SessionPtr>& loaded) {
        if (m_busy)
            return; // a run was begun meanwhile
        if (loaded)
            play(*loaded);
        else
            emit failed(loaded.error());
    });
}

void SessionFlow::play(const std::shared_ptr<const Session>& session)
{
    const Result<> started = m_replay.start(session);
    if (started)
        emit replaying();
    else
        emit failed(started.error());
}

void SessionFlow::openFile(const QString& path)
{
    whenDone(QtConcurrent::run(readFile, path), this, [this, path](const Result<OpenedFile>& file) {
        if (!file) {
            emit failed(file.error());
            return;
        }
        if (file->plan) {
            emit planRead(*file->plan, path);
            return;
        }
        if (refuseWhileBusy())
            return;
        m_services.session.show(file->session);
        emit opened();
    });
}

} // namespace bv
