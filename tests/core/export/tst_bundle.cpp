#include "export/bundle.h"

#include "analysis/fairness.h"
#include "plan/plan_json.h"
#include "plan/presets.h"
#include "support/unpacked_bundle.h"
#include "sysbench/parser.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QRegularExpression>
#include <QSet>
#include <QTest>
#include <csignal>

using namespace Qt::StringLiterals;
using namespace bv;
using namespace bv::unpacked;

/// What a bundle holds, and what its scripts do when they are run, with sysbench and Docker replaced by fakes.
class TestBundle : public QObject
{
    Q_OBJECT
private slots:
    void cleanup();
    void holdsWhatTheSessionHas();
    void measuresEveryCell();
    void repeatsAsOftenAsAdaptiveRunsDid();
    void leavesOutWhatSysbenchDoesNotTake();
    void needsNoPlan();
    void scriptsMeasure_data();
    void scriptsMeasure();
    void filesThatCannotBeMade();
    void scriptsEndAtOnce();
    void containersAreLimited();
    void imagesAreNamed();
    void containersEndAtOnce();
    void machinesAreDescribed();
    void rawOutputIsReadBack();
};

namespace {

/// The lines that call a function of a script.
QStringList callsOf(const QByteArray& script, const QString& function)
{
    const QStringList lines = QString::fromUtf8(script).split(u'\n');
    return lines.filter(QRegularExpression(u"^%1 "_s.arg(function)));
}

} // namespace

void TestBundle::cleanup()
{
    qunsetenv("BV_FAKE_SYSBENCH");
}

void TestBundle::holdsWhatTheSessionHas()
{
    const Session session = rich::session();
    const QList<BundleFile> files = bundleFiles(session, "these commands\n");
    QStringList paths = pathsOf(files);
    QCOMPARE(QSet<QString>(paths.cbegin(), paths.cend()).size(), paths.size());
    const qsizetype raw = paths.removeIf([](const QString& path) { return path.startsWith(u"raw/"_s); });
    QCOMPARE(raw, session.runs.size());
    QCOMPARE(paths,
             (QStringList{u"bundle.json"_s, u"README.md"_s, u"benchmarkcpu.sh"_s, u"benchmarkfileio.sh"_s,
                          u"cpuTest_Docker.sh"_s, u"fileioTest_Docker.sh"_s, u"Dockerfile"_s, u".dockerignore"_s,
                          u"Vagrantfile"_s, u"provision.sh"_s, u"commands.txt"_s, u"plan.json"_s, u"runs.csv"_s}));
    for (const BundleFile& file : files) {
        QCOMPARE(file.executable, file.path.endsWith(u".sh"_s));
        QVERIFY2(!file.content.isEmpty() && file.content.endsWith('\n'), qPrintable(file.path));
        QVERIFY2(!QString::fromUtf8(file.content).contains(QRegularExpression(u"@[a-z]+@"_s)), qPrintable(file.path));
    }
    QCOMPARE(contentOf(files, u"commands.txt"_s), "these commands\n");
    const auto plan = planFromJson(contentOf(files, u"plan.json"_s));
    QVERIFY(plan);
    QCOMPARE(planToJson(*plan), planToJson(session.plan));
    const QByteArray readme = contentOf(files, u"README.md"_s);
    for (const QString& name : paths) {
        if (name.endsWith(u".sh"_s) || name == u"Vagrantfile"_s)
            QVERIFY2(readme.contains(name.toUtf8()), qPrintable(name));
    }

    const QList<analysis::FairnessNote> notes = analysis::fairnessOf(session);
    QCOMPARE(readme.contains("## What was unequal in the session"), !notes.isEmpty());
    QCOMPARE(readme.contains("the CPU is emulated (accelerator tcg)"),
             std::any_of(notes.cbegin(), notes.cend(), [](const analysis::FairnessNote& note) {
                 return note.kind == analysis::FairnessKind::Accelerator;
             }));

    Session hostOnly = rich::session();
    hostOnly.plan = withTargets(hostOnly.plan, {TargetKind::Host}, {8, 16000});
    paths = pathsOf(bundleFiles(hostOnly, {}));
    QVERIFY(!paths.contains(u"Dockerfile"_s) && !paths.contains(u"Vagrantfile"_s));
    QVERIFY(paths.contains(u"benchmarkcpu.sh"_s) && !paths.contains(u"cpuTest_Docker.sh"_s));
}

void TestBundle::measuresEveryCell()
{
    const auto files = bundleFiles(sessionOf(*preset(u"report"_s, {8, 16000})), {});
    const QByteArray cpu = contentOf(files, u"benchmarkcpu.sh"_s);
    const QString line = u"measure 0 5 'cpu %1' cpu --threads=1 --time=10 --cpu-max-prime=%1 --report-interval=1 run"_s;
    QCOMPARE(callsOf(cpu, u"measure"_s), (QStringList{line.arg(20000), line.arg(50000), line.arg(90000)}));
    QVERIFY(!cpu.contains("file_set") && !cpu.contains("drop_page_cache"));

    const QByteArray fileio = contentOf(bundleFiles(smallSession(), {}), u"benchmarkfileio.sh"_s);
    QStringList verbs;
    const QStringList calls = callsOf(fileio, u"(file_set|measure|clean_up)"_s);
    for (const QString& call : calls)
        verbs << call.section(u' ', 0, 0) + u' ' + call.section(u"--file-total-size="_s, 1).section(u' ', 0, 0);
    QStringList expected;
    for (const QString& size : {u" 1M"_s, u" 2M"_s})
        expected << u"file_set"_s + size << u"measure"_s + size << u"measure"_s + size << u"clean_up"_s + size;
    QCOMPARE(verbs, expected);
    QVERIFY(!fileio.contains("drop_page_cache"));
    Session drops = smallSession();
    drops.plan.dropPageCache = true;
    QVERIFY(contentOf(bundleFiles(drops, {}), u"benchmarkfileio.sh"_s).contains("\n  drop_page_cache\n"));
}

void TestBundle::repeatsAsOftenAsAdaptiveRunsDid()
{
    Session session = rich::session();
    session.plan.adaptive = AdaptiveRepeats();
    session.plan.adaptive->minRepeats = 3;
    // Of one cell seven were good on one target and five on the other, of one six, of the others none.
    session.runs.removeIf([](const RunRecord& run) { return run.test != sysbench::Test::Cpu || run.discarded; });
    RunRecord more = session.runs.first();
    for (int i = 0; i < 2; ++i)
        session.runs << more;
    more = session.runs.at(1);
    more.status = RunStatus::Failed;
    session.runs << more << more << more << more;
    session.runs.removeIf([](const RunRecord& run) { return run.params["cpu_max_prime"_L1].toInt() == 50000; });
    const QStringList calls = callsOf(contentOf(bundleFiles(session, {}), u"benchmarkcpu.sh"_s), u"measure"_s);
    QCOMPARE(calls.size(), 2);
    QVERIFY2(calls[0].startsWith(u"measure 1 7 'cpu 20000' "_s), qPrintable(calls[0]));
    QVERIFY2(calls[1].startsWith(u"measure 1 3 'cpu 50000' "_s), qPrintable(calls[1]));
}

void TestBundle::leavesOutWhatSysbenchDoesNotTake()
{
    Session session = smallSession();
    session.plan.suites = {{sysbench::Test::Cpu, {{u"cpu_max_prime"_s, {2000, u"$(reboot)"_s}}}},
                           {sysbench::Test::Boot, {}}};
    const auto files = bundleFiles(session, {});
    const QByteArray script = contentOf(files, u"benchmarkcpu.sh"_s);
    QCOMPARE(callsOf(script, u"measure"_s).size(), 1);
    const QStringList said = callsOf(script, u"say"_s);
    QCOMPARE(said.size(), 1);
    QVERIFY2(said[0].startsWith(u"say 'Left out: cpu $(reboot): "_s), qPrintable(said[0]));
    QVERIFY(!pathsOf(files).contains(u"benchmarkboot.sh"_s));
    QVERIFY(contentOf(files, u"README.md"_s).contains("start-up test"));
}

void TestBundle::needsNoPlan()
{
    Session session = rich::session();
    session.plan = Plan();
    const auto files = bundleFiles(session, {});
    const QStringList calls = callsOf(contentOf(files, u"benchmarkcpu.sh"_s), u"measure"_s);
    QCOMPARE(calls.size(), 2);
    QVERIFY2(calls[0].startsWith(u"measure 1 5 'cpu 20000' cpu --threads=1 "_s), qPrintable(calls[0]));
    QVERIFY(!pathsOf(files).contains(u"Dockerfile"_s));
    session.runs.clear();
    QVERIFY(pathsOf(bundleFiles(session, {})).contains(u"README.md"_s));
}

void TestBundle::scriptsMeasure_data()
{
    QTest::addColumn<QStringList>("shell");
    QTest::newRow("dash") << QStringList{u"dash"_s};
    QTest::newRow("bash") << QStringList{u"bash"_s, u"--posix"_s};
    QTest::newRow("busybox") << QStringList{u"busybox"_s, u"ash"_s};
}

void TestBundle::scriptsMeasure()
{
    QFETCH(QStringList, shell);
    Unpacked bundle(smallSession());
    QVERIFY2(bundle.run(u"benchmarkcpu.sh"_s, shell) == 0, bundle.errors);
    QCOMPARE(sysbench::parseOutput(bundle.output).size(), 4); // two limits, two repeats; no warm-up
    QVERIFY(bundle.output.contains("\n--- cpu 3000, repeat 2 of 2\n$ sysbench cpu --threads=1 "));
    QVERIFY(bundle.errors.contains("cpu 3000, warm-up 1 of 1\n"));
    QVERIFY2(bundle.run(u"benchmarkfileio.sh"_s, shell) == 0, bundle.errors);
    const auto runs = sysbench::parseOutput(bundle.output);
    QCOMPARE(runs.size(), 8);
    for (const sysbench::ParsedRun& run : runs)
        QVERIFY(run.complete && run.test == sysbench::Test::Fileio);
    QCOMPARE(bundle.leftInFolder(), QStringList());
    QVERIFY2(bundle.run(u"benchmarkmutex.sh"_s, shell) == 0, bundle.errors);
    const auto mutexes = sysbench::parseOutput(bundle.output);
    QCOMPARE(mutexes.size(), 2);
    // which only the command above it tells
    QVERIFY(mutexes.first().test == sysbench::Test::Mutex);
    QVERIFY(!bundle.errors.contains("may not be comparable"));
    bundle.set(u"BV_FAKE_SYSBENCH"_s, u"v1.1"_s);
    QVERIFY(bundle.run(u"benchmarkmutex.sh"_s, shell) == 0);
    QVERIFY2(bundle.errors.contains("This is sysbench 1.1.0-df89d34, the session was measured with 1.0.20"),
             bundle.errors);
}

void TestBundle::filesThatCannotBeMade()
{
    Unpacked bundle(smallSession());
    bundle.set(u"BV_FAKE_SYSBENCH"_s, u"full"_s);
    QCOMPARE(bundle.run(u"benchmarkfileio.sh"_s), 1);
    QVERIFY2(bundle.errors.contains("No space left"), bundle.errors);
    QVERIFY2(bundle.errors.count("the tests on them are left out") == 2, bundle.errors);
    QCOMPARE(bundle.output, QByteArray());
    QCOMPARE(bundle.leftInFolder(), QStringList());
    // a run that fails takes no other with it
    bundle.set(u"BV_FAKE_SYSBENCH"_s, u"fatal"_s);
    QCOMPARE(bundle.run(u"benchmarkcpu.sh"_s), 1);
    QVERIFY2(bundle.errors.count("failed with exit status 1.") == 6, bundle.errors);
    bundle.set(u"SYSBENCH"_s, u"no-such-sysbench"_s);
    QCOMPARE(bundle.run(u"benchmarkcpu.sh"_s), 2);
    QVERIFY(bundle.errors.contains("apt-get install sysbench"));
}

void TestBundle::scriptsEndAtOnce()
{
    Unpacked bundle(smallSession());
    bundle.set(u"BV_FAKE_SYSBENCH"_s, u"hang"_s);
    bundle.start(u"benchmarkfileio.sh"_s);
    QTRY_VERIFY_WITH_TIMEOUT(!bundle.leftInFolder().isEmpty(), 20'000);
    ::kill(static_cast<pid_t>(bundle.process.processId()), SIGTERM);
    QVERIFY(bundle.finish());
    QCOMPARE(bundle.process.exitCode(), 143);
    QCOMPARE(bundle.leftInFolder(), QStringList());
}

void TestBundle::containersAreLimited()
{
    Session session = smallSession();
    TargetSettings container = session.plan.targets.first();
    session.plan.targets = {};
    for (const QString& storage : {u"volume"_s, u"layer"_s, u"tmpfs"_s}) {
        container.id = storage;
        container.docker.storage = storage;
        container.docker.cpus = storage == "layer"_L1 ? 1.5 : storage == "tmpfs"_L1 ? 2 : 1;
        session.plan.targets << container;
    }
    // where it was pinned to, as recorded
    session.targets = {QJsonObject{
        {u"id"_s, u"tmpfs"_s},
        {u"provenance"_s, QJsonObject{{u"argv"_s, QJsonArray{u"docker"_s, u"--cpuset-cpus"_s, u"0,2"_s}}}}}};
    Unpacked bundle(session);
    QVERIFY2(bundle.run(u"fileioTest_Docker.sh"_s) == 0, bundle.errors);
    const QList<QStringList> calls = bundle.dockerCalls();
    QCOMPARE(calls.size(), 6);
    const QString tag = u"benchvisor-bundle:20261123-054210-7f3a-1"_s;
    const QString context = QDir(bundle.path(u"."_s)).canonicalPath();
    QCOMPARE(calls[0], (QStringList{u"build"_s, u"--build-arg"_s, u"BASE=debian:12"_s, u"--tag"_s, tag, context}));
    QStringList volume = calls[1];
    QVERIFY2(volume.value(3).startsWith(u"benchvisor-bundle-"_s), qPrintable(volume.join(u' ')));
    volume.removeAt(3);
    QCOMPARE(volume.join(u' '),
             u"run --rm --name --cpuset-cpus 0 --memory 1024m --memory-swap 1024m --volume /bench --network none "
             "--cap-drop ALL --security-opt no-new-privileges --pids-limit 8192 --log-driver none --workdir /bench "
             "--user 0 --entrypoint sh %1 /usr/local/bin/benchmarkfileio.sh"_s.arg(tag));
    QVERIFY(calls[3].join(u' ').contains(u" --cpus 1.5 --memory 1024m --memory-swap 1024m --network none "_s));
    QVERIFY(calls[5].join(u' ').contains(u" --cpuset-cpus 0,2 --memory 1024m "_s));
    QVERIFY(calls[5].join(u' ').contains(u" --tmpfs /bench:rw,size=1024m --network none "_s));
    QCOMPARE(bundle.output, "\n=== volume\n\n=== layer\n\n=== tmpfs\n");

    bundle.set(u"IMAGE"_s, u"mine:1"_s);
    QVERIFY2(bundle.run(u"cpuTest_Docker.sh"_s) == 0, bundle.errors);
    QCOMPARE(bundle.dockerCalls().size(), 9); // builds nothing
    QVERIFY(bundle.dockerCalls().last().contains(u"mine:1"_s));
    bundle.set(u"IMAGE"_s, QString());
    bundle.set(u"BASE"_s, u"alpine"_s);
    bundle.set(u"BUILD_OPTIONS"_s, u"--network=host --no-cache"_s);
    QVERIFY2(bundle.run(u"cpuTest_Docker.sh"_s) == 0, bundle.errors);
    QCOMPARE(bundle.dockerCalls()[9].first(5),
             (QStringList{u"build"_s, u"--network=host"_s, u"--no-cache"_s, u"--build-arg"_s, u"BASE=alpine"_s}));
}

void TestBundle::imagesAreNamed()
{
    Session session = smallSession();
    TargetSettings container = session.plan.targets.first();
    session.plan.targets = {};
    session.targets = {};
    const QStringList images{u"ubuntu:22.04"_s, u"builtin"_s, u"myubuntu"_s, u"ubuntu:22.04"_s};
    for (qsizetype i = 0; i < images.size(); ++i) {
        container.id = u"c%1"_s.arg(i);
        container.docker.image = images[i];
        session.plan.targets << container;
    }
    const QString digest = u"myubuntu@sha256:"_s + QString(64, u'e');
    session.targets << QJsonObject{{u"id"_s, u"c2"_s},
                                   {u"provenance"_s, QJsonObject{{u"image"_s, QJsonObject{{u"digest"_s, digest}}}}}};
    session.host[u"os"_s] = u"Ubuntu 20.04.6 LTS"_s;
    auto files = bundleFiles(session, {});
    QStringList bases;
    const QStringList calls = callsOf(contentOf(files, u"cpuTest_Docker.sh"_s), u"container"_s);
    for (const QString& call : calls)
        bases << call.section(u' ', 2, 2) + u' ' + call.section(u' ', 3, 3).right(2);
    QCOMPARE(bases, (QStringList{u"ubuntu:22.04 -1"_s, u"ubuntu:20.04 -2"_s, digest + u" -3"_s, u"ubuntu:22.04 -1"_s}));
    const QByteArray dockerfile = contentOf(files, u"Dockerfile"_s);
    QVERIFY2(dockerfile.contains("\nARG BASE=ubuntu:22.04\nFROM ${BASE}\n"), dockerfile);
    QVERIFY(dockerfile.contains("\nCMD [\"sh\", \"/usr/local/bin/benchmarkcpu.sh\"]\n"));
    session.host[u"os"_s] = u"Fedora Linux 40"_s;
    files = bundleFiles(session, {});
    QVERIFY(contentOf(files, u"cpuTest_Docker.sh"_s).contains("container c1 ubuntu:24.04 "));
}

void TestBundle::containersEndAtOnce()
{
    Unpacked bundle(smallSession());
    bundle.set(u"BV_HANG"_s, u"yes"_s);
    bundle.start(u"cpuTest_Docker.sh"_s);
    QTRY_VERIFY_WITH_TIMEOUT(QFileInfo(bundle.path(u"log.pid"_s)).size() > 0, 20'000);
    ::kill(static_cast<pid_t>(bundle.process.processId()), SIGTERM);
    QVERIFY(bundle.finish());
    QCOMPARE(bundle.process.exitCode(), 143);
    const QList<QStringList> calls = bundle.dockerCalls();
    QCOMPARE(calls.size(), 3); // build, run, rm
    QCOMPARE(calls[2], (QStringList{u"rm"_s, u"--force"_s, u"--volumes"_s, calls[1].value(3)}));
}

void TestBundle::machinesAreDescribed()
{
    Session session = smallSession();
    TargetSettings vm = session.plan.targets.at(1);
    session.plan.targets = {vm, vm, vm};
    QemuSettings& second = session.plan.targets[1].qemu;
    session.plan.targets[1].id = u"fast"_s;
    second.accel = u"auto"_s;
    second.cpu = u"max"_s;
    second.smp = 4;
    second.memoryMib = 2048;
    second.machine = u"q35,hpet=off"_s;
    second.disk.format = u"qcow2"_s;
    second.disk.sizeGib = 1.5;
    second.disk.cache = u"none"_s;
    second.disk.aio = u"native"_s;
    second.extraArgs = {u"-device"_s, u"intel-hda"_s};
    QemuSettings& third = session.plan.targets[2].qemu;
    session.plan.targets[2].id = u"arm"_s;
    third.arch = u"aarch64"_s;
    third.machine = u"virt,highmem=off"_s;
    third.cpu = u"cortex-a57"_s;
    session.targets << QJsonObject{{u"id"_s, u"fast"_s}, {u"provenance"_s, QJsonObject{{u"accel"_s, u"kvm"_s}}}};
    const QString text = QString::fromUtf8(contentOf(bundleFiles(session, {}), u"Vagrantfile"_s));
    const QStringList machines = text.split(u"  config.vm.define "_s);
    QCOMPARE(machines.size(), 4);
    const auto holds = [&machines](qsizetype machine, const QStringList& lines) {
        QStringList missing;
        for (const QString& line : lines) {
            if (!machines[machine].contains(line + u'\n'))
                missing << line;
        }
        return missing;
    };
    QCOMPARE(holds(0, {u"  config.vm.synced_folder '.', '/vagrant', disabled: true"_s,
                       u"  config.vm.box = ENV.fetch('BOX', 'cloud-image/ubuntu-24.04')"_s,
                       u"  ['benchmarkcpu.sh', 'benchmarkfileio.sh', 'benchmarkmutex.sh'].each do |script|"_s}),
             QStringList());
    QCOMPARE(holds(1, {u"'qemu-1c' do |machine|"_s, u"      libvirt.driver = 'qemu'"_s, u"      libvirt.cpus = 1"_s,
                       u"      libvirt.memory = 1024"_s, u"      libvirt.machine_type = 'q35'"_s,
                       u"      libvirt.cpu_mode = 'maximum'"_s,
                       u"      libvirt.storage :file, size: '4G', type: 'raw', serial: 'benchvisor', cache: "
                       "'writethrough', io: 'threads'"_s,
                       u"  # The session's machine was q35,hpet=off."_s,
                       u"  # More arguments of QEMU: -device intel-hda"_s}),
             QStringList());
    QCOMPARE(holds(2, {u"'fast', autostart: false do |machine|"_s, u"      libvirt.driver = 'kvm'"_s,
                       u"      libvirt.cpus = 4"_s, u"      libvirt.memory = 2048"_s,
                       u"      libvirt.cpu_mode = 'host-passthrough'"_s,
                       u"      libvirt.storage :file, size: '1536M', type: 'qcow2', serial: 'benchvisor', cache: "
                       "'none', io: 'native'"_s}),
             QStringList());
    QCOMPARE(holds(3, {u"'arm', autostart: false do |machine|"_s, u"      libvirt.machine_arch = 'aarch64'"_s,
                       u"      libvirt.machine_type = 'virt'"_s, u"      libvirt.cpu_mode = 'custom'"_s,
                       u"      libvirt.cpu_model = 'cortex-a57'"_s}),
             QStringList());
    QVERIFY(!text.contains(u"q35,"_s + u"'"_s));
}

void TestBundle::rawOutputIsReadBack()
{
    Session session = rich::session();
    session.runs = session.runs.first(3);
    QFile recorded(QStringLiteral(BV_TEST_DATA) + u"/sysbench/1.0.20-mutex.txt"_s);
    QVERIFY(recorded.open(QIODevice::ReadOnly));
    session.runs[0].test = sysbench::Test::Mutex;
    session.runs[0].command = {u"docker"_s, u"exec"_s, u"x"_s, u"sysbench"_s, u"mutex"_s, u"run"_s};
    session.runs[0].output = QString::fromUtf8(recorded.readAll());
    session.runs[0].discarded = false;
    session.runs[1].output.clear();
    session.runs[2].status = RunStatus::Timeout;
    QStringList raw = pathsOf(bundleFiles(session, {})).filter(u"raw/"_s);
    QCOMPARE(raw, (QStringList{u"raw/0001-docker-1c-mutex-r1.txt"_s, u"raw/0003-docker-1c-cpu-r1-timeout.txt"_s}));
    const QByteArray content = contentOf(bundleFiles(session, {}), raw.first());
    QVERIFY2(content.startsWith("--- docker-1c: mutex, repeat 1\n$ docker exec x sysbench mutex run\nsysbench 1.0.20"),
             content);
    const auto runs = sysbench::parseOutput(content);
    QCOMPARE(runs.size(), 1);
    QVERIFY(runs.first().test == sysbench::Test::Mutex && runs.first().complete);
}

QTEST_GUILESS_MAIN(TestBundle)
#include "tst_bundle.moc"
