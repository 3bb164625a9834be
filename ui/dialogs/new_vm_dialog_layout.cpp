#include "dialogs/new_vm_dialog.h"

#include "guest/architecture.h"
#include "style/icons.h"
#include "style/metrics.h"
#include "widgets/card.h"
#include "widgets/field.h"
#include "widgets/file_chooser.h"
#include "widgets/message_bar.h"
#include "widgets/number_box.h"

#include <QComboBox>
#include <QDir>
#include <QEvent>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QScreen>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

constexpr int lookDelayMs = 200; // after the last key
constexpr int usualWidth = 660;
constexpr int fewLines = 7; // of what the guest said
constexpr int linesKept = 500;

} // namespace

NewVmDialog::NewVmDialog(VmService& vms, bool kvmUsable, QWidget* parent)
    : QDialog(parent)
    , m_vms(vms)
    , m_kvmUsable(kvmUsable)
    , m_later(new QTimer(this))
    , m_message(new MessageBar(this))
{
    setObjectName(u"newVmDialog"_s);
    setWindowTitle(tr("New virtual machine"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(gapLarge, gapLarge, gapLarge, gapLarge);
    layout->setSpacing(gap);
    makeForm();
    makeProgress();
    layout->addWidget(m_form);
    layout->addWidget(m_progress);
    layout->addWidget(m_said, 1);
    layout->addWidget(m_message);
    layout->addStretch();
    layout->addLayout(makeButtons());
    m_later->setSingleShot(true);
    m_later->setInterval(lookDelayMs);
    connect(m_later, &QTimer::timeout, this, &NewVmDialog::look);
    connect(&vms, &VmService::looked, this, &NewVmDialog::takeLook);
    connect(&vms, &VmService::storedChanged, this, &NewVmDialog::adapt);
    connect(&vms, &VmService::busyChanged, this, &NewVmDialog::adapt);
    connect(&vms, &VmService::measuringChanged, this, &NewVmDialog::adapt);
    connect(&vms, &VmService::progressed, this, &NewVmDialog::takeProgress);
    connect(&vms, &VmService::ended, this, &NewVmDialog::takeOutcome);
    connect(&vms, &VmService::removed, this, &NewVmDialog::takeRemoval);
    adapt();
    resize(std::max(usualWidth, sizeHint().width()), sizeHint().height());
}

/// A dialog does not ask for the height of wrapped text; what is said of a field would squash the others.
bool NewVmDialog::event(QEvent* event)
{
    const bool done = QDialog::event(event);
    if (event->type() == QEvent::LayoutRequest && layout()->hasHeightForWidth()) {
        const int wanted = layout()->totalHeightForWidth(width());
        if (wanted > height())
            resize(width(), std::min(wanted, screen()->availableSize().height()));
    }
    return done;
}

void NewVmDialog::makeForm()
{
    m_form = new QWidget(this);
    auto* layout = new QVBoxLayout(m_form);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap);
    auto* name = new QLineEdit(m_form);
    name->setPlaceholderText(tr("small letters, digits and '-'"));
    m_name = new Field(tr("&Name"), name, u"newVmName"_s, m_form);
    m_source = addPath(tr("ISO or &image"), u"newVmSource"_s, tr("Choose an ISO or a cloud image"),
                       tr("an ISO, or a disk image with cloud-init"),
                       tr("ISOs and disk images (*.iso *.qcow2 *.img *.raw);;All files (*)"), false);
    m_how = new QComboBox(m_form);
    m_how->addItem(tr("By itself, without questions"), false);
    m_how->addItem(tr("By hand, on its screen"), true);
    m_howField = new Field(tr("Install&ation"), m_how, u"newVmHow"_s, m_form);
    m_disk = addPath(tr("&Disk file"), u"newVmDisk"_s, tr("Where the disk shall stand"),
                     tr("in the folder of the virtual machine"), tr("Disk images (*.qcow2 *.raw *.img);;All files (*)"),
                     true);
    m_size = addNumber(tr("Si&ze"), u"newVmSize"_s, tr("GiB"), 20);
    m_patience = addNumber(tr("&Patience"), u"newVmPatience"_s, tr("min"), 15);
    m_patience->setNote(tr("The guest may say nothing for so long."));
    m_cpus = addNumber(tr("&CPUs"), u"newVmCpus"_s, {}, 2);
    m_memory = addNumber(tr("M&emory"), u"newVmMemory"_s, tr("MiB"), 2048);
    static_cast<NumberBox*>(m_memory->control())->setDoubling(true);
    m_user = new Field(tr("&User"), new QLineEdit(u"bench"_s, m_form), u"newVmUser"_s, m_form);
    m_user->control()->setToolTip(tr("The account in the guest. It has a key of its own and no password."));
    fillFirmware();
    auto* firmware = new Field(tr("&Firmware"), m_firmware, u"newVmFirmware"_s, m_form);
    m_arch = new QComboBox(m_form);
    m_arch->addItems(guestArchitectureNames());
    m_arch->setCurrentText(nativeArchitecture());
    m_archField = new Field(tr("A&rchitecture"), m_arch, u"newVmArch"_s, m_form);
    for (QWidget* row :
         std::initializer_list<QWidget*>{m_name, m_source, m_howField, m_archField, m_disk, pair(m_size, m_patience),
                                         pair(m_cpus, m_memory), pair(m_user, firmware)})
        layout->addWidget(row);
    m_hint = new Caption({}, m_form);
    layout->addWidget(m_hint);
    connect(name, &QLineEdit::textChanged, this, &NewVmDialog::adapt);
    connect(m_how, &QComboBox::currentIndexChanged, this, &NewVmDialog::adapt);
    connect(m_arch, &QComboBox::currentIndexChanged, this, &NewVmDialog::adapt);
    connect(static_cast<QLineEdit*>(m_user->control()), &QLineEdit::textChanged, this, &NewVmDialog::adapt);
    connect(static_cast<QLineEdit*>(m_source->control()), &QLineEdit::textChanged, this, [this] {
        m_found = {};
        adapt();
        m_later->start();
    });
}

/// Beside each other, of one width.
QWidget* NewVmDialog::pair(QWidget* left, QWidget* right)
{
    auto* row = new QWidget(m_form);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gapLarge);
    for (QWidget* field : {left, right})
        layout->addWidget(field, 1, Qt::AlignTop);
    return row;
}

Field* NewVmDialog::addPath(const QString& label, const QString& name, const QString& title, const QString& hint,
                            const QString& filter, bool isNew)
{
    auto* line = new QLineEdit(m_form);
    line->setPlaceholderText(hint);
    auto* field = new Field(label, line, name, m_form);
    auto* browse = new QToolButton(m_form);
    browse->setObjectName(name + u"Browse"_s);
    browse->setIcon(icon(u"open"_s));
    browse->setToolTip(title);
    browse->setAccessibleName(title);
    connect(browse, &QToolButton::clicked, this, [this, line, title, filter, isNew] {
        FileChooser::Question question;
        question.kind = isNew ? FileChooser::Kind::Either : FileChooser::Kind::Open;
        question.title = title;
        question.name = line->text();
        question.filter = filter;
        FileChooser::ask(this, question,
                         [line](const QString& path) { line->setText(QDir::toNativeSeparators(path)); });
    });
    field->addBeside(browse);
    return field;
}

Field* NewVmDialog::addNumber(const QString& label, const QString& name, const QString& unit, double value)
{
    const bool whole = name == "newVmCpus"_L1 || name == "newVmMemory"_L1;
    auto* box = new NumberBox(whole ? 0 : 2, 1, unit, m_form);
    box->setValue(value);
    connect(box, &NumberBox::valueChanged, this, &NewVmDialog::adapt);
    return new Field(label, box, name, m_form);
}

void NewVmDialog::fillFirmware()
{
    m_firmware = new QComboBox(m_form);
    m_firmware->setEditable(true);
    m_firmware->setInsertPolicy(QComboBox::NoInsert);
    m_firmware->setToolTip(tr("Or the file of an EFI image"));
    m_firmware->addItem(tr("as the guest needs"), QString());
    m_firmware->addItem(tr("EFI, found by itself"), u"uefi"_s);
    m_firmware->addItem(tr("BIOS (SeaBIOS)"), u"bios"_s);
}

void NewVmDialog::makeProgress()
{
    m_progress = new QWidget(this);
    auto* layout = new QVBoxLayout(m_progress);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap);
    m_what = new QLabel(m_progress);
    m_what->setObjectName(u"newVmWhat"_s);
    m_step = new QLabel(m_progress);
    m_step->setObjectName(u"newVmStep"_s);
    m_step->setFont(fontAt(TextStep::Strong, font()));
    for (QLabel* label : {m_what, m_step}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        layout->addWidget(label);
    }
    m_bar = new QProgressBar(m_progress);
    m_bar->setObjectName(u"newVmBar"_s);
    m_bar->setAccessibleName(tr("How far it is"));
    layout->addWidget(m_bar);
    m_said = new QPlainTextEdit(this);
    m_said->setObjectName(u"newVmSaid"_s);
    m_said->setAccessibleName(tr("What the guest said"));
    m_said->setPlaceholderText(tr("What the guest says on its console stands here."));
    m_said->setReadOnly(true);
    m_said->setTabChangesFocus(true);
    m_said->setMaximumBlockCount(linesKept);
    m_said->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_said->setMinimumHeight(fewLines * m_said->fontMetrics().lineSpacing());
}

QLayout* NewVmDialog::makeButtons()
{
    auto* row = new QHBoxLayout;
    row->setSpacing(gap);
    const auto add = [this, row](const QString& iconName, const QString& name, void (NewVmDialog::*slot)()) {
        auto* button = new QPushButton(this);
        if (!iconName.isEmpty())
            button->setIcon(icon(iconName));
        button->setObjectName(name);
        button->setAutoDefault(false);
        connect(button, &QPushButton::clicked, this, slot);
        row->addWidget(button);
        return button;
    };
    m_delete = add(u"delete"_s, u"newVmDelete"_s, &NewVmDialog::askToDelete);
    m_delete->setText(tr("De&lete…"));
    m_show = add(u"vm"_s, u"newVmScreen"_s, &NewVmDialog::showScreen);
    m_show->setText(tr("Show &screen"));
    row->addStretch();
    m_make = add(u"add"_s, u"newVmMake"_s, &NewVmDialog::start);
    m_make->setDefault(true);
    m_close = add({}, u"newVmClose"_s, &NewVmDialog::reject);
    return row;
}

} // namespace bv
