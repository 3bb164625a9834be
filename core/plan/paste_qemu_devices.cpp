#include "plan/paste_qemu.h"

#include <QCoreApplication>
#include <algorithm>

namespace bv {

namespace {

using namespace Qt::StringLiterals;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(PasteQemu)
};

QString driverOf(const OptionList& device)
{
    return device.head.isEmpty() ? device.value(u"driver"_s).value_or(QString()) : device.head;
}

/// Without options but a name.
bool isPlain(const OptionList& device)
{
    return std::all_of(device.items.cbegin(), device.items.cend(),
                       [](const OptionList::Item& item) { return item.key == "id"_L1 || item.key == "driver"_L1; });
}

bool isOwnPort(const OptionList& device)
{
    static const QStringList ports{u"org.qemu.guest_agent.0"_s, u"stream.0"_s, u"stats.0"_s};
    return driverOf(device) == "virtserialport"_L1 && ports.contains(device.value(u"name"_s).value_or(QString()));
}

bool isPortController(const QString& driver)
{
    return driver.startsWith("virtio-serial"_L1);
}

bool isGpu(const QString& driver)
{
    static const QStringList others{u"VGA"_s,        u"qxl"_s,         u"qxl-vga"_s, u"bochs-display"_s, u"ramfb"_s,
                                    u"cirrus-vga"_s, u"vmware-svga"_s, u"ati-vga"_s, u"secondary-vga"_s};
    return driver.startsWith("virtio-gpu"_L1) || driver.startsWith("virtio-vga"_L1) || others.contains(driver);
}

/// "keyboard" for "usb-kbd"; empty for other devices.
QString usbName(const QString& driver)
{
    if (driver == "usb-kbd"_L1)
        return u"keyboard"_s;
    return driver == "usb-tablet"_L1 || driver == "usb-mouse"_L1 ? driver.sliced(4) : QString();
}

} // namespace

/// What must be known of all devices before the first is read.
void QemuReader::scanDevices()
{
    for (const Option& option : std::as_const(m_options)) {
        m_noDefaults = m_noDefaults || option.name == "-nodefaults"_L1;
        if (option.name != "-device"_L1)
            continue;
        const OptionList device = OptionList::parse(option.value);
        const QString driver = driverOf(device);
        m_hasForeignPorts =
            m_hasForeignPorts || ((driver == "virtserialport"_L1 || driver == "virtconsole"_L1) && !isOwnPort(device));
        m_hasPlainUsb = m_hasPlainUsb || (!usbName(driver).isEmpty() && isPlain(device));
    }
}

bool QemuReader::hasPlainDevice(const QString& driver) const
{
    return std::any_of(m_options.cbegin(), m_options.cend(), [&driver](const Option& option) {
        const OptionList device = OptionList::parse(option.value);
        return option.name == "-device"_L1 && driverOf(device) == driver && isPlain(device);
    });
}

/// The device that refers to something by its id: "drive=hd0", "netdev=n0".
QemuReader::Option* QemuReader::deviceOf(const QString& key, const QString& id)
{
    const auto found = std::find_if(m_options.begin(), m_options.end(), [&](const Option& option) {
        return option.name == "-device"_L1 && !option.isDone && OptionList::parse(option.value).value(key) == id;
    });
    return found == m_options.end() || id.isEmpty() ? nullptr : &*found;
}

QemuReader::Option* QemuReader::optionWithId(const QString& name, const QString& id)
{
    const auto found = std::find_if(m_options.begin(), m_options.end(), [&](const Option& option) {
        return option.name == name && !option.isDone && OptionList::parse(option.value).value(u"id"_s) == id;
    });
    return found == m_options.end() || id.isEmpty() ? nullptr : &*found;
}

bool QemuReader::readScreen(Option& option)
{
    const QString& name = option.name;
    if (name == "-display"_L1) {
        readDisplay(option);
    } else if (name == "-vnc"_L1) {
        m_vm.display = option.value == "none"_L1 ? u"none"_s : u"vnc"_s;
        m_displayGiven = true;
        say(Kind::Set, option, u"display"_s, Text::tr("The screen by VNC; the address is Benchvisor's to choose."));
    } else if (name == "-nographic"_L1 || name == "-curses"_L1) {
        m_vm.display = u"none"_s;
        m_vm.gpu = u"none"_s;
        m_displayGiven = m_gpuGiven = true;
        say(Kind::Set, option, u"display"_s, Text::tr("No screen. What the guest prints goes into Benchvisor's log."));
    } else if (name == "-sdl"_L1) {
        m_vm.display = u"window"_s;
        m_displayGiven = true;
        say(Kind::Set, option, u"display"_s, Text::tr("The screen in a window."));
    } else if (name == "-vga"_L1) {
        readGpu(option, option.value);
    } else {
        return false;
    }
    return true;
}

void QemuReader::readDisplay(Option& option)
{
    OptionList display = OptionList::parse(option.value);
    const QString type = display.head.isEmpty() ? display.value(u"type"_s).value_or(QString()) : display.head;
    m_displayGiven = true;
    display.take(u"show-cursor"_s);
    if (type == "none"_L1) {
        m_vm.display = u"none"_s;
        say(Kind::Set, option, u"display"_s, Text::tr("No screen."));
    } else if (type == "vnc"_L1 || option.value.startsWith("vnc="_L1)) {
        m_vm.display = u"vnc"_s;
        say(Kind::Set, option, u"display"_s, Text::tr("The screen by VNC; the address is Benchvisor's to choose."));
    } else if (type == "default"_L1 ||
               (display.items.isEmpty() && QStringList{u"gtk"_s, u"sdl"_s, u"cocoa"_s}.contains(type))) {
        m_vm.display = u"window"_s;
        say(Kind::Set, option, u"display"_s, Text::tr("The screen in a window, with the pointer shown."));
    } else {
        m_vm.display = u"window"_s;
        keep(option, Text::tr("A screen of this kind, after the window of the settings."));
    }
}

void QemuReader::readGpu(Option& option, const QString& gpu)
{
    if (m_gpuGiven && m_vm.gpu != "none"_L1) {
        keep(option, Text::tr("A second graphics card."));
        return;
    }
    m_vm.gpu = gpu;
    m_gpuGiven = true;
    say(Kind::Set, option, u"gpu"_s, gpu == "none"_L1 ? Text::tr("No graphics card.") : Text::tr("The graphics card."));
}

bool QemuReader::readPeripheral(Option& option)
{
    const QString& name = option.name;
    if (name == "-usb"_L1 && m_hasPlainUsb) {
        say(Kind::Replaced, option, u"usb"_s,
            Text::tr("Keyboard and pointer bring a USB controller (qemu-xhci) along."));
    } else if (name == "-usbdevice"_L1 && !usbName(u"usb-"_s + option.value).isEmpty()) {
        m_vm.usb << option.value;
        say(Kind::Set, option, u"usb"_s, Text::tr("A pointer on USB."));
    } else if (name == "-soundhw"_L1 && option.value == "hda"_L1) {
        m_vm.sound = u"intel-hda"_s;
        say(Kind::Set, option, u"sound"_s, Text::tr("A sound card."));
    } else {
        return name == "-device"_L1 && readDevice(option);
    }
    return true;
}

/// A port that Benchvisor opens itself, and the chardev at its other end.
bool QemuReader::readPort(Option& option)
{
    const OptionList device = OptionList::parse(option.value);
    if (!isOwnPort(device))
        return false;
    say(Kind::Replaced, option, u"channel"_s, Text::tr("The channel to the guest; Benchvisor opens it itself."));
    if (Option* other = optionWithId(u"-chardev"_s, device.value(u"chardev"_s).value_or(QString())))
        say(Kind::Replaced, *other, u"channel"_s, Text::tr("The other end of that channel."));
    return true;
}

bool QemuReader::readDevice(Option& option)
{
    const OptionList device = OptionList::parse(option.value);
    const QString driver = driverOf(device);
    if (isPortController(driver) && !m_hasForeignPorts) {
        say(Kind::Replaced, option, u"channel"_s, Text::tr("Carries the channel to the guest; Benchvisor brings it."));
    } else if (isGpu(driver)) {
        readGpu(option, option.value);
    } else if (driver == "intel-hda"_L1 && isPlain(device) && hasPlainDevice(u"hda-duplex"_s)) {
        m_vm.sound = driver;
        say(Kind::Set, option, u"sound"_s, Text::tr("A sound card."));
    } else if (driver == "hda-duplex"_L1 && isPlain(device) && hasPlainDevice(u"intel-hda"_s)) {
        say(Kind::Set, option, u"sound"_s, Text::tr("Its loudspeaker and microphone."));
    } else {
        return readUsb(option, driver, device);
    }
    return true;
}

bool QemuReader::readUsb(Option& option, const QString& driver, const OptionList& device)
{
    const QString bus = device.value(u"id"_s).value_or(QString());
    const bool referred =
        !bus.isEmpty() && std::any_of(m_options.cbegin(), m_options.cend(), [&bus](const Option& other) {
            return OptionList::parse(other.value).value(u"bus"_s).value_or(QString()).startsWith(bus + u'.');
        });
    const QString name = usbName(driver);
    if (!name.isEmpty() && isPlain(device) && !m_vm.usb.contains(name)) {
        m_vm.usb << name;
        say(Kind::Set, option, u"usb"_s,
            name == "keyboard"_L1 ? Text::tr("A keyboard on USB.") : Text::tr("A pointer on USB."));
    } else if (driver == "qemu-xhci"_L1 && isPlain(device) && m_hasPlainUsb && !referred) {
        say(Kind::Set, option, u"usb"_s, Text::tr("The USB controller that keyboard and pointer bring along."));
    } else {
        return false;
    }
    return true;
}

bool QemuReader::readNetwork(Option& option)
{
    const QString& name = option.name;
    if (name == "-nic"_L1 || name == "-netdev"_L1) {
        OptionList network = OptionList::parse(option.value);
        m_networkGiven = true;
        if (network.head == "none"_L1) {
            say(Kind::Set, option, u"network"_s, Text::tr("No network."));
            return true;
        }
        Option* card =
            name == "-netdev"_L1 ? deviceOf(u"netdev"_s, network.value(u"id"_s).value_or(QString())) : nullptr;
        if (network.head != "user"_L1 || m_vm.network == "user"_L1 || (name == "-netdev"_L1 && card == nullptr)) {
            keep(option, Text::tr("A network that needs more than Benchvisor sets up."));
            return true;
        }
        QString model = network.take(u"model"_s).value_or(QString());
        if (card != nullptr) {
            OptionList device = OptionList::parse(card->value);
            device.take(u"netdev"_s);
            device.take(u"id"_s);
            model = device.text();
        } else if (const auto mac = network.take(u"mac"_s)) {
            model = (model.isEmpty() ? u"virtio-net-pci"_s : model) + u",mac="_s + *mac;
        }
        readUserNetwork(option, network, model);
        if (card != nullptr)
            say(Kind::Set, *card, u"nic"_s, Text::tr("The network card."));
        return true;
    }
    if (name != "-net"_L1)
        return false;
    const OptionList network = OptionList::parse(option.value);
    m_networkGiven = true;
    if (network.head == "none"_L1) {
        say(Kind::Set, option, u"network"_s, Text::tr("No network."));
    } else if (network.head == "nic"_L1) {
        m_vm.nic = network.value(u"model"_s).value_or(m_vm.nic);
        say(Kind::Set, option, u"nic"_s, Text::tr("The network card."));
    } else if (network.head == "user"_L1) {
        readUserNetwork(option, network, m_vm.nic);
    } else {
        keep(option, Text::tr("A network that needs more than Benchvisor sets up."));
    }
    return true;
}

void QemuReader::readUserNetwork(Option& option, OptionList network, const QString& card)
{
    m_vm.network = u"user"_s;
    static const QStringList usual{u"virtio-net-pci"_s, u"virtio"_s, u"virtio-net"_s};
    m_vm.nic = usual.contains(card) ? QString() : card;
    QStringList left;
    bool ssh = false;
    for (const OptionList::Item& item : std::as_const(network.items)) {
        const QString value = item.value.value_or(QString());
        if (item.key == "hostfwd"_L1 && value.endsWith(":22"_L1))
            ssh = true;
        else if (item.key != "id"_L1)
            left << (item.value ? item.key + u'=' + value : item.key);
    }
    QString words = Text::tr("A network through this machine.");
    if (ssh) {
        m_vm.channel = u"ssh"_s;
        words += u' ' + Text::tr("The guest is reached by ssh, on a port that Benchvisor chooses; say as which user.");
    }
    say(Kind::Set, option, u"network"_s, words);
    if (!left.isEmpty())
        add(Kind::Left, option, left.join(u','), u"network"_s,
            Text::tr("Of the network, this is not taken over: no setting says it."));
}

} // namespace bv
