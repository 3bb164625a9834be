#include "import/arrangement_guess.h"

#include <QRegularExpression>
#include <QStringList>
#include <cmath>

namespace bv {

namespace {

using namespace Qt::StringLiterals;
using sysbench::Test;

constexpr int mibPerGib = 1024;

/// In lower case, with '_' where a small letter or digit meets a capital: "cpuTestDocker" → "cpu_test_docker".
QString wordsOf(const QString& text)
{
    QString words;
    words.reserve(text.size() + 8);
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (i > 0 && text[i].isUpper() && text[i - 1].isLower())
            words += u'_';
        words += text[i].toLower();
    }
    return words;
}

bool has(const QString& words, const QRegularExpression& pattern)
{
    return pattern.match(words).hasMatch();
}

QList<TargetKind> kindsIn(const QString& words)
{
    static const QRegularExpression docker(
        uR"((?<![a-z])(docker|podman|container)(?!file)|(?<![a-z])os[ _-]?(level[ _-]?)?virt)"_s);
    static const QRegularExpression qemu(uR"((?<![a-z])(qemu|kvm|tcg|hvf|whpx)|(?<![a-z])vms?(?![a-z])|)"
                                         uR"((?<![a-z])(virtual[ _-]?machine|system[ _-]?virt))"_s);
    static const QRegularExpression host(uR"((?<![a-z])(host|native|bare[ _-]?metal)(?![a-z]))"_s);
    QList<TargetKind> kinds;
    if (has(words, host))
        kinds << TargetKind::Host;
    if (has(words, docker))
        kinds << TargetKind::Docker;
    if (has(words, qemu))
        kinds << TargetKind::Qemu;
    return kinds;
}

/// One kind; a host beside another is the machine that it ran on ("docker on host").
std::optional<TargetKind> kindIn(const QString& words)
{
    QList<TargetKind> kinds = kindsIn(words);
    if (kinds.size() == 2)
        kinds.removeAll(TargetKind::Host);
    return kinds.size() == 1 ? std::optional(kinds.first()) : std::nullopt;
}

std::optional<double> numberIn(const QString& words, const QRegularExpression& pattern)
{
    const QRegularExpressionMatch match = pattern.match(words);
    if (!match.hasMatch())
        return std::nullopt;
    for (int group = 1; group <= match.lastCapturedIndex(); ++group) {
        if (match.hasCaptured(group))
            return match.captured(group).toDouble();
    }
    return std::nullopt;
}

std::optional<double> cpusIn(const QString& words)
{
    // "2cpu", "2-cpus", "4 cores", "2c" as in our own ids; "smp4", "cpus=2", "-smp cpus=4". Not "cpu_2": that is the
    // second run of the CPU test.
    static const QRegularExpression pattern(
        uR"((?<![a-z0-9.])(\d+(?:\.\d+)?)v?cpus?(?![a-z])|(?<![a-z0-9.])(\d+(?:\.\d+)?)[ _-](?:vcpus?|cpus|cores?)(?![a-z])|)"
        uR"((?<![a-z0-9.])(\d+)cores?(?![a-z])|(?<![a-z0-9.])(\d+(?:\.\d+)?)c(?=[-_.\s]|$)|)"
        uR"((?<![a-z])(?:smp|cpus|cores|vcpus)(?:[ =_:-]*cpus=)?[ =_:-]*(\d+(?:\.\d+)?))"_s);
    const auto cpus = numberIn(words, pattern);
    constexpr double most = 1024;
    return cpus && *cpus > 0 && *cpus <= most ? cpus : std::nullopt;
}

std::optional<int> mibOf(double number, QChar unit)
{
    const double mib = unit == u'g' ? number * mibPerGib : number;
    constexpr double least = 64;
    constexpr double most = 16.0 * mibPerGib * mibPerGib;
    return mib >= least && mib <= most ? std::optional(static_cast<int>(std::lround(mib))) : std::nullopt;
}

std::optional<int> memoryIn(const QString& words)
{
    static const QRegularExpression pattern(uR"((?<![a-z0-9.])(\d+(?:\.\d+)?)[ _]?(g|m)i?b?(?![a-z]))"_s);
    const QRegularExpressionMatch match = pattern.match(words);
    return match.hasMatch() ? mibOf(match.captured(1).toDouble(), match.captured(2)[0]) : std::nullopt;
}

QString accelIn(const QString& words)
{
    static const QRegularExpression pattern(uR"((?<![a-z])(tcg|kvm|hvf|whpx)(?![a-z]))"_s);
    return pattern.match(words).captured(1);
}

QString diskFormatIn(const QString& words)
{
    static const QRegularExpression pattern(
        uR"((?<![a-z])(raw|qcow2)(?![a-z]|[_ -]?(?:output|data|result|log|csv)))"_s);
    return pattern.match(words).captured(1);
}

/// Of a VM only: a word "raw" elsewhere is a raw table.
void takeDetailsOfVm(Arrangement& found, const QString& words)
{
    if (found.kind != TargetKind::Qemu)
        return;
    if (const QString accel = accelIn(words); !accel.isEmpty())
        found.accel = accel;
    if (const QString format = diskFormatIn(words); !format.isEmpty())
        found.diskFormat = format;
}

QString baseName(const QString& path)
{
    const QString name = path.mid(path.lastIndexOf(u'/') + 1);
    const qsizetype dot = name.lastIndexOf(u'.');
    return dot > 0 ? name.left(dot) : name;
}

/// The last match of the first group as a number.
std::optional<int> lastNumber(const QString& words, const QRegularExpression& pattern)
{
    std::optional<int> number;
    QRegularExpressionMatchIterator matches = pattern.globalMatch(words);
    while (matches.hasNext()) {
        bool isNumber = false;
        const int found = matches.next().captured(1).toInt(&isNumber);
        if (isNumber)
            number = found;
    }
    return number;
}

QString memoryId(int mib)
{
    return mib % mibPerGib == 0 ? QString::number(mib / mibPerGib) + u'g' : QString::number(mib) + u'm';
}

} // namespace

Arrangement arrangementInPath(const QString& path)
{
    static const QRegularExpression memoryWord(uR"((?<![a-z])(mem|memory|ram)(?![a-z]))"_s);
    Arrangement found;
    const QStringList parts = wordsOf(path).split(u'/', Qt::SkipEmptyParts);
    for (const QString& words : parts) {
        const QList<TargetKind> named = kindsIn(words);
        const auto kind = kindIn(words);
        if (kind && found.kind && *kind != *found.kind)
            found = {}; // what an outer folder says of another kind is not about this one
        if (kind)
            found.kind = kind;
        const auto cpus = cpusIn(words);
        if (cpus)
            found.cpus = cpus;
        const auto memory = named.isEmpty() && !cpus && !has(words, memoryWord) ? std::nullopt : memoryIn(words);
        if (memory)
            found.memoryMib = memory;
        if (kind || cpus || memory || !diskFormatIn(words).isEmpty())
            takeDetailsOfVm(found, words);
    }
    if (found.kind == TargetKind::Host)
        found.cpus.reset(), found.memoryMib.reset();
    return found;
}

Arrangement arrangementInText(const QString& line)
{
    // "root@3f2a1b4c5d6e:/#" is what a container's shell asks with: its id is its host name.
    static const QRegularExpression containerPrompt(uR"(@[0-9a-f]{12}:)"_s);
    static const QRegularExpression memoryOption(
        uR"((?:^|\s)(?:-m|--memory)[ =](?:size=)?(\d+(?:\.\d+)?)\s*([gm]?)i?b?(?![a-z0-9]))"_s);
    static const QRegularExpression memoryWords(uR"((\d+(?:\.\d+)?)\s?(g|m)i?b?\s+(?:of\s+)?(?:ram|memory))"_s);
    const QString words = wordsOf(line.left(2000));
    Arrangement found;
    found.kind = kindIn(words);
    if (!found.kind && has(words, containerPrompt))
        found.kind = TargetKind::Docker;
    if (words.contains("enable-kvm"_L1))
        found.accel = u"kvm"_s;
    found.cpus = cpusIn(words);
    for (const QRegularExpression& pattern : {memoryOption, memoryWords}) {
        const QRegularExpressionMatch match = pattern.match(words);
        if (!match.hasMatch() || found.memoryMib)
            continue;
        const QString unit = match.captured(2);
        // Without a unit QEMU means MiB (and Docker bytes, of which none would say so few).
        found.memoryMib = mibOf(match.captured(1).toDouble(), unit.isEmpty() ? u'm' : unit[0]);
    }
    if (!found.memoryMib && found.kind && found.cpus)
        found.memoryMib = memoryIn(words);
    takeDetailsOfVm(found, words);
    if (!found.kind || found.kind == TargetKind::Host)
        return {found.kind, {}, {}, {}, {}};
    return found;
}

QString arrangementId(const Arrangement& arrangement)
{
    if (!arrangement.kind)
        return {};
    QStringList parts{targetKindName(*arrangement.kind)};
    if (!arrangement.accel.isEmpty())
        parts << arrangement.accel;
    if (arrangement.cpus)
        parts << QString::number(*arrangement.cpus) + u'c';
    if (arrangement.memoryMib)
        parts << memoryId(*arrangement.memoryMib);
    if (!arrangement.diskFormat.isEmpty())
        parts << arrangement.diskFormat;
    return parts.join(u'-');
}

TargetSettings settingsOf(const Arrangement& arrangement, const QString& id)
{
    TargetSettings target;
    target.id = id;
    target.kind = arrangement.kind.value_or(TargetKind::Host);
    if (target.kind == TargetKind::Docker) {
        target.docker = {{}, arrangement.cpus.value_or(0), arrangement.memoryMib.value_or(0), {}};
    } else if (target.kind == TargetKind::Qemu) {
        QemuSettings& vm = target.qemu;
        for (QString* unknown : {&vm.guest, &vm.arch, &vm.machine, &vm.cpu, &vm.disk.cache, &vm.disk.aio,
                                 &vm.disk.preallocation, &vm.disk.bus, &vm.channel, &vm.network})
            unknown->clear();
        vm.accel = arrangement.accel;
        vm.smp = static_cast<int>(std::lround(arrangement.cpus.value_or(0)));
        vm.memoryMib = arrangement.memoryMib.value_or(0);
        vm.disk.format = arrangement.diskFormat;
        vm.disk.sizeGib = 0;
    }
    return target;
}

Test testInPath(const QString& path)
{
    static const QRegularExpression cpu(uR"((?<![a-z])(cpu|prime))"_s);
    static const QRegularExpression fileio(
        uR"((?<![a-z])(file[ _-]?io|disk[ _-]?io|(rnd|seq)(wr|rd|rw|rewr))(?![a-z]))"_s);
    static const QRegularExpression memory(uR"((?<![a-z])memory(?![a-z]))"_s);
    static const QRegularExpression threads(uR"((?<![a-z0-9_-])threads?(?![a-z0-9]))"_s);
    static const QRegularExpression mutex(uR"((?<![a-z])mutex(?![a-z]))"_s);
    static const QRegularExpression boot(uR"((?<![a-z])(boot|start[ _-]?up)(?![a-z]))"_s);
    static const QRegularExpression cpuCount(uR"(\d+(?:\.\d+)?[ _-]?v?cpus?(?![a-z])|vcpus?|cpus)"_s);
    Test found = Test::Unknown;
    const QStringList parts = wordsOf(path).split(u'/', Qt::SkipEmptyParts);
    for (const QString& part : parts) {
        QString words = part;
        words.remove(cpuCount); // "qemu_2cpu" is no CPU test
        words.replace(u"test"_s, u"_test"_s);
        QList<Test> tests;
        const std::pair<const QRegularExpression*, Test> rules[]{{&cpu, Test::Cpu},       {&fileio, Test::Fileio},
                                                                 {&memory, Test::Memory}, {&threads, Test::Threads},
                                                                 {&mutex, Test::Mutex},   {&boot, Test::Boot}};
        for (const auto& [pattern, test] : rules) {
            if (has(words, *pattern))
                tests << test;
        }
        if (tests.size() == 1)
            found = tests.first();
        else if (tests.size() > 1)
            found = Test::Unknown;
    }
    return found;
}

QString fileModeInPath(const QString& path)
{
    static const QRegularExpression pattern(uR"((?<![a-z])(seqwr|seqrewr|seqrd|rndrd|rndwr|rndrw)(?![a-z]))"_s);
    QStringList found;
    QRegularExpressionMatchIterator matches = pattern.globalMatch(wordsOf(baseName(path)));
    while (matches.hasNext())
        found << matches.next().captured(1);
    found.removeDuplicates();
    return found.size() == 1 ? found.first() : QString();
}

std::optional<int> primeLimitInPath(const QString& path)
{
    static const QRegularExpression named(uR"(primes?[ =_-]*(\d{3,9})(?!\d))"_s);
    static const QRegularExpression plain(uR"((?<!\d)(\d{4,9})(?!\d))"_s);
    const QString words = wordsOf(baseName(path));
    if (const auto number = lastNumber(words, named))
        return number;
    QStringList numbers;
    QRegularExpressionMatchIterator matches = plain.globalMatch(words);
    while (matches.hasNext())
        numbers << matches.next().captured(1);
    // A date, a size in MiB or two numbers: no guess.
    const bool isOne = numbers.size() == 1 && words.contains("cpu"_L1) && numbers.first().endsWith("00"_L1);
    return isOne ? std::optional(numbers.first().toInt()) : std::nullopt;
}

std::optional<int> repeatInPath(const QString& path)
{
    static const QRegularExpression named(
        uR"((?:run|repeat|rep|iter|iteration|trial|try|attempt)[ #_-]*(\d{1,3})(?!\d))"_s);
    static const QRegularExpression atEnd(uR"([ _-](\d{1,2})$)"_s);
    const QString words = wordsOf(baseName(path));
    const auto found = lastNumber(words, named);
    const auto number = found ? found : lastNumber(words, atEnd);
    return number && *number > 0 ? number : std::nullopt;
}

std::optional<int> repeatInText(const QString& line)
{
    static const QRegularExpression pattern(
        uR"((?<![a-z])(?:run|repeat|repetition|iteration|trial|attempt)\s*[#:]?\s*(\d{1,3})(?!\d))"_s);
    const auto number = lastNumber(line.left(500).toLower(), pattern);
    return number && *number > 0 ? number : std::nullopt;
}

} // namespace bv
