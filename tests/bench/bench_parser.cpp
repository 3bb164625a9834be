#include "sysbench/parser.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QTextStream>
#include <algorithm>
#include <vector>

using namespace bv::sysbench;
using namespace Qt::StringLiterals;

// How many megabytes (10^6 bytes) of output the parser reads per second, fed as the program does it.

namespace {

constexpr qsizetype inputSize = 128 * 1000 * 1000;
constexpr qsizetype chunkSize = 256 * 1024;
constexpr int repeats = 7;

QByteArray repeated(const QByteArray& text)
{
    QByteArray input;
    input.reserve(inputSize + text.size());
    while (input.size() < inputSize)
        input += text;
    return input;
}

/// A run of an hour with a line a second.
QByteArray intervalText()
{
    QByteArray text = "sysbench 1.0.20 (using system LuaJIT 2.1.0-beta3)\n\nRunning the test with following options:\n"
                      "Number of threads: 2\n\nPrime numbers limit: 20000\n\nThreads started!\n\n";
    for (int second = 1; second <= 3600; ++second) {
        const double rate = 2400 + second % 97 + 0.25;
        text += "[ " + QByteArray::number(second) + "s ] thds: 2 eps: " + QByteArray::number(rate, 'f', 2) +
                " lat (ms,95%): 0.8" + QByteArray::number(second % 10) + '\n';
    }
    return text +
           "CPU speed:\n    events per second:  2487.53\n\nGeneral statistics:\n    total time:      3600.0024s\n";
}

/// All the test data: every version, every test, errors, and dirt around them.
QByteArray mixedText()
{
    QByteArray text;
    const QDir folder(QStringLiteral(BV_TEST_DATA "/sysbench"));
    for (const QString& name : folder.entryList({u"*.txt"_s}, QDir::Files, QDir::Name)) {
        QFile file(folder.filePath(name));
        if (file.open(QIODevice::ReadOnly))
            text += file.readAll() + '\n';
    }
    return text;
}

void measure(const QString& name, const QByteArray& input)
{
    std::vector<double> rates;
    qsizetype runs = 0;
    for (int i = 0; i < repeats; ++i) {
        OutputParser parser;
        QElapsedTimer timer;
        timer.start();
        runs = 0;
        for (QByteArrayView rest = input; !rest.isEmpty();) {
            const qsizetype length = std::min(rest.size(), chunkSize);
            parser.feed(rest.first(length));
            rest = rest.sliced(length);
            runs += parser.takeRuns().size();
        }
        parser.finish();
        runs += parser.takeRuns().size();
        rates.push_back(static_cast<double>(input.size()) / static_cast<double>(timer.nsecsElapsed()) * 1000);
    }
    std::sort(rates.begin(), rates.end());
    QTextStream(stdout) << name << ": " << qRound(rates[rates.size() / 2]) << " MB/s (median of " << repeats << ", "
                        << qRound(rates.front()) << "-" << qRound(rates.back()) << "), " << input.size() / 1000000
                        << " MB, " << runs << " runs\n";
}

} // namespace

int main()
{
    measure(u"interval lines"_s, repeated(intervalText()));
    measure(u"mixed output  "_s, repeated(mixedText()));
    return 0;
}
