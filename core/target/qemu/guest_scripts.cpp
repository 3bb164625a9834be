#include "target/qemu/guest_scripts.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::GuestScripts)
};

/// $S is what a command that needs root is put behind.
const auto asRoot = u"PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin; export PATH; S=\n"
                    "if [ \"$(id -u)\" != 0 ]; then S='sudo -n'; $S true 2>/dev/null || exit 4; fi\n"_s;

QStringList shell(const QString& script, const QString& name)
{
    return {u"sh"_s, u"-c"_s, script, name};
}

} // namespace

QStringList mountScratchCommand()
{
    // No lazy initialisation: it would write in the background while sysbench measures.
    return shell(asRoot + uR"sh(d=
for b in /sys/block/*; do
  for s in $b/serial $b/device/serial; do
    v=; if [ -r $s ]; then read -r v _ <$s; fi
    if [ "$v" = benchvisor ]; then d=/dev/${b##*/}; fi
  done
done
if [ -z "$d" ]; then for l in /dev/disk/by-id/*benchvisor*; do if [ -e "$l" ]; then d=$l; break; fi; done; fi
[ -n "$d" ] || exit 3
$S mkdir -p /bench || exit 8
if ! $S mount -t ext4 "$d" /bench 2>/dev/null; then
  [ "$($S head -c 65536 "$d" | tr -d '\000' | wc -c)" -eq 0 ] || exit 5
  # By path: busybox has one of its own that knows less.
  for m in /sbin/mke2fs /usr/sbin/mke2fs /usr/bin/mke2fs mke2fs; do [ ! -x $m ] || break; done
  $S $m -t ext4 -q -F -i 262144 -E lazy_itable_init=0,lazy_journal_init=0,nodiscard "$d" || exit 8
  $S mount -t ext4 "$d" /bench || exit 8
fi
[ -z "$S" ] || $S chown "$(id -u)" /bench)sh"_s,
                 u"mount"_s);
}

QStringList makeFolderCommand()
{
    return shell(uR"sh(for pass in disk memory; do
  for d in /var/tmp "$HOME" /tmp; do
    [ -n "$d" ] && [ -w "$d" ] || continue
    t=$(stat -f -c %T "$d" 2>/dev/null) || t=unknown
    case $pass.$t in disk.tmpfs | disk.ramfs | disk.overlayfs) continue ;; esac
    f=$d/benchvisor.$$
    mkdir -m 0700 "$f" || continue
    echo "$f"; echo "$t"; exit
  done
done
echo 'no folder can be written to'; exit 8)sh"_s,
                 u"folder"_s);
}

QStringList dropCachesCommand()
{
    return shell(uR"sh(sync
if [ "$(id -u)" = 0 ]; then echo 3 >/proc/sys/vm/drop_caches; exit; fi
sudo -n true 2>/dev/null || exit 4
echo 3 | sudo -n tee /proc/sys/vm/drop_caches >/dev/null)sh"_s,
                 u"drop"_s);
}

QStringList hasSysbenchCommand()
{
    return shell(u"command -v sysbench >/dev/null"_s, u"sysbench"_s);
}

QStringList installSysbenchCommand()
{
    return shell(asRoot + uR"sh(if command -v apt-get >/dev/null; then
  $S apt-get -q -o DPkg::Lock::Timeout=300 update
  $S env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends -o DPkg::Lock::Timeout=300 \
    install sysbench || exit 7
elif command -v dnf >/dev/null; then $S dnf -y install sysbench || exit 7
elif command -v zypper >/dev/null; then $S zypper --non-interactive install sysbench || exit 7
elif command -v pacman >/dev/null; then $S pacman -Sy --noconfirm sysbench || exit 7
elif command -v apk >/dev/null; then $S apk add sysbench || exit 7
else exit 6; fi
command -v sysbench >/dev/null || exit 7)sh"_s,
                 u"install"_s);
}

QString installFailure(int exitCode, const QByteArray& output)
{
    switch (exitCode) {
    case 4:
        return Text::tr("Installing sysbench needs root in the guest. Log in as root, or let the user run sudo without "
                        "a password.");
    case 6:
        return Text::tr("The guest has none of the package managers apt, dnf, zypper, pacman and apk. Install sysbench "
                        "in it by hand.");
    default:
        break;
    }
    const QString last = QString::fromUtf8(output).trimmed().section(u'\n', -1).left(300);
    return Text::tr("The guest's package manager could not install sysbench. Does the guest reach its package sources? "
                    "It said: %1")
        .arg(last);
}

} // namespace bv
