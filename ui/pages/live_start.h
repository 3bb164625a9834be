#pragma once

#include "models/run_outlook.h"
#include "services.h"

#include <QWidget>

class QGridLayout;
class QLabel;
class QProgressBar;
class QPushButton;
class QVBoxLayout;

namespace bv {

class Card;

/// What the Live page shows while there is nothing to see: how far the preparation is; before that what Run will do,
/// and which targets cannot run for what is missing on this machine.
class LiveStart : public QWidget
{
    Q_OBJECT
public:
    explicit LiveStart(const Services& services, QWidget* parent = nullptr);

    /// The engine works, and no run is known yet; say() tells what it does.
    void setPreparing(bool preparing);
    /// `fraction` below 0: nobody knows how much of it is done.
    void say(const QString& words, double fraction);
    QString text() const;

signals:
    /// The user wants to see the environment check.
    void environmentWanted();

protected:
    void changeEvent(QEvent* event) override;

private:
    void makeCard();
    void refresh();
    void showOutlook();
    void addObstacle(QGridLayout* grid, const RunObstacle& obstacle);
    QString namesOf(const QStringList& ids) const;
    void switchOff();

    Services m_services;
    QVBoxLayout* m_column;
    QLabel* m_title;
    QLabel* m_text;
    QProgressBar* m_progress;
    Card* m_missing;
    QWidget* m_rows = nullptr;
    QPushButton* m_switchOff = nullptr;
    RunOutlook m_outlook;
    bool m_preparing = false;
};

} // namespace bv
