#pragma once

#include "base/result.h"
#include "charts/plot.h"

#include <QFuture>
#include <QImage>
#include <QSize>

namespace bv {

class SessionModel;
struct Session;

/// How a chart leaves the program.
struct ExportOptions
{
    QSize size{900, 500}; ///< in points of 1x
    int scale = 2;        ///< 1 to 4: pixels for each point
    bool dark = false;    ///< light is for print
    bool withTitle = true;
    QString stamp = {}; ///< in small type below: where the chart comes from; see chartStamp()
};
inline constexpr QSize usualExportSize{960, 540}; ///< what a session's charts are exported with unless asked otherwise
inline constexpr int smallestExport = 200;
inline constexpr int largestExport = 4000;
inline constexpr qint64 mostPixels = 16'000'000; ///< of an image, scale and all: memory, and the time to draw it

/// Program version, session and date, and, where some are known, what the targets did not have the same: for
/// ExportOptions::stamp. Pure.
QString chartStamp(const Session& session);

/// Whether an image of that many pixels is made; chartImage() takes a smaller scale where it is not.
bool isExportable(const ExportOptions& options);
/// "3840 × 2160 pixels", or what to do about too many.
QString exportSizeText(const ExportOptions& options);

/// The chart with title and legend: exactly size × scale pixels, whatever it looks like on the screen. No widget has to
/// be visible; a QApplication on any platform, also "offscreen", is enough, and platform, desktop and screen change no
/// pixel of it. GUI thread, some 20 ms.
QImage chartImage(const Plot& plot, const ExportOptions& options);
/// The same as SVG, of `size`.
QByteArray chartSvg(const Plot& plot, const ExportOptions& options);

/// The image as a PNG file; takes its time with a large one. Any thread. Io where there is no memory for it.
Result<QByteArray> pngBytes(const QImage& image);
/// Writes the image as PNG, or the bytes, whole or not at all, on a pool thread. Io with a sentence.
QFuture<Result<>> writePng(const QString& path, const QImage& image);
QFuture<Result<>> writeBytes(const QString& path, const QByteArray& bytes);

/// Every chart of a session: what is measured over time, the results as bars, how they scale, and the grid. For the
/// command line and reports; `model` shows the session and must live as long as the plots.
std::vector<std::unique_ptr<Plot>> allPlots(const SessionModel& model);

} // namespace bv
