#include "import/import_text.h"

#include "import/import_parts.h"
#include "plan/parameters.h"
#include "plan/start_up.h"
#include "sysbench/catalogue.h"

#include <QCoreApplication>
#include <QStringDecoder>
#include <array>

namespace bv {

namespace {

using namespace Qt::StringLiterals;
using sysbench::Metric;
using sysbench::Test;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::ImportText)
};

QString readable()
{
    return Text::tr(
        "What can be read: what `sysbench … run` printed (0.4 to 1.1), what `benchvisor export ID --raw-csv "
        "FILE` wrote, and tables with a row per run and columns such as target, cpu_max_prime, repeat and "
        "events_per_sec.");
}

Error refused(const QString& message)
{
    return {Error::Code::BadInput, message};
}

/// Nothing where it may be a file of results.
Error refuseByLooks(const QString& path, const QByteArray& utf8)
{
    const QByteArray start = utf8.left(4096).trimmed();
    if (start.isEmpty())
        return refused(Text::tr("The file %1 is empty.").arg(path));
    if (start.startsWith('{') && utf8.contains("\"benchvisor-session/"))
        return refused(
            Text::tr("The file %1 is a session of Benchvisor, which needs no import: open it as it is.").arg(path));
    if (start.startsWith("{\\rtf") || start.startsWith("<!DOCTYPE") || start.startsWith("<html"))
        return refused(
            Text::tr("The file %1 is a formatted document; save it as plain text or CSV. %2").arg(path, readable()));
    return {};
}

} // namespace

QLatin1StringView guessSourceName(GuessSource source)
{
    switch (source) {
    case GuessSource::Path:
        return "path"_L1;
    case GuessSource::Text:
        return "text"_L1;
    case GuessSource::Order:
        return "order"_L1;
    }
    return {};
}

Result<ImportedFile> importText(const QString& path, const QByteArray& bytes, const std::stop_token& stop)
{
    const auto utf8 = importing::asUtf8(bytes);
    if (!utf8)
        return refused(Text::tr("The file %1 is not a text. %2").arg(path, readable()));
    if (const Error error = refuseByLooks(path, *utf8); error.code != Error::Code::Unset)
        return error;
    auto read = importing::isTable(*utf8) ? importing::runsOfTable(path, *utf8, stop)
                                          : importing::runsOfOutput(path, *utf8, stop);
    if (!read)
        return read;
    if (stop.stop_requested())
        return Error(Error::Code::Cancelled, Text::tr("The import was cancelled."));
    if (read->runs.isEmpty())
        return refused(Text::tr("There are no results in the file %1. %2").arg(path, readable()));
    for (ImportedRun& run : read->runs) {
        importing::fillFromPath(run, path);
        importing::settle(run);
    }
    return read;
}

namespace importing {

std::optional<QByteArray> asUtf8(const QByteArray& bytes)
{
    const auto decoded = [&bytes](QStringConverter::Encoding encoding) {
        QStringDecoder decoder(encoding);
        return QString(decoder(bytes)).toUtf8();
    };
    if (const auto encoding = QStringConverter::encodingForData(bytes)) {
        if (*encoding == QStringConverter::Utf8)
            return bytes.startsWith("\xEF\xBB\xBF") ? bytes.mid(3) : bytes;
        return decoded(*encoding);
    }
    const QByteArray start = bytes.left(4096);
    std::array<qsizetype, 2> zeros{};
    for (qsizetype i = 0; i < start.size(); ++i) {
        if (start[i] == '\0')
            ++zeros[static_cast<std::size_t>(i % 2)];
    }
    const qsizetype pairs = start.size() / 2;
    if (pairs > 0 && zeros[1] > pairs / 2 && zeros[0] * 10 < pairs)
        return decoded(QStringConverter::Utf16LE);
    if (pairs > 0 && zeros[0] > pairs / 2 && zeros[1] * 10 < pairs)
        return decoded(QStringConverter::Utf16BE);
    if ((zeros[0] + zeros[1]) * 100 > start.size())
        return std::nullopt;
    return bytes;
}

void fillArrangement(ImportedRun& run, const Arrangement& from, GuessSource source)
{
    Arrangement& known = run.arrangement;
    if (known.kind && from.kind && *known.kind != *from.kind)
        return;
    const auto fill = [&](auto& field, const auto& value, const auto& none, const QString& name) {
        if (field == none && value != none) {
            field = value;
            run.guessed.insert(name, source);
        }
    };
    fill(known.kind, from.kind, std::optional<TargetKind>(), u"target"_s);
    if (known.kind == TargetKind::Host)
        return;
    fill(known.cpus, from.cpus, std::optional<double>(), u"cpus"_s);
    fill(known.memoryMib, from.memoryMib, std::optional<int>(), u"memory_mib"_s);
    if (known.kind && *known.kind != TargetKind::Qemu)
        return;
    fill(known.accel, from.accel, QString(), u"accel"_s);
    fill(known.diskFormat, from.diskFormat, QString(), u"disk_format"_s);
}

void fillFromPath(ImportedRun& run, const QString& path)
{
    fillArrangement(run, arrangementInPath(path), GuessSource::Path);
    RunRecord& record = run.record;
    const auto guess = [&run](const QString& name) { run.guessed.insert(name, GuessSource::Path); };
    if (record.test == Test::Unknown) {
        record.test = testInPath(path);
        if (record.test != Test::Unknown)
            guess(u"test"_s);
    }
    const auto fill = [&](Test test, const QString& name, const QJsonValue& value) {
        if (record.test != test || record.params.contains(name))
            return;
        record.params.insert(name, value);
        guess(name);
    };
    if (const QString mode = fileModeInPath(path); !mode.isEmpty())
        fill(Test::Fileio, u"file_test_mode"_s, mode);
    if (const auto limit = primeLimitInPath(path))
        fill(Test::Cpu, u"cpu_max_prime"_s, *limit);
    if (const auto repeat = repeatInPath(path); repeat && !run.repeat) {
        run.repeat = repeat;
        guess(u"repeat"_s);
    }
}

void settle(ImportedRun& run)
{
    // A name that tells no more than the kind is made whole by what else is known ("docker" in a folder "docker_4cpu").
    const bool isKindOnly = run.arrangement.kind && run.targetName.toLower() == targetKindName(*run.arrangement.kind);
    if (run.targetName.isEmpty() || isKindOnly)
        run.targetName = arrangementId(run.arrangement);
    RunRecord& record = run.record;
    if (record.status != RunStatus::Ok)
        return;
    const bool hasFigure = record.test == Test::Unknown ? !record.metrics.isEmpty()
                                                        : record.metrics.value(headlineMetric(record.test)).has_value();
    if (hasFigure && record.error.isEmpty())
        return;
    record.status = RunStatus::Failed;
    if (record.error.isEmpty())
        record.error = Text::tr("The file does not have the figure that this test is judged by (%1).")
                           .arg(sysbench::metricName(headlineMetric(record.test)));
}

QJsonValue parameterFromText(Test test, const QString& name, const QString& text)
{
    if (test == Test::Boot) {
        bool isNumber = false;
        const int number = text.toInt(&isNumber);
        if (name == "cache"_L1)
            return startCaches().contains(text) ? QJsonValue(text) : QJsonValue(QJsonValue::Undefined);
        const bool isSize = name == "smp"_L1 || name == "memory_mib"_L1;
        return isSize && isNumber && number > 0 ? QJsonValue(number) : QJsonValue(QJsonValue::Undefined);
    }
    const sysbench::OptionInfo* option = sysbench::findOption(test, name);
    if (!option)
        return QJsonValue::Undefined;
    QJsonValue value = text;
    bool isNumber = false;
    const double number = text.toDouble(&isNumber);
    switch (option->type) {
    case sysbench::ValueType::Integer:
    case sysbench::ValueType::Number:
        value = isNumber ? QJsonValue(number) : QJsonValue(QJsonValue::Undefined);
        break;
    case sysbench::ValueType::Size:
        value = isNumber ? QJsonValue(number) : QJsonValue(text);
        break;
    case sysbench::ValueType::Choice:
        value = text.toLower();
        break;
    case sysbench::ValueType::Flag:
        if (text == "on"_L1 || text == "true"_L1 || text == "1"_L1)
            value = true;
        else if (text == "off"_L1 || text == "false"_L1 || text == "0"_L1)
            value = false;
        break;
    }
    if (value.isUndefined() || !sysbench::validateOption(*option, value))
        return QJsonValue::Undefined;
    return normalizedValue(test, name, value);
}

} // namespace importing

} // namespace bv
