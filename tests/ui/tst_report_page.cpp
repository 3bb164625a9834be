#include "models/session_model.h"
#include "pages/report_page.h"
#include "report/page_preview.h"
#include "support/fake_services.h"
#include "support/rich_session.h"
#include "support/strict_messages.h"
#include "widgets/file_chooser.h"

#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace bv;

class TestReportPage : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void init();
    void cleanup();
    void saysWhatToDo();
    void isMadeWhenItIsLookedAt();
    void isMadeAnew();
    void isCancelledAndMade();
    void scrollsByKeys();
    void isSaved();

private:
    template<class T>
    T* child(const char* name) const
    {
        return m_page->findChild<T*>(QLatin1String(name));
    }
    void showSession(const QString& name)
    {
        auto session = std::make_shared<Session>(rich::session());
        session->name = name;
        m_services->session.show(session);
    }
    bool isReady() const { return child<QPushButton>("saveReportPdf")->isEnabled(); }
    QString shownPage() const { return child<PagePreview>("reportPages")->accessibleDescription(); }

    std::unique_ptr<FakeServices> m_services;
    std::unique_ptr<ReportPage> m_page;
};

void TestReportPage::initTestCase()
{
    StrictMessages::install();
}

void TestReportPage::init()
{
    m_services = std::make_unique<FakeServices>();
    m_page = std::make_unique<ReportPage>(m_services->services);
    m_page->resize(700, 600);
}

void TestReportPage::cleanup()
{
    m_page.reset();
    m_services.reset();
    QCOMPARE(StrictMessages::faults(), QStringList());
}

void TestReportPage::saysWhatToDo()
{
    m_page->show();
    QVERIFY(child<QLabel>("reportWords")->text().contains(u"Run the plan, or open a session"_s));
    QVERIFY(!isReady());
    QVERIFY(!child<QPushButton>("printReport")->isEnabled());
    QVERIFY(!child<QPushButton>("cancelReport")->isVisible());
}

void TestReportPage::isMadeWhenItIsLookedAt()
{
    showSession(u"First"_s);
    QVERIFY2(!m_page->isMaking(), "nobody sees it");
    m_page->show();
    QVERIFY(m_page->isMaking());
    QTRY_VERIFY(isReady());
    QVERIFY(shownPage().contains(u"First"_s));
    QVERIFY(child<QLabel>("reportPageNumber")->text().startsWith(u"Page 1 of "_s));
}

void TestReportPage::isMadeAnew()
{
    m_page->show();
    showSession(u"First"_s);
    QTRY_VERIFY(isReady());
    showSession(u"Second"_s);
    QVERIFY2(!isReady(), "what was made is of another session");
    QTRY_VERIFY(isReady());
    QVERIFY(shownPage().contains(u"Second"_s));
    child<QComboBox>("reportPaper")->setCurrentIndex(1 - child<QComboBox>("reportPaper")->currentIndex());
    QTRY_VERIFY(isReady());
}

void TestReportPage::isCancelledAndMade()
{
    showSession(u"First"_s);
    m_page->show();
    auto* button = child<QPushButton>("cancelReport");
    QVERIFY(button->isVisible());
    QTest::mouseClick(button, Qt::LeftButton);
    QVERIFY(!m_page->isMaking());
    QCOMPARE(button->text(), u"Make it"_s);
    QTest::mouseClick(button, Qt::LeftButton);
    QTRY_VERIFY(isReady());
}

void TestReportPage::scrollsByKeys()
{
    showSession(u"First"_s);
    m_page->show();
    QTRY_VERIFY(isReady());
    auto* preview = child<PagePreview>("reportPages");
    QTest::keyClick(preview, Qt::Key_End);
    QTRY_VERIFY(shownPage().contains(u"How to measure it again"_s) || preview->currentPage() > 5);
    QTest::keyClick(preview, Qt::Key_Home);
    QCOMPARE(preview->currentPage(), 0);
    QTest::keyClick(preview, Qt::Key_PageDown);
    QVERIFY(preview->verticalScrollBar()->value() > 0);
}

void TestReportPage::isSaved()
{
    QTemporaryDir folder;
    showSession(u"First"_s);
    m_page->show();
    QTRY_VERIFY(isReady());
    QSignalSpy exported(m_page.get(), &ReportPage::exported);
    for (const auto& [button, suffix, begin] :
         {std::tuple{"saveReportPdf", u"pdf"_s, QByteArray("%PDF-")},
          std::tuple{"saveReportHtml", u"html"_s, QByteArray("<!DOCTYPE html>")}}) {
        const QString path = folder.filePath(u"report."_s + suffix);
        FileChooser::setNextFileName(path);
        exported.clear();
        QTest::mouseClick(child<QPushButton>(button), Qt::LeftButton);
        QTRY_COMPARE(exported.count(), 1);
        QCOMPARE(exported.first().first().toString(), path);
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(file.readAll().startsWith(begin));
    }
}

QTEST_MAIN(TestReportPage)
#include "tst_report_page.moc"
