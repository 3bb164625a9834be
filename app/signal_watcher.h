#pragma once

#include <QObject>
#include <QSocketNotifier>
#include <memory>

namespace bv {

/// Turns SIGINT, SIGTERM and SIGHUP into a Qt signal on the thread it was made on. One instance at a time.
class SignalWatcher : public QObject
{
    Q_OBJECT
public:
    explicit SignalWatcher(QObject* parent = nullptr);
    ~SignalWatcher() override;

signals:
    /// The number of the signal.
    void caught(int number);

private:
    std::unique_ptr<QSocketNotifier> m_notifier;
    int m_pipe[2] = {-1, -1};
};

} // namespace bv
