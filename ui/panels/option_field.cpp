#include "panels/option_field.h"

#include "models/value_list.h"
#include "widgets/choice_boxes.h"

#include <QHash>
#include <QLineEdit>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

using sysbench::OptionInfo;
using sysbench::ValueType;

bool hasChoices(const OptionInfo& option)
{
    return option.type == ValueType::Choice || option.type == ValueType::Flag;
}

QWidget* makeControl(const OptionInfo& option, const QString& name)
{
    if (!hasChoices(option))
        return new QLineEdit;
    static const QHash<QString, const char*> help{
        {u"seqwr"_s, QT_TRANSLATE_NOOP("bv::OptionField", "Sequential writing of a new set of files")},
        {u"seqrewr"_s, QT_TRANSLATE_NOOP("bv::OptionField", "Sequential rewriting")},
        {u"seqrd"_s, QT_TRANSLATE_NOOP("bv::OptionField", "Sequential reading")},
        {u"rndrd"_s, QT_TRANSLATE_NOOP("bv::OptionField", "Random reading")},
        {u"rndwr"_s, QT_TRANSLATE_NOOP("bv::OptionField", "Random writing")},
        {u"rndrw"_s, QT_TRANSLATE_NOOP("bv::OptionField", "Random reading and writing")},
    };
    QList<ChoiceBoxes::Choice> choices;
    if (option.type == ValueType::Flag) {
        choices = {{u"on"_s, OptionField::tr("on"), {}}, {u"off"_s, OptionField::tr("off"), {}}};
    } else {
        for (const QLatin1StringView choice : option.choices) {
            const QString value(choice);
            const char* words = help.value(value, "");
            choices << ChoiceBoxes::Choice{value, value.isEmpty() ? OptionField::tr("none") : value,
                                           *words ? OptionField::tr(words) : QString()};
        }
    }
    return new ChoiceBoxes(choices, name);
}

QString defaultText(const OptionInfo& option)
{
    if (option.defaultValue.isUndefined())
        return {};
    const QString text = valueText(option.defaultValue);
    return text.isEmpty() ? OptionField::tr("none") : text;
}

} // namespace

QString optionLabel(const OptionInfo& option)
{
    static const QHash<QString, const char*> names{
        {u"cpu_max_prime"_s, QT_TRANSLATE_NOOP("bv::OptionField", "Prime limit")},
        {u"threads"_s, QT_TRANSLATE_NOOP("bv::OptionField", "Threads")},
        {u"time_s"_s, QT_TRANSLATE_NOOP("bv::OptionField", "Seconds")},
        {u"file_test_mode"_s, QT_TRANSLATE_NOOP("bv::OptionField", "Access")},
        {u"file_total_size"_s, QT_TRANSLATE_NOOP("bv::OptionField", "File size")},
        {u"file_block_size"_s, QT_TRANSLATE_NOOP("bv::OptionField", "Block size")},
        {u"memory_oper"_s, QT_TRANSLATE_NOOP("bv::OptionField", "Operation")},
        {u"memory_block_size"_s, QT_TRANSLATE_NOOP("bv::OptionField", "Block size")},
        {u"thread_yields"_s, QT_TRANSLATE_NOOP("bv::OptionField", "Yields")},
        {u"thread_locks"_s, QT_TRANSLATE_NOOP("bv::OptionField", "Locks")},
        {u"mutex_num"_s, QT_TRANSLATE_NOOP("bv::OptionField", "Mutexes")},
        {u"mutex_locks"_s, QT_TRANSLATE_NOOP("bv::OptionField", "Locks")},
        {u"smp"_s, QT_TRANSLATE_NOOP("bv::OptionField", "CPUs")},
        {u"memory_mib"_s, QT_TRANSLATE_NOOP("bv::OptionField", "Memory (MiB)")},
        {u"cache"_s, QT_TRANSLATE_NOOP("bv::OptionField", "Page cache")},
    };
    const char* name = names.value(option.name, nullptr);
    return name ? OptionField::tr(name) : QString(option.name);
}

OptionField::OptionField(const OptionInfo& option, const QString& prefix, bool explained, QWidget* parent)
    : Field(explained ? option.argumentName() : optionLabel(option), makeControl(option, prefix + u'.' + option.name),
            prefix + u'.' + option.name, parent, explained)
    , m_option(option)
    , m_line(qobject_cast<QLineEdit*>(control()))
    , m_boxes(qobject_cast<ChoiceBoxes*>(control()))
{
    const auto send = [this] { emit edited(m_option.name, shownValues()); };
    const QString standard = defaultText(option);
    if (m_line) {
        const bool ofTarget = option.name == "smp"_L1 || option.name == "memory_mib"_L1;
        const QString otherwise = ofTarget ? tr("as each target has") : tr("sysbench's default");
        m_line->setPlaceholderText(standard.isEmpty() ? otherwise : standard);
        connect(m_line, &QLineEdit::textChanged, this, send);
    } else {
        connect(m_boxes, &ChoiceBoxes::changed, this, send);
    }
    QString help = option.explanation();
    if (!option.required && !standard.isEmpty())
        help += u' ' + tr("Default: %1.").arg(standard);
    control()->setToolTip(help);
    if (explained)
        setNote(help);
}

QJsonArray OptionField::shownValues() const
{
    if (m_line)
        return parseValues(m_line->text(), &m_option);
    QJsonArray values;
    const QStringList on = m_boxes->values();
    for (const QString& value : on) {
        const bool known = value == "on"_L1 || value == "off"_L1;
        values << (m_option.type == ValueType::Flag && known ? QJsonValue(value == "on"_L1) : QJsonValue(value));
    }
    return values;
}

void OptionField::load(const Suite& suite, const QList<PlanProblem>& problems)
{
    QJsonArray values;
    for (const SuiteParameter& parameter : suite.parameters) {
        if (parameter.name == m_option.name)
            values = parameter.values;
    }
    if (values != shownValues()) {
        const QSignalBlocker quiet(control());
        if (m_line) {
            m_line->setText(valuesText(values));
        } else {
            QStringList on;
            for (const QJsonValue value : std::as_const(values))
                on << valueText(value);
            m_boxes->setValues(on);
        }
    }
    // What is typed wrongly is better said in the words of typing than in those of a file.
    const QString typing = m_line ? complaintOfTyping(m_line->text(), m_option) : QString();
    if (typing.isEmpty())
        setProblems(problemsAt(problems, m_option.name));
    else
        setProblems({{PlanProblem::Severity::Error, m_option.name, typing}});
}

} // namespace bv
