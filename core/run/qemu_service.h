#pragma once

#include "base/result.h"
#include "plan/plan.h"
#include "target/qemu/offers.h"

#include <QFuture>
#include <QHash>
#include <QObject>
#include <QSet>
#include <optional>

namespace bv {

class Engine;

/// What the QEMU programs of this machine offer, for the window: asked for once per architecture, done on the engine's
/// thread, answered by a signal on the caller's. The engine must live longer.
class QemuService : public QObject
{
    Q_OBJECT
public:
    explicit QemuService(Engine& engine, QObject* parent = nullptr);

    /// Asks, unless that was done; answered() will come. Not while the engine measures, which it would disturb.
    void ask(const QString& arch);
    /// Nothing while there is no answer.
    std::optional<Result<QemuOffers>> offers(const QString& arch) const;

    /// The path of the firmware that a VM of these settings starts from, empty where it is QEMU's own; the errors of
    /// resolveFirmware(). Looked for on the pool.
    QFuture<Result<QString>> firmware(const QemuSettings& settings) const;

signals:
    void answered(const QString& arch);

private:
    Engine& m_engine;
    QHash<QString, Result<QemuOffers>> m_answers;
    QSet<QString> m_asked;
};

} // namespace bv
