#include "dialogs/disk_dialog.h"

#include "models/text.h"
#include "style/icons.h"
#include "style/metrics.h"
#include "widgets/field.h"
#include "widgets/file_chooser.h"
#include "widgets/message_bar.h"
#include "widgets/number_box.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>
#include <cmath>
#include <utility>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

constexpr int lookDelayMs = 200; // after the last key
constexpr int usualWidth = 560;
constexpr double bytesOfGib = 1024.0 * 1024 * 1024;

QString describe(const DiskImage& image)
{
    QStringList lines{DiskDialog::tr("%1, %2, of which %3 are taken on this machine's disk")
                          .arg(image.format, diskSizeText(image.virtualBytes), diskSizeText(image.actualBytes))};
    if (!image.encryption.isEmpty())
        lines << DiskDialog::tr("Encrypted (%1)").arg(image.encryption);
    for (const DiskImage::Base& base : image.chain)
        lines << DiskDialog::tr("Overlay of %1 (%2)").arg(QDir::toNativeSeparators(base.path), base.format);
    if (!image.snapshots.isEmpty())
        lines << DiskDialog::tr("Snapshots: %1").arg(image.snapshots.join(u", "_s));
    if (image.dirty)
        lines << DiskDialog::tr("It was not closed properly; QEMU mends that when it opens the disk.");
    if (image.corrupt)
        lines << DiskDialog::tr("It is damaged: check it, then repair it.");
    return lines.join(u'\n');
}

void fillFormats(QComboBox* combo)
{
    combo->addItem(DiskDialog::tr("qcow2 (grows, overlays, snapshots)"), u"qcow2"_s);
    combo->addItem(DiskDialog::tr("raw (fastest)"), u"raw"_s);
}

} // namespace

DiskDialog::DiskDialog(DiskService& disks, const QString& path, QWidget* parent)
    : QDialog(parent)
    , m_disks(disks)
    , m_later(new QTimer(this))
    , m_message(new MessageBar(this))
    , m_path(nullptr)
    , m_state(new QLabel(this))
    , m_progress(new QProgressBar(this))
{
    setObjectName(u"diskDialog"_s);
    setWindowTitle(tr("Disk image"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(gapLarge, gapLarge, gapLarge, gapLarge);
    layout->setSpacing(gap);
    m_path = addPath(layout, tr("&File"), u"diskFile"_s, tr("Choose a disk image"),
                     static_cast<int>(FileChooser::Kind::Either), tr("a file that is there, or one to be made"));
    m_state->setObjectName(u"diskState"_s);
    m_state->setTextFormat(Qt::PlainText);
    m_state->setWordWrap(true);
    m_state->setTextInteractionFlags(Qt::TextSelectableByMouse);
    layout->addWidget(m_state);
    makeNewPart();
    makeExistingPart();
    layout->addWidget(m_message);
    m_progress->setObjectName(u"diskProgress"_s);
    m_progress->setAccessibleName(tr("Progress"));
    m_progress->setRange(0, 0);
    layout->addWidget(m_progress);
    layout->addStretch(1);
    auto* row = new QHBoxLayout;
    row->addStretch(1);
    m_close = new QPushButton(tr("Close"), this);
    m_close->setObjectName(u"diskClose"_s);
    m_close->setAutoDefault(false);
    row->addWidget(m_close);
    layout->addLayout(row);
    connect(m_close, &QPushButton::clicked, this, &QDialog::reject);
    m_later->setSingleShot(true);
    m_later->setInterval(lookDelayMs);
    connect(m_later, &QTimer::timeout, this, &DiskDialog::look);
    connect(static_cast<QLineEdit*>(m_path->control()), &QLineEdit::textChanged, this, [this] {
        m_there = There::Unknown;
        adapt();
        m_later->start();
    });
    connect(&disks, &DiskService::looked, this, &DiskDialog::takeLook);
    connect(&disks, &DiskService::busyChanged, this, &DiskDialog::adapt);
    connect(&disks, &DiskService::measuringChanged, this, &DiskDialog::adapt);
    connect(&disks, &DiskService::ended, this, &DiskDialog::takeOutcome);
    connect(&disks, &DiskService::progressed, this, [this](double fraction) {
        m_progress->setRange(0, 1000);
        m_progress->setValue(static_cast<int>(std::lround(fraction * 1000)));
    });
    static_cast<QLineEdit*>(m_path->control())->setText(QDir::toNativeSeparators(path));
    adapt();
    look();
    resize(std::max(usualWidth, sizeHint().width()), sizeHint().height());
}

Field* DiskDialog::addPath(QVBoxLayout* layout, const QString& label, const QString& name, const QString& title,
                           int kind, const QString& hint)
{
    auto* line = new QLineEdit(this);
    line->setPlaceholderText(hint);
    auto* field = new Field(label, line, name, this);
    auto* browse = new QToolButton(this);
    browse->setObjectName(name + u"Browse"_s);
    browse->setIcon(icon(u"open"_s));
    browse->setToolTip(title);
    browse->setAccessibleName(title);
    connect(browse, &QToolButton::clicked, this, [this, line, title, kind] {
        FileChooser::Question question;
        question.kind = static_cast<FileChooser::Kind>(kind);
        question.title = title;
        question.name = line->text();
        question.filter = tr("Disk images (*.raw *.img *.qcow2 *.luks);;All files (*)");
        FileChooser::ask(this, question,
                         [line](const QString& path) { line->setText(QDir::toNativeSeparators(path)); });
    });
    field->addBeside(browse);
    layout->addWidget(field);
    return field;
}

QPushButton* DiskDialog::addButton(QHBoxLayout* row, const QString& iconName, const QString& text, const QString& name,
                                   void (DiskDialog::*slot)())
{
    auto* button = new QPushButton(icon(iconName), text, this);
    button->setObjectName(name);
    button->setAutoDefault(false);
    connect(button, &QPushButton::clicked, this, slot);
    row->addWidget(button);
    m_actions << button;
    return button;
}

void DiskDialog::makeNewPart()
{
    m_new = new QWidget(this);
    auto* layout = new QVBoxLayout(m_new);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap);
    m_format = new QComboBox(m_new);
    fillFormats(m_format);
    layout->addWidget(new Field(tr("F&ormat"), m_format, u"diskFormat"_s, m_new));
    m_size = new NumberBox(6, 1, tr("GiB"), m_new);
    m_size->setValue(4);
    layout->addWidget(new Field(tr("Si&ze"), m_size, u"diskSize"_s, m_new));
    m_preallocation = new QComboBox(m_new);
    m_preallocation->addItem(tr("off (sparse)"), u"off"_s);
    for (const QString& mode : {u"metadata"_s, u"falloc"_s, u"full"_s})
        m_preallocation->addItem(mode, mode);
    layout->addWidget(new Field(tr("&Preallocation"), m_preallocation, u"diskPreallocation"_s, m_new));
    m_base = addPath(layout, tr("O&verlay of"), u"diskBase"_s, tr("Choose the disk below the overlay"),
                     static_cast<int>(FileChooser::Kind::Open), tr("nothing: a disk of its own"));
    m_encrypted = new QCheckBox(tr("&Encrypted (LUKS)"), m_new);
    m_encrypted->setObjectName(u"diskEncrypted"_s);
    layout->addWidget(m_encrypted);
    m_key = addPath(layout, tr("&Key file"), u"diskKey"_s, tr("Choose the file with the passphrase"),
                    static_cast<int>(FileChooser::Kind::Open), tr("holds the passphrase and nothing else"));
    auto* row = new QHBoxLayout;
    row->addStretch(1);
    addButton(row, u"add"_s, tr("&Create"), u"diskCreate"_s, &DiskDialog::create);
    layout->addLayout(row);
    connect(m_encrypted, &QCheckBox::toggled, this, &DiskDialog::adapt);
    connect(static_cast<QLineEdit*>(m_base->control()), &QLineEdit::textChanged, this, &DiskDialog::adapt);
    this->layout()->addWidget(m_new);
}

void DiskDialog::makeExistingPart()
{
    m_existing = new QWidget(this);
    auto* layout = new QVBoxLayout(m_existing);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap);
    m_sourceKey = addPath(layout, tr("&Key file"), u"diskSourceKey"_s, tr("Choose the file with the passphrase"),
                          static_cast<int>(FileChooser::Kind::Open), tr("holds the passphrase and nothing else"));
    auto* row = new QHBoxLayout;
    addButton(row, u"check"_s, tr("C&heck"), u"diskCheck"_s, &DiskDialog::check);
    addButton(row, u"refresh"_s, tr("&Repair"), u"diskRepair"_s, &DiskDialog::askToRepair);
    addButton(row, u"delete"_s, tr("&Delete"), u"diskDelete"_s, &DiskDialog::askToDelete);
    row->addStretch(1);
    layout->addLayout(row);
    m_copyPath = addPath(layout, tr("Copy &to"), u"diskCopyFile"_s, tr("Where the copy shall stand"),
                         static_cast<int>(FileChooser::Kind::Either), tr("a file that is not there yet"));
    m_copyFormat = new QComboBox(m_existing);
    fillFormats(m_copyFormat);
    layout->addWidget(new Field(tr("F&ormat"), m_copyFormat, u"diskCopyFormat"_s, m_existing));
    auto* copyRow = new QHBoxLayout;
    copyRow->addStretch(1);
    addButton(copyRow, u"duplicate"_s, tr("&Copy"), u"diskCopy"_s, &DiskDialog::copy);
    layout->addLayout(copyRow);
    connect(static_cast<QLineEdit*>(m_copyPath->control()), &QLineEdit::textChanged, this, &DiskDialog::adapt);
    this->layout()->addWidget(m_existing);
}

QString DiskDialog::text(const Field* field) const
{
    return QDir::fromNativeSeparators(static_cast<QLineEdit*>(field->control())->text().trimmed());
}

QString DiskDialog::path() const
{
    return text(m_path);
}

void DiskDialog::look()
{
    m_later->stop();
    if (path().isEmpty()) {
        m_there = There::Unknown;
        m_state->setText(tr("Name a file: one that is there is examined, any other one can be made."));
        adapt();
        return;
    }
    m_disks.look(path());
}

void DiskDialog::takeLook(const QString& path, const Result<DiskImage>& image)
{
    if (path != this->path())
        return; // something else was typed meanwhile
    if (image) {
        m_there = There::Yes;
        m_image = *image;
        m_state->setText(describe(*image));
    } else if (image.error().code == Error::Code::NotFound) {
        m_there = There::No;
        m_state->setText(tr("There is no such file yet. It can be made here:"));
    } else {
        m_there = There::Unknown;
        m_state->setText(image.error().message);
    }
    adapt();
}

void DiskDialog::adapt()
{
    const bool can = !m_disks.isBusy() && !m_disks.isMeasuring();
    m_new->setVisible(m_there == There::No);
    m_existing->setVisible(m_there == There::Yes);
    m_sourceKey->setVisible(m_there == There::Yes && !m_image.encryption.isEmpty());
    m_key->setVisible(m_encrypted->isChecked());
    if (m_encrypted->isChecked())
        m_format->setCurrentIndex(m_format->findData(u"raw"_s)); // what VMs of a plan can open
    m_format->setEnabled(!m_encrypted->isChecked());
    const bool overlay = !text(m_base).isEmpty();
    m_preallocation->setEnabled(!overlay);
    for (QPushButton* action : std::as_const(m_actions)) {
        action->setEnabled(can);
        action->setToolTip(m_disks.isMeasuring() ? measuringReason() : QString());
    }
    if (can && text(m_copyPath).isEmpty())
        m_actions.last()->setEnabled(false);
    m_progress->setVisible(m_working);
    m_close->setText(m_working ? tr("Cancel") : tr("Close"));
    for (QWidget* part : {static_cast<QWidget*>(m_path), m_new, m_existing})
        part->setEnabled(!m_working);
}

void DiskDialog::startWork(bool begun, const QString& words)
{
    if (!begun)
        return; // the buttons say why
    m_working = true;
    m_progress->setRange(0, 0);
    m_message->say(MessageBar::Tone::Info, words);
    adapt();
}

void DiskDialog::create()
{
    NewDisk disk(path());
    disk.format = m_format->currentData().toString();
    disk.base = text(m_base);
    disk.bytes = disk.base.isEmpty() ? std::llround(m_size->value() * bytesOfGib) : 0;
    disk.preallocation = disk.base.isEmpty() ? m_preallocation->currentData().toString() : u"off"_s;
    disk.encrypted = m_encrypted->isChecked();
    disk.keyFile = disk.encrypted ? text(m_key) : QString();
    if (disk.encrypted && disk.keyFile.isEmpty()) {
        m_message->say(MessageBar::Tone::Bad, tr("An encrypted disk needs a key file: one that holds the passphrase "
                                                 "and nothing else, and that only you can read."));
        m_key->control()->setFocus(Qt::OtherFocusReason);
        return;
    }
    m_making = disk;
    startWork(m_disks.create(disk), tr("Making %1…").arg(QDir::toNativeSeparators(path())));
}

void DiskDialog::check()
{
    startWork(m_disks.check(path(), text(m_sourceKey), DiskRepair::Nothing), tr("Checking…"));
}

void DiskDialog::repair()
{
    startWork(m_disks.check(path(), text(m_sourceKey), DiskRepair::All), tr("Repairing…"));
}

void DiskDialog::copy()
{
    NewDisk target(text(m_copyPath));
    target.format = m_copyFormat->currentData().toString();
    DiskConversion conversion(path(), target);
    conversion.sourceKey = m_image.encryption.isEmpty() ? QString() : text(m_sourceKey);
    startWork(m_disks.convert(conversion), tr("Copying…"));
}

void DiskDialog::askToRepair()
{
    m_message->say(MessageBar::Tone::Warning,
                   tr("Repairing a damaged disk may lose data: copy the file first if you need it."), tr("Repair it"),
                   [this] { repair(); });
}

void DiskDialog::askToDelete()
{
    const QString path = this->path();
    m_message->say(MessageBar::Tone::Warning, tr("%1 will be gone for good.").arg(QDir::toNativeSeparators(path)),
                   tr("Delete it"), [this, path] { startWork(m_disks.remove(path), tr("Deleting…")); });
}

void DiskDialog::takeOutcome(const QString& path, const DiskService::Outcome& outcome)
{
    if (!std::exchange(m_working, false))
        return; // another dialog's
    const std::optional<NewDisk> made = std::exchange(m_making, {});
    const bool done = outcome.error.code == Error::Code::Unset;
    if (done)
        m_message->say(outcome.wellDone ? MessageBar::Tone::Good : MessageBar::Tone::Warning,
                       outcome.sentences.join(u'\n'));
    else if (outcome.error.code == Error::Code::Cancelled)
        m_message->say(MessageBar::Tone::Info, tr("Cancelled; nothing half-made was left."));
    else
        m_message->say(MessageBar::Tone::Bad, outcome.error.message);
    adapt();
    look();
    if (!done || !made)
        return;
    if (made->encrypted) // what is done with it next needs it as well
        static_cast<QLineEdit*>(m_sourceKey->control())->setText(QDir::toNativeSeparators(made->keyFile));
    emit diskMade(path, made->imageFormat(), made->keyFile);
}

void DiskDialog::reject()
{
    if (m_working)
        m_disks.cancel(); // its end is told, then it can be closed
    else
        QDialog::reject();
}

} // namespace bv
