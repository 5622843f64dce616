/* k8s/discovery_question.h - the flow that asks the API server once which kinds can be put to sleep.
 *
 * /api and /apis at the same time; what they name in the older form is then asked for version by version, a few at a time.
 * A group whose server does not answer is unread, and the rest is an answer all the same.
 */
#ifndef CURFEW_K8S_DISCOVERY_QUESTION_H
#define CURFEW_K8S_DISCOVERY_QUESTION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/flow.h"
#include "k8s/client.h"
#include "k8s/discovery_document.h"
#include "k8s/discovery_findings.h"

enum {
    DISCOVERY_ROOTS = 2,
    DISCOVERY_LANES = 8,                     /* versions that are asked for at a time */
    DISCOVERY_VERSION_TIMEOUT_MS = 5 * 1000, /* its server may be one that is never there */
    DISCOVERY_RESTARTS_MAX = 3,              /* after connections that broke in the middle of a document */
};

/* /api or /apis, read as it arrives. */
struct discovery_root {
    struct http_sink sink; /* First member */
    struct client_call call;
    struct discovery_reader reader;
    struct discovery_findings findings;
};

/* One after the other of the versions. */
struct discovery_lane {
    struct client_call call;
    size_t version; /* its place among them */
    bool is_busy;
};

/* Zeroed before its first use. */
struct discovery_question {
    struct flow pump;  /* its own: a call is done. First member */
    struct flow *flow; /* the owner's, pumped once when done */
    bool done;
    struct error error;                 /* kind NONE: it is answered */
    struct discovery_findings findings; /* valid then */
    struct client *client;              /* the rest is its own */
    int restarts;
    struct discovery_root roots[DISCOVERY_ROOTS];
    struct discovery_versions versions;
    struct discovery_findings *of_versions; /* what each of them has */
    size_t next_version;
    struct discovery_lane lanes[DISCOVERY_LANES];
};

void discovery_question_start(struct discovery_question *question, struct client *client, struct flow *flow);
void discovery_question_release(struct discovery_question *question); /* also while it runs; { 0 } afterwards */

#endif
