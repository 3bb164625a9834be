#pragma once

#include "async/task.h"

#include <QString>
#include <QStringList>
#include <chrono>
#include <stop_token>

namespace bv {

/// How a guest is logged in to.
struct SshAccess
{
    QString program = QStringLiteral("ssh");
    QString keygen = QStringLiteral("ssh-keygen");
    QString user;
    QString key;        ///< path of the private key
    QString publicKey;  ///< of a key that is the program's own: the line for authorized_keys. Empty: the user's key,
                        ///< which may be in an ssh agent
    QString knownHosts; ///< path of this VM's own file; made when the guest is met first
    QString name;       ///< of the VM, under which its key is known
    int port = 0;       ///< on 127.0.0.1
    /// A guest that is still starting may refuse whom it lets in a moment later (pam_nologin, cloud-init).
    std::chrono::milliseconds patience{8000};
};

/// A path as the value of an option of ssh: it may hold spaces, and '%' begins a token.
QString sshValue(QString path);

/// What the client is told, before the host ("127.0.0.1") and the command. Nothing of the user's own configuration
/// counts, so that a plan means the same everywhere. Pure.
QStringList sshOptions(const SshAccess& access);

/// Makes a key pair (ed25519, without a passphrase) at `path` by the program `keygen`, also in place of one that was
/// half made; gives the public line. NotReady where ssh-keygen is missing, Io, NoSpace. Engine thread.
Async<QString> makeSshKey(QString keygen, QString path, QString comment, std::stop_token stop);

/// The program's own key pair for a VM and the file of its host key: made in `folder` (0700) by ssh-keygen where they
/// are missing. `access` gets key, publicKey and knownHosts; a key that is named in it stays. NotReady where ssh-keygen
/// is missing, Io, NoSpace.
Async<SshAccess> prepareSshAccess(SshAccess access, QString folder, std::stop_token stop);

/// A port of 127.0.0.1 that nobody listens on; it may be taken a moment later. 0 where there is none.
int freeLocalPort();

} // namespace bv
