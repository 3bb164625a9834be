#pragma once

#include "base/result.h"

#include <QCoroTask>

namespace bv {

// The house rule for GCC 12 (it destroys some temporaries of a co_await expression twice): no braces and no capturing
// lambda inside a co_await expression, and no co_await in a ?: expression; give the value a name first.
//
// And one for QCoro 0.8: it moves out of whatever is returned, a member included. Never `co_return m_member`; return a
// copy that has a name.

template<class T = void>
using Task = QCoro::Task<T>;

/// A task that can fail in an expected way.
template<class T = Unit>
using Async = QCoro::Task<Result<T>>;

} // namespace bv
