#pragma once

#include "async/one_shot.h"
#include "target/docker/command_line.h"
#include "target/docker/container_engine.h"
#include "target/docker/engine_stats.h"
#include "target/target.h"

namespace bv {

/// A container of Docker or Podman.
class DockerTarget final : public Target
{
    Q_OBJECT
public:
    DockerTarget(TargetSettings settings, TargetContext context);

    Async<> open(std::stop_token stop) override;
    Async<> start(bool cold, std::stop_token stop) override;
    Task<> close() override;
    Async<> pause(std::stop_token stop) override;
    Async<> resume(std::stop_token stop) override;
    Task<ExecOutcome> exec(ExecSpec spec, std::stop_token stop, OutputHandler onOutput) override;
    Async<QString> prepareFileFolder(std::stop_token stop) override;
    Task<QStringList> dropPageCache(QString folder, std::stop_token stop) override;
    UsageCounters usage() override;
    QStringList commandFor(const ExecSpec& spec) const override;
    bool isOpen() const override { return m_container && m_container->isRunning(); }

    /// The name of the container of this session and target.
    static QString containerName(const QString& sessionId, const QString& targetId);

private:
    Async<ContainerRuntime> assemble(std::stop_token stop);
    Async<> createContainer(ContainerRuntime runtime, std::stop_token stop);
    Task<QString> dropImage(QString image, std::stop_token stop);
    Async<QString> resolveImage(std::stop_token stop);
    Async<QString> importBuiltin(QString reference, std::stop_token stop);
    Async<> startContainer(QStringList argv, std::stop_token stop);
    Async<> askProvenance(QStringList argv, QString image, std::stop_token stop);
    Task<> findCounters(std::stop_token stop);
    Task<> awaitMade();
    Task<bool> containerEndsSoon(std::chrono::milliseconds patience);
    Task<QString> askWhyGone(std::stop_token stop);
    void checkLimits();
    void warn(const QString& sentence);

    ContainerEngine m_engine;
    EngineInfo m_info;
    QString m_name;
    QString m_volume;
    bool m_volumeMade = false;
    bool m_paused = false;
    bool m_creating = false; ///< the engine was told to make a container and has not said that it is there
    bool m_created = false;  ///< it was made without being started at once
    bool m_ready = false;    ///< the container's first process has spoken
    std::unique_ptr<LocalProcess> m_container; ///< the client that holds the container's stdin
    std::unique_ptr<EngineStats> m_stats;      ///< for an engine elsewhere
    QString m_cpuStatFile;
    QString m_diskDevice;
};

} // namespace bv
