/* bot/channel_queue.h - which call towards a channel goes out next, and when. Pure: the time is given.
 *
 * What waits stands in lanes, one for each channel (and for each user group): first come, first served, one under way at a
 * time, one a second. No lane waits for another one, but for the pace of the method: Slack counts its calls over the whole
 * workspace.
 * Source: Slack, "Rate limits": a message a second and channel, several hundred a minute in a workspace; tiers 2 (20 a
 * minute) for usergroups.users.list and 3 (50) for chat.update and conversations.history.
 */
#ifndef CURFEW_BOT_CHANNEL_QUEUE_H
#define CURFEW_BOT_CHANNEL_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"

enum {
    CHANNEL_QUEUE_MAX = 1000,                   /* that wait, in all lanes */
    CHANNEL_QUEUE_BYTES_MAX = 16 * 1024 * 1024, /* of what they carry */
    CHANNEL_QUEUE_GAP_MS = 1000,                /* between two calls of a lane */
    CHANNEL_QUEUE_NAME_SIZE = 64,               /* of a lane */
};

enum channel_call { CHANNEL_POST, CHANNEL_UPDATE, CHANNEL_FIND, CHANNEL_LOOK_UP, CHANNEL_CALLS };

/* Who waits: the queue only hands it back. */
struct channel_job;

struct channel_queue;

struct channel_queue *channel_queue_new(void) must_check;
void channel_queue_free(struct channel_queue *queue); /* not the jobs; NULL is fine */

/* Puts a job at the end of a lane (a name that is too long is cut). false: there is no room. */
bool channel_queue_add(struct channel_queue *queue, enum channel_call call, const char *lane, size_t bytes,
                       struct channel_job *job) must_check;

/* Takes out the job that goes out now: of those that may, the one that waits longest. Its lane is then occupied until
 * channel_queue_done(). NULL: none may. */
struct channel_job *channel_queue_next(struct channel_queue *queue, int64_t now_ms) must_check;
void channel_queue_done(struct channel_queue *queue, const char *lane);

/* When channel_queue_next() has something, as long as nothing is added and no lane is done. INT64_MAX: never. */
int64_t channel_queue_due_ms(const struct channel_queue *queue) must_check;

/* Takes out a job that waits, whichever. NULL: none does. */
struct channel_job *channel_queue_drop(struct channel_queue *queue) must_check;

#endif
