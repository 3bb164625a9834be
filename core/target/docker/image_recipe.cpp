#include "target/docker/image_recipe.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::Images)
};

constexpr qsizetype longestTag = 128;

QString jsonList(const QStringList& words)
{
    return QString::fromUtf8(QJsonDocument(QJsonArray::fromStringList(words)).toJson(QJsonDocument::Compact));
}

/// In double quotes, as Dockerfiles take it.
QString quoted(QString text)
{
    return u'"' + text.replace(u'\\', u"\\\\"_s).replace(u'"', u"\\\""_s).replace(u'$', u"\\$"_s) + u'"';
}

} // namespace

QString knownPackageManagers()
{
    return u"apt, dnf, microdnf, yum, zypper, apk, pacman"_s;
}

QStringList installCommands(const QString& packageManager)
{
    // Of EPEL's packages only where the distribution itself has none.
    const auto redHat = [](const QString& dnf) {
        return QStringList{
            u"{ %1 -y install sysbench || { %1 -y install epel-release && %1 -y install sysbench; }; }"_s.arg(dnf),
            dnf + u" clean all"_s};
    };
    if (packageManager == "apt-get"_L1)
        return {u"apt-get -q update"_s,
                u"DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends sysbench"_s,
                u"rm -rf /var/lib/apt/lists/*"_s};
    if (packageManager == "dnf"_L1 || packageManager == "microdnf"_L1 || packageManager == "yum"_L1)
        return redHat(packageManager);
    if (packageManager == "zypper"_L1)
        return {u"zypper --non-interactive refresh"_s, u"zypper --non-interactive install --no-recommends sysbench"_s,
                u"zypper clean --all"_s};
    if (packageManager == "apk"_L1)
        return {u"apk add --no-cache sysbench coreutils"_s};
    if (packageManager == "pacman"_L1) // which has no half updates
        return {u"pacman -Syu --noconfirm --needed sysbench"_s,
                u"rm -rf /var/cache/pacman/pkg/* /var/lib/pacman/sync/*"_s};
    return {};
}

bool isImageReference(const QString& reference)
{
    static const QRegularExpression pattern(u"\\A[A-Za-z0-9][A-Za-z0-9._/:@-]{0,254}\\z"_s);
    return pattern.match(reference).hasMatch();
}

QString preparedReference(const QString& base)
{
    QString tag = base;
    for (const QString& usual : {u"docker.io/"_s, u"library/"_s, u"localhost/"_s}) {
        if (tag.startsWith(usual))
            tag.remove(0, usual.size());
    }
    static const QRegularExpression digest(u"@?sha256:([0-9a-f]{12})[0-9a-f]*$"_s);
    tag.replace(digest, u"-\\1"_s);
    static const QRegularExpression others(u"[^A-Za-z0-9_.-]+"_s);
    tag.replace(others, u"-"_s);
    while (tag.startsWith(u'-') || tag.startsWith(u'.'))
        tag.remove(0, 1);
    const QString end = u"-sysbench"_s;
    return u"benchvisor/prepared:"_s + tag.left(longestTag - end.size()) + end;
}

QString fromReference(const ImageFacts& base, const QString& reference)
{
    if (!base.digest.isEmpty())
        return base.digest;
    const bool named = base.names.contains(reference) || base.names.contains(reference + u":latest"_s);
    if (named || base.names.isEmpty())
        return named ? reference : base.id;
    return base.names.first();
}

QStringList preparedLabels(const ImageFacts& base, const QString& reference, const QString& version)
{
    return {preparedLabel + u'=' + (version.isEmpty() ? u"1"_s : version), preparedBaseLabel + u'=' + reference,
            preparedBaseIdLabel + u'=' + base.pinned()};
}

QString preparingDockerfile(const ImageFacts& base, const QString& reference, const QString& version)
{
    QStringList labels;
    for (const QString& label : preparedLabels(base, reference, version))
        labels << label.section(u'=', 0, 0) + u'=' + quoted(label.section(u'=', 1));
    const QString distribution = base.inside ? base.inside->distribution : QString();
    const QString manager = base.inside ? base.inside->packageManager : QString();
    const QStringList commands = installCommands(manager) << u"sysbench --version"_s;
    QStringList lines{u"# %1 with sysbench from its own packages, by %2."_s.arg(reference, manager)};
    if (!distribution.isEmpty())
        lines << u"# "_s + distribution;
    if (base.digest.isEmpty())
        lines << u"# No registry has it; here it is "_s + base.id;
    lines << u"FROM "_s + fromReference(base, reference) << u"USER root"_s
          << u"LABEL "_s + labels.join(u" \\\n      "_s) << u"RUN "_s + commands.join(u" \\\n && "_s);
    if (!base.user.isEmpty())
        lines << u"USER "_s + base.user;
    return lines.join(u'\n') + u'\n';
}

QString preparingAdvice(const QString& reference)
{
    return Text::tr("Put it there: benchvisor image prepare %1. Or use the image \"builtin\".").arg(reference);
}

bool takesBase(const QString& dockerfile)
{
    const QStringList lines = dockerfile.split(u'\n');
    for (const QString& line : lines) {
        const QString text = line.trimmed();
        static const QRegularExpression argument(u"^ARG\\s+BASE(=|\\s|$)"_s, QRegularExpression::CaseInsensitiveOption);
        if (argument.match(text).hasMatch())
            return true;
        if (text.startsWith("FROM "_L1, Qt::CaseInsensitive))
            return false;
    }
    return false;
}

QStringList commitChanges(const ImageFacts& base, const QString& reference, const QString& version)
{
    QStringList options;
    const auto change = [&options](const QString& instruction) { options << u"--change"_s << instruction; };
    if (!base.entrypoint.isEmpty())
        change(u"ENTRYPOINT "_s + jsonList(base.entrypoint));
    // An empty list would leave what the container was started with.
    const QStringList shell{u"/bin/sh"_s};
    change(u"CMD "_s + jsonList(base.command.isEmpty() && base.entrypoint.isEmpty() ? shell : base.command));
    change(u"USER "_s + (base.user.isEmpty() ? u"root"_s : base.user));
    for (const QString& label : preparedLabels(base, reference, version))
        change(u"LABEL "_s + label.section(u'=', 0, 0) + u'=' + quoted(label.section(u'=', 1)));
    return options;
}

} // namespace bv
