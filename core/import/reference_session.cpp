#include "import/reference_session.h"

#include "import/import_preview.h"

#include <QCoreApplication>
#include <QFile>

static void loadReference()
{
    Q_INIT_RESOURCE(reference);
}

namespace bv {

namespace {

using namespace Qt::StringLiterals;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::ReferenceSession)
};

QByteArray resource(const QString& name)
{
    QFile file(u":/reference/"_s + name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// The rows of one table, with the parameters that the report gives in its text.
void addTable(ImportPreview& preview, const QString& name, const QJsonObject& params)
{
    const auto table = importText(name, resource(name));
    if (!table)
        return; // a test sees to it that they are there
    int number = 0;
    for (ImportedRun run : table->runs) {
        for (auto it = params.begin(); it != params.end(); ++it)
            run.record.params.insert(it.key(), it.value());
        preview.rows.append({name, ++number, run, true});
    }
}

/// The VM of the report's command line:
/// qemu-system-aarch64 -monitor stdio -M virt,highmem=off -accel tcg -cpu cortex-a57 -smp 4 -m 2048 -bios QEMU_EFI.fd
/// -device virtio-gpu-pci -display default,show-cursor=on -device qemu-xhci -device usb-kbd -device usb-tablet
/// -device intel-hda -device hda-duplex -drive file=ubuntu-latest.raw,format=raw,if=virtio,cache=writethrough
/// -cdrom ubuntu-20.04.5-live-server-arm64.iso
QemuSettings virtualMachine(QemuSettings unknown)
{
    QemuSettings vm = std::move(unknown);
    vm.guest = u"disk"_s;
    vm.arch = u"aarch64"_s;
    vm.machine = u"virt,highmem=off"_s;
    vm.accel = u"tcg"_s;
    vm.cpu = u"cortex-a57"_s;
    vm.smp = 4;
    vm.memoryMib = 2048;
    vm.firmware = u"QEMU_EFI.fd"_s;
    vm.firmwareAttach = u"bios"_s;
    vm.iso = u"ubuntu-20.04.5-live-server-arm64.iso"_s;
    vm.disk.path = u"ubuntu-latest.raw"_s;
    vm.disk.format = u"raw"_s;
    vm.disk.sizeGib = 40;
    vm.disk.cache = u"writethrough"_s;
    vm.disk.bus = u"virtio"_s;
    vm.display = u"window"_s;
    vm.gpu = u"virtio-gpu-pci"_s;
    vm.usb = {u"keyboard"_s, u"tablet"_s};
    vm.sound = u"intel-hda"_s;
    return vm;
}

/// What the report says of its two targets. The labels are short: the whole command is in the plan.
void describeTargets(Session& session)
{
    session.targets = {};
    for (TargetSettings& target : session.plan.targets) {
        QJsonObject described{{u"id"_s, target.id}, {u"kind"_s, targetKindName(target.kind)}};
        QJsonObject provenance;
        if (target.kind == TargetKind::Qemu) {
            target.qemu = virtualMachine(target.qemu);
            target.label = Text::tr("QEMU tcg 4 CPU 2 GiB");
            provenance = {{u"qemu"_s, u"7.2"_s},
                          {u"accel"_s, u"tcg"_s},
                          {u"disk_format"_s, target.qemu.disk.format},
                          {u"disk_cache"_s, target.qemu.disk.cache}};
            described[u"smp"_s] = target.qemu.smp;
            described[u"memory_mib"_s] = target.qemu.memoryMib;
        } else {
            target.docker.image = u"myubuntu"_s; // `docker commit` of ubuntu with sysbench
            target.docker.storage = u"layer"_s;
            target.label = Text::tr("Docker");
            provenance = {{u"engine"_s, QJsonObject{{u"product"_s, u"Docker Desktop"_s}}},
                          {u"storage"_s, target.docker.storage}};
        }
        described[u"label"_s] = target.label;
        described[u"provenance"_s] = provenance;
        session.targets << described;
    }
}

} // namespace

Session referenceSession()
{
    loadReference();
    ImportPreview preview;
    // The report left time and threads of the CPU test to sysbench: 10 s, one thread.
    addTable(preview, u"cpu.csv"_s, {{u"threads"_s, 1}, {u"time_s"_s, 10}});
    addTable(preview, u"fileio.csv"_s,
             {{u"threads"_s, 16}, {u"file_total_size"_s, u"1G"_s}, {u"file_block_size"_s, u"16K"_s}});
    const QDateTime year(QDate(2023, 1, 1), QTime(0, 0), Qt::UTC);
    const QString name = Text::tr("Published report (2023)");
    Session session = sessionOf(preview, name, year).valueOr({});
    session.id = referenceSessionId;
    setSessionOrigin(session, SessionOrigin::Published,
                     Text::tr("Measured elsewhere, by the author of a published report (2023), on an Apple-silicon "
                              "laptop: QEMU 7.2 with -accel tcg, and Docker Desktop, whose containers run in a VM of "
                              "their own. Typed from its tables; there are no outputs to check them against."));
    describeTargets(session);
    for (RunRecord& run : session.runs)
        run.notes = QStringList{Text::tr("From a table of the published report (2023).")};
    return session;
}

} // namespace bv
