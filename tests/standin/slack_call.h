/* tests/standin/slack_call.h - one HTTP call of a client of Slack: arguments, faults, answer.
 *
 * A fault may hold it up, keep it from being carried out, or lose its answer: that is decided here, the same way for
 * the Web API and for response URLs.
 */
#ifndef CURFEW_TESTS_STANDIN_SLACK_CALL_H
#define CURFEW_TESTS_STANDIN_SLACK_CALL_H

#include "base/attributes.h"
#include "tests/standin/slack.h"

enum { CALL_NAME_SIZE = 64, CALL_TOKEN_SIZE = 160, CALL_PATH_SIZE = 256 };

struct call {
    struct server_response_owner owner; /* while it waits */
    struct flow flow;
    struct timer timer;
    struct slack *slack;
    struct server_response *response;
    struct fault fault;

    char name[CALL_NAME_SIZE]; /* the method, or "response_url" */
    char path[CALL_PATH_SIZE];
    bool is_post;
    char token[CALL_TOKEN_SIZE]; /* of the header, or of a form; "" = none */
    cJSON *arguments;            /* an object; values of a form or a query are texts */
    const char *refused;         /* why there are none: Slack's word; NULL = there are */
    const char *warning;         /* missing_charset, superfluous_charset; NULL = none */

    void (*run)(struct call *call); /* carries it out: sets the following */
    int status;
    cJSON *answer;
    int64_t retry_after_s; /* 0 = no such header */
};

/* Reads the request and answers it, now or later. name is cut. */
void call_begin(struct slack *slack, const struct server_request *request, struct server_response *response,
                const char *name, void (*run)(struct call *call));

/* An argument as text, "" when it is missing; true and 1 are the same in JSON and in forms. */
const char *call_text(const struct call *call, const char *name) must_check;
bool call_flag(const struct call *call, const char *name) must_check;

/* Reads a number from JSON or from a form; fallback when it is missing or none. */
int64_t call_number(const struct call *call, const char *name, int64_t fallback) must_check;

/* An argument that is an array or object: JSON, or text that holds it. *ret_value is NULL when it is missing; the
 * caller deletes it. false: it is neither. */
bool call_json(const struct call *call, const char *name, cJSON **ret_value) must_check;

#endif
