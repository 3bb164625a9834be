#include "dialogs/new_vm_dialog.h"

#include "dialogs/screen_window.h"
#include "guest/architecture.h"
#include "install/answers.h"
#include "models/text.h"
#include "widgets/card.h"
#include "widgets/field.h"
#include "widgets/message_bar.h"
#include "widgets/number_box.h"

#include <QComboBox>
#include <QDir>
#include <QFileInfo>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QRegularExpression>
#include <QTimer>
#include <cmath>
#include <utility>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

constexpr double bytesOfGib = 1024.0 * 1024 * 1024;
constexpr double smallestDisk = 4; // GiB, for an installation
constexpr int fullBar = 1000;

PlanProblem error(const QString& message)
{
    return {PlanProblem::Severity::Error, {}, message};
}

/// Gives whether it is fine.
bool checkRange(Field* field, double least, double most)
{
    const double value = static_cast<NumberBox*>(field->control())->value();
    const bool fine = value >= least && value <= most;
    field->setProblems(fine ? QList<PlanProblem>()
                            : QList{error(NewVmDialog::tr("From %1 to %2.").arg(least).arg(most))});
    return fine;
}

} // namespace

void NewVmDialog::goOnWith(const StoredVm& vm)
{
    static_cast<QLineEdit*>(m_name->control())->setText(vm.name);
}

QString NewVmDialog::text(const Field* field) const
{
    return QDir::fromNativeSeparators(static_cast<QLineEdit*>(field->control())->text().trimmed());
}

double NewVmDialog::number(const Field* field) const
{
    return static_cast<NumberBox*>(field->control())->value();
}

bool NewVmDialog::isByHand() const
{
    return m_found && m_found->kind != VmSource::Kind::Disk && m_how->currentData().toBool();
}

bool NewVmDialog::goesOn() const
{
    const auto vm = m_vms.find(text(m_name));
    return vm && vm->state == StoredVm::State::Installed;
}

void NewVmDialog::look()
{
    m_later->stop();
    if (!sourcePath().isEmpty())
        m_vms.look(sourcePath());
}

void NewVmDialog::takeLook(const QString& path, const Result<VmSource>& source)
{
    if (path != sourcePath() || m_working)
        return; // something else was typed meanwhile
    m_found = source;
    if (source) {
        m_how->setCurrentIndex(source->kind == VmSource::Kind::Iso ? 1 : 0);
        auto* size = static_cast<NumberBox*>(m_size->control());
        if (source->kind == VmSource::Kind::Disk)
            size->setValue(0);
        else if (size->value() <= 0)
            size->setValue(20);
        proposeName();
    }
    adapt();
}

/// "debian-12" for debian-12.5.0-amd64-netinst.iso.
void NewVmDialog::proposeName()
{
    auto* name = static_cast<QLineEdit*>(m_name->control());
    static const QRegularExpression start(u"^[a-z]+(-?[0-9]+)?"_s);
    const QString proposal = start.match(QFileInfo(sourcePath()).fileName().toLower()).captured().left(20);
    if (name->text().isEmpty() && !m_vms.find(proposal))
        name->setText(proposal);
}

void NewVmDialog::adapt()
{
    adaptName();
    adaptSource();
    const bool fine = checkValues();
    const bool hand = isByHand();
    m_howField->setVisible(!goesOn() && m_found && m_found->kind != VmSource::Kind::Disk);
    m_archField->setVisible(!goesOn() && m_found && m_found->kind == VmSource::Kind::Disk);
    m_howField->setEnabled(m_found && m_found->kind == VmSource::Kind::Installer);
    m_howField->setNote(hand ? tr("You install it in a window that shows its screen, and shut it down at the end. "
                                  "Benchvisor reaches it by the package qemu-guest-agent; sysbench has to be in it.")
                             : QString());
    for (Field* field : {m_source, m_disk, m_size, m_cpus, m_memory})
        field->setEnabled(!goesOn());
    m_user->setEnabled(!hand && !goesOn());
    m_firmware->setEnabled(!goesOn());
    m_patience->setEnabled(!hand && !goesOn());
    const bool foreign = m_found && m_found->kind == VmSource::Kind::Disk
                             ? m_arch->currentText() != nativeArchitecture()
                             : m_found && !m_found->arch.isEmpty() && m_found->arch != nativeArchitecture();
    const bool emulated = foreign || !m_kvmUsable;
    m_hint->setText(emulated ? tr("It is emulated here: a cloud image takes minutes, an installation an hour or more. "
                                  "Installers fetch packages, so this machine needs a network.")
                             : tr("Installers fetch packages, so this machine needs a network."));
    m_form->setVisible(!m_working);
    m_hint->setVisible(!m_working);
    m_progress->setVisible(m_working);
    m_said->setVisible(m_working || !m_said->document()->isEmpty());
    m_show->setVisible(m_working && hand);
    const auto stored = m_vms.find(text(m_name));
    m_delete->setVisible(!m_working && stored.has_value());
    m_delete->setEnabled(!m_vms.isBusy());
    const bool can = !m_vms.isBusy() && !m_vms.isMeasuring();
    m_make->setVisible(!m_working);
    m_make->setText(goesOn() ? tr("&Go on") : tr("&Make it"));
    m_make->setEnabled(can && fine);
    m_make->setToolTip(m_vms.isMeasuring() ? measuringReason() : QString());
    m_close->setText(m_working ? tr("Cancel") : tr("Close"));
}

void NewVmDialog::adaptName()
{
    const QString name = text(m_name);
    const auto vm = m_vms.find(name);
    QList<PlanProblem> problems;
    QString note;
    const Result<> fine = checkAccount({name, u"bench"_s, {}});
    if (!name.isEmpty() && !fine)
        problems << error(fine.error().message);
    else if (vm && vm->state == StoredVm::State::Ready && !m_working)
        problems << error(
            tr("There is a virtual machine %1 already. Choose another name, or delete that one.").arg(name));
    else if (vm && vm->state == StoredVm::State::Installed)
        note = tr("%1 is installed already and was not seen to start yet: that is what is left to do.").arg(name);
    else if (vm && !m_working)
        note = tr("What was left of %1, which was not finished, is removed first.").arg(name);
    m_name->setProblems(problems);
    m_name->setNote(note);
}

void NewVmDialog::adaptSource()
{
    QList<PlanProblem> problems;
    QString note;
    if (m_found) {
        const QString what = m_found->words;
        switch (m_found->kind) {
        case VmSource::Kind::Installer:
            note = tr("%1: an installer that needs nobody's help.").arg(what);
            break;
        case VmSource::Kind::Iso:
            note =
                tr("%1: no installer that works by itself (Debian's and Ubuntu Server's do). It is installed by hand.")
                    .arg(what);
            break;
        case VmSource::Kind::Disk:
            note = tr("%1: it is copied, and cloud-init in it makes the account.").arg(what);
            break;
        }
    } else if (m_found.error().code != Error::Code::Unset) {
        problems << error(m_found.error().message);
    }
    m_source->setNote(note);
    m_source->setProblems(problems);
    const bool image = m_found && m_found->kind == VmSource::Kind::Disk;
    m_size->setNote(image ? tr("0: as large as the image.") : QString());
}

/// Whether a VM can be made of what was typed.
bool NewVmDialog::checkValues()
{
    const bool named = !text(m_name).isEmpty() && m_name->messages().isEmpty();
    if (goesOn())
        return named;
    const bool image = m_found && m_found->kind == VmSource::Kind::Disk;
    bool fine = checkRange(m_size, image ? 0 : smallestDisk, 1 << 16);
    fine = checkRange(m_cpus, 1, 255) && fine;
    fine = checkRange(m_memory, 256, 1 << 20) && fine;
    fine = checkRange(m_patience, 0.01, 1440) && fine;
    const Result<> user = checkAccount({u"vm"_s, text(m_user), {}});
    const bool userIsFine = isByHand() || user;
    m_user->setProblems(userIsFine ? QList<PlanProblem>() : QList{error(user.error().message)});
    return fine && userIsFine && named && m_found;
}

VmWish NewVmDialog::wish() const
{
    VmWish wish(text(m_name));
    if (goesOn())
        return wish;
    const bool image = m_found->kind == VmSource::Kind::Disk;
    (image ? wish.cloudImage : wish.iso) = sourcePath();
    wish.disk = text(m_disk);
    wish.bytes = std::llround(number(m_size) * bytesOfGib);
    wish.user = text(m_user);
    wish.arch = image ? m_arch->currentText() : QString();
    const int firmware = m_firmware->findText(m_firmware->currentText());
    wish.firmware = firmware < 0 ? m_firmware->currentText().trimmed() : m_firmware->itemData(firmware).toString();
    wish.smp = static_cast<int>(std::lround(number(m_cpus)));
    wish.memoryMib = static_cast<int>(std::lround(number(m_memory)));
    wish.byHand = isByHand();
    wish.patience = std::chrono::milliseconds(std::llround(number(m_patience) * 60000));
    return wish;
}

void NewVmDialog::start()
{
    if (!m_make->isEnabled() || !m_vms.make(wish()))
        return; // the button says why
    m_working = true;
    m_message->dismiss();
    m_said->clear();
    const QString from = QDir::toNativeSeparators(sourcePath());
    m_what->setText(goesOn() ? tr("The virtual machine %1").arg(text(m_name))
                             : tr("The virtual machine %1, from %2").arg(text(m_name), from));
    m_step->setText(tr("Beginning"));
    m_bar->setRange(0, 0);
    adapt();
    m_close->setFocus(Qt::OtherFocusReason);
    if (isByHand() && !goesOn())
        showScreen();
}

void NewVmDialog::showScreen()
{
    if (!m_screen) {
        m_screen = new ScreenWindow(this);
        m_screen->setAdvice(tr("Ctrl+Alt+G gives the keyboard back. Shut the system down when it is installed."));
    }
    m_screen->addScreen(text(m_name), text(m_name), m_vms.screenOf(text(m_name)));
    m_screen->show();
    m_screen->raise();
    m_screen->activateWindow();
}

void NewVmDialog::takeProgress(const QString& step, double fraction)
{
    if (!m_working)
        return;
    const QString line = step.section(u": "_s, 1);
    m_step->setText(step.section(u": "_s, 0, 0));
    if (!line.isEmpty())
        m_said->appendPlainText(line);
    m_bar->setRange(0, fraction < 0 || isByHand() ? 0 : fullBar); // 0 to 0: it moves, and says no figure
    if (fraction >= 0 && !isByHand())
        m_bar->setValue(static_cast<int>(std::lround(fraction * fullBar)));
}

void NewVmDialog::takeOutcome(const VmService::Outcome& outcome)
{
    if (!std::exchange(m_working, false)) {
        adapt();
        return; // another dialog's
    }
    if (m_screen) {
        m_screen->clear();
        m_screen->hide();
    }
    if (outcome.error.code == Error::Code::Unset) {
        emit made(outcome.vm);
        accept();
        return;
    }
    tellFailure(outcome);
    adapt();
}

void NewVmDialog::tellFailure(const VmService::Outcome& outcome)
{
    if (outcome.error.code == Error::Code::Cancelled) {
        m_said->clear();
        m_message->say(MessageBar::Tone::Info,
                       outcome.isInstalled
                           ? tr("Cancelled. %1 is installed; its first start is left to do.").arg(outcome.name)
                           : tr("Cancelled; nothing half-made was left."));
        return;
    }
    if (!outcome.error.detail.isEmpty())
        m_said->setPlainText(outcome.error.detail);
    // What it waits for can be answered by somebody who sits before it.
    const bool canBeHelped = outcome.error.code == Error::Code::NotReady && !outcome.isInstalled && m_found &&
                             m_found->kind == VmSource::Kind::Installer && !isByHand();
    if (canBeHelped)
        m_message->say(MessageBar::Tone::Bad, outcome.error.message, tr("Install it by hand"), [this] {
            m_how->setCurrentIndex(1);
            start();
        });
    else
        m_message->say(MessageBar::Tone::Bad, outcome.error.message);
}

void NewVmDialog::askToDelete()
{
    const auto vm = m_vms.find(text(m_name));
    if (!vm)
        return;
    const QString disk = QDir::toNativeSeparators(vm->target.qemu.disk.path);
    m_message->say(MessageBar::Tone::Warning,
                   tr("%1 will be gone for good, with its key and its disk %2.").arg(vm->name, disk), tr("Delete it"),
                   [this, vm = *vm] {
                       if (!m_vms.isBusy())
                           m_vms.remove(vm);
                   });
}

void NewVmDialog::takeRemoval(const QString& name, const Error& error)
{
    if (error.code == Error::Code::Unset)
        m_message->say(MessageBar::Tone::Good, tr("%1 was deleted, with its disk.").arg(name));
    else
        m_message->say(MessageBar::Tone::Bad, error.message);
}

void NewVmDialog::reject()
{
    if (m_working)
        m_vms.cancel(); // its end is told, then it can be closed
    else
        QDialog::reject();
}

} // namespace bv
