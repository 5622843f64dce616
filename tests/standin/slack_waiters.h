/* tests/standin/slack_waiters.h - who waits for entries of the journal: a GET that is answered when there are enough of
 * them, or when its time is up.
 */
#ifndef CURFEW_TESTS_STANDIN_SLACK_WAITERS_H
#define CURFEW_TESTS_STANDIN_SLACK_WAITERS_H

#include "tests/standin/slack.h"

struct waiter;

struct waiters {
    struct flow flow;
    struct slack *slack;
    struct waiter *first;
};

void waiters_init(struct waiters *waiters, struct slack *slack);
void waiters_release(struct waiters *waiters); /* after the server */

/* Looks at all of them in the next turn. */
void waiters_wake(struct waiters *waiters);

/* query: after (default 0), count (default 1), wait_ms (default 0), and what journal_matches() knows. Answers
 * {"entries": [...], "cursor": what to say as after next time}. */
void waiters_answer(struct waiters *waiters, const char *query, struct server_response *response);

#endif
