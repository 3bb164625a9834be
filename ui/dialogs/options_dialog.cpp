#include "dialogs/options_dialog.h"

#include "panels/option_field.h"
#include "style/metrics.h"

#include <QDialogButtonBox>
#include <QLabel>
#include <QScrollArea>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace bv {

OptionsDialog::OptionsDialog(sysbench::Test test, const QString& title, const QString& prefix, QWidget* parent)
    : QDialog(parent)
{
    setObjectName(u"optionsDialog"_s);
    setWindowTitle(tr("All options of %1").arg(title));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(gapLarge, gapLarge, gapLarge, gapLarge);
    layout->setSpacing(gap);
    auto* words = new QLabel(tr("Several values with commas between them, or several boxes, are a sweep: every "
                                "combination is run. An empty field has the default."),
                             this);
    words->setWordWrap(true);
    layout->addWidget(words);
    auto* area = new QScrollArea(this);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setAccessibleName(tr("Options"));
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* content = new QWidget(area);
    auto* fields = new QVBoxLayout(content);
    fields->setContentsMargins(0, 0, gap, 0);
    fields->setSpacing(gapLarge);
    for (const sysbench::OptionInfo& option : sysbench::optionsOf(test)) {
        auto* field = new OptionField(option, prefix, true, content);
        fields->addWidget(field);
        m_fields << field;
        connect(field, &OptionField::edited, this, &OptionsDialog::edited);
    }
    fields->addStretch(1);
    area->setWidget(content);
    layout->addWidget(area, 1);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    layout->addWidget(buttons);
    constexpr QSize comfortable(480, 560);
    resize(comfortable);
}

void OptionsDialog::load(const Suite& suite, const QList<PlanProblem>& problems)
{
    for (OptionField* field : std::as_const(m_fields))
        field->load(suite, problems);
}

} // namespace bv
