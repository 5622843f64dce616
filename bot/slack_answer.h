/* bot/slack_answer.h - what the Web API answered to one call. Pure. */
#ifndef CURFEW_BOT_SLACK_ANSWER_H
#define CURFEW_BOT_SLACK_ANSWER_H

#include "bot/slack.h"

/* Reads call->exchange, which is done: sets answer, or error and slack_error. */
void slack_read_answer(struct slack_call *call);

#endif
