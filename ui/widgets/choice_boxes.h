#pragma once

#include <QList>
#include <QStringList>
#include <QWidget>

class QCheckBox;

namespace bv {

/// Check boxes in as many columns as fit; any number of them may be on. Each takes the focus itself; the whole has no
/// focus proxy, which would be one stop more for Tab.
class ChoiceBoxes : public QWidget
{
    Q_OBJECT
public:
    struct Choice
    {
        QString value;
        QString text; ///< without mnemonic
        QString help; ///< tool tip and description; may be empty
    };
    /// The box of a value has the object name "<name>.<value>".
    ChoiceBoxes(const QList<Choice>& choices, const QString& name, QWidget* parent = nullptr);

    /// The values that are on, in the order of the choices; then those given that are no choice.
    QStringList values() const;
    /// What is no choice gets a box of its own, so that it can be switched off.
    void setValues(const QStringList& values);

    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override { return place(width, false); }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

signals:
    /// By the user.
    void changed();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    QCheckBox* addBox(const Choice& choice);
    int place(int width, bool move) const;

    QString m_name;
    QStringList m_known;
    QList<QCheckBox*> m_boxes;
};

} // namespace bv
