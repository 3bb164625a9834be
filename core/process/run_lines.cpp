#include "process/run_lines.h"

#include "async/one_shot.h"

#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

/// More without a line end is no line.
constexpr qsizetype longestLine = 64 * 1024;

} // namespace

void LineSplitter::take(const QByteArray& chunk)
{
    m_rest += chunk;
    qsizetype begin = 0;
    for (qsizetype i = 0; i < m_rest.size(); ++i) {
        if (m_rest[i] != '\n' && m_rest[i] != '\r')
            continue;
        say(m_rest.mid(begin, i - begin));
        begin = i + 1;
    }
    m_rest.remove(0, begin);
    if (m_rest.size() > longestLine)
        finish();
}

void LineSplitter::finish()
{
    say(std::exchange(m_rest, QByteArray()));
}

void LineSplitter::say(const QByteArray& line)
{
    static const QRegularExpression escapes(u"\x1b\\[[0-9;?]*[A-Za-z]"_s);
    QString text = QString::fromUtf8(line).remove(escapes).trimmed();
    for (QChar& c : text) { // what a terminal would take for a command
        if (c.category() == QChar::Other_Control && c != u'\t')
            c = u'?';
    }
    if (!text.isEmpty())
        m_line(text);
}

Task<ProcessOutcome> runLines(ProcessSpec spec, std::stop_token stop, LineHandler line)
{
    LineSplitter output(line);
    LineSplitter errors(line);
    // The frame owns the process: it cannot die while it is awaited.
    LocalProcess process(std::move(spec));
    QObject::connect(&process, &LocalProcess::outputArrived, &process,
                     [&output](const QByteArray& chunk) { output.take(chunk); });
    QObject::connect(&process, &LocalProcess::errorOutputArrived, &process,
                     [&errors](const QByteArray& chunk) { errors.take(chunk); });
    OneShot<bool> ended;
    QObject::connect(&process, &LocalProcess::done, ended.context(), [ended] { ended.resolve(true); });
    const ResolveOnStop<bool> endOnStop(stop, ended, false);
    process.start();
    const bool finished = co_await ended.wait();
    if (!finished) {
        process.cancel();
        co_await awaitDone(process);
    }
    output.finish();
    errors.finish();
    co_return *process.outcome();
}

} // namespace bv
