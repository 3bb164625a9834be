#pragma once

#include "support/e2e_world.h"

#include <QElapsedTimer>
#include <QRegularExpression>

namespace bv::e2e {

/// Benchvisor as a user starts it, with what it says as it says it. Killed when it goes out of scope.
class Program
{
public:
    Program(const World& world, const QStringList& arguments)
    {
        m_process.setProcessEnvironment(world.environment());
        m_process.setWorkingDirectory(world.home());
        m_process.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
        m_clock.start();
        m_process.start(World::program(), arguments);
        m_process.waitForStarted();
    }
    ~Program()
    {
        if (isRunning()) {
            m_process.kill();
            m_process.waitForFinished(5000);
        }
    }
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    qint64 pid() const { return m_process.processId(); }
    bool isRunning() const { return m_process.state() != QProcess::NotRunning; }
    void signal(int number)
    {
        const auto pid = static_cast<pid_t>(m_process.processId());
        if (pid > 0) // 0 is the test itself and all its relatives
            ::kill(pid, number);
    }

    /// Takes in what it says for so long, or until it ends.
    void listen(int milliseconds)
    {
        QElapsedTimer clock;
        clock.start();
        while (isRunning() && clock.elapsed() < milliseconds)
            take(milliseconds - static_cast<int>(clock.elapsed()));
        take(0);
    }
    /// Waits for a line on stderr that holds `text`, from the first line on; false when the program ended without it.
    bool waitFor(const QString& text, int timeoutMs = 60'000)
    {
        QElapsedTimer clock;
        clock.start();
        while (!said(text)) {
            if (!isRunning() || clock.elapsed() > timeoutMs)
                return false;
            take(50);
        }
        return true;
    }
    /// Waits for its end; false when it did not come in time. Then it is killed.
    bool finish(int timeoutMs = 120'000)
    {
        QElapsedTimer clock;
        clock.start();
        while (isRunning() && clock.elapsed() < timeoutMs)
            take(50);
        take(0);
        const bool ended = !isRunning();
        if (!ended) {
            m_process.kill();
            m_process.waitForFinished(5000);
        }
        m_seconds = static_cast<double>(m_clock.elapsed()) / 1000;
        return ended;
    }

    /// 128 + signal where it was ended by one.
    int status() const
    {
        return m_process.exitStatus() == QProcess::NormalExit ? m_process.exitCode() : 128 + m_process.exitCode();
    }
    double seconds() const { return m_seconds; }
    const QByteArray& output() const { return m_output; }
    /// The complete lines of stderr.
    QStringList lines() const
    {
        return QString::fromUtf8(m_errors.left(m_errors.lastIndexOf('\n') + 1)).split(u'\n', Qt::SkipEmptyParts);
    }
    bool said(const QString& text) const
    {
        const QStringList all = lines();
        return std::any_of(all.begin(), all.end(), [&text](const QString& line) { return line.contains(text); });
    }
    /// From "Session ID, n runs"; empty while there is none.
    QString sessionId() const
    {
        static const QRegularExpression sentence(u"^Session (\\S+), \\d+ runs"_s, QRegularExpression::MultilineOption);
        return sentence.match(QString::fromUtf8(m_errors)).captured(1);
    }
    /// All it said.
    QByteArray words() const { return m_errors + m_output; }

private:
    void take(int waitMs)
    {
        if (isRunning() && waitMs > 0)
            m_process.waitForReadyRead(waitMs);
        m_output += m_process.readAllStandardOutput();
        m_errors += m_process.readAllStandardError();
    }

    QProcess m_process;
    QElapsedTimer m_clock;
    QByteArray m_output;
    QByteArray m_errors;
    double m_seconds = 0;
};

} // namespace bv::e2e

/// Fails with everything the program said; not in the message, which Qt Test cuts.
#define BV_SAID(condition, program)                                                                                    \
    do {                                                                                                               \
        const bool bvHolds = static_cast<bool>(condition);                                                             \
        if (!bvHolds)                                                                                                  \
            qInfo("%s", (program).words().constData());                                                                \
        QVERIFY2(bvHolds, #condition);                                                                                 \
    } while (false)
