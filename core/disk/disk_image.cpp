#include "disk/disk_image.h"

#include "base/shell_line.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>
#include <cmath>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::Disk)
};

constexpr double mostBytes = 1024.0 * 1024 * 1024 * 1024 * 1024 * 1024; ///< 1 EiB: more than QEMU takes

Error notUnderstood(const QByteArray& json)
{
    return Error(Error::Code::Protocol, Text::tr("qemu-img answered something that is not understood. Is it very old?"),
                 QString::fromUtf8(json.left(500)));
}

QString encryptionOf(const QJsonObject& layer)
{
    if (layer["format"_L1].toString() == "luks"_L1)
        return u"luks"_s;
    if (!layer["encrypted"_L1].toBool())
        return {};
    const QJsonObject data = layer["format-specific"_L1]["data"_L1].toObject();
    return data["encrypt"_L1]["format"_L1].toString(u"aes"_s);
}

qint64 integer(const QJsonValue& value)
{
    return value.toInteger();
}

} // namespace

Result<DiskImage> parseDiskInfo(const QByteArray& json)
{
    const QJsonDocument document = QJsonDocument::fromJson(json);
    const QJsonArray layers = document.isObject() ? QJsonArray{document.object()} : document.array();
    if (layers.isEmpty() || layers.first()["format"_L1].toString().isEmpty())
        return notUnderstood(json);
    const QJsonObject top = layers.first().toObject();
    DiskImage image;
    image.path = top["filename"_L1].toString();
    image.format = top["format"_L1].toString();
    image.virtualBytes = integer(top["virtual-size"_L1]);
    image.actualBytes = integer(top["actual-size"_L1]);
    image.encryption = encryptionOf(top);
    image.dirty = top["dirty-flag"_L1].toBool();
    image.corrupt = top["format-specific"_L1]["data"_L1]["corrupt"_L1].toBool();
    const QJsonArray snapshots = top["snapshots"_L1].toArray();
    for (const QJsonValue& snapshot : snapshots)
        image.snapshots << snapshot["name"_L1].toString();
    for (qsizetype i = 1; i < layers.size(); ++i) {
        const QJsonObject layer = layers.at(i).toObject();
        const DiskImage::Base base{layer["filename"_L1].toString(), layer["format"_L1].toString()};
        image.chain << base;
        image.corrupt = image.corrupt || layer["format-specific"_L1]["data"_L1]["corrupt"_L1].toBool();
    }
    return image;
}

QJsonObject toJson(const DiskImage& image)
{
    QJsonArray chain;
    for (const DiskImage::Base& base : image.chain)
        chain << QJsonObject{{"path"_L1, base.path}, {"format"_L1, base.format}};
    return {{"path"_L1, image.path},
            {"format"_L1, image.format},
            {"virtual_bytes"_L1, image.virtualBytes},
            {"actual_bytes"_L1, image.actualBytes},
            {"encryption"_L1, image.encryption},
            {"chain"_L1, chain},
            {"snapshots"_L1, QJsonArray::fromStringList(image.snapshots)},
            {"dirty"_L1, image.dirty},
            {"corrupt"_L1, image.corrupt}};
}

Result<DiskCheck> parseDiskCheck(const QByteArray& json)
{
    const QJsonObject told = QJsonDocument::fromJson(json).object();
    if (!told.contains("check-errors"_L1))
        return notUnderstood(json);
    DiskCheck check;
    check.corruptions = told["corruptions"_L1].toInt();
    check.leaks = told["leaks"_L1].toInt();
    check.errors = told["check-errors"_L1].toInt();
    check.corruptionsFixed = told["corruptions-fixed"_L1].toInt();
    check.leaksFixed = told["leaks-fixed"_L1].toInt();
    return check;
}

QStringList describeCheck(const DiskCheck& check, const QString& path)
{
    if (!check.isSupported)
        return {Text::tr("A disk of this format has no tables that could be damaged; there is nothing to check.")};
    const QString word = shellLine({path});
    QStringList lines;
    if (check.corruptionsFixed > 0)
        lines << Text::tr("%n wrong cluster(s) were mended. Data may be lost all the same: check the file systems in "
                          "the disk.",
                          nullptr, check.corruptionsFixed);
    if (check.leaksFixed > 0)
        lines << Text::tr("%n leaked cluster(s) were given back.", nullptr, check.leaksFixed);
    if (check.corruptions > 0)
        lines << Text::tr("%n cluster(s) are wrong: the disk is damaged, and data is lost or will be when it is "
                          "written to. Copy the file, then try: benchvisor disk check --repair all %1",
                          nullptr, check.corruptions)
                     .arg(word);
    if (check.errors > 0)
        lines << Text::tr("%n place(s) could not be checked: the tables of the disk are damaged. Copy the file, then "
                          "try: benchvisor disk check --repair all %1",
                          nullptr, check.errors)
                     .arg(word);
    if (check.leaks > 0)
        lines << Text::tr("%n cluster(s) are used by nobody: space is wasted, nothing is lost. To have it back: "
                          "benchvisor disk check --repair leaks %1",
                          nullptr, check.leaks)
                     .arg(word);
    if (check.isSound())
        lines << Text::tr("The disk is sound.");
    return lines;
}

QJsonObject toJson(const DiskCheck& check)
{
    return {{"supported"_L1, check.isSupported},   {"sound"_L1, check.isSound()},
            {"corruptions"_L1, check.corruptions}, {"leaks"_L1, check.leaks},
            {"errors"_L1, check.errors},           {"corruptions_fixed"_L1, check.corruptionsFixed},
            {"leaks_fixed"_L1, check.leaksFixed}};
}

std::optional<double> lastProgress(const QByteArray& printed)
{
    const qsizetype end = printed.lastIndexOf("/100%)");
    const qsizetype begin = end < 0 ? -1 : printed.lastIndexOf('(', end);
    if (begin < 0)
        return {};
    bool isNumber = false;
    const double percent = printed.mid(begin + 1, end - begin - 1).toDouble(&isNumber);
    if (!isNumber)
        return {};
    return percent / 100;
}

Result<qint64> parseDiskSize(const QString& text)
{
    static const QRegularExpression form(u"^\\s*([0-9]+(?:\\.[0-9]+)?)\\s*([KMGT]?)(?:i?B)?\\s*$"_s,
                                         QRegularExpression::CaseInsensitiveOption);
    const auto match = form.match(text);
    const QString units = u"KMGT"_s;
    const QString unit = match.captured(2).toUpper();
    const double bytes =
        match.captured(1).toDouble() * std::pow(1024, unit.isEmpty() ? 0 : 1 + units.indexOf(unit.at(0)));
    if (!match.hasMatch() || !(bytes > 0) || bytes > mostBytes)
        return Error(Error::Code::BadInput,
                     Text::tr("\"%1\" is no size of a disk. Write it as in 4G, 512M or 1.5T.").arg(text));
    return static_cast<qint64>(std::ceil(bytes / 512)) * 512;
}

QString diskSizeText(qint64 bytes)
{
    double value = static_cast<double>(bytes);
    qsizetype unit = 0;
    const QStringList units{Text::tr("bytes"), u"KiB"_s, u"MiB"_s, u"GiB"_s, u"TiB"_s};
    while (value >= 1024 && unit + 1 < units.size()) {
        value /= 1024;
        ++unit;
    }
    return QString::number(value, 'g', value < 1000 ? 3 : 4) + u' ' + units.at(unit);
}

} // namespace bv
