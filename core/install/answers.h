#pragma once

#include "base/result.h"

#include <QByteArray>
#include <QString>

namespace bv {

/// Who may enter a guest that is made. There is no password: it is locked, and the key is the only way in.
struct GuestAccount
{
    QString hostname; ///< also the VM's name
    QString user;
    QString publicKey; ///< one line as in authorized_keys
    bool operator==(const GuestAccount&) const = default;
};

/// BadInput for a name of a VM or of a user that Linux would not take.
Result<> checkAccount(const GuestAccount& account);

// Answers for installers. Pure; they hold no secret. Names must have passed checkAccount().

/// cloud-init's user-data for a cloud image: makes the account, then switches itself off (so that later boots do not
/// wait for it) and the VM. YAML in the form of JSON, which needs no quoting of its own. Source: cloud-init 22.4 docs.
QByteArray cloudUserData(const GuestAccount& account);
/// user-data for Ubuntu's installer (subiquity, from 20.04 on): the whole disk, the account, the power off at the end.
QByteArray autoinstallUserData(const GuestAccount& account);
/// meta-data beside either.
QByteArray seedMetaData(const GuestAccount& account);
/// preseed.cfg for Debian's installer, in the root of its initrd. Source: appendix B of the Debian 12 installation
/// guide.
QByteArray debianPreseed(const GuestAccount& account, const QString& arch);

} // namespace bv
