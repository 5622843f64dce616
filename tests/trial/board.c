/* tests/trial/board.c - three lists asked for at once, and one line made of each namespace. */
#include "tests/trial/board.h"

#include "base/http.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"

#include <stdlib.h>

enum { LISTS = 3, NAME_WIDTH = 10, LABEL_WIDTH = 10 };

static const char *const paths[LISTS] = { "/api/v1/namespaces?labelSelector=scheduler", "/apis/apps/v1/deployments",
                                          "/apis/apps/v1/statefulsets" };

struct board {
    struct flow flow; /* its own */
    struct flow *owner;
    struct http_client *client;
    char *server;
    struct secret token;
    struct http_exchange exchanges[LISTS];
    int asked;
    bool reading, has_answer, is_write;
};

static void pump(struct flow *flow)
{
    struct board *board = (struct board *) flow;

    for (int i = 0; i < board->asked; i++)
        if (!board->exchanges[i].done)
            return;
    board->reading = false;
    board->has_answer = true;
    board->owner->pump(board->owner);
}

struct board *board_new(struct loop *loop, const char *server, const char *ca_path, const char *token,
                        struct flow *flow)
{
    struct http_client_options options = { .user_agent = "curfew-trial", .ca_path = ca_path };
    struct board *board = memory_new(1, sizeof *board);

    board->flow.pump = pump;
    board->owner = flow;
    board->server = memory_text(server);
    board->client = http_client_new(loop, &options);
    secret_set(&board->token, token, strlen(token));
    return board;
}

void board_free(struct board *board)
{
    if (board == NULL)
        return;
    for (int i = 0; i < LISTS; i++)
        http_exchange_release(&board->exchanges[i]);
    http_client_free(board->client);
    secret_release(&board->token);
    free(board->server);
    free(board);
}

static struct http_request *prepare(struct board *board, int number, const char *method, const char *path)
{
    struct http_exchange *exchange = &board->exchanges[number];

    http_exchange_release(exchange);
    exchange->request.method = method;
    exchange->request.bearer = &board->token;
    buffer_append_format(&exchange->request.url, "%s%s", board->server, path);
    return &exchange->request;
}

void board_read(struct board *board)
{
    board->asked = LISTS;
    board->reading = true;
    board->is_write = false;
    for (int i = 0; i < LISTS; i++)
        (void) prepare(board, i, "GET", paths[i]);
    for (int i = 0; i < LISTS; i++)
        http_exchange_start(board->client, &board->exchanges[i], &board->flow);
}

void board_write(struct board *board, const char *namespace, const char *map, const char *key, const char *value)
{
    released_by(buffer_release) struct buffer path = { 0 };
    released_by(json_release) cJSON *patch = cJSON_CreateObject();
    struct http_request *request = NULL;

    buffer_append_text(&path, "/api/v1/namespaces/");
    http_append_encoded(&path, namespace);
    request = prepare(board, 0, "PATCH", buffer_text(&path));
    buffer_append_text(&request->headers, "Content-Type: application/merge-patch+json\n");
    cJSON_AddItemToObject(cJSON_AddObjectToObject(cJSON_AddObjectToObject(patch, "metadata"), map), key,
                          value == NULL ? cJSON_CreateNull() : cJSON_CreateString(value));
    char *text = cJSON_PrintUnformatted(patch);
    buffer_append_text(&request->body, text);
    cJSON_free(text);
    board->asked = 1;
    board->reading = true;
    board->is_write = true;
    http_exchange_start(board->client, &board->exchanges[0], &board->flow);
}

bool board_is_reading(const struct board *board)
{
    return board->reading;
}

bool board_has_answer(const struct board *board)
{
    return board->has_answer;
}

/* An answer as JSON. false: it is none, or the server refused. */
static bool read_answer(const struct http_exchange *exchange, cJSON **ret_answer, struct error *error)
{
    const struct http_response *response = &exchange->response;

    if (exchange->error.kind != ERROR_NONE) {
        *error = exchange->error;
        return false;
    }
    if (!json_parse(buffer_text(&response->body), response->body.length, "the cluster's answer", ret_answer, error))
        return false;
    if (response->status == 200)
        return true;
    return error_set_status(error, ERROR_REFUSED, response->status, "%s", json_text(*ret_answer, "message"));
}

static int number_of(const cJSON *item, const char *path)
{
    const cJSON *found = json_find(item, path);

    return cJSON_IsNumber(found) ? (int) found->valuedouble : 0;
}

static void write_workloads(const cJSON *list, const char *namespace, bool *first, struct buffer *target)
{
    const cJSON *item = NULL;

    cJSON_ArrayForEach(item, json_member(list, "items"))
    {
        if (!text_equal(json_text(item, "metadata/namespace"), namespace))
            continue;
        buffer_append_format(target, "%s%s %d/%d", *first ? "" : ", ", json_text(item, "metadata/name"),
                             number_of(item, "status/readyReplicas"), number_of(item, "spec/replicas"));
        *first = false;
    }
}

static void write_lines(cJSON *const lists[LISTS], struct buffer *target)
{
    const cJSON *namespace = NULL;

    cJSON_ArrayForEach(namespace, json_member(lists[0], "items"))
    {
        const char *name = json_text(namespace, "metadata/name");
        const char *schedule =
            cJSON_GetStringValue(json_member(json_find(namespace, "metadata/annotations"), "curfew/schedule"));
        bool first = true;

        buffer_append_format(target, "%-*s %-*s ", NAME_WIDTH, name, LABEL_WIDTH,
                             json_text(namespace, "metadata/labels/scheduler"));
        for (int i = 1; i < LISTS; i++)
            write_workloads(lists[i], name, &first, target);
        if (schedule != NULL)
            buffer_append_format(target, "  (curfew/schedule: %s)", schedule);
        buffer_append_char(target, '\n');
    }
}

bool board_take(struct board *board, struct buffer *target, struct error *error)
{
    cJSON *answers[LISTS] = { 0 };
    bool read = true;

    board->has_answer = false;
    for (int i = 0; i < board->asked; i++)
        read = read && read_answer(&board->exchanges[i], &answers[i], error);
    if (read && board->is_write)
        buffer_append_format(target, "namespace/%s patched\n", json_text(answers[0], "metadata/name"));
    else if (read)
        write_lines(answers, target);
    for (int i = 0; i < LISTS; i++)
        cJSON_Delete(answers[i]);
    return read;
}
