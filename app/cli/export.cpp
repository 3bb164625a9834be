#include "cli/cli.h"
#ifdef BENCHVISOR_HAS_WINDOW
#include "cli/drawn.h"
#endif
#include "cli/session_argument.h"
#include "export/bundle_folder.h"
#include "export/command_sheet.h"
#include "export/csv.h"
#include "export/report_html.h"
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
#include <vector>

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
    std::string png;
    std::string svg;
    std::string html;
    std::string pdf;
    std::string paper = "a4";
};

/// One kind of file and where it goes; an empty path is not asked for.
struct Sheet
{
    std::string path;
    QByteArray (*content)(const Session&);
};

Result<> write(const std::string& path, const QByteArray& content)
{
    if (path != "-")
        return saveFile(QString::fromLocal8Bit(path.c_str()), content);
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

/// The report, as HTML and PDF. Where this program was built without a window it has no charts, and no PDF is offered.
Result<> writeReport(const Options& options, const Session& session)
{
    const auto settings = loadEngineSettings(Paths::fromEnvironment());
    if (!settings)
        return settings.error();
    ReportExtras extras;
    extras.commands = sessionCommandSheet(session, *settings, machineLimits()).lines;
#ifdef BENCHVISOR_HAS_WINDOW
    extras.charts = reportCharts(session);
#endif
    const ReportDocument document = reportDocument(session, extras);
    if (!options.html.empty()) {
        if (const auto written = write(options.html, reportHtml(document)); !written)
            return written.error();
    }
#ifdef BENCHVISOR_HAS_WINDOW
    if (!options.pdf.empty())
        return write(options.pdf, pdfOf(document, QString::fromStdString(options.paper)));
#endif
    return Unit();
}

Result<> writeDrawn([[maybe_unused]] const Options& options, [[maybe_unused]] const Session& session)
{
#ifdef BENCHVISOR_HAS_WINDOW
    if (!options.png.empty()) {
        if (const auto written = writePngCharts(QString::fromLocal8Bit(options.png.c_str()), session); !written)
            return written.error();
    }
    if (!options.svg.empty())
        return writeSvgCharts(QString::fromLocal8Bit(options.svg.c_str()), session);
#endif
    return Unit();
}

Result<> writeSheets(const std::vector<Sheet>& sheets, const Session& session)
{
    for (const Sheet& sheet : sheets) {
        if (sheet.path.empty())
            continue;
        if (const auto written = write(sheet.path, sheet.content(session)); !written)
            return written.error();
    }
    return Unit();
}

int exportSession(const Options& options)
{
    const std::vector<Sheet> sheets{
        {options.csv, summaryCsv}, {options.rawCsv, rawCsv}, {options.json, exportedSessionText}};
    const std::array files{options.csv, options.rawCsv, options.json, options.html, options.pdf};
    const std::array folders{options.bundle, options.png, options.svg};
    const auto isAsked = [](const std::string& path) { return !path.empty(); };
    if (std::none_of(files.begin(), files.end(), isAsked) && std::none_of(folders.begin(), folders.end(), isAsked))
        return reportError(
            {Error::Code::BadInput,
             Text::tr("Say what to export: --html FILE or --pdf FILE (the report), --png DIR or --svg DIR (charts), "
                      "--csv FILE (summary), --raw-csv FILE (every run), --json FILE (the whole session) or --bundle "
                      "DIR (scripts to measure it again). FILE may be - for the standard output.")});
    if (std::count(files.begin(), files.end(), std::string("-")) > 1)
        return reportError({Error::Code::BadInput, Text::tr("Only one of the files can be - (the standard output).")});
    const auto session = sessionFromArgument(QString::fromLocal8Bit(options.session.c_str()));
    if (!session)
        return reportError(session.error());
    if (const auto written = writeSheets(sheets, *session); !written)
        return reportError(written.error());
    if (!options.html.empty() || !options.pdf.empty()) {
        if (const auto written = writeReport(options, *session); !written)
            return reportError(written.error());
    }
    if (const auto written = writeDrawn(options, *session); !written)
        return reportError(written.error());
    if (!options.bundle.empty()) {
        if (const auto written = writeBundle(QString::fromLocal8Bit(options.bundle.c_str()), *session); !written)
            return reportError(written.error());
    }
    return Done;
}

} // namespace

void addExport(CLI::App& app, Action& action, [[maybe_unused]] bool& draws)
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
    add("--html", options->html,
        Text::tr("The report to hand in, one file: machine, commands, proofs, tables, charts, findings"));
#ifdef BENCHVISOR_HAS_WINDOW
    add("--pdf", options->pdf, Text::tr("The same report on pages"));
    command->add_option("--paper", options->paper, Text::tr("Of the PDF: a4 or letter").toStdString())
        ->check(CLI::IsMember({"a4", "letter"}))
        ->capture_default_str();
    const auto addFolder = [command](const char* name, std::string& path, const QString& help) {
        command->add_option(name, path, help.toStdString())->type_name("DIR");
    };
    addFolder("--png", options->png, Text::tr("Every chart as a PNG file into this folder; needs no display"));
    addFolder("--svg", options->svg, Text::tr("Every chart as an SVG file into this folder; needs no display"));
#endif
    command->callback([options, &action, &draws] {
        draws = !options->png.empty() || !options->svg.empty() || !options->html.empty() || !options->pdf.empty();
        action = [options] { return exportSession(*options); };
    });
}

} // namespace bv::cli
