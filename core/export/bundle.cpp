#include "export/bundle.h"

#include "export/bundle_parts.h"
#include "export/csv.h"
#include "plan/plan_json.h"

#include <QJsonArray>
#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace bv {

namespace {

BundleFile jsonFile(const QString& path, const QJsonObject& json)
{
    return {path, QJsonDocument(json).toJson()};
}

} // namespace

QList<BundleFile> bundleFiles(const Session& session, const QByteArray& commands)
{
    QList<BundleFile> files;
    const QList<sysbench::Test> tests = bundle::testsOf(session);
    for (const sysbench::Test test : tests)
        files << bundle::benchmarkScript(session, test);
    files << bundle::containerFiles(session) << bundle::machineFiles(session);
    files << BundleFile{u"commands.txt"_s, commands} << jsonFile(u"plan.json"_s, planToJson(session.plan))
          << BundleFile{u"runs.csv"_s, rawCsv(session)};
    files << bundle::rawFiles(session);
    files.prepend(bundle::readme(session, files));
    QJsonArray paths;
    for (const BundleFile& file : std::as_const(files))
        paths << file.path;
    // First, so that a folder that was begun is known again.
    files.prepend(jsonFile(
        u"bundle.json"_s,
        {{u"schema"_s, u"benchvisor-bundle/1"_s}, {u"session"_s, bundle::safeName(session.id)}, {u"files"_s, paths}}));
    return files;
}

} // namespace bv
