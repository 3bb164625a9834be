#include "base/suggest.h"
#include "cli/cli.h"
#include "cli/console.h"
#include "cli/session_argument.h"
#include "export/session_export.h"
#include "import/reference_session.h"
#include "plan/parameters.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>

namespace bv::cli {

namespace {

using namespace Qt::StringLiterals;
using Detail = SessionStore::Detail;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::cli::Sessions)
};

struct Options
{
    std::string action = "list";
    std::string session;
    bool json = false;
};

void print(const QString& line)
{
    std::fprintf(stdout, "%s\n", line.toUtf8().constData());
}

void print(const QJsonDocument& json)
{
    std::fputs(json.toJson().constData(), stdout);
}

/// Exactly `width` columns, cut with an ellipsis where the text is longer.
QString column(const QString& text, qsizetype width)
{
    const QString clean = printable(text);
    return clean.size() > width ? clean.left(width - 1) + u'…' : clean.leftJustified(width);
}

QString trimmedEnd(QString line)
{
    while (line.endsWith(u' '))
        line.chop(1);
    return line;
}

QString stateText(SessionState state)
{
    switch (state) {
    case SessionState::Running:
        return Text::tr("running");
    case SessionState::Finished:
        return Text::tr("finished");
    case SessionState::Cancelled:
        return Text::tr("cancelled");
    case SessionState::Failed:
        return Text::tr("failed");
    case SessionState::Interrupted:
        return Text::tr("interrupted");
    }
    return {};
}

/// Where somebody else measured, that is more than that it is finished.
QString stateText(const SessionSummary& session)
{
    switch (session.origin) {
    case SessionOrigin::Published:
        return Text::tr("published");
    case SessionOrigin::Imported:
        return Text::tr("imported");
    case SessionOrigin::Measured:
        break;
    }
    return stateText(session.state);
}

QString localTime(const QDateTime& time, const QString& format)
{
    return time.isValid() ? time.toLocalTime().toString(format) : QString();
}

QString createdText(const SessionSummary& session)
{
    if (session.origin == SessionOrigin::Published) // no day is known
        return session.created.toUTC().toString(u"yyyy"_s);
    return localTime(session.created, u"yyyy-MM-dd HH:mm"_s);
}

QJsonObject toJson(const SessionSummary& session)
{
    QJsonObject runs;
    for (const RunStatus status : {RunStatus::Ok, RunStatus::Failed, RunStatus::Timeout, RunStatus::Cancelled})
        runs.insert(runStatusName(status), session.count(status));
    return {{"id"_L1, session.id},
            {"created"_L1, session.created.toUTC().toString(Qt::ISODateWithMs)},
            {"name"_L1, session.name},
            {"note"_L1, session.note},
            {"host"_L1, session.hostName},
            {"plan"_L1, session.planName},
            {"state"_L1, sessionStateName(session.state)},
            {"origin"_L1, sessionOriginName(session.origin)},
            {"read_only"_L1, session.isReadOnly},
            {"planned_runs"_L1, session.plannedRuns},
            {"runs"_L1, runs}};
}

/// 96 columns.
QString listLine(const SessionSummary& session)
{
    const QString name = session.name.isEmpty() ? session.planName : session.name;
    const int bad = session.runs() - session.count(RunStatus::Ok);
    const int ok = session.count(RunStatus::Ok);
    // What a finished session lacks, adaptive repeats did not need.
    const QString runs = session.state == SessionState::Finished
                             ? Text::tr("%1 ok").arg(ok)
                             : Text::tr("%1 of %2 ok").arg(ok).arg(session.plannedRuns);
    const QString failed = bad == 0 ? QString() : Text::tr("%1 not").arg(bad);
    return trimmedEnd(column(session.id, 22) + column(createdText(session), 18) + column(stateText(session), 13) +
                      column(runs, 17) + column(failed, 8) + column(name, 18));
}

int listSessions(SessionStore* store, bool json)
{
    QList<SessionSummary> sessions;
    if (store) {
        auto listed = store->list();
        if (!listed)
            return reportError(listed.error());
        sessions = *std::move(listed);
    }
    const bool hasOwn = !sessions.isEmpty();
    sessions.append(summaryOf(referenceSession()));
    sessions.last().isReadOnly = true;
    if (json) {
        QJsonArray array;
        for (const SessionSummary& session : sessions)
            array.append(toJson(session));
        print(QJsonDocument(array));
        return Done;
    }
    print(trimmedEnd(column(Text::tr("Session"), 22) + column(Text::tr("Created"), 18) + column(Text::tr("State"), 13) +
                     column(Text::tr("Runs"), 25) + column(Text::tr("Name"), 18)));
    for (const SessionSummary& session : sessions)
        print(listLine(session));
    if (!hasOwn)
        print(u"\n"_s + Text::tr("No session is stored yet. Make one: benchvisor run --preset quick"));
    return Done;
}

/// What a target was found to be, in one line: "QEMU 7.2.22 · tcg · sysbench 1.0.20 · Linux 6.1.0"; or
/// what to say of nothing.
QString headline(const QJsonObject& provenance, const QString& nothing)
{
    QStringList parts;
    const QJsonObject engine = provenance["engine"_L1].toObject();
    if (!engine.isEmpty())
        parts.append((engine["product"_L1].toString() + u' ' + engine["server"_L1].toString()).trimmed());
    if (const QString qemu = provenance["qemu"_L1].toString(); !qemu.isEmpty())
        parts.append(u"QEMU "_s + qemu);
    parts.append(provenance["accel"_L1].toString());
    if (const QString sysbench = provenance["sysbench"_L1]["version"_L1].toString(); !sysbench.isEmpty())
        parts.append(u"sysbench "_s + sysbench);
    if (const QString kernel = provenance["inside"_L1]["kernel"_L1].toString(); !kernel.isEmpty())
        parts.append(Text::tr("kernel %1").arg(kernel));
    parts.removeAll(QString());
    return parts.isEmpty() ? nothing : parts.join(u" · "_s);
}

/// At most 99 columns.
QString runLine(const RunRecord& run)
{
    const sysbench::Metric metric = sysbench::headlineMetric(run.test);
    const auto figure = run.metrics.value(metric);
    const QString value =
        figure ? u"%1 %2"_s.arg(QString::number(*figure, 'f', 2), QString(sysbench::metricUnit(metric))) : QString();
    const QString repeat =
        run.discarded ? Text::tr("warm-up %1").arg(run.repeat) : Text::tr("repeat %1").arg(run.repeat);
    const QString result =
        run.status == RunStatus::Ok ? value : QString(runStatusName(run.status)) + u": "_s + run.error;
    return trimmedEnd(column(run.id, 7) + u' ' + column(run.target, 18) + u' ' +
                      column(describeParams(run.test, run.params), 24) + u' ' + column(repeat, 10) + u' ' +
                      column(result, 36));
}

int showSession(const QString& argument, bool json)
{
    const auto session = sessionFromArgument(argument, json ? Detail::Everything : Detail::WithoutOutput);
    if (!session)
        return reportError(session.error());
    if (json) {
        print(QJsonDocument(exportedSession(*session)));
        return Done;
    }
    const auto line = [](const QString& name, const QString& value) {
        if (!value.isEmpty())
            print(column(name, 10) + printable(value));
    };
    line(Text::tr("Session"), session->id);
    line(Text::tr("Name"), session->name);
    if (sessionOrigin(*session) != SessionOrigin::Published)
        line(Text::tr("Created"), localTime(session->created, u"yyyy-MM-dd HH:mm:ss t"_s));
    line(Text::tr("State"), stateText(session->state));
    const QStringList origin = wrappedText(sessionOriginText(*session), 0, 0, 88).split(u'\n', Qt::SkipEmptyParts);
    for (qsizetype i = 0; i < origin.size(); ++i)
        line(i == 0 ? Text::tr("Origin") : QString(), origin[i]);
    line(Text::tr("Host"), session->host["hostname"_L1].toString());
    line(Text::tr("Plan"), session->plan.name);
    if (const auto& rule = session->plan.adaptive)
        line(Text::tr("Repeats"), Text::tr("%1 to %2, until the mean is known to ±%3 %")
                                      .arg(rule->minRepeats)
                                      .arg(rule->maxRepeats)
                                      .arg(rule->halfWidthPct));
    line(Text::tr("Note"), session->note);
    print(u"\n"_s + Text::tr("Targets"));
    const QString nothing = sessionOrigin(*session) == SessionOrigin::Measured
                                ? Text::tr("nothing was found out (not started)")
                                : Text::tr("nothing more is known");
    for (const QJsonValue& target : session->targets)
        print(trimmedEnd(u"  "_s + column(target["id"_L1].toString(), 18) + u' ' +
                         column(headline(target["provenance"_L1].toObject(), nothing), 78)));
    for (const TargetSettings& target : session->plan.targets) {
        const QString error = targetError(*session, target.id);
        if (!error.isEmpty())
            print(Text::tr("%1 could not be used to the end: %2").arg(target.id, printable(error)));
    }
    print(u"\n"_s + Text::tr("Runs"));
    for (const RunRecord& run : session->runs)
        print(runLine(run));
    if (session->runs.isEmpty())
        print(Text::tr("None was finished."));
    return Done;
}

int deleteSession(SessionStore& store, const QString& id, bool json)
{
    if (const auto removed = store.remove(id); !removed)
        return reportError(removed.error());
    if (json)
        print(QJsonDocument(QJsonObject{{"deleted"_L1, id}}));
    else
        print(Text::tr("The session %1 was deleted.").arg(id));
    return Done;
}

int runSessions(const Options& options)
{
    const QString action = QString::fromLocal8Bit(options.action.c_str());
    const QString argument = QString::fromLocal8Bit(options.session.c_str());
    const QStringList actions{u"list"_s, u"show"_s, u"delete"_s};
    if (!actions.contains(action))
        return reportError(
            {Error::Code::BadInput,
             withSuggestion(Text::tr("`sessions` can list, show or delete; \"%1\" is none of these.").arg(action),
                            action, actions)});
    const bool isList = action == actions.first();
    if (isList && !argument.isEmpty())
        return reportError(
            {Error::Code::BadInput, Text::tr("`sessions list` takes no id. Show that session: benchvisor "
                                             "sessions show %1")
                                        .arg(argument)});
    if (!isList && argument.isEmpty())
        return reportError({Error::Code::BadInput,
                            Text::tr("Which session? Give an id from `benchvisor sessions list`, or \"last\".")});
    if (action == actions.at(1))
        return showSession(argument, options.json);
    if (!isList && isReferenceSession(argument))
        return reportError({Error::Code::BadInput,
                            Text::tr("The session %1 ships with Benchvisor and cannot be deleted.").arg(argument)});
    auto store = existingStore();
    if (!store)
        return reportError(store.error());
    if (isList)
        return listSessions(store->get(), options.json);
    if (!*store)
        return reportError(
            {Error::Code::NotFound, Text::tr("No session is stored yet. Make one: benchvisor run --preset quick")});
    const auto id = resolveSessionId(**store, argument);
    if (!id)
        return reportError(id.error());
    return deleteSession(**store, *id, options.json);
}

} // namespace

void addSessions(CLI::App& app, Action& action)
{
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("sessions", Text::tr("List, show or delete stored sessions").toStdString());
    // Words instead of subcommands below this one: --json may then stand anywhere.
    command->add_option("ACTION", options->action, Text::tr("list (the default), show or delete").toStdString());
    command->add_option("SESSION", options->session,
                        Text::tr("For show and delete: an id, its beginning, or \"last\"; for show also \"reference\" "
                                 "(the published report) or a session file")
                            .toStdString());
    command->add_flag("--json", options->json, Text::tr("Print JSON").toStdString());
    command->callback([options, &action] { action = [options] { return runSessions(*options); }; });
}

} // namespace bv::cli
