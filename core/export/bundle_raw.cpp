#include "base/shell_line.h"
#include "export/bundle_parts.h"
#include "plan/parameters.h"
#include "sysbench/catalogue.h"

using namespace Qt::StringLiterals;

namespace bv::bundle {

namespace {

/// "0012-docker-2c-1g-cpu-r3.txt"; what a run was that is no result is told by its name.
QString rawName(qsizetype index, const RunRecord& run)
{
    QString name = u"%1-%2-%3-%4%5"_s.arg(index + 1, 4, 10, QChar(u'0'))
                       .arg(safeName(run.target), sysbench::testName(run.test), run.discarded ? u"w"_s : u"r"_s)
                       .arg(run.repeat);
    if (run.status != RunStatus::Ok)
        name += u'-' + QString(runStatusName(run.status));
    return u"raw/"_s + name + u".txt"_s;
}

/// The command stands above the output, as in a terminal: some outputs do not tell which test they are of.
QByteArray rawText(const RunRecord& run)
{
    const bool known = sysbench::validateParameters(run.test, run.params).error().code == Error::Code::Unset;
    const QString title =
        known ? describeParams(run.test, run.params) : QString(sysbench::testName(run.test)); // a title, never a figure
    const QString text = u"--- %1: %2, %3 %4\n$ %5\n"_s.arg(
        safeName(run.target), oneLine(title), run.discarded ? u"warm-up"_s : u"repeat"_s, QString::number(run.repeat),
        oneLine(shellLine(run.command)));
    return text.toUtf8() + run.output.toUtf8() + (run.output.endsWith(u'\n') ? "" : "\n");
}

} // namespace

QList<BundleFile> rawFiles(const Session& session)
{
    QList<BundleFile> files;
    for (qsizetype i = 0; i < session.runs.size(); ++i) {
        const RunRecord& run = session.runs.at(i);
        if (!run.output.isEmpty())
            files << BundleFile{rawName(i, run), rawText(run)};
    }
    return files;
}

} // namespace bv::bundle
