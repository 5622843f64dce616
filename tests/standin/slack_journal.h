/* tests/standin/slack_journal.h - all that happened, numbered, so that a test waits for it instead of for time. Pure.
 *
 * Entries are JSON objects with at least "number" (1, 2, ...), "type" and "at_us" (microseconds since the start).
 * Types: connection, hello, disconnection, envelope, ack, timeout, call, message, update, ephemeral, delete, response,
 * view, violation. What a client did that Slack does not accept is a violation.
 */
#ifndef CURFEW_TESTS_STANDIN_SLACK_JOURNAL_H
#define CURFEW_TESTS_STANDIN_SLACK_JOURNAL_H

#include "base/attributes.h"

#include <cjson/cJSON.h>

#include <stdbool.h>
#include <stdint.h>

enum { JOURNAL_ENTRIES_MAX = 50 * 1000 }; /* older ones are dropped */

struct journal {
    cJSON **entries; /* a ring */
    int64_t count;   /* of all that were ever added: the number of the newest */
    int64_t started_us;
};

void journal_init(struct journal *journal);
void journal_release(struct journal *journal);

/* Adds an object, which is then the journal's; numbers it. */
void journal_add(struct journal *journal, const char *type, cJSON *entry);

/* What is asked for: a query such as "type=ack,message&channel=C1&after=7". type is one of several; any other name than
 * after, wait_ms and count is a member that has to hold that text (or whole number). */
bool journal_matches(const cJSON *entry, const char *query) must_check;

/* The entries behind number after that match, oldest first, at most limit, as an array of references: cJSON_Delete(). */
cJSON *journal_select(const struct journal *journal, const char *query, int64_t after, int limit) must_check;

/* Forgets the entries of a type. */
void journal_forget(struct journal *journal, const char *type);

/* Microseconds of a clock that only goes forward. */
int64_t journal_clock_us(void) must_check;

#endif
