#include "cli/cli.h"
#include "cli/console.h"
#include "cli/progress_printer.h"

#include "base/paths.h"
#include "base/shell_line.h"
#include "base/suggest.h"
#include "disk/disk_files.h"
#include "disk/disk_tool.h"
#include "install/vm_store.h"
#include "run/engine_settings.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QJsonDocument>
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>

using namespace Qt::StringLiterals;

namespace bv::cli {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::DiskCommand)
};

struct Options
{
    std::string action;
    std::string file;
    std::string target;
    std::string format;
    std::string size;
    std::string preallocation = "off";
    std::string base;
    std::string baseFormat;
    std::string keyFile;
    std::string sourceKeyFile;
    std::string repair;
    bool encrypted = false;
    bool json = false;
    const CLI::App* command = nullptr;
};

Error wrong(const QString& message)
{
    return Error(Error::Code::BadInput, message);
}

void describe(const DiskImage& image, bool json)
{
    if (json) {
        std::fputs(QJsonDocument(toJson(image)).toJson().constData(), stdout);
        return;
    }
    const auto line = [](const QString& name, const QString& value) {
        printLine(stdout, (name + u':').leftJustified(14) + u' ' + value);
    };
    line(Text::tr("Disk"), image.path);
    line(Text::tr("Format"), image.format);
    line(Text::tr("Size"), Text::tr("%1, of which %2 are taken on this machine's disk")
                               .arg(diskSizeText(image.virtualBytes), diskSizeText(image.actualBytes)));
    if (!image.encryption.isEmpty())
        line(Text::tr("Encrypted"), image.encryption);
    for (const DiskImage::Base& base : image.chain)
        line(Text::tr("Overlay of"), u"%1 (%2)"_s.arg(base.path, base.format));
    if (!image.snapshots.isEmpty())
        line(Text::tr("Snapshots"), image.snapshots.join(u", "_s));
    if (image.dirty)
        line(Text::tr("State"), Text::tr("was not closed properly; QEMU mends that when it opens the disk"));
    if (image.corrupt)
        line(Text::tr("State"), Text::tr("damaged; see: benchvisor disk check %1").arg(shellLine({image.path})));
}

/// The wishes of create and convert. A passphrase that is not there yet is made: random, in a file beside the disk.
Result<NewDisk> wishedDisk(const Options& options, const QString& path, QString* madeKey)
{
    NewDisk disk(path);
    disk.encrypted = options.encrypted;
    disk.format = text(options.format);
    if (disk.format.isEmpty()) {
        const QString suffix = QFileInfo(path).suffix();
        const bool raw = suffix == "raw"_L1 || suffix == "img"_L1;
        disk.format = raw && options.base.empty() ? u"raw"_s : u"qcow2"_s;
    }
    disk.preallocation = text(options.preallocation);
    disk.base = text(options.base);
    disk.baseFormat = text(options.baseFormat);
    disk.keyFile = text(options.keyFile);
    if (!options.size.empty()) {
        const auto bytes = parseDiskSize(text(options.size));
        if (!bytes)
            return bytes.error();
        disk.bytes = *bytes;
    }
    if (!disk.isEncrypted() && !disk.keyFile.isEmpty())
        return wrong(Text::tr("--key-file is for encrypted disks. Give --encrypted too."));
    if (!disk.isEncrypted() || QFileInfo::exists(path))
        return disk;
    if (disk.keyFile.isEmpty())
        disk.keyFile = path + ".key"_L1;
    disk.keyFile = QFileInfo(disk.keyFile).absoluteFilePath();
    if (QFileInfo::exists(disk.keyFile)) {
        printLine(stderr, Text::tr("The passphrase in %1 is used, which was there already.").arg(disk.keyFile));
        return disk;
    }
    if (const Result<> made = makeSecretFile(disk.keyFile); !made)
        return made.error();
    *madeKey = disk.keyFile;
    disk.guessMs = randomKeyGuessMs;
    return disk;
}

/// A passphrase that was made for a disk which is not there is of no use.
int finish(const Result<DiskImage>& made, const QString& madeKey, bool json)
{
    if (!made) {
        if (!madeKey.isEmpty())
            QFile::remove(madeKey);
        return fail(made.error());
    }
    describe(*made, json);
    if (!madeKey.isEmpty())
        printLine(stderr, Text::tr("The passphrase is in %1. Without it the disk cannot be opened.").arg(madeKey));
    return Done;
}

Task<> createThenExit(DiskTool tool, NewDisk disk, QString madeKey, bool json, std::stop_token stop)
{
    const auto made = co_await tool.create(disk, stop);
    QCoreApplication::exit(finish(made, madeKey, json));
}

Task<> convertThenExit(DiskTool tool, DiskConversion conversion, QString madeKey, bool json, std::stop_token stop)
{
    const auto printer = std::make_shared<ProgressPrinter>();
    const QString step = Text::tr("Converting");
    const auto shown = std::make_shared<int>(-1);
    const DiskProgress progress = [printer, step, shown](double fraction) {
        const int tenths = static_cast<int>(fraction * 10);
        if (printer->isTerminal() || tenths != *shown)
            printer->show(step, fraction);
        *shown = tenths;
    };
    const auto made = co_await tool.convert(conversion, progress, stop);
    printer->end();
    QCoreApplication::exit(finish(made, madeKey, json));
}

Task<> infoThenExit(DiskTool tool, QString path, bool json, std::stop_token stop)
{
    auto image = co_await tool.info(path, false, stop);
    if (!image && image.error().code == Error::Code::Locked) {
        image = co_await tool.info(path, true, stop);
        if (image)
            printLine(stderr, Text::tr("The disk is in use; what is said of it may change at any moment."));
    }
    if (image)
        describe(*image, json);
    QCoreApplication::exit(image ? int(Done) : fail(image.error()));
}

Task<> checkThenExit(DiskTool tool, QString path, QString keyFile, DiskRepair repair, bool json, std::stop_token stop)
{
    const auto check = co_await tool.check(path, keyFile, repair, stop);
    if (!check) {
        QCoreApplication::exit(fail(check.error()));
        co_return;
    }
    if (json)
        std::fputs(QJsonDocument(toJson(*check)).toJson().constData(), stdout);
    else
        printLine(stdout, describeCheck(*check, path).join(u'\n'));
    QCoreApplication::exit(check->isSound() ? Done : SomeFailed);
}

int removeDisk(const DiskTool& tool, const QString& path, bool isRaw, bool json)
{
    if (const Result<> removed = tool.remove(path, isRaw); !removed)
        return fail(removed.error());
    if (json)
        std::fputs(QJsonDocument(QJsonObject{{"deleted"_L1, path}}).toJson().constData(), stdout);
    else
        printLine(stdout, Text::tr("The disk %1 was deleted.").arg(path));
    if (QFileInfo::exists(path + ".key"_L1))
        printLine(
            stderr,
            Text::tr("Its passphrase is still in %1, where copies of the disk may need it.").arg(path + ".key"_L1));
    return Done;
}

int convert(const DiskTool& tool, const Options& options)
{
    if (!options.size.empty() || !options.base.empty())
        return fail(wrong(Text::tr("--size and --base are for create; a converted disk is as large as its source.")));
    QString madeKey;
    const auto disk = wishedDisk(options, text(options.target), &madeKey);
    if (!disk)
        return fail(disk.error());
    DiskConversion conversion(text(options.file), *disk);
    conversion.sourceKey = text(options.sourceKeyFile);
    return runUntilStopped(
        [&](std::stop_token stop) { convertThenExit(tool, conversion, madeKey, options.json, std::move(stop)); });
}

int create(const DiskTool& tool, const Options& options)
{
    QString madeKey;
    const auto disk = wishedDisk(options, text(options.file), &madeKey);
    if (!disk)
        return fail(disk.error());
    return runUntilStopped(
        [&](std::stop_token stop) { createThenExit(tool, *disk, madeKey, options.json, std::move(stop)); });
}

/// What is wrong with the words of the command; empty when nothing is.
QString complaint(const Options& options, const QStringList& actions)
{
    const QString action = text(options.action);
    if (!actions.contains(action))
        return withSuggestion(
            Text::tr("`disk` can create, info, check, convert or delete; \"%1\" is none of these.").arg(action), action,
            actions);
    if (options.file.empty())
        return Text::tr("Which disk? Write: benchvisor disk %1 FILE").arg(action);
    if (action == "convert"_L1 && options.target.empty())
        return Text::tr("Where to? Write: benchvisor disk convert FILE NEWFILE");
    if (action != "convert"_L1 && !options.target.empty())
        return Text::tr("`disk %1` takes one file; \"%2\" is one argument too many.").arg(action, text(options.target));
    return optionOfAnotherAction(*options.command, action);
}

int runDisk(const Options& options)
{
    const QStringList actions{u"create"_s, u"info"_s, u"check"_s, u"convert"_s, u"delete"_s};
    const QString wrongWords = complaint(options, actions);
    if (!wrongWords.isEmpty())
        return fail(wrong(wrongWords));
    const auto settings = loadEngineSettings(Paths::fromEnvironment());
    if (!settings)
        return fail(settings.error());
    const DiskTool tool(settings->tools.qemuImg);
    const QString path = text(options.file);
    switch (actions.indexOf(text(options.action))) {
    case 0:
        return create(tool, options);
    case 1:
        return runUntilStopped([&](std::stop_token stop) { infoThenExit(tool, path, options.json, std::move(stop)); });
    case 2:
        return runUntilStopped([&](std::stop_token stop) {
            const DiskRepair repair = options.repair.empty()    ? DiskRepair::Nothing
                                      : options.repair == "all" ? DiskRepair::All
                                                                : DiskRepair::Leaks;
            checkThenExit(tool, path, text(options.keyFile), repair, options.json, std::move(stop));
        });
    case 3:
        return convert(tool, options);
    default:
        if (const Result<> free = VmStore(settings->dataDir).mayDelete(path); !free)
            return fail(free.error());
        return removeDisk(tool, path, options.format == "raw", options.json);
    }
}

} // namespace

void addDisk(CLI::App& app, Action& action)
{
    const auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("disk", "Make, look at, check, convert or delete disks of VMs");
    options->command = command;
    command->add_option("ACTION", options->action, "create, info, check, convert or delete")->required();
    command->add_option("FILE", options->file, "The disk");
    command->add_option("NEWFILE", options->target, "convert: the disk to be made");
    command->add_option("--size", options->size, "create: as in 4G, 512M, 1.5T");
    command
        ->add_option("--format", options->format,
                     "create, convert, delete: raw or qcow2 (default: raw for .raw and .img, else qcow2; delete needs "
                     "raw where that cannot be told)")
        ->check(CLI::IsMember({"raw", "qcow2"}));
    command->add_flag("--encrypted", options->encrypted, "create, convert: encrypt it (LUKS)");
    command->add_option("--key-file", options->keyFile,
                        "File with the passphrase and nothing else, mode 0600; create and convert make one with a "
                        "random passphrase where it is missing (default: FILE.key)");
    command->add_option("--source-key-file", options->sourceKeyFile, "convert: the same, of an encrypted source");
    command
        ->add_option("--preallocation", options->preallocation,
                     "create, convert: off (default: the file grows), metadata, falloc or full")
        ->check(CLI::IsMember({"off", "metadata", "falloc", "full"}));
    command->add_option("--base", options->base, "create: make an overlay of this disk, which is only read");
    command->add_option("--base-format", options->baseFormat, "create: raw or qcow2 (default: as the file says)")
        ->check(CLI::IsMember({"raw", "qcow2"}));
    command
        ->add_option("--repair", options->repair, "check: mend leaks, or all (data may be lost: copy the file first)")
        ->check(CLI::IsMember({"leaks", "all"}));
    command->add_flag("--json", options->json, "Print the result as JSON");
    command->callback([options, &action] { action = [options] { return runDisk(*options); }; });
}

} // namespace bv::cli
