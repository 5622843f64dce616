/* tests/sim/promise.c - the promises in words. */
#include "tests/sim/promise.h"

const struct promise_words *promise_words(enum promise promise)
{
    static const struct promise_words all[PROMISE_COUNT] = {
        [PROMISE_NONE] = { "none", "Nothing was promised" },
        [PROMISE_COUNTS] = { "counts", "While a workload is at 0 by our hand, the store holds what it had" },
        [PROMISE_RECORD] = { "record", "What is done was stored before it was done" },
        [PROMISE_PROLONGED] = { "prolonged", "What was promised to stay awake is not stopped before that" },
        [PROMISE_NEWEST] = { "newest", "The newest wish wins" },
        [PROMISE_STOPS] = { "stops", "Once faults have ended, what is to be asleep is asleep" },
        [PROMISE_STARTS] = { "starts", "Once faults have ended, what is to be awake is awake" },
        [PROMISE_WAKE] = { "wake", "What is started gets back what it had" },
        [PROMISE_DEADLINE] = { "deadline", "A deadline is what was asked for, and nobody else moves it" },
        [PROMISE_EARLY] = { "early", "No stop and no start falls before its time" },
        [PROMISE_WARNED] = { "warned", "Nothing is stopped by its schedule without having been announced" },
        [PROMISE_ONE_WARNING] = { "one-warning", "A stop is announced once for each mark" },
        [PROMISE_STALE] = { "stale", "No message announces a stop that no longer stands" },
        [PROMISE_ONCE] = { "once", "What is asked for once has one effect and one answer, however often it arrives" },
        [PROMISE_ANSWERED] = { "answered", "What was accepted is carried out and answered" },
        [PROMISE_PERMISSION] = { "permission", "Without permission nothing changes" },
        [PROMISE_SCOPE] = { "scope", "What does not take part is not touched" },
        [PROMISE_DISABLED] = { "disabled", "The label disabled silences the schedule at once" },
        [PROMISE_WORDS] = { "words", "Nothing is said that was not read" },
        [PROMISE_BUTTONS] = { "buttons", "A message offers only what still can be done" },
        [PROMISE_BOUNDED] = { "bounded", "What waits stays bounded" },
    };

    return &all[promise];
}
