#pragma once

#include "plan/plan.h"

#include <QString>
#include <optional>

namespace bv {

// What people write into names of files and folders and into titles: "qemu_2cpu_2gb", "docker-2c-1g", "== Docker ==".
// A guess is only ever made from a word that stands there; what no word tells stays empty. Pure.

/// What is known of where something was measured.
struct Arrangement
{
    std::optional<TargetKind> kind;
    std::optional<double> cpus;
    std::optional<int> memoryMib;
    QString diskFormat; ///< "raw" or "qcow2"; of a VM
    QString accel;      ///< "tcg", "kvm", "hvf" or "whpx"; of a VM
    bool operator==(const Arrangement&) const = default;
};

/// The arrangement that a path tells. Of several parts that name a kind the last counts; a part that names two kinds
/// ("docker-vs-qemu") names none. Memory is believed only beside a kind, CPUs or the word: "fileio_1G" is a file set.
Arrangement arrangementInPath(const QString& path);
/// The same from a line of text: a title, a prompt, a typed command ("docker run -m 1g --cpus 2", "-smp 4 -m 2048").
Arrangement arrangementInText(const QString& line);

/// "docker", "docker-2c-1g", "qemu-tcg-2c-1g-qcow2": what is known, as an id. arrangementInPath() reads it back. Empty
/// without a kind.
QString arrangementId(const Arrangement& arrangement);
/// Settings that say what is known and nothing else: all that is not is 0 or empty. Needs a kind.
TargetSettings settingsOf(const Arrangement& arrangement, const QString& id);

/// The test, "cpu_20000" → cpu; Unknown where the last part that names one names two.
sysbench::Test testInPath(const QString& path);
/// One of the modes of fileio, "rndwr"; empty where the file's name has none or two.
QString fileModeInPath(const QString& path);
/// "prime20000", "cpu_20000": the limit of the CPU test.
std::optional<int> primeLimitInPath(const QString& path);
/// "run3", "repeat-3", "cpu_3": the number of the repeat, from the file's name only.
std::optional<int> repeatInPath(const QString& path);
/// "=== run 3 ===".
std::optional<int> repeatInText(const QString& line);

} // namespace bv
