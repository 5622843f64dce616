/* tests/standin/slack_workspace.h - the people, channels, groups and messages of the Slack that is played. Pure.
 *
 * People, channels and groups are JSON objects as the Web API shows them, so that a test can put in what it likes.
 * There from the start: users UANN000001 (ann, Europe/Berlin), UBOB000001 (bob, America/New_York) and the bot
 * UBOT000001; channels CDEV000001 (dev) and COPS000001 (ops), the bot is in both, CALL000001 (all, it is not) and
 * GSEC000001 (secret: private, it is not); group SOPS000001 (ops: ann).
 */
#ifndef CURFEW_TESTS_STANDIN_SLACK_WORKSPACE_H
#define CURFEW_TESTS_STANDIN_SLACK_WORKSPACE_H

#include "base/attributes.h"

#include <cjson/cJSON.h>

#include <stdbool.h>
#include <stdint.h>

/* The ids of what there is one of. */
extern const char workspace_team[]; /* TCUR000001 */
extern const char workspace_domain[];
extern const char workspace_app[];      /* ACUR000001 */
extern const char workspace_bot[];      /* BBOT000001 */
extern const char workspace_bot_user[]; /* UBOT000001 */

enum { WORKSPACE_MESSAGES_MAX = 5000, WORKSPACE_ID_SIZE = 32 };

enum workspace_kind { WORKSPACE_USER, WORKSPACE_CHANNEL, WORKSPACE_USERGROUP, WORKSPACE_KINDS };

/* One message, as conversations.history shows it. */
struct stored_message {
    char channel[WORKSPACE_ID_SIZE];
    char ts[WORKSPACE_ID_SIZE];
    char ephemeral_user[WORKSPACE_ID_SIZE]; /* who alone sees it; "" = all */
    bool by_response_url;                   /* then chat.update cannot change it */
    cJSON *message;
};

struct workspace {
    cJSON *objects[WORKSPACE_KINDS]; /* arrays */
    struct stored_message *messages; /* oldest first */
    int message_count;
    int64_t last_ts_us;
    int made; /* block ids and action ids that Slack made up */
};

void workspace_init(struct workspace *workspace);
void workspace_release(struct workspace *workspace);

/* Adds the object, which is then the workspace's, or puts it in the place of the one with the same "id". */
void workspace_put(struct workspace *workspace, enum workspace_kind kind, cJSON *object);

/* NULL: there is none. */
const cJSON *workspace_find(const struct workspace *workspace, enum workspace_kind kind, const char *id) must_check;

/* Stores a message of the bot; text and blocks are copied, blocks (NULL = none) as Slack gives them back: with ids and
 * defaults filled in. Valid until the next one is stored. */
struct stored_message *workspace_post(struct workspace *workspace, const char *channel, const char *ephemeral_user,
                                      const char *text, const cJSON *blocks);

/* Stores what a person wrote. Valid as above. */
struct stored_message *workspace_say(struct workspace *workspace, const char *channel, const char *user,
                                     const char *text);

/* Replaces text (NULL = keeps it) and blocks (NULL = keeps them, an empty array takes them away). */
void workspace_edit(struct workspace *workspace, struct stored_message *message, const char *text, const cJSON *blocks);

void workspace_remove(struct workspace *workspace, struct stored_message *message);

/* NULL: there is none. */
struct stored_message *workspace_find_message(struct workspace *workspace, const char *channel, const char *ts)
    must_check;

#endif
