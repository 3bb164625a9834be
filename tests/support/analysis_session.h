#pragma once

#include "session/session.h"

#include <QFile>
#include <cmath>
#include <random>

/// Sessions made of figures alone, for what judges figures.
namespace bv::figures_only {

using namespace Qt::StringLiterals;

inline Session emptySession(const QStringList& targets = {u"docker"_s, u"qemu"_s})
{
    Session session;
    session.id = u"20261124-120000-0001"_s;
    session.created = QDateTime::fromString(u"2026-11-24T12:00:00.000Z"_s, Qt::ISODateWithMs);
    session.state = SessionState::Finished;
    for (const QString& id : targets) {
        TargetSettings target;
        target.id = id;
        target.label = id == "docker"_L1 ? u"Docker"_s : id == "qemu"_L1 ? u"QEMU"_s : id;
        target.kind = id.startsWith(u"qemu"_s) ? TargetKind::Qemu : TargetKind::Docker;
        session.plan.targets << target;
    }
    return session;
}

/// One more run, ten seconds after the one before it. Its reference is good until the next one.
inline RunRecord& addRun(Session& session, const QString& target, sysbench::Test test, const QJsonObject& params,
                         int repeat)
{
    RunRecord run;
    run.plannedIndex = static_cast<int>(session.runs.size());
    run.id = QString::number(run.plannedIndex);
    run.target = target;
    run.test = test;
    run.params = params;
    run.repeat = repeat;
    run.status = RunStatus::Ok;
    run.started = session.created.addSecs(10LL * run.plannedIndex);
    session.runs << run;
    return session.runs.last();
}

/// One cell: a run with each of the figures as its headline figure.
inline void addCell(Session& session, const QString& target, sysbench::Test test, const QJsonObject& params,
                    const QList<double>& figures)
{
    int repeat = 0;
    for (const double figure : figures)
        addRun(session, target, test, params, ++repeat).metrics.set(sysbench::headlineMetric(test), figure);
}

/// `count` figures around `mean`.
inline QList<double> normalFigures(std::mt19937_64& random, int count, double mean, double variation)
{
    std::normal_distribution<double> distribution(mean, mean * variation);
    QList<double> figures;
    for (int i = 0; i < count; ++i)
        figures << distribution(random);
    return figures;
}

inline void addReferenceRows(Session& session, const QString& path, sysbench::Test test, const QString& parameter)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        qFatal("%s cannot be read", qPrintable(path));
    const QStringList names = QString::fromUtf8(file.readLine()).trimmed().split(u',');
    while (!file.atEnd()) {
        const QStringList fields = QString::fromUtf8(file.readLine()).trimmed().split(u',');
        if (fields.size() != names.size())
            continue;
        bool isNumber = false;
        const int number = fields[1].toInt(&isNumber);
        const QJsonObject params{{parameter, isNumber ? QJsonValue(number) : QJsonValue(fields[1])}};
        RunRecord& run = addRun(session, fields[0], test, params, fields[2].toInt());
        run.started = {}; // nobody knows when
        for (qsizetype i = 3; i < names.size(); ++i) {
            if (const auto metric = sysbench::metricFromName(names[i]))
                run.metrics.set(*metric, fields[i].toDouble());
        }
    }
}

/// The 60 runs of the published report: 30 of cpu, 30 of fileio.
inline Session referenceSession()
{
    Session session = emptySession();
    addReferenceRows(session, QStringLiteral(BV_SOURCE_DIR "/resources/reference/cpu.csv"), sysbench::Test::Cpu,
                     u"cpu_max_prime"_s);
    addReferenceRows(session, QStringLiteral(BV_SOURCE_DIR "/resources/reference/fileio.csv"), sysbench::Test::Fileio,
                     u"file_test_mode"_s);
    return session;
}

} // namespace bv::figures_only
