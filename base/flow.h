/* base/flow.h - something that goes on when an answer arrives.
 *
 * A flow is a struct of its owner that begins with this one, and a pump that says the whole control flow: it looks
 * at which of its calls are done and starts what comes next. Timers, look-ups, processes and HTTP exchanges each
 * name the flow to pump when something happened to them; they say themselves what happened. Pumps run from the
 * loop only, never from inside the call that started something, so nothing is re-entered.
 */
#ifndef CURFEW_BASE_FLOW_H
#define CURFEW_BASE_FLOW_H

struct flow {
    void (*pump)(struct flow *flow);
};

#endif
