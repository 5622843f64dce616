/* bot/slack.h - Slack's Web API: one call, one answer, within its rate limits.
 *
 * HTTP 200 means nothing, "ok" does. A 429 pauses that method only, for as long as Slack says. Tokens come from files
 * that may be rotated: they are looked at before each call.
 */
#ifndef CURFEW_BOT_SLACK_H
#define CURFEW_BOT_SLACK_H

#include "base/attributes.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/flow.h"
#include "base/http.h"
#include "base/loop.h"
#include "base/retry.h"
#include "base/secret.h"

#include <cjson/cJSON.h>

#include <stdbool.h>

enum { SLACK_TRIES_MAX = 5, SLACK_METHODS_MAX = 16, SLACK_TIMEOUT_MS = 10 * 1000 };

/* Borrowed for as long as struct slack lives. */
struct slack_options {
    const char *api_url; /* "https://slack.com/api/", with the slash */
    const char *ca_path; /* "" = the system's */
    const char *user_agent;
    struct secret_file *app_token;      /* xapp- */
    struct secret_file *bot_token;      /* xoxb- */
    const struct retry_policy *retries; /* NULL = half a second to half a minute, SLACK_TRIES_MAX; copied */
};

enum slack_token { SLACK_APP, SLACK_BOT };

struct slack;

struct slack *slack_new(struct loop *loop, const struct slack_options *options) must_check;
void slack_free(struct slack *slack);

/* One call of a method, or one POST to a response_url. Zeroed before its first use. */
struct slack_call {
    struct flow pump;  /* the module's own. First member */
    struct flow *flow; /* the caller's, pumped once when done */
    bool done;
    char method[64]; /* "chat.postMessage"; "" = response_url is used */
    enum slack_token token;
    bool once;              /* it is not repeated: the caller does that */
    char response_url[512]; /* https only; host hooks.slack.com, or that of api_url; else ERROR_INPUT */
    struct buffer body; /* a JSON object; empty = none. For methods that read it is sent as a form: they take no JSON */
    cJSON *answer;      /* when done without error: the object with "ok":true; owned. NULL for response_url */
    struct error error; /* Slack's word is in slack_error; kinds: REFUSED (token refused for good), BUSY, INPUT (any
                               other "ok":false), NETWORK, TIMEOUT, PROTOCOL (HTML, 5xx), LIMIT */
    char slack_error[64]; /* "invalid_auth"; "" = none */
    bool unsent;          /* when done with an error: no byte of the last try's body had left */
    struct slack *slack;  /* the rest is the module's */
    struct http_exchange exchange;
    struct timer timer;
    bool sending;
    int failures;
    struct slack_call *next;
};

/* What can be asked twice (apps.connections.open, auth.test, reads, chat.update) is repeated on NETWORK, TIMEOUT and
 * 5xx; everything else only where nothing can have been carried out: 429, or no byte of it was sent. SLACK_TRIES_MAX. */
void slack_call_start(struct slack *slack, struct slack_call *call, struct flow *flow);
void slack_call_cancel(struct slack_call *call);
void slack_call_release(struct slack_call *call);

/* true: Slack's word says that this token will never do: not_authed, invalid_auth, account_inactive, token_revoked,
 * token_expired, user_removed_from_team, team_disabled, org_login_required, not_allowed_token_type, missing_scope, forbidden_team, access_denied. */
bool slack_error_is_final(const char *slack_error) must_check;

#endif
