#include "cli/cli.h"
#include "cli/fairness_text.h"
#include "cli/plan_arguments.h"

#include "export/command_sheet.h"
#include "machine/host_facts.h"
#include "run/measuring_host.h"

#include <QCoreApplication>
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

using namespace Qt::StringLiterals;

namespace bv::cli {

namespace {

int fail(const Error& error, int status)
{
    std::fprintf(stderr, "%s\n", qPrintable(error.message));
    if (!error.detail.isEmpty())
        std::fprintf(stderr, "%s\n", qPrintable(error.detail));
    return status;
}

int commands(const PlanArguments& arguments)
{
    const auto settings = loadEngineSettings(Paths::fromEnvironment());
    if (!settings)
        return fail(settings.error(), Usage);
    QStringList notes;
    const QJsonObject host = measuringHost(*settings);
    const auto asked = arguments.plan(notes, host);
    for (const QString& note : std::as_const(notes))
        std::fprintf(stderr, "%s\n", qPrintable(note));
    if (!asked)
        return fail(asked.error(), Usage);
    const auto sheet = commandSheet(*asked, *settings, machineLimits());
    if (!sheet)
        return fail(sheet.error(), sheet.error().code == Error::Code::BadInput ? Usage : NotReady);
    const QStringList remarks = commandRemarks(*asked, machineLimits()) + fairnessLines(*asked, host);
    for (const QString& remark : remarks)
        std::fprintf(stderr, "%s\n", qPrintable(remark));
    if (!sheet->note.isEmpty())
        std::fprintf(stderr, "%s\n", qPrintable(sheet->note));
    std::fprintf(stdout, "%s\n", qPrintable(sheet->lines.join(u'\n')));
    return Done;
}

} // namespace

void addCommands(CLI::App& app, Action& action)
{
    CLI::App* command = app.add_subcommand("commands", "Print the exact commands of a plan; runs nothing");
    const auto arguments = std::make_shared<PlanArguments>();
    arguments->addTo(*command);
    command->callback([arguments, &action] { action = [arguments] { return commands(*arguments); }; });
}

} // namespace bv::cli
