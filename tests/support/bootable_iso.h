#pragma once

#include "support/e2e_world.h"

#include "guest/guest.h"

namespace bv::e2e {

/// Makes an ISO with GRUB that boots by EFI and by BIOS and starts the kernel of the built-in guest; its agent then
/// answers, unless other `arguments` for the kernel or no initramfs are asked for. What is wrong; empty when it is
/// there.
inline QString makeIso(const GuestFiles& guest, const QString& path, const QString& arguments = {}, bool initrd = true)
{
    const QString script = uR"sh(set -euo pipefail
tree=$1.tree; rm -rf "$tree"; mkdir -p "$tree/boot/grub"
cp "$2" "$tree/boot/vmlinuz"
{
  echo 'serial --unit=0'; echo 'terminal_output serial'; echo 'set gfxpayload=text'
  echo "linux /boot/vmlinuz console=ttyS0 quiet panic=-1 tsc=reliable clocksource=tsc $4"
  if [[ -n $3 ]]; then echo 'initrd /boot/initrd'; fi
  echo boot
} >"$tree/boot/grub/grub.cfg"
if [[ -n $3 ]]; then gzip -1 -c "$3" >"$tree/boot/initrd"; fi
grub-mkrescue --locales= --themes= --fonts= -o "$1" "$tree"
rm -rf "$tree")sh"_s;
    QProcess process;
    process.start(u"bash"_s,
                  {u"-c"_s, script, u"iso"_s, path, guest.kernel, initrd ? guest.initrd : QString(), arguments});
    constexpr int timeoutMs = 120'000;
    const bool ended = process.waitForFinished(timeoutMs);
    if (ended && process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0)
        return {};
    return u"The ISO was not made: "_s + QString::fromUtf8(process.readAllStandardError());
}

/// An ISO with a file on it and nothing to boot from.
inline bool makeDataIso(const QString& path, const QString& file)
{
    return QProcess::execute(u"xorriso"_s, {u"-as"_s, u"mkisofs"_s, u"-quiet"_s, u"-o"_s, path, file}) == 0;
}

} // namespace bv::e2e
