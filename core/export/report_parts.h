#pragma once

#include "export/report_document.h"

/// The sections of a report. Pure.
namespace bv::report {

using Blocks = QList<ReportBlock>;

/// A table of two columns; rows without a value are left out.
class FactTable
{
public:
    FactTable(const QString& what, const QString& value)
    {
        m_table.columns = {what, value};
        m_table.textColumns = 2;
    }
    void add(const QString& name, const QString& value)
    {
        if (!value.isEmpty())
            m_table.rows << QStringList{name, value};
    }
    const ReportTable& table() const { return m_table; }

private:
    ReportTable m_table;
};

void addMachine(const Session& session, Blocks& blocks);
void addVersions(const Session& session, Blocks& blocks);
void addArrangements(const Session& session, Blocks& blocks);
void addImages(const Session& session, Blocks& blocks);
/// The raw output of one run of each cell.
void addProofs(const Session& session, Blocks& blocks);
/// Of each test: what the repeats come to, and every run.
void addTables(const Session& session, Blocks& blocks);
void addReproduction(const Session& session, const QStringList& commands, Blocks& blocks);

} // namespace bv::report
