#pragma once

#include <QFrame>
#include <QIcon>
#include <functional>

class QLabel;
class QToolButton;

namespace bv {

/// A line across the top of a page for something that has happened: a sentence, at most one thing to do about it, and a
/// button to close it. Hidden while there is nothing to say. Wraps; nothing is ever cut.
class MessageBar : public QFrame
{
    Q_OBJECT
public:
    enum class Tone { Info, Good, Warning, Bad };

    explicit MessageBar(QWidget* parent = nullptr);

    /// Replaces what was said; what was closed by that counts as closed(). `action` empty: nothing to do.
    void say(Tone tone, const QString& sentence, const QString& action = {}, std::function<void()> onAction = {});
    void dismiss();
    /// As if the action was pressed.
    void act();
    QString text() const;

signals:
    /// The message has gone without its action: closed by the user or replaced.
    void closed();

protected:
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void showTone();
    void end();

    Tone m_tone = Tone::Info;
    QLabel* m_icon;
    QLabel* m_text;
    QToolButton* m_action;
    QToolButton* m_close;
    std::function<void()> m_onAction;
    bool m_open = false;
};

} // namespace bv
