/* tests/bench/burst.c - all are handed over at once; base/http.h has those in line that are too many. */
#include "tests/bench/burst.h"

#include "base/memory.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

enum { PATIENCE_MS = 5 * 60 * 1000 };

/* Once for all that were answered in the same turn of the loop. */
static void pump(struct flow *flow)
{
    struct burst *burst = (struct burst *) flow;

    while (burst->answered < burst->count && burst->exchanges[burst->answered].done)
        burst->answered++;
    if (burst->answered == burst->count)
        loop_stop(burst->cluster->stage->loop);
}

void burst_open(struct burst *burst, struct cluster *cluster, const struct secret *bearer, int capacity)
{
    struct http_client_options options = { .user_agent = "curfew-bench",
                                           .ca_path = cluster->ca,
                                           .one_connection = true };

    *burst = (struct burst){ .flow = { pump }, .cluster = cluster, .bearer = bearer, .capacity = capacity };
    burst->client = http_client_new(cluster->stage->loop, &options);
    burst->exchanges = memory_new((size_t) capacity, sizeof burst->exchanges[0]);
}

void burst_close(struct burst *burst)
{
    for (int i = 0; i < burst->count; i++)
        http_exchange_release(&burst->exchanges[i]);
    free(burst->exchanges);
    http_client_free(burst->client);
    *burst = (struct burst){ 0 };
}

struct http_request *burst_add(struct burst *burst, const char *method, const char *content_type)
{
    assert(burst->count < burst->capacity);
    struct http_request *request = &burst->exchanges[burst->count++].request;

    request->method = method;
    request->bearer = burst->bearer;
    request->timeout_ms = PATIENCE_MS;
    buffer_append_text(&request->url, burst->cluster->server);
    buffer_append_format(&request->headers, "Content-Type: %s\n", content_type);
    return request;
}

bool burst_connect(struct burst *burst)
{
    released_by(reply_release) struct reply reply = { 0 };
    released_by(buffer_release) struct buffer url = { 0 };

    buffer_append_format(&url, "%s/version", burst->cluster->server);
    stage_ask(burst->cluster->stage,
              &(struct question){ .client = burst->client, .method = "GET", .url = buffer_text(&url) }, &reply);
    if (reply.status == 0)
        printf("the API server does not answer: %s\n", reply.error.message);
    return reply.status != 0;
}

bool burst_run(struct burst *burst)
{
    int64_t until_ms = stage_now_ms(burst->cluster->stage) + PATIENCE_MS;
    int refused = 0;

    for (int i = 0; i < burst->count; i++)
        http_exchange_start(burst->client, &burst->exchanges[i], &burst->flow);
    while (burst->answered < burst->count && stage_turn(burst->cluster->stage, until_ms))
        continue;
    if (burst->answered < burst->count) {
        printf("%d of %d requests are answered, not all\n", burst->answered, burst->count);
        return false;
    }
    for (int i = 0; i < burst->count; i++) {
        const struct http_exchange *exchange = &burst->exchanges[i];
        bool fine = exchange->response.status >= 200 && exchange->response.status < 300;

        if (!fine && refused++ == 0)
            printf("%s: %d %.200s %s\n", buffer_text(&exchange->request.url), exchange->response.status,
                   buffer_text(&exchange->response.body), exchange->error.message);
    }
    if (refused > 0)
        printf("%d of %d requests were refused, that one first\n", refused, burst->count);
    return refused == 0;
}
