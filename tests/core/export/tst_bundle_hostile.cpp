#include "support/unpacked_bundle.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace bv;
using namespace bv::unpacked;

/// No text of a session becomes a command, an instruction of a Dockerfile or Ruby.
class TestBundleHostile : public QObject
{
    Q_OBJECT
private slots:
    void nothingIsInjected_data();
    void nothingIsInjected();
};

namespace {

Session hostileSession(const QString& evil)
{
    Session session = smallSession();
    session.id = evil;
    session.name = evil;
    session.note = evil;
    session.host = {{u"os"_s, evil}, {u"cpu_model"_s, evil}, {u"kernel"_s, evil}};
    session.plan.name = evil;
    session.targets = {};
    for (TargetSettings& target : session.plan.targets) {
        target.id = evil;
        target.label = evil;
        target.docker.image = evil;
        target.docker.storage = evil;
        QemuSettings& vm = target.qemu;
        vm.guest = vm.arch = vm.machine = vm.accel = vm.cpu = vm.firmware = vm.iso = vm.channel = evil;
        vm.disk.path = vm.disk.format = vm.disk.cache = vm.disk.aio = evil;
        vm.extraArgs = {evil, evil};
    }
    // One image that can be named, so that containers are made.
    session.plan.targets << session.plan.targets.first();
    session.plan.targets.last().docker.image = u"builtin"_s;
    session.targets << QJsonObject{{u"id"_s, evil},
                                   {u"provenance"_s, QJsonObject{{u"accel"_s, evil},
                                                                 {u"argv"_s, QJsonArray{u"--cpuset-cpus"_s, evil}},
                                                                 {u"image"_s, QJsonObject{{u"digest"_s, evil}}},
                                                                 {u"sysbench"_s, QJsonObject{{u"version"_s, evil}}}}}};
    session.plan.suites << Suite{sysbench::Test::Fileio,
                                 {{u"file_test_mode"_s, {u"rndrd"_s}}, {u"file_extra_flags"_s, {evil, u"direct"_s}}}};
    session.plan.suites << Suite{sysbench::Test::Cpu, {{evil, {evil}}, {u"cpu_max_prime"_s, {evil, 5000}}}};
    RunRecord run = rich::session().runs.first();
    run.id = run.target = run.error = evil;
    run.command = {u"sysbench"_s, evil};
    run.notes = {evil};
    run.params.insert(evil, evil);
    session.runs << run;
    return session;
}

} // namespace

void TestBundleHostile::nothingIsInjected_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("quote") << u"x'; touch %1; '"_s;
    QTest::newRow("double quote") << u"x\"; touch %1; \""_s;
    QTest::newRow("substitution") << u"$(touch %1)`touch %1`"_s;
    QTest::newRow("line") << u"x\ntouch %1\nRUN touch %1\n#"_s;
    QTest::newRow("carriage return") << u"x\rtouch %1\r\n"_s;
    QTest::newRow("line separator") << u"x\u2028touch %1\u0085touch %1"_s;
    QTest::newRow("Ruby") << u"#{`touch %1`}' + `touch %1` + '\\"_s;
    QTest::newRow("backslash") << u"\\'; touch %1 \\"_s;
    QTest::newRow("directive") << u"syntax=x\n# syntax=touch%1\n# -*- coding: utf-7 -*-"_s;
    QTest::newRow("option") << u"--volume=%1 -v /:/host"_s;
    QTest::newRow("placeholder") << u"@cells@ @session@ @containers@ %1"_s;
    QTest::newRow("path") << u"../../..%1/../x"_s;
    QTest::newRow("markup") << u"<b>%1</b> [x](http://x) |"_s;
}

void TestBundleHostile::nothingIsInjected()
{
    QFETCH(QString, text);
    const QTemporaryDir dir;
    const QString mark = dir.filePath(u"injected"_s);
    const Session session = hostileSession(text.contains(u"%1"_s) ? text.arg(mark) : text);
    const auto files = bundleFiles(session, "# none\n");
    static const QRegularExpression path(u"\\A(raw/)?\\.?[A-Za-z0-9][A-Za-z0-9._-]*\\z"_s);
    static const QRegularExpression name(u"'[A-Za-z0-9][A-Za-z0-9._-]*'"_s);
    for (const BundleFile& file : files) {
        QVERIFY2(path.match(file.path).hasMatch(), qPrintable(file.path));
        if (file.path != "Dockerfile"_L1 && file.path != "Vagrantfile"_L1)
            continue;
        // What the session says is in comments only, which end where they should; and in names.
        const QStringList lines = QString::fromUtf8(file.content).split(QRegularExpression(u"[\\n\\r\u2028\u0085]"_s));
        for (QString line : lines) {
            if (line.contains(u"config.vm.define "_s) || line.contains(u"machine_name = "_s))
                line.remove(name);
            QVERIFY2(line.trimmed().startsWith(u'#') || !line.contains(u"injected"_s), qPrintable(line));
        }
        QVERIFY(file.content.startsWith("# ") && !lines[1].contains(u"injected"_s)); // no directive of theirs
    }
    const auto plan = QJsonDocument::fromJson(contentOf(files, u"plan.json"_s));
    QCOMPARE(plan["name"_L1].toString(), session.plan.name);
    QVERIFY(!contentOf(files, u"README.md"_s).contains("<b>"));

    Unpacked bundle(session);
    bundle.put(u"sysbench"_s, "#!/bin/sh\n[ \"$1\" != --version ] || echo sysbench 1.0.20\n");
    bundle.set(u"SYSBENCH"_s, bundle.path(u"sysbench"_s));
    for (const BundleFile& file : files) {
        if (!file.path.endsWith(u".sh"_s) || file.path == "provision.sh"_L1)
            continue;
        QCOMPARE(bundle.run(file.path, {u"dash"_s, u"-n"_s}), 0);
        QVERIFY2(bundle.run(file.path) == 0, bundle.errors);
        QVERIFY2(bundle.errors.contains("Left out: ") == (file.path != "benchmarkmutex.sh"_L1), bundle.errors);
        QVERIFY2(!QFileInfo::exists(mark), qPrintable(file.path));
    }
    // Whatever the id is, what Docker gets is a name and a tag.
    const QList<QStringList> calls = bundle.dockerCalls();
    QCOMPARE(calls.size(), 6);
    for (const QStringList& call : calls) {
        if (call.first() == "build"_L1)
            QVERIFY2(QRegularExpression(u"\\Abenchvisor-bundle:[A-Za-z0-9._-]{1,128}\\z"_s).match(call[4]).hasMatch(),
                     qPrintable(call.join(u' ')));
        QVERIFY(!call.contains(u"-v"_s));
    }
    QCOMPARE(bundle.leftInFolder(), QStringList());
}

QTEST_GUILESS_MAIN(TestBundleHostile)
#include "tst_bundle_hostile.moc"
