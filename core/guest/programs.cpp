#include "guest/programs.h"

#include "guest/architecture.h"
#include "guest/elf.h"
#include "process/process.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QStandardPaths>
#include <algorithm>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::Guest)
};

ProcessSpec querySpec(const QString& program, const QStringList& arguments)
{
    ProcessSpec spec(program, arguments);
    spec.timeout = std::chrono::seconds(15);
    // What the user preloads into programs here is no part of the guest.
    spec.environment.emplaceBack(u"LC_ALL"_s, u"C"_s);
    spec.environment.emplaceBack(u"LD_PRELOAD"_s, QString());
    return spec;
}

QString busyboxMend()
{
    return Text::tr("Install the package busybox-static.");
}

Result<ElfProgram> readNativeProgram(const QString& path)
{
    Result<ElfProgram> program = readElfProgram(path);
    if (!program) // what is installed is not to be used: nothing that the user wrote is wrong
        return Error(Error::Code::NotReady, program.error().message, program.error().detail);
    const auto native = guestArchitecture(nativeArchitecture());
    if (native && program->machine != native->elfMachine) {
        return Error(Error::Code::NotReady,
                     Text::tr("%1 is not a program for %2; the guest is one.").arg(path, native->name));
    }
    return program;
}

} // namespace

QString findProgram(const QString& name, const QString& override)
{
    if (!override.isEmpty()) {
        const QFileInfo file(override);
        return file.isFile() ? file.absoluteFilePath() : QString();
    }
    const QString inPath = QStandardPaths::findExecutable(name);
    if (!inPath.isEmpty())
        return inPath;
    return QStandardPaths::findExecutable(name, {u"/usr/sbin"_s, u"/sbin"_s, u"/usr/local/sbin"_s});
}

Result<QMap<QString, QString>> parseLibraryList(const QByteArray& output)
{
    QMap<QString, QString> libraries;
    const QList<QByteArray> lines = output.split('\n');
    for (const QByteArray& line : lines) {
        // "\tlibm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x…)", "\t/lib64/ld-linux-x86-64.so.2 (0x…)",
        // "\tlinux-vdso.so.1 (0x…)"
        const QString text = QString::fromUtf8(line).trimmed();
        if (text.contains("not found"_L1)) {
            return Error(Error::Code::NotReady, Text::tr("the library %1 is missing").arg(text.section(u' ', 0, 0)),
                         text);
        }
        QString path = text.contains("=> "_L1) ? text.section(u"=> "_s, 1) : text;
        path = path.section(u" (0x"_s, 0, 0);
        const QString name = text.contains("=> "_L1) ? text.section(u" =>"_s, 0, 0) : path;
        if (path.startsWith(u'/'))
            libraries.insert(name.section(u'/', -1), path);
    }
    return libraries;
}

Async<GuestProgram> inspectProgram(QString name, QString path, QStringList versionArguments, std::stop_token stop)
{
    GuestProgram program;
    program.name = name;
    program.path = path;
    const Result<ElfProgram> elf = readNativeProgram(path);
    if (!elf)
        co_return elf.error();

    const ProcessSpec versionSpec = querySpec(path, versionArguments);
    const ProcessOutcome version = co_await runProcess(versionSpec, stop);
    if (!version.ok())
        co_return version.toError(Text::tr("%1 does not run").arg(path));
    const QByteArray said = version.output.trimmed().isEmpty() ? version.errorOutput : version.output;
    program.version = QString::fromUtf8(said.trimmed().split('\n').first()).trimmed();

    if (elf->interpreter.isEmpty())
        co_return program;
    const QStringList listArguments{u"--list"_s, path};
    const ProcessSpec listSpec = querySpec(elf->interpreter, listArguments);
    const ProcessOutcome list = co_await runProcess(listSpec, stop);
    if (list.kind != ProcessOutcome::Kind::Exited)
        co_return list.toError(Text::tr("The libraries of %1 cannot be listed").arg(path));
    Result<QMap<QString, QString>> libraries = parseLibraryList(list.output + list.errorOutput);
    if (!libraries) {
        co_return Error(libraries.error().code,
                        Text::tr("%1 cannot run: %2. Install its package again.").arg(path, libraries.error().message),
                        libraries.error().detail);
    }
    if (!list.ok())
        co_return list.toError(Text::tr("The libraries of %1 cannot be listed").arg(path));
    program.libraries = *std::move(libraries);
    // The kernel looks for the loader under the name in the program.
    program.libraries.insert(elf->interpreter.section(u'/', -1), elf->interpreter);
    co_return program;
}

Async<QStringList> inspectBusybox(QString path, std::stop_token stop)
{
    const Result<ElfProgram> elf = readNativeProgram(path);
    if (!elf)
        co_return elf.error();
    if (!elf->interpreter.isEmpty()) {
        co_return Error(Error::Code::NotReady,
                        Text::tr("%1 is not static, so it does not run in the guest. %2").arg(path, busyboxMend()));
    }
    const QStringList arguments(u"--list"_s);
    const ProcessSpec spec = querySpec(path, arguments);
    const ProcessOutcome outcome = co_await runProcess(spec, stop);
    if (!outcome.ok())
        co_return outcome.toError(Text::tr("%1 does not run").arg(path));
    QStringList applets = QString::fromUtf8(outcome.output).split(u'\n', Qt::SkipEmptyParts);
    applets.sort();
    if (const Result<> complete = checkApplets(path, applets); !complete)
        co_return complete.error();
    co_return applets;
}

Result<> checkApplets(const QString& path, const QStringList& applets)
{
    const QStringList needed{u"cat"_s,      u"df"_s,    u"halt"_s,  u"ln"_s,       u"mkdir"_s,
                             u"modprobe"_s, u"mount"_s, u"nproc"_s, u"poweroff"_s, u"reboot"_s,
                             u"rm"_s,       u"sh"_s,    u"sleep"_s, u"sync"_s,     u"umount"_s};
    QStringList missing;
    std::copy_if(needed.begin(), needed.end(), std::back_inserter(missing),
                 [&applets](const QString& name) { return !applets.contains(name); });
    if (missing.isEmpty())
        return Unit();
    return Error(Error::Code::NotReady, Text::tr("%1 lacks %2. %3").arg(path, missing.join(u", "_s), busyboxMend()));
}

} // namespace bv
