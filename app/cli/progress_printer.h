#pragma once

#include <QString>

namespace bv::cli {

/// Progress on stderr: a bar that is drawn over itself on a terminal, else a line for each step.
class ProgressPrinter
{
public:
    ProgressPrinter();
    /// `fraction` of 0…1; negative: not known.
    void show(const QString& step, double fraction);
    /// Takes the bar away.
    void end();
    bool isTerminal() const { return m_isTerminal; }

private:
    bool m_isTerminal;
    bool m_isOpen = false;
};

} // namespace bv::cli
