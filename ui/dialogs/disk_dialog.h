#pragma once

#include "base/result.h"
#include "disk/disk_image.h"
#include "run/disk_service.h"

#include <QDialog>
#include <optional>

class QCheckBox;
class QComboBox;
class QHBoxLayout;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QTimer;
class QVBoxLayout;

namespace bv {

class Field;
class MessageBar;
class NumberBox;

/// A disk image: makes it where there is none yet; says what it is, checks, mends, copies and deletes it where there
/// is. Work goes on in the service, with progress, and can be cancelled. Open it with open() or show().
class DiskDialog : public QDialog
{
    Q_OBJECT
public:
    /// Begins with the file `path`, which may be empty.
    DiskDialog(DiskService& disks, const QString& path, QWidget* parent = nullptr);

    /// Cancels what is being done, or closes.
    void reject() override;

signals:
    /// A disk was made here, no copy; format as in a plan ("raw", "qcow2", "luks"), and the file with its passphrase
    /// where it has one.
    void diskMade(const QString& path, const QString& format, const QString& keyFile);

private:
    void makeNewPart();
    void makeExistingPart();
    QPushButton* addButton(QHBoxLayout* row, const QString& iconName, const QString& text, const QString& name,
                           void (DiskDialog::*slot)());
    Field* addPath(QVBoxLayout* layout, const QString& label, const QString& name, const QString& title, int kind,
                   const QString& hint);
    QString path() const;
    QString text(const Field* field) const;
    void look();
    void takeLook(const QString& path, const Result<DiskImage>& image);
    void adapt();
    void create();
    void check();
    void repair();
    void copy();
    void askToRepair();
    void askToDelete();
    void startWork(bool begun, const QString& words);
    void takeOutcome(const QString& path, const DiskService::Outcome& outcome);

    enum class There { Unknown, No, Yes };
    DiskService& m_disks;
    QTimer* m_later;
    MessageBar* m_message;
    Field* m_path;
    QLabel* m_state;
    QProgressBar* m_progress;
    QWidget* m_new = nullptr;
    QWidget* m_existing = nullptr;
    QComboBox* m_format = nullptr;
    NumberBox* m_size = nullptr;
    QComboBox* m_preallocation = nullptr;
    QCheckBox* m_encrypted = nullptr;
    Field* m_base = nullptr;
    Field* m_key = nullptr;
    Field* m_copyPath = nullptr;
    QComboBox* m_copyFormat = nullptr;
    Field* m_sourceKey = nullptr;
    QList<QPushButton*> m_actions;
    QPushButton* m_close = nullptr;
    There m_there = There::Unknown;
    DiskImage m_image;
    std::optional<NewDisk> m_making; ///< what create() began
    bool m_working = false;
};

} // namespace bv
