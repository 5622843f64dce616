/* k8s/client_retry.h - whether a request to the API server is sent once more, and when. Pure. For k8s/client.c. */
#ifndef CURFEW_K8S_CLIENT_RETRY_H
#define CURFEW_K8S_CLIENT_RETRY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/error.h"

/* What came of one try that was no success. */
struct client_try {
    bool is_read;
    bool streamed;       /* a part of the body has reached its taker */
    bool renewed;        /* the credential, for this call, already */
    bool settling;       /* the server has just come back: its roles may not be loaded yet */
    int failures;        /* tries of this call that failed before */
    bool without_end;    /* the call's time: a watch */
    int64_t left_ms;     /* of it otherwise */
    uint32_t chance;     /* any random number */
    int status;          /* 0: there was no answer */
    struct error reason; /* of no answer, or what one outside 2xx means */
};

enum client_verdict {
    CLIENT_ENDS,
    CLIENT_RENEWS,  /* at once, with another credential */
    CLIENT_PAUSES,  /* for *ret_delay_ms; the try failed */
    CLIENT_SETTLES, /* likewise, but the try is not counted: an outage may have used them up */
};

enum client_verdict client_retry_decide(const struct client_try *outcome, int64_t *ret_delay_ms) must_check;

/* Whether asking again can help and can do no harm, were there tries and time. */
bool client_retry_can_repeat(const struct client_try *outcome) must_check;

/* The server has not done what it was asked for, and wants to be asked again later. */
bool client_retry_is_refusal(int status, int64_t retry_after_s) must_check;

#endif
