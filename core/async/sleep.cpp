#include "async/sleep.h"

#include "async/one_shot.h"

namespace bv {

Task<bool> sleepFor(std::chrono::milliseconds duration, std::stop_token stop)
{
    if (duration.count() <= 0)
        co_return !stop.stop_requested();
    OneShot<bool> over;
    over.resolveAfter(duration, true);
    const ResolveOnStop<bool> onStop(stop, over, false);
    co_return co_await over.wait();
}

} // namespace bv
