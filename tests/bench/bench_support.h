#pragma once

#include "run/engine_settings.h"
#include "run/readiness.h"
#include "target/target.h"

#include <QCoro/QCoroTask>
#include <QList>
#include <QString>
#include <algorithm>
#include <cstdio>
#include <unistd.h>

namespace bv::bench {

inline double median(QList<double> values)
{
    std::sort(values.begin(), values.end());
    const qsizetype n = values.size();
    return n == 0 ? 0 : n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

inline void print(const char* what, const QList<double>& values, const char* unit)
{
    const auto [low, high] = std::minmax_element(values.cbegin(), values.cend());
    std::printf("%-44s median %8.3f %s  (%.3f … %.3f, n %d)\n", what, median(values), unit, *low, *high,
                static_cast<int>(values.size()));
    std::fflush(stdout);
}

/// The user's own settings and folders; the built-in guest must be there.
inline EngineSettings settings()
{
    const auto loaded = loadEngineSettings(Paths::fromEnvironment());
    if (!loaded || !makeFolders(*loaded))
        qFatal("the settings cannot be used");
    return *loaded;
}

inline TargetContext context(const EngineSettings& settings, const QString& name)
{
    TargetContext context;
    context.sessionId = QStringLiteral("bench-%1").arg(::getpid());
    context.owner = QStringLiteral("bench");
    context.socketDir = settings.folders.runtimeDir + u'/' + context.sessionId + u'/' + name;
    context.workDir = settings.folders.workDir + u'/' + context.sessionId + u'/' + name;
    context.tools = settings.tools;
    const auto guest = builtGuest(guestOptions(settings));
    if (!guest)
        qFatal("%s", qPrintable(guest.error().message));
    context.guest = *guest;
    return context;
}

} // namespace bv::bench
