#pragma once

#include "target/target.h"

namespace bv {

/// This machine itself, without limits.
class HostTarget final : public Target
{
    Q_OBJECT
public:
    HostTarget(TargetSettings settings, TargetContext context);

    Async<> open(std::stop_token stop) override;
    Task<> close() override;
    Async<> pause(std::stop_token stop) override;
    Async<> resume(std::stop_token stop) override;
    Task<ExecOutcome> exec(ExecSpec spec, std::stop_token stop, OutputHandler onOutput) override;
    Async<QString> prepareFileFolder(std::stop_token stop) override;
    Task<QStringList> dropPageCache(QString folder, std::stop_token stop) override;
    UsageCounters usage() override;
    QString sysbench() const override { return m_context.tools.sysbench; }
    QStringList commandFor(const ExecSpec& spec) const override { return spec.argv; }
    bool isOpen() const override { return m_open; }

private:
    bool m_open = false;
    qint64 m_pid = 0;    ///< of the running command
    CpuTimes m_endedCpu; ///< of the commands that have ended
    QString m_diskDevice;
};

} // namespace bv
