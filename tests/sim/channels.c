/* tests/sim/channels.c - the channels of a workspace and the messages in them. */
#include "tests/sim/channels.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "tests/sim/sim.h"

enum { KEPT_MS = 2 * 24 * 60 * 60 * 1000 };

void channels_build(struct sim *sim)
{
    static const char *const ids[] = { "C0DEFAULT", "C0TEAM", "C0OTHER" };

    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++)
        text_copy_cut(sim->channels.items[sim->channels.count++].id, sizeof sim->channels.items[0].id, ids[i]);
}

static void posted_free(struct posted *posted)
{
    shown_release(&posted->shown);
    free(posted);
}

void channels_release(struct channels *channels)
{
    for (size_t i = 0; i < channels->message_count; i++)
        posted_free(channels->messages[i]);
    free(channels->messages);
    *channels = (struct channels){ 0 };
}

struct channel *channels_find(struct channels *channels, const char *id)
{
    for (size_t i = 0; i < channels->count; i++)
        if (text_equal(channels->items[i].id, id))
            return &channels->items[i];
    return NULL;
}

struct posted *channels_message(struct channels *channels, const char *channel, const char *ts)
{
    for (size_t i = channels->message_count; i-- > 0;)
        if (text_equal(channels->messages[i]->ts, ts) && text_equal(channels->messages[i]->channel, channel))
            return channels->messages[i];
    return NULL;
}

struct posted *channels_notice(struct channels *channels, const char *channel, uint64_t notice, int64_t since_at)
{
    for (size_t i = channels->message_count; i-- > 0;) {
        struct posted *posted = channels->messages[i];
        if (posted->notice == notice && text_equal(posted->channel, channel) && posted->posted_ms >= since_at * 1000)
            return posted;
    }
    return NULL;
}

struct posted *channels_post(struct sim *sim, const char *channel, uint64_t notice, const struct message *message)
{
    struct channels *channels = &sim->channels;
    struct posted *posted = memory_new(1, sizeof *posted);

    text_copy_cut(posted->channel, sizeof posted->channel, channel);
    (void) snprintf(posted->ts, sizeof posted->ts, "%lld.%06d", (long long) sim_now(sim),
                    (int) (sim->now_ms % 1000) * 1000 + (int) (channels->message_count % 1000));
    posted->notice = notice;
    posted->posted_ms = posted->changed_ms = sim->now_ms;
    shown_set(&posted->shown, message);
    if (channels->message_count == channels->message_capacity) {
        channels->message_capacity = channels->message_capacity == 0 ? 64 : channels->message_capacity * 2;
        channels->messages = memory_grow(channels->messages, channels->message_capacity, sizeof(struct posted *));
    }
    channels->messages[channels->message_count++] = posted;
    return posted;
}

void channels_update(struct sim *sim, struct posted *posted, const struct message *message)
{
    if (message_is_empty(message)) /* a planted fault */
        return;
    posted->changed_ms = sim->now_ms;
    shown_set(&posted->shown, message);
}

void channels_forget_old(struct sim *sim)
{
    struct channels *channels = &sim->channels;
    size_t kept = 0;

    for (size_t i = 0; i < channels->message_count; i++)
        if (channels->messages[i]->posted_ms > sim->now_ms - KEPT_MS)
            channels->messages[kept++] = channels->messages[i];
        else
            posted_free(channels->messages[i]);
    channels->message_count = kept;
}
