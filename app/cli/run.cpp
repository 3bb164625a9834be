#include "cli/cli.h"
#include "cli/fairness_text.h"
#include "cli/plan_arguments.h"
#include "cli/progress_view.h"
#include "cli/result_table.h"
#include "cli/session_argument.h"
#include "signal_watcher.h"

#include "export/save_file.h"
#include "export/session_export.h"
#include "machine/host_facts.h"
#include "plan/expand.h"
#include "plan/validate.h"
#include "run/engine.h"
#include "run/measuring_host.h"
#include "session/session_store.h"

#include <QCoreApplication>
#include <QHash>
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <memory>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace bv::cli {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::cli::Run)
};

struct Arguments
{
    PlanArguments plan;
    std::string resume;
    std::string output;
    bool json = false;
    bool quiet = false;
};

QString outputPath(const Arguments& arguments)
{
    return QString::fromLocal8Bit(arguments.output.c_str());
}

void complain(const Error& error)
{
    std::fprintf(stderr, "%s\n", qPrintable(error.message));
    if (!error.detail.isEmpty() && !error.message.contains(error.detail))
        std::fprintf(stderr, "%s\n", qPrintable(error.detail));
}

int statusOf(const SessionOutcome& outcome)
{
    if (outcome.state == SessionState::Cancelled)
        return Interrupted;
    if (outcome.sessionId.isEmpty())
        return outcome.error.code == Error::Code::BadInput || outcome.error.code == Error::Code::TooNew ? Usage
                                                                                                        : NotReady;
    return outcome.state == SessionState::Finished ? Done : SomeFailed;
}

void warn(const Plan& plan, const QJsonObject& host)
{
    const MachineLimits limits = machineLimits();
    const QList<PlanProblem> problems = validatePlan(plan, limits);
    for (const PlanProblem& problem : problems) {
        if (problem.severity == PlanProblem::Severity::Warning && !problem.isFairness)
            std::fprintf(stderr, "%s\n",
                         qPrintable(printableLines(Text::tr("Note: %1: %2").arg(problem.where, problem.message))));
    }
    const QStringList unequal = fairnessLines(plan, host);
    for (const QString& line : unequal)
        std::fprintf(stderr, "%s\n", qPrintable(printableLines(line)));
    const QString groups = describeGroups(plan, limits);
    if (!groups.isEmpty())
        std::fprintf(stderr, "%s\n", qPrintable(printableLines(groups)));
}

/// What went wrong with runs, for whoever wants no progress: each fault once.
class Failures
{
public:
    void add(const RunRecord& record)
    {
        if (record.status == RunStatus::Ok || record.status == RunStatus::Cancelled)
            return;
        const QString what = record.target + u": "_s + record.error.section(u'\n', 0, 0);
        if (!m_counts.contains(what))
            m_order << what;
        ++m_counts[what];
    }
    void print() const
    {
        for (const QString& what : m_order)
            std::fprintf(
                stderr, "%s\n",
                qPrintable(printable(Text::tr("%n run(s) failed in %1", nullptr, m_counts.value(what)).arg(what))));
    }

private:
    QStringList m_order;
    QHash<QString, int> m_counts;
};

/// Runs the session on its thread until it has finished; SIGINT, SIGTERM and SIGHUP stop it.
SessionOutcome runSession(const EngineSettings& settings, const Arguments& arguments, const Plan& plan,
                          const QString& resumeId)
{
    SessionOutcome outcome;
    Engine engine(settings);
    std::unique_ptr<ProgressView> view;
    Failures failures;
    if (!arguments.quiet)
        view = std::make_unique<ProgressView>(engine, plan);
    else
        QObject::connect(&engine, &Engine::runFinished, &engine,
                         [&failures](const RunRecord& record) { failures.add(record); });
    SignalWatcher signalWatcher;
    int signalsSeen = 0;
    QObject::connect(&signalWatcher, &SignalWatcher::caught, &engine, [&](int number) {
        if (++signalsSeen > 2)
            ::_exit(128 + number); // the children die with us, and the next start sweeps up
        if (view)
            view->end();
        if (!arguments.quiet && signalsSeen == 1)
            std::fprintf(stderr, "%s\n", qPrintable(Text::tr("Stopping…")));
        engine.stop();
    });
    QObject::connect(&engine, &Engine::finished, qApp, [&outcome](const SessionOutcome& ended) {
        outcome = ended;
        QCoreApplication::quit();
    });
    if (resumeId.isEmpty())
        engine.start(plan);
    else
        engine.resume(resumeId);
    QCoreApplication::exec();
    if (view)
        view->end();
    failures.print();
    return outcome;
}

/// Prints and writes what was measured. False when the output file could not be written.
bool deliver(const EngineSettings& settings, const Arguments& arguments, const SessionOutcome& outcome)
{
    const auto store = SessionStore::open(settings.storeFile());
    const bool whole = arguments.json || !arguments.output.empty();
    const auto detail = whole ? SessionStore::Detail::Everything : SessionStore::Detail::WithoutOutput;
    const auto session = store ? (*store)->load(outcome.sessionId, detail) : Result<Session>(store.error());
    if (!session) {
        complain(session.error());
        return false;
    }
    if (arguments.json)
        std::fputs(exportedSessionText(*session).constData(), stdout);
    else
        std::fputs(qPrintable(resultTable(*session)), stdout);
    std::fflush(stdout);
    if (arguments.output.empty())
        return true;
    const auto written = exportSessionFile(outputPath(arguments), *session);
    if (!written)
        complain(written.error());
    return bool(written);
}

int run(const Arguments& arguments)
{
    std::signal(SIGPIPE, SIG_IGN); // `| head` must not cost the session
    const auto settings = loadEngineSettings(Paths::fromEnvironment());
    if (!settings) {
        complain(settings.error());
        return Usage;
    }
    // Before, not after, an hour of measuring.
    const auto savable = arguments.output.empty() ? Result<>(Unit()) : checkSavable(outputPath(arguments));
    if (!savable) {
        complain(savable.error());
        return Usage;
    }
    const QJsonObject host = measuringHost(*settings);
    Plan plan;
    QString resumeId = QString::fromStdString(arguments.resume);
    if (resumeId.isEmpty()) {
        QStringList notes;
        const auto asked = arguments.plan.plan(notes, host);
        for (const QString& note : std::as_const(notes)) {
            if (!arguments.quiet)
                std::fprintf(stderr, "%s\n", qPrintable(note));
        }
        if (!asked) {
            complain(asked.error());
            return Usage;
        }
        plan = *asked;
    } else {
        const auto store = SessionStore::open(settings->storeFile());
        const auto id = store ? resolveSessionId(**store, resumeId) : Result<QString>(store.error());
        const auto session =
            id ? (*store)->load(*id, SessionStore::Detail::WithoutOutput) : Result<Session>(id.error());
        if (!session) {
            complain(session.error());
            return Usage;
        }
        resumeId = *id;
        plan = session->plan;
    }
    if (!arguments.quiet)
        warn(plan, host);
    const SessionOutcome outcome = runSession(*settings, arguments, plan, resumeId);
    for (const QString& sentence : outcome.notRun) {
        if (!outcome.sessionId.isEmpty())
            std::fprintf(stderr, "%s\n", qPrintable(sentence));
    }
    if (outcome.error.code != Error::Code::Unset)
        complain(outcome.error);
    int status = statusOf(outcome);
    if (outcome.sessionId.isEmpty())
        return status;
    if (!deliver(*settings, arguments, outcome) && status == Done)
        status = Usage;
    if (!arguments.quiet && outcome.state != SessionState::Finished)
        std::fprintf(
            stderr, "%s\n",
            qPrintable(Text::tr("What is missing is run by: benchvisor run --resume %1").arg(outcome.sessionId)));
    return status;
}

} // namespace

void addRun(CLI::App& app, Action& action)
{
    CLI::App* command = app.add_subcommand("run", "Measure: run a plan and end with its table");
    const auto arguments = std::make_shared<Arguments>();
    arguments->plan.addTo(*command);
    CLI::Option* resume = command->add_option(
        "--resume", arguments->resume, "Go on with a session that was cut off: its id, the beginning of it, or last");
    for (const char* name : {"--preset", "--plan", "--targets", "--paste", "--repeats", "--time", "--fair"})
        resume->excludes(command->get_option(name));
    command->add_option("--output", arguments->output, "Write the session to this file, too (JSON)");
    command->add_flag("--json", arguments->json, "Print the session as JSON instead of the table");
    command->add_flag("-q,--quiet", arguments->quiet, "No progress, only what went wrong");
    command->callback([arguments, &action] { action = [arguments] { return run(*arguments); }; });
}

} // namespace bv::cli
