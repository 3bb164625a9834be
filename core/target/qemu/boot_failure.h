#pragma once

#include <QObject>
#include <QString>
#include <QTimer>

namespace bv {

/// What a guest's console says when it will never come up: a firmware that finds nothing to start, a boot loader or a
/// kernel that gave up. A sentence with what to do; empty while nothing of that kind is there. Pure.
QString bootFailureIn(const QString& console);

/// The last lines that people can read of a console: without its control sequences, at most `count`.
QString lastConsoleLines(const QString& console, int count);

/// Looks at what firmware and guest have written (the files console and firmware of a VM's folder) while it boots, so
/// that a boot that failed is told at once and not by a deadline. Engine thread.
class BootFailureWatch : public QObject
{
    Q_OBJECT
public:
    explicit BootFailureWatch(QString folder, QObject* parent = nullptr);

    /// The end of both files.
    QString console() const;

signals:
    /// Once.
    void failed(const QString& sentence);

private:
    void look();

    QString m_folder;
    QTimer m_timer;
};

} // namespace bv
