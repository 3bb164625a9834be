#include "base/figures.h"
#include "base/paths.h"
#include "cli/cli.h"
#include "cli/console.h"
#include "cli/progress_printer.h"
#include "cli/session_argument.h"
#include "import/import_corrections.h"
#include "plan/parameters.h"
#include "session/session_json.h"
#include "session/session_store.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <algorithm>
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
    Q_DECLARE_TR_FUNCTIONS(bv::cli::Import)
};

struct Options
{
    std::vector<std::string> files;
    std::string name;
    std::vector<std::string> targets;
    std::vector<std::string> tests;
    std::vector<std::string> params;
    std::string output;
    bool dryRun = false;
    bool json = false;
};

void say(const QString& line)
{
    printLine(stderr, printable(line));
}

/// Exactly `width` columns; a path is cut at its beginning, which is alike for all.
QString column(const QString& content, qsizetype width, bool isCutAtBegin = false)
{
    const QString clean = printable(content);
    if (clean.size() < width)
        return clean.leftJustified(width);
    const qsizetype kept = width - 2;
    return (isCutAtBegin ? u'…' + clean.right(kept) : clean.left(kept) + u'…') + u' ';
}

/// The value, with a mark where it was guessed.
QString guessed(const QString& value, const ImportedRun& run, const QString& field)
{
    return run.guessed.contains(field) ? value + u'?' : value;
}

QString figureOf(const RunRecord& record)
{
    const sysbench::Metric metric = sysbench::headlineMetric(record.test);
    const auto value = record.metrics.value(metric);
    return value ? figureText(*value) + u' ' + QString(sysbench::metricUnit(metric)) : u"–"_s;
}

/// At most 100 columns.
void printTable(const ImportPreview& preview)
{
    const auto line = [](const QString& file, const QString& target, const QString& test, const QString& repeat,
                         const QString& figure) {
        QString text =
            column(file, 34, true) + column(target, 24) + column(test, 20) + column(repeat, 5) + column(figure, 17);
        while (text.endsWith(u' '))
            text.chop(1);
        printLine(stdout, text);
    };
    line(Text::tr("File, run"), Text::tr("Target"), Text::tr("Test"), Text::tr("#"), Text::tr("Figure"));
    bool hasGuess = false;
    for (const ImportRow& row : preview.rows) {
        const ImportedRun& run = row.run;
        const RunRecord& record = run.record;
        const QString target = run.targetName.isEmpty() ? u"?"_s : guessed(run.targetName, run, u"target"_s);
        const QString test = record.test == sysbench::Test::Unknown
                                 ? u"?"_s
                                 : guessed(describeParams(record.test, record.params), run, u"test"_s);
        const QString repeat = run.repeat ? guessed(QString::number(*run.repeat), run, u"repeat"_s) : QString();
        line(u"%1, %2"_s.arg(row.file).arg(row.number), target, test, repeat,
             row.isIncluded ? figureOf(record) : Text::tr("left out"));
        hasGuess = hasGuess || !run.guessed.isEmpty();
    }
    if (hasGuess)
        printLine(stdout,
                  u"\n"_s + Text::tr("? guessed from names and titles; --target, --test and --param correct it."));
}

QJsonObject toJson(const ImportRow& row)
{
    const ImportedRun& run = row.run;
    QJsonObject guesses;
    for (auto it = run.guessed.begin(); it != run.guessed.end(); ++it)
        guesses.insert(it.key(), guessSourceName(it.value()));
    const auto orNull = [](const auto& value) { return value ? QJsonValue(*value) : QJsonValue(QJsonValue::Null); };
    const Arrangement& known = run.arrangement;
    return {{"file"_L1, row.file},
            {"number"_L1, row.number},
            {"included"_L1, row.isIncluded},
            {"target"_L1, run.targetName},
            {"kind"_L1, known.kind ? QJsonValue(targetKindName(*known.kind)) : QJsonValue(QJsonValue::Null)},
            {"cpus"_L1, orNull(known.cpus)},
            {"memory_mib"_L1, orNull(known.memoryMib)},
            {"disk_format"_L1, known.diskFormat},
            {"accel"_L1, known.accel},
            {"test"_L1, sysbench::testName(run.record.test)},
            {"params"_L1, run.record.params},
            {"repeat"_L1, orNull(run.repeat)},
            {"status"_L1, runStatusName(run.record.status)},
            {"version"_L1, run.version},
            {"metrics"_L1, run.record.metrics.toJson()},
            {"guessed"_L1, guesses},
            {"missing"_L1, missingOf(row)}};
}

QJsonArray toJson(const QList<ImportWarning>& warnings)
{
    QJsonArray array;
    for (const ImportWarning& warning : warnings)
        array.append(QJsonObject{{"file"_L1, warning.file}, {"text"_L1, warning.text}});
    return array;
}

void printJson(const QJsonObject& object)
{
    std::fputs(QJsonDocument(object).toJson().constData(), stdout);
}

QStringList words(const std::vector<std::string>& given)
{
    QStringList list;
    for (const std::string& word : given)
        list << text(word);
    return list;
}

Result<ImportPreview> read(const Options& options)
{
    QStringList paths;
    for (const std::string& file : options.files)
        paths << QFile::decodeName(QByteArray::fromStdString(file));
    ProgressPrinter progress;
    auto preview = readImport(paths, {}, [&progress](int done, int files, const QString& file) {
        constexpr int many = 20;
        if (progress.isTerminal() && files >= many)
            progress.show(file, static_cast<double>(done) / files);
    });
    progress.end();
    if (!preview)
        return preview;
    // What was named itself is expected to be imported; of a folder, whatever is there.
    for (const ImportWarning& warning : preview->warnings) {
        if (warning.isNamed && warning.isRefused)
            return Error(Error::Code::BadInput, warning.text, Text::tr("Nothing was imported."));
    }
    return preview;
}

/// An unset Error where all could be done.
Error correct(ImportPreview& preview, const Options& options)
{
    for (const QString& said : words(options.targets)) {
        if (const auto done = correctTarget(preview, said); !done)
            return done.error();
    }
    for (const QString& said : words(options.tests)) {
        if (const auto done = correctTest(preview, said); !done)
            return done.error();
    }
    for (const QString& said : words(options.params)) {
        if (const auto done = addParameter(preview, said); !done)
            return done.error();
    }
    return {};
}

/// What keeps rows from being stored, each once, with the option that mends it.
bool reportMissing(const ImportPreview& preview)
{
    int count = 0;
    for (const ImportRow& row : preview.rows) {
        const QString missing = missingOf(row);
        constexpr int shown = 10;
        if (!missing.isEmpty() && ++count <= shown)
            say(Text::tr("%1, run %2: %3").arg(row.file).arg(row.number).arg(missing));
        else if (!missing.isEmpty() && count == shown + 1)
            say(u"…"_s);
    }
    if (count > 0)
        say(Text::tr("Say it before it can be stored: --target 'PATTERN=docker-2c-1g' for files or targets that match, "
                     "--test 'PATTERN=mutex' "
                     "for their test. What was found so far: --dry-run"));
    return count > 0;
}

/// By what was named first: "results", "cpu.csv and more".
QString defaultName(const Options& options)
{
    const QString path = QFile::decodeName(QByteArray::fromStdString(options.files.front()));
    const QString name = QFileInfo(QFileInfo(path).absoluteFilePath()).fileName();
    return options.files.size() == 1 ? name : Text::tr("%1 and more").arg(name);
}

/// Of what was found in folders and has no results, only the names: there may be many, and nothing is wrong with them.
void reportWarnings(const ImportPreview& preview)
{
    QStringList leftOut;
    for (const ImportWarning& warning : preview.warnings) {
        if (warning.isRefused && !warning.isNamed)
            leftOut << warning.file;
        else
            say(warning.file + u": "_s + warning.text);
    }
    constexpr qsizetype shown = 5;
    if (leftOut.size() > shown)
        say(Text::tr("Left out, without results that can be read: %1 and %2 more files.")
                .arg(leftOut.mid(0, shown).join(u", "_s))
                .arg(leftOut.size() - shown));
    else if (!leftOut.isEmpty())
        say(Text::tr("Left out, without results that can be read: %1.").arg(leftOut.join(u", "_s)));
}

void reportApart(const ImportPreview& preview)
{
    const QStringList notes = apartNotes(preview);
    for (const QString& note : notes)
        say(note);
    if (!notes.isEmpty())
        say(Text::tr("Where you know it, say it: --param NAME=VALUE"));
}

int store(const ImportPreview& preview, const Options& options)
{
    if (reportMissing(preview))
        return Usage;
    const QString name = options.name.empty() ? defaultName(options) : text(options.name);
    const auto session = sessionOf(preview, name, QDateTime::currentDateTimeUtc());
    if (!session)
        return reportError(session.error());
    if (!options.output.empty()) {
        if (const auto written = writeSessionFile(text(options.output), *session); !written)
            return reportError(written.error());
    }
    auto sessions = SessionStore::open(Paths::fromEnvironment().sessionStore());
    if (!sessions)
        return reportError(sessions.error());
    if (const auto stored = (*sessions)->createSession(*session); !stored)
        return reportError(stored.error());
    const int runs = static_cast<int>(session->runs.size());
    if (options.json)
        printJson({{"id"_L1, session->id}, {"runs"_L1, runs}, {"warnings"_L1, toJson(preview.warnings)}});
    else
        printLine(stdout, Text::tr("Imported %1 runs as session %2. Look at it: benchvisor sessions show %2")
                              .arg(runs)
                              .arg(session->id));
    return Done;
}

int importFiles(const Options& options)
{
    auto preview = read(options);
    if (!preview)
        return reportError(preview.error());
    if (!options.json)
        reportWarnings(*preview);
    if (const Error error = correct(*preview, options); error.code != Error::Code::Unset)
        return reportError(error);
    if (!options.json)
        reportApart(*preview);
    if (!options.dryRun)
        return store(*preview, options);
    if (!options.json) {
        printTable(*preview);
        (void)reportMissing(*preview);
        return Done;
    }
    QJsonArray rows;
    for (const ImportRow& row : std::as_const(preview->rows))
        rows.append(toJson(row));
    printJson({{"rows"_L1, rows}, {"warnings"_L1, toJson(preview->warnings)}});
    return Done;
}

} // namespace

void addImport(CLI::App& app, Action& action)
{
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand(
        "import", Text::tr("Store what somebody measured without Benchvisor as a session").toStdString());
    command
        ->add_option(
            "FILE", options->files,
            Text::tr("Files and folders: output of sysbench 0.4 to 1.1, tables with a row per run (CSV)").toStdString())
        ->required();
    command->add_option("--name", options->name, Text::tr("What the session is called").toStdString());
    const auto add = [command](const char* name, std::vector<std::string>& values, const char* type,
                               const QString& help) {
        command->add_option(name, values, help.toStdString())
            ->type_name(type)
            ->expected(1)
            ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    };
    add("--target", options->targets, "PATTERN=ID",
        Text::tr("Where files or targets like PATTERN were measured: host, docker-2c-1g, qemu-kvm-2c-1g-qcow2, …; may "
                 "be given several times"));
    add("--test", options->tests, "PATTERN=TEST", Text::tr("Which test files like PATTERN are of"));
    add("--param", options->params, "NAME=VALUE",
        Text::tr("A parameter that the files do not tell, such as threads=16"));
    command->add_option("--output", options->output, Text::tr("Write the session to a file as well").toStdString())
        ->type_name("FILE.json");
    command->add_flag("--dry-run", options->dryRun,
                      Text::tr("Show what would be imported, and what was guessed; store nothing").toStdString());
    command->add_flag("--json", options->json, Text::tr("Print JSON").toStdString());
    command->callback([options, &action] { action = [options] { return importFiles(*options); }; });
}

} // namespace bv::cli
