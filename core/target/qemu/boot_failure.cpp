#include "target/qemu/boot_failure.h"

#include <QCoreApplication>
#include <QFile>
#include <QRegularExpression>

#include <algorithm>
#include <iterator>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::BootFailureWatch)
};

constexpr int lookEveryMs = 500;
constexpr qint64 tailSize = 16000;

QString tailOf(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    file.seek(std::max<qint64>(0, file.size() - tailSize));
    return QString::fromUtf8(file.read(tailSize));
}

QString plain(QString console)
{
    static const QRegularExpression control(u"\\x1b\\[[0-9;?=]*[A-Za-z]|\\x1b[()][A-Z0-9]|[\\x00-\\x08\\x0b-\\x1f]"_s);
    return console.replace(u'\r', u'\n').remove(control);
}

} // namespace

QString bootFailureIn(const QString& console)
{
    const QString said = plain(console);
    static const QRegularExpression panic(u"Kernel panic - not syncing: ([^\\n]*)"_s);
    if (const auto found = panic.match(said); found.hasMatch())
        return Text::tr("The guest's kernel panicked: %1").arg(found.captured(1).trimmed().left(200));
    if (said.contains("No bootable device."_L1) || said.contains("No bootable option or device was found"_L1))
        return Text::tr(
            "The firmware found nothing to boot from. Is the system on it made for this firmware? A disk or "
            "ISO may be for EFI or for BIOS only: set firmware to the other, \"uefi\" or \"bios\".");
    // A prompt that is the last word: a script that goes on would have said more.
    const QString end = said.right(200).trimmed();
    if (end.endsWith("Shell>"_L1))
        return Text::tr("The EFI firmware found nothing to boot from and started its own shell. Is the system made for "
                        "EFI and for this architecture?");
    if (end.endsWith("grub rescue>"_L1) || end.endsWith("grub>"_L1))
        return Text::tr("The boot loader (GRUB) of the guest did not find its system and waits for a command.");
    if (end.endsWith("(initramfs)"_L1))
        return Text::tr("The guest's kernel did not find its root file system and waits for a command.");
    if (said.contains("Entering emergency mode"_L1) || said.contains("You are in emergency mode"_L1) ||
        said.contains("Give root password for maintenance"_L1))
        return Text::tr("The guest did not come up: its start-up ended in emergency mode.");
    return {};
}

QString lastConsoleLines(const QString& console, int count)
{
    QStringList lines;
    const QStringList all = plain(console).split(u'\n');
    for (auto line = all.crbegin(); line != all.crend() && lines.size() < count; ++line) {
        if (!line->trimmed().isEmpty())
            lines.prepend(line->trimmed().left(200));
    }
    return lines.join(u'\n');
}

BootFailureWatch::BootFailureWatch(QString folder, QObject* parent)
    : QObject(parent)
    , m_folder(std::move(folder))
{
    connect(&m_timer, &QTimer::timeout, this, &BootFailureWatch::look);
    m_timer.start(lookEveryMs);
}

QString BootFailureWatch::console() const
{
    return tailOf(m_folder + "/firmware"_L1) + u'\n' + tailOf(m_folder + "/console"_L1);
}

void BootFailureWatch::look()
{
    const QString sentence = bootFailureIn(console());
    if (sentence.isEmpty())
        return;
    m_timer.stop();
    emit failed(sentence);
}

} // namespace bv
