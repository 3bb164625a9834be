#include "widgets/field.h"

#include "style/appearance.h"
#include "style/icons.h"
#include "style/metrics.h"

#include <QAbstractSpinBox>
#include <QComboBox>
#include <QEvent>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>
#include <algorithm>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

constexpr int smallIcon = 14;

int labelWidth(const QFontMetrics& metrics)
{
    return metrics.horizontalAdvance(u"Warm-up runs:"_s) + gapSmall;
}

/// What takes the focus: the control, or the first of those it is made of.
QWidget* firstStop(QWidget* control)
{
    if (control->focusPolicy() != Qt::NoFocus)
        return control;
    const QList<QWidget*> parts = control->findChildren<QWidget*>();
    const auto first =
        std::find_if(parts.cbegin(), parts.cend(), [](QWidget* part) { return part->focusPolicy() != Qt::NoFocus; });
    return first == parts.cend() ? control : *first;
}

class WheelGuard : public QObject
{
public:
    using QObject::QObject;
    bool eventFilter(QObject* watched, QEvent* event) override
    {
        const auto* widget = qobject_cast<QWidget*>(watched);
        if (event->type() != QEvent::Wheel || !widget || widget->hasFocus())
            return false;
        event->ignore();
        return true;
    }
};

} // namespace

void leaveWheelToPage(QWidget* control)
{
    control->setFocusPolicy(Qt::StrongFocus);
    control->installEventFilter(new WheelGuard(control));
}

QString problemText(const PlanProblem& problem)
{
    return problem.severity == PlanProblem::Severity::Error ? Field::tr("Error: %1").arg(problem.message)
                                                            : Field::tr("Warning: %1").arg(problem.message);
}

QList<PlanProblem> problemsAt(const QList<PlanProblem>& problems, const QString& where)
{
    QList<PlanProblem> found;
    for (const PlanProblem& problem : problems) {
        if (problem.where == where || problem.where.startsWith(where + u'['))
            found << problem;
    }
    return found;
}

ProblemList::ProblemList(QWidget* parent)
    : QWidget(parent)
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gapSmall);
    setVisible(false);
}

void ProblemList::setProblems(const QList<PlanProblem>& problems)
{
    if (problems == m_shown)
        return;
    m_shown = problems;
    showProblems();
    setVisible(!problems.isEmpty());
}

void ProblemList::showProblems()
{
    const Theme theme = Appearance::themeFor(palette());
    while (m_lines.size() < m_shown.size()) {
        auto* line = new QWidget(this);
        auto* layout = new QHBoxLayout(line);
        layout->setContentsMargins(0, 0, 0, 0);
        layout->setSpacing(gapSmall);
        auto* mark = new QLabel(line);
        auto* text = new QLabel(line);
        text->setWordWrap(true);
        text->setTextFormat(Qt::PlainText);
        text->setTextInteractionFlags(Qt::TextSelectableByMouse);
        text->setFont(fontAt(TextStep::Caption, font()));
        layout->addWidget(mark, 0, Qt::AlignTop);
        layout->addWidget(text, 1);
        this->layout()->addWidget(line);
        m_lines << Line{line, mark, text};
    }
    for (qsizetype i = 0; i < m_lines.size(); ++i) {
        const Line& line = m_lines.at(i);
        line.widget->setVisible(i < m_shown.size());
        if (i >= m_shown.size())
            continue;
        const bool error = m_shown.at(i).severity == PlanProblem::Severity::Error;
        const QColor color = error ? theme.bad : theme.warning;
        line.icon->setAccessibleName(error ? tr("Error") : tr("Warning"));
        line.icon->setPixmap(icon(error ? u"error"_s : u"warning"_s, color).pixmap(smallIcon, smallIcon));
        line.text->setText(problemText(m_shown.at(i)));
        QPalette colours;
        colours.setColor(QPalette::WindowText, color);
        line.text->setPalette(colours);
    }
}

QString ProblemList::text() const
{
    QStringList lines;
    for (const PlanProblem& problem : m_shown)
        lines << problemText(problem);
    return lines.join(u'\n');
}

void ProblemList::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange)
        showProblems();
    QWidget::changeEvent(event);
}

Field::Field(const QString& label, QWidget* control, const QString& objectName, QWidget* parent, bool above)
    : QWidget(parent)
    , m_label(new QLabel(label, this))
    , m_control(control)
    , m_grid(new QGridLayout(this))
    , m_row(new QHBoxLayout)
{
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(gap);
    m_grid->setVerticalSpacing(gapSmall);
    m_row->setSpacing(gapSmall);
    m_row->addWidget(control, 1);
    m_label->setWordWrap(true);
    m_label->setVisible(!label.isEmpty());
    m_label->setBuddy(firstStop(control));
    if (above) {
        m_grid->addWidget(m_label, 0, 0, 1, 2);
        m_grid->addLayout(m_row, 1, 0, 1, 2);
    } else {
        m_label->setFixedWidth(labelWidth(m_label->fontMetrics()));
        m_label->setAlignment(Qt::AlignLeft | Qt::AlignVCenter);
        const bool rows = control->hasHeightForWidth(); // of boxes: the name stands beside the first
        if (rows)
            m_label->setMinimumHeight(control->minimumSizeHint().height());
        m_grid->addWidget(m_label, 0, 0, rows ? Qt::AlignTop : Qt::Alignment());
        m_grid->addLayout(m_row, 0, 1);
        m_grid->setColumnStretch(1, 1);
    }
    QString name = label;
    control->setObjectName(objectName);
    if (control->accessibleName().isEmpty())
        control->setAccessibleName(name.remove(u'&'));
    if (auto* combo = qobject_cast<QComboBox*>(control)) {
        // What is written into may be as narrow as the column is; the list that pops up is as wide as its items.
        if (combo->isEditable()) {
            combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
            combo->setMinimumContentsLength(6);
        } else {
            combo->setSizeAdjustPolicy(QComboBox::AdjustToContents);
        }
        combo->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    }
    if (qobject_cast<QComboBox*>(control) || qobject_cast<QAbstractSpinBox*>(control))
        leaveWheelToPage(control);
}

void Field::addBeside(QWidget* widget)
{
    m_row->addWidget(widget);
}

void Field::setNote(const QString& note)
{
    if (!m_note) {
        if (note.isEmpty())
            return;
        m_note = new QLabel(this);
        m_note->setWordWrap(true);
        m_note->setTextFormat(Qt::PlainText);
        m_note->setFont(fontAt(TextStep::Caption, font()));
        m_grid->addWidget(m_note, 2, 0, 1, 2);
        QEvent colours(QEvent::PaletteChange);
        changeEvent(&colours);
    }
    if (m_note->text() == note && m_note->isHidden() == note.isEmpty())
        return;
    m_note->setText(note);
    m_note->setVisible(!note.isEmpty());
    describe();
}

QString Field::note() const
{
    return m_note ? m_note->text() : QString();
}

void Field::setProblems(const QList<PlanProblem>& problems)
{
    if (!m_problems) {
        if (problems.isEmpty())
            return;
        m_problems = new ProblemList(this);
        m_grid->addWidget(m_problems, 3, 0, 1, 2);
    }
    if (m_problems->problems() == problems)
        return;
    m_problems->setProblems(problems);
    describe();
}

QString Field::messages() const
{
    return m_problems ? m_problems->text() : QString();
}

void Field::describe()
{
    QStringList said{messages(), note()};
    said.removeAll(QString());
    m_control->setAccessibleDescription(said.join(u'\n'));
}

void Field::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange && m_note) {
        QPalette colours;
        colours.setColor(QPalette::WindowText, Appearance::themeFor(palette()).mutedText);
        m_note->setPalette(colours);
    }
    QWidget::changeEvent(event);
}

} // namespace bv
