#include "pages/findings_page.h"

#include "models/findings_model.h"
#include "models/session_model.h"
#include "style/icons.h"
#include "style/metrics.h"
#include "widgets/card.h"
#include "widgets/filter_line.h"
#include "widgets/finding_delegate.h"

#include <QAction>
#include <QClipboard>
#include <QFocusEvent>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QResizeEvent>
#include <QScrollBar>
#include <QStackedWidget>
#include <QToolButton>
#include <QTreeView>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

using Kind = FindingsModel::Kind;

Kind kindOf(const QModelIndex& index)
{
    return static_cast<Kind>(index.data(FindingsModel::KindRole).toInt());
}

} // namespace

FindingsPage::FindingsPage(const Services& services, QWidget* parent)
    : QWidget(parent)
    , m_findings(new FindingsModel(services.session, this))
    , m_tree(new QTreeView(this))
    , m_text(new FilterLine(tr("Search findings"), this))
    , m_stack(new QStackedWidget(this))
{
    setObjectName(u"findingsPage"_s);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(gapLarge, gapLarge, gapLarge, gapLarge);
    auto* card = new Card(tr("Findings"), this);
    layout->addWidget(card);
    m_text->setObjectName(u"findingFilter"_s);
    m_text->reachFrom(this);
    makeTree();
    makeButtons(card);
    card->body()->addWidget(m_text);
    m_stack->addWidget(m_tree);
    m_stack->addWidget(makeEmptyState());
    card->body()->addWidget(m_stack, 1);
    connect(m_text, &QLineEdit::textChanged, m_findings, &FindingsModel::setSearch);
    connect(m_text, &FilterLine::leftDown, m_tree, qOverload<>(&QWidget::setFocus));
    connect(m_findings, &QAbstractItemModel::modelAboutToBeReset, this, &FindingsPage::remember);
    connect(m_findings, &QAbstractItemModel::modelReset, this, &FindingsPage::restore);
    connect(m_findings, &FindingsModel::contentChanged, this, &FindingsPage::updateState);
    m_isLive = services.session.isLive();
    connect(&services.session, &SessionModel::liveChanged, this, [this](bool live) {
        m_isLive = live;
        updateState();
    });
    connect(&services.session, &SessionModel::reset, this, [this] { m_opened.clear(); });
    restore();
    updateState();
}

void FindingsPage::makeTree()
{
    m_tree->setObjectName(u"findingTree"_s);
    m_tree->setAccessibleName(tr("Findings"));
    m_tree->setAccessibleDescription(tr("Right opens a finding, Left closes it, Enter does either"));
    m_tree->setModel(m_findings);
    m_tree->setItemDelegate(new FindingDelegate(m_tree));
    m_tree->setHeaderHidden(true);
    m_tree->setIndentation(iconSize);
    m_tree->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_tree->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel); // a row may be higher than the view
    m_tree->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_tree->setExpandsOnDoubleClick(false); // activate() does
    m_tree->setFrameShape(QFrame::NoFrame);
    m_tree->setContextMenuPolicy(Qt::CustomContextMenu);
    m_tree->viewport()->installEventFilter(this);
    connect(m_tree, &QAbstractItemView::activated, this, &FindingsPage::activate);
    connect(m_tree, &QAbstractItemView::clicked, this, [this](const QModelIndex& index) {
        if (kindOf(index) == Kind::Evidence && m_tree->selectionModel()->selectedRows().size() == 1)
            showRuns();
    });
    connect(m_tree, &QWidget::customContextMenuRequested, this, &FindingsPage::showContextMenu);
    connect(m_tree->selectionModel(), &QItemSelectionModel::selectionChanged, this, &FindingsPage::updateActions);
    const auto keep = [this](const QModelIndex& index, bool expanded) {
        if (m_resetting)
            return;
        const QString key = index.data(FindingsModel::KeyRole).toString();
        QSet<QString>& keys = kindOf(index) == Kind::Group ? m_closedGroups : m_opened;
        if (expanded == (kindOf(index) != Kind::Group))
            keys.insert(key);
        else
            keys.remove(key);
    };
    connect(m_tree, &QTreeView::expanded, this, [keep](const QModelIndex& index) { keep(index, true); });
    connect(m_tree, &QTreeView::collapsed, this, [keep](const QModelIndex& index) { keep(index, false); });
}

QAction* FindingsPage::addAction(Card* card, const QString& iconName, const QString& text, const QString& name)
{
    auto* action = new QAction(icon(iconName), text, m_tree);
    action->setObjectName(name);
    auto* button = new QToolButton(this);
    button->setDefaultAction(action);
    button->setObjectName(name + u"Button"_s);
    button->setAccessibleName(QString(text).remove(u'&'));
    button->setAutoRaise(true);
    card->header()->addWidget(button);
    return action;
}

void FindingsPage::makeButtons(Card* card)
{
    m_showRuns = addAction(card, u"table"_s, tr("&Show runs"), u"showRuns"_s);
    m_showRuns->setToolTip(tr("The runs that the selected findings are about"));
    connect(m_showRuns, &QAction::triggered, this, &FindingsPage::showRuns);
    m_open = addAction(card, u"expand"_s, tr("&Open all findings"), u"openFindings"_s);
    connect(m_open, &QAction::triggered, this, [this] { setDetailsShown(true); });
    m_close = addAction(card, u"collapse"_s, tr("C&lose all findings"), u"closeFindings"_s);
    connect(m_close, &QAction::triggered, this, [this] { setDetailsShown(false); });
    m_copy = addAction(card, u"copy"_s, tr("&Copy"), u"copyFindings"_s);
    m_copy->setShortcut(QKeySequence::Copy);
    m_copy->setShortcutContext(Qt::WidgetShortcut);
    m_copy->setToolTip(tr("Copy the selected findings, or all (Ctrl+C)"));
    connect(m_copy, &QAction::triggered, this, &FindingsPage::copySelection);
    m_tree->QWidget::addAction(m_copy);
    auto* shows = findChild<QToolButton*>(u"showRunsButton"_s);
    shows->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    QWidget* before = shows;
    for (const QString& name : {u"openFindingsButton"_s, u"closeFindingsButton"_s, u"copyFindingsButton"_s}) {
        auto* button = findChild<QToolButton*>(name);
        setTabOrder(before, button);
        before = button;
    }
    setTabOrder(before, m_text);
    setTabOrder(m_text, m_tree);
}

QWidget* FindingsPage::makeEmptyState()
{
    auto* empty = new QWidget(this);
    auto* layout = new QVBoxLayout(empty);
    layout->setSpacing(gapLarge);
    m_emptyText = new QLabel(empty);
    m_emptyText->setObjectName(u"findingsEmpty"_s);
    m_emptyText->setTextFormat(Qt::PlainText);
    m_emptyText->setAlignment(Qt::AlignCenter);
    m_emptyText->setWordWrap(true);
    m_clearSearch = new QToolButton(empty);
    m_clearSearch->setObjectName(u"clearFindingFilter"_s);
    m_clearSearch->setText(tr("Show all findings"));
    m_clearSearch->setAccessibleName(tr("Show all findings"));
    connect(m_clearSearch, &QToolButton::clicked, m_text, &QLineEdit::clear);
    layout->addStretch();
    layout->addWidget(m_emptyText);
    layout->addWidget(m_clearSearch, 0, Qt::AlignHCenter);
    layout->addStretch();
    return empty;
}

void FindingsPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    m_findings->setWanted(true);
}

void FindingsPage::hideEvent(QHideEvent* event)
{
    QWidget::hideEvent(event);
    m_findings->setWanted(false);
}

/// Where the keys of a page go that was chosen by key.
void FindingsPage::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    if (m_tree->isVisible())
        m_tree->setFocus(event->reason());
}

/// Text that is wrapped is as high as the width makes it.
bool FindingsPage::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_tree->viewport() && event->type() == QEvent::Resize) {
        const auto* resized = static_cast<QResizeEvent*>(event);
        if (resized->size().width() != resized->oldSize().width())
            QMetaObject::invokeMethod(m_tree, &QTreeView::doItemsLayout, Qt::QueuedConnection);
    }
    return QWidget::eventFilter(watched, event);
}

void FindingsPage::remember()
{
    m_resetting = true;
    m_current = m_tree->currentIndex().data(FindingsModel::KeyRole).toString();
    m_scrolled = m_tree->verticalScrollBar()->value();
}

void FindingsPage::restore()
{
    m_resetting = true;
    for (int row = 0; row < m_findings->rowCount(); ++row) {
        const QModelIndex group = m_findings->index(row, 0);
        const QString groupKey = group.data(FindingsModel::KeyRole).toString();
        m_tree->setExpanded(group, m_findings->isSearching() || !m_closedGroups.contains(groupKey));
        for (int i = 0; i < m_findings->rowCount(group); ++i) {
            const QModelIndex finding = m_findings->index(i, 0, group);
            const QString key = finding.data(FindingsModel::KeyRole).toString();
            if (m_opened.contains(key) && m_findings->rowCount(finding) > 0)
                m_tree->expand(finding);
            if (!key.isEmpty() && key == m_current)
                m_tree->setCurrentIndex(finding);
        }
    }
    m_tree->doItemsLayout();
    m_tree->verticalScrollBar()->setValue(m_scrolled);
    m_resetting = false;
}

void FindingsPage::activate(const QModelIndex& index)
{
    if (kindOf(index) == Kind::Evidence)
        showRuns();
    else if (m_findings->rowCount(index) > 0)
        m_tree->setExpanded(index, !m_tree->isExpanded(index));
}

void FindingsPage::setDetailsShown(bool shown)
{
    for (int row = 0; row < m_findings->rowCount(); ++row) {
        const QModelIndex group = m_findings->index(row, 0);
        for (int i = 0; i < m_findings->rowCount(group); ++i)
            m_tree->setExpanded(m_findings->index(i, 0, group), shown);
    }
    m_tree->scrollTo(m_tree->currentIndex());
}

void FindingsPage::showRuns()
{
    QSet<qsizetype> numbers;
    const QModelIndexList rows = m_tree->selectionModel()->selectedRows();
    for (const QModelIndex& row : rows) {
        if (const analysis::Finding* finding = m_findings->findingAt(row)) {
            const QList<qsizetype> runs = m_findings->runsOf(*finding);
            numbers.unite({runs.cbegin(), runs.cend()});
        }
    }
    QList<qsizetype> sorted(numbers.cbegin(), numbers.cend());
    std::sort(sorted.begin(), sorted.end());
    if (!sorted.isEmpty())
        emit runsWanted(sorted);
}

void FindingsPage::copySelection()
{
    QGuiApplication::clipboard()->setText(m_findings->textOf(m_tree->selectionModel()->selectedRows()));
}

void FindingsPage::showContextMenu(const QPoint& at)
{
    auto* menu = new QMenu(m_tree);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addActions({m_showRuns, m_copy});
    menu->addSeparator();
    menu->addActions({m_open, m_close});
    menu->popup(m_tree->viewport()->mapToGlobal(at));
}

void FindingsPage::updateActions()
{
    const QModelIndexList rows = m_tree->selectionModel()->selectedRows();
    m_showRuns->setEnabled(std::any_of(rows.cbegin(), rows.cend(), [this](const QModelIndex& row) {
        const analysis::Finding* finding = m_findings->findingAt(row);
        return finding && !finding->runs.isEmpty();
    }));
}

void FindingsPage::updateState()
{
    const bool nothing = m_findings->rowCount() == 0;
    if (!m_findings->isEmpty())
        m_emptyText->setText(tr("No finding matches the search."));
    else if (m_isLive)
        m_emptyText->setText(tr("The first findings come when runs have ended."));
    else if (m_findings->isBehind())
        m_emptyText->setText(tr("Looking at the figures…"));
    else
        m_emptyText->setText(tr("What was measured is told here in sentences. Press Run to measure the plan, or open a "
                                "stored session on the page Sessions."));
    m_clearSearch->setVisible(!m_findings->isEmpty());
    m_stack->setCurrentIndex(nothing ? 1 : 0);
    if (!nothing && hasFocus()) // what it was given for had to be made first
        m_tree->setFocus(Qt::OtherFocusReason);
    m_text->setEnabled(!m_findings->isEmpty());
    for (QAction* action : {m_copy, m_open, m_close})
        action->setEnabled(!nothing);
    updateActions();
}

} // namespace bv
