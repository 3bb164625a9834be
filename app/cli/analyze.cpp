#include "cli/cli.h"
#include "cli/console.h"
#include "cli/findings_text.h"
#include "cli/result_table.h"
#include "cli/session_argument.h"

#include "analysis/comparison.h"
#include "analysis/findings.h"
#include "analysis/result_rows.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>

namespace bv::cli {

namespace {

using namespace Qt::StringLiterals;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::cli::Analyze)
};

struct Options
{
    std::string session;
    bool json = false;
};

void insert(QJsonObject& json, const QString& key, const std::optional<double>& value)
{
    if (value)
        json.insert(key, *value);
}

QJsonObject toJson(const analysis::ResultRow& row)
{
    QJsonObject json{{u"test"_s, sysbench::testName(row.kind)},
                     {u"params"_s, row.params},
                     {u"target"_s, row.targetId},
                     {u"metric"_s, sysbench::metricName(row.metric)},
                     {u"unit"_s, sysbench::metricUnit(row.metric)},
                     {u"n"_s, static_cast<int>(row.values.size())},
                     {u"failed"_s, row.failed}};
    if (row.summary) {
        const analysis::Summary& summary = *row.summary;
        json.insert(u"mean"_s, summary.mean);
        insert(json, u"sd"_s, summary.sd);
        insert(json, u"cv"_s, summary.coefficientOfVariation());
        json.insert(u"median"_s, summary.median);
        json.insert(u"min"_s, summary.min);
        json.insert(u"max"_s, summary.max);
        insert(json, u"ci_low"_s, summary.ciLow);
        insert(json, u"ci_high"_s, summary.ciHigh);
        if (summary.ciLow)
            json.insert(u"ci_method"_s, analysis::intervalMethodName(summary.ciMethod));
    }
    if (row.ratio) {
        json.insert(u"ratio_to_first"_s, row.ratio->ratio);
        insert(json, u"ratio_ci_low"_s, row.ratio->low);
        insert(json, u"ratio_ci_high"_s, row.ratio->high);
    }
    return json;
}

QLatin1StringView verdictName(analysis::Comparison::Verdict verdict)
{
    using Verdict = analysis::Comparison::Verdict;
    switch (verdict) {
    case Verdict::Higher:
        return "higher"_L1;
    case Verdict::Lower:
        return "lower"_L1;
    case Verdict::NoDifferenceShown:
        return "no_difference_shown"_L1;
    case Verdict::TooFew:
        break;
    }
    return "too_few"_L1;
}

/// What was computed of two targets; keys without a value are left out. `p_holm` is that of `p`, or of `p_u` where no
/// side has a spread.
QJsonObject toJson(const analysis::Comparison& comparison)
{
    const analysis::Cell& first = comparison.first;
    QJsonObject json{{u"test"_s, sysbench::testName(first.kind)},
                     {u"params"_s, first.params},
                     {u"metric"_s, sysbench::metricName(first.metric)},
                     {u"unit"_s, sysbench::metricUnit(first.metric)},
                     {u"first"_s, first.targetId},
                     {u"second"_s, comparison.second.targetId},
                     {u"first_mean"_s, comparison.firstMean},
                     {u"second_mean"_s, comparison.secondMean},
                     {u"first_n"_s, static_cast<int>(first.values.size())},
                     {u"second_n"_s, static_cast<int>(comparison.second.values.size())},
                     {u"verdict"_s, verdictName(comparison.verdict)}};
    if (comparison.ratio) {
        json.insert(u"ratio"_s, comparison.ratio->ratio);
        insert(json, u"ratio_ci_low"_s, comparison.ratio->low);
        insert(json, u"ratio_ci_high"_s, comparison.ratio->high);
        insert(json, u"ratio_df"_s, comparison.ratio->degreesOfFreedom);
        if (comparison.ratio->low)
            json.insert(u"ci_method"_s, u"log-ratio, Welch–Satterthwaite"_s);
    }
    if (comparison.welch) {
        json.insert(u"welch_t"_s, comparison.welch->t);
        json.insert(u"df"_s, comparison.welch->degreesOfFreedom);
        json.insert(u"p"_s, comparison.welch->p);
    }
    insert(json, u"p_holm"_s, comparison.adjustedP);
    if (comparison.mannWhitney) {
        json.insert(u"u"_s, comparison.mannWhitney->u);
        json.insert(u"p_u"_s, comparison.mannWhitney->p);
    }
    insert(json, u"hedges_g"_s, comparison.hedgesG);
    insert(json, u"cliffs_delta"_s, comparison.cliffsDelta);
    if (!comparison.unequalLimits.isEmpty())
        json.insert(u"unequal_limits"_s, comparison.unequalLimits);
    return json;
}

QByteArray jsonOf(const Session& session, const QList<analysis::Finding>& findings)
{
    QJsonArray rows;
    for (const analysis::ResultRow& row : analysis::resultRows(session))
        rows << toJson(row);
    QJsonArray compared;
    for (const analysis::Comparison& comparison : analysis::comparisons(session))
        compared << toJson(comparison);
    QJsonArray told;
    for (const analysis::Finding& finding : findings)
        told << findingToJson(finding);
    const QJsonObject json{{u"schema"_s, u"benchvisor-analysis/1"_s},
                           {u"session"_s, session.id},
                           {u"name"_s, session.name},
                           {u"created"_s, session.created.toUTC().toString(Qt::ISODateWithMs)},
                           {u"app"_s, session.app},
                           {u"summary"_s, rows},
                           {u"comparisons"_s, compared},
                           {u"findings"_s, told}};
    return QJsonDocument(json).toJson();
}

/// What all below it is about: session, date, program version.
QString headLine(const Session& session)
{
    const QString version = session.app["version"_L1].toString();
    const bool isPublished = sessionOrigin(session) == SessionOrigin::Published; // of which the year is known
    QStringList parts{Text::tr("Session %1").arg(session.id)};
    if (!session.name.isEmpty())
        parts << session.name;
    parts << (isPublished ? session.created.toString(u"yyyy"_s)
                          : session.created.toUTC().toString(u"yyyy-MM-dd HH:mm 'UTC'"_s));
    parts << (version.isEmpty()
                  ? Text::tr("measured elsewhere, read by Benchvisor %1").arg(QCoreApplication::applicationVersion())
                  : Text::tr("measured by Benchvisor %1").arg(version));
    return wrappedText(parts.join(u", "_s), 0, 2) + u'\n';
}

int analyze(const Options& options)
{
    // Intervals are evidence; only the raw output is not looked at.
    const auto session = sessionFromArgument(QString::fromLocal8Bit(options.session.c_str()));
    if (!session)
        return reportError(session.error());
    const QList<analysis::Finding> findings = analysis::findingsOf(*session);
    if (options.json) {
        std::fputs(jsonOf(*session, findings).constData(), stdout);
        return Done;
    }
    const QString text = headLine(*session) + resultTable(*session) + findingsText(findings);
    std::fputs(text.toLocal8Bit().constData(), stdout);
    return Done;
}

} // namespace

void addAnalyze(CLI::App& app, Action& action)
{
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand(
        "analyze", Text::tr("Summary, comparisons and findings of a session, with their uncertainty").toStdString());
    command
        ->add_option("SESSION", options->session,
                     Text::tr("An id from `sessions list`, its beginning, \"last\", \"reference\", or a session file")
                         .toStdString())
        ->required();
    command->add_flag("--json", options->json, Text::tr("Print JSON").toStdString());
    command->callback([options, &action] { action = [options] { return analyze(*options); }; });
}

} // namespace bv::cli
