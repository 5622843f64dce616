/* tests/standin/cluster_events.h - Events: objects without spec and status, of which the oldest go. Pure.
 *
 * Source: Kubernetes API, core/v1 Event. The real API server forgets them an hour after they were written.
 */
#ifndef CURFEW_TESTS_STANDIN_CLUSTER_EVENTS_H
#define CURFEW_TESTS_STANDIN_CLUSTER_EVENTS_H

#include "base/attributes.h"
#include "base/buffer.h"
#include "tests/standin/cluster_objects.h"
#include "tests/standin/cluster_status.h"

#include <stdbool.h>

enum { CLUSTER_EVENTS_MAX = 1000 };

bool cluster_is_event(const struct cluster_kind *kind) must_check;

/* What is kept of one that was sent, beside its metadata. */
void cluster_event_fill(cJSON *json, const cJSON *sent);

/* As cluster_validate(). */
bool cluster_event_validate(const cJSON *json, struct cluster_answer *ret_refusal) must_check;

/* Makes room for one more. */
void cluster_events_drop_oldest(struct cluster_objects *objects);

/* Whether it can be selected by that field ("type", "involvedObject.name"), and what stands there. */
bool cluster_event_has_field(const char *field) must_check;
const char *cluster_event_field(const cJSON *json, const char *field) must_check;

/* The text of a column of kubectl's table but for times; false: it has another. */
bool cluster_event_write_cell(const cJSON *json, const char *column, struct buffer *target) must_check;

#endif
