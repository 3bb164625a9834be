#pragma once

#include "target/docker/image_facts.h"

namespace bv {

// How sysbench gets into an image. All of it is pure.

/// The names of the package managers that are known, for sentences: "apt, dnf, …".
QString knownPackageManagers();

/// The shell commands, to be joined by &&, that install sysbench (and coreutils, where the shell's own `dd` cannot drop
/// files from the page cache) by an image's package manager, and remove what they downloaded. Empty for one that is not
/// known.
QStringList installCommands(const QString& packageManager);

/// Whether this is a name of an image as engines take it, which no shell and no Dockerfile could take for anything
/// else.
bool isImageReference(const QString& reference);

/// "benchvisor/prepared:debian-12-sysbench" for "debian:12".
QString preparedReference(const QString& base);

/// What a Dockerfile calls an image: the registry's digest where there is one, so that it stays this very image; else a
/// name it has; else its id.
QString fromReference(const ImageFacts& base, const QString& reference);

/// The labels of a prepared image, "name=value". `version`: Benchvisor's.
QStringList preparedLabels(const ImageFacts& base, const QString& reference, const QString& version);

/// The Dockerfile that puts sysbench into a base that was looked into.
QString preparingDockerfile(const ImageFacts& base, const QString& reference, const QString& version);

/// Whether a Dockerfile lets its base be given: `ARG BASE` before the first FROM.
bool takesBase(const QString& dockerfile);

/// The options of `commit` by which the new image is started as its base is, and is known as prepared.
QStringList commitChanges(const ImageFacts& base, const QString& reference, const QString& version);

/// How an image without sysbench gets one: a sentence.
QString preparingAdvice(const QString& reference);

} // namespace bv
