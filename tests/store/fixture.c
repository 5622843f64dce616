/* tests/store/fixture.c - waits by running the loop until the call's flow stops it. */
#include "tests/store/fixture.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "tests/test_case.h"

static void stop_waiting(struct flow *flow)
{
    struct fixture *fixture = (struct fixture *) flow;

    fixture->pumps++;
    loop_stop(fixture->loop);
}

void fixture_init_empty(struct fixture *fixture)
{
    *fixture = (struct fixture){ .flow.pump = stop_waiting, .loop = loop_new() };
}

void fixture_init(struct fixture *fixture)
{
    fixture_init_empty(fixture);
    fixture->backend = backend_new();
    fixture->store = backend_open(fixture->backend, fixture->loop);
}

void fixture_release(struct fixture *fixture)
{
    store_free(fixture->store);
    if (fixture->backend != NULL)
        backend_free(fixture->backend);
    loop_free(fixture->loop);
}

enum store_result fixture_run(struct fixture *fixture, struct store *store, struct store_call *call)
{
    store_start(store, call, &fixture->flow);
    case_holds("no call is done before the loop turned", !call->done);
    while (!call->done)
        loop_run(fixture->loop);
    return call->result;
}

enum store_result fixture_put(struct fixture *fixture, const char *sort_key, const char *document, int64_t expires_at,
                              enum store_condition condition, const char *expected, char *ret_revision)
{
    released_by(store_call_release) struct store_call call = { .now = NOW };

    store_call_put(&call, "P", sort_key, document, expires_at, condition, expected);
    if (ret_revision != NULL)
        memcpy(ret_revision, call.operations[0].item.revision, STORE_REVISION_SIZE);
    return fixture_run(fixture, fixture->store, &call);
}

char *fixture_document(struct fixture *fixture, const char *sort_key, int64_t now)
{
    released_by(store_call_release) struct store_call call = { .kind = STORE_GET, .now = now, .partition_key = "P" };
    char *document = NULL;

    snprintf(call.sort_key, sizeof call.sort_key, "%s", sort_key);
    if (fixture_run(fixture, fixture->store, &call) == STORE_OK) {
        document = call.items.items[0].document;
        call.items.items[0].document = NULL;
    } else {
        case_number(call.error.message, call.result, STORE_NONE);
    }
    return document;
}

void fixture_fill(struct fixture *fixture, const char *prefix, int count, int64_t expires_at)
{
    for (int first = 0; first < count; first += STORE_OPERATIONS_MAX) {
        released_by(store_call_release) struct store_call call = { .now = NOW };

        for (int i = first; i < count && i < first + STORE_OPERATIONS_MAX; i++) {
            char sort_key[40];

            snprintf(sort_key, sizeof sort_key, "%s%04d", prefix, i);
            store_call_put(&call, "P", sort_key, "{}", expires_at, STORE_IF_ABSENT, NULL);
        }
        case_number(call.error.message, fixture_run(fixture, fixture->store, &call), STORE_OK);
    }
}
