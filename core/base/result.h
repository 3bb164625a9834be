#pragma once

#include "base/error.h"

#include <utility>
#include <variant>

namespace bv {

/// The value of what only succeeds or fails. Not std::monostate: QCoro 0.8 keeps a task's value in a variant whose "no
/// value yet" is that type, and would take `co_return Unit()` for none.
struct Unit
{
    bool operator==(const Unit&) const = default;
};

/// A value or an Error. Default-constructed it holds an unset Error, because QCoro 0.8 needs a default constructor.
/// Dereferencing a failed result is a programming error (throws std::bad_variant_access).
template<class T = Unit>
class [[nodiscard]] Result
{
public:
    Result() = default;
    Result(T value)
        : m_v(std::in_place_index<1>, std::move(value))
    {
    }
    Result(Error error)
        : m_v(std::in_place_index<0>, std::move(error))
    {
    }

    explicit operator bool() const { return m_v.index() == 1; }
    const T& operator*() const& { return std::get<1>(m_v); }
    T& operator*() & { return std::get<1>(m_v); }
    T&& operator*() && { return std::get<1>(std::move(m_v)); }
    const T* operator->() const { return &std::get<1>(m_v); }
    T* operator->() { return &std::get<1>(m_v); }
    /// Of a success it is an unset Error.
    const Error& error() const
    {
        static const Error none;
        const Error* error = std::get_if<0>(&m_v);
        return error ? *error : none;
    }
    T valueOr(T fallback) const { return *this ? std::get<1>(m_v) : std::move(fallback); }

private:
    std::variant<Error, T> m_v;
};

} // namespace bv
