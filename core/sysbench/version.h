#pragma once

#include <QString>
#include <QStringView>
#include <compare>
#include <optional>

namespace bv::sysbench {

/// A release of sysbench. 1.1 stands for the development line that calls itself "1.1.0-<commit>".
struct Version
{
    int majorNumber = 1;
    int minorNumber = 0;
    int patchNumber = 0;

    auto operator<=>(const Version&) const = default;
};

inline constexpr Version version10{1, 0, 0};
inline constexpr Version version11{1, 1, 0};

/// Reads what `sysbench --version` prints ("sysbench 1.0.20", "sysbench 1.1.0-df89d34", "sysbench 0.4.12:  multi-…") or
/// a bare "1.0.20". Text before and after is ignored; a missing part counts as 0. Nothing if there is no version in it.
/// Pure; any thread.
std::optional<Version> parseVersion(QStringView text);
/// "1.0.20".
QString formatVersion(const Version& version);

} // namespace bv::sysbench
