/* tests/standin/slack.c - what the parts of the Slack that is played share. */
#include "tests/standin/slack.h"

#include "base/buffer.h"
#include "base/text.h"
#include "tests/standin/slack_api.h"
#include "tests/standin/slack_control.h"
#include "tests/standin/slack_envelopes.h"
#include "tests/standin/slack_responses.h"
#include "tests/standin/slack_sockets.h"

#include <stdlib.h>

enum { ANSWER_BYTES_MAX = 16 * 1024 * 1024 };

const char slack_app_token[] = "xapp-1-ACUR000001-1000000000001-5c7a1d";
const char slack_bot_token[] = "xoxb-1000000000001-1000000000002-5c7a1d";

static const char default_scopes[] =
    "commands,chat:write,users:read,usergroups:read,channels:read,channels:history,groups:history,im:history";

void slack_init(struct slack *slack, struct loop *loop, const char *host)
{
    *slack = (struct slack){ .loop = loop, .rates_enforced = true };
    text_copy_cut(slack->host, sizeof slack->host, host);
    text_copy_cut(slack->scopes, sizeof slack->scopes, default_scopes);
    workspace_init(&slack->workspace);
    grants_init(&slack->tickets, TICKET_LIFE_MS, 1);
    grants_init(&slack->triggers, TRIGGER_LIFE_MS, 1);
    grants_init(&slack->response_urls, RESPONSE_URL_LIFE_MS, RESPONSE_URL_USES);
    journal_init(&slack->journal);
    slack->sockets = sockets_new(slack);
    slack->envelopes = envelopes_new(slack);
    slack->control = control_new(slack);
}

void slack_release(struct slack *slack)
{
    control_free(slack->control);
    envelopes_free(slack->envelopes);
    sockets_free(slack->sockets);
    journal_release(&slack->journal);
    grants_release(&slack->response_urls);
    grants_release(&slack->triggers);
    grants_release(&slack->tickets);
    workspace_release(&slack->workspace);
    faults_clear(&slack->faults);
}

int64_t slack_now_ms(const struct slack *slack)
{
    return loop_monotonic_ms(slack->loop) + slack->skew_ms;
}

bool slack_has_scope(const struct slack *slack, const char *scope)
{
    return slack_list_has(slack->scopes, ',', scope);
}

void slack_note(struct slack *slack, const char *type, cJSON *entry)
{
    journal_add(&slack->journal, type, entry);
    control_wake(slack->control);
}

void slack_violation(struct slack *slack, const char *kind, const char *where, const char *detail)
{
    cJSON *entry = cJSON_CreateObject();

    cJSON_AddStringToObject(entry, "kind", kind);
    cJSON_AddStringToObject(entry, "where", where);
    cJSON_AddStringToObject(entry, "detail", detail);
    slack_note(slack, "violation", entry);
}

void slack_answer(struct server_response *response, int status, cJSON *value)
{
    released_by(buffer_release) struct buffer text = { .limit = ANSWER_BYTES_MAX };

    slack_write_json(value, &text);
    cJSON_Delete(value);
    server_respond(response, status, "application/json; charset=utf-8", buffer_text(&text), text.length);
}

bool slack_handle(struct server_handler *handler, const struct server_request *request,
                  struct server_response *response)
{
    struct slack *slack = ((struct slack_front *) handler)->slack;

    if (text_starts_with(request->path, "/api/"))
        slack_api_answer(slack, request, response);
    else if (text_equal(request->path, "/link/"))
        sockets_answer(slack->sockets, request, response);
    else if (text_starts_with(request->path, "/commands/") || text_starts_with(request->path, "/actions/"))
        slack_responses_answer(slack, request, response);
    else
        return false;
    return true;
}
