#pragma once

#include <QWidget>

class QComboBox;
class QHBoxLayout;
class QKeyEvent;
class QLabel;
class QSlider;
class QToolButton;

namespace bv {

class SessionReplay;
struct Session;

/// What is played back, with play and pause, steps, speed and place. There only while a replay is on. Keys, wherever
/// they are in it: Space plays and pauses, → and Shift+→ step to the next interval and the next run, Shift+← back, +
/// and
/// - change the speed.
class ReplayBar : public QWidget
{
    Q_OBJECT
public:
    /// `replay` must live longer.
    explicit ReplayBar(SessionReplay& replay, QWidget* parent = nullptr);

    /// Does what the key means; false where it means nothing, or nothing is played.
    bool handleKey(const QKeyEvent& event);
    void takeFocus();
    /// "Report, 24.11.26 08:05": what is played.
    QString title() const;
    /// "12 of 60 runs".
    QString place() const;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QToolButton* addButton(QHBoxLayout* layout, const QString& name, const QString& iconName, const QString& text);
    void makeControls(QHBoxLayout* layout);
    void showSession();
    void refresh();

    SessionReplay& m_replay;
    QLabel* m_title;
    QLabel* m_place;
    QToolButton* m_play = nullptr;
    QToolButton* m_back = nullptr;
    QToolButton* m_step = nullptr;
    QToolButton* m_stepRun = nullptr;
    QComboBox* m_speed;
    QSlider* m_slider;
};

/// A session that was measured earlier, for people: its name and when it was measured.
QString recordedTitle(const Session& session);

} // namespace bv
