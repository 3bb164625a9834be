#pragma once

#include <QDialog>
#include <QHash>
#include <memory>

class QComboBox;
class QLabel;

namespace bv {

class ScreenView;
class VmScreen;

/// The screens of the VMs of a session that have display "vnc"; one is shown at a time. Connected only while the window
/// is open, since a VM whose screen is looked at has less CPU to measure with.
class ScreenWindow : public QDialog
{
    Q_OBJECT
public:
    explicit ScreenWindow(QWidget* parent = nullptr);
    ~ScreenWindow() override;

    /// A VM that is there or will be; the first one is shown. One that is known already may have been started anew.
    void addScreen(const QString& targetId, const QString& name, const QString& socketPath);
    /// The session has ended: no screen is offered any more.
    void clear();
    bool isEmpty() const { return m_paths.isEmpty(); }
    /// What is said while a screen is shown; else it is advice for a measurement.
    void setAdvice(const QString& advice);

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    void connectScreen();
    void sayState();

    QHash<QString, QString> m_paths; ///< sockets by target
    QComboBox* m_choice;
    QLabel* m_state;
    QString m_advice;
    ScreenView* m_view;
    std::unique_ptr<VmScreen> m_screen;
    bool m_ended = false;
};

} // namespace bv
