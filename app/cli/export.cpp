#include "cli/cli.h"
#include "cli/session_argument.h"
#include "export/csv.h"
#include "export/save_file.h"
#include "session/session_json.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <algorithm>
#include <array>
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>

namespace bv::cli {

namespace {

using namespace Qt::StringLiterals;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::cli::Export)
};

struct Options
{
    std::string session;
    std::string csv;
    std::string rawCsv;
    std::string json;
};

QByteArray jsonOf(const Session& session)
{
    return QJsonDocument(sessionToJson(session)).toJson();
}

/// One kind of file and where it goes; an empty path is not asked for.
struct Sheet
{
    std::string path;
    QByteArray (*content)(const Session&);
};

Result<> write(const Sheet& sheet, const Session& session)
{
    const QByteArray content = sheet.content(session);
    if (sheet.path != "-")
        return saveFile(QString::fromLocal8Bit(sheet.path.c_str()), content);
    std::fwrite(content.constData(), 1, static_cast<std::size_t>(content.size()), stdout); // checked at the end
    return Unit();
}

int exportSession(const Options& options)
{
    const std::array sheets{Sheet{options.csv, summaryCsv}, Sheet{options.rawCsv, rawCsv}, Sheet{options.json, jsonOf}};
    const auto isAsked = [](const Sheet& sheet) { return !sheet.path.empty(); };
    const auto isOutput = [](const Sheet& sheet) { return sheet.path == "-"; };
    if (std::none_of(sheets.begin(), sheets.end(), isAsked))
        return reportError(
            {Error::Code::BadInput,
             Text::tr("Say what to export: --csv FILE (summary), --raw-csv FILE (every run) or --json FILE "
                      "(the whole session). FILE may be - for the standard output.")});
    if (std::count_if(sheets.begin(), sheets.end(), isOutput) > 1)
        return reportError({Error::Code::BadInput, Text::tr("Only one of the files can be - (the standard output).")});
    const auto session = sessionFromArgument(QString::fromLocal8Bit(options.session.c_str()));
    if (!session)
        return reportError(session.error());
    for (const Sheet& sheet : sheets) {
        if (!isAsked(sheet))
            continue;
        if (const auto written = write(sheet, *session); !written)
            return reportError(written.error());
    }
    return Done;
}

} // namespace

void addExport(CLI::App& app, Action& action)
{
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand(
        "export", Text::tr("Write a session to files; FILE may be - for the standard output").toStdString());
    command
        ->add_option("SESSION", options->session,
                     Text::tr("An id from `sessions list`, its beginning, \"last\", or a session file").toStdString())
        ->required();
    const auto add = [command](const char* name, std::string& path, const QString& help) {
        command->add_option(name, path, help.toStdString())->type_name("FILE");
    };
    add("--csv", options->csv, Text::tr("Summary: a row per test, parameters, target and metric"));
    add("--raw-csv", options->rawCsv, Text::tr("A row per run"));
    add("--json", options->json, Text::tr("The whole session"));
    command->callback([options, &action] { action = [options] { return exportSession(*options); }; });
}

} // namespace bv::cli
