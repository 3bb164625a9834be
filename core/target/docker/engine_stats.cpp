#include "target/docker/engine_stats.h"

#include <QDateTime>
#include <QJsonDocument>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace bv {

EngineStats::EngineStats(QString program, QString container, QObject* parent)
    : QObject(parent)
    , m_program(std::move(program))
    , m_container(std::move(container))
{
}

void EngineStats::start()
{
    ProcessSpec spec(m_program, {u"system"_s, u"dial-stdio"_s});
    spec.keepStdinOpen = true;
    spec.captureLimit = 4096;
    m_buffer.clear();
    m_cpu.reset();
    m_process = std::make_unique<LocalProcess>(spec);
    connect(m_process.get(), &LocalProcess::outputArrived, this, &EngineStats::take);
    m_process->start();
    // HTTP/1.0, so that the answer is not chunked: after the header, one JSON object a line.
    m_process->write("GET /containers/" + m_container.toUtf8() +
                     "/stats?stream=true HTTP/1.0\r\nHost: docker\r\nConnection: close\r\n\r\n");
}

void EngineStats::stop()
{
    if (m_process && m_process->isRunning()) {
        // Ends by itself soon after; kept until then.
        LocalProcess* process = m_process.release();
        process->disconnect(this);
        connect(process, &LocalProcess::done, process, &QObject::deleteLater);
        process->kill();
    }
    m_process.reset();
}

void EngineStats::take(const QByteArray& chunk)
{
    m_buffer += chunk;
    qsizetype newline = 0;
    while ((newline = m_buffer.indexOf('\n')) >= 0) {
        takeLine(m_buffer.left(newline));
        m_buffer.remove(0, newline + 1);
    }
    if (m_buffer.size() > 1 << 20)
        m_buffer.clear();
}

void EngineStats::takeLine(const QByteArray& line)
{
    if (!line.startsWith('{'))
        return; // header
    const QJsonObject json = QJsonDocument::fromJson(line).object();
    const QJsonObject usage = json["cpu_stats"_L1]["cpu_usage"_L1].toObject();
    const QDateTime read = QDateTime::fromString(json["read"_L1].toString(), Qt::ISODateWithMs);
    if (usage.isEmpty() || !read.isValid())
        return;
    CpuTimes times;
    times.userS = usage["usage_in_usermode"_L1].toDouble() * 1e-9;
    times.systemS = usage["usage_in_kernelmode"_L1].toDouble() * 1e-9;
    m_cpu = times;
    m_atS = static_cast<double>(read.toMSecsSinceEpoch()) * 1e-3;
}

} // namespace bv
