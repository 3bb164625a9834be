#include "charts/chart_export.h"

#include "charts/bar_plot.h"
#include "charts/heat_plot.h"
#include "charts/scaling_plot.h"
#include "charts/time_plot.h"
#include "export/report_document.h"
#include "models/chart_set.h"
#include "models/session_model.h"
#include "style/metrics.h"

#include <QApplication>
#include <QBuffer>
#include <QFontMetricsF>
#include <QGraphicsLayout>
#include <QGraphicsScene>
#include <QPainter>
#include <QPalette>
#include <QSaveFile>
#include <QSvgGenerator>
#include <QtConcurrent/QtConcurrentRun>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(ChartExport)
};

constexpr qreal margin = gapLarge;

Theme themeOf(bool dark)
{
    return Appearance::themeFor(QPalette(dark ? Qt::black : Qt::white));
}

/// In pixels, without the desktop's hints: what is exported is the same on every screen and on none.
QFont exportFont()
{
    QFont font;
    font.setFamilies({u"DejaVu Sans"_s, u"Noto Sans"_s, u"Liberation Sans"_s, u"Sans Serif"_s});
    font.setStyleHint(QFont::SansSerif, QFont::StyleStrategy(QFont::PreferAntialias | QFont::NoSubpixelAntialias));
    font.setHintingPreference(QFont::PreferNoHinting);
    font.setPixelSize(12);
    font.setWeight(QFont::Normal);
    return font;
}

/// A text at the foot of `room`, which becomes shorter.
void paintFoot(QPainter* painter, const QString& text, const QFont& font, const QColor& color, QRectF* room)
{
    if (text.isEmpty())
        return;
    const QFontMetricsF metrics(font);
    const qreal height = metrics.boundingRect(QRectF(0, 0, room->width(), 1000), Qt::TextWordWrap, text).height();
    painter->setFont(font);
    painter->setPen(color);
    painter->drawText(QRectF(room->left(), room->bottom() - height, room->width(), height), Qt::TextWordWrap, text);
    room->setBottom(room->bottom() - height - gapSmall);
}

/// The legend's entries in rows; gives the height. Without a painter it only measures.
qreal layLegend(const QList<LegendEntry>& entries, const QFont& font, const Theme& theme, const QRectF& room,
                QPainter* painter)
{
    const QFontMetricsF metrics(font);
    constexpr qreal sample = 28;
    qreal x = room.left();
    qreal y = room.top();
    const qreal line = metrics.height() + gapSmall;
    bool any = false;
    for (const LegendEntry& entry : entries) {
        if (!entry.shown)
            continue;
        any = true;
        const qreal width = sample + gapSmall + metrics.horizontalAdvance(entry.name);
        if (x > room.left() && x + width > room.right()) {
            x = room.left();
            y += line;
        }
        if (painter) {
            const qreal middle = y + metrics.height() / 2;
            painter->setPen(entry.look.pen(entry.thin ? 1 : 1.8));
            painter->drawLine(QPointF(x, middle), QPointF(x + sample, middle));
            painter->setPen(entry.thin ? QPen(entry.look.color, 1) : QPen(Qt::NoPen));
            painter->setBrush(entry.thin ? theme.card : entry.look.color);
            drawMarker(*painter, entry.look.marker, {x + sample / 2, middle}, 8);
            painter->setPen(theme.text);
            painter->setFont(font);
            painter->drawText(QPointF(x + sample + gapSmall, y + metrics.ascent()), entry.name);
        }
        x += width + gapLarge;
    }
    return any ? y + line - room.top() : 0;
}

void paintExport(QPainter* painter, const Plot& source, const ExportOptions& options)
{
    const Theme theme = themeOf(options.dark);
    const QFont font = exportFont();
    const std::unique_ptr<Plot> plot = source.copy();
    plot->setTheme(theme);
    plot->setFont(font);
    plot->setMark(source.mark());
    const QRectF page(QPointF(), options.size);
    painter->setRenderHint(QPainter::Antialiasing);
    painter->fillRect(page, theme.card);
    QRectF room = page.adjusted(margin, margin, -margin, -margin);
    if (options.withTitle) {
        const QFont title = fontAt(TextStep::Title, font);
        painter->setPen(theme.text);
        painter->setFont(title);
        painter->drawText(QPointF(room.left(), room.top() + QFontMetricsF(title).ascent()),
                          Text::tr("%1, %2").arg(plot->title(), plot->unit()));
        room.setTop(room.top() + QFontMetricsF(title).height() + gap);
    }
    const QList<LegendEntry> legend = plot->legend();
    const QFont caption = fontAt(TextStep::Body, font);
    room.setTop(room.top() + layLegend(legend, caption, theme, room, painter) + gap);
    const QFont small = fontAt(TextStep::Caption, font);
    paintFoot(painter, options.stamp, small, theme.mutedText, &room);
    paintFoot(painter, plot->note(), small, theme.mutedText, &room);
    QGraphicsScene scene;
    scene.addItem(plot->chart());
    plot->resize(room.size());
    plot->chart()->setPos(0, 0);
    QCoreApplication::sendPostedEvents(plot->chart(), QEvent::LayoutRequest); // no event loop does it here
    plot->chart()->layout()->activate();
    painter->setBrush(Qt::NoBrush); // the lines are painted with whatever brush is set
    scene.setSceneRect(QRectF(QPointF(), room.size()));
    scene.render(painter, room, QRectF(QPointF(), room.size()), Qt::IgnoreAspectRatio);
    scene.removeItem(plot->chart());
}

Result<> write(const QString& path, const QByteArray& bytes)
{
    QSaveFile file(path);
    if (file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() && file.commit())
        return Unit();
    return Error(Error::Code::Io,
                 Text::tr("The chart could not be written to %1. Choose another folder, or free some space.").arg(path),
                 file.errorString());
}

} // namespace

QString chartStamp(const Session& session)
{
    const QString fairness = fairnessStamp(session);
    return fairness.isEmpty() ? sessionStamp(session) : sessionStamp(session) + u'\n' + fairness;
}

bool isExportable(const ExportOptions& options)
{
    return qint64{options.size.width()} * options.size.height() * options.scale * options.scale <= mostPixels;
}

QString exportSizeText(const ExportOptions& options)
{
    const QString pixels =
        Text::tr("%1 × %2 pixels").arg(options.size.width() * options.scale).arg(options.size.height() * options.scale);
    return isExportable(options) ? pixels
                                 : Text::tr("%1 are too many: at most %2 million. Choose a smaller size or scale.")
                                       .arg(pixels)
                                       .arg(mostPixels / 1'000'000);
}

QImage chartImage(const Plot& plot, const ExportOptions& options)
{
    int scale = std::clamp(options.scale, 1, 4);
    while (scale > 1 && !isExportable({options.size, scale}))
        --scale;
    QImage image(options.size * scale, QImage::Format_ARGB32_Premultiplied);
    constexpr double dotsPerMeter = 96 / 0.0254;
    image.setDotsPerMeterX(qRound(dotsPerMeter)); // fonts follow it, so the scale is told afterwards
    image.setDotsPerMeterY(qRound(dotsPerMeter));
    image.fill(Qt::white);
    QPainter painter(&image);
    painter.scale(scale, scale);
    paintExport(&painter, plot, options);
    painter.end();
    image.setDotsPerMeterX(qRound(dotsPerMeter * scale));
    image.setDotsPerMeterY(qRound(dotsPerMeter * scale));
    return image;
}

QByteArray chartSvg(const Plot& plot, const ExportOptions& options)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setSize(options.size);
    generator.setViewBox(QRect(QPoint(), options.size));
    generator.setTitle(plot.title());
    generator.setDescription(plot.markedSummary());
    generator.setResolution(96);
    QPainter painter(&generator);
    paintExport(&painter, plot, options);
    painter.end();
    return bytes;
}

Result<QByteArray> pngBytes(const QImage& image)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    if (buffer.open(QIODevice::WriteOnly) && image.save(&buffer, "PNG"))
        return bytes;
    return Error(Error::Code::Io,
                 Text::tr("The chart could not be made a PNG of %1 × %2 pixels. Choose a smaller size.")
                     .arg(image.width())
                     .arg(image.height()));
}

QFuture<Result<>> writePng(const QString& path, const QImage& image)
{
    return QtConcurrent::run([path, image]() -> Result<> {
        const Result<QByteArray> bytes = pngBytes(image);
        if (!bytes)
            return bytes.error();
        return write(path, *bytes);
    });
}

QFuture<Result<>> writeBytes(const QString& path, const QByteArray& bytes)
{
    return QtConcurrent::run([path, bytes] { return write(path, bytes); });
}

std::vector<std::unique_ptr<Plot>> allPlots(const SessionModel& model)
{
    std::vector<std::unique_ptr<Plot>> plots;
    const LookSource looks = [&model](const QString& id, const Theme& theme) { return targetLook(model, id, theme); };
    ChartSet charts(model);
    charts.setUse(true);
    for (int i = 0; i < charts.count(); ++i) {
        if (charts.chart(i).isEmpty())
            continue;
        auto plot = std::make_unique<TimePlot>(looks);
        plot->setData(charts.chart(i));
        plots.push_back(std::move(plot));
    }
    const QList<BarData> bars = barData(model);
    for (const BarData& data : bars) {
        auto plot = std::make_unique<BarPlot>(looks);
        plot->setData(data);
        plots.push_back(std::move(plot));
    }
    const QList<ScalingData> scaling = scalingData(model.session());
    for (const ScalingData& data : scaling)
        plots.push_back(std::make_unique<ScalingPlot>(looks, data));
    const QList<HeatData> heat = heatData(model.session());
    for (const HeatData& data : heat)
        plots.push_back(std::make_unique<HeatPlot>(data));
    return plots;
}

} // namespace bv
