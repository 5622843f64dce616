/* tests/end_to_end/workspace.h - the Slack that is played (tests/standin), and what people do in it. */
#ifndef CURFEW_TESTS_END_TO_END_WORKSPACE_H
#define CURFEW_TESTS_END_TO_END_WORKSPACE_H

#include "base/attributes.h"
#include "tests/end_to_end/child.h"

#include <stdbool.h>
#include <stdint.h>

enum { WORKSPACE_TOKEN_SIZE = 128, WORKSPACE_URL_SIZE = 256, WORKSPACE_URLS_MAX = 1000 };

struct workspace {
    struct stage *stage;
    struct child child;
    struct http_client *client;
    char api_url[WORKSPACE_URL_SIZE];
    char control_url[WORKSPACE_URL_SIZE];
    char ca[STAGE_PATH_SIZE];
    char app_token[WORKSPACE_TOKEN_SIZE];
    char bot_token[WORKSPACE_TOKEN_SIZE];
    char *urls[WORKSPACE_URLS_MAX]; /* response URLs that were given out */
    size_t url_count;
};

/* A command or click that was sent. */
struct sent {
    char envelope_id[64]; /* "" = nobody was there to take it */
    char response_url[WORKSPACE_URL_SIZE];
};

/* false: said on standard output. */
bool workspace_open(struct workspace *workspace, struct stage *stage) must_check;
void workspace_close(struct workspace *workspace);

/* A call of the control port: path from the slash on, body JSON or NULL. false: it was refused, which is printed. */
bool workspace_do(struct workspace *workspace, const char *method, const char *path, const char *body) must_check;

/* Somebody types /curfew text. user NULL = ann. */
struct sent workspace_command(struct workspace *workspace, const char *user, const char *text);

/* Further members of the control port's call: "\"fragments\": 3". */
struct sent workspace_command_with(struct workspace *workspace, const char *text, const char *members);

/* Somebody presses a button of the message that answered a command in its ack. */
struct sent workspace_click(struct workspace *workspace, const struct sent *command, const char *action);

/* Somebody presses what the control port's call says: channel, ts, action_id, user, ... */
struct sent workspace_press(struct workspace *workspace, const char *body);

/* The same once more. */
struct sent workspace_repeat(struct workspace *workspace, const struct sent *sent, bool with_new_id);

/* Waits for entries of the journal (its README has the words of a query). false: not so many came in time, which is
 * printed. *ret_entries is an array that the caller deletes; NULL = not wanted. */
bool workspace_wait(struct workspace *workspace, const char *query, int count, cJSON **ret_entries) must_check;

/* How many such entries there are now; number of the newest entry of all. */
int workspace_count(struct workspace *workspace, const char *query) must_check;
int64_t workspace_cursor(struct workspace *workspace) must_check;

/* The text that was answered in the ack: "" = none; NULL = it was not acked in time. Then the texts sent to the response
 * URL, number 1, 2, ...: NULL = it did not come in time. Valid until the next call. */
const char *workspace_acked(struct workspace *workspace, const struct sent *sent) must_check;
const char *workspace_answer(struct workspace *workspace, const struct sent *sent, int number) must_check;

/* "ephemeral" or "in_channel", of the ack or of answer number; valid until the next call. */
const char *workspace_audience(struct workspace *workspace, const struct sent *sent, int number) must_check;

/* true: the bot did nothing that Slack would not accept; what it did is printed and forgotten. */
bool workspace_is_content(struct workspace *workspace) must_check;

#endif
