#include "dialogs/compare_dialog.h"

#include "models/session_list_model.h"
#include "style/icons.h"
#include "style/metrics.h"
#include "widgets/card.h"
#include "widgets/data_table.h"

#include <QCheckBox>
#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QSplitter>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

QLabel* plainLabel(const QString& text, QWidget* parent)
{
    auto* label = new QLabel(text, parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    return label;
}

} // namespace

CompareDialog::CompareDialog(const Sessions& sessions, QWidget* parent)
    : QDialog(parent)
    , m_sessions(sessions)
    , m_results(new GridModel(this))
    , m_facts(new GridModel(this))
{
    setObjectName(u"compareDialog"_s);
    setWindowTitle(tr("Compare %1 sessions").arg(sessions.size()));
    setModal(false);
    resize(900, 620);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(gapLarge, gapLarge, gapLarge, gapLarge);
    layout->setSpacing(gapLarge);
    layout->addWidget(makeHead());
    auto* splitter = new QSplitter(Qt::Vertical, this);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(makeResults());
    splitter->addWidget(makeProvenance());
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 2);
    layout->addWidget(splitter, 1);
}

QWidget* CompareDialog::makeHead()
{
    auto* head = new QWidget(this);
    auto* grid = new QGridLayout(head);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(gapLarge);
    grid->setVerticalSpacing(gapSmall);
    grid->setColumnStretch(1, 1);
    for (int i = 0; i < m_sessions.size(); ++i) {
        const Session& session = *m_sessions.at(i);
        auto* letter = plainLabel(comparisonLetter(i), head);
        letter->setFont(fontAt(TextStep::Strong, font()));
        grid->addWidget(letter, i, 0, Qt::AlignTop);
        grid->addWidget(plainLabel(tr("%1, %2, %3")
                                       .arg(sessionTitle(session.name, session.plan.name),
                                            session.created.toLocalTime().toString(u"yyyy-MM-dd HH:mm"_s),
                                            session.host["hostname"_L1].toString(tr("host not known"))),
                                   head),
                        i, 1);
    }
    return head;
}

QWidget* CompareDialog::makeResults()
{
    auto* card = new Card(tr("Results"), this);
    auto* table = new DataTable(tr("Results of the sessions side by side"), card);
    table->setObjectName(u"comparedResults"_s);
    const GridTable results = compareResults(m_sessions);
    m_results->setTable(results.header, results.rows, results.figures);
    table->setModel(m_results);
    auto* copy = new QPushButton(icon(u"copy"_s), tr("&Copy"), card);
    copy->setObjectName(u"copyComparison"_s);
    copy->setAutoDefault(false);
    copy->setAccessibleName(tr("Copy the results"));
    connect(copy, &QPushButton::clicked, table, &DataTable::copyRows);
    card->header()->addWidget(copy);
    if (results.rows.isEmpty())
        card->body()->addWidget(plainLabel(tr("None of these sessions has a run that ended."), card));
    card->body()->addWidget(table, 1);
    auto* legend =
        new Caption(tr("Ratios that stand out have a 95 % confidence interval without 1. Rows of the same test are "
                       "compared, and in them targets of the same id or settings, else the only ones of their kind; "
                       "what differs between these is listed below."),
                    card);
    card->body()->addWidget(legend);
    return card;
}

QWidget* CompareDialog::makeProvenance()
{
    auto* card = new Card(tr("Plans, machines and targets"), this);
    auto* only = new QCheckBox(tr("Only what &differs"), card);
    only->setObjectName(u"onlyDifferences"_s);
    only->setChecked(true);
    card->header()->addWidget(only);
    m_factTable = new DataTable(tr("Plans, machines and targets of the sessions"), card);
    m_factTable->setObjectName(u"comparedFacts"_s);
    m_factTable->setModel(m_facts);
    card->body()->addWidget(m_factTable, 1);
    connect(only, &QCheckBox::toggled, this, &CompareDialog::updateProvenance);
    updateProvenance(true);
    return card;
}

void CompareDialog::updateProvenance(bool onlyDifferences)
{
    GridTable facts = compareProvenance(m_sessions, onlyDifferences);
    if (facts.rows.isEmpty())
        facts.rows << QList<GridModel::Cell>{{tr("Nothing that is known differs."), {}}};
    m_facts->setTable(facts.header, facts.rows, facts.figures);
}

} // namespace bv
