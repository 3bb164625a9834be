#pragma once

#include "export/bundle.h"
#include "support/rich_session.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QProcess>
#include <QProcessEnvironment>
#include <QTemporaryDir>

/// Bundles for tests, and what runs them.
namespace bv::unpacked {

using namespace Qt::StringLiterals;

inline QByteArray contentOf(const QList<BundleFile>& files, const QString& path)
{
    for (const BundleFile& file : files) {
        if (file.path == path)
            return file.content;
    }
    return "(there is no " + path.toUtf8() + ')';
}

inline QStringList pathsOf(const QList<BundleFile>& files)
{
    QStringList paths;
    for (const BundleFile& file : files)
        paths << file.path;
    return paths;
}

inline Session sessionOf(const Plan& plan)
{
    Session session = rich::session();
    session.plan = plan;
    session.targets = {};
    session.runs.clear();
    for (const TargetSettings& target : plan.targets)
        session.targets << QJsonObject{{u"id"_s, target.id}, {u"provenance"_s, rich::provenance(target)}};
    return session;
}

/// cpu and fileio of one second with one warm-up, on a container and a VM.
inline Session smallSession()
{
    Plan plan = rich::plan(2, 2);
    plan.dropPageCache = false; // it is the machine's
    plan.suites = {{sysbench::Test::Cpu, {{u"cpu_max_prime"_s, {2000, 3000}}, {u"time_s"_s, {1}}}},
                   {sysbench::Test::Fileio,
                    {{u"file_test_mode"_s, {u"rndwr"_s, u"seqrd"_s}},
                     {u"file_total_size"_s, {u"1M"_s, u"2M"_s}},
                     {u"file_num"_s, {2}},
                     {u"time_s"_s, {1}}}},
                   {sysbench::Test::Mutex, {{u"mutex_locks"_s, {100}}}}};
    return sessionOf(plan);
}

/// A bundle in a folder, with a Docker that notes its arguments, one a line, and runs nothing.
class Unpacked
{
public:
    explicit Unpacked(const Session& session)
        : m_environment(QProcessEnvironment::systemEnvironment())
    {
        QDir(m_dir.path()).mkpath(u"raw"_s);
        QDir(m_dir.path()).mkpath(u"stand"_s);
        const QList<BundleFile> files = bundleFiles(session, "# none\n");
        for (const BundleFile& file : files)
            put(file.path, file.content);
        put(u"docker"_s, R"(#!/bin/sh
for a; do printf '%s\n' "$a"; done >>"$BV_LOG"
echo -- >>"$BV_LOG"
case "${BV_HANG-} $1" in
  "yes run") echo "$$" >"$BV_LOG.pid"; exec sleep 600 ;;
  "yes rm") read -r pid <"$BV_LOG.pid"; kill "$pid" ;;
esac
)");
        m_environment.insert(u"SYSBENCH"_s, QStringLiteral(BV_FAKES_DIR) + u"/fake-sysbench"_s);
        m_environment.insert(u"DOCKER"_s, m_dir.filePath(u"docker"_s));
        m_environment.insert(u"BV_LOG"_s, m_dir.filePath(u"log"_s));
        m_environment.insert(u"BV_FAKE_PACE"_s, u"0.01"_s);
        m_environment.insert(u"LC_ALL"_s, u"C.UTF-8"_s);
    }
    void put(const QString& name, const QByteArray& content) const
    {
        QFile file(path(name));
        if (file.open(QIODevice::WriteOnly))
            file.write(content);
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    }
    void set(const QString& name, const QString& value) { m_environment.insert(name, value); }
    QString path(const QString& name) const { return m_dir.filePath(name); }

    void start(const QString& script, const QStringList& shell = {u"sh"_s})
    {
        process.setProcessEnvironment(m_environment);
        process.setWorkingDirectory(path(u"stand"_s));
        process.start(shell.first(), shell.mid(1) + QStringList(path(script)));
        process.waitForStarted();
    }
    bool finish()
    {
        const bool ended = process.waitForFinished(60'000);
        process.kill();
        process.waitForFinished();
        output = process.readAllStandardOutput();
        errors = process.readAllStandardError();
        return ended && process.exitStatus() == QProcess::NormalExit;
    }
    int run(const QString& script, const QStringList& shell = {u"sh"_s})
    {
        start(script, shell);
        return finish() ? process.exitCode() : -1;
    }
    /// What Docker was called with.
    QList<QStringList> dockerCalls() const
    {
        QFile log(path(u"log"_s));
        QList<QStringList> calls;
        QStringList call;
        const QStringList lines =
            log.open(QIODevice::ReadOnly) ? QString::fromUtf8(log.readAll()).split(u'\n') : QStringList();
        for (const QString& line : lines) {
            if (line == "--"_L1)
                calls << std::exchange(call, {});
            else
                call << line;
        }
        return calls;
    }
    QStringList leftInFolder() const
    {
        return QDir(path(u"stand"_s)).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot);
    }

    QProcess process;
    QByteArray output;
    QByteArray errors;

private:
    QTemporaryDir m_dir;
    QProcessEnvironment m_environment;
};

} // namespace bv::unpacked
