#include "import/import_corrections.h"

#include "base/suggest.h"
#include "import/import_parts.h"
#include "plan/parameters.h"
#include "plan/target_id.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <algorithm>

namespace bv {

namespace {

using namespace Qt::StringLiterals;
using sysbench::Test;

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(bv::ImportCorrections)
};

Error badInput(const QString& message)
{
    return {Error::Code::BadInput, message};
}

struct Assignment
{
    QString left;
    QString right;
};

/// What stands on both sides of the last '='.
Result<Assignment> assignmentOf(const QString& text, const QString& expected)
{
    const qsizetype at = text.lastIndexOf(u'=');
    if (at <= 0 || at + 1 >= text.size())
        return badInput(Text::tr("\"%1\" says nothing; write %2.").arg(text.left(100), expected));
    return Assignment{text.left(at).trimmed(), text.sliced(at + 1).trimmed()};
}

QList<ImportRow*> meantBy(ImportPreview& preview, const QString& pattern)
{
    QList<ImportRow*> rows;
    for (ImportRow& row : preview.rows) {
        if (isMeant(row, pattern))
            rows << &row;
    }
    return rows;
}

Error noneMeant(const QString& pattern)
{
    return badInput(Text::tr("No run is from a file or target like \"%1\". List them: benchvisor import … --dry-run")
                        .arg(pattern.left(100)));
}

} // namespace

bool isMeant(const ImportRow& row, const QString& pattern)
{
    const bool hasWildcard = pattern.contains(u'*') || pattern.contains(u'?');
    if (!hasWildcard)
        return row.file.contains(pattern, Qt::CaseInsensitive) ||
               row.run.targetName.compare(pattern, Qt::CaseInsensitive) == 0;
    QString expression = QRegularExpression::escape(pattern);
    expression.replace(u"\\*"_s, u".*"_s).replace(u"\\?"_s, u"."_s);
    const QRegularExpression whole(QRegularExpression::anchoredPattern(expression),
                                   QRegularExpression::CaseInsensitiveOption);
    const QStringList names = row.file.split(u'/') + QStringList{row.file, row.run.targetName};
    return std::any_of(names.cbegin(), names.cend(),
                       [&whole](const QString& name) { return whole.match(name).hasMatch(); });
}

Result<> correctTarget(ImportPreview& preview, const QString& patternAndId)
{
    const auto said = assignmentOf(patternAndId, Text::tr("a pattern and a target, as in 'vm1/*=qemu-kvm-2c-1g'"));
    if (!said)
        return said.error();
    const Arrangement arrangement = arrangementInPath(said->right);
    if (!arrangement.kind || !isValidTargetId(said->right))
        return badInput(Text::tr("\"%1\" is no target that can be told apart; write host, docker or qemu, followed by "
                                 "what is known, as in docker-2c-1g or qemu-kvm-2c-1g-qcow2.")
                            .arg(said->right.left(100)));
    const QList<ImportRow*> rows = meantBy(preview, said->left);
    for (ImportRow* row : rows)
        setArrangement(*row, arrangement, said->right);
    return rows.isEmpty() ? Result<>(noneMeant(said->left)) : Unit();
}

Result<> correctTest(ImportPreview& preview, const QString& patternAndTest)
{
    const auto said = assignmentOf(patternAndTest, Text::tr("a pattern and a test, as in 'locks*=mutex'"));
    if (!said)
        return said.error();
    const Test test = sysbench::testFromName(said->right);
    if (test == Test::Unknown) {
        const QStringList tests{u"cpu"_s, u"fileio"_s, u"memory"_s, u"threads"_s, u"mutex"_s, u"boot"_s};
        return badInput(withSuggestion(
            Text::tr("There is no test \"%1\"; there are %2.").arg(said->right.left(100), tests.join(u", "_s)),
            said->right, tests));
    }
    const QList<ImportRow*> rows = meantBy(preview, said->left);
    for (ImportRow* row : rows) {
        row->run.record.test = test;
        row->run.guessed.remove(u"test"_s);
    }
    return rows.isEmpty() ? Result<>(noneMeant(said->left)) : Unit();
}

Result<> addParameter(ImportPreview& preview, const QString& nameAndValue)
{
    const auto said = assignmentOf(nameAndValue, Text::tr("a parameter and its value, as in threads=16"));
    if (!said)
        return said.error();
    QString name = said->left;
    name.replace(u'-', u'_');
    QStringList names;
    bool isAdded = false;
    bool isValue = true;
    for (ImportRow& row : preview.rows) {
        RunRecord& record = row.run.record;
        names << parameterNames(record.test);
        if (!parameterNames(record.test).contains(name))
            continue;
        const QJsonValue value = importing::parameterFromText(record.test, name, said->right);
        isValue = isValue && !value.isUndefined();
        if (value.isUndefined() || record.params.contains(name))
            continue;
        record.params.insert(name, value);
        isAdded = true;
    }
    names.removeDuplicates();
    if (!names.contains(name))
        return badInput(withSuggestion(Text::tr("No run has a parameter \"%1\".").arg(name.left(100)), name, names));
    if (!isValue)
        return badInput(Text::tr("\"%1\" is no value of %2.").arg(said->right.left(100), name));
    return isAdded ? Result<>(Unit())
                   : badInput(Text::tr("Every run tells its %1 already; it is not replaced.").arg(name));
}

} // namespace bv
