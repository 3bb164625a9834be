#include "support/e2e_plan.h"
#include "support/e2e_program.h"

#include <QLocalSocket>

using namespace Qt::StringLiterals;
using namespace bv::e2e;

namespace {

/// A shell as somebody sits at it; what it and its children say is read by prompts, errors and all.
class Shell
{
public:
    explicit Shell(const World& world)
    {
        m_process.setProcessEnvironment(world.environment());
        m_process.setWorkingDirectory(world.home());
        m_process.setProcessChannelMode(QProcess::MergedChannels);
        m_process.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
        m_process.start(u"bash"_s, {u"--norc"_s, u"-i"_s});
        m_process.waitForStarted();
    }
    void paste(const QStringList& lines) { m_process.write(lines.join(u'\n').toUtf8() + '\n'); }
    /// Waits until it has said the word on a line of its own.
    bool waitFor(const QByteArray& word, int timeoutMs)
    {
        QElapsedTimer clock;
        clock.start();
        while (!m_words.contains('\n' + word + '\n') && clock.elapsed() < timeoutMs) {
            m_process.waitForReadyRead(100);
            m_words += m_process.readAll();
        }
        return m_words.contains('\n' + word + '\n');
    }
    bool finish()
    {
        m_process.closeWriteChannel();
        const bool ended = m_process.waitForFinished(30'000);
        m_words += m_process.readAll();
        return ended;
    }
    const QByteArray& words() const { return m_words; }

private:
    QProcess m_process;
    QByteArray m_words;
};

/// Asks the guest's agent until it answers.
bool guestAnswers(const QString& path, int timeoutMs)
{
    QElapsedTimer clock;
    clock.start();
    QLocalSocket socket;
    while (socket.state() != QLocalSocket::ConnectedState && clock.elapsed() < timeoutMs) {
        socket.connectToServer(path);
        if (!socket.waitForConnected(100))
            QTest::qWait(50);
    }
    socket.write("{\"execute\":\"guest-ping\"}\n");
    QByteArray answer;
    while (!answer.contains("\"return\"") && clock.elapsed() < timeoutMs) {
        socket.waitForReadyRead(100);
        answer += socket.readAll();
    }
    return answer.contains("\"return\"");
}

} // namespace

/// The lines of `benchvisor commands`, pasted into a shell, measure, and what the shell then shows can be parsed.
class TestPastedCommands : public QObject
{
    Q_OBJECT
private slots:
    void runInAShell();
};

void TestPastedCommands::runInAShell()
{
    World world;
    const QString problem = world.prepare();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
    world.setVariable(u"TMPDIR"_s, world.file(u"t"_s)); // sockets and disks go there
    QVERIFY(QDir().mkpath(world.file(u"t"_s)));
    const QJsonObject disk{{u"disk"_s, QJsonObject{{u"size_gib"_s, 0.25}, {u"format"_s, u"qcow2"_s}}}};
    const QString plan = planFile(
        world, {hostTarget(), dockerTarget(), dockerTarget({{u"storage"_s, u"tmpfs"_s}}, u"ram"_s), qemuTarget(disk)},
        {cpuSuite(1), fileSuite(u"rndwr"_s, u"16M"_s, 1), fileSuite(u"seqrd"_s, u"16M"_s, 1)}, {{u"repeats"_s, 3}});
    const Said said = world.benchvisor({u"commands"_s, u"--plan"_s, plan});
    QVERIFY2(said.status == 0, said.errors);
    const QStringList lines = QString::fromUtf8(said.output).split(u'\n', Qt::SkipEmptyParts);
    const qsizetype end = lines.lastIndexOf(u"kill %%"_s);
    QVERIFY(end > 0);

    Shell shell(world);
    shell.paste(lines.mid(0, end));
    shell.paste({u"echo; echo all-pasted"_s});
    const bool pasted = shell.waitFor("all-pasted", 60'000);
    const QString folder = world.file(u"t/benchvisor-manual"_s);
    const bool booted = pasted && guestAnswers(folder + "/qga"_L1, 60'000);
    const bool diskThere = QFileInfo::exists(folder + u'/' + world.targetId(u"qemu"_s) + ".qcow2"_L1);
    shell.paste(lines.mid(end));
    const bool ended = shell.finish();
    const QByteArray words = shell.words().right(900);
    QVERIFY2(pasted && booted && diskThere && ended, words);
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
    // each once for host and containers, whatever the number of repeats
    const QStringList once{u"cpu"_s, u"fileiorndwr"_s, u"fileioseqrd"_s};
    QCOMPARE(tests, once + once + once);
    BV_NOTHING_LEFT(world);
    QVERIFY2(!QFileInfo::exists(folder), "nothing is left in the folder for temporary files");
}

QTEST_GUILESS_MAIN(TestPastedCommands)
#include "tst_pasted_commands.moc"
