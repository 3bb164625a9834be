#include "support/e2e_plan.h"
#include "support/e2e_program.h"

using namespace Qt::StringLiterals;
using namespace bv::e2e;

namespace {

/// A shell as somebody sits at it; what it and its children say is read by prompts, errors and all.
class Shell
{
public:
    Shell(const World& world, const QStringList& argv)
    {
        m_process.setProcessEnvironment(world.environment());
        m_process.setWorkingDirectory(world.home());
        m_process.setProcessChannelMode(QProcess::MergedChannels);
        m_process.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
        m_process.start(argv.first(), argv.mid(1));
        m_process.waitForStarted();
    }
    void paste(const QStringList& lines) { m_process.write(lines.join(u'\n').toUtf8() + '\n'); }
    bool finish()
    {
        m_process.closeWriteChannel();
        const bool ended = m_process.waitForFinished(120'000);
        m_words += m_process.readAll();
        return ended;
    }
    const QByteArray& words() const { return m_words; }

private:
    QProcess m_process;
    QByteArray m_words;
};

/// Containers, volumes and folders that pasted commands made.
QStringList manualLeftovers(const World& world)
{
    QStringList found = QDir(world.workDir() + u"/.."_s).entryList({u"benchvisor-manual-*"_s});
    for (const QStringList& list : {QStringList{u"ps"_s, u"--all"_s, u"--format"_s, u"{{.Names}}"_s},
                                    QStringList{u"volume"_s, u"ls"_s, u"--format"_s, u"{{.Name}}"_s}}) {
        const QStringList names = QString::fromUtf8(world.docker(list).output).split(u'\n');
        for (const QString& name : names) {
            if (name.startsWith(u"benchvisor-manual-"_s) && name.endsWith(world.targetId({})))
                found << name;
        }
    }
    return found;
}

} // namespace

/// The lines of `benchvisor commands`, pasted into a shell, measure, and what the shell then shows can be parsed.
class TestPastedCommands : public QObject
{
    Q_OBJECT
private slots:
    void runInAShell_data();
    void runInAShell();
    void endWhenSomethingFails();
};

void TestPastedCommands::runInAShell_data()
{
    QTest::addColumn<QStringList>("argv");
    QTest::newRow("bash") << QStringList{u"bash"_s, u"--norc"_s, u"-i"_s};
    QTest::newRow("dash") << QStringList{u"dash"_s, u"-i"_s};
}

void TestPastedCommands::runInAShell()
{
    QFETCH(QStringList, argv);
    World world;
    const QString problem = world.prepare();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    const QJsonObject disk{{u"disk"_s, QJsonObject{{u"size_gib"_s, 0.25}, {u"format"_s, u"qcow2"_s}}}};
    const QString plan = planFile(
        world, {hostTarget(), dockerTarget(), dockerTarget({{u"storage"_s, u"tmpfs"_s}}, u"ram"_s), qemuTarget(disk)},
        {cpuSuite(1), fileSuite(u"rndwr"_s, u"16M"_s, 1), fileSuite(u"seqrd"_s, u"32M"_s, 1)}, {{u"repeats"_s, 3}});
    const Said said = world.benchvisor({u"commands"_s, u"--plan"_s, plan});
    QVERIFY2(said.status == 0, said.errors);

    Shell shell(world, argv);
    shell.paste(QString::fromUtf8(said.output).split(u'\n', Qt::SkipEmptyParts));
    shell.paste({u"echo; echo all-pasted"_s});
    QVERIFY2(shell.finish(), shell.words().right(900));
    const QByteArray words = shell.words().right(900);
    QVERIFY2(shell.words().contains("\nall-pasted\n"), words);
    QVERIFY2(!shell.words().contains("No such file") && !shell.words().contains("not found"), words);

    QFile file(world.file(u"shown.txt"_s));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(shell.words()) > 0);
    file.close();
    const Said parsed = world.benchvisor({u"parse"_s, u"--json"_s, file.fileName()});
    QVERIFY2(parsed.status == 0, parsed.errors);
    const QList<QJsonObject> runs = objectsOf(QJsonDocument::fromJson(parsed.output).array());
    QStringList tests;
    for (const QJsonObject& run : runs) {
        QVERIFY2(run["complete"_L1].toBool() && run["error"_L1].toString().isEmpty(), QJsonDocument(run).toJson());
        QVERIFY(run["metrics"_L1]["total_time_s"_L1].toDouble() > 0.9);
        tests << run["test"_L1].toString() + run["mode"_L1].toString();
    }
    // each once for the host, both containers and the VM, whatever the number of repeats
    const QStringList once{u"cpu"_s, u"fileiorndwr"_s, u"fileioseqrd"_s};
    QCOMPARE(tests, once + once + once + once);
    BV_NOTHING_LEFT(world);
    QCOMPARE(manualLeftovers(world), QStringList());
}

/// What was made goes, and nobody waits for a guest that will not come.
void TestPastedCommands::endWhenSomethingFails()
{
    World world;
    const QString problem = world.prepare();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    const QString plan =
        planFile(world, {dockerTarget(), qemuTarget({{u"extra_args"_s, QJsonArray{u"-no-such-option"_s}}})},
                 {fileSuite(u"rndwr"_s, u"16M"_s, 1)});
    const Said said = world.benchvisor({u"commands"_s, u"--plan"_s, plan});
    QVERIFY2(said.status == 0, said.errors);
    QString text = QString::fromUtf8(said.output);
    text.replace(u"--file-test-mode=rndwr"_s, u"--file-test-mode=nonsense"_s);
    Shell shell(world, {u"dash"_s});
    shell.paste(text.split(u'\n', Qt::SkipEmptyParts));
    QVERIFY2(shell.finish(), shell.words().right(900));
    QVERIFY2(shell.words().contains("nonsense") && shell.words().contains("-no-such-option: invalid option"),
             shell.words().right(900));
    BV_NOTHING_LEFT(world);
    QCOMPARE(manualLeftovers(world), QStringList());
}

QTEST_GUILESS_MAIN(TestPastedCommands)
#include "tst_pasted_commands.moc"
