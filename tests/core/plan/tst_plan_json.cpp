#include "plan/expand.h"
#include "plan/parameters.h"
#include "plan/plan_json.h"
#include "plan/target_id.h"
#include "plan/validate.h"

#include <QFile>
#include <QJsonDocument>
#include <QRandomGenerator>
#include <QtTest>

using namespace bv;
using namespace Qt::StringLiterals;

namespace {

/// A plan text around the given targets and suites, as members of the outermost object.
QByteArray planText(const QByteArray& members)
{
    return R"({"schema": "benchvisor-plan/1", )" + members + '}';
}

const QByteArray oneTarget = R"("targets": [{"kind": "docker"}], )";
const QByteArray oneSuite = R"("suites": [{"test": "cpu"}])";

QByteArray interfaceExample()
{
    QFile file(QStringLiteral(BV_TEST_DATA "/plan/interface.json"));
    if (!file.open(QIODevice::ReadOnly))
        qFatal("the example plan is missing");
    return file.readAll();
}

QString randomText(QRandomGenerator& random)
{
    static const QStringList texts{u""_s,   u"tcg"_s,        u"virt,highmem=off"_s, u"ä \"quoted\" \\ \u20ac"_s,
                                   u"1G"_s, u"line\nbreak"_s};
    return texts.at(random.bounded(texts.size()));
}

TargetSettings randomTarget(QRandomGenerator& random, int number)
{
    TargetSettings target;
    target.id = u"t%1"_s.arg(number);
    target.kind = static_cast<TargetKind>(random.bounded(3));
    target.label = randomText(random);
    if (target.kind == TargetKind::Docker) {
        target.docker = {randomText(random), random.bounded(8.0), static_cast<int>(random.bounded(-5, 100000)),
                         randomText(random)};
    } else if (target.kind == TargetKind::Qemu) {
        QemuSettings& qemu = target.qemu;
        for (QString* text : {&qemu.guest,        &qemu.arch,
                              &qemu.machine,      &qemu.accel,
                              &qemu.accelOptions, &qemu.cpu,
                              &qemu.firmware,     &qemu.firmwareAttach,
                              &qemu.firmwareVars, &qemu.iso,
                              &qemu.boot,         &qemu.display,
                              &qemu.gpu,          &qemu.sound,
                              &qemu.network,      &qemu.nic,
                              &qemu.channel,      &qemu.ssh.user,
                              &qemu.ssh.key,      &qemu.disk.path,
                              &qemu.disk.format,  &qemu.disk.cache,
                              &qemu.disk.aio,     &qemu.disk.preallocation,
                              &qemu.disk.base,    &qemu.disk.baseFormat,
                              &qemu.disk.keyFile, &qemu.disk.bus,
                              &qemu.disk.options, &qemu.disk.deviceOptions})
            *text = randomText(random);
        qemu.smp = static_cast<int>(random.bounded(-1, 300));
        if (random.bounded(2) == 0)
            qemu.topology = {random.bounded(4), random.bounded(-1, 4), random.bounded(4)};
        for (int i = random.bounded(3); i > 0; --i)
            qemu.usb << randomText(random);
        qemu.installSysbench = random.bounded(2) == 0;
        qemu.memoryMib = static_cast<int>(random.generate() >> 1);
        qemu.disk.sizeGib = random.bounded(100.0);
        for (int i = random.bounded(4); i > 0; --i)
            qemu.extraArgs << randomText(random);
    }
    return target;
}

Suite randomSuite(QRandomGenerator& random)
{
    Suite suite;
    suite.test = static_cast<sysbench::Test>(1 + random.bounded(6));
    for (const QString& name : parameterNames(suite.test)) {
        if (random.bounded(2) == 0)
            continue;
        QJsonArray values;
        for (int i = 1 + random.bounded(3); i > 0; --i) {
            switch (random.bounded(4)) {
            case 0:
                values << randomText(random);
                break;
            case 1:
                values << random.bounded(1000.0);
                break;
            case 2:
                values << static_cast<qint64>(random.generate64() >> 11);
                break;
            default:
                values << (random.bounded(2) == 1);
            }
        }
        suite.parameters << SuiteParameter{name, values};
    }
    return suite;
}

Plan randomPlan(QRandomGenerator& random)
{
    Plan plan;
    plan.name = randomText(random);
    for (int i = 1 + random.bounded(5); i > 0; --i)
        plan.targets << randomTarget(random, i);
    for (int i = 1 + random.bounded(4); i > 0; --i)
        plan.suites << randomSuite(random);
    plan.repeats = static_cast<int>(random.bounded(-3, 50));
    if (random.bounded(2) == 0)
        plan.adaptive = AdaptiveRepeats{random.bounded(10.0), random.bounded(9), random.bounded(99)};
    plan.warmup = random.bounded(3);
    plan.order = random.bounded(2) == 0 ? RunOrder::Interleaved : RunOrder::Blocked;
    plan.cooldownS = random.bounded(5.0);
    plan.dropPageCache = random.bounded(2) == 0;
    return plan;
}

} // namespace

class TestPlanJson : public QObject
{
    Q_OBJECT
private slots:
    void example();
    void exampleWritesWhatItReads();
    void defaults();
    void everySettingIsRead();
    void smp_data();
    void smp();
    void writesWhatIsUnusual();
    void machineOfArch();
    void scalarOrList();
    void idsAreMade();
    void validIds_data();
    void validIds();
    void refused_data();
    void refused();
    void allComplaintsAtOnce();
    void complaintsAreLimited();
    void tooNew();
    void tooLarge();
    void roundTrip();
    void keyOrderDoesNotMatter();
    void mutationsNeverCrash();
};

void TestPlanJson::example()
{
    const auto plan = planFromJson(interfaceExample());
    QVERIFY2(plan, plan ? "" : qPrintable(plan.error().message));
    QCOMPARE(plan->name, u"three scenarios"_s);
    QCOMPARE(plan->targets.size(), 3);
    QCOMPARE(plan->targets[0].kind, TargetKind::Host);
    QCOMPARE(plan->targets[1].docker, DockerSettings());
    QemuSettings qemu;
    qemu.accel = u"tcg"_s;
    QCOMPARE(plan->targets[2].qemu, qemu);
    QCOMPARE(plan->suites.size(), 3);
    QCOMPARE(plan->suites[0].parameters[0], (SuiteParameter{u"cpu_max_prime"_s, {20000, 50000, 90000}}));
    QCOMPARE(plan->suites[1].parameters[0], (SuiteParameter{u"file_total_size"_s, {u"1G"_s}}));
    QCOMPARE(plan->suites[2].test, sysbench::Test::Boot);
}

void TestPlanJson::exampleWritesWhatItReads()
{
    const auto plan = planFromJson(interfaceExample());
    QVERIFY(plan);
    QJsonObject expected = QJsonDocument::fromJson(interfaceExample()).object();
    QJsonObject written = planToJson(*plan);
    for (const QString& key : expected.keys()) {
        if (key != u"suites"_s) // a list of one value is written as that value
            QCOMPARE(written.value(key), expected.value(key));
    }
    QCOMPARE(written.size(), expected.size());
    QCOMPARE(written.value(u"suites"_s)[0].toObject().value(u"threads"_s), QJsonValue(1));
}

void TestPlanJson::defaults()
{
    const auto plan = planFromJson(planText(oneTarget + oneSuite));
    QVERIFY(plan);
    Plan expected;
    TargetSettings docker;
    docker.kind = TargetKind::Docker;
    docker.id = u"docker-2c-1g"_s;
    expected.targets << docker;
    expected.suites << Suite{sysbench::Test::Cpu, {}};
    QCOMPARE(*plan, expected);
}

void TestPlanJson::everySettingIsRead()
{
    const auto plan = planFromJson(planText(R"(
        "targets": [{"kind": "docker", "id": "d", "label": "D", "image": "i", "cpus": 0.5, "memory_mib": 7, "storage": "layer"},
                    {"kind": "qemu", "id": "q", "guest": "disk", "arch": "a", "machine": "m", "accel": "kvm", "cpu": "c",
                     "accel_options": "o", "smp": {"cpus": 6, "sockets": 1, "cores": 3, "threads": 2}, "memory_mib": 9,
                     "firmware": "f", "firmware_attach": "fa", "firmware_vars": "fv", "iso": "s", "boot": "d",
                     "display": "vnc", "gpu": "std", "usb": ["tablet"], "sound": "intel-hda", "network": "user",
                     "nic": "e1000", "channel": "ssh", "ssh": {"user": "me", "key": "/k"}, "extra_args": ["-x", "y"],
                     "install_sysbench": true, "disk": {"path": "p", "format": "qcow2", "size_gib": 1.5, "cache": "none", "aio": "native",
                              "preallocation": "full", "base": "b", "base_format": "raw", "key_file": "k", "bus": "ide",
                              "options": "x=y", "device_options": "y=z"}}],
        "suites": [{"test": "threads"}], "name": "n", "repeats": 4, "warmup": 2, "order": "blocked", "cooldown_s": 1.5,
        "adaptive": {"half_width_pct": 1.5, "min_repeats": 3, "max_repeats": 9}, "page_cache": "keep")"));
    QVERIFY2(plan, plan ? "" : qPrintable(plan.error().message));
    QCOMPARE(plan->targets[0].label, u"D"_s);
    QCOMPARE(plan->targets[0].docker, (DockerSettings{u"i"_s, 0.5, 7, u"layer"_s}));
    QemuSettings qemu;
    qemu.guest = u"disk"_s;
    qemu.arch = u"a"_s;
    qemu.machine = u"m"_s;
    qemu.accel = u"kvm"_s;
    qemu.accelOptions = u"o"_s;
    qemu.cpu = u"c"_s;
    qemu.smp = 6;
    qemu.topology = {1, 3, 2};
    qemu.memoryMib = 9;
    qemu.firmware = u"f"_s;
    qemu.firmwareAttach = u"fa"_s;
    qemu.firmwareVars = u"fv"_s;
    qemu.iso = u"s"_s;
    qemu.disk = {u"p"_s, u"qcow2"_s, 1.5,    u"none"_s, u"native"_s, u"full"_s,
                 u"b"_s, u"raw"_s,   u"k"_s, u"ide"_s,  u"x=y"_s,    u"y=z"_s};
    qemu.boot = u"d"_s;
    qemu.display = u"vnc"_s;
    qemu.gpu = u"std"_s;
    qemu.usb = {u"tablet"_s};
    qemu.sound = u"intel-hda"_s;
    qemu.network = u"user"_s;
    qemu.nic = u"e1000"_s;
    qemu.channel = u"ssh"_s;
    qemu.ssh = {u"me"_s, u"/k"_s};
    qemu.installSysbench = true;
    qemu.extraArgs = {u"-x"_s, u"y"_s};
    QCOMPARE(plan->targets[1].qemu, qemu);
    QCOMPARE(plan->repeats, 4);
    QCOMPARE(plan->warmup, 2);
    QCOMPARE(plan->order, RunOrder::Blocked);
    QCOMPARE(plan->cooldownS, 1.5);
    QCOMPARE(plan->dropPageCache, false);
    QVERIFY(plan->adaptive == std::optional(AdaptiveRepeats{1.5, 3, 9}));
}

void TestPlanJson::smp_data()
{
    QTest::addColumn<QByteArray>("smp");
    QTest::addColumn<int>("cpus");
    QTest::addColumn<QList<int>>("topology");
    QTest::addColumn<QString>("complaint");
    const QList<int> none{0, 0, 0};
    QTest::newRow("number") << QByteArray("4") << 4 << none << QString();
    QTest::newRow("object") << QByteArray(R"({"cpus": 4})") << 4 << none << QString();
    QTest::newRow("product") << QByteArray(R"({"sockets": 2, "cores": 3})") << 6 << QList<int>{2, 3, 0} << QString();
    QTest::newRow("all") << QByteArray(R"({"cpus": 8, "sockets": 2, "cores": 2, "threads": 2})") << 8
                         << QList<int>{2, 2, 2} << QString();
    QTest::newRow("text") << QByteArray(R"("4")") << 2 << none
                          << u"targets[0].smp: expected a whole number, found a text (\"4\")."_s;
    QTest::newRow("in it") << QByteArray(R"({"cores": "4"})") << 2 << none
                           << u"targets[0].smp.cores: expected a whole number, found a text (\"4\")."_s;
    QTest::newRow("unknown") << QByteArray(R"({"core": 4})") << 2 << none
                             << u"targets[0].smp: unknown key \"core\". Did you mean \"cores\"?"_s;
}

void TestPlanJson::smp()
{
    QFETCH(QByteArray, smp);
    QFETCH(QList<int>, topology);
    QFETCH(QString, complaint);
    const auto plan = planFromJson(planText(R"("targets": [{"kind": "qemu", "smp": )" + smp + "}], " + oneSuite));
    QCOMPARE(plan.error().message, complaint);
    if (!complaint.isEmpty())
        return;
    const QemuSettings& vm = plan->targets[0].qemu;
    QTEST(vm.smp, "cpus");
    QCOMPARE((QList<int>{vm.topology.sockets, vm.topology.cores, vm.topology.threads}), topology);
    const auto again = planFromJson(planToJson(*plan));
    QCOMPARE(again->targets, plan->targets);
}

/// Files stay as earlier versions wrote them; what people are shown has every setting.
void TestPlanJson::writesWhatIsUnusual()
{
    TargetSettings target;
    target.id = u"q"_s;
    target.kind = TargetKind::Qemu;
    const QJsonObject usual = targetToJson(target);
    QCOMPARE(usual.keys(),
             (QStringList{u"accel"_s, u"arch"_s, u"channel"_s, u"cpu"_s, u"disk"_s, u"extra_args"_s, u"firmware"_s,
                          u"guest"_s, u"id"_s, u"iso"_s, u"kind"_s, u"machine"_s, u"memory_mib"_s, u"smp"_s}));
    QCOMPARE(usual.value(u"disk"_s).toObject().size(), 5);
    const QJsonObject full = targetToJson(target, PlanDetail::Full);
    QCOMPARE(full.size(), 26);
    QCOMPARE(full.value(u"display"_s), QJsonValue(u"none"_s));
    QCOMPARE(full.value(u"disk"_s).toObject().size(), 12);
    QStringList complaints;
    QCOMPARE(targetFromJson(full, u"t"_s, complaints), target);
    QCOMPARE(complaints, QStringList());
    target.qemu.display = u"window"_s;
    QCOMPARE(targetToJson(target).value(u"display"_s), QJsonValue(u"window"_s));
    QCOMPARE(targetToJson(target).size(), usual.size() + 1);
}

void TestPlanJson::machineOfArch()
{
    const auto plan = planFromJson(planText(
        R"("targets": [{"kind": "qemu", "arch": "aarch64"}, {"kind": "qemu"}, {"kind": "qemu", "arch": "aarch64", "machine": "x"}], )" +
        oneSuite));
    QCOMPARE(plan->targets[0].qemu.machine, u"virt"_s);
    QCOMPARE(plan->targets[0].qemu.cpu, u"cortex-a57"_s);
    QCOMPARE(plan->targets[1].qemu.cpu, u"max"_s);
    QCOMPARE(plan->targets[1].qemu.machine, u"q35"_s);
    QCOMPARE(plan->targets[2].qemu.machine, u"x"_s);
}

void TestPlanJson::scalarOrList()
{
    const auto scalar = planFromJson(planText(oneTarget + R"("suites": [{"test": "cpu", "threads": 4}])"));
    const auto list = planFromJson(planText(oneTarget + R"("suites": [{"test": "cpu", "threads": [4.0]}])"));
    QVERIFY(scalar && list);
    QCOMPARE(*scalar, *list);
    QCOMPARE(scalar->suites[0].parameters[0].values, QJsonArray{4});
}

void TestPlanJson::idsAreMade()
{
    const auto plan = planFromJson(planText(R"("targets": [{"kind": "host"}, {"kind": "docker"}, {"kind": "docker"},
        {"kind": "docker", "cpus": 1.5, "memory_mib": 512, "storage": "layer"}, {"kind": "qemu"},
        {"kind": "qemu", "accel": "kvm", "disk": {"format": "qcow2"}}, {"id": "docker-2c-1g", "kind": "docker"},
        {"kind": "qemu", "accel": "k v m"}], )" +
                                            oneSuite));
    QVERIFY(plan);
    QStringList ids;
    for (const TargetSettings& target : plan->targets) {
        QVERIFY(isValidTargetId(target.id));
        ids << target.id;
    }
    // The id that was given stays, although it comes later.
    QCOMPARE(ids, (QStringList{u"host"_s, u"docker-2c-1g-2"_s, u"docker-2c-1g-3"_s, u"docker-1.5c-512m-layer"_s,
                               u"qemu-2c-1g"_s, u"qemu-kvm-2c-1g-qcow2"_s, u"docker-2c-1g"_s, u"qemu-k-v-m-2c-1g"_s}));
}

void TestPlanJson::validIds_data()
{
    QTest::addColumn<QString>("id");
    QTest::addColumn<bool>("valid");
    QTest::newRow("plain") << u"docker-2c_1.5g"_s << true;
    QTest::newRow("64") << QString(64, u'a') << true;
    QTest::newRow("65") << QString(65, u'a') << false;
    QTest::newRow("empty") << QString() << false;
    QTest::newRow("dot") << u"."_s << false;
    QTest::newRow("option") << u"-rf"_s << false;
    QTest::newRow("slash") << u"a/b"_s << false;
    QTest::newRow("blank") << u"a b"_s << false;
    QTest::newRow("umlaut") << u"ä"_s << false;
}

void TestPlanJson::validIds()
{
    QFETCH(QString, id);
    QFETCH(bool, valid);
    QCOMPARE(isValidTargetId(id), valid);
}

void TestPlanJson::refused_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("message");
    const auto row = [](const char* name, const QByteArray& text, const QString& message) {
        QTest::newRow(name) << text << message;
    };
    const auto target = [](const QByteArray& json) {
        return planText("\"targets\": [{\"kind\": \"host\"}, " + json + "], " + oneSuite);
    };
    const auto suite = [](const QByteArray& json) { return planText(oneTarget + "\"suites\": [" + json + "]"); };
    const auto top = [](const QByteArray& json) { return planText(oneTarget + oneSuite + ", " + json); };
    row("key twice", top("\"repeats\": 3,\n \"repeats\": 4"),
        u"line 2, column 2: the key \"repeats\" stands a second time. Remove one of them."_s);
    row("key twice, escaped", suite(R"({"test": "cpu", "threads": [1], "time_s": 1, "thr\u0065ads": 2})"),
        u"line 1, column 122: the key \"threads\" stands a second time. Remove one of them."_s);
    row("key twice behind odd texts", target(R"({"kind": "host", "label": "\\\"{", "id": "a", "label": "b"})"),
        u"line 1, column 109: the key \"label\" stands a second time. Remove one of them."_s);

    row("empty", " \n", u"The plan is empty."_s);
    row("list", "[1]", u"A plan is a JSON object {…}, but this is a list."_s);
    row("missing comma", "{\n  \"a\": 1\n  \"b\": 2\n}",
        u"The plan is not valid JSON: line 3, column 3: unterminated object."_s);
    row("columns are characters", "{\n \"\xc3\xa4\": tru}",
        u"The plan is not valid JSON: line 2, column 7: illegal value."_s);
    row("comma too many", "{\"a\": 1,}",
        u"The plan is not valid JSON: line 1, column 9: object is missing after a comma."_s);
    row("cut off", "{\"a\": 1", u"The plan is not valid JSON: line 1, column 7: invalid termination by number."_s);
    row("more behind", "{} x", u"The plan is not valid JSON: line 1, column 4: garbage at the end of the document."_s);
    row("no schema", "{}", u"\"schema\" is missing. A plan begins with \"schema\": \"benchvisor-plan/1\"."_s);
    row("other schema", R"({"schema": "x"})", u"schema: expected \"benchvisor-plan/1\", found a text (\"x\")."_s);
    row("schema of a wrong type", R"({"schema": 1})", u"schema: expected \"benchvisor-plan/1\", found the number 1."_s);
    row("version 0", R"({"schema": "benchvisor-plan/0"})",
        u"schema: expected \"benchvisor-plan/1\", found a text (\"benchvisor-plan/0\")."_s);
    row("no targets", planText(oneSuite),
        u"\"targets\" is missing. Give at least one target, such as {\"kind\": \"docker\"}."_s);
    row("empty targets", planText("\"targets\": [], " + oneSuite),
        u"targets: the list is empty. Give at least one target, such as {\"kind\": \"docker\"}."_s);
    row("targets of a wrong type", planText("\"targets\": 3, " + oneSuite),
        u"targets: expected a list […], found the number 3."_s);
    row("no suites", planText("\"targets\": [{\"kind\": \"host\"}]"),
        u"\"suites\" is missing. Give at least one suite, such as {\"test\": \"cpu\"}."_s);
    row("empty suites", suite(""),
        u"suites: the list is empty. Give at least one suite, such as {\"test\": \"cpu\"}."_s);

    row("unknown key", top(R"("repeates": 3)"), u"Unknown key \"repeates\". Did you mean \"repeats\"?"_s);
    row("repeats text", top(R"("repeats": "5")"), u"repeats: expected a whole number, found a text (\"5\")."_s);
    row("repeats fraction", top(R"("repeats": 1.5)"), u"repeats: expected a whole number, found the number 1.5."_s);
    row("repeats huge", top(R"("repeats": 3000000000)"),
        u"repeats: expected a whole number of a sensible size, found the number 3000000000."_s);
    row("repeats null", top(R"("repeats": null)"), u"repeats: expected a whole number, found null."_s);
    row("name", top(R"("name": true)"), u"name: expected a text, found true."_s);
    row("order", top(R"("order": "interleave")"),
        u"order: expected \"interleaved\" or \"blocked\", found \"interleave\". Did you mean \"interleaved\"?"_s);
    row("page cache", top(R"("page_cache": true)"), u"page_cache: expected \"drop\" or \"keep\", found true."_s);
    row("cooldown", top(R"("cooldown_s": [])"), u"cooldown_s: expected a number, found a list."_s);
    row("adaptive", top(R"("adaptive": true)"), u"adaptive: expected an object {…}, found true."_s);
    row("adaptive key", top(R"("adaptive": {"min_repeat": 3})"),
        u"adaptive: unknown key \"min_repeat\". Did you mean \"min_repeats\"?"_s);

    row("target is no object", target("7"), u"targets[1]: expected an object {…}, found the number 7."_s);
    row("no kind", target("{}"), u"targets[1]: \"kind\" is missing. Write \"host\", \"docker\" or \"qemu\"."_s);
    row("unknown kind", target(R"({"kind": "qmeu"})"),
        u"targets[1].kind: expected \"host\", \"docker\" or \"qemu\", found \"qmeu\". Did you mean \"qemu\"?"_s);
    row("unknown target key", target(R"({"kind": "docker", "imgae": ""})"),
        u"targets[1]: unknown key \"imgae\". Did you mean \"image\"?"_s);
    row("disk key", target(R"({"kind": "qemu", "disk": {"chache": ""}})"),
        u"targets[1].disk: unknown key \"chache\". Did you mean \"cache\"?"_s);
    row("disk type", target(R"({"kind": "qemu", "disk": {"size_gib": "4"}})"),
        u"targets[1].disk.size_gib: expected a number, found a text (\"4\")."_s);
    row("disk is no object", target(R"({"kind": "qemu", "disk": "x.raw"})"),
        u"targets[1].disk: expected an object {…}, found a text (\"x.raw\")."_s);
    row("extra args", target(R"({"kind": "qemu", "extra_args": ["-x", 1]})"),
        u"targets[1].extra_args[1]: expected a text, found the number 1."_s);
    row("smp of docker", target(R"({"kind": "docker", "smp": 2})"),
        u"targets[1]: \"smp\" is a setting of a QEMU target, not of a Docker target. Use \"cpus\"."_s);
    row("cpus of qemu", target(R"({"kind": "qemu", "cpus": 2})"),
        u"targets[1]: \"cpus\" is a setting of a Docker target, not of a QEMU target. Use \"smp\"."_s);
    row("image of host", target(R"({"kind": "host", "image": ""})"),
        u"targets[1]: \"image\" is a setting of a Docker target, not of a host target. The host has no settings; leave it out."_s);
    row("id twice", target(R"({"kind": "host", "id": "a"}, {"kind": "host", "id": "a"})"),
        u"targets[2]: the id \"a\" is that of targets[1] already. Give each target an id of its own."_s);

    row("no test", suite("{}"),
        u"suites[0]: \"test\" is missing. Write \"cpu\", \"fileio\", \"memory\", \"threads\", \"mutex\" or \"boot\"."_s);
    row("unknown test", suite(R"({"test": "fielio"})"),
        u"suites[0].test: expected \"cpu\", \"fileio\", \"memory\", \"threads\", \"mutex\" or \"boot\", found \"fielio\". Did you mean \"fileio\"?"_s);
    row("unknown parameter", suite(R"({"test": "cpu", "cpu-max-prim": 1})"),
        u"suites[0]: unknown key \"cpu-max-prim\". Did you mean \"cpu_max_prime\"?"_s);
    row("parameter of another test", suite(R"({"test": "cpu", "file_num": 1})"),
        u"suites[0]: \"file_num\" is a setting of the fileio test, not of the cpu test."_s);
    row("no values", suite(R"({"test": "cpu", "threads": []})"),
        u"suites[0].threads: the list is empty. Give at least one value."_s);
    row("nested values", suite(R"({"test": "cpu", "threads": [1, [2]]})"),
        u"suites[0].threads[1]: expected a value or a list of values, found a list."_s);
    row("object as value", suite(R"({"test": "cpu", "threads": {}})"),
        u"suites[0].threads: expected a value or a list of values, found an object."_s);
    row("null as value", suite(R"({"test": "cpu", "threads": null})"),
        u"suites[0].threads: expected a value or a list of values, found null."_s);
}

void TestPlanJson::refused()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, message);
    const auto plan = planFromJson(text);
    QVERIFY(!plan);
    QCOMPARE(plan.error().message, message);
    QCOMPARE(plan.error().code, Error::Code::BadInput);
}

void TestPlanJson::allComplaintsAtOnce()
{
    const auto plan = planFromJson(
        planText(R"("targets": [{"kind": "docker", "cpus": "two", "smp": 1}], "repeats": "x", )" + oneSuite));
    QVERIFY(!plan);
    QCOMPARE(plan.error().message, u"targets[0].cpus: expected a number, found a text (\"two\")."_s);
    QCOMPARE(plan.error().detail.count(u'\n'), 1);
    QVERIFY(plan.error().detail.contains(u"repeats: expected a whole number"_s));
}

void TestPlanJson::complaintsAreLimited()
{
    QByteArray keys;
    for (int i = 0; i < 5000; ++i)
        keys += R"("unknown)" + QByteArray::number(i) + R"(": 1, )";
    const auto plan = planFromJson(planText(keys + oneTarget + oneSuite));
    QVERIFY(!plan);
    QVERIFY(plan.error().detail.count(u'\n') < 30);
}

void TestPlanJson::tooNew()
{
    const auto plan = planFromJson(QByteArray(R"({"schema": "benchvisor-plan/2", "whatever": 1})"));
    QVERIFY(!plan);
    QCOMPARE(plan.error().code, Error::Code::TooNew);
    QVERIFY(plan.error().message.contains(u"benchvisor-plan/2"_s));
    const auto session = planFromJson(QByteArray(R"({"schema": "benchvisor-session/1"})"));
    QVERIFY(session.error().message.startsWith(u"This is a session, not a plan."_s));
}

void TestPlanJson::tooLarge()
{
    const auto plan = planFromJson(QByteArray(planSizeLimit + 1, ' '));
    QVERIFY(!plan);
    QCOMPARE(plan.error().code, Error::Code::BadInput);
    QVERIFY(plan.error().message.startsWith(u"The plan is too large (1.0 MiB"_s));
}

void TestPlanJson::roundTrip()
{
    QRandomGenerator random(42);
    for (int i = 0; i < 500; ++i) {
        const Plan plan = normalized(randomPlan(random));
        const auto fromObject = planFromJson(planToJson(plan));
        QVERIFY2(fromObject, fromObject ? "" : qPrintable(fromObject.error().message));
        QCOMPARE(*fromObject, plan);
        const auto fromText = planFromJson(QJsonDocument(planToJson(plan)).toJson());
        QVERIFY(fromText);
        QCOMPARE(*fromText, plan);
    }
}

void TestPlanJson::keyOrderDoesNotMatter()
{
    const auto a = planFromJson(
        planText(oneTarget + R"("suites": [{"test": "cpu", "threads": [1, 2], "cpu_max_prime": [1, 2]}])"));
    const auto b =
        planFromJson(planText(R"("suites": [{"cpu_max_prime": [1, 2], "threads": [1, 2], "test": "cpu"}], )" +
                              oneTarget + R"("repeats": 5)"));
    QVERIFY(a && b);
    QCOMPARE(*a, *b);
}

void TestPlanJson::mutationsNeverCrash()
{
    QByteArray original = interfaceExample();
    original.replace(R"("test": "boot", "smp": [1, 2, 4], "memory_mib": [512, 2048])",
                     R"("test": "mutex", "threads": [1, 2])");
    QVERIFY(original.contains("mutex"));
    const QByteArray alphabet = QByteArrayLiteral("{}[]\",:0123456789.-eEtrufalsn \n\\\x00\xff\xc3");
    QRandomGenerator random(7);
    int accepted = 0;
    for (int i = 0; i < 20000; ++i) {
        QByteArray text = original;
        for (int edit = 1 + random.bounded(4); edit > 0; --edit) {
            const qsizetype at = random.bounded(static_cast<int>(text.size()));
            switch (random.bounded(4)) {
            case 0:
                text[at] = alphabet[random.bounded(static_cast<int>(alphabet.size()))];
                break;
            case 1:
                text.insert(at, alphabet[random.bounded(static_cast<int>(alphabet.size()))]);
                break;
            case 2:
                text.remove(at, 1 + random.bounded(20));
                break;
            default:
                text.insert(at, text.mid(random.bounded(static_cast<int>(text.size())), random.bounded(40)));
            }
        }
        const auto plan = planFromJson(text);
        if (plan) {
            ++accepted;
            const auto again = planFromJson(planToJson(*plan));
            QVERIFY(again);
            QCOMPARE(*again, *plan);
            const MachineLimits limits{2, 4096};
            if (checkPlan(*plan, limits))
                QVERIFY(expandPlan(*plan, limits));
        } else {
            QVERIFY(!plan.error().message.isEmpty());
            QVERIFY(plan.error().message.size() < 400);
        }
    }
    QVERIFY(accepted > 100); // otherwise only the JSON parser was tried
}

QTEST_APPLESS_MAIN(TestPlanJson)
#include "tst_plan_json.moc"
