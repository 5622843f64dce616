/* tests/bench/fleet.c - members are numbered, so that an event of the watch finds its own by its name. */
#include "tests/bench/fleet.h"

#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "tests/bench/figures.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATIENCE_MS = 5 * 60 * 1000, FLOOD_TIMEOUT_MS = 2 * 60 * 1000, REPLICAS_MAX = 1000 };

static const char namespace_prefix[] = "bench-", deployment_prefix[] = "web-";

void fleet_name_namespace(int number, char name[FLEET_NAME_SIZE])
{
    snprintf(name, FLEET_NAME_SIZE, "%s%02d", namespace_prefix, number);
}

static void name_deployment(int number, char name[FLEET_NAME_SIZE])
{
    snprintf(name, FLEET_NAME_SIZE, "%s%02d", deployment_prefix, number);
}

/* the watch */

/* NULL: not one of ours. */
static struct fleet_member *find_member(struct fleet *fleet, const cJSON *object)
{
    const char *namespace = json_text(object, "metadata/namespace"), *name = json_text(object, "metadata/name");

    if (!text_starts_with(namespace, namespace_prefix) || !text_starts_with(name, deployment_prefix))
        return NULL;
    long row = strtol(namespace + strlen(namespace_prefix), NULL, 10);
    long column = strtol(name + strlen(deployment_prefix), NULL, 10);
    bool known = row >= 0 && row < fleet->namespace_count && column >= 0 && column < fleet->deployment_count;
    return known ? &fleet->members[row][column] : NULL;
}

static void note_arrival(struct fleet *fleet)
{
    int64_t now_us = bench_now_us();

    fleet->there++;
    if (fleet->first_us == 0)
        fleet->first_us = now_us;
    if (fleet->there == fleet->namespace_count * fleet->deployment_count)
        fleet->last_us = now_us;
}

static bool take_event(struct watch_sink *sink, enum watch_event_type type, const cJSON *object, struct error *error)
{
    struct fleet *fleet = (struct fleet *) sink;
    struct fleet_member *member = find_member(fleet, object);
    int64_t replicas = 0, ready = 0;

    if (type == WATCH_BOOKMARK || member == NULL)
        return true;
    if (!json_number(object, "spec/replicas", 0, 0, REPLICAS_MAX, &replicas, error) ||
        !json_number(object, "status/readyReplicas", 0, 0, REPLICAS_MAX, &ready, error))
        return false;
    if (member->replicas != replicas && replicas == fleet->goal)
        note_arrival(fleet);
    member->replicas = replicas;
    member->ready = ready;
    loop_stop(fleet->cluster->stage->loop);
    return true;
}

static bool take_bytes(struct http_sink *sink, const char *bytes, size_t length, struct error *error)
{
    return watch_feed(&((struct fleet_body *) sink)->fleet->watch, bytes, length, error);
}

/* Without a version: every Deployment there is comes as ADDED first, so one that ended is begun again as it was. The
 * server ends those that do not take their events fast enough. */
static void start_watch(struct fleet *fleet)
{
    struct http_request *request = &fleet->exchange.request;

    http_exchange_release(&fleet->exchange);
    watch_release(&fleet->watch);
    watch_init(&fleet->watch, &fleet->watch_sink);
    request->method = "GET";
    request->bearer = &fleet->cluster->token;
    request->sink = &fleet->body.sink;
    request->timeout_ms = -1;
    buffer_append_format(&request->url, "%s/apis/apps/v1/deployments?watch=true&timeoutSeconds=7200",
                         fleet->cluster->server);
    http_exchange_start(fleet->client, &fleet->exchange, &fleet->cluster->stage->flow);
}

void fleet_expect(struct fleet *fleet, int64_t goal)
{
    fleet->goal = goal;
    fleet->there = 0;
    fleet->first_us = fleet->last_us = 0;
}

static bool is_over(struct fleet *fleet, int64_t until_ms)
{
    if (fleet->exchange.done && fleet->exchange.error.kind != ERROR_NONE) {
        printf("the watch ended: %s\n", fleet->exchange.error.message);
        return true;
    }
    if (fleet->exchange.done)
        start_watch(fleet);
    return !stage_turn(fleet->cluster->stage, until_ms);
}

bool fleet_wait(struct fleet *fleet)
{
    int64_t until_ms = stage_now_ms(fleet->cluster->stage) + PATIENCE_MS;

    while (fleet->last_us == 0) {
        if (!is_over(fleet, until_ms))
            continue;
        printf("%d Deployments have %d replicas, not all\n", fleet->there, (int) fleet->goal);
        return false;
    }
    return true;
}

static bool pods_have_followed(const struct fleet *fleet)
{
    for (int row = 0; row < fleet->namespace_count; row++)
        for (int column = 0; column < fleet->deployment_count; column++)
            if (fleet->members[row][column].ready != fleet->members[row][column].replicas)
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

static bool make_all(struct fleet *fleet)
{
    char namespace[FLEET_NAME_SIZE], name[FLEET_NAME_SIZE];
    struct made_workload made = { .resource = "deployments", .name = name, .replicas = FLEET_REPLICAS };

    for (int row = 0; row < fleet->namespace_count; row++) {
        fleet_name_namespace(row, namespace);
        if (!cluster_make_namespace(fleet->cluster, namespace, "{\"scheduler\":\"enabled\"}", NULL))
            return false;
        for (int column = 0; column < fleet->deployment_count; column++) {
            name_deployment(column, name);
            if (!cluster_make_workload(fleet->cluster, namespace, &made))
                return false;
        }
    }
    return true;
}

bool fleet_open(struct fleet *fleet, struct cluster *cluster, int namespace_count, int deployment_count)
{
    struct http_client_options options = { .user_agent = "curfew-bench", .ca_path = cluster->ca };

    *fleet =
        (struct fleet){ .cluster = cluster, .namespace_count = namespace_count, .deployment_count = deployment_count };
    fleet->watch_sink.take_event = take_event;
    fleet->body = (struct fleet_body){ .sink.take = take_bytes, .fleet = fleet };
    fleet->client = http_client_new(cluster->stage->loop, &options);
    if (!make_all(fleet))
        return false;
    fleet_expect(fleet, FLEET_REPLICAS);
    start_watch(fleet);
    return fleet_wait(fleet);
}

void fleet_close(struct fleet *fleet)
{
    if (fleet->client == NULL)
        return;
    http_exchange_release(&fleet->exchange);
    http_client_free(fleet->client);
    watch_release(&fleet->watch);
    *fleet = (struct fleet){ 0 };
}

/* the flood */

static void start_patch(struct fleet *fleet, struct http_client *client, const struct secret *bearer, int number,
                        int64_t goal, struct http_exchange *exchange)
{
    char namespace[FLEET_NAME_SIZE], name[FLEET_NAME_SIZE];
    struct http_request *request = &exchange->request;

    fleet_name_namespace(number / fleet->deployment_count, namespace);
    name_deployment(number % fleet->deployment_count, name);
    request->method = "PATCH";
    request->bearer = bearer;
    request->timeout_ms = FLOOD_TIMEOUT_MS;
    buffer_append_format(&request->url, "%s/apis/apps/v1/namespaces/%s/deployments/%s/scale", fleet->cluster->server,
                         namespace, name);
    buffer_append_text(&request->headers, "Content-Type: application/merge-patch+json\n");
    buffer_append_format(&request->body, "{\"spec\":{\"replicas\":%d}}", (int) goal);
    http_exchange_start(client, exchange, &fleet->cluster->stage->flow);
}

static int count_undone(const struct http_exchange *exchanges, int count)
{
    int undone = 0;

    for (int i = 0; i < count; i++)
        undone += exchanges[i].done ? 0 : 1;
    return undone;
}

bool fleet_flood(struct fleet *fleet, const struct secret *bearer, int64_t goal, int *ret_refused)
{
    struct http_client_options options = { .user_agent = "curfew-bench", .ca_path = fleet->cluster->ca };
    struct http_client *client = http_client_new(fleet->cluster->stage->loop, &options);
    int count = fleet->namespace_count * fleet->deployment_count;
    struct http_exchange *exchanges = memory_new((size_t) count, sizeof *exchanges);
    int64_t until_ms = stage_now_ms(fleet->cluster->stage) + PATIENCE_MS;

    for (int i = 0; i < count; i++)
        start_patch(fleet, client, bearer, i, goal, &exchanges[i]);
    bool reached = fleet_wait(fleet);
    while (reached && count_undone(exchanges, count) > 0)
        reached = stage_turn(fleet->cluster->stage, until_ms);
    *ret_refused = 0;
    for (int i = 0; i < count; i++) {
        *ret_refused += exchanges[i].response.status == 200 ? 0 : 1;
        http_exchange_release(&exchanges[i]);
    }
    free(exchanges);
    http_client_free(client);
    return reached;
}
