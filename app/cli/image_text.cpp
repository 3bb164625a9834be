#include "cli/image_text.h"

#include "target/docker/image_recipe.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace bv::cli {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::Images)
};

constexpr qsizetype historyWidth = 70;

/// As container engines say it: units of 10^6.
QString megabytes(qint64 bytes)
{
    constexpr double unit = 1e6;
    return Text::tr("%1 MB").arg(static_cast<double>(bytes) / unit, 0, 'f', 1);
}

QString sysbenchOf(const ImageInside& inside)
{
    return inside.sysbenchVersion.isEmpty() ? u"–"_s : inside.sysbenchVersion;
}

QString withoutBlanksAtEnd(QString line)
{
    while (line.endsWith(u' '))
        line.chop(1);
    return line + u'\n';
}

} // namespace

QString imageTable(const QList<ImageFacts>& images)
{
    qsizetype width = Text::tr("Image").size();
    for (const ImageFacts& image : images) {
        for (const QString& name : image.names)
            width = std::max(width, name.size());
    }
    const auto row = [width](const QStringList& cells) {
        return withoutBlanksAtEnd(cells[0].leftJustified(width + 2) + cells[1].leftJustified(10) +
                                  cells[2].leftJustified(10) + cells[3].rightJustified(11) + u"  "_s + cells[4]);
    };
    QString table =
        row({Text::tr("Image"), Text::tr("sysbench"), Text::tr("packages"), Text::tr("size"), Text::tr("system")});
    QString unusable;
    bool lacking = false;
    for (const ImageFacts& image : images) {
        const ImageInside inside = image.inside.value_or(ImageInside());
        for (const QString& name : image.names) {
            const QString manager = inside.packageManager.isEmpty() ? u"–"_s : inside.packageManager;
            const QString system = inside.distribution.isEmpty() ? image.os : inside.distribution;
            table += row(
                {name, sysbenchOf(inside), manager, megabytes(image.sizeBytes), system + u", "_s + image.architecture});
            if (!inside.problem.isEmpty())
                unusable += u"%1: %2\n"_s.arg(name, inside.problem);
            lacking = lacking || (inside.problem.isEmpty() && inside.sysbenchVersion.isEmpty());
        }
    }
    if (!unusable.isEmpty())
        table += u'\n' + unusable;
    if (lacking)
        table += u'\n' + Text::tr("An image without sysbench gets it by: benchvisor image prepare NAME") + u'\n';
    return table;
}

QString imageSheet(const ImageFacts& image, const QString& reference)
{
    const ImageInside inside = image.inside.value_or(ImageInside());
    QString sysbench = inside.sysbenchVersion;
    if (sysbench.isEmpty())
        sysbench = Text::tr("none");
    else if (!inside.sysbenchSha256.isEmpty())
        sysbench += u", SHA-256 "_s + inside.sysbenchSha256;
    QList<std::pair<QString, QString>> lines{{Text::tr("Image"), reference}, {Text::tr("Id"), image.id}};
    if (!image.digest.isEmpty())
        lines << std::pair(Text::tr("Digest"), image.digest);
    if (!image.preparedFrom.isEmpty())
        lines << std::pair(Text::tr("Base"), u"%1, %2"_s.arg(image.preparedFrom, image.preparedFromId));
    lines << std::pair(
        Text::tr("System"),
        u"%1, %2"_s.arg(inside.distribution.isEmpty() ? image.os : inside.distribution, image.architecture));
    lines << std::pair(Text::tr("Size"), megabytes(image.sizeBytes));
    lines << std::pair(Text::tr("Packages"), inside.packageManager.isEmpty()
                                                 ? Text::tr("no package manager that is known")
                                                 : inside.packageManager);
    lines << std::pair(Text::tr("sysbench"), sysbench);
    QString sheet;
    for (const auto& [name, value] : std::as_const(lines))
        sheet += u"%1 %2\n"_s.arg(name + u':', -10).arg(value);
    if (!inside.problem.isEmpty())
        sheet += inside.problem + u'\n';
    else if (!image.hasSysbench())
        sheet += preparingAdvice(reference) + u'\n';
    return sheet;
}

QString historyTable(const QList<ImageLayer>& layers, bool isCut)
{
    QString table = u"%1  %2  %3\n"_s.arg(Text::tr("size"), 11).arg(Text::tr("made"), -16).arg(Text::tr("by"));
    for (const ImageLayer& layer : layers) {
        QString by = layer.createdBy.isEmpty() ? layer.comment : layer.createdBy;
        if (isCut && by.size() > historyWidth)
            by = by.left(historyWidth - 1) + u'…';
        table += u"%1  %2  %3\n"_s.arg(megabytes(layer.sizeBytes), 11)
                     .arg(layer.created.toLocalTime().toString(u"yyyy-MM-dd HH:mm"_s), -16)
                     .arg(by);
    }
    return table;
}

} // namespace bv::cli
