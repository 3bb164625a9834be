#include "import/import_preview.h"

#include "import/import_parts.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSet>
#include <algorithm>

namespace bv {

namespace {

using namespace Qt::StringLiterals;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::ImportPreview)
};

/// A file to be read, and the name that it is shown by and guessed from.
struct Source
{
    QString path;
    QString shown;
    bool isNamed = false;
};

/// The last parts of an absolute path are enough to guess from; the others are somebody's home.
QString shownName(const QString& path)
{
    constexpr int parts = 3;
    return QDir::isAbsolutePath(path) ? path.section(u'/', -parts) : path;
}

/// "run2" before "run10", in every locale alike.
bool comesBefore(const QString& a, const QString& b)
{
    static const auto digits = [](const QString& text, qsizetype from) {
        qsizetype to = from;
        while (to < text.size() && text[to] >= u'0' && text[to] <= u'9')
            ++to;
        return QStringView(text).sliced(from, to - from);
    };
    qsizetype i = 0;
    qsizetype j = 0;
    while (i < a.size() && j < b.size()) {
        const QStringView inA = digits(a, i);
        const QStringView inB = digits(b, j);
        if (!inA.isEmpty() && !inB.isEmpty()) {
            const qulonglong numberA = inA.toULongLong();
            const qulonglong numberB = inB.toULongLong();
            if (numberA != numberB)
                return numberA < numberB;
            i += inA.size();
            j += inB.size();
        } else if (a[i] != b[j]) {
            return a[i] < b[j];
        } else {
            ++i;
            ++j;
        }
    }
    return a.size() - i < b.size() - j;
}

void sortByName(QFileInfoList& entries)
{
    std::stable_sort(entries.begin(), entries.end(),
                     [](const QFileInfo& a, const QFileInfo& b) { return comesBefore(a.fileName(), b.fileName()); });
}

class Gatherer
{
public:
    explicit Gatherer(const std::stop_token& stop)
        : m_stop(stop)
    {
    }

    void add(const QString& path)
    {
        const QFileInfo info(path);
        if (!info.exists())
            warn(path, Text::tr("The file %1 does not exist. Check its name.").arg(path));
        else if (isForbidden(info))
            warn(path, Text::tr("%1 is no file of results: it belongs to the system.").arg(path));
        else if (info.isDir())
            addFolder(QDir::cleanPath(path), shownName(QDir::cleanPath(path)), 0);
        else if (info.isFile())
            m_sources.append({path, shownName(path), true});
        else
            warn(path, Text::tr("%1 is a device or a pipe, not a file.").arg(path));
    }

    const QList<Source>& sources() const { return m_sources; }
    QList<ImportWarning> warnings() const { return m_warnings; }
    bool isTooMany() const { return m_sources.size() > importedFiles; }

private:
    static bool isForbidden(const QFileInfo& info)
    {
        const QString real = info.canonicalFilePath() + u'/';
        return real.startsWith("/proc/"_L1) || real.startsWith("/sys/"_L1) || real.startsWith("/dev/"_L1);
    }

    void warn(const QString& path, const QString& text, bool isNamed = true)
    {
        m_warnings.append({shownName(path), text, true, isNamed});
    }

    void addFolder(const QString& path, const QString& shown, int depth)
    {
        QFileInfoList entries = QDir(path).entryInfoList(QDir::Files | QDir::Dirs | QDir::NoDotAndDotDot);
        sortByName(entries);
        for (const QFileInfo& entry : std::as_const(entries)) {
            if (m_stop.stop_requested() || isTooMany())
                return;
            const QString name = shown + u'/' + entry.fileName();
            if (!entry.isDir()) {
                if (entry.isFile() && !isForbidden(entry))
                    m_sources.append({entry.filePath(), name, false});
            } else if (depth >= importedFolderDepth) {
                warn(name, Text::tr("The folder %1 is too deep; import it by itself.").arg(name), false);
            } else if (!entry.isSymLink()) { // it might lead back here
                addFolder(entry.filePath(), name, depth + 1);
            }
        }
    }

    std::stop_token m_stop;
    QList<Source> m_sources;
    QList<ImportWarning> m_warnings;
};

Result<QByteArray> contentOf(const Source& source)
{
    QFile file(source.path);
    if (file.size() > importedFileBytes)
        return Error(Error::Code::BadInput, Text::tr("The file %1 is larger than %2 MiB; import it in parts.")
                                                .arg(source.shown)
                                                .arg(importedFileBytes / (1024 * 1024)));
    if (!file.open(QIODevice::ReadOnly))
        return Error(Error::Code::Io,
                     Text::tr("The file %1 cannot be read: %2.").arg(source.shown, file.errorString()));
    QByteArray content = file.read(importedFileBytes + 1); // it may grow meanwhile
    if (file.error() != QFileDevice::NoError)
        return Error(Error::Code::Io,
                     Text::tr("The file %1 cannot be read: %2.").arg(source.shown, file.errorString()));
    return content;
}

void addRows(ImportPreview& preview, const Source& source, const ImportedFile& file)
{
    int number = 0;
    for (const ImportedRun& run : file.runs)
        preview.rows.append({source.shown, ++number, run, !run.isSuperseded});
    for (const QString& text : file.warnings)
        preview.warnings.append({source.shown, text, false, source.isNamed});
}

Error cancelled()
{
    return {Error::Code::Cancelled, Text::tr("The import was cancelled.")};
}

Error nothingRead(const ImportPreview& preview)
{
    QStringList texts;
    for (const ImportWarning& warning : preview.warnings)
        texts << warning.text;
    if (texts.isEmpty())
        return {Error::Code::BadInput, Text::tr("There is no file to import.")};
    if (texts.size() == 1)
        return {Error::Code::BadInput, texts.first()};
    constexpr qsizetype shown = 20;
    return {Error::Code::BadInput, Text::tr("None of the %1 files has results that can be read.").arg(texts.size()),
            texts.mid(0, shown).join(u'\n')};
}

} // namespace

Result<ImportPreview> readImport(const QStringList& paths, const std::stop_token& stop, const ImportProgress& progress)
{
    Gatherer gatherer(stop);
    for (const QString& path : paths)
        gatherer.add(path);
    if (gatherer.isTooMany())
        return Error(Error::Code::BadInput,
                     Text::tr("There are more than %1 files. Name a smaller folder.").arg(importedFiles));
    ImportPreview preview;
    preview.warnings = gatherer.warnings();
    const QList<Source>& sources = gatherer.sources();
    qint64 bytes = 0;
    for (qsizetype i = 0; i < sources.size(); ++i) {
        const Source& source = sources[i];
        if (stop.stop_requested())
            return cancelled();
        if (progress)
            progress(static_cast<int>(i), static_cast<int>(sources.size()), source.shown);
        const auto content = contentOf(source);
        bytes += content ? content->size() : 0;
        if (bytes > importedBytes)
            return Error(
                Error::Code::BadInput,
                Text::tr("The files have more than %1 MiB. Import them in parts.").arg(importedBytes / (1024 * 1024)));
        const auto file = content ? importText(source.shown, *content, stop) : Result<ImportedFile>(content.error());
        if (file)
            addRows(preview, source, *file);
        else if (file.error().code == Error::Code::Cancelled)
            return cancelled();
        else
            preview.warnings.append({source.shown, file.error().message, true, source.isNamed});
        if (preview.rows.size() > importedRunLimit)
            return Error(Error::Code::BadInput,
                         Text::tr("There are more than %1 runs. Import them in parts.").arg(importedRunLimit));
    }
    if (stop.stop_requested())
        return cancelled();
    if (preview.rows.isEmpty())
        return nothingRead(preview);
    if (progress)
        progress(static_cast<int>(sources.size()), static_cast<int>(sources.size()), {});
    return preview;
}

void setArrangement(ImportRow& row, const Arrangement& arrangement, const QString& name)
{
    ImportedRun& run = row.run;
    run.arrangement = arrangement;
    run.targetName = name;
    for (const QString& field : {u"target"_s, u"cpus"_s, u"memory_mib"_s, u"accel"_s, u"disk_format"_s})
        run.guessed.remove(field);
}

} // namespace bv
