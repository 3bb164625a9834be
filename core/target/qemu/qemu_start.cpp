#include "base/shell_line.h"
#include "machine/page_cache.h"
#include "target/qemu/qemu_target.h"

#include <QCoreApplication>
#include <QCoroFuture>
#include <QFileInfo>
#include <QtConcurrentRun>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::QemuTarget)
};

} // namespace

Async<> QemuTarget::start(bool cold, std::stop_token stop)
{
    m_startReport = {};
    const auto assembled = co_await assemble(stop);
    if (!assembled)
        co_return assembled.error();
    QemuRuntime runtime = *assembled;
    runtime.watched = true;
    if (cold) {
        const QStringList files = startFiles();
        const QFuture<QString> future = QtConcurrent::run(dropFilesFromPageCache, files);
        const QString left = co_await future;
        if (!left.isEmpty())
            m_startReport.notes
                << Text::tr("Not all that the VM starts from was dropped from the page cache: %1").arg(left);
    }
    // Once: a start that hangs is a finding, not to be hidden by a second one.
    Result<> booted;
    if (isForeign()) {
        booted = co_await bootForeign(runtime, stop);
    } else {
        m_argv = qemuArgv(m_started, runtime);
        emit said(shellLine(m_argv));
        booted = co_await m_vm.boot(m_argv, m_context.socketDir, deadline(), stop);
    }
    m_startReport.command = m_argv;
    m_startReport.output = m_vm.consoleTail();
    if (!booted) {
        co_await close();
        co_return booted.error();
    }
    m_startReport.times = m_vm.bootTimes();
    const QString missing = m_vm.missingBootTimes();
    if (!missing.isEmpty())
        m_startReport.notes << missing;
    co_return Unit();
}

/// What this machine reads when the VM starts, but for QEMU itself.
QStringList QemuTarget::startFiles() const
{
    const QemuSettings& qemu = m_settings.qemu;
    QStringList files;
    for (const QString& file : {m_context.guest.kernel, m_context.guest.initrd, m_firmware.code, m_firmware.vars,
                                m_firmware.bios, qemu.iso, m_diskPath, m_baseDisk, qemu.disk.base}) {
        if (!file.isEmpty() && QFileInfo(file).isFile())
            files << file;
    }
    return files;
}

} // namespace bv
