#include "base/shell_line.h"

#include <QRandomGenerator>
#include <QtTest>

using namespace bv;
using namespace Qt::StringLiterals;

class TestShellSplit : public QObject
{
    Q_OBJECT
private slots:
    void splits_data();
    void splits();
    void replaced_data();
    void replaced();
    void redirections();
    void openQuotes_data();
    void openQuotes();
    void roundTrip();
};

void TestShellSplit::splits_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QList<QStringList>>("commands");
    const auto row = [](const char* name, const QString& text, const QList<QStringList>& commands) {
        QTest::newRow(name) << text << commands;
    };
    const QStringList abc{u"a"_s, u"b"_s, u"c"_s};
    row("nothing", u" \n\t"_s, {});
    row("words", u"  a b\tc "_s, {abc});
    row("single quotes", u"a 'b  $c' d''e"_s, {{u"a"_s, u"b  $c"_s, u"de"_s}});
    row("double quotes", uR"(a "b \"c\" \\ \n" "")"_s, {{u"a"_s, uR"(b "c" \ \n)"_s, QString()}});
    row("backslash", uR"(a\ b c\'d)"_s, {{u"a b"_s, u"c'd"_s}});
    row("continued", u"a \\\n  b \\\r\n\tc"_s, {abc});
    row("continued, with blanks behind", u"a \\ \n b \\\t\nc"_s, {abc});
    row("continued without blank", u"a\\\n-b x\\\ny"_s, {{u"a"_s, u"-b"_s, u"xy"_s}});
    row("continued at the end", u"a b c \\"_s, {abc});
    row("continued without backslash", u"a b\n   -c d\n\n -e"_s, {{u"a"_s, u"b"_s, u"-c"_s, u"d"_s, u"-e"_s}});
    row("lines", u"a b c\na b c\n"_s, {abc, abc});
    row("comments", u"# x 'y\na b#c # d \"e\nf"_s, {{u"a"_s, u"b#c"_s}, {u"f"_s}});
    row("several", u"a b c; a b c && a b c || a b c | a b c & (a b c)"_s, {abc, abc, abc, abc, abc, abc});
    row("cmd", u"\"C:\\Program Files\\qemu\\q.exe\" -m 2G ^\r\n  -hda C:\\x.img ^ \n -a ^& b"_s,
        {{u"C:\\Program Files\\qemu\\q.exe"_s, u"-m"_s, u"2G"_s, u"-hda"_s, u"C:\\x.img"_s, u"-a"_s, u"&"_s, u"b"_s}});
    row("PowerShell", u"& 'C:\\q\\q.exe' `\n -m 2G `\r\n -x"_s, {{u"C:\\q\\q.exe"_s, u"-m"_s, u"2G"_s, u"-x"_s}});
    row("percent", u"a 100%"_s, {{u"a"_s, u"100%"_s}});
}

void TestShellSplit::splits()
{
    QFETCH(QString, text);
    const auto commands = splitShellText(text);
    QVERIFY2(commands, qPrintable(commands.error().message));
    QList<QStringList> words;
    for (const ShellCommand& command : *commands)
        words << command.texts();
    QTEST(words, "commands");
}

void TestShellSplit::replaced_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("word"); // the second of the command
    QTest::addColumn<bool>("isReplaced");
    QTest::newRow("plain") << u"a b"_s << u"b"_s << false;
    QTest::newRow("variable") << u"a $HOME/x"_s << u"$HOME/x"_s << true;
    QTest::newRow("in braces") << u"a ${X:-y}"_s << u"${X:-y}"_s << true;
    QTest::newRow("in quotes") << u"a \"$(pwd) x\""_s << u"$(pwd) x"_s << true;
    QTest::newRow("in single quotes") << u"a '$x'"_s << u"$x"_s << false;
    QTest::newRow("escaped") << u"a \\$x"_s << u"$x"_s << false;
    QTest::newRow("command") << u"a $(b $(c) d):/e f"_s << u"$(b $(c) d):/e"_s << true;
    QTest::newRow("backticks") << u"a `b c`/d e"_s << u"`b c`/d"_s << true;
    QTest::newRow("home") << u"a ~/x"_s << u"~/x"_s << true;
    QTest::newRow("no home") << u"a x~"_s << u"x~"_s << false;
    QTest::newRow("dollar alone") << u"a 5$ b"_s << u"5$"_s << false;
    QTest::newRow("of Windows") << u"a.exe %USERPROFILE%\\x"_s << u"%USERPROFILE%\\x"_s << true;
}

void TestShellSplit::replaced()
{
    QFETCH(QString, text);
    const auto commands = splitShellText(text);
    QVERIFY2(commands, qPrintable(commands.error().message));
    const ShellWord word = commands->value(0).words.value(1);
    QTEST(word.text, "word");
    QTEST(word.isReplaced, "isReplaced");
}

void TestShellSplit::redirections()
{
    const auto commands = splitShellText(u"a 1 >log 2>&1 b <in &> all c2 >> more\nd"_s);
    QVERIFY(commands);
    QCOMPARE(commands->size(), 2);
    QCOMPARE(commands->at(0).texts(), (QStringList{u"a"_s, u"1"_s, u"b"_s, u"c2"_s}));
    QCOMPARE(commands->at(0).redirections, (QStringList{u"> log"_s, u"2>&1"_s, u"< in"_s, u"> all"_s, u">> more"_s}));
}

void TestShellSplit::openQuotes_data()
{
    QTest::addColumn<QString>("text");
    for (const char* text : {"a 'b", "a \"b", "a \"b\\\"", "a $(b", "a `b"})
        QTest::newRow(text) << QString::fromLatin1(text);
}

void TestShellSplit::openQuotes()
{
    QFETCH(QString, text);
    const auto commands = splitShellText(text);
    QVERIFY(!commands);
    QCOMPARE(commands.error().code, Error::Code::BadInput);
    QVERIFY(commands.error().message.startsWith(u"A quotation begins with "_s));
}

/// What is quoted is read again, and nothing makes it crash.
void TestShellSplit::roundTrip()
{
    QRandomGenerator random(7);
    const QString letters = u"ab -'\"\\$`%&;|<>()#~=,\n\t*?^{}!ä"_s;
    for (int i = 0; i < 5000; ++i) {
        QStringList argv{u"x"_s};
        QString raw;
        for (int j = random.bounded(5); j >= 0; --j) {
            QString word;
            for (int k = random.bounded(8); k > 0; --k)
                word += letters.at(random.bounded(letters.size()));
            argv << word;
            raw += word;
        }
        (void)splitShellText(raw);
        const QString line = shellLine(argv);
        if (line.contains(u"^\n"_s) || line.contains(u"`\n"_s) || line.contains(u"^\t"_s) || line.contains(u"^ "_s) ||
            line.contains(u"` "_s) || line.contains(u"`\t"_s))
            continue; // looks like one for Windows
        const auto commands = splitShellText(line);
        QVERIFY2(commands, qPrintable(line));
        QCOMPARE(commands->size(), 1);
        QCOMPARE(commands->first().texts(), argv);
    }
}

QTEST_APPLESS_MAIN(TestShellSplit)
#include "tst_shell_split.moc"
