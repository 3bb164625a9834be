#pragma once

#include "process/process.h"

#include <functional>

namespace bv {

/// Receives what a process says, line by line: without line ends, colours and blanks around it; never empty.
using LineHandler = std::function<void(const QString& line)>;

/// Makes lines of what arrives in pieces. A carriage return ends a line as well: progress is drawn over itself by it.
class LineSplitter
{
public:
    explicit LineSplitter(LineHandler line)
        : m_line(std::move(line))
    {
    }
    void take(const QByteArray& chunk);
    /// What came after the last line end is a line, too.
    void finish();

private:
    void say(const QByteArray& line);

    LineHandler m_line;
    QByteArray m_rest;
};

/// As runProcess(), with the lines of stdout and of stderr as they come. Engine thread.
Task<ProcessOutcome> runLines(ProcessSpec spec, std::stop_token stop, LineHandler line);

} // namespace bv
