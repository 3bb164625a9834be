#include "support/e2e_plan.h"
#include "support/e2e_program.h"
#include "support/virtual_screen.h"

#include <QDir>
#include <QImage>
#include <QSet>
#include <memory>

using namespace Qt::StringLiterals;
using namespace bv::e2e;

namespace {

constexpr QRgb containerColor = 0xff0072b2; // as the legend of every light chart has them
constexpr QRgb vmColor = 0xffd55e00;
constexpr int sessionMs = 240'000;
const QString endedTitle = u"e2e – Benchvisor"_s; // the plan's name

int pixelsOf(const QImage& image, QRgb color)
{
    int count = 0;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x)
            count += (image.pixel(x, y) | 0xff000000) == color ? 1 : 0;
    }
    return count;
}

/// The middle of what has that colour; -1 where nothing has.
int rowOf(const QImage& image, QRgb color)
{
    int sum = 0;
    int count = 0;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            if ((image.pixel(x, y) | 0xff000000) == color) {
                sum += y;
                ++count;
            }
        }
    }
    return count > 0 ? sum / count : -1;
}

int percentOf(const QString& title)
{
    static const QRegularExpression percent(u"^(\\d+) % – "_s);
    const QRegularExpressionMatch match = percent.match(title);
    return match.hasMatch() ? match.captured(1).toInt() : -1;
}

/// The exported file whose name ends so, behind the session's name and time; empty where there is none.
QString exported(const QString& folder, const QString& end)
{
    const QStringList found = QDir(folder).entryList({u"e2e-*-"_s + end}, QDir::Files);
    return found.isEmpty() ? QString() : folder + u'/' + found.first();
}

} // namespace

/// The built program on a real X server, with mouse and keys, on real QEMU and a real engine.
class TestWindow : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void cleanup();

    void runsAndExports();
    void stopsByKey();
    void keepsTheOrderThatWasDragged();
    void closesWhileMeasuring();

private:
    void open(const QStringList& arguments);
    QString plan() const;
    QString title() { return m_screen.title(m_window); }
    /// The next state of a title that counts per cent.
    bool waitForPercent(int atLeast);
    bool waitForEnd();
    void exportTo(const QString& folder);
    void checkPictures(const QString& folder);
    void checkRuns(const QString& path);
    QStringList leftBeside() const;
    QImage setupColumn() const;

    std::unique_ptr<World> m_world;
    VirtualScreen m_screen;
    std::unique_ptr<Program> m_program;
    QString m_window;
};

void TestWindow::initTestCase()
{
    m_world = std::make_unique<World>();
    const QString wrongWorld = m_world->prepare();
    QVERIFY2(wrongWorld.isEmpty(), qPrintable(wrongWorld));
    const QString wrongScreen = m_screen.start({1280, 900});
    QVERIFY2(wrongScreen.isEmpty(), qPrintable(wrongScreen));
    m_world->setVariable(u"DISPLAY"_s, m_screen.display());
    m_world->setVariable(u"QT_QPA_PLATFORM"_s, u"xcb"_s);
    m_world->setVariable(u"QT_SCALE_FACTOR"_s, u"1"_s);
    // No bus: whoever runs the test has notifications of their own, and a bus that is started for it would stay.
    m_world->setVariable(u"DBUS_SESSION_BUS_ADDRESS"_s, u"unix:path="_s + m_world->file(u"no-bus"_s));
}

void TestWindow::cleanup()
{
    if (QTest::currentTestFailed()) {
        const QDir folder(QFileInfo(World::program()).absolutePath() + "/../e2e-failed"_L1);
        const QString file = folder.filePath(u"window-%1.png"_s.arg(QLatin1String(QTest::currentTestFunction())));
        if (folder.mkpath(u"."_s) && m_screen.picture().save(file))
            qInfo("The screen as it was: %s", qPrintable(QDir::cleanPath(file)));
        if (m_program)
            qInfo("%s", m_program->words().constData());
    }
    if (m_program && m_program->isRunning()) {
        m_program->signal(SIGTERM); // takes its machines and containers with it
        m_program->finish(30'000);
    }
    m_program.reset();
}

QString TestWindow::plan() const
{
    return planFile(*m_world, {dockerTarget(), qemuTarget()}, {cpuSuite(2), fileSuite(u"rndwr"_s, u"16M"_s, 2)},
                    {{u"repeats"_s, 2}});
}

void TestWindow::open(const QStringList& arguments)
{
    m_program = std::make_unique<Program>(*m_world, arguments);
    const auto isThere = [this] {
        m_window = m_screen.window(u"Benchvisor$"_s);
        return !m_window.isEmpty() || !m_program->isRunning();
    };
    QVERIFY(QTest::qWaitFor(isThere, 30'000));
    if (!m_program->isRunning())
        m_program->finish(0); // takes its last words
    BV_SAID(m_program->isRunning(), *m_program);
    QVERIFY(m_screen.focus(m_window));
    // The plan has been read when its targets are there.
    QTRY_VERIFY2_WITH_TIMEOUT(rowOf(setupColumn(), containerColor) > 0 && rowOf(setupColumn(), vmColor) > 0,
                              "the targets of the plan are not at the top of the setup column", 20'000);
}

/// Where the list of targets shows the colour that a target has in the charts.
QImage TestWindow::setupColumn() const
{
    return m_screen.picture().copy(240, 60, 40, 200);
}

bool TestWindow::waitForPercent(int atLeast)
{
    return QTest::qWaitFor([&] { return percentOf(title()) >= atLeast || !m_program->isRunning(); }, sessionMs) &&
           m_program->isRunning();
}

bool TestWindow::waitForEnd()
{
    return QTest::qWaitFor([&] { return title() == endedTitle || !m_program->isRunning(); }, sessionMs) &&
           m_program->isRunning();
}

/// What is left of sessions while the window is open.
QStringList TestWindow::leftBeside() const
{
    QStringList left = m_world->leftovers();
    const QString own = u"process %1 "_s.arg(m_program->pid());
    left.removeIf([&own](const QString& line) { return line.startsWith(own); });
    return left;
}

void TestWindow::runsAndExports()
{
    open({plan()});
    if (QTest::currentTestFailed())
        return;
    QVERIFY(m_screen.click({32, 17})); // Run
    QVERIFY(waitForPercent(1));
    QSet<int> seen;
    const auto ended = [&] {
        seen << percentOf(title());
        return title() == endedTitle;
    };
    QVERIFY(QTest::qWaitFor(ended, sessionMs));
    seen.remove(-1);
    QVERIFY2(seen.size() >= 3, qPrintable(QString::number(seen.size()))); // it went on step by step
    QTRY_COMPARE_WITH_TIMEOUT(leftBeside(), QStringList(), 20'000);

    const QRect pages(330, 100, 940, 660);
    const QImage live = m_screen.picture().copy(pages);
    QVERIFY(m_screen.press({u"ctrl+2"_s}));
    QTRY_VERIFY_WITH_TIMEOUT(m_screen.picture().copy(pages) != live, 10'000);
    QTRY_VERIFY(pixelsOf(m_screen.picture().copy(pages), containerColor) > 20);
    QTRY_VERIFY(pixelsOf(m_screen.picture().copy(pages), vmColor) > 20);

    const QString folder = m_world->file(u"exported"_s);
    QVERIFY(QDir().mkpath(folder));
    exportTo(folder);
    if (QTest::currentTestFailed())
        return;
    checkPictures(folder);
    checkRuns(exported(folder, u"runs.csv"_s));

    const QJsonObject session = m_world->session(u"last"_s);
    QCOMPARE(session["state"_L1].toString(), u"finished"_s);
    QCOMPARE(okRunsOf(session).size(), 8);
    QVERIFY(m_screen.press({u"ctrl+q"_s}));
    BV_SAID(m_program->finish(30'000), *m_program);
    QCOMPARE(m_program->status(), 0);
    BV_NOTHING_LEFT(*m_world);
}

/// By the mnemonics of the dialog.
void TestWindow::exportTo(const QString& folder)
{
    QVERIFY(m_screen.press({u"ctrl+e"_s}));
    QString dialog;
    QTRY_VERIFY_WITH_TIMEOUT(!(dialog = m_screen.window(u"^Export"_s)).isEmpty(), 10'000);
    QVERIFY(m_screen.focus(dialog));
    QVERIFY(m_screen.press({u"alt+p"_s, u"alt+z"_s, u"ctrl+a"_s}));
    QVERIFY(m_screen.type(u"800"_s));
    QVERIFY(m_screen.press({u"Tab"_s, u"ctrl+a"_s}));
    QVERIFY(m_screen.type(u"450"_s));
    QVERIFY(m_screen.press({u"alt+f"_s, u"ctrl+a"_s}));
    QVERIFY(m_screen.type(folder));
    QVERIFY(m_screen.press({u"Return"_s}));
    QTRY_VERIFY_WITH_TIMEOUT(!exported(folder, u"fileio-results.png"_s).isEmpty(), 20'000); // the last
    QVERIFY(m_screen.press({u"Escape"_s}));
    QTRY_VERIFY_WITH_TIMEOUT(m_screen.window(u"^Export"_s).isEmpty(), 10'000);
    QVERIFY(m_screen.focus(m_window));
}

void TestWindow::checkPictures(const QString& folder)
{
    const QStringList names = QDir(folder).entryList({u"*.png"_s}, QDir::Files, QDir::Name);
    QVERIFY2(!exported(folder, u"cpu-results.png"_s).isEmpty() && !exported(folder, u"cpu-events.png"_s).isEmpty() &&
                 !exported(folder, u"fileio-mib.png"_s).isEmpty(),
             qPrintable(names.join(u' ')));
    for (const QString& name : names) {
        QImage image;
        QVERIFY2(image.load(folder + u'/' + name, "PNG"), qPrintable(name));
        QCOMPARE(image.size(), QSize(1600, 900)); // 800 × 450 at 2×
        QVERIFY2(pixelsOf(image, containerColor) > 20, qPrintable(name));
        QVERIFY2(pixelsOf(image, vmColor) > 20, qPrintable(name));
    }
}

void TestWindow::checkRuns(const QString& path)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QStringList lines = QString::fromUtf8(file.readAll()).split(u'\n', Qt::SkipEmptyParts);
    QCOMPARE(lines.size(), 9);
    const QStringList header = lines.takeFirst().trimmed().split(u',');
    const qsizetype target = header.indexOf("target"_L1);
    const qsizetype test = header.indexOf("test"_L1);
    const qsizetype status = header.indexOf("status"_L1);
    const qsizetype events = header.indexOf("events_per_sec"_L1);
    const qsizetype written = header.indexOf("written_mib_per_sec"_L1);
    QVERIFY(target >= 0 && test >= 0 && status >= 0 && events >= 0 && written >= 0);
    QMap<QString, int> counts;
    for (const QString& line : std::as_const(lines)) {
        const QStringList cells = line.trimmed().split(u',');
        QCOMPARE(cells.value(status), u"ok"_s);
        const bool isCpu = cells.value(test) == "cpu"_L1;
        QVERIFY2(cells.value(isCpu ? events : written).toDouble() > 0, qPrintable(line));
        ++counts[cells.value(target).section(u'.', 0, 0) + u' ' + cells.value(test)];
    }
    const QMap<QString, int> planned{
        {u"docker cpu"_s, 2}, {u"docker fileio"_s, 2}, {u"qemu cpu"_s, 2}, {u"qemu fileio"_s, 2}};
    QCOMPARE(counts, planned);
}

void TestWindow::stopsByKey()
{
    open({plan()});
    if (QTest::currentTestFailed())
        return;
    QVERIFY(m_screen.press({u"F5"_s}));
    QVERIFY(waitForPercent(25));
    QVERIFY(m_screen.press({u"Escape"_s}));
    QVERIFY(waitForEnd());
    QTRY_COMPARE_WITH_TIMEOUT(leftBeside(), QStringList(), 20'000);
    const QJsonObject session = m_world->session(u"last"_s);
    QCOMPARE(session["state"_L1].toString(), u"cancelled"_s);
    const qsizetype measured = okRunsOf(session).size();
    QVERIFY2(measured >= 2 && measured < 8, qPrintable(QString::number(measured)));
    QVERIFY(m_screen.press({u"ctrl+q"_s}));
    BV_SAID(m_program->finish(30'000), *m_program);
    QCOMPARE(m_program->status(), 0);
    BV_NOTHING_LEFT(*m_world);
}

void TestWindow::keepsTheOrderThatWasDragged()
{
    open({plan()});
    if (QTest::currentTestFailed())
        return;
    const auto container = [this] { return rowOf(setupColumn(), containerColor); };
    const auto vm = [this] { return rowOf(setupColumn(), vmColor); };
    QVERIFY(container() < vm());
    // By its name, to the upper edge of the first row.
    QVERIFY(m_screen.drag({120, 60 + vm()}, {120, 60 + container() - 20}));
    QTRY_VERIFY_WITH_TIMEOUT(vm() >= 0 && vm() < container(), 10'000);
    QVERIFY(m_screen.press({u"ctrl+q"_s}));
    BV_SAID(m_program->finish(30'000), *m_program);
    QCOMPARE(m_program->status(), 0);
    m_program.reset();

    open({}); // with the plan of the last time
    if (QTest::currentTestFailed())
        return;
    QVERIFY(vm() < container());
    QVERIFY(m_screen.press({u"ctrl+q"_s}));
    BV_SAID(m_program->finish(30'000), *m_program);
    QCOMPARE(m_program->status(), 0);
}

void TestWindow::closesWhileMeasuring()
{
    open({plan()});
    if (QTest::currentTestFailed())
        return;
    QVERIFY(m_screen.press({u"F5"_s}));
    QVERIFY(waitForPercent(1));
    QVERIFY(m_screen.press({u"ctrl+q"_s}));
    QString question;
    QTRY_VERIFY_WITH_TIMEOUT(!(question = m_screen.window(u"^Stop measuring"_s)).isEmpty(), 10'000);
    QVERIFY(m_program->isRunning());
    QVERIFY(m_screen.focus(question));
    QVERIFY(m_screen.press({u"Return"_s}));
    BV_SAID(m_program->finish(60'000), *m_program);
    QCOMPARE(m_program->status(), 0);
    BV_NOTHING_LEFT(*m_world);
    const QJsonObject session = m_world->session(u"last"_s);
    QCOMPARE(session["state"_L1].toString(), u"cancelled"_s);
    QVERIFY(okRunsOf(session).size() >= 1);
}

QTEST_GUILESS_MAIN(TestWindow)
#include "tst_window.moc"
