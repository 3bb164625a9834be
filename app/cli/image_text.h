#pragma once

#include "target/docker/image_facts.h"
#include "target/docker/image_history.h"

namespace bv::cli {

/// A line per name: image, sysbench, package manager, size, system. With a line end.
QString imageTable(const QList<ImageFacts>& images);

/// All that is known of an image that was looked into, and what to do next. With a line end.
QString imageSheet(const ImageFacts& image, const QString& reference);

/// A line per step: size, when, made by; cut to fit a line where `isCut`.
QString historyTable(const QList<ImageLayer>& layers, bool isCut);

} // namespace bv::cli
