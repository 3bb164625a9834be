#include "charts/bar_chart.h"
#include "charts/chart_drag.h"
#include "charts/chart_frame.h"
#include "charts/drag_handle.h"
#include "charts/legend.h"
#include "charts/ticks.h"
#include "charts/time_chart.h"
#include "models/chart_set.h"
#include "models/session_model.h"
#include "support/chart_session.h"
#include "support/strict_messages.h"
#include "widgets/file_chooser.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QDialog>
#include <QFileDialog>
#include <QMenu>
#include <QMimeData>
#include <QPushButton>
#include <QSet>
#include <QSignalSpy>
#include <QSpinBox>
#include <QSvgRenderer>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QUrl>
#include <QXmlStreamReader>

using namespace bv;
using namespace Qt::StringLiterals;

namespace {

int countNear(const QImage& image, const QColor& color, int tolerance = 24)
{
    int count = 0;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            const QColor pixel = image.pixelColor(x, y);
            count += std::abs(pixel.red() - color.red()) < tolerance &&
                             std::abs(pixel.green() - color.green()) < tolerance &&
                             std::abs(pixel.blue() - color.blue()) < tolerance
                         ? 1
                         : 0;
        }
    }
    return count;
}

const QColor dockerBlue(0x00, 0x72, 0xb2);
const QColor tcgVermilion(0xd5, 0x5e, 0x00);

} // namespace

class TestCharts : public QObject
{
    Q_OBJECT

    std::unique_ptr<Appearance> m_appearance;
    std::unique_ptr<SessionModel> m_model;
    std::unique_ptr<ChartSet> m_charts;
    std::unique_ptr<ChartFrame> m_frame;
    TimeChart* m_chart = nullptr;
    QTemporaryDir m_folder;

    LookSource looks()
    {
        return [this](const QString& id, const Theme& theme) { return targetLook(*m_model, id, theme); };
    }
    QString path(const QString& name) const { return m_folder.filePath(name); }
    TimePlot& plot() { return m_chart->timePlot(); }

private slots:
    void initTestCase() { StrictMessages::install(); }
    void init()
    {
        m_appearance = std::make_unique<Appearance>();
        m_appearance->setScheme(Appearance::Scheme::Light);
        m_model = std::make_unique<SessionModel>();
        m_model->show(std::make_shared<Session>(sample::chartSession(sample::chartPlan({u"docker"_s, u"qemu"_s}))));
        m_charts = std::make_unique<ChartSet>(*m_model);
        m_chart = new TimeChart(looks());
        m_frame = std::make_unique<ChartFrame>(m_chart, *m_model);
        m_frame->addLegend();
        m_frame->resize(800, 420);
        m_frame->show();
        m_chart->setData(m_charts->chart(0));
        emit m_chart->plotChanged();
        QVERIFY(QTest::qWaitForWindowExposed(m_frame.get()));
        m_chart->setFocus();
    }
    void cleanup()
    {
        m_frame.reset();
        m_charts.reset();
        m_model.reset();
        m_appearance.reset();
        QCOMPARE(StrictMessages::faults(), QStringList());
    }
    void ticksAreTidy();
    void zoomsByKeysAndWheel();
    void pansByKeysAndHand();
    void followsTheNewestWhileNotZoomed();
    void readsOutThePointUnderThePointer();
    void readsOutByKeys();
    void legendHidesALine();
    void drawsFewPoints();
    void hasNameAndDescription();
    void followsTheTheme();
    void exportsPng_data();
    void exportsPng();
    void exportIsIndependentOfTheWindow();
    void exportsSvg();
    void exportsEveryChartWithoutAWidget();
    void savesThroughTheDialogs();
    void saysWhenItCannotBeWritten();
    void survivesItsEndWhileWriting();
    void copiesAsAnImage();
    void dragsOutAsPng_data();
    void dragsOutAsPng();
    void aShortOrZoomedDragIsNone();
    void theHandleCopiesWhenPressed();
    void menuHoldsEverything();
    void showsNumbers();
    void barsAreDrawn();
    void barsReadOutByKeys();
};

void TestCharts::ticksAreTidy()
{
    for (const double span : {0.003, 0.7, 1.0, 3.0, 168.0, 1294.0, 1e6, 3.3e9}) {
        const Ticks ticks = ticksFor(span, 6);
        QVERIFY2(span / ticks.step <= 6.001, qPrintable(QString::number(span)));
        QVERIFY2(span / ticks.step >= 1.9, qPrintable(QString::number(span)));
        const double mantissa = ticks.step / std::pow(10, std::floor(std::log10(ticks.step) + 1e-9));
        QVERIFY(qFuzzyCompare(mantissa, 1) || qFuzzyCompare(mantissa, 2) || qFuzzyCompare(mantissa, 5));
    }
    QCOMPARE(ticksFor(1, 5).text(0.2), u"0.2"_s);
    QCOMPARE(ticksFor(1400, 7).text(400), u"400"_s);
    QCOMPARE(ticksFor(0, 5).step, 0.2);
}

void TestCharts::zoomsByKeysAndWheel()
{
    QSignalSpy changed(m_chart, &ChartView::plotChanged);
    const double all = plot().view().span();
    QVERIFY(!plot().isZoomed());
    QTest::keyClick(m_chart, Qt::Key_Plus);
    QVERIFY(plot().isZoomed());
    const double closer = plot().view().span();
    QVERIFY(closer < all);
    QTest::keyClick(m_chart, Qt::Key_Minus);
    QVERIFY(plot().view().span() > closer);
    const QPointF middle = plot().plotArea().center();
    const double before = plot().view().span();
    QWheelEvent scroll(middle, m_chart->mapToGlobal(middle), {}, {0, 240}, {}, {}, Qt::NoScrollPhase, false);
    QApplication::sendEvent(m_chart->viewport(), &scroll);
    QCOMPARE(plot().view().span(), before); // the page's
    QVERIFY(!scroll.isAccepted());
    QWheelEvent wheel(middle, m_chart->mapToGlobal(middle), {}, {0, 240}, {}, Qt::ControlModifier, Qt::NoScrollPhase,
                      false);
    QApplication::sendEvent(m_chart->viewport(), &wheel);
    QVERIFY(plot().view().span() < closer);
    QTest::keyClick(m_chart, Qt::Key_0, Qt::ControlModifier);
    QVERIFY(!plot().isZoomed());
    QCOMPARE(plot().view().span(), all);
    QVERIFY(changed.size() >= 4);
    for (int i = 0; i < 100; ++i)
        QTest::keyClick(m_chart, Qt::Key_Plus);
    QVERIFY(plot().view().span() > 0.1); // there is an end
}

void TestCharts::pansByKeysAndHand()
{
    QTest::keyClick(m_chart, Qt::Key_Right);
    QVERIFY(!plot().isZoomed()); // all is in view
    plot().setView({50, 80});
    QTest::keyClick(m_chart, Qt::Key_Right);
    QCOMPARE(plot().view().from, 53.0);
    QTest::keyClick(m_chart, Qt::Key_Left);
    QCOMPARE(plot().view().from, 50.0);
    QTest::keyClick(m_chart, Qt::Key_Home);
    QCOMPARE(plot().view().from, 0.0);
    QTest::keyClick(m_chart, Qt::Key_End);
    QCOMPARE(plot().view().to, plot().data().length());
    plot().setView({50, 80});
    const QPoint middle = plot().plotArea().center().toPoint();
    QTest::mousePress(m_chart->viewport(), Qt::LeftButton, {}, middle);
    QTest::mouseMove(m_chart->viewport(), middle - QPoint(100, 0));
    QTest::mouseRelease(m_chart->viewport(), Qt::LeftButton, {}, middle - QPoint(100, 0));
    QVERIFY(plot().view().from > 50.1);
    QCOMPARE(plot().view().span(), 30.0);
    QVERIFY(m_chart->renderHints().testFlag(QPainter::Antialiasing));
}

void TestCharts::followsTheNewestWhileNotZoomed()
{
    ChartData more = m_charts->chart(0);
    more.slotList.clear();
    for (int i = 1; i < 300; ++i)
        more.series[0].segments.back().column.append(100 + i, 500);
    const double before = plot().view().to;
    m_chart->setData(more);
    QVERIFY(plot().view().to > before + 100);
    plot().setView({10, 20});
    more.series[0].segments.back().column.append(1000, 500);
    m_chart->setData(more);
    QCOMPARE(plot().view().from, 10.0);
    QCOMPARE(plot().view().to, 20.0);
}

void TestCharts::readsOutThePointUnderThePointer()
{
    QSignalSpy pointed(m_chart, &ChartView::pointed);
    const ChartSegment& first = m_charts->chart(0).series[0].segments.front();
    const QRectF area = plot().plotArea();
    const double top = 1500;
    const QPointF at(area.left() + first.column.secondsAt(2) / plot().view().span() * area.width(),
                     area.bottom() - first.column.valueAt(2) / top * area.height());
    QTest::mouseMove(m_chart->viewport(), at.toPoint());
    QTRY_VERIFY(!plot().pointText().isEmpty());
    QVERIFY2(plot().pointText().startsWith("Docker 2 CPU 1 GiB: "_L1), qPrintable(plot().pointText()));
    QVERIFY(plot().pointText().contains("events/s"_L1));
    QVERIFY2(plot().pointText().contains("cpu 20000, repeat 1, at "_L1), qPrintable(plot().pointText()));
    QCOMPARE(pointed.last().first().toString(), plot().pointText());
    QEvent leave(QEvent::Leave);
    QApplication::sendEvent(m_chart, &leave);
    QVERIFY(plot().pointText().isEmpty());
}

void TestCharts::readsOutByKeys()
{
    QTest::keyClick(m_chart, Qt::Key_Left, Qt::ControlModifier);
    const QString last = plot().pointText();
    QVERIFY(last.contains("cpu 90000, repeat 5, at 10.0 s"_L1));
    QTest::keyClick(m_chart, Qt::Key_Left, Qt::ControlModifier);
    QVERIFY2(plot().pointText().contains("at 9.0 s"_L1), qPrintable(plot().pointText()));
    for (int i = 0; i < 9; ++i)
        QTest::keyClick(m_chart, Qt::Key_Left, Qt::ControlModifier);
    QVERIFY2(plot().pointText().contains("repeat 4, at 10.0 s"_L1), qPrintable(plot().pointText()));
    QCOMPARE(m_chart->accessibleDescription(), plot().pointText());
}

void TestCharts::legendHidesALine()
{
    auto* entry = m_frame->findChild<LegendButton*>(u"legend-docker"_s);
    QVERIFY(entry);
    QVERIFY(!entry->accessibleName().isEmpty());
    QVERIFY(countNear(m_chart->grab().toImage(), dockerBlue) > 50);
    entry->setFocus();
    QTest::keyClick(entry, Qt::Key_Space);
    QVERIFY(!entry->isChecked());
    QVERIFY(!plot().legend().first().shown);
    QCOMPARE(countNear(m_chart->grab().toImage(), dockerBlue), 0);
    QVERIFY(countNear(m_chart->grab().toImage(), tcgVermilion) > 30);
    QTest::mouseClick(entry, Qt::LeftButton);
    QVERIFY(plot().legend().first().shown);
}

void TestCharts::drawsFewPoints()
{
    m_model->show(
        std::make_shared<Session>(sample::chartSession(sample::chartPlan({u"docker"_s, u"qemu"_s}), 3000, 60)));
    m_chart->setData(m_charts->chart(0));
    QCOMPARE(m_charts->chart(0).pointCount(), 2 * 15 * 3000);
    QVERIFY(plot().drawnPoints() > 200);
    QVERIFY(plot().drawnPoints() <= TimePlot::pointBudget + 100);
}

void TestCharts::hasNameAndDescription()
{
    QCOMPARE(m_chart->accessibleName(), u"Chart: CPU, events/s"_s);
    QVERIFY2(m_chart->accessibleDescription().startsWith("Docker 2 CPU 1 GiB: from "_L1),
             qPrintable(m_chart->accessibleDescription()));
    const auto buttons = m_frame->findChildren<QAbstractButton*>();
    QVERIFY(buttons.size() >= 5);
    for (const QAbstractButton* button : buttons)
        QVERIFY2(!button->accessibleName().isEmpty(), qPrintable(button->objectName()));
}

void TestCharts::followsTheTheme()
{
    QVERIFY(countNear(m_chart->grab().toImage(), Qt::white, 4) > 10'000);
    m_appearance->setScheme(Appearance::Scheme::Dark);
    QApplication::processEvents();
    const QImage dark = m_chart->grab().toImage();
    QCOMPARE(countNear(dark, Qt::white, 4), 0);
    QVERIFY(countNear(dark, QColor(0x56, 0xb4, 0xe9)) > 50);
}

void TestCharts::exportsPng_data()
{
    QTest::addColumn<int>("scale");
    QTest::addColumn<bool>("dark");
    QTest::newRow("1x") << 1 << false;
    QTest::newRow("2x") << 2 << false;
    QTest::newRow("4x dark") << 4 << true;
}

void TestCharts::exportsPng()
{
    QFETCH(int, scale);
    QFETCH(bool, dark);
    QSignalSpy exported(m_frame.get(), &ChartFrame::exported);
    m_frame->savePng(path(u"chart.png"_s), {QSize(640, 360), scale, dark, true});
    QTRY_COMPARE(exported.size(), 1);
    QImage image;
    QVERIFY(image.load(path(u"chart.png"_s), "PNG"));
    QCOMPARE(image.size(), QSize(640, 360) * scale);
    const Theme theme = Appearance::themeFor(QPalette(dark ? Qt::black : Qt::white));
    QVERIFY(countNear(image, theme.card, 3) > image.width() * image.height() / 2);
    QVERIFY(countNear(image, targetLook(*m_model, u"docker"_s, theme).color) > 100);
    QVERIFY(countNear(image, targetLook(*m_model, u"qemu"_s, theme).color) > 100);
    QVERIFY(countNear(image, theme.text) > 100);      // the title
    QVERIFY(countNear(image, theme.mutedText) > 100); // the axes
}

void TestCharts::exportIsIndependentOfTheWindow()
{
    const ExportOptions options{QSize(700, 400), 1, false, true};
    const QImage before = chartImage(plot(), options);
    m_frame->resize(300, 240);
    m_appearance->setScheme(Appearance::Scheme::Dark);
    QApplication::processEvents();
    QCOMPARE(chartImage(plot(), options), before);
    m_frame->hide();
    QCOMPARE(chartImage(plot(), options), before);
}

void TestCharts::exportsSvg()
{
    QSignalSpy exported(m_frame.get(), &ChartFrame::exported);
    m_frame->saveSvg(path(u"chart.svg"_s), {QSize(640, 360), 1, false, true});
    QTRY_COMPARE(exported.size(), 1);
    QFile file(path(u"chart.svg"_s));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray svg = file.readAll();
    QXmlStreamReader xml(svg);
    QSet<QString> names;
    QString text;
    while (!xml.atEnd()) {
        if (xml.readNext() == QXmlStreamReader::StartElement)
            names << xml.name().toString();
        else if (xml.tokenType() == QXmlStreamReader::Characters)
            text += xml.text();
    }
    QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
    QVERIFY(names.contains(u"polyline"_s) || names.contains(u"path"_s));
    QVERIFY(!names.contains(u"image"_s)); // lines stay lines
    QVERIFY(text.contains("CPU, events/s"_L1));
    QVERIFY(text.contains("Docker 2 CPU 1 GiB"_L1));
    QVERIFY(text.contains("measured time, s"_L1));
    QSvgRenderer renderer(svg);
    QVERIFY(renderer.isValid());
    QCOMPARE(renderer.viewBoxF().size(), QSizeF(640, 360));
    QImage image(640, 360, QImage::Format_ARGB32);
    image.fill(Qt::white);
    QPainter painter(&image);
    renderer.render(&painter);
    painter.end();
    QVERIFY(countNear(image, dockerBlue, 60) > 50);
}

void TestCharts::exportsEveryChartWithoutAWidget()
{
    const auto plots = allPlots(*m_model);
    QSet<QString> stems;
    for (const auto& one : plots) {
        stems << one->stem();
        const QImage image = chartImage(*one, {QSize(500, 300), 1, false, true});
        QVERIFY2(countNear(image, dockerBlue, 60) > 20, qPrintable(one->stem()));
        QVERIFY(QXmlStreamReader(chartSvg(*one, {})).readNextStartElement());
    }
    QCOMPARE(stems, (QSet<QString>{u"cpu-events"_s, u"fileio-mib"_s, u"cpu-use"_s, u"disk-use"_s, u"cpu-results"_s,
                                   u"fileio-results"_s}));
    const QString local = m_model->session().created.toLocalTime().toString(u"yyyyMMdd-HHmm"_s);
    QCOMPARE(exportFileName(m_model->session(), plots.front()->stem(), u"png"_s),
             u"report-%1-cpu-events.png"_s.arg(local));
}

void TestCharts::savesThroughTheDialogs()
{
    QTest::keyClick(m_chart, Qt::Key_P, Qt::ControlModifier | Qt::ShiftModifier);
    auto* options = m_frame->findChild<QDialog*>(u"exportDialog"_s);
    QVERIFY(options);
    options->findChild<QSpinBox*>(u"exportWidth"_s)->setValue(400);
    options->findChild<QSpinBox*>(u"exportHeight"_s)->setValue(250);
    options->findChild<QComboBox*>(u"exportScale"_s)->setCurrentIndex(2);
    QTest::keyClick(options, Qt::Key_Return);
    auto* files = m_frame->findChild<QFileDialog*>(u"fileDialog"_s);
    QVERIFY(files);
    QVERIFY2(files->selectedFiles().value(0).contains("report-2026"_L1), qPrintable(files->selectedFiles().value(0)));
    QSignalSpy exported(m_frame.get(), &ChartFrame::exported);
    emit files->filesSelected({path(u"by-dialog.png"_s)}); // as QFileDialog does for one file, too
    files->close();
    QTRY_COMPARE(exported.size(), 1);
    QCOMPARE(QImage(path(u"by-dialog.png"_s)).size(), QSize(1200, 750));
}

void TestCharts::saysWhenItCannotBeWritten()
{
    QSignalSpy failed(m_frame.get(), &ChartFrame::exportFailed);
    m_frame->savePng(path(u"no/such/folder/chart.png"_s), {});
    QTRY_COMPARE(failed.size(), 1);
    QVERIFY(failed.first().first().toString().contains("no/such/folder"_L1));
}

void TestCharts::survivesItsEndWhileWriting()
{
    m_frame->savePng(path(u"late.png"_s), {QSize(1000, 800), 4, false, true});
    m_frame.reset();
    QTRY_COMPARE(QImage(path(u"late.png"_s)).size(), QSize(4000, 3200));
}

void TestCharts::copiesAsAnImage()
{
    QTest::keyClick(m_chart, Qt::Key_C, Qt::ControlModifier);
    const QImage image = QGuiApplication::clipboard()->image();
    QCOMPARE(image.size(), QSize(1800, 1000));
    QVERIFY(countNear(image, dockerBlue) > 100);
}

void TestCharts::dragsOutAsPng_data()
{
    QTest::addColumn<bool>("byHandle");
    QTest::newRow("the chart") << false;
    QTest::newRow("its handle") << true;
}

/// What a file manager and a drawing program get, short of the drop.
void TestCharts::dragsOutAsPng()
{
    QFETCH(bool, byHandle);
    auto* handle = m_frame->findChild<DragHandle*>();
    QVERIFY(handle && handle->drag() && m_chart->drag());
    ChartDrag* drag = byHandle ? handle->drag() : m_chart->drag();
    QWidget* under = byHandle ? static_cast<QWidget*>(handle) : m_chart->viewport();
    std::unique_ptr<QMimeData> carried;
    QSize preview;
    drag->setCarrier([&](std::unique_ptr<QMimeData> data, const QPixmap& picture) {
        carried = std::move(data);
        preview = picture.size();
    });
    const QSignalSpy ended(drag, &ChartDrag::ended);
    const QPoint from = under->rect().center();
    const int far = QApplication::startDragDistance();
    QGuiApplication::clipboard()->clear();
    QTest::mousePress(under, Qt::LeftButton, {}, from);
    QTest::mouseMove(under, from + QPoint(far - 1, 0)); // a hand that is not quite still
    QTest::qWait(100);
    QVERIFY(!carried);
    QTest::mouseMove(under, from + QPoint(far + 1, 0));
    QTRY_VERIFY(carried);
    QCOMPARE(ended.size(), 1);
    QVERIFY(preview.width() > 100);
    QTest::mouseRelease(under, Qt::LeftButton, {}, from + QPoint(far + 1, 0));
    QVERIFY(QGuiApplication::clipboard()->image().isNull()); // it was no click
    QVERIFY(carried->hasImage());
    const auto picture = carried->imageData().value<QImage>();
    QVERIFY(countNear(picture, dockerBlue) > 100);
    QCOMPARE(carried->urls().size(), 1);
    const QUrl url = carried->urls().first();
    QVERIFY2(url.isLocalFile() && url.fileName().startsWith("report-2026"_L1), qPrintable(url.toString()));
    QImage file;
    QVERIFY(file.load(url.toLocalFile(), "PNG"));
    QCOMPARE(file.size(), picture.size());
    QVERIFY(countNear(file, dockerBlue) > 100);
}

void TestCharts::aShortOrZoomedDragIsNone()
{
    bool carried = false;
    m_chart->drag()->setCarrier([&carried](std::unique_ptr<QMimeData>, const QPixmap&) { carried = true; });
    const QPoint middle = plot().plotArea().center().toPoint();
    const auto dragFrom = [this](const QPoint& from) {
        QTest::mousePress(m_chart->viewport(), Qt::LeftButton, {}, from);
        QTest::mouseMove(m_chart->viewport(), from + QPoint(60, 0));
    };
    dragFrom(middle); // let go before the file was written
    QTest::mouseRelease(m_chart->viewport(), Qt::LeftButton, {}, middle);
    QTest::qWait(300);
    QVERIFY(!carried);
    plot().setView({50, 80});
    dragFrom(middle);
    QTest::mouseRelease(m_chart->viewport(), Qt::LeftButton, {}, middle + QPoint(60, 0));
    QTest::qWait(300);
    QVERIFY(!carried);
    QVERIFY(plot().view().from < 49.9); // it was panned
    dragFrom(QPoint(4, middle.y()));    // beside the axis
    QTRY_VERIFY(carried);
    QTest::mouseRelease(m_chart->viewport(), Qt::LeftButton, {}, middle);
}

void TestCharts::theHandleCopiesWhenPressed()
{
    auto* handle = m_frame->findChild<DragHandle*>();
    QGuiApplication::clipboard()->clear();
    QTest::mouseClick(handle, Qt::LeftButton);
    QVERIFY(!QGuiApplication::clipboard()->image().isNull());
    QGuiApplication::clipboard()->clear();
    handle->setFocus();
    QTest::keyClick(handle, Qt::Key_Space);
    QVERIFY(!QGuiApplication::clipboard()->image().isNull());
}

void TestCharts::menuHoldsEverything()
{
    QSignalSpy wanted(m_chart, &ChartView::menuWanted);
    QContextMenuEvent event(QContextMenuEvent::Keyboard, QPoint(10, 10), m_chart->mapToGlobal(QPoint(10, 10)));
    QApplication::sendEvent(m_chart, &event);
    QCOMPARE(wanted.size(), 1);
    QTRY_VERIFY(m_frame->menu()->isVisible());
    QStringList names;
    for (const QAction* action : m_frame->menu()->actions())
        names << action->objectName();
    for (const auto& name : {u"chartZoomIn"_s, u"chartZoomOut"_s, u"chartFit"_s, u"chartCopy"_s, u"chartPng"_s,
                             u"chartSvg"_s, u"chartNumbers"_s})
        QVERIFY2(names.contains(name), qPrintable(name));
    QTest::keyClick(m_frame->menu(), Qt::Key_Escape);
}

void TestCharts::showsNumbers()
{
    QTest::keyClick(m_chart, Qt::Key_N, Qt::ControlModifier | Qt::ShiftModifier);
    auto* dialog = m_frame->findChild<QDialog*>(u"numbersDialog"_s);
    QVERIFY(dialog);
    auto* table = dialog->findChild<QTableView*>(u"numbersTable"_s);
    QCOMPARE(table->model()->rowCount(), 300);
    QVERIFY(!table->accessibleName().isEmpty());
    QTest::mouseClick(dialog->findChild<QPushButton*>(u"numbersCopy"_s), Qt::LeftButton);
    const QStringList lines = QGuiApplication::clipboard()->text().split(u'\n', Qt::SkipEmptyParts);
    QCOMPARE(lines.size(), 301);
    QCOMPARE(lines.first(), u"Target\tTest\tRepeat\tTime in s\tValue in events/s"_s);
    QCOMPARE(lines.at(1).count(u'\t'), 4);
    QTest::keyClick(dialog, Qt::Key_Escape);
    QTRY_VERIFY(!m_frame->findChild<QDialog*>(u"numbersDialog"_s));
}

void TestCharts::barsAreDrawn()
{
    BarChart bars(looks());
    bars.resize(600, 360);
    bars.setData(barData(*m_model).first());
    bars.show();
    QVERIFY(QTest::qWaitForWindowExposed(&bars));
    const QImage image = bars.grab().toImage();
    QVERIFY(countNear(image, dockerBlue) > 100);
    QVERIFY(countNear(image, tcgVermilion, 60) > 50);
    QVERIFY(bars.accessibleDescription().contains("cpu 20000: Docker 2 CPU 1 GiB"_L1));
    // The higher bar is the higher value: a figure of Docker stands near the top, one of QEMU does not.
    const QRectF area = bars.barPlot().plotArea();
    const QImage upper = image.copy(area.adjusted(0, 0, 0, -area.height() / 2).toRect());
    QVERIFY(countNear(upper, dockerBlue, 60) > 50);
    QCOMPARE(countNear(upper, tcgVermilion, 60), 0);
    bars.barPlot().setShown(0, false);
    QCOMPARE(countNear(bars.grab().toImage(), dockerBlue, 60), 0);
    QCOMPARE(bars.barPlot().note(), u"Bars: mean; whiskers: 95 % CI; dots: runs; n = 5"_s);
    bars.barPlot().showAll();
    QVERIFY(bars.barPlot().legend().at(0).shown);
}

void TestCharts::barsReadOutByKeys()
{
    BarChart bars(looks());
    bars.resize(600, 360);
    bars.setData(barData(*m_model).first());
    bars.show();
    bars.setFocus();
    QTest::keyClick(&bars, Qt::Key_Right);
    QVERIFY2(bars.barPlot().pointText().startsWith("Docker 2 CPU 1 GiB: "_L1), qPrintable(bars.barPlot().pointText()));
    QVERIFY(bars.barPlot().pointText().contains("95 % CI "_L1));
    QVERIFY(bars.barPlot().pointText().contains("n = 5"_L1));
    QTest::keyClick(&bars, Qt::Key_Right);
    QVERIFY(bars.barPlot().pointText().startsWith("QEMU"_L1));
    QTest::keyClick(&bars, Qt::Key_Left);
    QVERIFY(bars.barPlot().pointText().startsWith("Docker"_L1));
}

QTEST_MAIN(TestCharts)

#include "tst_charts.moc"
