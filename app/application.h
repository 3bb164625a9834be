#pragma once

#include <QString>

namespace bv {

/// The program with its window: makes the engine, the models and the window, wires them, and runs until the window is
/// closed. `file` is a session or a plan to open, or empty. Exit status as of the command line. Needs a QApplication.
int runWindow(const QString& file);

} // namespace bv
