#include "charts/chart_export.h"
#include "report/report_charts.h"
#include "report/report_pages.h"
#include "session/session_json.h"
#include "support/rich_session.h"
#include "support/strict_messages.h"

#include <QApplication>
#include <QDir>
#include <QFile>
#include <QImage>
#include <QPainter>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace bv;

namespace {

ReportDocument reportOf(const Session& session)
{
    const SessionCharts charts(std::make_shared<Session>(session));
    ReportExtras extras;
    for (qsizetype i = 0; i < charts.count(); ++i)
        extras.charts << charts.forReport(i);
    return reportDocument(session, extras);
}

/// What pdftotext reads, a page an entry.
QStringList pagesOf(const QByteArray& pdf)
{
    QTemporaryDir folder;
    QFile file(folder.filePath(u"report.pdf"_s));
    if (!file.open(QIODevice::WriteOnly) || file.write(pdf) != pdf.size())
        return {};
    file.close();
    QProcess reader;
    reader.start(u"pdftotext"_s, {u"-layout"_s, file.fileName(), u"-"_s});
    if (!reader.waitForFinished())
        return {};
    QStringList pages = QString::fromUtf8(reader.readAllStandardOutput()).split(u'\f');
    pages.removeLast();
    return pages;
}

/// A table of many rows, each with several lines.
ReportDocument longTable(int rows)
{
    ReportTable table;
    table.columns = {u"What"_s, u"Figure"_s};
    for (int i = 0; i < rows; ++i)
        table.rows << QStringList{u"begin%1 %2 end%1"_s.arg(i).arg(u"word "_s.repeated(60)), QString::number(i)};
    ReportDocument document;
    document.title = u"Long"_s;
    document.footer = u"the stamp"_s;
    document.blocks << ReportHeading{1, u"Table"_s} << table;
    return document;
}

} // namespace

class TestReportPages : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void cleanup();
    void holdsFiguresAndNumbers_data();
    void holdsFiguresAndNumbers();
    void splitsNoRow();
    void cutsARowThatIsHigherThanAPage();
    void takesHostileTexts();
    void drawsChartsAlikeWithoutADisplay();
};

void TestReportPages::initTestCase()
{
    StrictMessages::install();
}

void TestReportPages::cleanup()
{
    QCOMPARE(StrictMessages::faults(), QStringList());
}

void TestReportPages::holdsFiguresAndNumbers_data()
{
    QTest::addColumn<ReportPaper>("paper");
    QTest::addColumn<QSizeF>("size");
    QTest::newRow("A4") << ReportPaper::A4 << QSizeF(595, 842);
    QTest::newRow("Letter") << ReportPaper::Letter << QSizeF(612, 792);
}

void TestReportPages::holdsFiguresAndNumbers()
{
    QFETCH(ReportPaper, paper);
    QFETCH(QSizeF, size);
    const ReportDocument document = reportOf(rich::session());
    const ReportPages pages = ReportPages::of(document, paper);
    QCOMPARE(pages.size(), size);
    const QStringList read = pagesOf(reportPdf(pages, document.title));
    QCOMPARE(read.size(), pages.count());
    for (qsizetype i = 0; i < read.size(); ++i) {
        QVERIFY(read[i].contains(u"Page %1 of %2"_s.arg(i + 1).arg(read.size())));
        QVERIFY(read[i].contains(u"20261123-054210-7f3a Report of Monday"_s));
    }
    const QString all = read.join(u'\n');
    for (const ReportBlock& block : document.blocks) {
        const auto* table = std::get_if<ReportTable>(&block);
        if (!table || table->textColumns > 3)
            continue;
        for (const QStringList& row : table->rows) {
            for (const QString& figure : row.mid(table->textColumns))
                QVERIFY2(all.contains(figure), qPrintable(figure));
        }
    }
}

void TestReportPages::splitsNoRow()
{
    constexpr int rows = 60;
    const ReportPages pages = ReportPages::of(longTable(rows), ReportPaper::A4);
    const QStringList read = pagesOf(reportPdf(pages, u"Long"_s));
    QVERIFY(read.size() > 3);
    int found = 0;
    for (qsizetype i = 1; i < read.size(); ++i) {
        QVERIFY2(read[i].contains(u"Figure"_s), "the headings stand on every page");
        for (int row = 0; row < rows; ++row) {
            const bool begins = read[i].contains(QRegularExpression(u"\\bbegin%1\\b"_s.arg(row)));
            QCOMPARE(read[i].contains(QRegularExpression(u"\\bend%1\\b"_s.arg(row))), begins);
            found += begins ? 1 : 0;
        }
    }
    QCOMPARE(found, rows);
}

void TestReportPages::cutsARowThatIsHigherThanAPage()
{
    ReportDocument document = longTable(3);
    std::get<ReportTable>(document.blocks[1]).rows[1][0] = u"long "_s.repeated(20000);
    const QStringList read = pagesOf(reportPdf(ReportPages::of(document, ReportPaper::Letter), u"Long"_s));
    const QString all = read.join(u'\n');
    QVERIFY(all.contains(u"begin0"_s) && all.contains(u"begin2"_s));
    QVERIFY2(all.contains(u"…"_s), "what is left out is marked");
    QVERIFY(read.size() < 6);
}

void TestReportPages::takesHostileTexts()
{
    Session session = rich::session();
    const QString hostile = u"=1+1 <b>&amp;</b> \u0001\u202e %1 "_s + QChar(0xd800) + QString(300, u'W');
    session.name = session.note = hostile;
    for (TargetSettings& target : session.plan.targets)
        target.label = hostile;
    for (RunRecord& run : session.runs)
        run.output = hostile;
    const ReportDocument document = reportOf(session);
    const ReportPages pages = ReportPages::of(document, ReportPaper::A4);
    QVERIFY(pages.count() > 1);
    const QString all = pagesOf(reportPdf(pages, document.title)).join(u'\n');
    QVERIFY2(all.contains(u"<b>&amp;</b>"_s), "shown as what it is");
}

/// The command line's picture of a chart is the window's, to the pixel.
void TestReportPages::drawsChartsAlikeWithoutADisplay()
{
    QTemporaryDir folder;
    const auto session = std::make_shared<Session>(rich::session());
    const QString file = folder.filePath(u"session.json"_s);
    QVERIFY(writeSessionFile(file, *session));
    QProcess program;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"})
        environment.remove(QString::fromLatin1(name));
    program.setProcessEnvironment(environment);
    program.start(QStringLiteral(BV_PROGRAM), {u"export"_s, file, u"--png"_s, folder.filePath(u"png"_s)});
    QVERIFY(program.waitForFinished());
    QVERIFY2(program.exitCode() == 0, program.readAllStandardError());
    QFont large = QApplication::font(); // of a desktop that is not that of the command line
    large.setPointSize(17);
    QApplication::setFont(large);
    const SessionCharts charts(session);
    QVERIFY(charts.count() >= 4);
    QCOMPARE(QDir(folder.filePath(u"png"_s)).entryList(QDir::Files).size(), charts.count());
    for (qsizetype i = 0; i < charts.count(); ++i) {
        ExportOptions options;
        options.size = usualExportSize;
        options.stamp = chartStamp(*session);
        const QImage mine = chartImage(charts.plot(i), options).convertToFormat(QImage::Format_RGB32);
        const QImage theirs(folder.filePath(u"png/%1.png"_s.arg(charts.name(i))));
        QVERIFY(!theirs.isNull());
        QVERIFY2(mine == theirs.convertToFormat(QImage::Format_RGB32), qPrintable(charts.name(i)));
    }
}

QTEST_MAIN(TestReportPages)
#include "tst_report_pages.moc"
