#include "dialogs/run_details.h"
#include "models/grid_model.h"
#include "models/series_model.h"
#include "style/icons.h"
#include "style/metrics.h"
#include "widgets/data_table.h"
#include "widgets/filter_line.h"

#include <QClipboard>
#include <QFontDatabase>
#include <QGridLayout>
#include <QGuiApplication>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QShortcut>
#include <QTabWidget>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

constexpr int refreshMs = 250;

QLabel* selectableLabel(QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    return label;
}

QPlainTextEdit* monospaceField(const QString& name, QWidget* parent)
{
    auto* field = new QPlainTextEdit(parent);
    field->setReadOnly(true);
    field->setTabChangesFocus(true);
    field->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    field->setAccessibleName(name);
    return field;
}

} // namespace

RunDetails::RunDetails(SessionModel& session, qsizetype number, QWidget* parent)
    : QDialog(parent)
    , m_session(session)
    , m_number(number)
    , m_tabs(new QTabWidget(this))
    , m_figures(new GridModel(this))
    , m_intervals(new SeriesModel(this))
    , m_samples(new SeriesModel(this))
    , m_refresh(new QTimer(this))
{
    setObjectName(u"runDetails"_s);
    setModal(false);
    resize(760, 600);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(gapLarge, gapLarge, gapLarge, gapLarge);
    layout->setSpacing(gapLarge);
    layout->addWidget(makeHead());
    layout->addWidget(m_tabs, 1);
    auto* figures = new DataTable(tr("Figures of the run"), this);
    figures->setObjectName(u"runFigures"_s);
    figures->setModel(m_figures);
    auto* intervals = new DataTable(tr("Intervals of the run"), this);
    intervals->setObjectName(u"runIntervals"_s);
    intervals->setModel(m_intervals);
    auto* samples = new DataTable(tr("Utilisation during the run"), this);
    samples->setObjectName(u"runUtilisation"_s);
    samples->setModel(m_samples);
    m_tabs->setObjectName(u"runTabs"_s);
    m_tabs->setAccessibleName(tr("Parts of the run"));
    m_tabs->addTab(makeOverview(), tr("&Overview"));
    m_tabs->addTab(makeTablePage(figures, QString(), &m_noFigures), tr("&Figures"));
    m_tabs->addTab(makeTablePage(intervals, tr("sysbench has printed no intervals in this run."), &m_noIntervals),
                   tr("&Intervals"));
    m_tabs->addTab(makeTablePage(samples, tr("CPU and disk use were not watched in this run."), &m_noSamples),
                   tr("&Utilisation"));
    m_outputPage = makeOutputPage();
    m_tabs->addTab(m_outputPage, tr("Out&put"));
    connect(m_tabs, &QTabWidget::currentChanged, this, &RunDetails::updateOutput);
    m_refresh->setSingleShot(true);
    m_refresh->setInterval(refreshMs);
    connect(m_refresh, &QTimer::timeout, this, &RunDetails::updateSeries);
    const auto later = [this](qsizetype changed) {
        if (changed == m_number && !m_refresh->isActive())
            m_refresh->start();
    };
    connect(&session, &SessionModel::intervalAdded, this, later);
    connect(&session, &SessionModel::utilizationAdded, this, later);
    connect(&session, &SessionModel::runChanged, this, [this](qsizetype changed) {
        if (changed == m_number)
            refresh();
        m_previous->setEnabled(neighbour(-1) >= 0);
        m_next->setEnabled(neighbour(1) >= 0);
    });
    connect(&session, &SessionModel::reset, this, [this] {
        m_refresh->stop();
        close();
    });
    refresh();
}

QWidget* RunDetails::makeHead()
{
    auto* head = new QWidget(this);
    auto* layout = new QHBoxLayout(head);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap);
    auto* texts = new QVBoxLayout;
    texts->setSpacing(gapSmall);
    m_title = selectableLabel(head);
    m_title->setObjectName(u"runTitle"_s);
    m_title->setFont(fontAt(TextStep::Title, font()));
    auto* statusLine = new QHBoxLayout;
    m_mark = new QLabel(head);
    m_mark->setAccessibleName(tr("State"));
    m_status = selectableLabel(head);
    m_status->setObjectName(u"runStatus"_s);
    statusLine->addWidget(m_mark);
    statusLine->addWidget(m_status, 1);
    texts->addWidget(m_title);
    texts->addLayout(statusLine);
    layout->addLayout(texts, 1);
    m_previous = new QPushButton(icon(u"up"_s), tr("P&revious run"), head);
    m_previous->setObjectName(u"previousRun"_s);
    m_next = new QPushButton(icon(u"down"_s), tr("&Next run"), head);
    m_next->setObjectName(u"nextRun"_s);
    for (QPushButton* button : {m_previous, m_next}) {
        button->setAutoDefault(false);
        layout->addWidget(button, 0, Qt::AlignTop);
    }
    m_previous->setToolTip(tr("Alt+Left"));
    m_next->setToolTip(tr("Alt+Right"));
    connect(m_previous, &QPushButton::clicked, this, [this] { step(-1); });
    connect(m_next, &QPushButton::clicked, this, [this] { step(1); });
    connect(new QShortcut(QKeySequence(u"Alt+Left"_s), this), &QShortcut::activated, this, [this] { step(-1); });
    connect(new QShortcut(QKeySequence(u"Alt+Right"_s), this), &QShortcut::activated, this, [this] { step(1); });
    return head;
}

/// No QFormLayout: that of Qt 6.4 writes beyond its arrays when rows are hidden and labels wrap.
void RunDetails::addLine(QGridLayout* lines, const QString& title, QLabel** label, const QString& name)
{
    *label = selectableLabel(lines->parentWidget());
    (*label)->setObjectName(name);
    (*label)->setAccessibleName(title);
    auto* titleLabel = new QLabel(title, lines->parentWidget());
    m_lineTitles.insert(*label, titleLabel);
    const int row = lines->rowCount();
    lines->addWidget(titleLabel, row, 0, Qt::AlignLeft | Qt::AlignTop);
    lines->addWidget(*label, row, 1);
}

QWidget* RunDetails::makeOverview()
{
    auto* area = new QScrollArea(this);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setAccessibleName(tr("Overview"));
    auto* page = new QWidget(area);
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(gapLarge, gapLarge, gapLarge, gapLarge);
    layout->setSpacing(gapLarge);
    auto* formHost = new QWidget(page);
    auto* lines = new QGridLayout(formHost);
    lines->setContentsMargins(0, 0, 0, 0);
    lines->setHorizontalSpacing(gapLarge);
    lines->setVerticalSpacing(gap);
    lines->setColumnStretch(1, 1);
    addLine(lines, tr("Error"), &m_error, u"runError"_s);
    addLine(lines, tr("Notes"), &m_notes, u"runNotes"_s);
    addLine(lines, tr("Started"), &m_started, u"runStarted"_s);
    addLine(lines, tr("Duration"), &m_duration, u"runDuration"_s);
    addLine(lines, tr("Exit status"), &m_exit, u"runExit"_s);
    addLine(lines, tr("Parameters"), &m_parameters, u"runParameters"_s);
    addLine(lines, tr("sysbench SHA-256"), &m_sha, u"runSha"_s);
    m_parameters->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_sha->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    layout->addWidget(formHost);
    auto* commandTitle = new QHBoxLayout;
    auto* title = new QLabel(tr("&Command"), page);
    title->setFont(fontAt(TextStep::Strong, font()));
    m_command = monospaceField(tr("Command"), page);
    m_command->setObjectName(u"runCommand"_s);
    m_command->setMinimumHeight(5 * fontMetrics().height());
    title->setBuddy(m_command);
    m_copyCommand = new QPushButton(icon(u"copy"_s), tr("Copy co&mmand"), page);
    m_copyCommand->setObjectName(u"copyCommand"_s);
    m_copyCommand->setAutoDefault(false);
    connect(m_copyCommand, &QPushButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(m_command->toPlainText()); });
    commandTitle->addWidget(title, 1);
    commandTitle->addWidget(m_copyCommand);
    layout->addLayout(commandTitle);
    layout->addWidget(m_command, 1);
    area->setWidget(page);
    return area;
}

QWidget* RunDetails::makeTablePage(DataTable* table, const QString& whenEmpty, QLabel** emptyLabel)
{
    auto* page = new QWidget(this);
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(gap, gap, gap, gap);
    *emptyLabel = new QLabel(whenEmpty, page);
    (*emptyLabel)->setTextFormat(Qt::PlainText);
    (*emptyLabel)->setWordWrap(true);
    layout->addWidget(*emptyLabel);
    layout->addWidget(table, 1);
    return page;
}

QWidget* RunDetails::makeOutputPage()
{
    auto* page = new QWidget(this);
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(gap, gap, gap, gap);
    layout->setSpacing(gap);
    auto* bar = new QHBoxLayout;
    m_search = new FilterLine(tr("Search in the output"), page);
    m_search->setObjectName(u"outputSearch"_s);
    connect(new QShortcut(QKeySequence::Find, this), &QShortcut::activated, this, [this] {
        m_tabs->setCurrentWidget(m_outputPage);
        m_search->setFocus(Qt::ShortcutFocusReason);
        m_search->selectAll();
    });
    m_found = new QLabel(page);
    m_found->setObjectName(u"outputFound"_s);
    bar->addWidget(m_search, 1);
    const auto addButton = [&](const QString& iconName, const QString& text, const QString& name, bool backwards) {
        auto* button = new QToolButton(page);
        button->setIcon(icon(iconName));
        button->setToolTip(text);
        button->setAccessibleName(text);
        button->setObjectName(name);
        connect(button, &QToolButton::clicked, this, [this, backwards] { search(backwards); });
        bar->addWidget(button);
    };
    addButton(u"up"_s, tr("Find the one before (Shift+F3)"), u"findPrevious"_s, true);
    addButton(u"down"_s, tr("Find the next (Enter, F3)"), u"findNext"_s, false);
    bar->addWidget(m_found);
    layout->addLayout(bar);
    m_output = monospaceField(tr("Output of the run"), page);
    m_output->setObjectName(u"runOutput"_s);
    m_output->setLineWrapMode(QPlainTextEdit::NoWrap);
    layout->addWidget(m_output, 1);
    connect(m_search, &QLineEdit::returnPressed, this, [this] { search(false); });
    const std::pair<QKeySequence, bool> keys[] = {{QKeySequence::FindNext, false}, {QKeySequence::FindPrevious, true}};
    for (const auto& [key, backwards] : keys) {
        auto* shortcut = new QShortcut(key, page);
        shortcut->setContext(Qt::WidgetWithChildrenShortcut);
        connect(shortcut, &QShortcut::activated, this, [this, direction = backwards] { search(direction); });
    }
    return page;
}

} // namespace bv
