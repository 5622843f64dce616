/* tests/k8s/played_lists.c - an API server with lists: of what was said, and empty ones of all else. */
#include "tests/k8s/played_lists.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "tests/k8s/recorded.h"

static const char nothing[] = "{\"metadata\":{\"resourceVersion\":\"1\"},\"items\":[]}";
static const char internal[] = "{\"kind\":\"Status\",\"message\":\"out of order\"}";

static void forget(struct server_response_owner *owner)
{
    (void) owner;
}

static bool answer_discovery(const struct played_lists *lists, const char *path, struct server_response *response)
{
    const char *file = NULL;

    if (text_equal(path, "/api"))
        file = "discovery-core-v2.json";
    else if (text_equal(path, "/apis"))
        file = "discovery-groups-v2.json";
    if (file == NULL)
        return false;
    if (lists->has_no_discovery) {
        server_respond(response, 500, "application/json", internal, strlen(internal));
        return true;
    }
    struct buffer document = recorded_answer(file);
    server_respond(response, 200, "application/json", document.data, document.length);
    buffer_release(&document);
    return true;
}

static void answer_list(struct played_lists *lists, const struct played_list *list, struct server_response *response)
{
    if (list->end == PLAYED_END) {
        server_respond(response, list->status, "application/json", list->body, strlen(list->body));
        return;
    }
    server_response_keep(response, &lists->owner);
    server_response_begin(response, list->status, "application/json");
    server_response_append(response, list->body, strlen(list->body));
    if (list->end == PLAYED_DROP)
        server_response_drop(response);
}

static bool play(struct server_handler *handler, const struct server_request *request, struct server_response *response)
{
    struct played_lists *lists = (struct played_lists *) handler;
    char line[1024];

    if (answer_discovery(lists, request->path, response))
        return true;
    snprintf(line, sizeof line, "%s %s?%s", request->method, request->path, request->query);
    buffer_append_format(&lists->requests, "%s\n", line);
    for (size_t i = 0; i < lists->list_count; i++) {
        const struct played_list *list = &lists->lists[i];

        if (strstr(line, list->request) == NULL || (list->times > 0 && lists->used[i] == list->times))
            continue;
        lists->used[i]++;
        answer_list(lists, list, response);
        return true;
    }
    server_respond(response, 200, "application/json", nothing, strlen(nothing));
    return true;
}

struct server_handler *played_lists_handler(struct played_lists *lists)
{
    CU_ASSERT_FATAL(lists->list_count <= PLAYED_LISTS_MAX);
    lists->handler = (struct server_handler){ play };
    lists->owner = (struct server_response_owner){ forget };
    return &lists->handler;
}

void played_lists_release(struct played_lists *lists)
{
    buffer_release(&lists->requests);
}

int played_lists_count(const struct played_lists *lists, const char *piece)
{
    int count = 0;

    for (const char *at = strstr(buffer_text(&lists->requests), piece); at != NULL; at = strstr(at + 1, piece))
        count++;
    return count;
}
