/* k8s/pages.h - the flow that reads a whole list, page by page and item by item.
 *
 * Consistent reads: what was written before is seen. When a page token has expired (410), or a connection breaks in the
 * middle of a page, the list begins again, at most PAGES_RESTARTS_MAX times.
 * Source: Kubernetes API concepts, "Retrieving large results sets in chunks".
 */
#ifndef CURFEW_K8S_PAGES_H
#define CURFEW_K8S_PAGES_H

#include <cjson/cJSON.h>
#include <stdbool.h>

#include "base/attributes.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/flow.h"
#include "base/json_list.h"
#include "k8s/client.h"

enum { PAGES_ITEMS = 1000, PAGES_RESTARTS_MAX = 3 };

/* Who wants the items: the first member of the owner's struct. None may end the reading but by returning false. is_wanted may be
 * NULL; else what it does not want is not parsed: base/json_list.h. */
struct pages_sink {
    void (*begin)(struct pages_sink *sink); /* the list begins, or begins again: what was taken counts no more */
    bool (*take_item)(struct pages_sink *sink, const cJSON *item, struct error *error);
    bool (*is_wanted)(struct pages_sink *sink, const char *text, size_t length);
};

/* From the bytes of a page to its items. */
struct pages_body {
    struct http_sink sink;
    struct pages *pages;
};

struct pages_items {
    struct json_list_sink sink;
    struct pages *pages;
};

/* Zeroed before its first use. */
struct pages {
    struct flow pump;  /* its own: the call is done. First member */
    struct flow *flow; /* the owner's, pumped once when done */
    bool done;
    struct error error;                            /* kind NONE: all was read */
    char resource_version[JSON_LIST_VERSION_SIZE]; /* of the list: watch from here */
    struct client *client;
    struct pages_sink *sink;
    struct buffer path;
    char next_page[JSON_LIST_TOKEN_SIZE]; /* "" = the first */
    int restarts;
    struct client_call call;
    struct json_list list;
    struct pages_body body;
    struct pages_items items;
};

/* path: "/api/v1/namespaces", or "/api/v1/pods?fieldSelector=..."; copied. sink is borrowed. Starting it again reads the list again. */
void pages_start(struct pages *pages, struct client *client, const char *path, struct pages_sink *sink,
                 struct flow *flow);
void pages_release(struct pages *pages); /* also while it runs; { 0 } afterwards */

#endif
