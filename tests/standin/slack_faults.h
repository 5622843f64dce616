/* tests/standin/slack_faults.h - what a test wants to go wrong: the next answers of a method. Pure.
 *
 *     {"method": "chat.postMessage", "channel": "C1", "count": 2, "status": 503, "body": "<html>", "content_type": "text/html",
 *      "retry_after_s": 3, "error": "internal_error", "delay_ms": 100, "close": true, "carry_out": true,
 *      "no_hello": true}
 *
 * channel: only calls that name it (default: all).
 * method: a Web API method, "response_url", "websocket" (the upgrade), or "*". With none of status, error, close and
 * no_hello the request is carried out and answered as usual after the delay. With one of them it is not carried out,
 * unless carry_out says so: then its answer is lost.
 */
#ifndef CURFEW_TESTS_STANDIN_SLACK_FAULTS_H
#define CURFEW_TESTS_STANDIN_SLACK_FAULTS_H

#include "base/attributes.h"
#include "base/error.h"

#include <cjson/cJSON.h>

#include <stdbool.h>
#include <stdint.h>

enum { FAULTS_MAX = 64, FAULT_TEXT_SIZE = 128 };

struct fault {
    char method[FAULT_TEXT_SIZE];
    char channel[FAULT_TEXT_SIZE]; /* "" = any */
    int64_t count;                 /* of answers still to be spoilt */
    int64_t status, delay_ms, retry_after_s;
    char content_type[FAULT_TEXT_SIZE];
    char error[FAULT_TEXT_SIZE]; /* Slack's word, in an answer of status 200 */
    char *body;
    bool close, carry_out, no_hello;
};

struct faults {
    struct fault items[FAULTS_MAX];
    int count;
};

/* false, ERROR_PROTOCOL / ERROR_LIMIT: says what is wrong with it. */
bool faults_add(struct faults *faults, const cJSON *json, struct error *error) must_check;

/* Takes one answer of the first fault that is meant for the method and channel. false: there is none. The body is the caller's. */
bool faults_take(struct faults *faults, const char *method, const char *channel, struct fault *ret_fault) must_check;

void faults_clear(struct faults *faults);
void fault_release(struct fault *fault);

/* Whether the answer is not the usual one. */
bool fault_spoils(const struct fault *fault) must_check;

#endif
