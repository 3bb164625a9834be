#include "target/qemu/offers.h"

#include "process/process.h"

#include <QCoreApplication>
#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QSet>
#include <algorithm>

namespace bv {

namespace {

using namespace Qt::StringLiterals;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(QemuOffers)
};

constexpr std::chrono::seconds answerDeadline(10);

// The answers are told apart by these.
constexpr auto questions = R"({"execute":"qmp_capabilities"}
{"execute":"query-machines","id":"machines"}
{"execute":"query-cpu-definitions","id":"cpus"}
{"execute":"qom-list-types","arguments":{"implements":"accel"},"id":"accelerators"}
{"execute":"quit"}
)";

/// Those of `first` that are there, then the rest by name.
QStringList sorted(const QSet<QString>& names, const QStringList& first)
{
    QStringList rest(names.cbegin(), names.cend());
    std::sort(rest.begin(), rest.end(), [](const QString& a, const QString& b) {
        const int order = a.compare(b, Qt::CaseInsensitive);
        return order != 0 ? order < 0 : a < b;
    });
    QStringList list;
    for (const QString& name : first) {
        if (rest.removeOne(name))
            list << name;
    }
    return list + rest;
}

/// Without machines of earlier versions, which QEMU has for VMs that were made with those: "pc-q35-5.2", "virt-6.0".
QStringList machinesOf(const QJsonArray& machines)
{
    static const QRegularExpression versioned(u"-[0-9]+\\.[0-9]+$"_s);
    QSet<QString> names;
    for (const QJsonValue& value : machines) {
        const QJsonObject machine = value.toObject();
        const QString name = machine["name"_L1].toString();
        const QString alias = machine["alias"_L1].toString();
        const QString said = alias.isEmpty() ? name : alias;
        if (said != "none"_L1 && !said.startsWith("xen"_L1) && !versioned.match(said).hasMatch())
            names.insert(said);
    }
    return sorted(names, {u"q35"_s, u"pc"_s, u"microvm"_s, u"virt"_s});
}

QStringList cpusOf(const QJsonArray& cpus)
{
    static const QRegularExpression versioned(u"-v[0-9]+$"_s);
    QSet<QString> all;
    for (const QJsonValue& value : cpus)
        all.insert(value.toObject()["name"_L1].toString());
    QSet<QString> names;
    for (const QString& name : std::as_const(all)) {
        QString model = name;
        model.remove(versioned);
        if (!name.isEmpty() && (model == name || !all.contains(model)))
            names.insert(name);
    }
    return sorted(names, {u"max"_s, u"host"_s, u"cortex-a57"_s, u"cortex-a72"_s, u"cortex-a76"_s, u"neoverse-n1"_s});
}

QStringList acceleratorsOf(const QJsonArray& types)
{
    QSet<QString> names;
    for (const QJsonValue& value : types) {
        const QString name = value.toObject()["name"_L1].toString();
        if (name.endsWith("-accel"_L1))
            names.insert(name.chopped(6));
    }
    return sorted(names, {u"kvm"_s, u"hvf"_s, u"whpx"_s, u"tcg"_s});
}

} // namespace

Result<QemuOffers> parseQemuOffers(const QByteArray& qmpOutput)
{
    QemuOffers offers;
    const QList<QByteArray> lines = qmpOutput.split('\n');
    for (const QByteArray& line : lines) {
        const QJsonObject said = QJsonDocument::fromJson(line).object();
        const QJsonObject version = said["QMP"_L1]["version"_L1]["qemu"_L1].toObject();
        if (!version.isEmpty())
            offers.version = u"%1.%2.%3"_s.arg(version["major"_L1].toInt())
                                 .arg(version["minor"_L1].toInt())
                                 .arg(version["micro"_L1].toInt());
        const QString id = said["id"_L1].toString();
        const QJsonArray list = said["return"_L1].toArray();
        if (id == "machines"_L1)
            offers.machines = machinesOf(list);
        else if (id == "cpus"_L1)
            offers.cpus = cpusOf(list);
        else if (id == "accelerators"_L1)
            offers.accelerators = acceleratorsOf(list);
    }
    if (offers.version.isEmpty() || offers.machines.isEmpty())
        return Error(Error::Code::Protocol, Text::tr("QEMU did not say which machines it can emulate."),
                     QString::fromUtf8(qmpOutput.left(500)));
    return offers;
}

Async<QemuOffers> askQemuOffers(QString program, std::stop_token stop)
{
    ProcessSpec spec(program,
                     {u"-machine"_s, u"none"_s, u"-nodefaults"_s, u"-nographic"_s, u"-S"_s, u"-qmp"_s, u"stdio"_s});
    spec.timeout = answerDeadline;
    spec.input = questions;
    const ProcessOutcome outcome = co_await runProcess(spec, stop);
    if (outcome.kind == ProcessOutcome::Kind::FailedToStart)
        co_return Error(Error::Code::NotFound,
                        Text::tr("%1 cannot be started; install QEMU for this architecture.").arg(program),
                        outcome.message);
    if (!outcome.ok())
        co_return outcome.toError(Text::tr("%1 did not say what it can emulate").arg(program));
    co_return parseQemuOffers(outcome.output);
}

} // namespace bv
