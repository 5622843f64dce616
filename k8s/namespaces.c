/* k8s/namespaces.c - the flow that follows all namespaces: list, then watch, for ever. */
#include "k8s/namespaces.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/retry.h"
#include "base/text.h"
#include "k8s/known_namespaces.h"
#include "k8s/pages.h"
#include "k8s/watch.h"

enum {
    WATCH_S = 240,             /* and up to half as long again, so that not all watches end together */
    WATCH_IDLE_MS = 90 * 1000, /* a bookmark comes every minute */
    WATCH_LIVED_MS = 5 * 1000, /* one that ended by itself after less is not asked for again at once */
};

static const char path[] = "/api/v1/namespaces";
static const struct retry_policy policy = { .base_ms = 500, .maximum_ms = 10 * 1000 };

enum step { LISTING, WATCHING };

struct list_sink {
    struct pages_sink sink;
    struct namespaces *namespaces;
};

struct body_sink {
    struct http_sink sink;
    struct namespaces *namespaces;
};

struct event_sink {
    struct watch_sink sink;
    struct namespaces *namespaces;
};

struct namespaces {
    struct flow flow; /* list, watch or pause ended. First member */
    struct loop *loop;
    struct client *client;
    struct namespaces_listener *listener;
    enum step step; /* that runs, or that follows on the pause */
    bool is_paused;
    struct timer pause;
    int failures; /* in a row */
    struct known_namespaces known;
    char resource_version[RESOURCE_VERSION_SIZE]; /* what is known is of this one */
    struct pages pages;
    struct list_sink list_sink;
    struct client_call call; /* the watch */
    struct watch watch;
    struct body_sink body_sink;
    struct event_sink event_sink;
    int64_t watched_ms; /* since when */
};

static void pump(struct flow *flow);
static void start(struct namespaces *namespaces, enum step step);
static void start_watch(struct namespaces *namespaces);
static void end_list(struct namespaces *namespaces);
static void end_watch(struct namespaces *namespaces);
static void end_watch_by_itself(struct namespaces *namespaces);
static void fail(struct namespaces *namespaces, const struct error *error, enum step next);
static void pause_before(struct namespaces *namespaces, const struct error *error, enum step next);
static void begin_list(struct pages_sink *sink);
static bool take_item(struct pages_sink *sink, const cJSON *item, struct error *error);
static bool take_bytes(struct http_sink *sink, const char *bytes, size_t length, struct error *error);
static bool take_event(struct watch_sink *sink, enum watch_event_type type, const cJSON *object, struct error *error);
static bool see(struct namespaces *namespaces, const cJSON *object, struct error *error);
static bool forget(struct namespaces *namespaces, const cJSON *object, struct error *error);

struct namespaces *namespaces_new(struct loop *loop, struct client *client, struct namespaces_listener *listener)
{
    struct namespaces *namespaces = memory_new(1, sizeof *namespaces);

    *namespaces = (struct namespaces){ .flow = { pump }, .loop = loop, .client = client, .listener = listener };
    namespaces->list_sink = (struct list_sink){ { .begin = begin_list, .take_item = take_item }, namespaces };
    namespaces->body_sink = (struct body_sink){ { take_bytes }, namespaces };
    namespaces->event_sink = (struct event_sink){ { take_event }, namespaces };
    watch_init(&namespaces->watch, &namespaces->event_sink.sink);
    start(namespaces, LISTING);
    return namespaces;
}

void namespaces_free(struct namespaces *namespaces)
{
    if (namespaces == NULL)
        return;
    timer_stop(namespaces->loop, &namespaces->pause);
    pages_release(&namespaces->pages);
    client_call_release(&namespaces->call);
    watch_release(&namespaces->watch);
    known_namespaces_release(&namespaces->known);
    free(namespaces);
}

static void pump(struct flow *flow)
{
    struct namespaces *namespaces = (struct namespaces *) flow;

    if (namespaces->is_paused) {
        namespaces->is_paused = false;
        start(namespaces, namespaces->step);
        return;
    }
    switch (namespaces->step) {
    case LISTING:
        end_list(namespaces);
        return;
    case WATCHING:
        end_watch(namespaces);
        return;
    }
}

static void start(struct namespaces *namespaces, enum step step)
{
    namespaces->step = step;
    if (step == LISTING)
        pages_start(&namespaces->pages, namespaces->client, path, &namespaces->list_sink.sink, &namespaces->flow);
    else
        start_watch(namespaces);
}

static void start_watch(struct namespaces *namespaces)
{
    struct http_request *request = &namespaces->call.request;

    client_call_release(&namespaces->call);
    watch_release(&namespaces->watch);
    watch_init(&namespaces->watch, &namespaces->event_sink.sink);
    request->method = "GET";
    request->sink = &namespaces->body_sink.sink;
    request->timeout_ms = -1;
    request->idle_timeout_ms = WATCH_IDLE_MS;
    buffer_append_format(&request->url, "%s?watch=true&allowWatchBookmarks=true&timeoutSeconds=%" PRIu32, path,
                         WATCH_S + random_number() % (WATCH_S / 2));
    buffer_append_text(&request->url, "&resourceVersion=");
    http_append_encoded(&request->url, namespaces->resource_version);
    namespaces->watched_ms = loop_monotonic_ms(namespaces->loop);
    client_call_start(namespaces->client, &namespaces->call, &namespaces->flow);
}

static void end_list(struct namespaces *namespaces)
{
    const struct pages *pages = &namespaces->pages;
    struct namespaces_listener *listener = namespaces->listener;
    released_by(known_namespaces_release) struct known_namespaces gone = { 0 };

    if (pages->error.kind != ERROR_NONE) {
        fail(namespaces, &pages->error, LISTING);
        return;
    }
    known_namespaces_take_gone(&namespaces->known, &gone);
    for (size_t i = 0; i < gone.count; i++)
        listener->gone(listener, gone.items[i].name, gone.items[i].uid);
    memcpy(namespaces->resource_version, pages->resource_version, sizeof namespaces->resource_version);
    namespaces->failures = 0;
    start(namespaces, WATCHING);
    listener->complete(listener);
}

/* Without a connection the place is still known; what the server said about it leads back to the list. An expired place
 * is no failure. */
static void end_watch(struct namespaces *namespaces)
{
    const struct client_call *call = &namespaces->call;
    struct error error = call->error;

    if (error.kind == ERROR_NONE && call->response.status >= 200 && call->response.status <= 299) {
        end_watch_by_itself(namespaces);
        return;
    }
    if (error.kind == ERROR_NONE)
        client_error_read(&call->response, &error);
    if (error.status == 410)
        pause_before(namespaces, &error, LISTING);
    else if (error.kind == ERROR_NETWORK || error.kind == ERROR_TIMEOUT)
        fail(namespaces, &error, WATCHING);
    else
        fail(namespaces, &error, LISTING);
}

static void end_watch_by_itself(struct namespaces *namespaces)
{
    static const struct error nothing = { 0 };

    if (loop_monotonic_ms(namespaces->loop) - namespaces->watched_ms >= WATCH_LIVED_MS) {
        namespaces->failures = 0;
        start(namespaces, WATCHING);
    } else {
        pause_before(namespaces, &nothing, WATCHING);
    }
}

static void fail(struct namespaces *namespaces, const struct error *error, enum step next)
{
    pause_before(namespaces, error, next);
    namespaces->listener->failed(namespaces->listener, error);
}

static void pause_before(struct namespaces *namespaces, const struct error *error, enum step next)
{
    namespaces->failures++;
    namespaces->is_paused = true;
    namespaces->step = next;
    timer_start(namespaces->loop, &namespaces->pause,
                retry_delay_ms(&policy, namespaces->failures, error, random_number()), &namespaces->flow);
}

static void begin_list(struct pages_sink *sink)
{
    known_namespaces_begin(&((struct list_sink *) sink)->namespaces->known);
}

static bool take_item(struct pages_sink *sink, const cJSON *item, struct error *error)
{
    return see(((struct list_sink *) sink)->namespaces, item, error);
}

static bool take_bytes(struct http_sink *sink, const char *bytes, size_t length, struct error *error)
{
    return watch_feed(&((struct body_sink *) sink)->namespaces->watch, bytes, length, error);
}

static bool take_event(struct watch_sink *sink, enum watch_event_type type, const cJSON *object, struct error *error)
{
    struct namespaces *namespaces = ((struct event_sink *) sink)->namespaces;
    char resource_version[RESOURCE_VERSION_SIZE];

    if (!json_need_text(object, "metadata/resourceVersion", resource_version, sizeof resource_version, error))
        return error_context(error, "an event of the namespaces");
    if ((type == WATCH_ADDED || type == WATCH_MODIFIED) && !see(namespaces, object, error))
        return false;
    if (type == WATCH_DELETED && !forget(namespaces, object, error))
        return false;
    memcpy(namespaces->resource_version, resource_version, sizeof resource_version);
    namespaces->failures = 0;
    return true;
}

static bool see(struct namespaces *namespaces, const cJSON *object, struct error *error)
{
    struct namespaces_listener *listener = namespaces->listener;
    char former_uid[KUBERNETES_UID_SIZE];
    struct namespace namespace;

    if (!namespace_read(object, &namespace, error) ||
        !known_namespaces_see(&namespaces->known, namespace.name, namespace.uid, former_uid, error))
        return false;
    if (former_uid[0] != '\0')
        listener->gone(listener, namespace.name, former_uid);
    listener->seen(listener, &namespace);
    return true;
}

static bool forget(struct namespaces *namespaces, const cJSON *object, struct error *error)
{
    struct namespaces_listener *listener = namespaces->listener;
    struct namespace namespace;

    if (!namespace_read(object, &namespace, error))
        return false;
    if (known_namespaces_forget(&namespaces->known, namespace.name, namespace.uid))
        listener->gone(listener, namespace.name, namespace.uid);
    return true;
}
