#pragma once

#include "install/vm_service.h"

#include <QDialog>

class QComboBox;
class QHBoxLayout;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QProgressBar;
class QPushButton;
class QTimer;

namespace bv {

class Caption;
class Field;
class MessageBar;
class NumberBox;
class ScreenWindow;

/// Makes a VM with a system of its own, from an ISO or a cloud image: what it shall be, then how far it is and what the
/// guest says. An ISO that is installed by hand has its screen in a window beside. Open it with open() or show().
class NewVmDialog : public QDialog
{
    Q_OBJECT
public:
    /// `kvmUsable`: what is known of KVM on this machine, for the time it will take.
    NewVmDialog(VmService& vms, bool kvmUsable, QWidget* parent = nullptr);

    /// A stored VM that is not ready: making it goes on there.
    void goOnWith(const StoredVm& vm);
    /// Cancels what is being made, or closes.
    void reject() override;

protected:
    bool event(QEvent* event) override;

signals:
    /// The VM is ready and stored. The dialog closes.
    void made(const bv::StoredVm& vm);

private:
    void makeForm();
    void makeProgress();
    QLayout* makeButtons();
    Field* addPath(const QString& label, const QString& name, const QString& title, const QString& hint,
                   const QString& filter, bool isNew);
    Field* addNumber(const QString& label, const QString& name, const QString& unit, double value);
    void fillFirmware();
    QWidget* pair(QWidget* left, QWidget* right);

    QString text(const Field* field) const;
    double number(const Field* field) const;
    QString sourcePath() const { return text(m_source); }
    bool isByHand() const;
    bool goesOn() const; ///< the VM of that name is installed already
    void look();
    void takeLook(const QString& path, const Result<VmSource>& source);
    void proposeName();
    void adapt();
    void adaptName();
    void adaptSource();
    bool checkValues();
    VmWish wish() const;
    void start();
    void showScreen();
    void takeProgress(const QString& step, double fraction);
    void takeOutcome(const VmService::Outcome& outcome);
    void tellFailure(const VmService::Outcome& outcome);
    void askToDelete();
    void takeRemoval(const QString& name, const Error& error);

    VmService& m_vms;
    bool m_kvmUsable;
    QTimer* m_later;
    QWidget* m_form = nullptr;
    Field* m_name = nullptr;
    Field* m_source = nullptr;
    QComboBox* m_how = nullptr;
    Field* m_howField = nullptr;
    Field* m_disk = nullptr;
    Field* m_size = nullptr;
    Field* m_patience = nullptr;
    Field* m_cpus = nullptr;
    Field* m_memory = nullptr;
    Field* m_user = nullptr;
    QComboBox* m_firmware = nullptr;
    QComboBox* m_arch = nullptr;
    Field* m_archField = nullptr;
    Caption* m_hint = nullptr;
    QWidget* m_progress = nullptr; ///< takes the place of the form
    QLabel* m_what = nullptr;
    QLabel* m_step = nullptr;
    QProgressBar* m_bar = nullptr;
    QPlainTextEdit* m_said = nullptr; ///< by the guest
    MessageBar* m_message;
    QPushButton* m_delete = nullptr;
    QPushButton* m_show = nullptr;
    QPushButton* m_make = nullptr;
    QPushButton* m_close = nullptr;
    ScreenWindow* m_screen = nullptr;
    Result<VmSource> m_found; ///< unset: nothing was looked at yet
    bool m_working = false;
};

} // namespace bv
