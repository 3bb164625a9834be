#pragma once

#include <QHash>
#include <QImage>
#include <QWidget>

namespace bv {

/// The picture of a VM's screen, as large as it fits. While it has the focus, keys and the mouse are the VM's, Tab and
/// Esc included; Ctrl+Alt+G gives them back.
class ScreenView : public QWidget
{
    Q_OBJECT
public:
    explicit ScreenView(QWidget* parent = nullptr);

    /// An empty one: nothing is shown but the words.
    void setPicture(const QImage& picture);
    const QImage& picture() const { return m_picture; }
    /// Said while there is no picture.
    void setWords(const QString& words);
    /// Presses and lets go one after the other, the last one first: for keys that a desktop keeps for itself.
    void sendKeys(const QList<quint32>& keysyms);
    QSize sizeHint() const override;

signals:
    /// As VmScreen::sendKey().
    void keyChanged(quint32 keysym, bool down);
    /// As VmScreen::sendPointer().
    void pointerChanged(int x, int y, int buttons);
    /// Ctrl+Alt+G.
    void keysGivenBack();

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void keyReleaseEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;

private:
    QRect pictureRect() const;
    void sendPointer(const QPointF& at, Qt::MouseButtons buttons, int wheel = 0);
    void letGo();

    QImage m_picture;
    QString m_words;
    QHash<int, quint32> m_down; ///< keysyms by Qt's key, of the keys that the VM takes for pressed
};

/// The X11 keysym of a key (X Window System Protocol, appendix A); 0 for one that has none. `text`: what it types.
quint32 keysymOf(int key, const QString& text);

} // namespace bv
