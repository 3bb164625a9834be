#include "base/english_plurals.h"
#include "dialogs/export_dialog.h"
#include "support/rich_session.h"
#include "support/strict_messages.h"
#include "widgets/file_chooser.h"
#include "widgets/message_bar.h"

#include <QApplication>
#include <QCheckBox>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScreen>
#include <QScrollArea>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace bv;

/// That it fits the screen, and that it replaces nothing unasked. What it writes is tested with the page of sessions.
class TestExportDialog : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void init();
    void cleanup();
    void fitsTheScreen_data();
    void fitsTheScreen();
    void saysWhatItReplaces();
    void replacesNothingUnasked();
    void isClosedWhileItLooks();

private:
    void write(const QString& name) const;
    QString read(const QString& name) const;
    QString nameOf(const QString& part) const { return exportFileName(*m_dialog->session(), part, u"csv"_s); }
    void press() const { QTest::keyClick(m_dialog.get(), Qt::Key_Return); }
    template<class T>
    T* child(const char* name) const
    {
        return m_dialog->findChild<T*>(QLatin1String(name));
    }

    QFont m_usual;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<ExportDialog> m_dialog;
};

void TestExportDialog::initTestCase()
{
    StrictMessages::install();
    QCoreApplication::installTranslator(new EnglishPlurals(qApp));
    m_usual = QApplication::font();
}

void TestExportDialog::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    FileChooser::setFolder(m_folder->path());
    m_dialog = std::make_unique<ExportDialog>(std::make_shared<Session>(rich::session()));
}

void TestExportDialog::cleanup()
{
    m_dialog.reset();
    QApplication::setFont(m_usual);
    QCOMPARE(StrictMessages::faults(), QStringList());
}

void TestExportDialog::write(const QString& name) const
{
    QFile file(m_folder->filePath(name));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write("mine") == 4);
}

QString TestExportDialog::read(const QString& name) const
{
    QFile file(m_folder->filePath(name));
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.read(4)) : QString();
}

void TestExportDialog::fitsTheScreen_data()
{
    QTest::addColumn<int>("fontPercent");
    QTest::addColumn<int>("charts");
    QTest::newRow("usual") << 100 << 4;
    QTest::newRow("many charts") << 100 << 40;
    QTest::newRow("a font of 200 %") << 200 << 10;
}

void TestExportDialog::fitsTheScreen()
{
    QFETCH(int, fontPercent);
    QFETCH(int, charts);
    QFont font = m_usual;
    font.setPointSizeF(m_usual.pointSizeF() * fontPercent / 100);
    QApplication::setFont(font);
    m_dialog = std::make_unique<ExportDialog>(std::make_shared<Session>(rich::session()));
    QList<ExportChart> all;
    for (int i = 0; i < charts; ++i)
        all << ExportChart{u"fileio-results-%1"_s.arg(i), u"Chart %1"_s.arg(i)};
    m_dialog->setCharts(all, [](const QString&, ChartFormat, const QSize&, int) {
        return Result<DrawnChart>(DrawnChart{{}, "picture"});
    });
    m_dialog->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_dialog.get()));
    for (const QString& name : {u"runs"_s, u"summary"_s})
        write(nameOf(name));
    child<QCheckBox>("exportSvg")->setChecked(true); // looks at the folder again
    QTRY_COMPARE(child<QLabel>("exportReplaced")->text(), u"Replaces 2 files"_s);
    const QSize room = m_dialog->screen()->availableSize();
    QVERIFY2(m_dialog->height() <= room.height() && m_dialog->width() <= room.width(),
             qPrintable(u"%1 x %2"_s.arg(m_dialog->width()).arg(m_dialog->height())));
    auto* area = m_dialog->findChild<QScrollArea*>();
    if (charts > 10) {
        QVERIFY(area->verticalScrollBar()->maximum() > 0);
    }
    for (const char* name : {"exportNow", "closeExport"}) {
        const auto* button = child<QPushButton>(name);
        QVERIFY(!area->isAncestorOf(button));
        const QRect place(button->mapTo(m_dialog.get(), QPoint()), button->size());
        QVERIFY2(m_dialog->rect().contains(place), name);
        QVERIFY(button->width() >= button->sizeHint().width());
    }
    // What the keys reach is scrolled into sight.
    child<QLineEdit>("exportFolder")->setFocus();
    QTest::keyClick(child<QLineEdit>("exportFolder"), Qt::Key_Backtab);
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
    QTRY_VERIFY(area->viewport()->rect().intersects(
        QRect(child<QLineEdit>("exportFolder")->mapTo(area->viewport(), QPoint()), QSize(10, 10))));
    if (charts <= 4) // nothing to scroll on this screen
        QCOMPARE(area->verticalScrollBar()->maximum(), 0);
}

void TestExportDialog::saysWhatItReplaces()
{
    write(nameOf(u"runs"_s));
    m_dialog->show();
    auto* replaced = child<QLabel>("exportReplaced");
    child<QLineEdit>("exportFolder")->setText(m_folder->path() + u"/."_s);
    QTRY_COMPARE(replaced->text(), u"Replaces 1 file"_s);
    QVERIFY(child<QLabel>("exportRawFiles")->text().contains("will be replaced"_L1));
    child<QCheckBox>("exportRaw")->setChecked(false);
    QTRY_VERIFY(child<QLabel>("exportRawFiles")->text().contains("will be replaced"_L1)); // were it chosen
    QVERIFY(replaced->text().isEmpty());
    child<QCheckBox>("exportRaw")->setChecked(true);
    QTRY_COMPARE(replaced->text(), u"Replaces 1 file"_s);
    const QSignalSpy exported(m_dialog.get(), &ExportDialog::exported);
    press();
    QTRY_COMPARE(exported.count(), 1); // it was told
    QVERIFY(read(nameOf(u"runs"_s)) != "mine"_L1);
}

void TestExportDialog::replacesNothingUnasked()
{
    m_dialog->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_dialog.get()));
    QTest::qWait(100);        // has looked: nothing is there
    write(nameOf(u"runs"_s)); // by somebody else
    const QSignalSpy exported(m_dialog.get(), &ExportDialog::exported);
    press();
    auto* message = m_dialog->findChild<MessageBar*>();
    QTRY_VERIFY2(message->text().contains("Press Export once more"_L1), qPrintable(message->text()));
    QCOMPARE(exported.count(), 0);
    QCOMPARE(read(nameOf(u"runs"_s)), u"mine"_s);
    QCOMPARE(child<QLabel>("exportReplaced")->text(), u"Replaces 1 file"_s);
    press();
    QTRY_COMPARE(exported.count(), 1);
    QVERIFY(read(nameOf(u"runs"_s)) != "mine"_L1);
    QVERIFY(QFile::exists(m_folder->filePath(nameOf(u"summary"_s))));
}

void TestExportDialog::isClosedWhileItLooks()
{
    m_dialog->show();
    press();
    m_dialog.reset();
    QTest::qWait(200);
    QVERIFY(QDir(m_folder->path()).entryList(QDir::Files).isEmpty());
}

QTEST_MAIN(TestExportDialog)
#include "tst_export_dialog.moc"
