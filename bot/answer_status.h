/* bot/answer_status.h - the answer to `status`: of one environment with all that is known, of several as rows of a table. Pure. */
#ifndef CURFEW_BOT_ANSWER_STATUS_H
#define CURFEW_BOT_ANSWER_STATUS_H

#include "base/buffer.h"
#include "bot/answer.h"
#include "bot/answer_table.h"

/* How it stands, by what was read and by what its record says. Workloads of curfew/app decide alone where there are any. */
enum answer_state answer_state_of(const struct outcome *outcome) must_check;

/* One environment: a sentence, and lines about what is not as it should be. */
void answer_status(const struct outcome *outcome, struct buffer *target);

/* One of several: its row (bot/answer_table.h), and lines where something is wrong. */
void answer_status_beside(const struct outcome *outcome, struct buffer *target);

#endif
