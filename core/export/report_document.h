#pragma once

#include "session/session.h"

#include <QByteArray>
#include <QList>
#include <QString>
#include <QStringList>
#include <utility>
#include <variant>

namespace bv {

// A report as a list of blocks, which HTML and PDF are made of. All texts are plain: whoever writes them out escapes.

struct ReportHeading
{
    int level = 1; ///< 1: section, 2: part of one, 3: below that
    QString text;
};

struct ReportParagraph
{
    QString text;
    bool muted = false; ///< a remark, in smaller type
};

struct ReportTable
{
    QString caption; ///< may be empty
    QStringList columns;
    QList<QStringList> rows; ///< each as long as `columns`
    int textColumns = 1;     ///< so many from the left hold text; figures follow, which stand at the right
};

struct ReportChart
{
    QString title;
    QString summary; ///< what it shows, in words
    QByteArray svg;  ///< a whole SVG document
};

/// What is printed as it is: commands, output.
struct ReportListing
{
    QString caption;
    QString text;
};

struct ReportFinding
{
    QString answer; ///< "Yes", "No", "Not shown"; empty for a mere note
    QString statement;
    QString sentence;
    QString cause;
    QString check;
};

using ReportBlock =
    std::variant<ReportHeading, ReportParagraph, ReportTable, ReportChart, ReportListing, ReportFinding>;

struct ReportDocument
{
    QString title;
    QList<std::pair<QString, QString>> facts; ///< of the title page: session, date, program, machine
    QString footer;                           ///< in one line, at the end of every page
    QList<ReportBlock> blocks;
};

/// What the report needs beyond the session.
struct ReportExtras
{
    QList<ReportChart> charts;
    QStringList commands; ///< sessionCommandSheet()'s; may be empty
};

/// The report in the order in which it is handed in: summary, machine, versions and commands, arrangements, images, a
/// proof of each experiment, tables, charts, findings with what was unequal, how to measure it again. What was not
/// measured or not recorded is said to be so, never made up. Pure; any thread.
ReportDocument reportDocument(const Session& session, const ReportExtras& extras);

/// "Benchvisor 0.1.0 · 20261123-054210-7f3a Report of Monday · 2026-11-23 05:42 UTC": what charts and pages carry. The
/// version is that of the program that measured. Pure.
QString sessionStamp(const Session& session);
/// "Fairness: accelerator, host cache, repeats": in short what the targets did not have the same; empty where nothing
/// is known of. Pure.
QString fairnessStamp(const Session& session);

} // namespace bv
