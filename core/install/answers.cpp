#include "install/answers.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::Install)
};

const QString packages = u"openssh-server qemu-guest-agent sysbench sudo"_s;

QJsonObject accountOf(const GuestAccount& account)
{
    return {{"name"_L1, account.user},
            {"lock_passwd"_L1, true},
            {"shell"_L1, u"/bin/bash"_s},
            {"sudo"_L1, u"ALL=(ALL) NOPASSWD:ALL"_s},
            {"ssh_authorized_keys"_L1, QJsonArray{account.publicKey}}};
}

QByteArray cloudConfig(const QJsonObject& content)
{
    return "#cloud-config\n" + QJsonDocument(content).toJson();
}

} // namespace

Result<> checkAccount(const GuestAccount& account)
{
    static const QRegularExpression host(u"^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$"_s);
    static const QRegularExpression user(u"^[a-z][a-z0-9_-]{0,30}$"_s);
    static const QRegularExpression key(u"^ssh-[a-z0-9-]+ [A-Za-z0-9+/=]+( [A-Za-z0-9@._-]+)?$"_s);
    if (!host.match(account.hostname).hasMatch())
        return Error(Error::Code::BadInput, Text::tr("\"%1\" cannot be the name of a VM. Use small letters, digits and "
                                                     "'-', at most 32.")
                                                .arg(account.hostname));
    if (!user.match(account.user).hasMatch() || account.user == "root"_L1)
        return Error(Error::Code::BadInput,
                     Text::tr("\"%1\" cannot be the user in the guest. Use small letters, digits, "
                              "'-' and '_', a letter first, and not root.")
                         .arg(account.user));
    if (!account.publicKey.isEmpty() && !key.match(account.publicKey).hasMatch())
        return Error(Error::Code::BadInput,
                     Text::tr("The public key of the VM is none. Delete the VM and make it anew."));
    return Unit();
}

QByteArray cloudUserData(const GuestAccount& account)
{
    return cloudConfig(
        {{"hostname"_L1, account.hostname},
         {"users"_L1, QJsonArray{accountOf(account)}},
         {"ssh_pwauth"_L1, false},
         {"disable_root"_L1, true},
         {"runcmd"_L1, QJsonArray{QJsonArray{u"touch"_s, u"/etc/cloud/cloud-init.disabled"_s}}},
         {"final_message"_L1, u"Benchvisor: the guest is set up."_s},
         {"power_state"_L1, QJsonObject{{"mode"_L1, u"poweroff"_s}, {"timeout"_L1, 300}, {"condition"_L1, true}}}});
}

QByteArray autoinstallUserData(const GuestAccount& account)
{
    const QJsonObject guest{{"hostname"_L1, account.hostname}, {"users"_L1, QJsonArray{accountOf(account)}}};
    const QJsonObject ssh{{"install-server"_L1, true}, {"allow-pw"_L1, false}};
    const QJsonObject storage{{"layout"_L1, QJsonObject{{"name"_L1, u"direct"_s}}}};
    QJsonArray wanted;
    for (const QString& package : packages.split(u' '))
        wanted << package;
    return cloudConfig({{"autoinstall"_L1, QJsonObject{{"version"_L1, 1},
                                                       {"locale"_L1, u"en_US.UTF-8"_s},
                                                       {"keyboard"_L1, QJsonObject{{"layout"_L1, u"us"_s}}},
                                                       {"ssh"_L1, ssh},
                                                       {"storage"_L1, storage},
                                                       {"packages"_L1, wanted},
                                                       {"user-data"_L1, guest},
                                                       {"shutdown"_L1, u"poweroff"_s}}}});
}

QByteArray seedMetaData(const GuestAccount& account)
{
    return QJsonDocument(QJsonObject{{"instance-id"_L1, u"benchvisor-"_s + account.hostname},
                                     {"local-hostname"_L1, account.hostname}})
        .toJson();
}

QByteArray debianPreseed(const GuestAccount& account, const QString& arch)
{
    // One command, in a shell of the installer: the key for the account, and sudo without a password, which it has not.
    const QString late = u"h=/target/home/%1; mkdir -p -m 0700 $h/.ssh; echo '%2' >$h/.ssh/authorized_keys; "
                         "chmod 0600 $h/.ssh/authorized_keys; in-target chown -R %1:%1 /home/%1/.ssh; "
                         "echo '%1 ALL=(ALL) NOPASSWD:ALL' >/target/etc/sudoers.d/benchvisor; "
                         "chmod 0440 /target/etc/sudoers.d/benchvisor"_s.arg(account.user, account.publicKey);
    QStringList lines{
        u"d-i debian-installer/locale string en_US.UTF-8"_s,
        u"d-i keyboard-configuration/xkb-keymap select us"_s,
        u"d-i netcfg/choose_interface select auto"_s,
        u"d-i netcfg/hostname string "_s + account.hostname,
        u"d-i netcfg/get_hostname string "_s + account.hostname,
        u"d-i netcfg/get_domain string localdomain"_s,
        u"d-i hw-detect/load_firmware boolean false"_s,
        u"d-i mirror/country string manual"_s,
        u"d-i mirror/http/hostname string deb.debian.org"_s,
        u"d-i mirror/http/directory string /debian"_s,
        u"d-i mirror/http/proxy string"_s,
        u"d-i passwd/root-login boolean false"_s,
        u"d-i passwd/user-fullname string "_s + account.user,
        u"d-i passwd/username string "_s + account.user,
        u"d-i passwd/user-password-crypted password !"_s,
        u"d-i clock-setup/utc boolean true"_s,
        u"d-i clock-setup/ntp boolean false"_s,
        u"d-i time/zone string UTC"_s,
        u"d-i partman-auto/disk string /dev/vda"_s,
        u"d-i partman-auto/method string regular"_s,
        u"d-i partman-auto/choose_recipe select atomic"_s,
        u"d-i partman-partitioning/confirm_write_new_label boolean true"_s,
        u"d-i partman/choose_partition select finish"_s,
        u"d-i partman/confirm boolean true"_s,
        u"d-i partman/confirm_nooverwrite boolean true"_s,
        u"d-i partman-efi/non_efi_system boolean true"_s,
        u"d-i apt-setup/cdrom/set-first boolean false"_s,
        u"tasksel tasksel/first multiselect"_s,
        u"d-i pkgsel/include string "_s + packages,
        u"d-i pkgsel/upgrade select none"_s,
        u"d-i pkgsel/update-policy select none"_s,
        u"popularity-contest popularity-contest/participate boolean false"_s,
        u"d-i grub-installer/only_debian boolean true"_s,
        u"d-i grub-installer/with_other_os boolean true"_s,
        u"d-i grub-installer/force-efi-extra-removable boolean true"_s,
        u"d-i preseed/late_command string "_s + late,
        u"d-i cdrom-detect/eject boolean true"_s,
        u"d-i finish-install/reboot_in_progress note"_s,
        u"d-i debian-installer/exit/poweroff boolean true"_s,
    };
    if (arch == "x86_64"_L1)
        lines << u"d-i grub-installer/bootdev string /dev/vda"_s;
    return (lines.join(u'\n') + u'\n').toUtf8();
}

} // namespace bv
