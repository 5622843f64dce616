/* bot/note_jobs.h - Events of Kubernetes about what was done: worth a few requests when there is nothing else to do.
 *
 * Nobody waits for them, so they wait in one line: behind what is held for (workloads that are being scaled), and then only a few
 * are out at a time. None is sent again after it failed, and the end of the process does not wait for them. What fails is
 * a line in the log, once for each kind of failure.
 */
#ifndef CURFEW_BOT_NOTE_JOBS_H
#define CURFEW_BOT_NOTE_JOBS_H

#include <stdint.h>

#include "base/attributes.h"
#include "base/log.h"
#include "base/loop.h"
#include "bot/effects.h"
#include "k8s/client.h"

enum {
    NOTE_JOBS_WAITING_MAX = 2000, /* the oldest is dropped for one more; that is said once */
    NOTE_JOBS_IN_FLIGHT_MAX = 4,
    NOTE_JOBS_PATIENCE_MS = 3 * 1000, /* behind a long row of stops one goes out at a time all the same */
};

struct note_jobs;

/* All are borrowed for its whole life. */
struct note_jobs *note_jobs_new(struct loop *loop, struct client *client, struct log *log) must_check;
void note_jobs_free(struct note_jobs *jobs); /* NULL is fine; those that wait are forgotten */

/* An EFFECT_NOTE of that instant. Copied. */
void note_jobs_add(struct note_jobs *jobs, const struct effect *effect, int64_t now);

/* Something is under way that is not to be slowed. Each is let go once. */
void note_jobs_hold(struct note_jobs *jobs);
void note_jobs_let(struct note_jobs *jobs);

#endif
