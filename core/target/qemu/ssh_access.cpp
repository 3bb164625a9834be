#include "target/qemu/ssh_access.h"

#include "base/paths.h"
#include "process/process.h"

#include <QCoreApplication>
#include <QFile>
#include <QHostAddress>
#include <QTcpServer>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::SshAccess)
};

constexpr std::chrono::milliseconds keygenTimeout{30000};

Result<QString> publicLine(const QString& key)
{
    QFile file(key + ".pub"_L1);
    if (!file.open(QIODevice::ReadOnly))
        return Error(Error::Code::Io, Text::tr("The key %1 cannot be read.").arg(file.fileName()));
    return QString::fromUtf8(file.readLine(1000)).trimmed();
}

} // namespace

QString sshValue(QString path)
{
    return u'"' + path.replace(u'%', u"%%"_s) + u'"';
}

QStringList sshOptions(const SshAccess& access)
{
    QStringList settings{u"BatchMode=yes"_s,
                         u"ConnectTimeout=10"_s,
                         u"UserKnownHostsFile="_s + sshValue(access.knownHosts),
                         u"GlobalKnownHostsFile=/dev/null"_s,
                         u"StrictHostKeyChecking=accept-new"_s,
                         u"HostKeyAlias="_s + access.name,
                         u"IdentitiesOnly=yes"_s,
                         u"IdentityFile="_s + sshValue(access.key),
                         u"LogLevel=ERROR"_s};
    if (!access.publicKey.isEmpty())
        settings << u"IdentityAgent=none"_s;
    QStringList options{u"-F"_s, u"none"_s};
    for (const QString& setting : std::as_const(settings))
        options << u"-o"_s << setting;
    return options << u"-p"_s << QString::number(access.port) << u"-l"_s << access.user;
}

Async<QString> makeSshKey(QString keygen, QString path, QString comment, std::stop_token stop)
{
    QFile::remove(path);
    ProcessSpec spec(keygen, {u"-q"_s, u"-t"_s, u"ed25519"_s, u"-N"_s, QString(), u"-C"_s, comment, u"-f"_s, path});
    spec.timeout = keygenTimeout;
    const ProcessOutcome outcome = co_await runProcess(spec, stop);
    if (outcome.kind == ProcessOutcome::Kind::FailedToStart)
        co_return Error(Error::Code::NotReady,
                        Text::tr("ssh-keygen is not installed. Install it: sudo apt install openssh-client"));
    if (!outcome.ok())
        co_return outcome.toError(Text::tr("No ssh key could be made"));
    co_return publicLine(path);
}

Async<SshAccess> prepareSshAccess(SshAccess access, QString folder, std::stop_token stop)
{
    const auto made = ensurePrivateDir(folder);
    if (!made)
        co_return made.error();
    access.knownHosts = folder + "/known_hosts"_L1;
    if (!access.key.isEmpty()) {
        if (!QFile::exists(access.key))
            co_return Error(Error::Code::NotFound,
                            Text::tr("There is no ssh key %1. Name the private key that the guest knows, or leave it "
                                     "empty to have one made.")
                                .arg(access.key));
        co_return access;
    }
    access.key = folder + "/id_ed25519"_L1;
    QFile publicKey(access.key + ".pub"_L1);
    if (!QFile::exists(access.key) || !publicKey.exists()) {
        const QString comment = u"benchvisor "_s + access.name;
        const auto key = co_await makeSshKey(access.keygen, access.key, comment, stop);
        if (!key)
            co_return key.error();
    }
    const auto line = publicLine(access.key);
    if (!line)
        co_return line.error();
    access.publicKey = *line;
    co_return access;
}

int freeLocalPort()
{
    QTcpServer server;
    return server.listen(QHostAddress::LocalHost) ? server.serverPort() : 0;
}

} // namespace bv
