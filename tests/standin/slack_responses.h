/* tests/standin/slack_responses.h - response URLs: answers without a token, five times within thirty minutes.
 *
 * A refusal that is about the message itself has status 200 and "ok": false, so that a client which looks at the status
 * alone is found out; Slack does not publish which status it has.
 */
#ifndef CURFEW_TESTS_STANDIN_SLACK_RESPONSES_H
#define CURFEW_TESTS_STANDIN_SLACK_RESPONSES_H

#include "tests/standin/slack.h"

/* Answers a request for /commands/... or /actions/... */
void slack_responses_answer(struct slack *slack, const struct server_request *request,
                            struct server_response *response);

#endif
