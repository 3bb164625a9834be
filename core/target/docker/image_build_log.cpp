#include "target/docker/image_build_log.h"

#include <QCoreApplication>
#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::Images)
};

constexpr qsizetype tailLength = 40;
constexpr qsizetype longestStep = 100;

bool saysAny(const QStringList& lines, std::initializer_list<const char*> signs)
{
    for (const QString& line : lines) {
        for (const char* sign : signs) {
            if (line.contains(QLatin1String(sign), Qt::CaseInsensitive))
                return true;
        }
    }
    return false;
}

} // namespace

void BuildLog::take(const QString& line)
{
    m_tail << line;
    if (m_tail.size() > tailLength)
        m_tail.removeFirst();
    // "Step 3/4 : RUN …", Podman "STEP 3/4: RUN …", BuildKit "#7 [3/4] RUN …" or "#7 [stage 3/4] RUN …"
    static const QRegularExpression classic(u"^step (\\d+)/(\\d+) ?: (.*)$"_s,
                                            QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression buildKit(u"^#\\d+ \\[(?:[^\\]]* )?(\\d+)/(\\d+)\\] (.*)$"_s);
    for (const QRegularExpression& pattern : {classic, buildKit}) {
        const auto match = pattern.match(line);
        if (match.hasMatch()) {
            takeStep(match.captured(1).toInt(), match.captured(2).toInt(), match.captured(3));
            return;
        }
    }
    static const QRegularExpression container(u"^---> Running in ([0-9a-f]{12,})$"_s);
    static const QRegularExpression image(u"^---> ([0-9a-f]{12,})$"_s);
    const QString removing = u"Removing intermediate container "_s;
    if (line.startsWith(removing)) {
        m_containers.removeAll(line.mid(removing.size()).trimmed());
    } else if (line == "---> Using cache"_L1) {
        m_cached = true;
    } else if (const auto made = container.match(line); made.hasMatch()) {
        m_containers.prepend(made.captured(1));
    } else if (const auto step = image.match(line); step.hasMatch()) {
        if (!m_cached && !m_instruction.startsWith("FROM "_L1, Qt::CaseInsensitive))
            m_images.prepend(step.captured(1));
        m_cached = false;
    }
}

void BuildLog::takeStep(int number, int count, const QString& instruction)
{
    m_cached = false;
    if (number < 1 || count < number)
        return;
    m_number = number;
    m_count = count;
    m_instruction = instruction.simplified();
}

double BuildLog::fraction() const
{
    return m_count > 0 ? static_cast<double>(m_number - 1) / m_count : -1;
}

QString BuildLog::step() const
{
    if (m_count == 0)
        return {};
    const QString instruction =
        m_instruction.size() > longestStep ? m_instruction.left(longestStep - 1) + u'…' : m_instruction;
    return Text::tr("Step %1/%2: %3").arg(m_number).arg(m_count).arg(instruction);
}

QString BuildLog::lastWords() const
{
    static const QRegularExpression builder(
        u"^(---> |Removing intermediate|The command '|step \\d+/\\d+|ERROR: failed to|Error: building at STEP|-+$|>)"_s,
        QRegularExpression::CaseInsensitiveOption);
    for (auto line = m_tail.crbegin(); line != m_tail.crend(); ++line) {
        if (!line->contains(builder))
            return *line;
    }
    return m_tail.isEmpty() ? QString() : m_tail.constLast();
}

Error explainInstall(const QStringList& said, const QString& image)
{
    const QString detail = said.mid(std::max<qsizetype>(0, said.size() - 12)).join(u'\n');
    if (saysAny(said, {"no space left on device", "You don't have enough free space", "not enough free disk space",
                       "Disk Requirements:"}))
        return Error(
            Error::Code::NoSpace,
            Text::tr("The disk of the container engine is full. Make room there, for example by removing images "
                     "that are not needed (image prune)."),
            detail);
    if (saysAny(said,
                {"Temporary failure resolving", "Temporary failure in name resolution", "Could not resolve",
                 "Couldn't resolve", "Network is unreachable", "temporary error (try again later)", "Could not connect",
                 "unable to connect to", "Connection timed out", "Curl error (6)", "Curl error (7)", "No route to host",
                 "network bridge not found", "Connection refused", "Could not retrieve mirrorlist", "Unable to fetch",
                 "failed to synchronize all databases", "DNS: transient error", "Failed to download metadata"}))
        return Error(Error::Code::NotReady,
                     Text::tr("The package sources of %1 cannot be reached from a container. Check the network, and a "
                              "proxy where there is one (http_proxy); where the engine gives its containers no network "
                              "of their own, take this machine's: --network host.")
                         .arg(image),
                     detail);
    if (saysAny(said, {"Unable to locate package sysbench", "No match for argument: sysbench",
                       "sysbench (no such package)", "target not found: sysbench", "No provider of 'sysbench'",
                       "'sysbench' not found in package names", "No package sysbench available",
                       "no package matches 'sysbench'", "No package matches", "has no installation candidate"}))
        return Error(
            Error::Code::NotFound,
            Text::tr("The package sources of %1 have no sysbench. Choose a base whose distribution has it, such "
                     "as debian:12, or write a Dockerfile of your own: --dockerfile FILE.")
                .arg(image),
            detail);
    return {};
}

} // namespace bv
