/* bot/plan_text.h - what a stop or a start would do now, workload by workload, in words. Pure.
 *
 * Decided by the same functions as the real one (bot/transition.h), round after round, on a copy of what was seen.
 */
#ifndef CURFEW_BOT_PLAN_TEXT_H
#define CURFEW_BOT_PLAN_TEXT_H

#include "base/buffer.h"
#include "k8s/workload.h"
#include "store/record.h"

/* Appends lines of mrkdwn: a heading, what changes in the order in which it is done, and what stays as it is and why.
 * state: what is recorded of the environment; what is awake would be stopped, what is asleep started. */
void plan_append(enum record_state state, const struct workload_list *seen, const struct journal *remembered,
                 struct buffer *target);

#endif
