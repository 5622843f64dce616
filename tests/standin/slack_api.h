/* tests/standin/slack_api.h - the Web API: who may call which method how often, and what an error looks like. */
#ifndef CURFEW_TESTS_STANDIN_SLACK_API_H
#define CURFEW_TESTS_STANDIN_SLACK_API_H

#include "tests/standin/slack_call.h"

/* Answers a request for /api/METHOD. */
void slack_api_answer(struct slack *slack, const struct server_request *request, struct server_response *response);

/* Looks for a scope of the bot's token; without it the answer says which one is needed. */
bool slack_api_has_scope(struct call *call, const char *scope) must_check;

#endif
