#include "cli/cli.h"
#include "cli/session_argument.h"
#include "export/bundle_folder.h"
#include "export/command_sheet.h"
#include "export/csv.h"
#include "export/save_file.h"
#include "export/session_export.h"
#include "machine/host_facts.h"

#include <QCoreApplication>
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
    std::string bundle;
};

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

Result<> writeBundle(const QString& folder, const Session& session)
{
    const auto settings = loadEngineSettings(Paths::fromEnvironment());
    if (!settings)
        return settings.error();
    const CommandSheet sheet = sessionCommandSheet(session, *settings, machineLimits());
    const auto saved = saveBundle(folder, bundleFiles(session, sheet.lines.join(u'\n').toUtf8() + '\n'));
    if (!saved)
        return saved.error();
    const auto say = [](const QString& text) { std::fprintf(stderr, "%s\n", printable(text).toUtf8().constData()); };
    if (!sheet.note.isEmpty())
        say(sheet.note);
    if (!saved->isEmpty())
        say(Text::tr("%1 held the bundle of session %2, which was replaced.").arg(folder, *saved));
    return Unit();
}

int exportSession(const Options& options)
{
    const std::array sheets{Sheet{options.csv, summaryCsv}, Sheet{options.rawCsv, rawCsv},
                            Sheet{options.json, exportedSessionText}};
    const auto isAsked = [](const Sheet& sheet) { return !sheet.path.empty(); };
    const auto isOutput = [](const Sheet& sheet) { return sheet.path == "-"; };
    if (options.bundle.empty() && std::none_of(sheets.begin(), sheets.end(), isAsked))
        return reportError(
            {Error::Code::BadInput,
             Text::tr("Say what to export: --csv FILE (summary), --raw-csv FILE (every run), --json FILE "
                      "(the whole session) or --bundle DIR (scripts to measure it again). FILE may be - for the "
                      "standard output.")});
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
    if (!options.bundle.empty()) {
        if (const auto written = writeBundle(QString::fromLocal8Bit(options.bundle.c_str()), *session); !written)
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
                     Text::tr("An id from `sessions list`, its beginning, \"last\", \"reference\", or a session file")
                         .toStdString())
        ->required();
    const auto add = [command](const char* name, std::string& path, const QString& help) {
        command->add_option(name, path, help.toStdString())->type_name("FILE");
    };
    add("--csv", options->csv, Text::tr("Summary: a row per test, parameters, target and metric"));
    add("--raw-csv", options->rawCsv, Text::tr("A row per run"));
    add("--json", options->json, Text::tr("The whole session"));
    command
        ->add_option(
            "--bundle", options->bundle,
            Text::tr("A folder with scripts, Dockerfile, Vagrantfile, commands, plan and raw output, to measure "
                     "it again without Benchvisor; it must be new, empty or an earlier bundle")
                .toStdString())
        ->type_name("DIR");
    command->callback([options, &action] { action = [options] { return exportSession(*options); }; });
}

} // namespace bv::cli
