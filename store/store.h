/* store/store.h - where state lives: items under two keys, written all or none, on conditions.
 *
 * One interface, two backends (SQLite here, DynamoDB by the network), so every call is a struct with a flow that
 * is pumped when it is done, also where the answer is there at once. Reads are strong: a read sees every write
 * that was answered before it. A write that came without an answer is UNKNOWN and may be repeated as it is: where
 * an item already holds the revision that its put would write, the whole write was done before, and it is OK.
 */
#ifndef CURFEW_STORE_STORE_H
#define CURFEW_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/flow.h"
#include "base/loop.h"

enum {
    STORE_KEY_SIZE = 1025,           /* of either key: 1 .. 1024 bytes of UTF-8 */
    STORE_REVISION_SIZE = 33,        /* 32 hexadecimal digits */
    STORE_OPERATIONS_MAX = 25,       /* in one write */
    STORE_DOCUMENT_MAX = 380 * 1024, /* DynamoDB takes 400 KB with keys and names */
    STORE_WRITE_MAX = 3800 * 1024,   /* all documents of one write; DynamoDB takes 4 MB */
    STORE_LIST_MAX = 1000,           /* items of one page */
};

enum store_result {
    STORE_OK,
    STORE_LOST,        /* a condition did not hold: call->lost says which operation, call->items what stands there */
    STORE_NONE,        /* get: no such item */
    STORE_RETRY_LATER, /* throttled or locked: nothing was done */
    STORE_UNKNOWN,     /* the write may have happened: repeat it as it is */
    STORE_DENIED,      /* no permission */
    STORE_TOO_BIG,     /* a document above STORE_DOCUMENT_MAX, or all of them above STORE_WRITE_MAX */
    STORE_BAD,         /* the call itself is wrong: keys, not UTF-8, too many operations, the same item twice */
    STORE_DOWN,        /* cannot be reached, or full, or read-only */
    STORE_CORRUPT,     /* what stands there cannot be read */
};

const char *store_result_name(enum store_result result) must_check; /* "ok", "lost", ... */

struct store_item {
    char partition_key[STORE_KEY_SIZE];
    char sort_key[STORE_KEY_SIZE];
    char revision[STORE_REVISION_SIZE];
    int64_t expires_at; /* UTC seconds; 0 = never. An item counts as absent from that second on */
    char *document;     /* owned; JSON text */
};

struct store_items {
    struct store_item *items;
    size_t count, capacity;
};

void store_items_add(struct store_items *items, struct store_item *item); /* moves in; *item is { 0 } afterwards */
void store_items_release(struct store_items *items);

enum store_condition {
    STORE_IF_ANY,      /* whatever stands there */
    STORE_IF_ABSENT,   /* nothing there, or expired */
    STORE_IF_REVISION, /* operation.expected stands there and has not expired */
};

enum store_operation_kind { STORE_PUT, STORE_DELETE, STORE_CHECK };

struct store_operation {
    enum store_operation_kind kind;
    enum store_condition condition;
    char expected[STORE_REVISION_SIZE]; /* for STORE_IF_REVISION */
    struct store_item item;             /* keys always; the rest for STORE_PUT; its revision is what will stand there */
};

enum store_call_kind { STORE_GET, STORE_LIST, STORE_WRITE, STORE_PURGE };

/* One call. Zeroed before its first use. */
struct store_call {
    struct flow *flow; /* pumped once when done */
    bool done;
    enum store_call_kind kind;
    int64_t now; /* the caller's clock decides what has expired */

    struct store_operation operations[STORE_OPERATIONS_MAX]; /* WRITE */
    size_t operation_count;

    char partition_key[STORE_KEY_SIZE]; /* GET, LIST */
    char sort_key[STORE_KEY_SIZE];      /* GET: the key. LIST: the prefix */
    char after[STORE_KEY_SIZE];         /* LIST: go on behind this sort key; "" = from the start */
    bool newest_first;                  /* LIST: descending order of sort keys */
    size_t limit;                       /* LIST, PURGE: items at most; 1 .. STORE_LIST_MAX. A page may be shorter,
                                          * also empty, and have more behind it */

    enum store_result result;
    struct error error;       /* the sentence, for every result but OK, LOST, NONE */
    struct store_items items; /* GET: one. LIST: the page. LOST: what stands in the way, if anything */
    size_t lost;              /* LOST: index of the operation */
    bool has_more;            /* LIST: another page behind next: copy it to after, start again */
    char next[STORE_KEY_SIZE];
    size_t purged; /* PURGE: how many expired items were removed */

    struct store *store;     /* while it runs; else NULL */
    struct store_call *link; /* the next one that waits to be pumped */
};

/* Fills in a fresh revision: what a put writes. */
void store_revision_new(char revision[STORE_REVISION_SIZE]);

/* Adds an operation to a call that is being filled, which makes it a STORE_WRITE. document is copied, a put gets a
 * fresh revision: call->operations[i].item.revision. At most STORE_OPERATIONS_MAX (assert). What is too long for its
 * array is answered with STORE_BAD. expected is for STORE_IF_REVISION, else NULL. */
void store_call_put(struct store_call *call, const char *partition_key, const char *sort_key, const char *document,
                    int64_t expires_at, enum store_condition condition, const char *expected);
void store_call_delete(struct store_call *call, const char *partition_key, const char *sort_key,
                       enum store_condition condition, const char *expected);
void store_call_check(struct store_call *call, const char *partition_key, const char *sort_key,
                      enum store_condition condition, const char *expected);

/* Cancels, frees what it owns, { 0 }. What a cancelled write did is not known. */
void store_call_release(struct store_call *call);

/* A backend: the first member of its struct, filled by store_init(). */
struct store {
    struct flow flow; /* hands out answers, one a turn */
    struct loop *loop;
    struct store_call *first, *last; /* answered, waiting to be pumped */
    int look_s; /* how many seconds to leave between two looks for what others wrote: what a look costs */
    bool (*was_written)(struct store *store);                     /* NULL = it is not known without reading */
    void (*start)(struct store *store, struct store_call *call);  /* the call is right and its answer is empty */
    void (*cancel)(struct store *store, struct store_call *call); /* not answered so far; never will be */
    void (*free)(struct store *store); /* of calls that still run, call->store becomes NULL: they get no answer */
};

/* Starts a call; flow is pumped from the loop when call->done. A call that is wrong (STORE_BAD) is answered the same
 * way. A call that is done may be started again as it is; its former answer goes. */
void store_start(struct store *store, struct store_call *call, struct flow *flow);
void store_free(struct store *store); /* NULL is fine. Calls that run are cancelled */

/* Whether anybody else wrote since this was asked last: true, also where that is not known, and the first time. false:
 * nobody did, so that there is nothing new to be read. Ask every store_look_s() seconds at most. */
bool store_was_written(struct store *store) must_check;
int store_look_s(const struct store *store) must_check;

/* For backends. */
void store_init(struct store *store, struct loop *loop); /* functions and look_s are the backend's to set */
void store_answer(struct store_call *call,
                  enum store_result result); /* call->done and the pump follow in a later turn */
bool store_is_expired(int64_t expires_at, int64_t now) must_check;

#endif
