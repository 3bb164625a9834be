#include "support/strict_messages.h"
#include "widgets/screen_view.h"

#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace bv;

/// What a VM hears of keys and mouse.
class TestScreenView : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { StrictMessages::install(); }
    void cleanup() { QCOMPARE(StrictMessages::faults(), QStringList()); }
    void namesKeys_data();
    void namesKeys();
    void passesKeysOn();
    void letsGoOfKeys();
    void pointsAtPixels();
};

void TestScreenView::namesKeys_data()
{
    QTest::addColumn<int>("key");
    QTest::addColumn<QString>("text");
    QTest::addColumn<quint32>("keysym");
    QTest::newRow("letter") << int(Qt::Key_A) << u"a"_s << quint32(0x61);
    QTest::newRow("capital") << int(Qt::Key_A) << u"A"_s << quint32(0x41);
    QTest::newRow("with Ctrl") << int(Qt::Key_C) << u"\x03"_s << quint32(0x63);
    QTest::newRow("umlaut") << int(Qt::Key_Adiaeresis) << u"ä"_s << quint32(0xe4);
    QTest::newRow("euro") << int(Qt::Key_unknown) << u"€"_s << quint32(0x010020ac);
    QTest::newRow("Return") << int(Qt::Key_Return) << u"\r"_s << quint32(0xff0d);
    QTest::newRow("F12") << int(Qt::Key_F12) << QString() << quint32(0xffc9);
    QTest::newRow("Shift and Tab") << int(Qt::Key_Backtab) << QString() << quint32(0xff09);
    QTest::newRow("none") << int(Qt::Key_unknown) << QString() << quint32(0);
}

void TestScreenView::namesKeys()
{
    QFETCH(int, key);
    QFETCH(QString, text);
    QTEST(keysymOf(key, text), "keysym");
}

void TestScreenView::passesKeysOn()
{
    ScreenView view;
    view.show();
    QVERIFY(QTest::qWaitForWindowActive(&view));
    view.setFocus();
    QSignalSpy keys(&view, &ScreenView::keyChanged);
    QTest::keyClick(&view, Qt::Key_Tab);
    QTest::keyClick(&view, Qt::Key_Escape);
    QVERIFY(view.hasFocus());
    QCOMPARE(
        keys,
        (QList<QVariantList>{
            {quint32(0xff09), true}, {quint32(0xff09), false}, {quint32(0xff1b), true}, {quint32(0xff1b), false}}));
    keys.clear();
    view.sendKeys({1, 2});
    QCOMPARE(keys,
             (QList<QVariantList>{{quint32(1), true}, {quint32(2), true}, {quint32(2), false}, {quint32(1), false}}));
}

void TestScreenView::letsGoOfKeys()
{
    ScreenView view;
    view.show();
    QVERIFY(QTest::qWaitForWindowActive(&view));
    view.setFocus();
    QSignalSpy keys(&view, &ScreenView::keyChanged);
    QSignalSpy back(&view, &ScreenView::keysGivenBack);
    QTest::keyPress(&view, Qt::Key_A);
    QCOMPARE(keys.size(), 1);
    view.clearFocus();
    QCOMPARE(keys.size(), 2);
    QCOMPARE(keys.last(), (QVariantList{quint32(0x61), false}));
    view.setFocus();
    keys.clear();
    QTest::keyPress(&view, Qt::Key_G, Qt::ControlModifier | Qt::AltModifier);
    QCOMPARE(back.size(), 1);
    QSet<quint32> down; // what the VM takes for pressed
    for (const QVariantList& key : std::as_const(keys)) {
        QVERIFY(key.first().toUInt() != 0x67); // no G
        key.last().toBool() ? (void)down.insert(key.first().toUInt()) : (void)down.remove(key.first().toUInt());
    }
    QVERIFY(down.isEmpty());
}

void TestScreenView::pointsAtPixels()
{
    ScreenView view;
    QImage picture(200, 100, QImage::Format_RGB32);
    picture.fill(Qt::white);
    view.setPicture(picture);
    view.resize(104, 104); // half the size, between bars above and below
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    QSignalSpy pointer(&view, &ScreenView::pointerChanged);
    QTest::mousePress(&view, Qt::LeftButton, {}, {52, 52});
    QCOMPARE(pointer.last().at(2), QVariant(1));
    QVERIFY(qAbs(pointer.last().at(0).toInt() - 100) <= 2);
    QVERIFY(qAbs(pointer.last().at(1).toInt() - 50) <= 2);
    QTest::mouseRelease(&view, Qt::LeftButton, {}, {103, 3}); // on a bar: the nearest pixel
    QCOMPARE(pointer.last(), (QVariantList{199, 0, 0}));
    view.setPicture({});
    pointer.clear();
    QTest::mousePress(&view, Qt::LeftButton, {}, {52, 52});
    QCOMPARE(pointer.size(), 0);
}

QTEST_MAIN(TestScreenView)
#include "tst_screen_view.moc"
