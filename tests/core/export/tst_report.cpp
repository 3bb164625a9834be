#include "export/report_html.h"
#include "support/rich_session.h"

#include <QFile>
#include <QTest>
#include <QXmlStreamReader>

using namespace Qt::StringLiterals;
using namespace bv;

namespace {

/// Markup, formulas, and characters that XML has no place for.
const QString hostile = u"=1+1 <script>alert('x')</script> \"&amp; ]]> \u0001\u001b[31m %1 %2"_s;

struct Parsed
{
    QString error;
    QStringList elements;
    QStringList headings;
    QString text;
};

Parsed parsed(const QByteArray& html)
{
    Parsed result;
    QXmlStreamReader reader(html);
    while (!reader.atEnd()) {
        reader.readNext();
        if (reader.isStartElement()) {
            result.elements << reader.name().toString();
            if (reader.name() == "h2"_L1) {
                result.headings << reader.readElementText();
                result.text += result.headings.last() + u'\n';
            }
        } else if (reader.isCharacters()) {
            result.text += reader.text();
        }
    }
    if (reader.hasError())
        result.error = u"%1, line %2"_s.arg(reader.errorString()).arg(reader.lineNumber());
    return result;
}

Session hostileSession()
{
    Session session = rich::session();
    session.name = session.note = hostile;
    session.host.insert(u"cpu_model"_s, hostile);
    session.host.insert(hostile, hostile);
    for (TargetSettings& target : session.plan.targets)
        target.label = hostile;
    for (RunRecord& run : session.runs) {
        run.output = hostile + u"\n</pre></html>"_s;
        run.command << hostile;
    }
    session.runs[1].status = RunStatus::Failed;
    session.runs[1].error = hostile;
    session.runs[2].metrics.set(sysbench::Metric::LatMaxMs, std::numeric_limits<double>::infinity());
    session.runs[3].metrics.set(sysbench::Metric::LatMaxMs, std::nan(""));
    return session;
}

} // namespace

/// The report as blocks and as HTML; its pages are tested with the window's parts.
class TestReport : public QObject
{
    Q_OBJECT
private slots:
    void standsInTheOrderOfHandingIn();
    void isWellFormedWhateverNamesAre();
    void keepsChartsHarmless();
    void tellsFigures();
    void namesProgramSessionAndDate();
    void isMadeOfAnySession_data();
    void isMadeOfAnySession();
};

void TestReport::standsInTheOrderOfHandingIn()
{
    const ReportExtras extras{{{u"CPU, events/s"_s, u"bars"_s, "<svg xmlns='http://www.w3.org/2000/svg'/>"}},
                              {u"docker run"_s}};
    const Parsed html = parsed(reportHtml(reportDocument(rich::session(), extras)));
    QCOMPARE(html.error, QString());
    QCOMPARE(html.headings,
             QStringList({u"1. Summary"_s, u"2. Machine"_s, u"3. Versions and commands"_s, u"4. Arrangements"_s,
                          u"5. Image history"_s, u"6. One proof of each experiment"_s, u"7. Results"_s, u"8. Charts"_s,
                          u"9. Findings"_s, u"10. How to measure it again"_s}));
    QVERIFY(!html.elements.contains(u"script"_s));
}

void TestReport::isWellFormedWhateverNamesAre()
{
    const ReportExtras extras{{{hostile, hostile, "<svg>not <closed</svg>"}}, {hostile}};
    const QByteArray html = reportHtml(reportDocument(hostileSession(), extras));
    const Parsed read = parsed(html);
    QCOMPARE(read.error, QString());
    QVERIFY(!read.elements.contains(u"script"_s));
    QVERIFY(!html.contains("<script"));
    QVERIFY2(read.text.contains(u"<script>alert('x')</script>"_s), "shown as what it is");
    QVERIFY(!html.contains('\x01') && !html.contains('\x1b'));
    QVERIFY(read.text.contains(u"This chart could not be drawn."_s));
}

void TestReport::keepsChartsHarmless()
{
    ReportDocument document;
    document.blocks << ReportChart{
        u"Chart"_s, u"what it \"shows\""_s,
        "<?xml version='1.0'?><!DOCTYPE svg><svg width='9mm' viewBox='0 0 9 9' xmlns='http://www.w3.org/2000/svg'>"
        "<title>t</title><script>alert(1)</script><g id='a' onclick='alert(2)'><path d='M0,0'/></g></svg>"};
    const QByteArray html = reportHtml(document);
    const Parsed read = parsed(html);
    QCOMPARE(read.error, QString());
    QVERIFY(!html.contains("alert") && !html.contains("id=\"a\"") && !html.contains("9mm"));
    QVERIFY(read.elements.contains(u"path"_s));
    QVERIFY(html.contains("aria-label=\"what it &quot;shows&quot;\""));
}

void TestReport::tellsFigures()
{
    const ReportDocument document = reportDocument(rich::session(), {});
    QList<ReportTable> tables;
    for (const ReportBlock& block : document.blocks) {
        if (const auto* table = std::get_if<ReportTable>(&block)) {
            for (const QStringList& row : table->rows)
                QCOMPARE(row.size(), table->columns.size());
            tables << *table;
        }
    }
    const auto repeats = std::find_if(tables.cbegin(), tables.cend(), [](const ReportTable& table) {
        return table.columns.contains(u"95 % CI of the mean"_s);
    });
    QVERIFY(repeats != tables.cend());
    // The figures are 1294 × (1 + 0.004 sin(1.7 i)).
    const QStringList row = repeats->rows.first();
    QCOMPARE(row[1], u"events/s"_s);
    QCOMPARE(row[2], u"Student t"_s);
    QCOMPARE(row[3], u"5"_s);
    QVERIFY2(row[4].startsWith(u"129"_s), qPrintable(row[4]));
    QVERIFY(row[9].contains(u" – "_s));
    const auto runs = std::find_if(tables.cbegin(), tables.cend(),
                                   [](const ReportTable& table) { return table.columns.contains(u"user %"_s); });
    QVERIFY(runs != tables.cend());
    QVERIFY(runs->columns.contains(u"thread stddev*"_s));
    QCOMPARE(runs->rows.size(), 10); // 2 targets, 5 repeats, without the warm-ups
    QCOMPARE(runs->rows.first().mid(runs->columns.indexOf(u"user %"_s)), QStringList({u"97.2"_s, u"1.4"_s, u"0.1"_s}));
}

void TestReport::namesProgramSessionAndDate()
{
    const ReportDocument document = reportDocument(rich::session(), {});
    QCOMPARE(document.footer, u"Benchvisor 0.1.0 · 20261123-054210-7f3a Report of Monday · 2026-11-23 05:42 UTC"_s);
    QCOMPARE(document.title, u"Report of Monday"_s);
    QCOMPARE(document.facts.first().second, u"20261123-054210-7f3a"_s);
}

void TestReport::isMadeOfAnySession_data()
{
    QTest::addColumn<int>("left"); // of what there is
    for (const int left : {0, 1, 2, 3})
        QTest::addRow("%d", left) << left;
}

void TestReport::isMadeOfAnySession()
{
    QFETCH(int, left);
    Session session;
    if (left > 0)
        session = rich::session();
    if (left == 1)
        session.runs.clear();
    if (left == 2) {
        session.host = {};
        session.targets = {};
        session.created = {};
        session.name.clear();
    }
    if (left == 3) {
        for (RunRecord& run : session.runs) {
            run.status = RunStatus::Failed;
            run.error = u"It failed."_s;
            run.metrics = {};
        }
    }
    const Parsed html = parsed(reportHtml(reportDocument(session, {})));
    QCOMPARE(html.error, QString());
    QCOMPARE(html.headings.size(), 9); // no charts
}

QTEST_GUILESS_MAIN(TestReport)
#include "tst_report.moc"
