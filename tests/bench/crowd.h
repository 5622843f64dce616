/* tests/bench/crowd.h - the Slack that is played, inside the bench, and a crowd that types commands into it.
 *
 * In this process, because a command that goes through the control port of standin-slack makes it work while the answer
 * to the one before is under way: acks are measured in tenths of a millisecond here. A command leaves the moment that
 * there is room for it. It counts as in flight until it is acked, or, where it is answered afterwards, until that answer
 * is there too.
 */
#ifndef CURFEW_TESTS_BENCH_CROWD_H
#define CURFEW_TESTS_BENCH_CROWD_H

#include "base/attributes.h"
#include "tests/bench/figures.h"
#include "tests/end_to_end/stage.h"

#include <stdbool.h>

enum { CROWD_TEXT_SIZE = 256, CROWD_PATIENCE_MS = 60 * 1000 };

struct crowd_slack;

struct crowd {
    struct stage *stage;
    struct crowd_slack *slack;
    char api_url[CROWD_TEXT_SIZE];
    char ca[STAGE_PATH_SIZE];
    const char *app_token, *bot_token;
};

/* port: 0 = any that is free. false: said on standard output. */
bool crowd_open(struct crowd *crowd, struct stage *stage, int port) must_check;
void crowd_close(struct crowd *crowd); /* { 0 } is fine */

/* Until the app's connection was greeted with hello; the moment by bench_now_us(). false: it was not in time. */
bool crowd_wait_for_hello(struct crowd *crowd, int64_t *ret_at_us) must_check;

/* One thing that is typed over and over. */
struct typing {
    const char *text;
    int count;
    int in_flight;
    bool is_answered; /* by response_url, behind the ack */

    /* What came of it. */
    struct samples ack_ms;    /* from the first byte being written to the ack having been read and judged */
    struct samples answer_ms; /* likewise to the answer being read */
    double seconds;           /* from the first command to the last ack, or answer */
};

/* false: not all were acked (and answered) in time, or the app did what Slack does not accept; said on standard output. */
bool crowd_type(struct crowd *crowd, struct typing *typing) must_check;

void typing_release(struct typing *typing);

#endif
