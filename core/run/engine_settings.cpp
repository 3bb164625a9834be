#include "run/engine_settings.h"

#include "base/suggest.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QFile>
#include <QFileInfo>
#include <QSettings>
#include <QStandardPaths>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::EngineSettings)
};

/// Room for "/<session>/<target>/<socket>" below the runtime folder.
constexpr qsizetype longestRuntimeDir = Paths::socketPathLimit - 48;

/// Nothing but comments, names of sections and blanks: QSettings skips a line without '=' silently.
bool saysNothing(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return false;
    while (!file.atEnd()) {
        const QByteArray line = file.readLine().trimmed();
        if (!line.isEmpty() && !line.startsWith(';') && !line.startsWith('#') && !line.startsWith('['))
            return false;
    }
    return true;
}

QString shortRuntimeDir(const QString& runtime)
{
    if (runtime.toUtf8().size() <= longestRuntimeDir)
        return runtime;
    const QByteArray hash = QCryptographicHash::hash(runtime.toUtf8(), QCryptographicHash::Sha256).toHex().left(12);
    return privateTemporary() + u'/' + QString::fromLatin1(hash);
}

QString containerProgram()
{
    const bool onlyPodman =
        QStandardPaths::findExecutable(u"docker"_s).isEmpty() && !QStandardPaths::findExecutable(u"podman"_s).isEmpty();
    return onlyPodman ? u"podman"_s : u"docker"_s;
}

} // namespace

Result<EngineSettings> loadEngineSettings(const Paths& paths)
{
    EngineSettings settings;
    settings.folders.runtimeDir = shortRuntimeDir(paths.runtime);
    settings.folders.workDir = paths.cache + "/work"_L1;
    settings.dataDir = paths.data;
    settings.cacheDir = paths.cache;
    settings.tools.docker = containerProgram();
    const QString file = paths.config + "/benchvisor.ini"_L1;
    if (!QFileInfo::exists(file))
        return settings;
    const QSettings ini(file, QSettings::IniFormat);
    if (ini.status() != QSettings::NoError || !QFileInfo(file).isReadable())
        return Error(Error::Code::BadInput, Text::tr("The settings file %1 cannot be read.").arg(file));
    QHash<QString, QString*> keys{
        {u"tools/docker"_s, &settings.tools.docker},     {u"tools/qemu"_s, &settings.tools.qemuX86},
        {u"tools/qemu_img"_s, &settings.tools.qemuImg},  {u"tools/ssh"_s, &settings.tools.ssh},
        {u"tools/sysbench"_s, &settings.tools.sysbench}, {u"tools/qemu_aarch64"_s, &settings.tools.qemuAarch64},
        {u"paths/kvm_device"_s, &settings.kvmDevice},    {u"paths/work_dir"_s, &settings.folders.workDir}};
    const QHash<QString, std::chrono::milliseconds*> times{{u"run/grace_s"_s, &settings.grace},
                                                           {u"run/boot_s"_s, &settings.bootDeadline}};
    const QStringList given = ini.allKeys();
    if (given.isEmpty() && !saysNothing(file))
        return Error(Error::Code::BadInput, Text::tr("%1 holds no settings: write KEY=VALUE below [tools].").arg(file));
    for (const QString& key : given) {
        if (keys.contains(key)) {
            // a comma makes a list of it
            *keys[key] = ini.value(key).toStringList().join(u',');
            if (keys[key]->isEmpty())
                return Error(Error::Code::BadInput, Text::tr("%1: %2 must not be empty.").arg(file, key));
            continue;
        }
        bool ok = false;
        const double seconds = ini.value(key).toDouble(&ok);
        if (!times.contains(key))
            return Error(Error::Code::BadInput, unknownKeyMessage(file, key, keys.keys() + times.keys()));
        if (!ok || !(seconds >= 1 && seconds <= 86400))
            return Error(Error::Code::BadInput,
                         Text::tr("%1: %2 must be a number of seconds, 1 to 86400.").arg(file, key));
        *times[key] = std::chrono::milliseconds(qRound64(seconds * 1000));
    }
    // A folder that the user names may hold other things; ours has a name of its own.
    if (settings.folders.workDir != paths.cache + "/work"_L1)
        settings.folders.workDir += "/benchvisor-work"_L1;
    return settings;
}

Result<> makeFolders(const EngineSettings& settings)
{
    const auto runtime = ensurePrivateDir(settings.folders.runtimeDir);
    if (!runtime)
        return runtime.error();
    for (const QString& folder : {settings.dataDir, settings.cacheDir, settings.folders.workDir}) {
        const auto made = ensureDir(folder);
        if (!made)
            return made.error();
    }
    return Unit();
}

} // namespace bv
