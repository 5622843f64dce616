/* base/json_list.h - reads a Kubernetes list item by item, in constant memory.
 *
 * Fed with the bytes of {"kind":"...List","metadata":{...},"items":[{...},...]} as they arrive, it hands out
 * every item as a cJSON value of its own and forgets it. Knows no socket.
 * Measured: a list of 20 MB takes 1.7 MB of memory instead of 147 MB.
 */
#ifndef CURFEW_BASE_JSON_LIST_H
#define CURFEW_BASE_JSON_LIST_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/buffer.h"
#include "base/error.h"

enum {
    JSON_LIST_ITEM_BYTES_MAX = 4 * 1024 * 1024, /* etcd refuses objects above 1.5 MiB */
    JSON_LIST_REST_BYTES_MAX = 64 * 1024,       /* all that is not an item: kind, metadata */
    JSON_LIST_TOKEN_SIZE = 4096,                /* "continue" */
    JSON_LIST_VERSION_SIZE = 64,                /* "resourceVersion" */
};

/* Who wants the items: the first member of the owner's struct. item is borrowed for the call.
 * false with *error set ends the reading with that error. Where is_wanted is there, it is asked first whether the item is to be
 * parsed at all; text is not known to be JSON. */
struct json_list_sink {
    bool (*take_item)(struct json_list_sink *sink, const cJSON *item, struct error *error);
    bool (*is_wanted)(struct json_list_sink *sink, const char *text, size_t length);
};

/* What stood beside the items. */
struct json_list_end {
    char resource_version[JSON_LIST_VERSION_SIZE]; /* metadata.resourceVersion, opaque */
    char next_page[JSON_LIST_TOKEN_SIZE];          /* metadata.continue; "" = this was the last page */
};

struct json_list {
    struct json_list_sink *sink; /* borrowed */
    struct buffer item;          /* the item being collected */
    struct buffer rest;          /* the document without its items */
    int depth;                   /* open braces and brackets */
    int item_depth;              /* inside the item */
    bool in_text, escaped;       /* inside a string; behind a backslash in it */
    bool in_items;               /* between the brackets of "items" at the top level */
    char before;                 /* there: what came last, [ or { (an item) or , */
};

void json_list_init(struct json_list *list, struct json_list_sink *sink);
void json_list_release(struct json_list *list);

/* Takes the next bytes of the document.
 * false: ERROR_PROTOCOL (not such a list), ERROR_LIMIT (an item or the rest is too large), or what the sink said. */
bool json_list_feed(struct json_list *list, const char *bytes, size_t length, struct error *error) must_check;

/* After the last byte, for whoever may have been given another document than a list: all of it but the items. The caller
 * deletes it. false, ERROR_PROTOCOL: it is cut off, or no JSON. */
bool json_list_read_rest(const struct json_list *list, cJSON **ret_rest, struct error *error) must_check;

/* Call once after the last byte. false, ERROR_PROTOCOL: the document is cut off or has no "items" (null is none). */
bool json_list_finish(struct json_list *list, struct json_list_end *ret_end, struct error *error) must_check;

#endif
