#include "models/findings_model.h"

#include "analysis/findings.h"
#include "base/when_done.h"
#include "models/session_model.h"

#include <QSet>
#include <QtConcurrent/QtConcurrentRun>
#include <algorithm>

using namespace Qt::StringLiterals;

namespace bv {

using analysis::Finding;
using analysis::FindingAnswer;
using analysis::FindingKind;

namespace {

/// While something is measured.
constexpr int liveDelayMs = 3000;
/// What comes together is gathered.
constexpr int delayMs = 50;

// An index knows its row in m_rows: 0 for groups, 1 + group for what stands in a group, and for details the place of
// their finding behind these.
constexpr quintptr firstDetail = 1 + FindingsModel::groupCount;

FindingsModel::Group groupOf(FindingKind kind)
{
    using Group = FindingsModel::Group;
    switch (kind) {
    case FindingKind::Comparison:
        return Group::Comparisons;
    case FindingKind::Implausible:
    case FindingKind::Unstable:
    case FindingKind::Trend:
    case FindingKind::Throttling:
        return Group::Doubts;
    case FindingKind::Unfair:
        return Group::Fairness;
    default:
        return Group::Questions;
    }
}

QString wordOf(FindingKind kind, FindingAnswer answer)
{
    switch (answer) {
    case FindingAnswer::Yes:
        return kind == FindingKind::Comparison ? FindingsModel::tr("Different") : FindingsModel::tr("Yes");
    case FindingAnswer::No:
        return FindingsModel::tr("No");
    case FindingAnswer::NotShown:
        return kind == FindingKind::Comparison ? FindingsModel::tr("No difference shown")
                                               : FindingsModel::tr("Not shown");
    case FindingAnswer::NotMeasured:
        return kind == FindingKind::Comparison ? FindingsModel::tr("Too few repeats")
                                               : FindingsModel::tr("Not measured");
    case FindingAnswer::Note:
        break;
    }
    switch (kind) {
    case FindingKind::Implausible:
        return FindingsModel::tr("Implausible");
    case FindingKind::Unstable:
        return FindingsModel::tr("Unstable");
    case FindingKind::Trend:
        return FindingsModel::tr("Trend");
    case FindingKind::Throttling:
        return FindingsModel::tr("Throttled");
    case FindingKind::Unfair:
        return FindingsModel::tr("Unequal");
    default:
        return FindingsModel::tr("Noticed");
    }
}

QString groupTitle(FindingsModel::Group group)
{
    switch (group) {
    case FindingsModel::Group::Questions:
        return FindingsModel::tr("Questions");
    case FindingsModel::Group::Comparisons:
        return FindingsModel::tr("Comparisons");
    case FindingsModel::Group::Doubts:
        return FindingsModel::tr("What makes figures doubtful");
    case FindingsModel::Group::Fairness:
        return FindingsModel::tr("Fairness");
    }
    return {};
}

/// What a group without findings means.
QString nothingText(FindingsModel::Group group)
{
    switch (group) {
    case FindingsModel::Group::Questions:
        return FindingsModel::tr("No question can be answered yet.");
    case FindingsModel::Group::Comparisons:
        return FindingsModel::tr("No test was measured on two targets, so there is nothing to compare.");
    case FindingsModel::Group::Doubts:
        return FindingsModel::tr("Nothing was noticed: no outliers, drift, throttling or impossible figures.");
    case FindingsModel::Group::Fairness:
        return FindingsModel::tr("Nothing is known that makes the targets unequal.");
    }
    return {};
}

QString keyOf(const Finding& finding)
{
    return QString(analysis::findingKindName(finding.kind)) + u'\n' + finding.comparisonKey + u'\n' +
           finding.targets.join(u' ') + u'\n' + finding.statement;
}

/// What was asked; empty where the sentence says it all, as that of a comparison does.
QString statementOf(const Finding& finding)
{
    const bool isTold = finding.kind == FindingKind::Comparison || finding.statement == finding.sentence;
    return isTold ? QString() : finding.statement;
}

QString sentencesOf(const Finding& finding)
{
    const QString statement = statementOf(finding);
    return statement.isEmpty() ? finding.sentence : statement + u' ' + finding.sentence;
}

} // namespace

FindingsModel::FindingsModel(SessionModel& session, QObject* parent)
    : QAbstractItemModel(parent)
    , m_session(session)
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &FindingsModel::compute);
    connect(&session, &SessionModel::reset, this, &FindingsModel::beginAnew);
    connect(&session, &SessionModel::runChanged, this, [this](qsizetype number) {
        if (m_session.record(number))
            later(m_session.isLive() ? liveDelayMs : delayMs);
    });
    connect(&session, &SessionModel::factsChanged, this, [this] { later(m_session.isLive() ? liveDelayMs : delayMs); });
    connect(&session, &SessionModel::liveChanged, this, [this](bool live) {
        if (!live)
            later(delayMs);
    });
    beginAnew();
}

void FindingsModel::beginAnew()
{
    ++m_generation;
    m_stale = false;
    m_timer.stop();
    m_findings.clear();
    fill();
    if (!m_session.isEmpty())
        later(0);
}

void FindingsModel::setWanted(bool wanted)
{
    m_wanted = wanted;
    if (wanted && m_stale)
        later(0);
}

void FindingsModel::later(int delay)
{
    const bool wasBehind = std::exchange(m_stale, true);
    // Not put off by each run that ends: else nothing came while short runs follow each other.
    if (m_wanted && (!m_timer.isActive() || m_timer.remainingTime() > delay))
        m_timer.start(delay);
    if (!wasBehind)
        emit contentChanged();
}

void FindingsModel::compute()
{
    if (!m_wanted || m_computing)
        return; // stays stale
    if (m_session.session().runs.isEmpty()) {
        m_stale = false;
        take(m_generation, {});
        return;
    }
    m_stale = false;
    m_computing = true;
    const int generation = m_generation;
    whenDone(QtConcurrent::run([session = m_session.session()] { return analysis::findingsOf(session); }), this,
             [this, generation](const QList<Finding>& findings) {
                 m_computing = false;
                 if (m_stale)
                     later(m_session.isLive() ? liveDelayMs : 0);
                 take(generation, findings);
             });
}

void FindingsModel::take(int generation, const QList<Finding>& findings)
{
    if (generation == m_generation && findings != m_findings) {
        m_findings = findings;
        fill();
        return;
    }
    emit contentChanged();
}

bool FindingsModel::matches(const Finding& finding) const
{
    const QString texts = wordOf(finding.kind, finding.answer) + u'\n' + finding.statement + u'\n' + finding.sentence +
                          u'\n' + finding.cause + u'\n' + finding.check + u'\n' + finding.targets.join(u' ');
    return std::all_of(m_words.cbegin(), m_words.cend(),
                       [&texts](const QString& word) { return texts.contains(word, Qt::CaseInsensitive); });
}

FindingsModel::Row FindingsModel::rowOf(qsizetype place) const
{
    const Finding& finding = m_findings.at(place);
    Row row{place, groupOf(finding.kind), {}};
    if (!finding.cause.isEmpty())
        row.details << Detail{Kind::Cause, tr("What could explain it: %1").arg(finding.cause)};
    if (!finding.check.isEmpty())
        row.details << Detail{Kind::Check, finding.kind == FindingKind::Unfair
                                               ? tr("What to do: %1").arg(finding.check)
                                               : tr("What would test it: %1").arg(finding.check)};
    if (!finding.runs.isEmpty())
        row.details << Detail{Kind::Evidence,
                              tr("Show the %n run(s) it is about", nullptr, static_cast<int>(finding.runs.size()))};
    return row;
}

void FindingsModel::fill()
{
    beginResetModel();
    m_rows.clear();
    m_groups.clear();
    m_members.fill({});
    for (qsizetype i = 0; i < m_findings.size(); ++i) {
        if (!matches(m_findings.at(i)))
            continue;
        const Row row = rowOf(i);
        m_members.at(static_cast<std::size_t>(row.group)) << m_rows.size();
        m_rows << row;
    }
    for (int i = 0; i < groupCount; ++i) {
        const auto group = static_cast<Group>(i);
        // Questions are always there when anything is; a group that was searched in vain is no news.
        const bool told = !m_findings.isEmpty() && !isSearching() && group != Group::Questions;
        if (told || !m_members.at(static_cast<std::size_t>(i)).isEmpty())
            m_groups << group;
    }
    endResetModel();
    emit contentChanged();
}

void FindingsModel::setSearch(const QString& text)
{
    const QStringList words = text.split(u' ', Qt::SkipEmptyParts);
    if (words == m_words)
        return;
    m_words = words;
    fill();
}

const Finding* FindingsModel::findingAt(const QModelIndex& index) const
{
    if (!index.isValid() || index.internalId() == 0)
        return nullptr;
    if (index.internalId() >= firstDetail)
        return &m_findings.at(m_rows.at(static_cast<qsizetype>(index.internalId() - firstDetail)).finding);
    const auto& members = m_members.at(index.internalId() - 1);
    return members.isEmpty() ? nullptr : &m_findings.at(m_rows.at(members.at(index.row())).finding);
}

QList<qsizetype> FindingsModel::runsOf(const Finding& finding) const
{
    const QSet<QString> ids(finding.runs.cbegin(), finding.runs.cend());
    QList<qsizetype> numbers;
    for (qsizetype number = 0; !ids.isEmpty() && number < m_session.runCount(); ++number) {
        const RunRecord* record = m_session.record(number);
        if (record && ids.contains(record->id))
            numbers << number;
    }
    return numbers;
}

QString FindingsModel::textOf(const QModelIndexList& rows) const
{
    QSet<const Finding*> chosen;
    for (const QModelIndex& row : rows) {
        if (const Finding* finding = findingAt(row))
            chosen << finding;
    }
    QString text;
    for (const Group group : m_groups) {
        bool titled = false;
        for (const qsizetype place : m_members.at(static_cast<std::size_t>(group))) {
            const Finding& finding = m_findings.at(m_rows.at(place).finding);
            if (!rows.isEmpty() && !chosen.contains(&finding))
                continue;
            if (!std::exchange(titled, true))
                text += (text.isEmpty() ? QString() : u"\n"_s) + groupTitle(group) + u'\n';
            text += u"- %1: %2\n"_s.arg(wordOf(finding.kind, finding.answer), sentencesOf(finding));
            for (const Detail& detail : m_rows.at(place).details) {
                if (detail.kind != Kind::Evidence)
                    text += u"  "_s + detail.text + u'\n';
            }
        }
    }
    return text;
}

QStringList FindingsModel::words()
{
    QStringList words;
    for (const FindingKind kind :
         {FindingKind::Comparison, FindingKind::CpuRate, FindingKind::Implausible, FindingKind::Unstable,
          FindingKind::Trend, FindingKind::Throttling, FindingKind::Unfair}) {
        for (int answer = 0; answer <= static_cast<int>(FindingAnswer::Note); ++answer)
            words << wordOf(kind, static_cast<FindingAnswer>(answer));
    }
    words.removeDuplicates();
    return words;
}

QModelIndex FindingsModel::index(int row, int column, const QModelIndex& parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    if (!parent.isValid())
        return createIndex(row, column, quintptr(0));
    if (parent.internalId() == 0)
        return createIndex(row, column, 1 + static_cast<quintptr>(m_groups.at(parent.row())));
    const qsizetype place = m_members.at(parent.internalId() - 1).at(parent.row());
    return createIndex(row, column, firstDetail + static_cast<quintptr>(place));
}

QModelIndex FindingsModel::parent(const QModelIndex& index) const
{
    if (!index.isValid() || index.internalId() == 0)
        return {};
    if (index.internalId() < firstDetail) {
        const auto group = static_cast<Group>(index.internalId() - 1);
        return createIndex(static_cast<int>(m_groups.indexOf(group)), 0, quintptr(0));
    }
    const auto place = static_cast<qsizetype>(index.internalId() - firstDetail);
    const Group group = m_rows.at(place).group;
    const auto& members = m_members.at(static_cast<std::size_t>(group));
    return createIndex(static_cast<int>(members.indexOf(place)), 0, 1 + static_cast<quintptr>(group));
}

int FindingsModel::rowCount(const QModelIndex& parent) const
{
    if (!parent.isValid())
        return static_cast<int>(m_groups.size());
    if (parent.column() > 0 || parent.internalId() >= firstDetail)
        return 0;
    if (parent.internalId() == 0) {
        const auto& members = m_members.at(static_cast<std::size_t>(m_groups.at(parent.row())));
        return static_cast<int>(std::max<qsizetype>(1, members.size()));
    }
    const auto& members = m_members.at(parent.internalId() - 1);
    return members.isEmpty() ? 0 : static_cast<int>(m_rows.at(members.at(parent.row())).details.size());
}

int FindingsModel::columnCount(const QModelIndex&) const
{
    return 1;
}

QVariant FindingsModel::groupData(Group group, int role) const
{
    switch (role) {
    case Qt::DisplayRole:
        return groupTitle(group);
    case KindRole:
        return static_cast<int>(Kind::Group);
    case KeyRole:
        return u"group %1"_s.arg(static_cast<int>(group));
    case CountRole:
        return static_cast<int>(m_members.at(static_cast<std::size_t>(group)).size());
    default:
        return {};
    }
}

QVariant FindingsModel::findingData(const Row& row, int role) const
{
    const Finding& finding = m_findings.at(row.finding);
    switch (role) {
    case Qt::DisplayRole: // all of it, for those who do not see the row
        return u"%1: %2"_s.arg(wordOf(finding.kind, finding.answer), sentencesOf(finding));
    case KindRole:
        return static_cast<int>(Kind::Finding);
    case WordRole:
        return wordOf(finding.kind, finding.answer);
    case AnswerRole:
        return static_cast<int>(finding.answer);
    case StatementRole:
        return statementOf(finding);
    case SentenceRole:
        return finding.sentence;
    case KeyRole:
        return keyOf(finding);
    default:
        return {};
    }
}

QVariant FindingsModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    if (index.internalId() == 0)
        return groupData(m_groups.at(index.row()), role);
    if (index.internalId() < firstDetail) {
        const auto group = static_cast<Group>(index.internalId() - 1);
        const auto& members = m_members.at(static_cast<std::size_t>(group));
        if (!members.isEmpty())
            return findingData(m_rows.at(members.at(index.row())), role);
        if (role == KindRole)
            return static_cast<int>(Kind::Nothing);
        return role == Qt::DisplayRole ? QVariant(nothingText(group)) : QVariant();
    }
    const Row& row = m_rows.at(static_cast<qsizetype>(index.internalId() - firstDetail));
    const Detail& detail = row.details.at(index.row());
    if (role == Qt::DisplayRole)
        return detail.text;
    return role == KindRole ? QVariant(static_cast<int>(detail.kind)) : QVariant();
}

Qt::ItemFlags FindingsModel::flags(const QModelIndex& index) const
{
    if (!index.isValid())
        return Qt::NoItemFlags;
    return Qt::ItemIsEnabled | Qt::ItemIsSelectable;
}

} // namespace bv
