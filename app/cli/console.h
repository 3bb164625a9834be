#pragma once

#include "base/error.h"

#include <QString>
#include <cstdio>
#include <functional>
#include <stop_token>
#include <string>

namespace CLI {
class App;
}

namespace bv::cli {

/// A word of the command line.
QString text(const std::string& word);

/// A line, in the encoding of the terminal, at once.
void printLine(std::FILE* stream, const QString& line);

/// Words in lines of at most `width` columns, the first indented by `first` and all others by `indent` blanks. Ends
/// with a newline.
QString wrappedText(const QString& text, int first, int indent, int width = 100);

/// Refuses the first option that was given and is for other actions of the command: those whose help begins
/// "create, convert: …" are for these. An empty text where there is none.
QString optionOfAnotherAction(const CLI::App& command, const QString& action);

/// Says on stderr what went wrong, with the evidence where that says more; gives the exit status: Interrupted, Usage
/// for BadInput and NotFound, else NotReady.
int fail(const Error& error);

/// Calls `start` as soon as the event loop runs and gives what QCoreApplication::exit() is called with. A signal that
/// ends a program (SIGINT, SIGTERM, SIGHUP) requests the stop.
int runUntilStopped(const std::function<void(std::stop_token stop)>& start);

} // namespace bv::cli
