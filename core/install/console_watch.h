#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>

namespace bv {

/// Reads what an installer or cloud-init says on the serial console: how far it is, its last line, and whether it asks
/// something. Pure.
class ConsoleWatch
{
public:
    /// The next piece of what was said; escape sequences are taken out. True when it said something new.
    bool take(const QByteArray& piece);

    /// In words: "Installing the base system"; empty before the first that is known.
    const QString& phase() const { return m_phase; }
    /// 0…1, of the phases that are known; never goes back.
    double fraction() const { return m_fraction; }
    /// The last line that holds text.
    const QString& lastLine() const { return m_lastLine; }
    /// The last lines, for a report of what went wrong.
    const QStringList& tail() const { return m_tail; }
    /// What it asks and waits for an answer; empty where it does not.
    const QString& question() const { return m_question; }

private:
    void takeLine(const QString& line);

    QByteArray m_rest;
    QString m_phase;
    double m_fraction = 0;
    QString m_lastLine;
    QStringList m_tail;
    QString m_question;
};

} // namespace bv
