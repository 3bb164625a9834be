#pragma once

#include "system/environment_check.h"

#include <QObject>

namespace bv {

class Engine;

/// The environment check for the window: asked for at any time, done on the engine's thread, answered by a signal on
/// the caller's. Done by itself when a session has ended, which may have built the guest. The engine must live longer.
class EnvironmentMonitor : public QObject
{
    Q_OBJECT
public:
    explicit EnvironmentMonitor(Engine& engine, QObject* parent = nullptr);

    bool isChecking() const { return m_checking; }
    /// What the last check found; empty before the first.
    const QList<EnvironmentItem>& items() const { return m_items; }
    /// Begins a check; checked() will come. `fresh` tries KVM again (up to 8 s). Nothing happens while one is going
    /// on, nor while the engine measures, which a check would disturb: it may boot a guest.
    void check(bool fresh = false);
    bool canCheck() const;

signals:
    void checkingChanged(bool checking);
    /// canCheck() may have changed.
    void canCheckChanged();
    void checked();

private:
    Engine& m_engine;
    QList<EnvironmentItem> m_items;
    bool m_checking = false;
};

} // namespace bv
