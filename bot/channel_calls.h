/* bot/channel_calls.h - what is asked of Slack about channels and user groups, and what the answers mean. Pure.
 *
 * A post is not idempotent: what became of it is told apart with care (enum post_result).
 * Source: Slack, reference of chat.postMessage, chat.update, conversations.history, usergroups.users.list.
 */
#ifndef CURFEW_BOT_CHANNEL_CALLS_H
#define CURFEW_BOT_CHANNEL_CALLS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/buffer.h"
#include "bot/effects.h"
#include "bot/event.h"
#include "bot/slack.h"

enum {
    CHANNEL_BODY_BYTES_MAX = MESSAGE_TEXT_BYTES_MAX * 8,
    CHANNEL_CURSOR_SIZE = 256,
    CHANNEL_PAGE_MESSAGES = 30, /* of a history; each may be large */
    CHANNEL_PAGES_MAX = 15,
    CHANNEL_MEMBERS_BYTES_MAX = 1024 * 1024,
};

/* The bodies of chat.postMessage, chat.update, conversations.history and usergroups.users.list. A notice other than 0 goes
 * along as metadata, which nobody sees, so that the post can be found again. is_short: see message_write_content().
 * cursor "" = the first page. */
void channel_write_post(const struct post *post, const struct message *message, bool is_short, struct buffer *body);
void channel_write_update(const struct post *post, const struct message *message, bool is_short, struct buffer *body);
void channel_write_find(const struct post *post, const char *cursor, struct buffer *body);
void channel_write_look_up(const char *group, struct buffer *body);

/* true: the blocks were refused because they are too long together, so a short body can go out instead. */
bool channel_is_too_long(const struct slack_call *call) must_check;

/* What became of a post: the call is done. *ret_message is its ts, "" unless POST_OK. */
enum post_result channel_read_post(const struct slack_call *call, char ret_message[RECORD_PERSON_SIZE]);

/* And of an update, which may be repeated: it is never unclear. */
enum post_result channel_read_update(const struct slack_call *call);

/* One page of a history, looked through for the notice. FIND_ABSENT with *ret_cursor other than "": not on this page. */
enum find_result channel_read_find(const struct slack_call *call, uint64_t notice, char ret_message[RECORD_PERSON_SIZE],
                                   char ret_cursor[CHANNEL_CURSOR_SIZE]);

/* Appends the user ids of a group, comma separated. false: they could not be read. */
bool channel_read_members(const struct slack_call *call, struct buffer *members) must_check;

#endif
