/* tests/store/fixture.h - a loop with a store on it, and calls that are waited for. */
#ifndef CURFEW_TESTS_STORE_FIXTURE_H
#define CURFEW_TESTS_STORE_FIXTURE_H

#include <stddef.h>
#include <stdint.h>

#include "base/flow.h"
#include "base/loop.h"
#include "store/store.h"
#include "tests/store/backend.h"

enum { NOW = 1795500000 }; /* 2026-11-24 06:00 UTC: what the calls below take for the present */

struct fixture {
    struct flow flow; /* ends the waiting */
    struct loop *loop;
    struct backend *backend;
    struct store *store;
    int pumps; /* of flow, so far */
};

void fixture_init(struct fixture *fixture);
void fixture_init_empty(struct fixture *fixture); /* with the loop alone; the store may be set, and is freed */
void fixture_release(struct fixture *fixture);

/* Starts the call and waits. It is an error of the test program's check when it is done before the loop turned. */
enum store_result fixture_run(struct fixture *fixture, struct store *store, struct store_call *call);

/* One put of the item "P", sort_key. ret_revision may be NULL. */
enum store_result fixture_put(struct fixture *fixture, const char *sort_key, const char *document, int64_t expires_at,
                              enum store_condition condition, const char *expected, char *ret_revision);

/* The document of "P", sort_key at the instant now; NULL = none. The caller frees it. */
char *fixture_document(struct fixture *fixture, const char *sort_key, int64_t now);

/* Puts the items prefix0000, prefix0001, ... of partition "P". */
void fixture_fill(struct fixture *fixture, const char *prefix, int count, int64_t expires_at);

#endif
