#include "sysbench/parser.h"

namespace bv::sysbench {

void OutputParser::feed(QByteArrayView chunk)
{
    m_splitter.feed(chunk, [this](std::string_view line) { m_assembler.apply(readLine(line, true)); });
}

void OutputParser::finish()
{
    m_splitter.finish([this](std::string_view line) { m_assembler.apply(readLine(line, false)); });
    m_assembler.finish();
}

QList<ParsedRun> parseOutput(QByteArrayView output, Test expected)
{
    OutputParser parser(expected);
    parser.feed(output);
    parser.finish();
    return parser.takeRuns();
}

} // namespace bv::sysbench
