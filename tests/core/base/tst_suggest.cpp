#include "base/suggest.h"

#include <QtTest>

using namespace Qt::StringLiterals;

class TestSuggest : public QObject
{
    Q_OBJECT
private slots:
    void nearest_data();
    void nearest();
    void firstOfEquallyNear();
    void nearerWinsOverEarlier();
    void sentences();
    void longWordsAreCheap();
};

void TestSuggest::nearest_data()
{
    QTest::addColumn<QString>("word");
    QTest::addColumn<QString>("expected");
    QTest::newRow("exact") << u"repeats"_s << u"repeats"_s;
    QTest::newRow("insertion") << u"repeates"_s << u"repeats"_s;
    QTest::newRow("deletion") << u"repets"_s << u"repeats"_s;
    QTest::newRow("replacement") << u"rapeats"_s << u"repeats"_s;
    QTest::newRow("transposition counts once") << u"cups"_s << u"cpus"_s;
    QTest::newRow("case") << u"RePeats"_s << u"repeats"_s;
    QTest::newRow("dash for underscore") << u"memory-mib"_s << u"memory_mib"_s;
    QTest::newRow("only completion") << u"memory"_s << u"memory_mib"_s;
    QTest::newRow("two completions") << u"file"_s << QString();
    QTest::newRow("three edits of ten") << u"memry_mb"_s << u"memory_mib"_s;
    QTest::newRow("far") << u"colour"_s << QString();
    QTest::newRow("short and far") << u"xy"_s << QString();
    QTest::newRow("one letter") << u"x"_s << QString();
    QTest::newRow("empty") << QString() << QString();
}

void TestSuggest::nearest()
{
    QFETCH(QString, word);
    QFETCH(QString, expected);
    const QStringList candidates{u"repeats"_s,         u"cpus"_s, u"memory_mib"_s, u"file_num"_s,
                                 u"file_fsync_freq"_s, u"a"_s,    QString()};
    QCOMPARE(bv::nearest(word, candidates), expected);
    QCOMPARE(bv::nearest(word, {}), QString());
}

void TestSuggest::firstOfEquallyNear()
{
    QCOMPARE(bv::nearest(u"seqxr"_s, {u"seqwr"_s, u"seqrd"_s}), u"seqwr"_s);
    QCOMPARE(bv::nearest(u"rndxx"_s, {u"rndax"_s, u"rndbx"_s}), u"rndax"_s);
}

void TestSuggest::nearerWinsOverEarlier()
{
    QCOMPARE(bv::nearest(u"file_test_mod"_s, {u"file_test_node"_s, u"file_test_mode"_s}), u"file_test_mode"_s);
}

void TestSuggest::sentences()
{
    const QStringList keys{u"repeats"_s, u"cache"_s};
    QCOMPARE(bv::unknownKeyMessage({}, u"repeates"_s, keys), u"Unknown key \"repeates\". Did you mean \"repeats\"?"_s);
    QCOMPARE(bv::unknownKeyMessage(u"targets[1].disk"_s, u"chache"_s, keys),
             u"targets[1].disk: unknown key \"chache\". Did you mean \"cache\"?"_s);
    QCOMPARE(bv::unknownKeyMessage({}, u"zzz"_s, keys), u"Unknown key \"zzz\"."_s);
    QCOMPARE(bv::withSuggestion(u"No such preset."_s, u"zzz"_s, keys), u"No such preset."_s);
}

void TestSuggest::longWordsAreCheap()
{
    const QString huge(1'000'000, u'a');
    QCOMPARE(bv::nearest(huge, {u"repeats"_s, huge}), QString());
    QVERIFY(bv::unknownKeyMessage({}, huge, {u"repeats"_s}).size() < 100);
}

QTEST_APPLESS_MAIN(TestSuggest)
#include "tst_suggest.moc"
