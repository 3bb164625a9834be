#include "target/docker/image_history.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

constexpr std::chrono::milliseconds historyTimeout{20'000};

/// Docker and Podman differ in the case of the keys.
QJsonValue valueOf(const QJsonObject& json, std::initializer_list<const char*> keys)
{
    for (const char* key : keys) {
        const auto found = json.constFind(QLatin1StringView(key));
        if (found != json.constEnd())
            return *found;
    }
    return {};
}

ImageLayer layerOf(const QJsonObject& json)
{
    ImageLayer layer;
    layer.id = valueOf(json, {"ID", "id"}).toString();
    if (layer.id.startsWith(u'<')) // <missing>
        layer.id.clear();
    layer.comment = valueOf(json, {"Comment", "comment"}).toString();
    layer.created = QDateTime::fromString(valueOf(json, {"CreatedAt", "created"}).toString(), Qt::ISODateWithMs);
    const QJsonValue size = valueOf(json, {"Size", "size"});
    layer.sizeBytes = size.isString() ? size.toString().toLongLong() : size.toInteger();
    QString by = valueOf(json, {"CreatedBy", "createdBy"}).toString().simplified();
    const QString shell = u"/bin/sh -c "_s;
    const QString silent = u"#(nop) "_s; // how builders write what is no command
    if (by.startsWith(shell)) {
        by.remove(0, shell.size());
        by = by.startsWith(silent) ? by.mid(silent.size()).trimmed() : u"RUN "_s + by;
    }
    layer.createdBy = by;
    return layer;
}

} // namespace

QJsonObject ImageLayer::toJson() const
{
    return {{u"id"_s, id},
            {u"created_by"_s, createdBy},
            {u"comment"_s, comment},
            {u"created"_s, created.toUTC().toString(Qt::ISODate)},
            {u"size_bytes"_s, sizeBytes}};
}

QList<ImageLayer> parseImageHistory(const QByteArray& output)
{
    QList<ImageLayer> layers;
    const QJsonDocument whole = QJsonDocument::fromJson(output);
    if (whole.isArray()) {
        const QJsonArray array = whole.array();
        for (const QJsonValue& value : array)
            layers << layerOf(value.toObject());
        return layers;
    }
    const QList<QByteArray> lines = output.split('\n');
    for (const QByteArray& line : lines) {
        const QJsonDocument document = QJsonDocument::fromJson(line);
        if (document.isObject())
            layers << layerOf(document.object());
    }
    return layers;
}

Async<QList<ImageLayer>> imageHistory(ContainerEngine engine, QString reference, std::stop_token stop)
{
    const QStringList arguments{u"history"_s,  u"--no-trunc"_s, u"--human=false"_s,
                                u"--format"_s, u"{{json .}}"_s, reference};
    const auto told = co_await engine.call(arguments, historyTimeout, stop);
    if (!told)
        co_return told.error();
    const QList<ImageLayer> layers = parseImageHistory(told->toUtf8());
    co_return layers;
}

} // namespace bv
