#include "cli/progress_printer.h"

#include <cstdio>
#include <unistd.h>
#include <utility>

using namespace Qt::StringLiterals;

namespace bv::cli {

namespace {

void print(const QString& text)
{
    std::fputs(text.toLocal8Bit().constData(), stderr);
    std::fflush(stderr);
}

} // namespace

ProgressPrinter::ProgressPrinter()
    : m_isTerminal(::isatty(STDERR_FILENO) == 1)
{
}

void ProgressPrinter::show(const QString& step, double fraction)
{
    constexpr int Width = 24;
    if (!m_isTerminal) {
        print(fraction < 0 ? step + u'\n' : u"%1 % %2\n"_s.arg(qRound(fraction * 100), 3).arg(step));
        return;
    }
    m_isOpen = true;
    if (fraction < 0) {
        print(u'\r' + step.left(Width + 50) + u"\x1b[K"_s);
        return;
    }
    const int filled = qRound(fraction * Width);
    print(u"\r[%1%2] %3\x1b[K"_s.arg(QString(filled, u'#'), QString(Width - filled, u' '), step.left(50)));
}

void ProgressPrinter::end()
{
    if (std::exchange(m_isOpen, false))
        print(u"\r\x1b[K"_s);
}

} // namespace bv::cli
