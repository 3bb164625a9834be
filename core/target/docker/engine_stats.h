#pragma once

#include "machine/usage.h"
#include "process/process.h"

#include <QObject>
#include <memory>
#include <optional>

namespace bv {

/// CPU time of a container on an engine whose control groups this machine cannot see: streamed, a figure a second, from
/// the engine's interface (GET /containers/NAME/stats) through the client's own connection (`docker system
/// dial-stdio`), so that contexts, ssh and TLS work as the user has set them up. Engine thread.
class EngineStats : public QObject
{
    Q_OBJECT
public:
    EngineStats(QString program, QString container, QObject* parent = nullptr);

    void start();
    void stop();
    /// The last figure; nothing before the first.
    const std::optional<CpuTimes>& cpu() const { return m_cpu; }
    /// The engine's clock at that figure, seconds.
    double atS() const { return m_atS; }

private:
    void take(const QByteArray& chunk);
    void takeLine(const QByteArray& line);

    QString m_program;
    QString m_container;
    std::unique_ptr<LocalProcess> m_process;
    QByteArray m_buffer;
    std::optional<CpuTimes> m_cpu;
    double m_atS = 0;
};

} // namespace bv
