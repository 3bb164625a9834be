#pragma once

#include "support/e2e_world.h"

namespace bv::e2e {

/// A Docker engine of the test's own, made by packaging/docker-engine.sh, which also removes it.
class OwnEngine
{
public:
    /// `folder`: where its data go; empty for the usual place.
    explicit OwnEngine(const World& world, const QString& folder = {})
    {
        QProcessEnvironment environment = world.environment();
        environment.remove(u"XDG_RUNTIME_DIR"_s); // by which the program's own processes are found
        m_script.setProcessEnvironment(environment);
        m_script.start(u"bash"_s, {u"-c"_s, uR"sh(set -euo pipefail
. "$1/setup.sh"; . "$1/docker-engine.sh"
if [[ -n $2 ]]; then temporary_folder() { mktemp -d -p "$folder" --suffix=.bvd; }; folder=$2; fi
on_exit engine_stop
engine_start
echo "$DOCKER_HOST $engine_pid"
read -r _ || true)sh"_s,
                                   u"engine"_s, QStringLiteral(BV_SOURCE_DIR) + "/packaging"_L1, folder});
        QByteArray line;
        while (!line.endsWith('\n') && m_script.waitForReadyRead(60'000))
            line += m_script.readLine();
        host = QString::fromUtf8(line).section(u' ', 0, 0);
        pid = QString::fromUtf8(line).section(u' ', 1).toInt();
    }
    ~OwnEngine()
    {
        m_script.closeWriteChannel();
        m_script.waitForFinished(30'000);
    }
    QByteArray words() { return m_script.readAllStandardError(); }

    QString host;
    int pid = 0;

private:
    QProcess m_script;
};

} // namespace bv::e2e
