#include "import/import_parts.h"

#include "plan/parameters.h"
#include "sysbench/catalogue.h"
#include "sysbench/line_facts.h"
#include "sysbench/parser.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <algorithm>

namespace bv::importing {

namespace {

using namespace Qt::StringLiterals;
using sysbench::Fact;
using sysbench::Test;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::ImportText)
};

/// A run, and the lines it stands in: from the end of the figures of the run before to the end of its own.
struct Piece
{
    sysbench::ParsedRun run;
    QByteArrayView text;
};

/// Calls `onLine(from, to)` for each line with its end; false from it ends the walk.
template<class OnLine>
void forEachLine(QByteArrayView text, OnLine&& onLine)
{
    qsizetype from = 0;
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (text[i] != '\n' && text[i] != '\r')
            continue;
        if (!onLine(from, i + 1))
            return;
        from = i + 1;
    }
    if (from < text.size())
        onLine(from, text.size());
}

bool isOfARun(Fact::Kind kind)
{
    return kind != Fact::Kind::None && kind != Fact::Kind::Command;
}

Fact::Kind kindOf(QByteArrayView line)
{
    const QByteArrayView trimmed = line.trimmed();
    return sysbench::readLine({trimmed.data(), static_cast<std::size_t>(trimmed.size())}, true).kind;
}

QList<Piece> piecesOf(QByteArrayView text, const std::stop_token& stop)
{
    QList<Piece> pieces;
    sysbench::OutputParser parser;
    qsizetype begin = 0;
    qsizetype end = 0; // of the last line that belongs to a run
    const auto take = [&](qsizetype upTo) {
        const QList<sysbench::ParsedRun> ended = parser.takeRuns();
        for (const sysbench::ParsedRun& run : ended) {
            pieces.append({run, text.sliced(begin, upTo - begin)});
            begin = upTo;
        }
    };
    forEachLine(text, [&](qsizetype from, qsizetype to) {
        const QByteArrayView line = text.sliced(from, to - from);
        parser.feed(line);
        take(end);
        if (isOfARun(kindOf(line)))
            end = to;
        return !stop.stop_requested() && pieces.size() <= importedRunLimit;
    });
    parser.finish();
    take(text.size());
    return pieces;
}

/// What the file said so far.
struct Said
{
    Arrangement arrangement;
    std::optional<int> repeat;
    QList<QString> commands; ///< typed lines with sysbench in them
};

/// The lines above the figures: titles, prompts and commands.
Said readAbove(QByteArrayView text)
{
    Said said;
    int lines = 0;
    constexpr int most = 200;
    forEachLine(text, [&](qsizetype from, qsizetype to) {
        const QByteArrayView line = text.sliced(from, to - from);
        if (isOfARun(kindOf(line)) || ++lines > most)
            return false;
        const QString words = QString::fromUtf8(line.first(std::min<qsizetype>(line.size(), 2000))).trimmed();
        Arrangement told = arrangementInText(words);
        if (told.kind) {
            // The line nearest to the figures decides; one of the same kind adds to what was said.
            if (said.arrangement.kind == told.kind) {
                told.cpus = told.cpus ? told.cpus : said.arrangement.cpus;
                told.memoryMib = told.memoryMib ? told.memoryMib : said.arrangement.memoryMib;
                told.accel = told.accel.isEmpty() ? said.arrangement.accel : told.accel;
                told.diskFormat = told.diskFormat.isEmpty() ? said.arrangement.diskFormat : told.diskFormat;
            }
            said.arrangement = told;
        }
        if (const auto repeat = repeatInText(words))
            said.repeat = repeat;
        if (words.contains("sysbench"_L1))
            said.commands << words;
        return true;
    });
    return said;
}

/// "docker/cpu_1.txt" of "docker/cpu_1.txt:    events per second: …", as grep prints it.
QString pathBeforeLine(QByteArrayView text)
{
    static const QRegularExpression pattern(uR"(^([\w.+-]*(?:/[\w.+ -]+)*\.\w{1,5}|[\w.+-]+(?:/[\w.+ -]+)+)[:-]\s)"_s);
    QString path;
    forEachLine(text, [&](qsizetype from, qsizetype to) {
        const QByteArrayView line = text.sliced(from, to - from);
        if (!isOfARun(kindOf(line)))
            return true;
        path = pattern.match(QString::fromUtf8(line.first(std::min<qsizetype>(line.size(), 500)))).captured(1);
        return false;
    });
    return path;
}

/// What the run prints of itself, under the names of the plan.
void takeParameters(ImportedRun& run, const sysbench::ParsedRun& parsed)
{
    RunRecord& record = run.record;
    for (auto it = parsed.parameters.begin(); it != parsed.parameters.end(); ++it) {
        const bool isUsualPercentile = it.key() == "percentile"_L1 && it.value().toDouble() == 95;
        if (sysbench::findOption(record.test, it.key()) && !isUsualPercentile)
            record.params.insert(it.key(), normalizedValue(record.test, it.key(), it.value()));
    }
    if (parsed.threads)
        record.params.insert(u"threads"_s, *parsed.threads);
    if (!parsed.mode.isEmpty())
        record.params.insert(u"file_test_mode"_s, parsed.mode);
}

/// What only the command tells: the time limit, above all. Of several the last that runs such a test.
void takeOptions(ImportedRun& run, const QStringList& commands)
{
    static const QRegularExpression option(uR"(--([a-z][a-z0-9-]*)[= ]([\w.]+))"_s);
    RunRecord& record = run.record;
    const QString test = sysbench::testName(record.test);
    for (auto command = commands.crbegin(); command != commands.crend(); ++command) {
        if (!command->contains(test) || !command->contains(" run"_L1))
            continue;
        QRegularExpressionMatchIterator matches = option.globalMatch(*command);
        while (matches.hasNext()) {
            const QRegularExpressionMatch match = matches.next();
            QString name = match.captured(1).replace(u'-', u'_');
            if (name == "time"_L1 || name == "max_time"_L1)
                name = u"time_s"_s;
            else if (name == "num_threads"_L1)
                name = u"threads"_s;
            const QJsonValue value = parameterFromText(record.test, name, match.captured(2));
            if (value.isUndefined() || record.params.contains(name) || name == "report_interval"_L1)
                continue;
            record.params.insert(name, value);
            run.guessed.insert(name, GuessSource::Text);
        }
        return;
    }
}

ImportedRun runOf(const Piece& piece)
{
    ImportedRun run;
    RunRecord& record = run.record;
    run.version = piece.run.version;
    record.test = piece.run.test;
    record.metrics = piece.run.metrics;
    record.intervals = piece.run.intervals;
    record.error = piece.run.error;
    record.status = piece.run.error.isEmpty() ? RunStatus::Ok : RunStatus::Failed;
    record.output = limitedOutput(QString::fromUtf8(piece.text));
    if (!piece.run.complete && piece.run.error.isEmpty())
        record.notes << Text::tr("The report is not whole: it was cut off, or lines were filtered out.");
    return run;
}

} // namespace

Result<ImportedFile> runsOfOutput(const QString& path, const QByteArray& utf8, const std::stop_token& stop)
{
    ImportedFile file;
    const QList<Piece> pieces = piecesOf(utf8, stop);
    if (pieces.size() > importedRunLimit)
        return Error(
            Error::Code::BadInput,
            Text::tr("The file %1 has more than %2 runs; import it in parts.").arg(path).arg(importedRunLimit));
    Arrangement earlier;
    int withoutTest = 0;
    for (const Piece& piece : pieces) {
        ImportedRun run = runOf(piece);
        Said said = readAbove(piece.text);
        if (const QString before = pathBeforeLine(piece.text); !before.isEmpty()) {
            if (const Arrangement told = arrangementInPath(before); told.kind)
                said.arrangement = told;
            said.repeat = repeatInPath(before);
        }
        if (said.arrangement.kind)
            earlier = said.arrangement;
        fillArrangement(run, earlier, said.arrangement.kind ? GuessSource::Text : GuessSource::Order);
        if (said.repeat) {
            run.repeat = said.repeat;
            run.guessed.insert(u"repeat"_s, GuessSource::Text);
        }
        if (run.record.test == Test::Unknown) {
            run.record.test = testInPath(path); // it decides what the parameters mean
            if (run.record.test == Test::Unknown)
                ++withoutTest;
            else
                run.guessed.insert(u"test"_s, GuessSource::Path);
        }
        takeParameters(run, piece.run);
        takeOptions(run, said.commands);
        file.runs << run;
    }
    if (withoutTest > 0)
        file.warnings << Text::tr("Runs whose output does not tell the test: %1. Since sysbench 0.5 threads and mutex "
                                  "print the same.")
                             .arg(withoutTest);
    return file;
}

} // namespace bv::importing
