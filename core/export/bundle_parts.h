#pragma once

#include "export/bundle.h"

#include <QHash>
#include <QJsonObject>
#include <optional>

/// What the files of a bundle are made of. Pure; any thread.
namespace bv::bundle {

/// A template of resources/bundle with its @words@ replaced; what is put in is not looked at again.
QByteArray filled(const QString& name, const QHash<QString, QString>& words);

/// The text without anything that could end a line: for comments and titles.
QString oneLine(QString text);
/// A name of letters, digits, '.', '_' and '-' that begins with a letter or digit; what else there is becomes '_'.
QString safeName(const QString& text);
/// "ID, NAME", for comments.
QString sessionTitle(const Session& session);

/// What was found out about a target before it was measured.
QJsonObject provenanceOf(const Session& session, const QString& targetId);
/// The accelerator that a VM was found to use, else the plan's, which may be "auto".
QString measuredAccel(const Session& session, const TargetSettings& target);
/// The version of sysbench that all targets had; empty where they differ or it is not known.
QString sysbenchVersion(const Session& session);

/// A distribution as container image and as Vagrant box. Both targets of a comparison get the same.
struct Distribution
{
    QString image;
    QString box;
};
/// That of this machine, from which the built-in guest was made, where it is among those whose boxes exist for libvirt;
/// Ubuntu otherwise, which has a box for aarch64, too.
Distribution distributionOf(const Session& session);

/// A test with its parameters, as often as the session measured it on each target.
struct Cell
{
    sysbench::Test test = sysbench::Test::Unknown;
    QJsonObject params;
    QString title; ///< "fileio rndwr, 1G"
    int warmups = 0;
    int repeats = 1;
    QString problem; ///< why sysbench does not take the parameters; empty if it does
};
/// In the order of the plan, those of fileio with the same files beside each other. A session without a plan has those
/// of its runs. The start-up test has none: sysbench has no part in it.
QList<Cell> cellsOf(const Session& session, sysbench::Test test);
/// The tests of sysbench that the session has.
QList<sysbench::Test> testsOf(const Session& session);

QString benchmarkName(sysbench::Test test); ///< "benchmarkcpu.sh"
QString containerName(sysbench::Test test); ///< "cpuTest_Docker.sh"

BundleFile benchmarkScript(const Session& session, sysbench::Test test);
/// The scripts for containers, the Dockerfile and what keeps its context small; nothing without containers.
QList<BundleFile> containerFiles(const Session& session);
/// The Vagrantfile and what it installs with; nothing without VMs.
QList<BundleFile> machineFiles(const Session& session);
/// One file per run that printed anything: what it is, its command, its output.
QList<BundleFile> rawFiles(const Session& session);
BundleFile readme(const Session& session, const QList<BundleFile>& files);

} // namespace bv::bundle
