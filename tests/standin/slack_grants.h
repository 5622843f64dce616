/* tests/standin/slack_grants.h - what Slack hands out with a limited life and a limited number of uses: tickets for a
 * WebSocket, trigger ids, response URLs. Pure: the time is given.
 */
#ifndef CURFEW_TESTS_STANDIN_SLACK_GRANTS_H
#define CURFEW_TESTS_STANDIN_SLACK_GRANTS_H

#include "base/attributes.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    GRANT_TOKEN_SIZE = 80,
    GRANT_ID_SIZE = 32,
    GRANTS_MAX = 8192, /* older ones are forgotten, and then unknown */

    TICKET_LIFE_MS = 30 * 1000,
    TRIGGER_LIFE_MS = 3 * 1000,
    RESPONSE_URL_LIFE_MS = 30 * 60 * 1000,
    RESPONSE_URL_USES = 5,
};

enum grant_verdict {
    GRANT_GOOD, /* and one use is gone */
    GRANT_UNKNOWN,
    GRANT_USED, /* as often as it may be */
    GRANT_EXPIRED,
};

struct grant {
    char token[GRANT_TOKEN_SIZE];
    int64_t expires_ms;
    int uses_left;

    /* What it is for; "" where that says nothing. */
    char channel[GRANT_ID_SIZE];
    char user[GRANT_ID_SIZE];
    char message_ts[GRANT_ID_SIZE]; /* of the message whose button was clicked */
};

struct grants {
    int64_t life_ms;
    int uses;
    struct grant *items; /* a ring of GRANTS_MAX, made with the first */
    int count;           /* given so far */
};

void grants_init(struct grants *grants, int64_t life_ms, int uses);
void grants_release(struct grants *grants);

/* A new one; the caller says what it is for. Valid until GRANTS_MAX more were given. */
struct grant *grants_give(struct grants *grants, const char *token, int64_t now_ms);

/* *ret_grant is NULL when it is unknown. */
enum grant_verdict grants_use(struct grants *grants, const char *token, int64_t now_ms, const struct grant **ret_grant)
    must_check;

#endif
