/* tests/bench/fleet.c - members are numbered, so that an event of a watch finds its own by its name. */
#include "tests/bench/fleet.h"

#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "tests/bench/burst.h"
#include "tests/bench/figures.h"
#include "tests/bench/fleet_objects.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATIENCE_MS = 5 * 60 * 1000, REPLICAS_MAX = 1000 };

/* watches */

static bool read_wish(const struct fleet_watch *watch, const cJSON *object, struct fleet_member *ret_member,
                      struct error *error)
{
    if (watch->kind == FLEET_CRONJOB) {
        int64_t wanted = cJSON_IsTrue(json_find(object, "spec/suspend")) ? 0 : FLEET_REPLICAS;
        *ret_member = (struct fleet_member){ wanted, wanted };
        return true;
    }
    return json_number(object, "spec/replicas", 0, 0, REPLICAS_MAX, &ret_member->replicas, error) &&
           json_number(object, "status/readyReplicas", 0, 0, REPLICAS_MAX, &ret_member->ready, error);
}

static void note_arrival(struct fleet *fleet)
{
    int64_t now_us = bench_now_us();

    fleet->there++;
    if (fleet->first_us == 0)
        fleet->first_us = now_us;
    if (fleet->there == fleet->count)
        fleet->last_us = now_us;
}

static bool take_event(struct watch_sink *sink, enum watch_event_type type, const cJSON *object, struct error *error)
{
    struct fleet_watch *watch = (struct fleet_watch *) sink;
    struct fleet *fleet = watch->fleet;
    struct fleet_member seen;
    int number = fleet_objects_find(&fleet->size, watch->kind, object);

    if (type == WATCH_BOOKMARK || number < 0)
        return true;
    if (!read_wish(watch, object, &seen, error))
        return false;
    if (fleet->members[number].replicas != seen.replicas && seen.replicas == (fleet->goes_up ? FLEET_REPLICAS : 0))
        note_arrival(fleet);
    fleet->members[number] = seen;
    loop_stop(fleet->cluster->stage->loop);
    return true;
}

static bool take_bytes(struct http_sink *sink, const char *bytes, size_t length, struct error *error)
{
    return watch_feed(((struct fleet_body *) sink)->watch, bytes, length, error);
}

/* Without a version: every object there is comes as ADDED first, so one that ended is begun again as it was. The server
 * ends those that do not take their events fast enough. */
static void start_watch(struct fleet_watch *watch)
{
    struct fleet *fleet = watch->fleet;
    struct http_request *request = &watch->exchange.request;

    http_exchange_release(&watch->exchange);
    watch_release(&watch->watch);
    watch_init(&watch->watch, &watch->sink);
    watch->body = (struct fleet_body){ .sink.take = take_bytes, .watch = &watch->watch };
    request->method = "GET";
    request->bearer = &fleet->cluster->token;
    request->sink = &watch->body.sink;
    request->timeout_ms = -1;
    buffer_append_text(&request->url, fleet->cluster->server);
    fleet_objects_write_path(watch->kind, -1, &request->url);
    buffer_append_text(&request->url, "?watch=true&timeoutSeconds=7200");
    http_exchange_start(fleet->client, &watch->exchange, &fleet->cluster->stage->flow);
}

void fleet_expect(struct fleet *fleet, bool goes_up, int64_t due_us)
{
    fleet->goes_up = goes_up;
    fleet->due_us = due_us;
    fleet->there = 0;
    fleet->first_us = fleet->last_us = 0;
}

static bool is_over(struct fleet *fleet, int64_t until_ms)
{
    for (size_t kind = 0; kind < FLEET_KINDS; kind++) {
        struct fleet_watch *watch = &fleet->watches[kind];

        if (watch->exchange.done && watch->exchange.error.kind != ERROR_NONE) {
            printf("a watch ended: %s\n", watch->exchange.error.message);
            return true;
        }
        if (watch->exchange.done)
            start_watch(watch);
    }
    return !stage_turn(fleet->cluster->stage, until_ms);
}

bool fleet_wait(struct fleet *fleet)
{
    int64_t until_ms = stage_now_ms(fleet->cluster->stage) + PATIENCE_MS;

    while (fleet->last_us == 0) {
        if (!is_over(fleet, until_ms))
            continue;
        printf("%d of %d objects are scaled %s, not all\n", fleet->there, fleet->count, fleet->goes_up ? "up" : "down");
        return false;
    }
    return true;
}

static bool pods_have_followed(const struct fleet *fleet)
{
    for (int i = 0; i < fleet->count; i++)
        if (fleet->members[i].ready != fleet->members[i].replicas)
            return false;
    return true;
}

bool fleet_wait_for_pods(struct fleet *fleet)
{
    int64_t until_ms = stage_now_ms(fleet->cluster->stage) + PATIENCE_MS;

    while (!pods_have_followed(fleet)) {
        if (!is_over(fleet, until_ms))
            continue;
        printf("the pods did not follow in time\n");
        return false;
    }
    return true;
}

/* making it */

static bool make(struct fleet *fleet, void (*add)(const struct fleet_size *size, struct burst *burst), int count)
{
    struct burst burst;

    burst_open(&burst, fleet->cluster, &fleet->cluster->token, count);
    add(&fleet->size, &burst);
    bool made = burst_connect(&burst) && burst_run(&burst);
    burst_close(&burst);
    return made;
}

bool fleet_open(struct fleet *fleet, struct cluster *cluster, const struct fleet_size *size)
{
    struct http_client_options options = { .user_agent = "curfew-bench", .ca_path = cluster->ca };

    *fleet = (struct fleet){ .cluster = cluster, .size = *size, .count = fleet_objects_count(size) };
    fleet->members = memory_new((size_t) fleet->count, sizeof fleet->members[0]);
    fleet->client = http_client_new(cluster->stage->loop, &options);
    if (!make(fleet, fleet_objects_add_namespaces, size->namespaces) || !make(fleet, fleet_objects_add, fleet->count))
        return false;
    fleet_expect(fleet, true, 0);
    for (int kind = 0; kind < FLEET_KINDS; kind++) {
        struct fleet_watch *watch = &fleet->watches[kind];
        watch->sink.take_event = take_event;
        watch->fleet = fleet;
        watch->kind = (enum fleet_kind) kind;
        start_watch(watch);
    }
    return fleet_wait(fleet);
}

void fleet_close(struct fleet *fleet)
{
    if (fleet->client == NULL)
        return;
    for (size_t kind = 0; kind < FLEET_KINDS; kind++)
        http_exchange_release(&fleet->watches[kind].exchange);
    http_client_free(fleet->client);
    for (size_t kind = 0; kind < FLEET_KINDS; kind++)
        watch_release(&fleet->watches[kind].watch);
    free(fleet->members);
    *fleet = (struct fleet){ 0 };
}

/* the flood */

void fleet_write_patch(const struct fleet *fleet, int number, bool goes_up, struct buffer *path, struct buffer *body)
{
    enum fleet_kind kind = fleet_objects_write_member(&fleet->size, number, path);

    if (kind == FLEET_CRONJOB) {
        buffer_append_format(body, "{\"spec\":{\"suspend\":%s}}", goes_up ? "false" : "true");
        return;
    }
    buffer_append_text(path, "/scale");
    buffer_append_format(body, "{\"spec\":{\"replicas\":%d}}", goes_up ? FLEET_REPLICAS : 0);
}

bool fleet_flood(struct fleet *fleet, const struct secret *bearer, bool goes_up)
{
    struct burst burst;

    burst_open(&burst, fleet->cluster, bearer, fleet->count);
    for (int i = 0; i < fleet->count; i++) {
        struct http_request *request = burst_add(&burst, "PATCH", "application/merge-patch+json");
        fleet_write_patch(fleet, i, goes_up, &request->url, &request->body);
    }
    bool reached = burst_connect(&burst);
    fleet_expect(fleet, goes_up, bench_now_us());
    reached = reached && burst_run(&burst) && fleet_wait(fleet);
    burst_close(&burst);
    return reached;
}
