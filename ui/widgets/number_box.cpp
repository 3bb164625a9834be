#include "widgets/number_box.h"

#include <QFontMetrics>
#include <QLineEdit>
#include <cmath>
#include <limits>

using namespace Qt::StringLiterals;

namespace bv {

NumberBox::NumberBox(int decimals, double step, const QString& unit, QWidget* parent)
    : QDoubleSpinBox(parent)
{
    setLocale(QLocale::c());
    setDecimals(decimals);
    setRange(0, std::numeric_limits<int>::max());
    setSingleStep(step);
    setAlignment(Qt::AlignRight);
    if (!unit.isEmpty())
        setSuffix(u' ' + unit);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

QString NumberBox::textFromValue(double value) const
{
    constexpr int exact = 12;
    return QString::number(value, 'g', exact);
}

QValidator::State NumberBox::validate(QString& input, int& position) const
{
    input.replace(u',', u'.');
    return QDoubleSpinBox::validate(input, position);
}

QSize NumberBox::minimumSizeHint() const
{
    // Wide enough for what is usual; the range's ends are not.
    const int text = fontMetrics().horizontalAdvance(u"000000"_s + suffix());
    return {text + 40, QDoubleSpinBox::minimumSizeHint().height()};
}

void NumberBox::stepBy(int steps)
{
    if (!m_doubling || value() < 1) {
        QDoubleSpinBox::stepBy(steps);
        return;
    }
    // To the next power of two: 1000 → 1024 → 2048.
    const double exponent = std::log2(value());
    const double next = steps > 0 ? std::floor(exponent + 1e-9) + steps : std::ceil(exponent - 1e-9) + steps;
    setValue(std::exp2(std::max(0.0, next)));
    selectAll();
}

} // namespace bv
