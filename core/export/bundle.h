#pragma once

#include "session/session.h"

#include <QByteArray>
#include <QList>
#include <QString>

namespace bv {

/// A file of a bundle.
struct BundleFile
{
    QString path; ///< below the bundle's folder: letters, digits, '.', '_' and '-', and at most one '/'
    QByteArray content;
    bool executable = false;
};

/// Everything that it takes to measure a session again without Benchvisor, and what it measured:
/// - benchmarkTEST.sh for each test of sysbench that the session has: its parameters and repeats, on any machine;
/// - TESTTest_Docker.sh, Dockerfile: the same in the session's containers, where it has any;
/// - Vagrantfile, provision.sh: its virtual machines, where it has any;
/// - commands.txt (`commands`), plan.json, runs.csv (rawCsv()), raw/ with the output of each run, README.md;
/// - bundle.json, by which saveBundle() knows the folder again.
/// No text of the session can become a command or an instruction in any of them: values that sysbench does not take
/// and image references that are none are left out, everything else is quoted. Pure; any thread.
QList<BundleFile> bundleFiles(const Session& session, const QByteArray& commands);

} // namespace bv
