#include "base/figures.h"
#include "cli/cli.h"
#include "sysbench/parser.h"

#include <QCoreApplication>
#include <QFile>
#include <QJsonDocument>
#include <QTextStream>
#include <algorithm>
#include <array>
#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

namespace bv::cli {

namespace {

using namespace Qt::StringLiterals;
using sysbench::Metric;
using sysbench::ParsedRun;

struct Parse
{
    Q_DECLARE_TR_FUNCTIONS(bv::cli::Parse)
};

/// Where the runs go: called for each file, and for each run in it.
class Output
{
public:
    Output() = default;
    virtual ~Output() = default;
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;
    virtual void run(const QString& file, const ParsedRun& run) = 0;
    virtual void end() = 0;
};

/// A JSON array, one run per line.
class JsonOutput : public Output
{
public:
    explicit JsonOutput(QTextStream& out)
        : m_out(out)
    {
    }

    void run(const QString& file, const ParsedRun& run) override
    {
        QJsonObject json = sysbench::toJson(run);
        json.insert("file"_L1, file);
        m_out << (m_isFirst ? "[\n" : ",\n") << QJsonDocument(json).toJson(QJsonDocument::Compact);
        m_isFirst = false;
    }

    void end() override { m_out << (m_isFirst ? "[]\n" : "\n]\n"); }

private:
    QTextStream& m_out;
    bool m_isFirst = true;
};

constexpr qsizetype maximumColumns = 100;

/// What a terminal must not take for a command becomes '?'.
QString printable(QString text)
{
    for (QChar& c : text) {
        if (!c.isPrint() && !c.isSurrogate())
            c = u'?';
    }
    return text;
}

QString elided(const QString& text, qsizetype width)
{
    return text.size() <= width ? text : text.left(width - 1) + u'…';
}

/// As sysbench prints it, so that it is found again in the file: seven significant digits at most, no exponent.
QString printedText(double value)
{
    const int integerDigits = value >= 1 ? static_cast<int>(std::log10(value)) + 1 : 1;
    const int decimals = integerDigits >= 7 ? 0 : std::min(2, 7 - integerDigits);
    return QString::number(value, 'f', decimals);
}

QString metricText(const ParsedRun& run, Metric metric, int decimals)
{
    const auto value = run.metrics.value(metric);
    return value ? QString::number(*value, 'f', decimals) : u"–"_s;
}

/// The figure the test is judged by, '~' before it where sysbench did not print it itself.
QString resultText(const ParsedRun& run)
{
    Metric metric = sysbench::headlineMetric(run.test);
    const auto value = run.metrics.value(metric);
    if (!value)
        return u"–"_s;
    const QString text = run.metrics.isDerived(metric) ? u'~' + figureText(*value) : printedText(*value);
    return text + u' ' + sysbench::metricUnit(metric);
}

QString testText(const ParsedRun& run)
{
    QString text = run.test == sysbench::Test::Unknown ? Parse::tr("unknown") : QString(testName(run.test));
    const QJsonValue prime = run.parameters.value("cpu_max_prime"_L1);
    if (prime.isDouble())
        text += u' ' + QString::number(prime.toInteger());
    else if (!run.mode.isEmpty())
        text += u' ' + run.mode;
    return text;
}

QString stateText(const ParsedRun& run)
{
    if (!run.error.isEmpty())
        return Parse::tr("error");
    return run.complete ? Parse::tr("complete") : Parse::tr("incomplete");
}

/// A table for people: a heading per file, a line per run, errors below their run.
class TableOutput : public Output
{
public:
    explicit TableOutput(QTextStream& out)
        : m_out(out)
    {
    }

    void run(const QString& file, const ParsedRun& run) override
    {
        if (m_isFirst || file != m_file) {
            heading(file);
            m_isFirst = false;
        }
        const bool isDerived = run.metrics.isDerived(sysbench::headlineMetric(run.test));
        m_hasDerived = m_hasDerived || isDerived;
        line({QString::number(++m_number), testText(run), run.version.isEmpty() ? u"–"_s : run.version,
              run.threads ? QString::number(*run.threads) : u"–"_s, resultText(run),
              metricText(run, Metric::LatAvgMs, 2), metricText(run, Metric::LatP95Ms, 2),
              metricText(run, Metric::TotalTimeS, 4), stateText(run)});
        const QStringList errors = run.error.split(u'\n', Qt::SkipEmptyParts);
        for (const QString& error : errors)
            m_out << u"      "_s << elided(printable(error), maximumColumns - 6) << u'\n';
    }

    void end() override
    {
        if (m_hasDerived)
            m_out << u'\n' << Parse::tr("~ computed from other figures; this version did not print it.") << u'\n';
    }

private:
    struct Column
    {
        qsizetype width;
        bool isNumber;
    };
    static constexpr std::array<Column, 9> columns{
        {{4, true}, {15, false}, {13, false}, {4, true}, {18, true}, {9, true}, {9, true}, {9, true}, {10, false}}};

    void heading(const QString& file)
    {
        m_out << (m_isFirst ? u""_s : u"\n"_s)
              << elided(file == "-"_L1 ? Parse::tr("standard input") : printable(file), maximumColumns) << u'\n';
        m_file = file;
        m_number = 0;
        line({u"#"_s, Parse::tr("test"), Parse::tr("version"), Parse::tr("thr"), Parse::tr("result"),
              Parse::tr("avg ms"), Parse::tr("p95 ms"), Parse::tr("time s"), Parse::tr("state")});
    }

    void line(const std::array<QString, 9>& cells)
    {
        QString text;
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const QString cell = elided(printable(cells[i]), columns[i].width);
            text += columns[i].isNumber ? cell.rightJustified(columns[i].width) : cell.leftJustified(columns[i].width);
            text += u' ';
        }
        m_out << text.trimmed().prepend(QString(leadingBlanks(text), u' ')) << u'\n';
    }

    static qsizetype leadingBlanks(const QString& text)
    {
        qsizetype blanks = 0;
        while (blanks < text.size() && text[blanks] == u' ')
            ++blanks;
        return blanks;
    }

    QTextStream& m_out;
    QString m_file;
    bool m_isFirst = true;
    bool m_hasDerived = false;
    int m_number = 0;
};

/// Hands the runs in `file` over as they end, so that memory does not grow with the file. The text of what went wrong,
/// or nothing.
QString readFile(const QString& name, Output& output)
{
    QFile file(name);
    const bool isOpen = name == "-"_L1 ? file.open(stdin, QIODevice::ReadOnly | QIODevice::Unbuffered)
                                       : file.open(QIODevice::ReadOnly | QIODevice::Unbuffered);
    if (!isOpen)
        return Parse::tr("cannot be read: %1").arg(file.errorString());
    constexpr qint64 chunkSize = 256 * 1024;
    QByteArray buffer(chunkSize, Qt::Uninitialized);
    sysbench::OutputParser parser;
    qsizetype count = 0;
    const auto handOver = [&] {
        const QList<ParsedRun> runs = parser.takeRuns();
        for (const ParsedRun& run : runs)
            output.run(name, run);
        count += runs.size();
    };
    qint64 length = 0;
    while ((length = file.read(buffer.data(), chunkSize)) > 0) {
        parser.feed(QByteArrayView(buffer.constData(), length));
        handOver();
    }
    const bool failed = length < 0;
    parser.finish();
    handOver();
    if (failed)
        return Parse::tr("cannot be read to its end: %1").arg(file.errorString());
    if (count == 0)
        return Parse::tr("there is no sysbench output in it; give a file with what `sysbench … run` printed.");
    return {};
}

int parseFiles(const QStringList& names, bool asJson)
{
    QTextStream out(stdout);
    QTextStream err(stderr);
    const std::unique_ptr<Output> output =
        asJson ? std::unique_ptr<Output>(std::make_unique<JsonOutput>(out)) : std::make_unique<TableOutput>(out);
    int status = Done;
    for (const QString& name : names) {
        const QString problem = readFile(name, *output);
        out.flush();
        if (problem.isEmpty())
            continue;
        err << printable(name == "-"_L1 ? Parse::tr("standard input") : name) << ": " << problem << Qt::endl;
        status = Usage;
    }
    output->end();
    return status;
}

} // namespace

void addParse(CLI::App& app, Action& action)
{
    struct Options
    {
        std::vector<std::string> files;
        bool json = false;
    };
    const auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("parse", "Reads sysbench output of any version");
    command->add_option("FILE", options->files, "Files with sysbench output; - is standard input")->required();
    command->add_flag("--json", options->json, "Print a JSON array, one object per run");
    command->callback([options, &action] {
        action = [options] {
            QStringList names;
            for (const std::string& file : options->files)
                names.append(QFile::decodeName(QByteArray::fromStdString(file)));
            return parseFiles(names, options->json);
        };
    });
}

} // namespace bv::cli
