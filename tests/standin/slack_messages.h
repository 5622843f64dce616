/* tests/standin/slack_messages.h - the methods that write and read messages: chat.* and conversations.history.
 *
 * Each returns NULL, or Slack's word for what is wrong, and adds to call->answer.
 */
#ifndef CURFEW_TESTS_STANDIN_SLACK_MESSAGES_H
#define CURFEW_TESTS_STANDIN_SLACK_MESSAGES_H

#include "base/attributes.h"
#include "tests/standin/block_kit.h"
#include "tests/standin/slack_call.h"

const char *slack_post_message(struct call *call);
const char *slack_post_ephemeral(struct call *call);
const char *slack_update_message(struct call *call);
const char *slack_delete_message(struct call *call);

const char *slack_read_history(struct call *call); /* slack_history.c */

/* Text and blocks as arguments have them. *ret_blocks is NULL when there are none; the caller deletes it. Invalid
 * blocks are explained in the answer. */
const char *slack_read_message(struct call *call, cJSON **ret_blocks) must_check;

/* Puts the problems into the answer; returns error. */
const char *slack_explain(struct call *call, const struct block_kit_problems *problems, const char *error) must_check;

/* For the journal. */
void slack_note_message(struct slack *slack, const char *type, const struct stored_message *stored);

#endif
