#include "export/bundle_parts.h"

#include <QRegularExpression>
#include <QSet>
#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace bv::bundle {

namespace {

/// A literal in which Ruby replaces nothing.
QString ruby(QString text)
{
    return u'\'' + text.replace(u'\\', u"\\\\"_s).replace(u'\'', u"\\'"_s) + u'\'';
}

/// vagrant-libvirt puts values into XML as they are.
bool isWord(const QString& text)
{
    static const QRegularExpression word(u"\\A[A-Za-z0-9][A-Za-z0-9._-]*\\z"_s);
    return word.match(text).hasMatch();
}

/// The options of one machine, in the order they are written, and what they do not say.
class Machine
{
public:
    Machine(const Session& session, const TargetSettings& target)
        : m_qemu(target.qemu)
        , m_accel(measuredAccel(session, target))
    {
        setProcessor();
        if (m_qemu.arch != "x86_64"_L1)
            setArchitecture();
        setDisk();
        if (m_qemu.guest != "builtin"_L1)
            note(u"The session's own guest was started from a disk or an ISO."_s);
        if (!m_qemu.firmware.isEmpty())
            note(u"The session's firmware was %1."_s.arg(m_qemu.firmware));
        if (!m_qemu.extraArgs.isEmpty())
            note(u"More arguments of QEMU: %1"_s.arg(m_qemu.extraArgs.join(u' ')));
    }

    const QStringList& notes() const { return m_notes; }
    const QStringList& lines() const { return m_lines; }

private:
    void note(const QString& text) { m_notes << oneLine(text); }
    void set(const QString& name, const QString& value) { m_lines << u"libvirt.%1 = %2"_s.arg(name, value); }

    bool isEmulated() const { return m_accel == "tcg"_L1; }

    void setProcessor()
    {
        if (m_accel.isEmpty())
            note(u"Its accelerator is not known; libvirt gets kvm."_s);
        else if (!isEmulated() && m_accel != "kvm"_L1)
            note(u"It was measured with accelerator %1; libvirt gets kvm."_s.arg(m_accel));
        set(u"driver"_s, isEmulated() ? u"'qemu'"_s : u"'kvm'"_s);
        if (m_qemu.smp != 0)
            set(u"cpus"_s, QString::number(m_qemu.smp));
        if (m_qemu.memoryMib != 0)
            set(u"memory"_s, QString::number(m_qemu.memoryMib));
        if (m_qemu.smp == 0 || m_qemu.memoryMib == 0)
            note(u"Not all of its CPUs and memory are known; libvirt decides where nothing is set."_s);
        const QString type = m_qemu.machine.section(u',', 0, 0);
        if (isWord(type) && type != "microvm"_L1) // which libvirt does not have
            set(u"machine_type"_s, ruby(type));
        if (type != m_qemu.machine || type == "microvm"_L1)
            note(u"The session's machine was %1."_s.arg(m_qemu.machine));
        if (m_qemu.cpu == "max"_L1 || m_qemu.cpu == "host"_L1) {
            set(u"cpu_mode"_s, isEmulated() ? u"'maximum'"_s : u"'host-passthrough'"_s);
        } else if (isWord(m_qemu.cpu)) {
            set(u"cpu_mode"_s, u"'custom'"_s);
            set(u"cpu_model"_s, ruby(m_qemu.cpu));
        } else if (!m_qemu.cpu.isEmpty()) {
            note(u"The session's CPU was %1."_s.arg(m_qemu.cpu));
        }
    }

    /// The virt machine needs EFI, and has no old graphics.
    void setArchitecture()
    {
        if (!isWord(m_qemu.arch))
            return;
        set(u"machine_arch"_s, ruby(m_qemu.arch));
        if (m_qemu.arch != "aarch64"_L1)
            return;
        set(u"loader"_s, u"ENV.fetch('LOADER', '/usr/share/AAVMF/AAVMF_CODE.fd')"_s);
        set(u"nvram"_s, u"\"/var/lib/libvirt/qemu/nvram/benchvisor-#{machine_name}.fd\""_s);
        set(u"features"_s, u"['acpi']"_s);
        set(u"graphics_type"_s, u"'none'"_s);
    }

    void setDisk()
    {
        const DiskSettings& disk = m_qemu.disk;
        const double sizeGib = disk.sizeGib == 0 ? DiskSettings().sizeGib : disk.sizeGib; // not known
        const auto mib = static_cast<qint64>(std::ceil(std::clamp(sizeGib, 0.25, 1e6) * 1024));
        QString line = u"libvirt.storage :file, size: '%1', type: %2, serial: 'benchvisor'"_s.arg(
            mib % 1024 == 0 ? u"%1G"_s.arg(mib / 1024) : u"%1M"_s.arg(mib),
            disk.format == "qcow2"_L1 ? u"'qcow2'"_s : u"'raw'"_s);
        if (isWord(disk.cache))
            line += u", cache: "_s + ruby(disk.cache);
        if (isWord(disk.aio))
            line += u", io: "_s + ruby(disk.aio);
        m_lines << line;
    }

    const QemuSettings& m_qemu;
    QString m_accel;
    QStringList m_notes;
    QStringList m_lines;
};

QString machineBlock(const Session& session, const TargetSettings& target, const QString& name, bool first)
{
    const Machine machine(session, target);
    QString text = u"\n  # %1\n"_s.arg(oneLine(targetLabel(target)));
    for (const QString& note : machine.notes())
        text += u"  # %1\n"_s.arg(note);
    // Machines that are up beside each other would measure each other.
    text += u"  config.vm.define %1%2 do |machine|\n"_s.arg(ruby(name), first ? QString() : u", autostart: false"_s);
    if (target.qemu.arch == "aarch64"_L1) {
        text += u"    machine_name = %1\n"_s.arg(ruby(name));
        text += u"    machine.vm.box_architecture = 'arm64' if machine.vm.respond_to?(:box_architecture=)\n"_s;
    }
    text += u"    machine.vm.provider :libvirt do |libvirt|\n"_s;
    for (const QString& line : machine.lines())
        text += u"      %1\n"_s.arg(line);
    return text + u"    end\n  end\n"_s;
}

} // namespace

QList<BundleFile> machineFiles(const Session& session)
{
    QString machines;
    QSet<QString> names;
    for (const TargetSettings& target : session.plan.targets) {
        if (target.kind != TargetKind::Qemu)
            continue;
        QString name = safeName(target.id);
        while (names.contains(name))
            name += u'x';
        machines += machineBlock(session, target, name, names.isEmpty());
        names << name;
    }
    const QList<sysbench::Test> tests = testsOf(session);
    if (names.isEmpty() || tests.isEmpty())
        return {};
    QStringList scripts;
    for (const sysbench::Test test : tests)
        scripts << ruby(benchmarkName(test));
    return {{u"Vagrantfile"_s, filled(u"Vagrantfile.in"_s, {{u"session"_s, sessionTitle(session)},
                                                            {u"first"_s, sysbench::testName(tests.first())},
                                                            {u"box"_s, ruby(distributionOf(session).box)},
                                                            {u"scripts"_s, scripts.join(u", "_s)},
                                                            {u"machines"_s, machines}})},
            {u"provision.sh"_s, filled(u"provision.sh"_s, {}), true}};
}

} // namespace bv::bundle
