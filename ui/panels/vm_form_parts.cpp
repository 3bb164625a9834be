// The parts of a VM's form below the machine itself: disk, way into the guest, processor, devices.

#include "dialogs/disk_dialog.h"
#include "panels/vm_form.h"
#include "style/icons.h"
#include "style/metrics.h"
#include "widgets/choice_boxes.h"
#include "widgets/field.h"
#include "widgets/section.h"

#include <QCheckBox>
#include <QLabel>
#include <QLineEdit>
#include <QToolButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

void hint(Field* field, const QString& text)
{
    static_cast<QLineEdit*>(field->control())->setPlaceholderText(text);
}

} // namespace

void VmForm::addDisk()
{
    auto* title = new QLabel(this);
    title->setObjectName(u"vm.diskTitle"_s);
    title->setFont(fontAt(TextStep::Strong, font()));
    fields()->addSpacing(gapSmall);
    fields()->addWidget(title);
    m_diskTitle = title;
    m_path = addPath(
        tr("&File"), u"disk.path"_s, tr("Choose a disk image"), tr("Disk images (*.raw *.img *.qcow2)"),
        [](TargetSettings& settings) -> QString& { return settings.qemu.disk.path; }, true);
    auto* manage = new QToolButton(this);
    manage->setObjectName(u"vm.disk.manage"_s);
    manage->setIcon(icon(u"more"_s));
    manage->setToolTip(tr("Make, examine, check, copy or delete a disk image"));
    manage->setAccessibleName(manage->toolTip());
    connect(manage, &QToolButton::clicked, this, &VmForm::openDisk);
    m_path->addBeside(manage);
    addChoice(tr("Fo&rmat"), u"disk.format"_s,
              {{u"raw"_s, u"raw"_s}, {u"qcow2"_s, u"qcow2"_s}, {u"luks"_s, tr("luks (encrypted)")}},
              [](TargetSettings& settings) -> QString& { return settings.qemu.disk.format; });
    m_size = addNumber(
        tr("Si&ze"), u"disk.size_gib"_s, {tr("GiB"), 6, 1, false},
        [](const TargetSettings& settings) { return settings.qemu.disk.sizeGib; },
        [](TargetSettings& settings, double value) { settings.qemu.disk.sizeGib = value; });
    QList<Choice> caches;
    for (const QString& cache : {u"writethrough"_s, u"writeback"_s, u"none"_s, u"directsync"_s, u"unsafe"_s})
        caches << Choice{cache, cache};
    addChoice(tr("C&ache"), u"disk.cache"_s, caches,
              [](TargetSettings& settings) -> QString& { return settings.qemu.disk.cache; });
    addChoice(tr("A&IO"), u"disk.aio"_s,
              {{u"threads"_s, u"threads"_s}, {u"native"_s, u"native"_s}, {u"io_uring"_s, u"io_uring"_s}},
              [](TargetSettings& settings) -> QString& { return settings.qemu.disk.aio; });
    m_keyFile = addPath(tr("Key file"), u"disk.key_file"_s, tr("Choose the file with the passphrase"), tr("Keys (*)"),
                        [](TargetSettings& settings) -> QString& { return settings.qemu.disk.keyFile; });
}

void VmForm::addMoreOfDisk()
{
    beginPart(tr("More of the disk"), u"moreDisk"_s, [](const TargetSettings& settings) {
        const DiskSettings& disk = settings.qemu.disk;
        QStringList said;
        if (!disk.base.isEmpty())
            said << tr("overlay");
        if (disk.bus != "virtio"_L1)
            said << disk.bus;
        if (disk.preallocation != "off"_L1)
            said << disk.preallocation;
        return said.join(u", "_s);
    });
    auto* base = addPath(tr("Base"), u"disk.base"_s, tr("Choose the disk below the overlay"),
                         tr("Disk images (*.raw *.img *.qcow2)"),
                         [](TargetSettings& settings) -> QString& { return settings.qemu.disk.base; });
    hint(base, tr("none"));
    base->setNote(tr("The disk is an overlay of it (qcow2); the base is only read."));
    addChoice(tr("Base format"), u"disk.base_format"_s,
              {{QString(), tr("found out")}, {u"raw"_s, u"raw"_s}, {u"qcow2"_s, u"qcow2"_s}},
              [](TargetSettings& settings) -> QString& { return settings.qemu.disk.baseFormat; });
    addChoice(tr("Preallocation"), u"disk.preallocation"_s,
              {{u"off"_s, tr("off (sparse)")},
               {u"metadata"_s, u"metadata"_s},
               {u"falloc"_s, u"falloc"_s},
               {u"full"_s, u"full"_s}},
              [](TargetSettings& settings) -> QString& { return settings.qemu.disk.preallocation; });
    addChoice(tr("Bus"), u"disk.bus"_s,
              {{u"virtio"_s, u"virtio"_s}, {u"nvme"_s, u"nvme"_s}, {u"scsi"_s, u"scsi"_s}, {u"ide"_s, u"ide"_s}},
              [](TargetSettings& settings) -> QString& { return settings.qemu.disk.bus; });
    const auto addOptions = [this](const QString& label, const QString& where, const QString& example,
                                   QString DiskSettings::*member) {
        hint(addText(
                 label, where, [member](const TargetSettings& settings) { return settings.qemu.disk.*member; },
                 [member](TargetSettings& settings, const QString& text) { settings.qemu.disk.*member = text; }),
             example);
    };
    addOptions(tr("-drive options"), u"disk.options"_s, tr("such as discard=unmap"), &DiskSettings::options);
    addOptions(tr("-device options"), u"disk.device_options"_s, tr("such as num-queues=4"),
               &DiskSettings::deviceOptions);
    endPart();
}

void VmForm::addChannel()
{
    m_channel = beginPart(tr("Way into the guest"), u"wayIn"_s, [](const TargetSettings& settings) {
        return settings.qemu.channel == "ssh"_L1 ? tr("ssh") : tr("guest agent");
    });
    addChoice(tr("Channel"), u"channel"_s, {{u"agent"_s, tr("QEMU guest agent")}, {u"ssh"_s, u"ssh"_s}},
              [](TargetSettings& settings) -> QString& { return settings.qemu.channel; });
    auto* user = addText(
        tr("User"), u"ssh.user"_s, [](const TargetSettings& settings) { return settings.qemu.ssh.user; },
        [](TargetSettings& settings, const QString& text) { settings.qemu.ssh.user = text; });
    hint(user, tr("such as ubuntu"));
    auto* key = addPath(tr("Private key"), u"ssh.key"_s, tr("Choose the private key"), tr("Keys (*)"),
                        [](TargetSettings& settings) -> QString& { return settings.qemu.ssh.key; });
    hint(key, tr("Benchvisor's own"));
    m_sshFields = {user, key};
    auto* install = new QCheckBox(tr("Install it where it is missing"), this);
    auto* field =
        add(new Field(tr("sysbench"), install, u"vm.install_sysbench"_s, this), u"install_sysbench"_s,
            [install](const TargetSettings& settings) { install->setChecked(settings.qemu.installSysbench); });
    field->setNote(tr("By the guest's package manager, for the session only; takes root there and a network."));
    connect(install, &QCheckBox::toggled, this,
            [this](bool on) { edit([on](TargetSettings& settings) { settings.qemu.installSysbench = on; }); });
    endPart();
}

void VmForm::addTopologyNumber(const QString& label, const QString& where, int CpuTopology::*member)
{
    auto* field = addText(
        label, where,
        [member](const TargetSettings& settings) {
            const int value = settings.qemu.topology.*member;
            return value == 0 ? QString() : QString::number(value);
        },
        [member](TargetSettings& settings, const QString& text) {
            bool ok = false;
            const int value = text.trimmed().toInt(&ok);
            settings.qemu.topology.*member = ok ? value : (text.trimmed().isEmpty() ? 0 : -1);
        });
    hint(field, tr("QEMU decides"));
}

void VmForm::addProcessor()
{
    beginPart(tr("Processor and start"), u"processor"_s, [](const TargetSettings& settings) {
        const CpuTopology& topology = settings.qemu.topology;
        const auto count = [](int value) { return value == 0 ? u"·"_s : QString::number(value); };
        return topology.isGiven()
                   ? tr("%1 × %2 × %3").arg(count(topology.sockets), count(topology.cores), count(topology.threads))
                   : QString();
    });
    addTopologyNumber(tr("Sockets"), u"smp.sockets"_s, &CpuTopology::sockets);
    addTopologyNumber(tr("Cores"), u"smp.cores"_s, &CpuTopology::cores);
    addTopologyNumber(tr("Threads"), u"smp.threads"_s, &CpuTopology::threads);
    const auto addOption = [this](const QString& label, const QString& where, const QString& example,
                                  QString QemuSettings::*member) {
        hint(addText(
                 label, where, [member](const TargetSettings& settings) { return settings.qemu.*member; },
                 [member](TargetSettings& settings, const QString& text) { settings.qemu.*member = text; }),
             example);
    };
    addOption(tr("Accelerator options"), u"accel_options"_s, tr("such as thread=single"), &QemuSettings::accelOptions);
    addOption(tr("Boot order (-boot)"), u"boot"_s, tr("the firmware decides"), &QemuSettings::boot);
    addChoice(tr("EFI image as"), u"firmware_attach"_s,
              {{QString(), tr("the image asks")}, {u"pflash"_s, u"pflash"_s}, {u"bios"_s, u"-bios"_s}},
              [](TargetSettings& settings) -> QString& { return settings.qemu.firmwareAttach; });
    auto* vars = addPath(tr("EFI variables"), u"firmware_vars"_s, tr("Choose the variables to start from"),
                         tr("Firmware (*.fd *.bin *.qcow2)"),
                         [](TargetSettings& settings) -> QString& { return settings.qemu.firmwareVars; });
    hint(vars, tr("those of the image"));
    vars->setNote(tr("The VM gets a copy; the file is only read."));
    endPart();
}

void VmForm::addDevices()
{
    beginPart(tr("Screen and devices"), u"devices"_s, [](const TargetSettings& settings) {
        const QemuSettings& qemu = settings.qemu;
        QStringList said;
        if (qemu.display != "none"_L1)
            said << tr("screen");
        if (qemu.network != "none"_L1)
            said << tr("network");
        if (!qemu.usb.isEmpty())
            said << tr("USB");
        if (qemu.sound != "none"_L1)
            said << tr("sound");
        return said.join(u", "_s);
    });
    addChoice(tr("Display"), u"display"_s,
              {{u"none"_s, tr("none")}, {u"window"_s, tr("QEMU's window")}, {u"vnc"_s, tr("VNC on a local socket")}},
              [](TargetSettings& settings) -> QString& { return settings.qemu.display; });
    addProposed(tr("Graphics card"), u"gpu"_s,
                {u"none"_s, u"virtio-gpu-pci"_s, u"std"_s, u"virtio-vga"_s, u"qxl"_s, u"vmware"_s, u"cirrus"_s},
                [](TargetSettings& settings) -> QString& { return settings.qemu.gpu; });
    auto* usb = new ChoiceBoxes(
        {{u"keyboard"_s, tr("keyboard"), {}}, {u"tablet"_s, tr("tablet"), {}}, {u"mouse"_s, tr("mouse"), {}}},
        u"vm.usb"_s, this);
    add(new Field(tr("USB"), usb, u"vm.usb"_s, this), u"usb"_s,
        [usb](const TargetSettings& settings) { usb->setValues(settings.qemu.usb); });
    connect(usb, &ChoiceBoxes::changed, this,
            [this, usb] { edit([usb](TargetSettings& settings) { settings.qemu.usb = usb->values(); }); });
    addChoice(tr("Sound"), u"sound"_s, {{u"none"_s, tr("none")}, {u"intel-hda"_s, u"intel-hda"_s}},
              [](TargetSettings& settings) -> QString& { return settings.qemu.sound; });
    auto* network =
        addChoice(tr("Network"), u"network"_s, {{u"none"_s, tr("none")}, {u"user"_s, tr("user (behind this machine)")}},
                  [](TargetSettings& settings) -> QString& { return settings.qemu.network; });
    network->setNote(tr("Containers of a comparison have none."));
    hint(addText(
             tr("Network card"), u"nic"_s, [](const TargetSettings& settings) { return settings.qemu.nic; },
             [](TargetSettings& settings, const QString& text) { settings.qemu.nic = text; }),
         u"virtio-net-pci"_s);
    endPart();
}

/// A disk that is made there is the one that is meant.
void VmForm::openDisk()
{
    auto* dialog = new DiskDialog(m_disks, settings().qemu.disk.path, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &DiskDialog::diskMade, this,
            [this](const QString& path, const QString& format, const QString& keyFile) {
                edit([&](TargetSettings& changed) {
                    changed.qemu.disk.path = path;
                    changed.qemu.disk.format = format;
                    changed.qemu.disk.keyFile = keyFile;
                });
            });
    dialog->open();
}

/// Which fields concern the guest that is chosen, and what an empty one means for it.
void VmForm::showGuestNotes()
{
    const QemuSettings& qemu = settings().qemu;
    const bool builtin = qemu.guest == "builtin"_L1;
    const bool ownDisk = qemu.guest == "disk"_L1;
    if (builtin)
        m_guest->setNote(tr("Boots in seconds and has the sysbench of this machine."));
    else
        m_guest->setNote(ownDisk ? tr("Started from a private overlay: your disk is only read.")
                                 : tr("Started from the ISO, which is only read."));
    m_iso->setVisible(qemu.guest == "iso"_L1 || !qemu.iso.isEmpty());
    m_channel->setVisible(!builtin || qemu.channel != "agent"_L1);
    for (Field* field : std::as_const(m_sshFields))
        field->setVisible(qemu.channel == "ssh"_L1);
    static_cast<QLabel*>(m_diskTitle)->setText(ownDisk ? tr("Disk of the guest") : tr("Disk for the file tests"));
    const bool scratch = qemu.disk.path.isEmpty();
    hint(m_path, ownDisk ? tr("path of the image") : tr("scratch disk"));
    m_path->setNote(scratch && !ownDisk ? tr("Empty: made for the session and removed with it") : QString());
    m_size->setVisible(!ownDisk);
    m_size->setNote(scratch ? QString() : tr("Used only if the file is not there yet"));
    m_keyFile->setVisible(qemu.disk.format == "luks"_L1 || !qemu.disk.keyFile.isEmpty());
    hint(m_keyFile, scratch ? tr("made for the session") : QString());
}

} // namespace bv
