#include "plan/validate_qemu.h"

#include <QCoreApplication>
#include <QHash>
#include <algorithm>
#include <initializer_list>

namespace bv {

namespace {

using namespace Qt::StringLiterals;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(ValidateTarget)
};

/// The setting that decides an option of QEMU; empty where none does, or where that one is not used.
QString settingOf(const QString& option, const QemuSettings& qemu)
{
    static const QHash<QString, QString> always{{u"-m"_s, u"memory_mib"_s}, {u"-smp"_s, u"smp"_s},
                                                {u"-accel"_s, u"accel"_s},  {u"-enable-kvm"_s, u"accel"_s},
                                                {u"-M"_s, u"machine"_s},    {u"-machine"_s, u"machine"_s},
                                                {u"-cpu"_s, u"cpu"_s},      {u"-display"_s, u"display"_s}};
    if (always.contains(option))
        return always.value(option);
    const auto isOneOf = [&option](std::initializer_list<QLatin1StringView> options) {
        return std::find(options.begin(), options.end(), option) != options.end();
    };
    if (option == "-vga"_L1 && qemu.gpu != "none"_L1)
        return u"gpu"_s;
    if (isOneOf({"-bios"_L1, "-pflash"_L1}) && !qemu.firmware.isEmpty())
        return u"firmware"_s;
    if (option == "-cdrom"_L1 && !qemu.iso.isEmpty())
        return u"iso"_s;
    if (option == "-boot"_L1 && !qemu.boot.isEmpty())
        return u"boot"_s;
    if (isOneOf({"-netdev"_L1, "-nic"_L1, "-net"_L1}) && qemu.network != "none"_L1)
        return u"network"_s;
    return {};
}

bool isBenchvisorsOwn(const QString& option, const QemuSettings& qemu)
{
    static const QStringList ofBuiltin{u"-kernel"_s, u"-initrd"_s, u"-append"_s};
    return option == "-serial"_L1 || (ofBuiltin.contains(option) && qemu.guest == "builtin"_L1);
}

} // namespace

QString whyOutOfControl(const QString& option)
{
    if (option == "-daemonize"_L1)
        return Text::tr("QEMU would go on without it");
    if (option == "-S"_L1 || option == "-preconfig"_L1)
        return Text::tr("the VM would stand still at its start");
    if (option == "-incoming"_L1)
        return Text::tr("the VM would wait for another one to be moved here");
    if (option == "-qmp"_L1 || option == "-qmp-pretty"_L1)
        return Text::tr("whoever speaks there could pause or end the VM behind its back");
    if (option == "-no-shutdown"_L1)
        return Text::tr("a guest that has shut down would look like one that hangs");
    if (option == "-pidfile"_L1)
        return Text::tr("VMs that run at the same time would share one file");
    if (option == "-runas"_L1 || option == "-chroot"_L1)
        return Text::tr("QEMU could no longer reach its files and sockets");
    if (option == "-h"_L1 || option == "-help"_L1 || option == "-version"_L1)
        return Text::tr("QEMU would print a text and end");
    return {};
}

void validateExtraArgs(const QemuSettings& qemu, const QString& where, PlanProblems& problems)
{
    const QStringList& args = qemu.extraArgs;
    for (qsizetype i = 0; i < args.size(); ++i) {
        const QString place = u"%1[%2]"_s.arg(where).arg(i);
        // QEMU takes "--smp" for "-smp".
        const QString arg = args.at(i).startsWith("--"_L1) ? args.at(i).sliced(1) : args.at(i);
        const QString setting = settingOf(arg, qemu);
        const QString outOfControl = whyOutOfControl(arg);
        if (arg.contains(QChar(u'\0'))) {
            problems.error(place, Text::tr("It holds a character of value 0. Remove it."));
        } else if (!outOfControl.isEmpty()) {
            problems.error(
                place, Text::tr("With %1 Benchvisor could not control the VM: %2. Remove it.").arg(arg, outOfControl));
        } else if (!setting.isEmpty()) {
            problems.warning(place,
                             Text::tr("%1 is what the target's setting \"%2\" decides. Change that instead; with "
                                      "both, the record may not say what was measured.")
                                 .arg(arg, setting));
        } else if (isBenchvisorsOwn(arg, qemu)) {
            problems.warning(place, Text::tr("Benchvisor gives QEMU %1 itself and works with what it says. Remove it, "
                                             "unless you know that both go together.")
                                        .arg(arg));
        }
    }
}

} // namespace bv
