#pragma once

#include <QByteArrayView>
#include <cstring>
#include <string>
#include <string_view>

namespace bv::sysbench {

/// Cuts a byte stream, in chunks of any size, into lines fit for reading: ends at LF, CRLF or a lone CR; terminal
/// escape sequences and control characters (NUL too, so that UTF-16 text reads as ASCII) are taken out. Empty lines are
/// not reported. A line longer than `maximumLine` bytes is dropped whole, so that memory is bounded. Pure; one thread
/// at a time; the lines do not depend on where the chunks were cut.
class LineSplitter
{
public:
    /// sysbench's own longest line is 4 KiB (TEXT_BUFFER_SIZE in its sb_logger.c).
    static constexpr std::size_t maximumLine = 8192;

    /// Calls onLine(std::string_view line) for each line that ends in `chunk`. The view is valid during the call only.
    template<class OnLine>
    void feed(QByteArrayView chunk, OnLine&& onLine)
    {
        const char* at = chunk.data();
        const char* const end = at + chunk.size();
        while (at != end) {
            const char* stop = static_cast<const char*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at)));
            const char* const segmentEnd = stop ? stop : end;
            while (const char* cr = find(at, segmentEnd, '\r')) {
                endLine({at, static_cast<std::size_t>(cr - at)}, onLine);
                at = cr + 1;
            }
            const std::string_view piece(at, static_cast<std::size_t>(segmentEnd - at));
            if (!stop) {
                keep(piece);
                return;
            }
            endLine(piece, onLine);
            at = stop + 1;
        }
    }

    /// Calls onLine for what stands after the last line end, if anything. The splitter is empty afterwards.
    template<class OnLine>
    void finish(OnLine&& onLine)
    {
        endLine({}, onLine);
    }

private:
    static const char* find(const char* from, const char* to, char c)
    {
        return from == to ? nullptr
                          : static_cast<const char*>(std::memchr(from, c, static_cast<std::size_t>(to - from)));
    }

    template<class OnLine>
    void endLine(std::string_view piece, OnLine&& onLine)
    {
        std::string_view line = piece;
        const bool dropped = m_tooLong || m_partial.size() + piece.size() > maximumLine;
        if (!dropped && !m_partial.empty()) {
            m_partial.append(piece);
            line = m_partial;
        }
        if (!dropped) {
            line = cleaned(line);
            if (!line.empty())
                onLine(line);
        }
        m_partial.clear();
        m_tooLong = false;
    }

    void keep(std::string_view piece);
    std::string_view cleaned(std::string_view line);

    std::string m_partial;
    std::string m_cleaned;
    bool m_tooLong = false;
};

} // namespace bv::sysbench
