#pragma once

#include "services.h"

#include <QDialog>

class QLabel;
class QPushButton;
class QScrollArea;
class QVBoxLayout;

namespace bv {

struct EnvironmentItem;

/// What Benchvisor needs, what was found, and how to mend what is missing. Open it with open() or show(); it checks
/// when it is shown for the first time and nothing is known yet.
class EnvironmentDialog : public QDialog
{
    Q_OBJECT
public:
    explicit EnvironmentDialog(const Services& services, QWidget* parent = nullptr);

protected:
    void changeEvent(QEvent* event) override;

private:
    void refresh();
    void updateProgress();
    QWidget* makeItem(const EnvironmentItem& item);

    EnvironmentMonitor& m_environment;
    QLabel* m_summary;
    QScrollArea* m_area;
    QPushButton* m_again;
    QPushButton* m_fresh;
};

/// The commands in a sentence like "… Install it: sudo apt install qemu-utils": what stands between back quotes, or
/// behind the last ": " where it looks like a command. Empty where there is none.
QStringList commandsIn(const QString& mend);

} // namespace bv
