#include "run/qemu_service.h"

#include "run/engine.h"
#include "run/engine_worker.h"
#include "run/relay.h"
#include "target/qemu/firmware.h"

#include <QStandardPaths>
#include <QtConcurrentRun>

namespace bv {

namespace {

using Answer = std::function<void(const Result<QemuOffers>&)>;

Task<> askAndAnswer(QString program, Answer answer, std::stop_token stop)
{
    const auto offers = co_await askQemuOffers(program, stop);
    answer(offers);
}

Result<QString> firmwarePath(const QemuSettings& settings, const QString& program)
{
    const QString absolute = QStandardPaths::findExecutable(program);
    const auto found = resolveFirmware(settings, FirmwarePlaces::ofThisMachine(absolute));
    if (!found)
        return found.error();
    return found->code.isEmpty() ? found->bios : found->code;
}

} // namespace

QemuService::QemuService(Engine& engine, QObject* parent)
    : QObject(parent)
    , m_engine(engine)
{
}

std::optional<Result<QemuOffers>> QemuService::offers(const QString& arch) const
{
    const auto answer = m_answers.constFind(arch);
    return answer == m_answers.cend() ? std::nullopt : std::optional(*answer);
}

QFuture<Result<QString>> QemuService::firmware(const QemuSettings& settings) const
{
    return QtConcurrent::run(firmwarePath, settings, m_engine.settings().tools.qemuFor(settings.arch));
}

void QemuService::ask(const QString& arch)
{
    if (m_asked.contains(arch) || m_engine.isRunning())
        return;
    m_asked.insert(arch);
    const Answer answer = relay(m_engine, this, [arch](QemuService& self, const Result<QemuOffers>& offers) {
        self.m_answers.insert(arch, offers);
        emit self.answered(arch);
    });
    const QString program = m_engine.settings().tools.qemuFor(arch);
    m_engine.worker().post(
        [program, answer](std::stop_token stop) { return askAndAnswer(program, answer, std::move(stop)); });
}

} // namespace bv
