#include "support/e2e_plan.h"
#include "support/e2e_program.h"

#include <QHash>
#include <fcntl.h>

using namespace Qt::StringLiterals;
using namespace bv::e2e;

namespace {

const QStringList containers{u"volume"_s, u"layer"_s, u"tmpfs"_s};
const QStringList machines{u"qcow2"_s, u"nocache"_s};
constexpr qint64 setBytes = 32LL << 20;

QByteArray contentOf(const QString& path, qint64 most = 1 << 20)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.read(most) : QByteArray();
}

/// What was seen of a target from outside while the session was on.
struct Sight
{
    qint64 pid = 0;        ///< first process of the container, or QEMU
    QJsonObject inspected; ///< containers
    QString mount;         ///< containers: what is mounted where the files are, as mountinfo says; empty: nothing
    QString image;         ///< machines: path of the disk image
    QByteArray magic;      ///< machines: its first bytes
    bool imageIsDirect = false;
    qint64 mostBytes = 0; ///< containers: the largest file set seen
    int cachedOpens = 0;  ///< open files of a running sysbench …
    int directOpens = 0;  ///< … and those with O_DIRECT
    int wrongOpens = 0;   ///< … that contradict its command line
};

/// The open files of a process: target path and flags, see proc(5).
QList<QPair<QString, int>> openFiles(qint64 pid)
{
    QList<QPair<QString, int>> files;
    const QString folder = u"/proc/%1/"_s.arg(pid);
    const QStringList numbers = QDir(folder + "fd"_L1).entryList(QDir::Files | QDir::System);
    for (const QString& number : numbers) {
        const QByteArray info = contentOf(folder + "fdinfo/"_L1 + number);
        const int at = static_cast<int>(info.indexOf("flags:"));
        if (at >= 0)
            files.append({QFile::symLinkTarget(folder + "fd/"_L1 + number),
                          info.mid(at + 6, info.indexOf('\n', at) - at - 6).trimmed().toInt(nullptr, 8)});
    }
    return files;
}

} // namespace

/// One session of the kinds of storage, disks and limits that a plan can ask for: each is really there while it is
/// measured, and gone afterwards.
class TestArrangements : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void leavesNothing();
    void everyRunMeasured();
    void filesAreWhereThePlanSays();
    void disksAreAsThePlanSays();
    void directMeansDirect();
    void containersAreLimited();
    void fractionOfACpuIsAQuota();
    void uncachedIsSaid();

private:
    void meet();
    void look();
    void lookAtSysbench();
    World m_world;
    QHash<QString, Sight> m_sights;
    QJsonObject m_session;
};

void TestArrangements::initTestCase()
{
    QVERIFY2(::geteuid() == 0, "This test looks into containers from outside: run it as root.");
    const QString problem = m_world.prepare();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    const QJsonArray targets{
        dockerTarget({{u"storage"_s, u"volume"_s}}, u"volume"_s),
        dockerTarget({{u"storage"_s, u"layer"_s}, {u"cpus"_s, 1}}, u"layer"_s),
        dockerTarget({{u"storage"_s, u"tmpfs"_s}, {u"cpus"_s, 0.5}, {u"memory_mib"_s, 300}}, u"tmpfs"_s),
        qemuTarget({{u"disk"_s, QJsonObject{{u"size_gib"_s, 0.25}, {u"format"_s, u"qcow2"_s}}}}, u"qcow2"_s),
        qemuTarget({{u"disk"_s, QJsonObject{{u"size_gib"_s, 0.25}, {u"cache"_s, u"none"_s}}}}, u"nocache"_s)};
    const QJsonObject direct{{u"file_extra_flags"_s, u"direct"_s}};
    const QString plan =
        planFile(m_world, targets,
                 {fileSuite(u"rndwr"_s, u"32M"_s, 1), fileSuite(u"rndwr"_s, u"32M"_s, 1, direct), cpuSuite(2)});
    Program run(m_world, {u"run"_s, u"--plan"_s, plan});
    while (run.isRunning() && m_sights.size() < containers.size() + machines.size()) {
        run.listen(100);
        meet();
    }
    BV_SAID(m_sights.size() == containers.size() + machines.size(), run);
    while (run.isRunning()) {
        look();
        run.listen(50);
    }
    BV_SAID(run.finish(), run);
    BV_SAID(run.status() == 0, run);
    m_session = m_world.session(run.sessionId());
    qInfo("%d runs in %.1f s", int(runsOf(m_session).size()), run.seconds());
}

/// Gets to know containers and machines as they come up.
void TestArrangements::meet()
{
    const QStringList ids = m_world.containers();
    const Said told = ids.isEmpty() ? Said() : m_world.docker(QStringList(u"inspect"_s) + ids);
    const QList<QJsonObject> all = objectsOf(QJsonDocument::fromJson(told.output).array());
    for (const QJsonObject& inspected : all) {
        const qint64 pid = inspected["State"_L1]["Pid"_L1].toInteger();
        for (const QString& name : containers) {
            if (pid > 0 && inspected["Name"_L1].toString().endsWith(u'-' + m_world.targetId(name))) {
                m_sights[name].pid = pid;
                m_sights[name].inspected = inspected;
            }
        }
    }
    const QList<qint64> pids = m_world.machines();
    for (const qint64 pid : pids) {
        const QByteArray command = World::commandOf(pid);
        const QString image = QString::fromUtf8(command.mid(command.indexOf("file=/") + 5)).section(u',', 0, 0);
        if (!command.contains("file=/") || !image.startsWith(m_world.workDir()))
            continue;
        Sight& sight = m_sights[command.contains("format=qcow2") ? u"qcow2"_s : u"nocache"_s];
        sight.pid = pid;
        sight.image = image;
    }
}

void TestArrangements::look()
{
    for (const QString& name : containers) {
        Sight& sight = m_sights[name];
        const QString proc = u"/proc/%1/"_s.arg(sight.pid);
        const QStringList mounts = QString::fromUtf8(contentOf(proc + "mountinfo"_L1)).split(u'\n');
        for (const QString& mount : mounts) {
            if (mount.section(u' ', 4, 4) == "/bench"_L1)
                sight.mount = mount;
        }
        qint64 bytes = 0;
        const QStringList sets = QDir(proc + "root/bench"_L1).entryList({u"set-*"_s}, QDir::Dirs);
        for (const QString& set : sets) {
            const QFileInfoList files = QDir(proc + "root/bench/"_L1 + set).entryInfoList({u"test_file.*"_s});
            for (const QFileInfo& file : files)
                bytes += file.size();
        }
        sight.mostBytes = std::max(sight.mostBytes, bytes);
    }
    for (const QString& name : machines) {
        Sight& sight = m_sights[name];
        if (sight.magic.isEmpty())
            sight.magic = contentOf(sight.image, 4);
        const auto files = openFiles(sight.pid);
        for (const auto& [path, flags] : files)
            sight.imageIsDirect = sight.imageIsDirect || (path == sight.image && (flags & O_DIRECT) != 0);
    }
    lookAtSysbench();
}

void TestArrangements::lookAtSysbench()
{
    const QStringList pids = QDir(u"/proc"_s).entryList({u"[0-9]*"_s}, QDir::Dirs);
    for (const QString& pid : pids) {
        if (contentOf(u"/proc/%1/comm"_s.arg(pid)) != "sysbench\n")
            continue;
        const QByteArray command = World::commandOf(pid.toLongLong());
        const QByteArray groups = contentOf(u"/proc/%1/cgroup"_s.arg(pid));
        for (const QString& name : containers) {
            Sight& sight = m_sights[name];
            if (!command.trimmed().endsWith("run") || !groups.contains(sight.inspected["Id"_L1].toString().toUtf8()))
                continue;
            const auto files = openFiles(pid.toLongLong());
            for (const auto& [path, flags] : files) {
                if (!path.contains("test_file."_L1))
                    continue;
                const bool direct = (flags & O_DIRECT) != 0;
                ++(direct ? sight.directOpens : sight.cachedOpens);
                sight.wrongOpens += direct != command.contains("--file-extra-flags=direct") ? 1 : 0;
            }
        }
    }
}

void TestArrangements::leavesNothing()
{
    BV_NOTHING_LEFT(m_world);
    const QJsonObject inspected = m_sights[u"volume"_s].inspected;
    QVERIFY(!inspected["Mounts"_L1][0]["Source"_L1].toString().isEmpty());
    QVERIFY(!QFileInfo::exists(inspected["Mounts"_L1][0]["Source"_L1].toString()));
    const QString layer = m_sights[u"layer"_s].inspected["GraphDriver"_L1]["Data"_L1]["UpperDir"_L1].toString();
    QVERIFY(layer.isEmpty() || !QFileInfo::exists(layer)); // not every storage driver has one
    for (const QString& name : machines)
        QVERIFY2(!QFileInfo::exists(m_sights[name].image), qPrintable(name));
}

void TestArrangements::everyRunMeasured()
{
    QCOMPARE(okRunsOf(m_session).size(), 15);
    for (const QString& name : containers + machines) {
        const QList<QJsonObject> runs = runsOf(m_session, name, u"fileio"_s);
        QCOMPARE(runs.size(), 2);
        for (const QJsonObject& run : runs)
            QVERIFY2(run["metrics"_L1]["written_mib_per_sec"_L1].toDouble() > 0, qPrintable(name));
        // The second of them, and only that one, goes past the page cache.
        QVERIFY(!textsOf(runs[0]["command"_L1]).contains(u"--file-extra-flags=direct"_s));
        QVERIFY(textsOf(runs[1]["command"_L1]).contains(u"--file-extra-flags=direct"_s));
    }
}

void TestArrangements::filesAreWhereThePlanSays()
{
    for (const QString& name : containers) {
        QCOMPARE(provenanceOf(m_session, name)["storage"_L1].toString(), name);
        QCOMPARE(m_sights[name].mostBytes, setBytes);
        qInfo("%s: %s", qPrintable(name), qPrintable(m_sights[name].mount));
    }
    const auto typeOf = [this](const QString& name) {
        return m_sights[name].mount.section(" - "_L1, 1).section(u' ', 0, 0);
    };
    const QString volume = m_sights[u"volume"_s].inspected["Mounts"_L1][0]["Name"_L1].toString();
    QVERIFY(volume.endsWith(m_world.targetId(u"volume"_s)));
    QVERIFY(m_sights[u"volume"_s].mount.contains(volume) && typeOf(u"volume"_s) != "tmpfs"_L1);
    QVERIFY2(m_sights[u"layer"_s].mount.isEmpty(), "the layer is what is there where nothing is mounted");
    QCOMPARE(typeOf(u"tmpfs"_s), u"tmpfs"_s);
}

void TestArrangements::disksAreAsThePlanSays()
{
    const QJsonObject qcow2 = provenanceOf(m_session, u"qcow2"_s);
    QCOMPARE(qcow2["disk_format"_L1].toString(), u"qcow2"_s);
    QCOMPARE(qcow2["disk_cache"_L1].toString(), u"writethrough"_s);
    QCOMPARE(m_sights[u"qcow2"_s].magic, QByteArray("QFI\xfb"));
    QVERIFY(!m_sights[u"qcow2"_s].imageIsDirect);
    const QJsonObject nocache = provenanceOf(m_session, u"nocache"_s);
    QCOMPARE(nocache["disk_format"_L1].toString(), u"raw"_s);
    QCOMPARE(nocache["disk_cache"_L1].toString(), u"none"_s);
    QVERIFY(!m_sights[u"nocache"_s].magic.isEmpty() && m_sights[u"nocache"_s].magic != "QFI\xfb");
    QVERIFY(m_sights[u"nocache"_s].imageIsDirect);
}

void TestArrangements::directMeansDirect()
{
    for (const QString& name : containers) {
        const Sight& sight = m_sights[name];
        qInfo("%s: looks at open files through the cache %d, past it %d", qPrintable(name), sight.cachedOpens,
              sight.directOpens);
        QVERIFY2(sight.cachedOpens > 0 && sight.directOpens > 0, qPrintable(name));
        QVERIFY2(sight.wrongOpens == 0, qPrintable(name));
    }
}

void TestArrangements::containersAreLimited()
{
    for (const QString& name : containers) {
        const QJsonObject limits = m_sights[name].inspected["HostConfig"_L1].toObject();
        const qint64 mib = name == "tmpfs"_L1 ? 300 : 512;
        QCOMPARE(limits["Memory"_L1].toInteger(), mib << 20);
        QCOMPARE(limits["MemorySwap"_L1].toInteger(), mib << 20);
        QCOMPARE(provenanceOf(m_session, name)["inside"_L1]["limit_memory_mib"_L1].toInteger(), mib);
        QCOMPARE(limits["NetworkMode"_L1].toString(), u"none"_s);
        QVERIFY(textsOf(limits["CapDrop"_L1]).contains(u"ALL"_s));
        QVERIFY(textsOf(limits["SecurityOpt"_L1]).contains(u"no-new-privileges"_s));
        QVERIFY(limits["PidsLimit"_L1].toInteger() > 0);
    }
    QCOMPARE(provenanceOf(m_session, u"volume"_s)["inside"_L1]["nproc"_L1].toInt(), 2);
    QCOMPARE(provenanceOf(m_session, u"layer"_s)["inside"_L1]["nproc"_L1].toInt(), 1);
}

void TestArrangements::fractionOfACpuIsAQuota()
{
    const QJsonObject limits = m_sights[u"tmpfs"_s].inspected["HostConfig"_L1].toObject();
    QCOMPARE(limits["NanoCpus"_L1].toInteger(), 500'000'000);
    QCOMPARE(limits["CpusetCpus"_L1].toString(), QString());
    QCOMPARE(provenanceOf(m_session, u"tmpfs"_s)["inside"_L1]["limit_cpus"_L1].toDouble(), 0.5);
    const QJsonObject whole = m_sights[u"layer"_s].inspected["HostConfig"_L1].toObject();
    QCOMPARE(whole["NanoCpus"_L1].toInteger(), 0);
    QVERIFY(!whole["CpusetCpus"_L1].toString().isEmpty());
    const QList<QJsonObject> runs = runsOf(m_session, u"tmpfs"_s, u"cpu"_s);
    QCOMPARE(runs.size(), 1);
    const QList<QJsonObject> samples = objectsOf(runs.first()["utilization"_L1]);
    QVERIFY(!samples.isEmpty());
    for (const QJsonObject& sample : samples) {
        const double busy = sample["user_pct"_L1].toDouble() + sample["system_pct"_L1].toDouble();
        QVERIFY2(busy > 10 && busy < 70, qPrintable(QString::number(busy)));
    }
}

void TestArrangements::uncachedIsSaid()
{
    for (const QString& name : containers + machines) {
        const QList<QJsonObject> runs = runsOf(m_session, name, u"fileio"_s);
        for (const QJsonObject& run : runs) {
            const QString notes = textsOf(run["notes"_L1]).join(u'\n');
            QVERIFY2(notes.contains("tmpfs"_L1) == (name == "tmpfs"_L1), qPrintable(name + u": "_s + notes));
            QVERIFY2(!notes.contains("not dropped"_L1), qPrintable(name + u": "_s + notes));
        }
    }
    QVERIFY(provenanceOf(m_session, u"tmpfs"_s)["disk_utilization"_L1].toString().contains("in memory"_L1));
}

QTEST_GUILESS_MAIN(TestArrangements)
#include "tst_arrangements.moc"
