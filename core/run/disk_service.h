#pragma once

#include "base/result.h"
#include "disk/disk_image.h"
#include "disk/disk_tool.h"

#include <QObject>
#include <QStringList>
#include <functional>
#include <stop_token>

namespace bv {

class Engine;

/// Disk images for the window: one piece of work at a time, done on the engine's thread, answered by signals on the
/// caller's. The engine must live longer.
class DiskService : public QObject
{
    Q_OBJECT
public:
    explicit DiskService(Engine& engine, QObject* parent = nullptr);
    /// Cancels what is being done.
    ~DiskService() override;

    /// Asks what the file is; looked() will come, also while something else is done.
    void look(const QString& path);

    // Each begins its work and gives true, and ended() will come. False, and nothing happens, while another one goes
    // on, and while the engine measures, which it would disturb.

    bool create(const NewDisk& disk);
    bool check(const QString& path, const QString& keyFile, DiskRepair repair);
    bool convert(const DiskConversion& conversion);
    bool remove(const QString& path);
    /// Nothing half-made stays; ended() comes with Cancelled.
    void cancel() { m_stop.request_stop(); }

    bool isBusy() const { return m_busy; }
    bool isMeasuring() const;

    /// What was done, in sentences; `error` is Unset when it was done.
    struct Outcome
    {
        QStringList sentences;
        bool wellDone = true; ///< false: something is wrong with the disk, which the sentences say
        Error error;

        Outcome() = default;
        explicit Outcome(Error e)
            : error(std::move(e))
        {
        }
    };

signals:
    /// Of the last look().
    void looked(const QString& path, const bv::Result<bv::DiskImage>& image);
    void measuringChanged();
    void busyChanged(bool busy);
    /// 0…1, of a conversion.
    void progressed(double fraction);
    void ended(const QString& path, const bv::DiskService::Outcome& outcome);

private:
    using Work = std::function<Task<Outcome>(DiskTool tool, DiskProgress progress, std::stop_token stop)>;
    bool begin(const QString& path, Work work);

    Engine& m_engine;
    std::stop_source m_stop;
    bool m_busy = false;
};

} // namespace bv
