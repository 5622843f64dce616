/* tests/standin/cluster_watches.c - a list of open answers, each with a selector, an end and its bookmarks. */
#include "tests/standin/cluster_watches.h"

#include "base/buffer.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "tests/standin/cluster_selector.h"
#include "tests/standin/cluster_status.h"
#include "tests/standin/cluster_table.h"
#include "tests/standin/cluster_writes.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAMESPACE_SIZE = 64, TIMEOUT_DEFAULT_S = 30 * 60, TIMEOUT_MAX_S = 24 * 60 * 60, MS_PER_S = 1000 };

struct cluster_watch {
    struct server_response_owner owner;
    struct flow end_flow, bookmark_flow;
    struct timer end_timer, bookmark_timer;
    struct cluster *cluster;
    struct server_response *response;
    const struct cluster_kind *kind;
    char namespace[NAMESPACE_SIZE]; /* "" = all */
    struct cluster_selector selector;
    int64_t after; /* changes of a later revision are told */
    bool as_table, has_columns, wants_bookmarks;
    struct cluster_watch *next, *previous;
};

static void be_gone(struct server_response_owner *owner);
static void end(struct flow *flow);
static void bookmark(struct flow *flow);

static void watch_free(struct cluster_watch *watch)
{
    struct cluster *cluster = watch->cluster;

    if (watch->previous != NULL)
        watch->previous->next = watch->next;
    else
        cluster->watches = watch->next;
    if (watch->next != NULL)
        watch->next->previous = watch->previous;
    timer_stop(cluster->loop, &watch->end_timer);
    timer_stop(cluster->loop, &watch->bookmark_timer);
    free(watch);
}

static void send_event(const struct cluster_watch *watch, const char *type, cJSON *object)
{
    cJSON *event = cJSON_CreateObject();
    released_by(buffer_release) struct buffer line = { .limit = SERVER_BODY_BYTES_MAX };
    char *text = NULL;

    cJSON_AddStringToObject(event, "type", type);
    cJSON_AddItemToObject(event, "object", object);
    text = cJSON_PrintUnformatted(event);
    buffer_append_format(&line, "%s\n", text);
    cJSON_free(text);
    cJSON_Delete(event);
    server_response_append(watch->response, line.data, line.length);
}

static void send_object(struct cluster_watch *watch, const char *type, const struct cluster_object *object)
{
    cJSON *shown = cluster_object_show(object);

    if (watch->as_table) {
        shown = cluster_table_of_object(watch->kind, shown, !watch->has_columns, loop_now(watch->cluster->loop));
        watch->has_columns = true;
    }
    send_event(watch, type, shown);
}

/* It does not match any more: its last state that did, with the version of its change. */
static void send_ceased(struct cluster_watch *watch, const struct cluster_change *change)
{
    struct cluster_object last = { .kind = watch->kind, .json = cJSON_Duplicate(change->before->json, true) };

    cluster_set(cJSON_GetObjectItemCaseSensitive(last.json, "metadata"), "resourceVersion",
                cJSON_CreateString(json_text(change->after->json, "metadata/resourceVersion")));
    send_object(watch, "DELETED", &last);
    cJSON_Delete(last.json);
}

static void send_bookmark(const struct cluster_watch *watch)
{
    cJSON *object = cJSON_CreateObject();
    char revision[32];

    (void) snprintf(revision, sizeof revision, "%" PRId64, watch->cluster->objects.revision);
    cJSON_AddStringToObject(object, "kind", watch->kind->kind);
    cJSON_AddStringToObject(object, "apiVersion", watch->kind->api_version);
    cJSON_AddStringToObject(cJSON_AddObjectToObject(object, "metadata"), "resourceVersion", revision);
    cJSON_AddObjectToObject(object, "spec");
    cJSON_AddObjectToObject(object, "status");
    send_event(watch, "BOOKMARK", object);
}

static void tell(struct cluster_watch *watch, const struct cluster_change *change)
{
    const struct cluster_object *before = change->before, *after = change->after;

    if (after->kind != watch->kind || change->revision <= watch->after ||
        (watch->namespace[0] != '\0' && !text_equal(watch->namespace, cluster_object_namespace(after))))
        return;
    bool matched = before != NULL && cluster_selector_matches(&watch->selector, before);
    bool matches = change->type != CLUSTER_DELETED && cluster_selector_matches(&watch->selector, after);
    if (matches)
        send_object(watch, matched ? "MODIFIED" : "ADDED", after);
    else if (change->type == CLUSTER_DELETED && matched)
        send_object(watch, "DELETED", after);
    else if (matched)
        send_ceased(watch, change);
}

void cluster_watches_tell(struct cluster *cluster)
{
    struct cluster_objects *objects = &cluster->objects;
    int64_t oldest = objects->change_count - CLUSTER_CHANGES_MAX;

    for (int64_t number = cluster->told + 1; number <= objects->change_count; number++)
        for (struct cluster_watch *watch = cluster->watches; watch != NULL && number > oldest; watch = watch->next)
            tell(watch, cluster_objects_change(objects, number));
    cluster->told = objects->change_count;
}

static bool read_number(const char *query, const char *name, int64_t fallback, int64_t *ret_number)
{
    released_by(buffer_release) struct buffer value = { 0 };
    char *last = NULL;

    *ret_number = fallback;
    if (!server_query(query, name, &value) || value.length == 0)
        return true;
    *ret_number = strtoll(buffer_text(&value), &last, 10);
    return *last == '\0' && *ret_number >= 0;
}

static bool read_selectors(const struct cluster_kind *kind, const char *query, struct cluster_selector *selector,
                           struct cluster_answer *ret_refusal)
{
    static const char *const names[] = { "labelSelector", "fieldSelector" };

    for (int i = 0; i < 2; i++) {
        released_by(buffer_release) struct buffer value = { 0 };

        if (server_query(query, names[i], &value) &&
            !cluster_selector_read(kind, buffer_text(&value), i == 1, selector, ret_refusal))
            return false;
    }
    return true;
}

static void refuse(struct server_response *response, struct cluster_answer answer)
{
    char *text = cJSON_PrintUnformatted(answer.body);

    server_respond(response, answer.status, "application/json", text, strlen(text));
    cJSON_free(text);
    cJSON_Delete(answer.body);
}

/* What was there at the start, or what happened since. */
static void catch_up(struct cluster_watch *watch)
{
    const struct cluster_objects *objects = &watch->cluster->objects;
    int64_t oldest = objects->change_count - CLUSTER_CHANGES_MAX;

    if (watch->after == 0) {
        for (size_t i = 0; i < objects->count; i++) {
            const struct cluster_change change = { .type = CLUSTER_ADDED,
                                                   .revision = objects->revision,
                                                   .after = objects->items[i] };
            tell(watch, &change);
        }
        return;
    }
    for (int64_t number = oldest > 0 ? oldest + 1 : 1; number <= objects->change_count; number++)
        tell(watch, cluster_objects_change(objects, number));
}

static struct cluster_watch *watch_new(struct cluster *cluster, const struct cluster_kind *kind, const char *namespace,
                                       struct server_response *response)
{
    struct cluster_watch *watch = memory_new(1, sizeof *watch);

    watch->owner.gone = be_gone;
    watch->end_flow.pump = end;
    watch->bookmark_flow.pump = bookmark;
    watch->cluster = cluster;
    watch->response = response;
    watch->kind = kind;
    text_copy_cut(watch->namespace, sizeof watch->namespace, namespace);
    watch->next = cluster->watches;
    if (watch->next != NULL)
        watch->next->previous = watch;
    cluster->watches = watch;
    return watch;
}

void cluster_watch_begin(struct cluster *cluster, const struct cluster_kind *kind, const char *namespace,
                         const struct server_request *request, struct server_response *response)
{
    struct cluster_selector selector = { 0 };
    struct cluster_answer refusal = { 0 };
    released_by(buffer_release) struct buffer bookmarks = { 0 };
    int64_t after = 0, timeout_s = 0;
    int64_t oldest = cluster_objects_oldest(&cluster->objects);

    if (!read_number(request->query, "resourceVersion", 0, &after) ||
        !read_number(request->query, "timeoutSeconds", TIMEOUT_DEFAULT_S, &timeout_s)) {
        refuse(response, status_plain(500, "", "resourceVersion: Invalid value: invalid syntax"));
        return;
    }
    if (!read_selectors(kind, request->query, &selector, &refusal)) {
        refuse(response, refusal);
        return;
    }
    server_response_begin(response, 200, "application/json");
    struct cluster_watch *watch = watch_new(cluster, kind, namespace, response);
    if (after > 0 && after < oldest) {
        send_event(watch, "ERROR", status_too_old(after, oldest));
        watch_free(watch);
        server_response_end(response);
        return;
    }
    server_response_keep(response, &watch->owner);
    watch->selector = selector;
    watch->after = after;
    watch->as_table = cluster_table_is_wanted(server_request_header(request, "accept"));
    watch->wants_bookmarks = server_query(request->query, "allowWatchBookmarks", &bookmarks) &&
                             !text_equal(buffer_text(&bookmarks), "false");
    catch_up(watch);
    if (timeout_s > TIMEOUT_MAX_S)
        timeout_s = TIMEOUT_MAX_S;
    timer_start(cluster->loop, &watch->end_timer, timeout_s * MS_PER_S, &watch->end_flow);
    if (watch->wants_bookmarks)
        timer_start(cluster->loop, &watch->bookmark_timer, cluster->options.bookmark_ms, &watch->bookmark_flow);
}

static void be_gone(struct server_response_owner *owner)
{
    watch_free((struct cluster_watch *) owner);
}

static void end(struct flow *flow)
{
    struct cluster_watch *watch = (struct cluster_watch *) ((char *) flow - offsetof(struct cluster_watch, end_flow));
    struct server_response *response = watch->response;

    if (watch->wants_bookmarks)
        send_bookmark(watch);
    watch_free(watch);
    server_response_end(response);
}

static void bookmark(struct flow *flow)
{
    struct cluster_watch *watch =
        (struct cluster_watch *) ((char *) flow - offsetof(struct cluster_watch, bookmark_flow));

    send_bookmark(watch);
    timer_start(watch->cluster->loop, &watch->bookmark_timer, watch->cluster->options.bookmark_ms,
                &watch->bookmark_flow);
}
