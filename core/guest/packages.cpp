#include "guest/packages.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>
#include <QUrl>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::Guest)
};

bool saysAny(const QByteArray& text, std::initializer_list<QByteArrayView> words)
{
    return std::any_of(words.begin(), words.end(), [&](QByteArrayView word) { return text.contains(word); });
}

bool isKernelPart(const QString& package)
{
    static const QRegularExpression part(u"^linux-(image|modules|binary)(-unsigned)?-\\d"_s);
    return part.match(package).hasMatch();
}

} // namespace

ProcessSpec aptSpec(const AptTools& tools, const QString& program, const QStringList& arguments)
{
    ProcessSpec spec(program, tools.options + arguments);
    spec.environment.emplaceBack(u"LC_ALL"_s, u"C"_s);
    return spec;
}

Error packageError(const ProcessOutcome& outcome, const QString& what)
{
    Error error = outcome.toError(what);
    const QByteArray text = outcome.errorOutput + outcome.output;
    if (outcome.kind != ProcessOutcome::Kind::Exited && outcome.kind != ProcessOutcome::Kind::TimedOut)
        return error;
    if (saysAny(text, {"No space left", "enough free space"}))
        return Error(Error::Code::NoSpace, what + u": "_s + Text::tr("no space left. Free about 300 MiB."),
                     error.detail);
    if (saysAny(text,
                {"404", "Unable to locate package", "Hash Sum mismatch", "No candidate", "Can't find a source"})) {
        return Error(Error::Code::NotReady,
                     what + u": "_s + Text::tr("apt's package lists are missing or outdated. Run: sudo apt-get update"),
                     error.detail);
    }
    if (outcome.kind == ProcessOutcome::Kind::TimedOut ||
        saysAny(text, {"resolv", "onnect", "imed out", "imeout", "unreachable"})) {
        return Error(Error::Code::NotReady,
                     what + u": "_s +
                         Text::tr("the package server cannot be reached. Check the network and try again."),
                     error.detail);
    }
    return error;
}

QHash<QString, QStringList> parseDepends(const QByteArray& output)
{
    QHash<QString, QStringList> all;
    QString package;
    const QList<QByteArray> lines = output.split('\n');
    for (const QByteArray& line : lines) {
        const QString text = QString::fromUtf8(line);
        if (!text.isEmpty() && !text.startsWith(u' ') && !text.startsWith(u'<')) {
            package = text.trimmed();
            all[package];
            continue;
        }
        const QString name = text.section(u"Depends: "_s, 1).trimmed().section(u':', 0, 0);
        if (!package.isEmpty() && !name.isEmpty() && !name.startsWith(u'<') && !text.contains("PreDepends"_L1))
            all[package] << name;
    }
    return all;
}

Async<QStringList> findKernelPackages(AptTools tools, QString cloudPackage, std::stop_token stop)
{
    const QStringList metaPackages{cloudPackage, u"linux-image-virtual"_s};
    QStringList found;
    QStringList ask = metaPackages;
    // The meta package names the image; where image and modules are packages of their own, the image names the others.
    for (int level = 0; level < 3 && !ask.isEmpty(); ++level) {
        ProcessSpec spec = aptSpec(tools, tools.aptCache, QStringList{u"depends"_s, u"--important"_s} + ask);
        spec.timeout = std::chrono::seconds(30);
        const ProcessOutcome outcome = co_await runProcess(spec, stop);
        // Exit status 100 only says that one of them is unknown.
        if (outcome.kind != ProcessOutcome::Kind::Exited)
            co_return outcome.toError(Text::tr("Looking for the guest's kernel package"));
        const QHash<QString, QStringList> depends = parseDepends(outcome.output);
        QStringList next;
        for (const QString& package : std::as_const(ask)) {
            for (const QString& dependency : depends.value(package)) {
                if (isKernelPart(dependency) && !found.contains(dependency) && !next.contains(dependency))
                    next << dependency;
            }
            if (level == 0 && !next.isEmpty())
                break; // one kernel is enough
        }
        found += next;
        ask = next;
    }
    if (found.isEmpty()) {
        co_return Error(
            Error::Code::NotReady,
            Text::tr("apt knows no kernel package for the guest (%1). Fetch its package lists: sudo apt-get "
                     "update. Or give a kernel: benchvisor guest build --kernel FILE --modules FOLDER")
                .arg(metaPackages.join(Text::tr(" or "))));
    }
    co_return found;
}

QStringList parseSimulation(const QByteArray& output)
{
    // "Inst libc6 (2.36-9+deb12u10 Debian:12.10/stable [arm64])", "Inst zlib1g [1:1.2] (1:1.3 …) []"
    QStringList names;
    const QList<QByteArray> lines = output.split('\n');
    for (const QByteArray& line : lines) {
        if (line.startsWith("Inst "))
            names << QString::fromUtf8(line.mid(5)).section(u' ', 0, 0).section(u':', 0, 0);
    }
    names.sort();
    names.removeDuplicates();
    return names;
}

Async<QStringList> downloadPackages(AptTools tools, QStringList names, QString folder, std::stop_token stop)
{
    // Root may write the folder, apt's own user may not: no sandbox, only then does it not warn.
    const QStringList options{u"-q"_s,
                              u"-o"_s,
                              u"APT::Sandbox::User=root"_s,
                              u"-o"_s,
                              u"Acquire::Retries=2"_s,
                              u"-o"_s,
                              u"Acquire::http::Timeout=15"_s,
                              u"-o"_s,
                              u"Acquire::https::Timeout=15"_s};
    ProcessSpec spec = aptSpec(tools, tools.aptGet, options + QStringList(u"download"_s) + names);
    spec.workingDirectory = folder;
    spec.timeout = std::chrono::minutes(10);
    const ProcessOutcome outcome = co_await runProcess(spec, stop);
    if (!outcome.ok())
        co_return packageError(outcome, Text::tr("Downloading %1").arg(names.join(u", "_s)));
    const QStringList patterns(u"*.deb"_s);
    QStringList debs;
    for (const QFileInfo& file : QDir(folder).entryInfoList(patterns, QDir::Files, QDir::Name)) {
        if (names.contains(file.fileName().section(u'_', 0, 0)))
            debs << file.filePath();
    }
    if (debs.size() != names.size())
        co_return Error(Error::Code::Protocol,
                        Text::tr("apt-get did not download all of %1.").arg(names.join(u", "_s)));
    co_return debs;
}

Async<> unpackPackages(AptTools tools, QStringList debs, QString folder, std::stop_token stop)
{
    for (const QString& deb : std::as_const(debs)) {
        const QStringList arguments{u"-x"_s, deb, folder};
        ProcessSpec spec(tools.dpkgDeb, arguments);
        spec.environment.emplaceBack(u"LC_ALL"_s, u"C"_s);
        spec.timeout = std::chrono::minutes(5);
        const ProcessOutcome outcome = co_await runProcess(spec, stop);
        if (!outcome.ok())
            co_return packageError(outcome, Text::tr("Unpacking %1").arg(QFileInfo(deb).fileName()));
    }
    co_return Result<>(Unit());
}

QString packageOfFile(const QString& deb)
{
    const QString name = QUrl::fromPercentEncoding(QFileInfo(deb).fileName().toUtf8());
    return name.section(u'_', 0, 0) + u' ' + name.section(u'_', 1, 1);
}

} // namespace bv
