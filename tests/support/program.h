#pragma once

#include "support/fake_machine.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QProcess>
#include <QProcessEnvironment>

namespace bv {

/// How a run of the built program ended.
struct ProgramResult
{
    int status = -1; ///< 128 + signal for a crash
    QByteArray out;
    QByteArray err;

    QJsonDocument json() const { return QJsonDocument::fromJson(out); }
    /// Of `sessions list --json`: without the one that ships with the program.
    QJsonArray ownSessions() const
    {
        QJsonArray own;
        const QJsonArray all = json().array();
        for (const QJsonValue& session : all) {
            if (!session["read_only"_L1].toBool())
                own.append(session);
        }
        return own;
    }
    QByteArray story() const { return QByteArray::number(status) + '\n' + out + "\n--\n" + err; }
};

/// `benchvisor` with folders and programs of a fake machine.
class Program
{
public:
    explicit Program(const FakeMachine& machine)
        : m_machine(machine)
    {
    }

    void prepare(QProcess& process, const QStringList& arguments) const
    {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(u"XDG_CONFIG_HOME"_s, m_machine.configHome());
        environment.insert(u"XDG_DATA_HOME"_s, m_machine.path(u"data"_s));
        environment.insert(u"XDG_STATE_HOME"_s, m_machine.path(u"statehome"_s));
        environment.insert(u"XDG_CACHE_HOME"_s, m_machine.path(u"cache"_s));
        environment.insert(u"XDG_RUNTIME_DIR"_s, m_machine.path(u"run"_s));
        environment.insert(u"HOME"_s, m_machine.path());
        environment.insert(u"LC_ALL"_s, u"C.UTF-8"_s);
        environment.remove(u"DISPLAY"_s);
        environment.remove(u"WAYLAND_DISPLAY"_s);
        process.setProcessEnvironment(environment);
        process.setWorkingDirectory(m_machine.path());
        process.setProgram(QStringLiteral(BV_PROGRAM));
        process.setArguments(arguments);
    }

    ProgramResult run(const QStringList& arguments, const QByteArray& input = {}) const
    {
        QProcess process;
        prepare(process, arguments);
        process.start();
        process.write(input);
        process.closeWriteChannel();
        return finish(process);
    }

    static ProgramResult finish(QProcess& process)
    {
        ProgramResult result;
        if (!process.waitForFinished(60000)) {
            process.kill();
            process.waitForFinished();
            result.err = "it did not end\n";
        }
        result.status = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : 128 + process.exitCode();
        result.out = process.readAllStandardOutput();
        result.err += process.readAllStandardError();
        return result;
    }

private:
    const FakeMachine& m_machine;
};

} // namespace bv
