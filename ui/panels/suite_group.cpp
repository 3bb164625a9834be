#include "panels/suite_group.h"

#include "dialogs/options_dialog.h"
#include "models/value_list.h"
#include "panels/option_field.h"
#include "plan/start_up.h"
#include "style/metrics.h"
#include "widgets/card.h"

#include <QCheckBox>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

using sysbench::Test;

/// What is set most often, in the order of the fields.
QStringList usualOptions(Test test)
{
    switch (test) {
    case Test::Cpu:
        return {u"cpu_max_prime"_s, u"threads"_s, u"time_s"_s};
    case Test::Fileio:
        return {u"file_test_mode"_s, u"file_total_size"_s, u"file_block_size"_s, u"threads"_s, u"time_s"_s};
    case Test::Memory:
        return {u"memory_oper"_s, u"memory_block_size"_s, u"threads"_s, u"time_s"_s};
    case Test::Threads:
        return {u"thread_yields"_s, u"thread_locks"_s, u"threads"_s, u"time_s"_s};
    case Test::Mutex:
        return {u"mutex_num"_s, u"mutex_locks"_s, u"threads"_s};
    case Test::Boot:
        return {u"smp"_s, u"memory_mib"_s, u"cache"_s};
    case Test::Unknown:
        break;
    }
    return {};
}

const sysbench::OptionInfo& optionOf(Test test, const QString& name)
{
    if (test != Test::Boot)
        return *sysbench::findOption(test, name);
    const QList<sysbench::OptionInfo>& options = startOptions();
    return *std::find_if(options.cbegin(), options.cend(),
                         [&name](const sysbench::OptionInfo& option) { return option.name == name; });
}

/// What the test measures, in a few words.
QString purposeOf(Test test)
{
    switch (test) {
    case Test::Cpu:
        return SuiteGroup::tr("Computing primes, events/s");
    case Test::Fileio:
        return SuiteGroup::tr("Reading and writing files, MiB/s");
    case Test::Memory:
        return SuiteGroup::tr("Moving blocks in memory, MiB/s");
    case Test::Threads:
        return SuiteGroup::tr("Threads that share locks, events/s");
    case Test::Mutex:
        return SuiteGroup::tr("Locking and unlocking, events/s");
    case Test::Boot:
        return SuiteGroup::tr("From power-on until a command can be run, ms");
    case Test::Unknown:
        break;
    }
    return {};
}

} // namespace

QString suiteTitle(Test test, int number)
{
    QString title;
    switch (test) {
    case Test::Cpu:
        title = SuiteGroup::tr("CPU");
        break;
    case Test::Fileio:
        title = SuiteGroup::tr("File I/O");
        break;
    case Test::Memory:
        title = SuiteGroup::tr("Memory");
        break;
    case Test::Threads:
        title = SuiteGroup::tr("Threads");
        break;
    case Test::Mutex:
        title = SuiteGroup::tr("Mutex");
        break;
    case Test::Boot:
        title = SuiteGroup::tr("Start-up");
        break;
    case Test::Unknown:
        title = SuiteGroup::tr("Unknown test");
        break;
    }
    return number > 1 ? SuiteGroup::tr("%1 (%2)").arg(title).arg(number) : title;
}

Suite newSuite(Test test)
{
    Suite suite{test, {}};
    if (test == Test::Cpu)
        suite.parameters = {{u"cpu_max_prime"_s, {20000}}, {u"threads"_s, {1}}};
    else if (test == Test::Fileio)
        suite.parameters = {{u"file_total_size"_s, {u"1G"_s}},
                            {u"file_test_mode"_s, {u"rndwr"_s, u"seqrd"_s, u"seqrewr"_s}},
                            {u"threads"_s, {16}}};
    else if (test == Test::Memory)
        suite.parameters = {{u"memory_oper"_s, {u"read"_s, u"write"_s}}, {u"threads"_s, {1}}};
    else if (test == Test::Threads)
        suite.parameters = {{u"threads"_s, {16}}};
    else if (test == Test::Mutex)
        suite.parameters = {{u"threads"_s, {16}}};
    else if (test == Test::Boot)
        suite.parameters = {{u"memory_mib"_s, {512, 1024}}, {u"smp"_s, {1, 2}}};
    if (test != Test::Mutex && test != Test::Boot)
        suite.parameters << SuiteParameter{u"time_s"_s, {10}};
    return suite;
}

SuiteGroup::SuiteGroup(Test test, int number, QWidget* parent)
    : QWidget(parent)
    , m_suite(newSuite(test))
    , m_name(QString(sysbench::testName(test)) + (number > 1 ? QString::number(number) : QString()))
    , m_check(new QCheckBox(suiteTitle(test, number), this))
    , m_body(new QWidget(this))
    , m_problems(new ProblemList(this))
    , m_also(new Caption({}, m_body))
    , m_more(new QToolButton(m_body))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gapSmall);
    m_check->setObjectName(u"suite."_s + m_name);
    m_check->setFont(fontAt(TextStep::Strong, font()));
    m_check->setAccessibleDescription(purposeOf(test));
    m_check->setToolTip(purposeOf(test));
    layout->addWidget(m_check);
    layout->addWidget(m_problems);
    layout->addWidget(m_body);
    auto* body = new QVBoxLayout(m_body);
    body->setContentsMargins(0, gapSmall, 0, gap);
    body->setSpacing(gap);
    m_more->setText(tr("All options…"));
    m_more->setObjectName(m_name + u".options"_s);
    m_more->setAccessibleName(tr("All options of %1").arg(suiteTitle(test, number)));
    m_more->setAutoRaise(true);
    m_more->setFocusPolicy(Qt::StrongFocus);
    m_body->hide();
    connect(m_check, &QCheckBox::clicked, this, &SuiteGroup::switched);
    connect(m_more, &QToolButton::clicked, this, &SuiteGroup::openOptions);
}

/// Not before the suite is on: most plans have two or three.
void SuiteGroup::makeFields()
{
    auto* body = static_cast<QVBoxLayout*>(m_body->layout());
    if (body->count() > 0)
        return;
    const QStringList names = usualOptions(test());
    for (const QString& name : names) {
        auto* field = new OptionField(optionOf(test(), name), m_name, false, m_body);
        body->addWidget(field);
        m_fields << field;
        connect(field, &OptionField::edited, this, &SuiteGroup::takeOption);
    }
    body->addWidget(m_also);
    body->addWidget(m_more, 0, Qt::AlignLeft);
    m_more->setVisible(!sysbench::optionsOf(test()).isEmpty());
}

void SuiteGroup::load(const Suite& suite, const QList<PlanProblem>& problems)
{
    m_suite = suite;
    m_loadedProblems = problems;
    m_on = true;
    makeFields();
    showSuite();
}

void SuiteGroup::switchOff()
{
    m_on = false;
    m_loadedProblems.clear();
    showSuite();
}

void SuiteGroup::showSuite()
{
    const QSignalBlocker quiet(m_check);
    m_check->setChecked(m_on);
    m_body->setVisible(m_on && m_body->layout()->count() > 0);
    m_problems->setProblems(m_on ? withoutField() : QList<PlanProblem>());
    if (!m_on)
        return;
    for (OptionField* field : std::as_const(m_fields))
        field->load(m_suite, m_loadedProblems);
    const QString also = alsoSet();
    m_also->setText(also);
    m_also->setVisible(!also.isEmpty());
    if (m_dialog)
        m_dialog->load(m_suite, m_loadedProblems);
}

QString SuiteGroup::alsoSet() const
{
    const QStringList usual = usualOptions(test());
    QStringList others;
    for (const SuiteParameter& parameter : m_suite.parameters) {
        if (!usual.contains(parameter.name))
            others << parameter.name + u' ' + valuesText(parameter.values);
    }
    return others.isEmpty() ? QString() : tr("Also set: %1").arg(others.join(u"; "_s));
}

QList<PlanProblem> SuiteGroup::withoutField() const
{
    const QStringList usual = usualOptions(test());
    QList<PlanProblem> rest;
    for (PlanProblem problem : m_loadedProblems) {
        const QString name = problem.where.section(u'[', 0, 0);
        if (usual.contains(name))
            continue;
        if (!name.isEmpty() && name != "test"_L1)
            problem.message = name + u": "_s + problem.message;
        rest << problem;
    }
    return rest;
}

void SuiteGroup::takeOption(const QString& name, const QJsonArray& values)
{
    Suite suite = m_suite;
    const auto same = [&name](const SuiteParameter& parameter) { return parameter.name == name; };
    const auto at = std::find_if(suite.parameters.begin(), suite.parameters.end(), same);
    if (values.isEmpty())
        suite.parameters.removeIf(same);
    else if (at == suite.parameters.end())
        suite.parameters << SuiteParameter{name, values};
    else
        at->values = values;
    if (suite == m_suite) {
        showSuite(); // the text may have become wrong, or right, without another value
        return;
    }
    m_suite = suite;
    emit edited(suite);
}

void SuiteGroup::openOptions()
{
    if (!m_dialog) {
        m_dialog = new OptionsDialog(test(), m_check->text(), m_name + u"All"_s, this);
        m_dialog->setAttribute(Qt::WA_DeleteOnClose);
        connect(m_dialog, &OptionsDialog::edited, this, &SuiteGroup::takeOption);
    }
    m_dialog->load(m_suite, m_loadedProblems);
    m_dialog->open();
}

} // namespace bv
