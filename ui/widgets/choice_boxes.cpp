#include "widgets/choice_boxes.h"

#include "style/metrics.h"

#include <QCheckBox>
#include <QSignalBlocker>
#include <algorithm>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

constexpr const char* valueKey = "bvValue";

QString valueOf(const QCheckBox* box)
{
    return box->property(valueKey).toString();
}

} // namespace

ChoiceBoxes::ChoiceBoxes(const QList<Choice>& choices, const QString& name, QWidget* parent)
    : QWidget(parent)
    , m_name(name)
{
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    for (const Choice& choice : choices) {
        addBox(choice);
        m_known << choice.value;
    }
}

QCheckBox* ChoiceBoxes::addBox(const Choice& choice)
{
    auto* box = new QCheckBox(choice.text, this);
    box->setObjectName(m_name + u'.' + choice.value);
    box->setProperty(valueKey, choice.value);
    box->setToolTip(choice.help);
    box->setAccessibleDescription(choice.help);
    connect(box, &QCheckBox::clicked, this, &ChoiceBoxes::changed);
    m_boxes << box;
    return box;
}

QStringList ChoiceBoxes::values() const
{
    QStringList values;
    for (const QCheckBox* box : m_boxes) {
        if (box->isChecked())
            values << valueOf(box);
    }
    return values;
}

void ChoiceBoxes::setValues(const QStringList& values)
{
    for (const QString& value : values) {
        const bool there = std::any_of(m_boxes.cbegin(), m_boxes.cend(),
                                       [&value](const QCheckBox* box) { return valueOf(box) == value; });
        if (!there)
            addBox({value, value.left(60), {}})->show();
    }
    for (qsizetype i = m_boxes.size() - 1; i >= 0; --i) {
        QCheckBox* box = m_boxes.at(i);
        const bool on = values.contains(valueOf(box));
        if (!on && !m_known.contains(valueOf(box))) {
            m_boxes.removeAt(i);
            box->hide();
            box->deleteLater(); // it may be the one that was just clicked
            continue;
        }
        const QSignalBlocker quiet(box);
        box->setChecked(on);
    }
    updateGeometry();
    place(width(), true);
}

int ChoiceBoxes::place(int width, bool move) const
{
    const QSize cell = minimumSizeHint();
    const int columns = std::max(1, (width + gap) / std::max(1, cell.width() + gap));
    int bottom = 0;
    for (int i = 0; i < m_boxes.size(); ++i) {
        const QRect place(QPoint(i % columns * (cell.width() + gap), i / columns * (cell.height() + gapSmall)), cell);
        if (move)
            m_boxes.at(i)->setGeometry(place);
        bottom = place.bottom() + 1;
    }
    return bottom;
}

QSize ChoiceBoxes::sizeHint() const
{
    const int width = static_cast<int>(m_boxes.size()) * (minimumSizeHint().width() + gap);
    return {width, place(width, false)};
}

QSize ChoiceBoxes::minimumSizeHint() const
{
    QSize size;
    for (const QCheckBox* box : m_boxes)
        size = size.expandedTo(box->sizeHint());
    return size;
}

void ChoiceBoxes::resizeEvent(QResizeEvent*)
{
    place(width(), true);
}

} // namespace bv
