/* tests/sim/channels.h - the channels of a workspace and the messages in them. */
#ifndef CURFEW_TESTS_SIM_CHANNELS_H
#define CURFEW_TESTS_SIM_CHANNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "tests/sim/requests.h"

enum { CHANNELS_MAX = 4 };

struct sim;

struct posted {
    char channel[RECORD_PERSON_SIZE];
    char ts[32];
    uint64_t notice;
    int64_t posted_ms, changed_ms;
    int process;
    bool update_refused;
    struct shown shown;
};

struct channel {
    char id[RECORD_PERSON_SIZE];
    int64_t archived_until_ms;
};

struct channels {
    struct channel items[CHANNELS_MAX];
    size_t count;
    struct posted **messages; /* oldest first */
    size_t message_count, message_capacity;
};

void channels_build(struct sim *sim);
void channels_release(struct channels *channels);

struct channel *channels_find(struct channels *channels, const char *id) must_check;
struct posted *channels_message(struct channels *channels, const char *channel, const char *ts) must_check;

/* A message by the notice that it carries, not older than since_at (UTC seconds). */
struct posted *channels_notice(struct channels *channels, const char *channel, uint64_t notice, int64_t since_at)
    must_check;

struct posted *channels_post(struct sim *sim, const char *channel, uint64_t notice, const struct message *message);
void channels_update(struct sim *sim, struct posted *posted, const struct message *message);
void channels_forget_old(struct sim *sim);

#endif
