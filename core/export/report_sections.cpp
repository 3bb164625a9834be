#include "export/report_parts.h"

#include "analysis/cells.h"
#include "base/shell_line.h"
#include "export/bundle_parts.h"
#include "sysbench/catalogue.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QLocale>
#include <QSet>

using namespace Qt::StringLiterals;

namespace bv::report {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::Report)
};

constexpr int proofLines = 120; ///< of a run's output; the rest is in the bundle

/// Of any value, for people; nothing of an empty one.
QString valueText(const QJsonValue& value)
{
    switch (value.type()) {
    case QJsonValue::String:
        return value.toString();
    case QJsonValue::Double:
        return QString::number(value.toDouble(), 'g', 10);
    case QJsonValue::Bool:
        return value.toBool() ? Text::tr("yes") : Text::tr("no");
    case QJsonValue::Array:
        return QString::fromUtf8(QJsonDocument(value.toArray()).toJson(QJsonDocument::Compact));
    case QJsonValue::Object:
        return QString::fromUtf8(QJsonDocument(value.toObject()).toJson(QJsonDocument::Compact));
    default:
        return {};
    }
}

QString memoryText(const QJsonValue& mib)
{
    return mib.toDouble() > 0 ? Text::tr("%1 MiB").arg(qRound64(mib.toDouble())) : QString();
}

QString joined(const QStringList& parts)
{
    QStringList given = parts;
    given.removeAll(QString());
    return given.join(u", "_s);
}

QString targetTitle(const TargetSettings& target)
{
    const QString label = targetLabel(target);
    return label == target.id ? label : u"%1 (%2)"_s.arg(label, target.id);
}

QString diskText(const TargetSettings& target)
{
    if (target.kind == TargetKind::Docker)
        return target.docker.storage;
    if (target.kind != TargetKind::Qemu)
        return {};
    const DiskSettings& disk = target.qemu.disk;
    return joined({disk.format, disk.bus, Text::tr("cache=%1").arg(disk.cache), Text::tr("aio=%1").arg(disk.aio),
                   disk.path.isEmpty() ? Text::tr("made for the session") : disk.path});
}

QString insideText(const QJsonObject& inside)
{
    const QJsonValue memory =
        inside["limit_memory_mib"_L1].toDouble() > 0 ? inside["limit_memory_mib"_L1] : inside["memory_mib"_L1];
    const int cpus = inside["nproc"_L1].toInt();
    return joined({cpus > 0 ? Text::tr("%n CPU(s)", nullptr, cpus) : QString(), memoryText(memory)});
}

QStringList argvOf(const QJsonObject& provenance)
{
    QStringList argv;
    const QJsonArray words = provenance["argv"_L1].toArray();
    for (const QJsonValue& word : words)
        argv << word.toString();
    return argv;
}

/// What a target was started with, and each command that ran in it, once.
QStringList recordedLines(const Session& session, const TargetSettings& target)
{
    QStringList lines;
    const QStringList argv = argvOf(bundle::provenanceOf(session, target.id));
    if (!argv.isEmpty())
        lines << shellLine(argv) << QString();
    QSet<QString> seen;
    for (const RunRecord& run : session.runs) {
        const QString line = shellLine(run.command);
        if (run.target != target.id || line.isEmpty() || seen.contains(line))
            continue;
        seen << line;
        lines << line;
    }
    return lines;
}

/// The middle is left out of what is too long.
QString proofText(const QString& output)
{
    QStringList lines = output.trimmed().split(u'\n');
    if (lines.size() <= proofLines)
        return lines.join(u'\n');
    const auto left = static_cast<int>(lines.size()) - proofLines;
    return (lines.first(proofLines / 2) + QStringList{Text::tr("[%n line(s) left out]", nullptr, left)} +
            lines.last(proofLines / 2))
        .join(u'\n');
}

ReportTable historyTable(const QJsonArray& layers, const QString& caption)
{
    ReportTable table;
    table.caption = caption;
    table.columns = {Text::tr("Created"), Text::tr("By"), Text::tr("Size")};
    table.textColumns = 2;
    for (const QJsonValue& value : layers) {
        const QJsonObject layer = value.toObject();
        table.rows << QStringList{layer["created"_L1].toString().left(10), layer["created_by"_L1].toString(),
                                  QLocale::c().formattedDataSize(qint64(layer["size_bytes"_L1].toDouble()), 1)};
    }
    return table;
}

} // namespace

void addMachine(const Session& session, Blocks& blocks)
{
    blocks << ReportHeading{1, Text::tr("Machine")};
    const QJsonObject& host = session.host;
    if (host.isEmpty()) {
        blocks << ReportParagraph{Text::tr("Nothing about the machine was recorded.")};
        return;
    }
    FactTable facts(Text::tr("What"), Text::tr("Value"));
    const QList<std::pair<QString, QString>> known{
        {u"hostname"_s, Text::tr("Name")},
        {u"product"_s, Text::tr("Product")},
        {u"cpu_model"_s, Text::tr("Processor")},
        {u"cpus"_s, Text::tr("Logical CPUs")},
        {u"machine"_s, Text::tr("Architecture")},
        {u"memory_mib"_s, Text::tr("Memory")},
        {u"os"_s, Text::tr("Operating system")},
        {u"kernel"_s, Text::tr("Kernel")},
        {u"hypervisor"_s, Text::tr("Is itself a virtual machine")},
        {u"governor"_s, Text::tr("CPU governor")},
        {u"load_1min"_s, Text::tr("Load before measuring (1 min)")},
    };
    QSet<QString> told;
    for (const auto& [key, name] : known) {
        told << key;
        facts.add(name, key == "memory_mib"_L1 ? memoryText(host[key]) : valueText(host[key]));
    }
    for (auto it = host.begin(); it != host.end(); ++it) {
        if (!told.contains(it.key()))
            facts.add(it.key(), valueText(it.value()));
    }
    blocks << facts.table();
}

void addVersions(const Session& session, Blocks& blocks)
{
    blocks << ReportHeading{1, Text::tr("Versions and commands")};
    ReportTable table;
    table.columns = {Text::tr("Target"),  Text::tr("sysbench"),      Text::tr("Its SHA-256"),
                     Text::tr("Runs in"), Text::tr("System inside"), Text::tr("Kernel inside")};
    table.textColumns = 6;
    for (const TargetSettings& target : session.plan.targets) {
        const QJsonObject found = bundle::provenanceOf(session, target.id);
        const QJsonObject sysbench = found["sysbench"_L1].toObject();
        const QJsonObject engine = found["engine"_L1].toObject();
        const QJsonObject inside = found["inside"_L1].toObject();
        const QString in =
            target.kind == TargetKind::Qemu && !found["qemu"_L1].toString().isEmpty()
                ? u"QEMU "_s + found["qemu"_L1].toString()
                : joined({(engine["product"_L1].toString() + u' ' + engine["server"_L1].toString()).trimmed()});
        table.rows << QStringList{targetTitle(target),
                                  sysbench["version"_L1].toString(),
                                  sysbench["sha256"_L1].toString().left(12),
                                  in,
                                  inside["os"_L1].toString(),
                                  inside["kernel"_L1].toString()};
    }
    blocks << table;
    blocks << ReportParagraph{
        Text::tr("The commands as they were run on this machine; those of a virtual machine run inside its guest."),
        true};
    for (const TargetSettings& target : session.plan.targets) {
        const QStringList lines = recordedLines(session, target);
        if (!lines.isEmpty())
            blocks << ReportListing{targetTitle(target), lines.join(u'\n')};
    }
}

void addArrangements(const Session& session, Blocks& blocks)
{
    blocks << ReportHeading{1, Text::tr("Arrangements")};
    ReportTable table;
    table.columns = {Text::tr("Target"), Text::tr("Kind"),   Text::tr("Accelerator"), Text::tr("Storage"),
                     Text::tr("CPUs"),   Text::tr("Memory"), Text::tr("Seen inside")};
    table.textColumns = 7;
    for (const TargetSettings& target : session.plan.targets) {
        const auto cpus = targetCpus(target);
        const auto memory = targetMemoryMib(target);
        table.rows << QStringList{targetTitle(target),
                                  QString(targetKindName(target.kind)),
                                  target.kind == TargetKind::Qemu ? bundle::measuredAccel(session, target) : QString(),
                                  diskText(target),
                                  cpus ? QString::number(*cpus) : Text::tr("all"),
                                  memory ? memoryText(*memory) : Text::tr("all"),
                                  insideText(bundle::provenanceOf(session, target.id)["inside"_L1].toObject())};
    }
    blocks << table;
    for (const TargetSettings& target : session.plan.targets) {
        if (const QString error = targetError(session, target.id); !error.isEmpty())
            blocks << ReportParagraph{
                Text::tr("%1 could not be used, or not to the end: %2").arg(targetTitle(target), error)};
    }
    const Plan& plan = session.plan;
    const QString order = plan.order == RunOrder::Interleaved ? Text::tr("targets took turns, run by run")
                                                              : Text::tr("one target was measured after the other");
    if (!plan.suites.isEmpty())
        blocks << ReportParagraph{
            joined({plan.adaptive ? Text::tr("Repeats: adaptive, %1 to %2")
                                        .arg(plan.adaptive->minRepeats)
                                        .arg(plan.adaptive->maxRepeats)
                                  : Text::tr("Repeats: %1").arg(plan.repeats),
                    plan.warmup > 0 ? Text::tr("warm-ups that do not count: %1").arg(plan.warmup) : QString(), order,
                    plan.dropPageCache ? Text::tr("the page cache was dropped before each file test")
                                       : Text::tr("the page cache was not dropped")}) +
                u'.',
            true};
}

void addImages(const Session& session, Blocks& blocks)
{
    blocks << ReportHeading{1, Text::tr("Image history")};
    bool any = false;
    for (const TargetSettings& target : session.plan.targets) {
        const QJsonObject found = bundle::provenanceOf(session, target.id);
        const QJsonObject image = found["image"_L1].toObject();
        FactTable facts(Text::tr("Of %1").arg(targetTitle(target)), Text::tr("Value"));
        if (target.kind == TargetKind::Docker)
            facts.add(Text::tr("Image"), image.isEmpty() ? target.docker.image : image["reference"_L1].toString());
        else if (target.kind == TargetKind::Qemu)
            facts.add(Text::tr("Guest"), target.qemu.guest);
        for (auto it = image.begin(); it != image.end(); ++it) {
            if (it.key() != "reference"_L1 && it.key() != "history"_L1)
                facts.add(it.key(), valueText(it.value()));
        }
        facts.add(Text::tr("Kernel package"), found["kernel_package"_L1].toString());
        facts.add(Text::tr("Built-in guest, digest of its content"), found["guest_digest"_L1].toString());
        if (facts.table().rows.isEmpty())
            continue;
        any = true;
        blocks << facts.table();
        const QJsonArray layers = image["history"_L1].toArray();
        if (!layers.isEmpty())
            blocks << historyTable(layers, Text::tr("Steps of the image, newest first"));
        else if (target.kind == TargetKind::Docker)
            blocks << ReportParagraph{Text::tr("The steps of this image were not recorded; `docker history %1` "
                                               "lists them.")
                                          .arg(image["reference"_L1].toString(target.docker.image)),
                                      true};
    }
    if (!any)
        blocks << ReportParagraph{Text::tr("No container image and no virtual machine is part of the session.")};
}

void addProofs(const Session& session, Blocks& blocks)
{
    blocks << ReportHeading{1, Text::tr("One proof of each experiment")};
    const QList<analysis::Cell> cells = analysis::cellsOf(session);
    bool any = false;
    for (const analysis::Cell& cell : cells) {
        for (const RunRecord* run : cell.runs) {
            if (run->output.trimmed().isEmpty())
                continue;
            const QString begun = run->started.isValid()
                                      ? run->started.toUTC().toString(u"yyyy-MM-dd HH:mm:ss"_s) + u" UTC"_s
                                      : QString();
            blocks << ReportListing{joined({Text::tr("%1 on %2").arg(cell.test, cell.target),
                                            Text::tr("repeat %1").arg(run->repeat), begun}),
                                    u"$ %1\n%2"_s.arg(shellLine(run->command), proofText(run->output))};
            any = true;
            break;
        }
    }
    blocks << ReportParagraph{any ? Text::tr("The output of every run is in folder raw of the bundle.")
                                  : Text::tr("The session has no output of its runs."),
                              true};
}

void addReproduction(const Session& session, const QStringList& commands, Blocks& blocks)
{
    blocks << ReportHeading{1, Text::tr("How to measure it again")};
    blocks << ReportParagraph{
        Text::tr("With Benchvisor: `benchvisor export %1 --bundle DIR` writes the plan, the scripts, Dockerfile, "
                 "Vagrantfile and raw output of this session; `benchvisor run --plan DIR/plan.json` measures it again, "
                 "and DIR/README.md says how to do so without Benchvisor.")
            .arg(session.id)};
    if (!commands.isEmpty())
        blocks << ReportListing{Text::tr("By hand, in any shell"), commands.join(u'\n')};
}

} // namespace bv::report
