#pragma once

#include "session/session.h"

#include <QByteArray>

namespace bv {

// Tables as RFC 4180 describes them (https://www.rfc-editor.org/rfc/rfc4180): UTF-8 without byte order mark, a header
// row and no title, fields parted by commas, every row ended by CRLF, fields with a comma, quote or line end in quotes,
// quotes doubled. Independent of the locale: '.' is the decimal sign, numbers have as many digits as it takes to read
// the same double again. What was not measured is an empty field, never 0.
//
// A text that a spreadsheet would take for a formula (it begins with = + - @ tab CR or LF) gets an apostrophe in front
// (OWASP, "CSV Injection"); numbers do not, so -1.5 stays a number.
//
// Pure functions on values; any thread.

/// One row per test, parameters, target and metric:
/// session,target,kind,accel,test,param_…,metric,unit,n,mean,sd,median,min,max,ci_low,ci_high,discarded,failed,error,
/// fairness,created,app_version,ci_method
/// `accel` is what the VM was found to use, else what the plan asks for; empty for other kinds. param_… is a column per
/// parameter that any run has, by name. Statistics are of the runs that are ok and not discarded (sd: n - 1; ci: 95 %,
/// see Summary; both empty for n = 1). `discarded` and `failed` say how many runs of that cell were left out: warm-ups,
/// and runs that failed, timed out or were cancelled; of a run that was tried again the last attempt counts. `error` is
/// why the target could not be used, or not to the end. A cell without any good run has one row, for the headline
/// metric of the test, with n = 0; so has a target that could not be used, for every test and parameters that another
/// one ran. `fairness` has the kinds of analysis::fairnessOf() that bear on the test, parameters and target, gravest
/// first, parted by ';'; not those of which nothing is known. `created` is the
/// session's time, RFC 3339 in UTC, `app_version` that of the Benchvisor that measured it, empty where none did;
/// `ci_method` is how the interval was made, empty where there is none. Cells stand in the order in which they were first run, by
/// test and parameters, then target.
QByteArray summaryCsv(const Session& session);

/// One row per run:
/// id,started,target,test,param_…,repeat,discarded,status, then every metric of sysbench::Metric in its order, error,
/// superseded,fairness,session,created,app_version
/// `started` is RFC 3339 in UTC; `discarded` is true or false; so is `superseded`: the run was tried again later.
/// The others as in the summary.
QByteArray rawCsv(const Session& session);

/// A field that holds text: quoted and made harmless as described above.
QByteArray csvText(const QString& text);
/// A field that holds a number: the shortest text that reads as the same double; empty where it is not finite.
QByteArray csvNumber(double number);

} // namespace bv
