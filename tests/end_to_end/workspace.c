/* tests/end_to_end/workspace.c - everything goes through the control port, and waits there instead of here. */
#include "tests/end_to_end/workspace.h"

#include "base/file.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "base/memory.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { START_MS = 30 * 1000, WAIT_MS = 55 * 1000, TEXT_SIZE = 64 * 1024 };

static bool read_ready_file(struct workspace *workspace, const char *path)
{
    released_by(buffer_release) struct buffer text = { 0 };
    released_by(json_release) cJSON *ready = NULL;
    struct error error = { 0 };

    if (file_read(path, &text, &error) && json_parse(text.data, text.length, "the file", &ready, &error) &&
        json_need_text(ready, "api_url", workspace->api_url, sizeof workspace->api_url, &error) &&
        json_need_text(ready, "control_url", workspace->control_url, sizeof workspace->control_url, &error) &&
        json_need_text(ready, "ca", workspace->ca, sizeof workspace->ca, &error) &&
        json_need_text(ready, "app_token", workspace->app_token, sizeof workspace->app_token, &error) &&
        json_need_text(ready, "bot_token", workspace->bot_token, sizeof workspace->bot_token, &error))
        return true;
    printf("the stand-in of Slack is not ready: %s\n", error.message);
    return false;
}

bool workspace_open(struct workspace *workspace, struct stage *stage)
{
    static const struct http_client_options options = { .user_agent = "curfew-test" };
    char ready_file[STAGE_PATH_SIZE];
    const char *arguments[] = { STANDIN_SLACK, "--folder", stage->folder, "--ready-file", ready_file, NULL };
    const char *environment[] = { "PATH=/usr/bin:/bin", NULL };

    *workspace = (struct workspace){ .stage = stage };
    stage_path(stage, "slack.json", ready_file);
    workspace->client = http_client_new(stage->loop, &options);
    if (!child_start(&workspace->child, stage, arguments, environment) ||
        !child_wait_for_file(&workspace->child, ready_file, START_MS)) {
        printf("the stand-in of Slack did not start: %s\n", buffer_text(&workspace->child.errors.text));
        return false;
    }
    return read_ready_file(workspace, ready_file);
}

void workspace_close(struct workspace *workspace)
{
    http_client_free(workspace->client);
    child_release(&workspace->child);
    for (size_t i = 0; i < workspace->url_count; i++)
        free(workspace->urls[i]);
    *workspace = (struct workspace){ 0 };
}

/* calls */

static void ask(struct workspace *workspace, const char *method, const char *path, const char *body,
                struct reply *ret_reply)
{
    released_by(buffer_release) struct buffer url = { 0 };
    struct question question = { .client = workspace->client, .method = method, .body = body };

    buffer_append_format(&url, "%s%s", workspace->control_url, path);
    question.url = buffer_text(&url);
    stage_ask(workspace->stage, &question, ret_reply);
}

static bool is_answered(const char *path, const struct reply *reply)
{
    if (reply->status == 200)
        return true;
    printf("%s: %d %s%s\n", path, reply->status, json_text(reply->json, "error"), reply->error.message);
    return false;
}

bool workspace_do(struct workspace *workspace, const char *method, const char *path, const char *body)
{
    released_by(reply_release) struct reply reply = { 0 };

    ask(workspace, method, path, body, &reply);
    return is_answered(path, &reply);
}

/* what people do */

static void keep_url(struct workspace *workspace, const char *url)
{
    if (url[0] != '\0' && workspace->url_count < WORKSPACE_URLS_MAX)
        workspace->urls[workspace->url_count++] = memory_text(url);
}

static struct sent send(struct workspace *workspace, const char *path, const char *body)
{
    released_by(reply_release) struct reply reply = { 0 };
    struct sent sent = { 0 };

    ask(workspace, "POST", path, body, &reply);
    if (!is_answered(path, &reply))
        return sent;
    text_copy_cut(sent.envelope_id, sizeof sent.envelope_id, json_text(reply.json, "envelope_id"));
    text_copy_cut(sent.response_url, sizeof sent.response_url, json_text(reply.json, "response_url"));
    keep_url(workspace, sent.response_url);
    return sent;
}

static struct sent send_command(struct workspace *workspace, const char *user, const char *text, const char *members)
{
    released_by(buffer_release) struct buffer body = { 0 };
    struct json_writer writer = json_writer_start(&body);

    json_begin_object(&writer, NULL);
    json_put_text(&writer, "text", text);
    json_put_text(&writer, "user", user);
    if (members != NULL)
        buffer_append_format(&body, ", %s", members);
    json_end_object(&writer);
    return send(workspace, "/command", buffer_text(&body));
}

struct sent workspace_command(struct workspace *workspace, const char *user, const char *text)
{
    return send_command(workspace, user != NULL ? user : "UANN000001", text, NULL);
}

struct sent workspace_command_with(struct workspace *workspace, const char *text, const char *members)
{
    return send_command(workspace, "UANN000001", text, members);
}

static cJSON *wait_for_ack(struct workspace *workspace, const struct sent *sent)
{
    released_by(buffer_release) struct buffer query = { 0 };
    cJSON *entries = NULL;

    buffer_append_format(&query, "type=ack&envelope_id=%s", sent->envelope_id);
    return sent->envelope_id[0] != '\0' && workspace_wait(workspace, buffer_text(&query), 1, &entries) ? entries : NULL;
}

struct sent workspace_click(struct workspace *workspace, const struct sent *command, const char *action)
{
    released_by(json_release) cJSON *entries = wait_for_ack(workspace, command);
    const cJSON *ack = cJSON_GetArrayItem(entries, 0);
    char body[512];

    snprintf(body, sizeof body, "{\"channel\":\"%s\",\"ts\":\"%s\",\"action_id\":\"%s\",\"user\":\"UANN000001\"}",
             json_text(ack, "channel"), json_text(ack, "ts"), action);
    return workspace_press(workspace, body);
}

struct sent workspace_press(struct workspace *workspace, const char *body)
{
    return send(workspace, "/click", body);
}

struct sent workspace_repeat(struct workspace *workspace, const struct sent *sent, bool with_new_id)
{
    struct sent repeated;
    char body[160];

    snprintf(body, sizeof body, "{\"envelope_id\":\"%s\",\"new_id\":%s}", sent->envelope_id,
             with_new_id ? "true" : "false");
    repeated = send(workspace, "/repeat", body);
    text_copy_cut(repeated.response_url, sizeof repeated.response_url, sent->response_url);
    return repeated;
}

/* the journal */

static void read_journal(struct workspace *workspace, const char *query, int count, int64_t wait_ms,
                         struct reply *ret_reply)
{
    released_by(buffer_release) struct buffer path = { 0 };

    buffer_append_format(&path, "/journal?%s&count=%d&wait_ms=%" PRId64, query, count, wait_ms);
    ask(workspace, "GET", buffer_text(&path), NULL, ret_reply);
}

/* What whoever reads of a failure wants to know first. */
static void print_sessions(struct workspace *workspace)
{
    released_by(reply_release) struct reply reply = { 0 };
    char *text;

    ask(workspace, "GET", "/sessions", NULL, &reply);
    text = cJSON_PrintUnformatted(reply.json);
    printf("sessions: %s\n", text != NULL ? text : "unknown");
    cJSON_free(text);
}

bool workspace_wait(struct workspace *workspace, const char *query, int count, cJSON **ret_entries)
{
    released_by(reply_release) struct reply reply = { 0 };
    int found;

    read_journal(workspace, query, count, WAIT_MS, &reply);
    found = cJSON_GetArraySize(json_member(reply.json, "entries"));
    if (!is_answered("/journal", &reply) || found < count) {
        printf("\n  waited for %d of \"%s\", there are %d; ", count, query, found);
        print_sessions(workspace);
        return false;
    }
    if (ret_entries != NULL)
        *ret_entries = cJSON_DetachItemFromObject(reply.json, "entries");
    return true;
}

int workspace_count(struct workspace *workspace, const char *query)
{
    released_by(reply_release) struct reply reply = { 0 };

    read_journal(workspace, query, 1, 0, &reply);
    return is_answered("/journal", &reply) ? cJSON_GetArraySize(json_member(reply.json, "entries")) : -1;
}

int64_t workspace_cursor(struct workspace *workspace)
{
    released_by(reply_release) struct reply reply = { 0 };
    struct error error;
    int64_t cursor = 0;

    read_journal(workspace, "type=none", 1, 0, &reply);
    return json_number(reply.json, "cursor", 0, 0, INT64_C(1) << 50, &cursor, &error) ? cursor : 0;
}

/* answers */

const char *workspace_acked(struct workspace *workspace, const struct sent *sent)
{
    static char text[TEXT_SIZE];
    released_by(json_release) cJSON *entries = wait_for_ack(workspace, sent);

    if (entries == NULL)
        return NULL;
    text_copy_cut(text, sizeof text, json_text(cJSON_GetArrayItem(entries, 0), "payload/text"));
    return text;
}

static cJSON *wait_for_answers(struct workspace *workspace, const struct sent *sent, int count)
{
    released_by(buffer_release) struct buffer query = { 0 };
    cJSON *entries = NULL;

    buffer_append_text(&query, "type=response&response_url=");
    http_append_encoded(&query, sent->response_url);
    return workspace_wait(workspace, buffer_text(&query), count, &entries) ? entries : NULL;
}

const char *workspace_answer(struct workspace *workspace, const struct sent *sent, int number)
{
    static char text[TEXT_SIZE];
    released_by(json_release) cJSON *entries = wait_for_answers(workspace, sent, number);

    if (entries == NULL)
        return NULL;
    text_copy_cut(text, sizeof text, json_text(cJSON_GetArrayItem(entries, number - 1), "message/text"));
    return text;
}

/* Who sees it: everybody, unless the stand-in says for whom alone it was. */
const char *workspace_audience(struct workspace *workspace, const struct sent *sent, int number)
{
    released_by(json_release) cJSON *entries =
        number == 0 ? wait_for_ack(workspace, sent) : wait_for_answers(workspace, sent, number);
    const cJSON *entry = cJSON_GetArrayItem(entries, number == 0 ? 0 : number - 1);
    bool in_channel = number == 0 ? text_equal(json_text(entry, "payload/response_type"), "in_channel")
                                  : json_text(entry, "user")[0] == '\0';

    return in_channel ? "in_channel" : "ephemeral";
}

bool workspace_is_content(struct workspace *workspace)
{
    released_by(reply_release) struct reply reply = { 0 };
    const cJSON *violations, *violation;

    ask(workspace, "GET", "/violations", NULL, &reply);
    violations = json_member(reply.json, "violations");
    cJSON_ArrayForEach(violation, violations)
    {
        char *text = cJSON_PrintUnformatted(violation);
        printf("the bot did what Slack does not accept: %s\n", text);
        cJSON_free(text);
    }
    return is_answered("/violations", &reply) && workspace_do(workspace, "DELETE", "/violations", NULL) &&
           cJSON_IsArray(violations) && cJSON_GetArraySize(violations) == 0;
}
