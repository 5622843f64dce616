/* bot/answer_parts.h - pieces that several answers about one environment are made of. Pure.
 *
 * Lines begin with a dot. A few are shown of each kind, the rest is counted, so that one environment with thousands of
 * workloads does not fill a message.
 */
#ifndef CURFEW_BOT_ANSWER_PARTS_H
#define CURFEW_BOT_ANSWER_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/buffer.h"
#include "bot/answer.h"
#include "bot/answer_names.h"
#include "k8s/workload.h"

enum {
    ANSWER_LINES_MAX = 10,       /* of one kind, about an environment that was asked for alone */
    ANSWER_LINES_BESIDE_MAX = 3, /* beside others */
};

/* How many lines of one kind are shown, and the line that counts what is not: "• and 4 more not ready". */
size_t answer_lines_max(const struct outcome *outcome) must_check;
void answer_append_rest(const struct outcome *outcome, size_t count, const char *what, struct buffer *target);

/* "• ", and the name of the environment where its line stands below a table. */
void answer_begin_line(const struct outcome *outcome, struct buffer *target);

/* A line for each workload that is not ready, with its reason. */
void answer_append_unready(const struct outcome *outcome, struct buffer *target);

/* A line for each kind that could not be read: what it runs is not known. */
void answer_append_unread(const struct outcome *outcome, struct buffer *target);

/* " 2 jobs go on. 1 pod without a controller goes on." Nothing where there are none, or it is not known. */
void answer_append_going_on(const struct workload_list *seen, struct buffer *target);

/* " Left to their owners: `es` (Elasticsearch es)." Running, and none of ours owns them. */
void answer_append_owned(const struct workload_list *seen, struct buffer *target);

/* A line about autoscalers that may start again what was stopped, because they have minReplicas 0. */
void answer_append_waking(const struct outcome *outcome, struct buffer *target);

#endif
