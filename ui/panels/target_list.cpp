#include "panels/target_list.h"

#include "dialogs/new_vm_dialog.h"
#include "dialogs/paste_dialog.h"
#include "dialogs/vary_dialog.h"
#include "models/target_grid.h"
#include "models/target_list_model.h"
#include "panels/target_delegate.h"
#include "style/icons.h"
#include "style/metrics.h"
#include "widgets/card.h"
#include "widgets/message_bar.h"

#include <QAction>
#include <QClipboard>
#include <QEvent>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QListView>
#include <QMenu>
#include <QScopedValueRollback>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

constexpr int mostRowsShown = 6;
constexpr qsizetype mostUndo = 50;

} // namespace

TargetList::TargetList(PlanDocument& plan, VmService& vms, QWidget* parent)
    : QWidget(parent)
    , m_plan(plan)
    , m_vms(vms)
    , m_model(new TargetListModel(plan, this))
    , m_view(new QListView(this))
    , m_message(new MessageBar(this))
    , m_empty(new Caption(tr("No targets yet. Add a container and a virtual machine (Ins), or choose a preset."), this))
{
    setObjectName(u"targets"_s);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gapSmall);
    makeButtons();
    layout->addWidget(m_message);
    layout->addWidget(m_empty);
    layout->addWidget(m_view);
    m_view->setObjectName(u"targetList"_s);
    m_view->setAccessibleName(tr("Targets"));
    m_view->setAccessibleDescription(
        tr("Space switches a target on or off, F2 renames it, Delete removes it, Alt+Up and Alt+Down move it."));
    m_view->setModel(m_model);
    m_view->setItemDelegate(new TargetDelegate(plan, m_view));
    m_view->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_view->setEditTriggers(QAbstractItemView::EditKeyPressed | QAbstractItemView::DoubleClicked);
    m_view->setDragDropMode(QAbstractItemView::InternalMove);
    m_view->setResizeMode(QListView::Adjust);
    m_view->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_view->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_view->viewport()->installEventFilter(this);
    connect(m_view->selectionModel(), &QItemSelectionModel::currentChanged, this, &TargetList::adapt);
    connect(m_view->selectionModel(), &QItemSelectionModel::selectionChanged, this, &TargetList::adapt);
    connect(m_model, &QAbstractItemModel::rowsInserted, this, &TargetList::fitHeightLater);
    connect(m_model, &QAbstractItemModel::rowsRemoved, this, &TargetList::fitHeightLater);
    connect(m_model, &QAbstractItemModel::dataChanged, this, &TargetList::fitHeightLater);
    connect(&plan, &PlanDocument::replaced, this, &TargetList::forget);
    connect(&plan, &PlanDocument::changed, this, &TargetList::withdraw);
    connect(&plan, &PlanDocument::changed, this, &TargetList::adapt);
    setCurrentRow(0);
    adapt();
    fitHeight();
}

QToolButton* TargetList::addButton(const QString& iconName, const QString& name, const QString& tip,
                                   const QKeySequence& key, void (TargetList::*slot)())
{
    auto* action = new QAction(icon(iconName), tip, this);
    action->setShortcut(key);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    action->setToolTip(u"%1 (%2)"_s.arg(tip, key.toString(QKeySequence::NativeText)));
    addAction(action);
    if (slot)
        connect(action, &QAction::triggered, this, slot);
    auto* button = new QToolButton(this);
    button->setDefaultAction(action);
    button->setObjectName(name);
    button->setAccessibleName(tip);
    button->setAutoRaise(true);
    button->setIconSize(QSize(iconSize, iconSize));
    button->setFocusPolicy(Qt::TabFocus);
    return button;
}

void TargetList::makeButtons()
{
    auto* row = new QHBoxLayout;
    row->setSpacing(0);
    auto* title = new QLabel(tr("&Targets"), this);
    title->setFont(fontAt(TextStep::Title, font()));
    title->setBuddy(m_view);
    row->addSpacing(gapSmall);
    row->addWidget(title);
    row->addStretch(1);
    m_add = addButton(u"add"_s, u"addTarget"_s, tr("Add a target"), Qt::Key_Insert, nullptr);
    m_rename = addButton(u"edit"_s, u"renameTarget"_s, tr("Rename"), Qt::Key_F2, &TargetList::rename);
    m_duplicate =
        addButton(u"duplicate"_s, u"duplicateTarget"_s, tr("Duplicate"), Qt::CTRL | Qt::Key_D, &TargetList::duplicate);
    m_vary = addButton(u"grid"_s, u"varyTarget"_s, tr("Vary: make a grid of targets"), Qt::CTRL | Qt::Key_G,
                       &TargetList::vary);
    m_up = addButton(u"up"_s, u"moveTargetUp"_s, tr("Move up"), Qt::ALT | Qt::Key_Up, &TargetList::moveUp);
    m_down = addButton(u"down"_s, u"moveTargetDown"_s, tr("Move down"), Qt::ALT | Qt::Key_Down, &TargetList::moveDown);
    m_remove = addButton(u"delete"_s, u"removeTarget"_s, tr("Remove"), QKeySequence::Delete, &TargetList::remove);
    for (QToolButton* button : {m_add, m_duplicate, m_vary, m_rename, m_up, m_down, m_remove})
        row->addWidget(button);
    fillAddMenu();
    makeContextMenu();
    auto* undo = new QAction(tr("Undo"), this);
    undo->setShortcut(QKeySequence::Undo);
    undo->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    addAction(undo);
    connect(undo, &QAction::triggered, this, &TargetList::undo);
    static_cast<QVBoxLayout*>(layout())->addLayout(row);
}

void TargetList::fillAddMenu()
{
    auto* menu = new QMenu(m_add);
    menu->setObjectName(u"addTargetMenu"_s);
    const auto entry = [this, menu](const QString& iconName, const QString& name, const QString& text,
                                    TargetKind kind) {
        auto* action = menu->addAction(icon(iconName), text);
        action->setObjectName(name);
        connect(action, &QAction::triggered, this, [this, kind] { add(kind); });
    };
    entry(u"container"_s, u"addContainer"_s, tr("&Container"), TargetKind::Docker);
    entry(u"vm"_s, u"addVm"_s, tr("&Virtual machine"), TargetKind::Qemu);
    entry(u"host"_s, u"addHost"_s, tr("&Host"), TargetKind::Host);
    menu->addSeparator();
    addVmEntries(menu);
    auto* paste = menu->addAction(icon(u"import"_s), tr("From a command &line…"));
    paste->setObjectName(u"pasteTarget"_s);
    paste->setShortcut(QKeySequence::Paste);
    paste->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    addAction(paste);
    connect(paste, &QAction::triggered, this, &TargetList::pasteTarget);
    // Not the button's own menu: it would be opened by a nested event loop.
    connect(m_add->defaultAction(), &QAction::triggered, this,
            [this, menu] { menu->popup(m_add->mapToGlobal(QPoint(0, m_add->height()))); });
}

void TargetList::addVmEntries(QMenu* menu)
{
    auto* fresh = menu->addAction(icon(u"vm"_s), tr("Virtual machine from an &ISO or a cloud image…"));
    fresh->setObjectName(u"newVm"_s);
    connect(fresh, &QAction::triggered, this, [this] { makeVm(nullptr); });
    m_stored = menu->addMenu(icon(u"vm"_s), tr("&Stored virtual machines"));
    m_stored->setObjectName(u"storedVms"_s);
    connect(&m_vms, &VmService::storedChanged, this, &TargetList::fillStoredVms);
    connect(menu, &QMenu::aboutToShow, &m_vms, &VmService::list); // others make some, too
    fillStoredVms();
}

/// Those that are ready become targets; one that is installed goes on where it was left. Of the others nothing is
/// there.
void TargetList::fillStoredVms()
{
    m_stored->clear();
    for (const StoredVm& vm : m_vms.stored()) {
        if (vm.state == StoredVm::State::Making)
            continue;
        const bool ready = vm.state == StoredVm::State::Ready;
        auto* action = m_stored->addAction(ready ? vm.name : tr("%1 (not started yet)…").arg(vm.name));
        action->setObjectName(u"storedVm."_s + vm.name);
        connect(action, &QAction::triggered, this, [this, vm, ready] {
            if (!ready) {
                makeVm(&vm);
                return;
            }
            setCurrentRow(m_plan.addTargets({vm.target}));
            m_view->setFocus(Qt::OtherFocusReason);
        });
    }
    m_stored->menuAction()->setVisible(!m_stored->isEmpty());
}

void TargetList::makeVm(const StoredVm* begun)
{
    auto* dialog = new NewVmDialog(m_vms, m_plan.kvmUsable(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    if (begun)
        dialog->goOnWith(*begun);
    connect(dialog, &NewVmDialog::made, this, [this](const StoredVm& vm) {
        setCurrentRow(m_plan.addTargets({vm.target}));
        m_message->say(MessageBar::Tone::Good,
                       tr("The virtual machine %1 is made, and the plan has it as a target.").arg(vm.name));
        m_view->setFocus(Qt::OtherFocusReason);
    });
    dialog->open();
}

void TargetList::makeContextMenu()
{
    auto* menu = new QMenu(m_view);
    menu->setObjectName(u"targetMenu"_s);
    m_switch = menu->addAction(tr("Switch off"));
    m_switch->setObjectName(u"switchTarget"_s);
    connect(m_switch, &QAction::triggered, this, &TargetList::switchSelected);
    for (const QToolButton* button : {m_rename, m_duplicate, m_vary, m_up, m_down, m_remove})
        menu->addAction(button->defaultAction());
    m_view->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(m_view, &QWidget::customContextMenuRequested, this, [this, menu](const QPoint& at) {
        if (currentRow() < 0)
            return;
        m_switch->setText(m_plan.isEnabled(currentRow()) ? tr("Switch off") : tr("Switch on"));
        menu->popup(m_view->viewport()->mapToGlobal(at));
    });
}

int TargetList::currentRow() const
{
    const QModelIndex current = m_view->currentIndex();
    return current.isValid() ? current.row() : -1;
}

void TargetList::setCurrentRow(int row)
{
    const QModelIndex index = m_model->index(row);
    if (!index.isValid())
        return;
    // Not by the view, which would look at the keys that are down.
    m_view->selectionModel()->setCurrentIndex(index, QItemSelectionModel::ClearAndSelect);
    m_view->scrollTo(index);
}

QList<int> TargetList::selectedRows() const
{
    QList<int> rows;
    const QModelIndexList selected = m_view->selectionModel()->selectedRows();
    for (const QModelIndex& index : selected)
        rows << index.row();
    std::sort(rows.begin(), rows.end());
    return rows;
}

void TargetList::add(TargetKind kind)
{
    TargetSettings target;
    target.kind = kind;
    // As large as the others, so that they may be compared.
    for (const TargetSettings& other : m_plan.plan().targets) {
        if (!targetCpus(other) || !targetMemoryMib(other))
            continue;
        target.docker.cpus = *targetCpus(other);
        target.qemu.smp = std::max(1, qRound(*targetCpus(other)));
        target.docker.memoryMib = target.qemu.memoryMib = *targetMemoryMib(other);
        break;
    }
    if (m_plan.limits().logicalCpus == 1 && m_plan.targetCount() == 0)
        target.docker.cpus = target.qemu.smp = 1;
    setCurrentRow(m_plan.addTargets({target}));
    m_view->setFocus(Qt::OtherFocusReason);
}

/// What the clipboard holds is proposed where it is such a line.
void TargetList::pasteTarget()
{
    const QString text = QGuiApplication::clipboard()->text();
    auto* dialog = new PasteDialog(m_plan.limits(), pasteCommand(text) ? text : QString(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] {
        setCurrentRow(m_plan.addTargets({dialog->target()}));
        m_view->setFocus(Qt::OtherFocusReason);
    });
    dialog->open();
}

void TargetList::duplicate()
{
    const QList<int> rows = selectedRows();
    int last = -1;
    for (auto row = rows.crbegin(); row != rows.crend(); ++row) {
        const int copy = m_plan.duplicateTarget(*row);
        last = last < 0 ? copy : last + 1;
    }
    if (last >= 0)
        setCurrentRow(last);
}

void TargetList::remove()
{
    const QList<int> rows = selectedRows();
    if (rows.isEmpty())
        return;
    const QString sentence = rows.size() == 1 ? tr("Removed %1.").arg(targetLabel(m_plan.target(rows.first())))
                                              : tr("Removed %1 targets.").arg(rows.size());
    const QScopedValueRollback<bool> working(m_working, true);
    Undo step;
    step.removed = m_plan.removeTargets(rows);
    step.row = rows.first();
    setCurrentRow(std::min(rows.first(), m_plan.targetCount() - 1));
    remember(step, sentence);
}

void TargetList::rename()
{
    if (m_view->isPersistentEditorOpen(m_view->currentIndex())) // or any other editor
        return;
    m_view->setFocus(Qt::OtherFocusReason);
    m_view->edit(m_view->currentIndex());
}

/// All as the current one is then.
void TargetList::switchSelected()
{
    const bool on = !m_plan.isEnabled(currentRow());
    const QList<int> rows = selectedRows();
    for (const int row : rows)
        m_plan.setEnabled(row, on);
}

void TargetList::vary()
{
    if (currentRow() < 0)
        return;
    auto* dialog = new VaryDialog(m_plan, currentRow(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    const QString id = m_plan.target(currentRow()).id;
    connect(dialog, &QDialog::accepted, this,
            [this, dialog, id] { takeGrid(id, dialog->targets(), dialog->replaces()); });
    dialog->open();
}

void TargetList::takeGrid(const QString& baseId, const QList<TargetSettings>& grid, bool replace)
{
    const auto& targets = m_plan.plan().targets;
    const auto base = std::find_if(targets.cbegin(), targets.cend(),
                                   [&baseId](const TargetSettings& target) { return target.id == baseId; });
    if (base == targets.cend() || grid.isEmpty())
        return;
    const QScopedValueRollback<bool> working(m_working, true);
    Undo step;
    step.before = m_plan.arrangements();
    int row = static_cast<int>(base - targets.cbegin());
    step.row = row;
    if (replace)
        (void)m_plan.removeTargets({row}); // first: the grid may take over its id
    else
        ++row;
    m_plan.insertTargets(row, grid);
    step.after = m_plan.arrangements();
    setCurrentRow(row);
    remember(step, grid.size() == 1 ? tr("Made one target.") : tr("Made %1 targets.").arg(grid.size()));
}

void TargetList::remember(const Undo& step, const QString& sentence)
{
    m_undo << step;
    if (m_undo.size() > mostUndo)
        m_undo.removeFirst();
    m_message->say(MessageBar::Tone::Info, sentence, tr("Undo"), [this] { undo(); });
}

/// What was done to the targets since would be lost with the grid; a step before that would come back into another
/// plan than it was taken from.
void TargetList::withdraw()
{
    if (m_working || m_undo.isEmpty() || !m_undo.last().before || m_undo.last().after == m_plan.arrangements())
        return;
    forget();
}

void TargetList::forget()
{
    m_undo.clear();
    m_message->dismiss();
}

void TargetList::undo()
{
    m_message->dismiss();
    if (m_undo.isEmpty())
        return;
    {
        const QScopedValueRollback<bool> working(m_working, true);
        const Undo step = m_undo.takeLast();
        if (step.before)
            m_plan.setArrangements(*step.before);
        else
            m_plan.restoreTargets(step.removed);
        setCurrentRow(step.row);
    }
    withdraw(); // the step before, if something else was changed between the two
}

void TargetList::move(int by)
{
    const int row = currentRow();
    const int to = row + by;
    if (row < 0 || to < 0 || to >= m_plan.targetCount())
        return;
    m_plan.moveTarget(row, to);
    m_view->scrollTo(m_view->currentIndex());
}

void TargetList::adapt()
{
    if (currentRow() < 0 && m_model->rowCount() > 0) {
        setCurrentRow(0);
        return;
    }
    if (currentRow() >= m_plan.targetCount()) // rows are just going, one by one
        return;
    const int row = currentRow();
    m_empty->setVisible(m_model->rowCount() == 0);
    m_view->setVisible(m_model->rowCount() > 0);
    m_duplicate->defaultAction()->setEnabled(row >= 0);
    m_rename->defaultAction()->setEnabled(row >= 0);
    m_remove->defaultAction()->setEnabled(row >= 0);
    m_vary->defaultAction()->setEnabled(row >= 0 && m_plan.target(row).kind != TargetKind::Host);
    m_up->defaultAction()->setEnabled(row > 0);
    m_down->defaultAction()->setEnabled(row >= 0 && row + 1 < m_plan.targetCount());
    // The same target may have got another row: then the selection model says nothing.
    if (std::exchange(m_row, row) != row)
        emit currentChanged(row);
}

/// Once, however many rows come and go.
void TargetList::fitHeightLater()
{
    if (!std::exchange(m_fitsLater, true))
        QMetaObject::invokeMethod(this, &TargetList::fitHeight, Qt::QueuedConnection);
}

/// As high as its rows, up to a limit; beyond, it scrolls.
void TargetList::fitHeight()
{
    m_fitsLater = false;
    // The names break at another place, which the view does not reckon with.
    if (std::exchange(m_laidOutWidth, m_view->viewport()->width()) != m_view->viewport()->width())
        m_view->doItemsLayout();
    int height = 0;
    const int shown = std::min(m_model->rowCount(), mostRowsShown);
    for (int i = 0; i < shown; ++i)
        height += m_view->sizeHintForIndex(m_model->index(i)).height();
    const int total = height + 2 * m_view->frameWidth();
    if (m_view->height() != total || m_view->minimumHeight() != total)
        m_view->setFixedHeight(total);
}

bool TargetList::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_view->viewport() && event->type() == QEvent::Resize)
        fitHeightLater();
    return QWidget::eventFilter(watched, event);
}

} // namespace bv
