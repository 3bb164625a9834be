#pragma once

#include <QDoubleSpinBox>

namespace bv {

/// A number as it is typed: "2", "0.5" (or "0,5"), never "2.00"; wide in range, so that the plan's check can say what
/// is wrong instead of the box refusing the key.
class NumberBox : public QDoubleSpinBox
{
    Q_OBJECT
public:
    /// `decimals` 0: whole numbers.
    NumberBox(int decimals, double step, const QString& unit, QWidget* parent = nullptr);

    QString textFromValue(double value) const override;
    QValidator::State validate(QString& input, int& position) const override;
    QSize minimumSizeHint() const override;
    QSize sizeHint() const override { return minimumSizeHint(); }
    void stepBy(int steps) override;
    /// Steps double and halve the value instead: for memory.
    void setDoubling(bool doubling) { m_doubling = doubling; }

private:
    bool m_doubling = false;
};

} // namespace bv
