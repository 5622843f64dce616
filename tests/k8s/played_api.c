/* tests/k8s/played_api.c - an API server that expects certain requests in a certain order. */
#include "tests/k8s/played_api.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

static void forget(struct server_response_owner *owner)
{
    (void) owner;
}

static void answer(struct played_api *api, const struct played_step *step, struct server_response *response)
{
    size_t length = strlen(step->body);

    if (step->end == PLAYED_END) {
        server_respond(response, step->status, "application/json", step->body, length);
        return;
    }
    server_response_keep(response, &api->owner);
    server_response_begin(response, step->status, "application/json");
    server_response_append(response, step->body, length);
    if (step->end == PLAYED_DROP)
        server_response_drop(response);
}

static bool play(struct server_handler *handler, const struct server_request *request, struct server_response *response)
{
    struct played_api *api = (struct played_api *) handler;
    const struct played_step *step = &api->steps[api->next];

    snprintf(api->request, sizeof api->request, "%s %s?%s", request->method, request->path, request->query);
    if (api->next == api->step_count || strstr(api->request, step->request) == NULL) {
        if (api->unexpected[0] == '\0')
            text_copy_cut(api->unexpected, sizeof api->unexpected, api->request);
        return false;
    }
    api->next++;
    answer(api, step, response);
    return true;
}

struct server_handler *played_api_handler(struct played_api *api)
{
    api->handler = (struct server_handler){ play };
    api->owner = (struct server_response_owner){ forget };
    return &api->handler;
}
