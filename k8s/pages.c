/* k8s/pages.c - the flow that reads a whole list, page by page and item by item. */
#include "k8s/pages.h"

#include <string.h>

#include "base/text.h"

static void pump(struct flow *flow);
static void begin(struct pages *pages);
static void ask(struct pages *pages);
static bool take_page(struct pages *pages, struct error *error);
static bool can_restart(const struct pages *pages);
static void finish(struct pages *pages);
static bool take_bytes(struct http_sink *sink, const char *bytes, size_t length, struct error *error);
static bool take_item(struct json_list_sink *sink, const cJSON *item, struct error *error);
static bool is_wanted(struct json_list_sink *sink, const char *text, size_t length);

void pages_start(struct pages *pages, struct client *client, const char *path, struct pages_sink *sink,
                 struct flow *flow)
{
    pages_release(pages);
    *pages = (struct pages){ .pump = { pump }, .flow = flow, .client = client, .sink = sink };
    pages->body = (struct pages_body){ { take_bytes }, pages };
    pages->items = (struct pages_items){ { take_item, sink->is_wanted == NULL ? NULL : is_wanted }, pages };
    buffer_append_text(&pages->path, path);
    begin(pages);
}

void pages_release(struct pages *pages)
{
    client_call_release(&pages->call);
    json_list_release(&pages->list);
    buffer_release(&pages->path);
    *pages = (struct pages){ 0 };
}

static void begin(struct pages *pages)
{
    pages->next_page[0] = '\0';
    pages->sink->begin(pages->sink);
    ask(pages);
}

static void ask(struct pages *pages)
{
    struct http_request *request = &pages->call.request;

    client_call_release(&pages->call);
    json_list_release(&pages->list);
    json_list_init(&pages->list, &pages->items.sink);
    request->method = "GET";
    request->sink = &pages->body.sink;
    const char *path = buffer_text(&pages->path);
    buffer_append_format(&request->url, "%s%climit=%d", path, strchr(path, '?') == NULL ? '?' : '&', PAGES_ITEMS);
    if (pages->next_page[0] != '\0') {
        buffer_append_text(&request->url, "&continue=");
        http_append_encoded(&request->url, pages->next_page);
    }
    client_call_start(pages->client, &pages->call, &pages->pump);
}

static void pump(struct flow *flow)
{
    struct pages *pages = (struct pages *) flow;

    if (!take_page(pages, &pages->error)) {
        if (!can_restart(pages)) {
            finish(pages);
            return;
        }
        pages->restarts++;
        pages->error = (struct error){ 0 };
        begin(pages);
    } else if (pages->next_page[0] != '\0') {
        ask(pages);
    } else {
        finish(pages);
    }
}

static bool take_page(struct pages *pages, struct error *error)
{
    const struct client_call *call = &pages->call;
    struct json_list_end end;

    if (call->error.kind != ERROR_NONE) {
        *error = call->error;
        return false;
    }
    if (call->response.status < 200 || call->response.status > 299)
        return client_error_read(&call->response, error);
    if (!json_list_finish(&pages->list, &end, error))
        return false;
    bool copied = text_copy(pages->next_page, sizeof pages->next_page, end.next_page) &&
                  text_copy(pages->resource_version, sizeof pages->resource_version, end.resource_version);
    return copied || error_set(error, ERROR_PROTOCOL, "a list without an end");
}

/* The client has asked again already, unless the connection broke when part of the page was there. */
static bool can_restart(const struct pages *pages)
{
    const struct error *error = &pages->error;
    bool expired = error->status == 410 && pages->next_page[0] != '\0';
    bool broken = pages->call.streamed && (error->kind == ERROR_NETWORK || error->kind == ERROR_TIMEOUT);

    return (expired || broken) && pages->restarts < PAGES_RESTARTS_MAX;
}

static void finish(struct pages *pages)
{
    pages->done = true;
    pages->flow->pump(pages->flow);
}

static bool take_bytes(struct http_sink *sink, const char *bytes, size_t length, struct error *error)
{
    struct pages *pages = ((struct pages_body *) sink)->pages;

    return json_list_feed(&pages->list, bytes, length, error);
}

static bool take_item(struct json_list_sink *sink, const cJSON *item, struct error *error)
{
    struct pages *pages = ((struct pages_items *) sink)->pages;

    return pages->sink->take_item(pages->sink, item, error);
}

static bool is_wanted(struct json_list_sink *sink, const char *text, size_t length)
{
    struct pages *pages = ((struct pages_items *) sink)->pages;

    return pages->sink->is_wanted(pages->sink, text, length);
}
