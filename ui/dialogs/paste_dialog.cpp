#include "dialogs/paste_dialog.h"

#include "plan/validate_target.h"
#include "style/appearance.h"
#include "style/metrics.h"
#include "widgets/card.h"
#include "widgets/field.h"

#include <QDialogButtonBox>
#include <QEvent>
#include <QFontDatabase>
#include <QGridLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScreen>
#include <QScrollArea>
#include <QTimer>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

constexpr int readDelayMs = 150; // after the last key
constexpr QSize comfortableSize(760, 640);
constexpr QSize windowFrame(40, 80);
constexpr int linesOfCommand = 5;

QLabel* wrapped(const QString& text, QWidget* parent)
{
    auto* label = new QLabel(text, parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

/// An argument may be one long word: it breaks after what parts its options.
QString breakable(QString argument)
{
    const QString place(QChar(0x200B)); // zero-width space
    for (const QChar mark : {u',', u'=', u'/', u':'})
        argument.replace(mark, mark + place);
    return argument;
}

/// Of the whole target, and of those settings that no field of a form shows.
QList<PlanProblem> problemsOf(const TargetSettings& target, const MachineLimits& limits)
{
    PlanProblems problems;
    validateTarget(target, {}, limits, problems);
    return problems.list();
}

} // namespace

PasteDialog::PasteDialog(const MachineLimits& limits, const QString& text, QWidget* parent)
    : QDialog(parent)
    , m_limits(limits)
    , m_text(new QPlainTextEdit(text, this))
    , m_later(new QTimer(this))
    , m_title(new QLabel(this))
    , m_error(new Caption({}, this))
    , m_problems(new ProblemList(this))
    , m_area(new QScrollArea(this))
{
    setObjectName(u"pasteDialog"_s);
    setWindowTitle(tr("Target from a command line"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(gapLarge, gapLarge, gapLarge, gapLarge);
    layout->setSpacing(gap);
    auto* label = new QLabel(tr("&Command: qemu-system-…, docker run … or podman run …"), this);
    label->setWordWrap(true);
    label->setBuddy(m_text);
    layout->addWidget(label);
    m_text->setObjectName(u"pasteText"_s);
    m_text->setAccessibleName(tr("Command"));
    m_text->setAccessibleDescription(tr("Paste a line that starts a virtual machine or a container."));
    m_text->setTabChangesFocus(true);
    m_text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_text->setFixedHeight(QFontMetrics(m_text->font()).lineSpacing() * linesOfCommand + 2 * gap);
    layout->addWidget(m_text);
    m_title->setObjectName(u"pasteTitle"_s);
    m_title->setTextFormat(Qt::PlainText);
    m_title->setWordWrap(true);
    m_title->setFont(fontAt(TextStep::Strong, font()));
    layout->addWidget(m_title);
    m_error->setObjectName(u"pasteError"_s);
    layout->addWidget(m_error);
    m_problems->setObjectName(u"pasteProblems"_s);
    layout->addWidget(m_problems);
    m_area->setObjectName(u"pasteParts"_s);
    m_area->setAccessibleName(tr("What became of each piece"));
    m_area->setWidgetResizable(true);
    m_area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    layout->addWidget(m_area, 1);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_add = buttons->addButton(tr("&Add target"), QDialogButtonBox::AcceptRole);
    m_add->setObjectName(u"pasteAdd"_s);
    m_add->setDefault(true);
    layout->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, [this] {
        read(); // the last keys may not have been read yet
        if (m_pasted)
            accept();
    });
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    m_later->setSingleShot(true);
    m_later->setInterval(readDelayMs);
    connect(m_later, &QTimer::timeout, this, &PasteDialog::read);
    connect(m_text, &QPlainTextEdit::textChanged, m_later, qOverload<>(&QTimer::start));
    m_text->moveCursor(QTextCursor::End);
    read();
    const QScreen* at = parent ? parent->window()->screen() : screen();
    resize(comfortableSize.boundedTo(at->availableSize() - windowFrame));
}

TargetSettings PasteDialog::target() const
{
    return m_pasted ? m_pasted->target : TargetSettings();
}

void PasteDialog::read()
{
    m_later->stop();
    m_pasted.reset();
    QString error;
    const QString text = m_text->toPlainText();
    if (!text.trimmed().isEmpty()) {
        if (const auto pasted = pasteCommand(text))
            m_pasted = *pasted;
        else
            error = pasted.error().message;
    } else {
        error = tr("Paste the line of a script, a report or a terminal. Each piece becomes a setting, or is kept as "
                   "an extra argument; nothing is run.");
    }
    m_add->setEnabled(m_pasted.has_value());
    m_error->setText(error);
    m_error->setVisible(!error.isEmpty());
    m_title->setText(m_pasted ? targetLabel(m_pasted->target) : QString());
    m_title->setVisible(m_pasted.has_value());
    m_problems->setProblems(m_pasted ? problemsOf(m_pasted->target, m_limits) : QList<PlanProblem>());
    showParts();
}

void PasteDialog::showParts()
{
    m_parts = new QWidget;
    auto* grid = new QGridLayout(m_parts);
    grid->setContentsMargins(gap, gap, gap, gap);
    grid->setHorizontalSpacing(gapLarge);
    grid->setVerticalSpacing(gap);
    grid->setColumnStretch(0, 2);
    grid->setColumnStretch(2, 3);
    const QList<PastedPart> parts = m_pasted ? m_pasted->parts : QList<PastedPart>();
    for (const PastedPart& part : parts) {
        const int row = grid->rowCount();
        const QString setting = part.setting.isEmpty() ? QString() : part.setting + u": "_s;
        auto* argument = wrapped(breakable(part.argument), m_parts);
        argument->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
        auto* kind = wrapped(pastedKindName(part.kind), m_parts);
        kind->setWordWrap(false);
        kind->setProperty("kind", static_cast<int>(part.kind));
        grid->addWidget(argument, row, 0);
        grid->addWidget(kind, row, 1);
        grid->addWidget(wrapped(setting + part.words, m_parts), row, 2);
    }
    grid->setRowStretch(grid->rowCount(), 1);
    m_area->setWidget(m_parts); // the one before goes
    m_area->setVisible(!parts.isEmpty());
    paintParts();
}

/// What was not taken over as a setting is to be seen at once.
void PasteDialog::paintParts()
{
    const Theme theme = Appearance::themeFor(palette());
    const QList<QLabel*> labels = m_parts->findChildren<QLabel*>();
    for (QLabel* label : labels) {
        const QVariant kind = label->property("kind");
        if (!kind.isValid())
            continue;
        const auto of = static_cast<PastedPart::Kind>(kind.toInt());
        const bool plain = of == PastedPart::Kind::Set || of == PastedPart::Kind::Default;
        QPalette colours = palette();
        colours.setColor(QPalette::WindowText, plain ? theme.mutedText : theme.warning);
        label->setPalette(colours);
    }
}

void PasteDialog::changeEvent(QEvent* event)
{
    QDialog::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_parts)
        paintParts();
}

} // namespace bv
